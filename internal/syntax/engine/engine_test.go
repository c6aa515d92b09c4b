package engine

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// shared is the engine of all tests that need no options; see TestMain.
var shared *Engine

func TestMain(m *testing.M) {
	shared = New(Options{})
	code := m.Run()
	if err := shared.Close(); err != nil {
		panic(err)
	}
	os.Exit(code)
}

func parse(t testing.TB, e *Engine, language, src string) *Tree {
	t.Helper()
	tree, err := e.Parse(context.Background(), language, []byte(src))
	if err != nil {
		t.Fatalf("%s: %v", language, err)
	}
	return tree
}

func sampleFile(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func sample(t testing.TB, language string) string {
	t.Helper()
	return sampleFile(t, filepath.Join("testdata", language+".txt"))
}

func TestLanguages(t *testing.T) {
	want := strings.Fields("bash c_sharp go hcl html java javascript json kotlin php powershell python r ruby rust scala tsx typescript yaml")
	if got := Languages(); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if _, err := shared.Parse(context.Background(), "../x", nil); !errors.Is(err, ErrLanguage) {
		t.Errorf("unknown language: %v", err)
	}
}

// TestGolden keeps the tree of one file a language, and that a second parse and
// a file with CRLF give the same one.
func TestGolden(t *testing.T) {
	for _, l := range Languages() {
		t.Run(l, func(t *testing.T) {
			t.Parallel()
			src := sample(t, l)
			tree := parse(t, shared, l, src)
			if n := tree.Errors(); n > 0 {
				t.Errorf("%d errors", n)
			}
			got := tree.String()
			name := filepath.Join("testdata", l+".tree")
			if *update {
				if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name)
			if err != nil || got != string(want) {
				t.Errorf("the tree changed (%v):\n%s", err, got)
			}
			if again := parse(t, shared, l, src).String(); again != got {
				t.Error("two parses differ")
			}
			parse(t, shared, l, strings.ReplaceAll(src, "\n", "\r\n"))
		})
	}
}

func TestNode(t *testing.T) {
	const src = "\ufefff(a, /* c */ {b: 1}); // d\n"
	tree := parse(t, shared, "javascript", src)
	call := tree.Root().Find("call_expression")[0]
	if call.Start() != 3 || call.Text() != "f(a, /* c */ {b: 1})" || call.Broken() {
		t.Errorf("call: %d %q", call.Start(), call.Text())
	}
	args := call.Field("arguments")
	if k := args.Kids(); len(k) != 2 || args.Kid(-1) != k[1] || args.Kid(2).OK() || k[0].Next().Text() != "," || k[1].Prev().Kind() != "comment" {
		t.Errorf("kids: %v", k)
	}
	pair := args.Kid(1).Kid(0)
	if pair.Up("arguments") != args || pair.Up("class").OK() || !call.Contains(pair) || pair.Contains(call) {
		t.Error("Up, Contains")
	}
	if at := strings.Index(src, "1"); tree.At(at, at+1).Text() != "1" || tree.At(at-3, at+1) != pair || tree.At(0, len(src)) != tree.Root() {
		t.Error("At")
	}
	var none Node
	if none.OK() || none.Text()+none.Kind()+none.FieldName() != "" || none.Parent().OK() || none.Kids() != nil || none.Field("x").OK() || none.Up("x").OK() || none.Is("") {
		t.Error("the zero node is something")
	}
}

func TestBroken(t *testing.T) {
	for l, src := range map[string]string{
		"javascript": "f(a; // c\n", "python": "f(a\n", "php": "<?php f(a;", "ruby": "f(a\n", "go": "package a\nfunc f() {",
		"java": "class A {", "c_sharp": "class A {", "bash": "if x; then", "kotlin": "fun f( {", "json": `{"a": `,
	} {
		tree := parse(t, shared, l, src)
		if tree.Errors() == 0 || !tree.Root().Broken() {
			t.Errorf("%s: no error in %q", l, src)
		}
	}
}

// TestHostile feeds each language what files in the wild and attackers hold:
// nothing may hang, end the process or spoil the next parse.
func TestHostile(t *testing.T) {
	long := strings.Repeat
	n := 3_000
	if testing.Short() || raceEnabled {
		n = 2_000
	}
	inputs := map[string]string{
		"empty": "", "nul": "a\x00b(\x00)\n", "invalid": "f(\"\xff\xfe\xc3(\")\n", "control": "\x1b[31m\x07\x7f",
		"utf16": "\xff\xfef\x00(\x00\"\x00a\x00\"\x00)\x00\n\x00", "bom": "\xef\xbb\xbff(1)\r\nf(2)\r", "cr": "a\rb\rc",
		"parens": long("(", n), "brackets": long("[", n), "braces": long("{", n), "nested": long("f({[", n/3) + long("]})", n/3),
		"dquote": "x = \"" + long("a", n), "squote": "x = '" + long("a\n", n), "backtick": "`" + long("${`", n/3), "heredoc": "<<EOF\n" + long("a $(b\n", n/6),
		"comment": "/*" + long("*", n), "generics": long("a<", n), "operators": "a" + long("+a", n), "indent": long(" ", n) + "a:\n", "dashes": long("- ", n),
		"hash": long("#{\"", n/3), "template": long("{{", n/2), "tags": long("<a>", n/3), "php": "<?php " + long("\"{$a[", n/5),
	}
	languages := Languages()
	if raceEnabled {
		languages = strings.Fields("bash javascript php yaml")
	}
	for _, l := range languages {
		t.Run(l, func(t *testing.T) {
			t.Parallel()
			good := sample(t, l)
			want := parse(t, shared, l, good).String()
			for _, cut := range []int{len(good) / 3, len(good) / 2, len(good) - 5} {
				parse(t, shared, l, good[:cut])
			}
			for name, src := range inputs {
				tree, err := shared.Parse(context.Background(), l, []byte(src))
				if err != nil && !errors.Is(err, ErrLimit) && !errors.Is(err, ErrFault) {
					t.Errorf("%s: %v", name, err)
				}
				if err == nil && tree.Root().End() > len(src) {
					t.Errorf("%s: tree ends at %d of %d", name, tree.Root().End(), len(src))
				}
			}
			if parse(t, shared, l, good).String() != want {
				t.Error("the hostile files changed the tree of a good one")
			}
		})
	}
}

func TestLimits(t *testing.T) {
	ctx := context.Background()
	if _, err := shared.Parse(ctx, "javascript", make([]byte, 5<<20)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("5 MB: %v", err)
	}
	// A yaml file nested deeper than its scanner's buffer fails an assertion there.
	if _, err := shared.Parse(ctx, "yaml", []byte(strings.Repeat("- ", 5000))); !errors.Is(err, ErrFault) {
		t.Errorf("deep yaml: %v", err)
	}
	src := []byte(strings.Repeat("f(a, [1, 2]);\n", 20_000))
	e := New(Options{Timeout: time.Millisecond})
	if _, err := e.Parse(ctx, "javascript", src); !errors.Is(err, ErrLimit) {
		t.Errorf("time: %v", err)
	}
	if err := e.Close(); err != nil { // the parse that was given up still runs
		t.Error(err)
	}
	short, cancel := context.WithTimeout(ctx, time.Millisecond)
	defer cancel()
	if _, err := shared.Parse(short, "javascript", src); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("context: %v", err)
	}
}

// TestScannerLimit stops a parse by the count of the grammar's own scanner.
func TestScannerLimit(t *testing.T) {
	g := &grammar{language: "bash"}
	var h hosts
	defer h.close()
	m, err := g.load(h.interpreter())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ steps, work uint64 }{{1000, 100}, {1, 1 << 30}} {
		in, err := m.instance()
		if err != nil {
			t.Fatal(err)
		}
		_, err = in.parseWithin([]byte(strings.Repeat("echo \"$a\"\n", 100)), c.steps, c.work)
		if !errors.Is(err, ErrLimit) {
			t.Errorf("%+v: %v", c, err)
		}
		in.close()
	}
}

func TestConcurrent(t *testing.T) {
	e := New(Options{})
	defer e.Close()
	languages := []string{"javascript", "python", "json", "go"}
	want := map[string]string{}
	for _, l := range languages {
		want[l] = parse(t, shared, l, sample(t, l)).String()
	}
	var wg sync.WaitGroup
	for range 8 {
		for _, l := range languages {
			wg.Go(func() {
				tree, err := e.Parse(context.Background(), l, []byte(sample(t, l)))
				if err != nil || tree.String() != want[l] {
					t.Errorf("%s: %v", l, err)
				}
			})
		}
	}
	wg.Wait()
}
