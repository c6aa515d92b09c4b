package syntax

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// sources are the sources of the golden files.
func sources(t testing.TB) []txtar.File {
	t.Helper()
	files, _ := filepath.Glob("testdata/*.txtar")
	var out []txtar.File
	for _, p := range files {
		a, err := txtar.ParseFile(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Files {
			if !strings.HasSuffix(f.Name, ".want") {
				out = append(out, f)
			}
		}
	}
	return out
}

// use asks a file everything, and checks that all spans lie in it.
func use(t *testing.T, f *File) {
	t.Helper()
	check := func(spans ...Span) {
		for _, s := range spans {
			if s.Start < 0 || s.End < s.Start || s.End > len(f.src) {
				t.Fatalf("span %v of %d bytes in %q", s, len(f.src), f.src)
			}
		}
	}
	for _, c := range f.Calls() {
		check(c.Span, c.Callee, c.Arguments, c.Statement, c.Function, c.Result, c.Options, Span{c.Slot.At, c.Slot.End})
		for _, e := range append(append(c.Params, c.Headers...), c.Body...) {
			check(e.Span, e.Key, e.Value)
			check(e.Cut...)
		}
	}
	for _, x := range f.Texts() {
		check(x.Span)
		for _, p := range x.Pieces {
			check(p.Span, p.Expr, p.Operand, p.Cut)
			f.ValueAt(p.Expr)
		}
		for _, q := range f.Query(x) {
			at := 0
			for _, e := range q.Cut {
				check(e.Span)
				if e.Span.Start < at && q.Why == "" {
					t.Fatalf("edits overlap in %q", f.Text(x.Span))
				}
				at = e.Span.End
			}
		}
		f.UseOf(x.Span)
	}
	f.Functions()
	f.Containers()
	for _, s := range append(f.Comments(), f.Strings()...) {
		check(s)
	}
}

// TestBrokenSources cuts and spoils every golden source: what is left must be
// read without a fault.
func TestBrokenSources(t *testing.T) {
	for _, s := range sources(t) {
		use(t, read(t, s.Name, s.Data))
		step := 1 + len(s.Data)/12
		for cut := step; cut < len(s.Data); cut += step {
			use(t, read(t, s.Name, s.Data[:cut]))
			spoiled := append(append([]byte{}, s.Data[:cut]...), "\"({[\x00\xff"...)
			use(t, read(t, s.Name, append(spoiled, s.Data[cut:]...)))
		}
	}
}

// TestLarge reads long chains, deep nesting and many calls in seconds.
func TestLarge(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	rep := strings.Repeat
	for name, src := range map[string]string{
		"chain.js":  "x = 'a'" + rep(" + b", 5000),
		"nest.js":   rep("f(", 2000) + rep(")", 2000),
		"calls.js":  rep("axios.get('https://x?key=' + k, { params: { a } });\n", 2000),
		"defs.py":   rep("url = url + '&a=' + b\nrequests.get(url)\n", 1500),
		"follow.py": "a0 = 'x'\n" + rep("a1 = a0 + a0\na0 = a1 + a1\n", 500) + "requests.get(a0)\n",
		// Names for names for names: each level multiplies what it stands for.
		"grows.py":   "c = 'x'\nb = c" + rep(" + c", 400) + "\na = b" + rep(" + b", 400) + "\nz = a" + rep(" + a", 400) + "\nrequests.get('https://x/' + z" + rep(" + z", 400) + ")\n",
		"spreads.py": "c = {'k': 1}\nb = {" + rep("**c, ", 400) + "}\na = {" + rep("**b, ", 400) + "}\nrequests.get('https://x/', params={" + rep("**a, ", 400) + "})\n",
		"cycle.py":   "a = {**b, 'k': 1}\nb = {**a}\nrequests.get('https://x/', params={**a, **b})\n",
		"elif.php":   "<?php if (a) {}" + rep(" elseif ($a == 1) { $u .= 'x'; }", 1000),
		"if.rb":      rep("if a\nx = \"#{b}\"\n", 500) + rep("end\n", 500),
	} {
		use(t, read(t, name, []byte(src)))
	}
}

func TestUnknownLanguage(t *testing.T) {
	f, err := shared.Parse(context.Background(), "yaml", []byte("# c\na: b\n"))
	if err != nil || f.Known() {
		t.Fatal(err)
	}
	use(t, f)
	if len(f.Comments()) != 1 || f.Binding(Span{0, 1}) != nil || f.ValueAt(Span{0, 1}).Kind != Unknown || f.UseOf(Span{0, 1}).Kind != OtherUse {
		t.Error("a language without an adapter")
	}
	for name, want := range map[string]string{"a/B.PY": "python", "Rakefile": "ruby", "x.tsx": "tsx", "a.unknown": "", "run": "bash"} {
		if got := Language(name, []byte("#!/bin/sh\n")); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	for _, s := range sources(b) {
		if l := Language(s.Name, nil); strings.HasPrefix(s.Name, "params.") || strings.HasPrefix(s.Name, "Http.") || strings.HasPrefix(s.Name, "guzzle") {
			b.Run(l, func(b *testing.B) {
				for b.Loop() {
					if _, err := shared.Parse(context.Background(), l, s.Data); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
