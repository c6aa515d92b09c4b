package syntax

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/unhapi/unhapi/internal/syntax/engine"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var shared *Parser

func TestMain(m *testing.M) {
	shared = NewParser(engine.Options{})
	code := m.Run()
	shared.Close()
	os.Exit(code)
}

// TestGolden reads testdata/*.txtar: each source is followed by what was
// understood of it. The extension of the source names the language.
func TestGolden(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, p := range files {
		t.Run(strings.TrimSuffix(filepath.Base(p), ".txtar"), func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(p)
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]string{}
			for _, f := range a.Files {
				want[f.Name] = string(f.Data)
			}
			var out []txtar.File
			for _, f := range a.Files {
				if strings.HasSuffix(f.Name, ".want") {
					continue
				}
				got := describe(t, f.Name, f.Data)
				out = append(out, f, txtar.File{Name: f.Name + ".want", Data: []byte(got)})
				if !*update && got != want[f.Name+".want"] {
					t.Errorf("%s: got\n%s", f.Name, got)
				}
			}
			a.Files = out
			if *update {
				if err := os.WriteFile(p, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func read(t testing.TB, name string, src []byte) *File {
	t.Helper()
	f, err := shared.Parse(context.Background(), Language(name, src), src)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func describe(t *testing.T, name string, src []byte) string {
	f := read(t, name, src)
	var b strings.Builder
	if n := f.Tree().Errors(); n > 0 {
		fmt.Fprintf(&b, "%d errors\n", n)
	}
	for i, c := range f.Calls() {
		fmt.Fprintf(&b, "call %d: %s %s", i, c.Client, c.Method)
		if c.Role == Defaults {
			b.WriteString(" defaults")
		}
		if c.Base >= 0 {
			fmt.Fprintf(&b, ", through call %d", c.Base)
		}
		b.WriteString("\n")
		if c.URL != nil {
			fmt.Fprintf(&b, "  url %s\n", showText(f, c.URL))
			for _, q := range f.Query(c.URL) {
				fmt.Fprintf(&b, "  without %s: %s\n", q.Name, without(f, c, q))
			}
		}
		showEntries(&b, f, "param", c.Params, c.ParamsOpen)
		showEntries(&b, f, "header", c.Headers, c.HeadersOpen)
		showEntries(&b, f, "field", c.Body, false)
		showSlot(&b, f, c)
	}
	if len(f.Calls()) == 0 {
		for _, inv := range f.Invocations() {
			fmt.Fprintf(&b, "invocation %s", inv.Path)
			for _, a := range inv.Args {
				fmt.Fprintf(&b, " %s=%s", a.Name, showValue(f.ValueAt(a.Value)))
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

// without shows the URL, or the definitions it stands in, with spans cut out.
func without(f *File, c Call, q QueryParam) string {
	if q.Why != "" {
		return "not: " + q.Why
	}
	around := c.URL.Span
	for _, e := range q.Cut {
		st := f.Statement(e.Span)
		if st.Empty() {
			st = e.Span
		}
		around = Span{min(around.Start, st.Start), max(around.End, st.End)}
	}
	text, at := "", around.Start
	for _, e := range q.Cut {
		text += f.Text(Span{at, e.Span.Start}) + e.New
		at = e.Span.End
	}
	text += f.Text(Span{at, around.End})
	return strings.ReplaceAll(text, "\n", "⏎")
}

func showText(f *File, t *Text) string {
	var parts []string
	for _, p := range t.Pieces {
		s := fmt.Sprintf("{%s: %s}", f.Text(p.Expr), showValue(f.ValueAt(p.Expr)))
		if p.Literal {
			s = fmt.Sprintf("%q", p.Text)
		}
		if p.Format != nil {
			s += fmt.Sprintf("%s#%d", p.Format.Source, p.Format.Index)
		}
		if p.Query != nil {
			s += "?"
			for _, e := range p.Query.Entries {
				s += "[" + e.Name + "]"
			}
		}
		if !p.Cut.Empty() && !p.Literal {
			s += fmt.Sprintf("-%q", f.Text(p.Cut))
		}
		if p.Via >= 0 {
			s = t.Via[p.Via].Name + ":" + s
		}
		parts = append(parts, s)
	}
	if t.Conditional {
		parts = append(parts, "(conditional)")
	}
	return strings.Join(parts, " ")
}

func showValue(v Value) string {
	s := v.Kind.String()
	if v.Name != "" {
		s += " " + v.Name
	}
	if v.Kind == Literal {
		s += fmt.Sprintf(" %q", v.Text)
	}
	for _, b := range v.Via {
		s += " via " + b.Name
	}
	if v.Default != nil {
		s += " or " + showValue(*v.Default)
	}
	return s
}

func showEntries(b *strings.Builder, f *File, what string, es []Entry, open bool) {
	for _, e := range es {
		if e.Line {
			fmt.Fprintf(b, "  %s %s in %s", what, e.Name, f.Text(e.Value))
		} else {
			fmt.Fprintf(b, "  %s %s = %s", what, e.Name, showValue(f.ValueAt(e.Value)))
		}
		for _, c := range e.Cut {
			fmt.Fprintf(b, " -%q", f.Text(c))
		}
		if e.In != nil && len(e.In.Entries) == 1 && len(e.In.Cut) > 0 {
			b.WriteString(" or with its container")
			for _, c := range e.In.Cut {
				fmt.Fprintf(b, " -%q", f.Text(c))
			}
		}
		b.WriteString("\n")
	}
	if open {
		fmt.Fprintf(b, "  more %ss\n", what)
	}
}

// showSlot shows the source around the slot with a header in it.
func showSlot(b *strings.Builder, f *File, c Call) {
	s := c.Slot
	fmt.Fprintf(b, "  slot %s", s.Kind)
	if s.Recast {
		b.WriteString(" (recast)")
	}
	if s.Why != "" {
		fmt.Fprintf(b, " (%s)", s.Why)
	}
	if s.Kind != NoSlot {
		around := f.line(Span{min(s.At, c.Span.Start), max(s.End, c.Span.End)})
		text := string(f.src[around.Start:s.At]) + f.Header(s, "Authorization", "Bearer ", "TOKEN") + string(f.src[s.End:around.End])
		b.WriteString(" " + strings.TrimSpace(text))
		got, err := shared.Parse(context.Background(), f.Language, slices.Concat(f.src[:s.At], []byte(f.Header(s, "Authorization", "Bearer ", "TOKEN")), f.src[s.End:]))
		if err != nil || got.Tree().Errors() > f.Tree().Errors() {
			b.WriteString(" DOES NOT PARSE")
		}
	}
	b.WriteString("\n")
}
