package fixer

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/internal/syntax/engine"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

var update = flag.Bool("update", false, "rewrite the expected sections of the cases")

// TestCases runs testdata/fix/<language>/*.txtar: an input tree, the plan that
// it gets, and each file that changes under fixed/. Placeholders such as
// {{uuid}} stand for synthetic keys.
func TestCases(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "testdata", "fix", "*", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	h := newHarness(t)
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.ToSlash(strings.TrimPrefix(name, filepath.Join("..", "testdata", "fix"))), ".txtar"), func(t *testing.T) {
			h.run(t, name)
		})
	}
}

type harness struct {
	set    *rules.Set
	det    *scanner.Detector
	parser *syntax.Parser
}

func newHarness(t *testing.T) *harness {
	t.Helper()
	set, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	det, err := scanner.NewDetector(set)
	if err != nil {
		t.Fatal(err)
	}
	cache := filepath.Join(os.TempDir(), "unhapi-test-cache")
	p := syntax.NewParser(engine.Options{CacheDir: cache})
	t.Cleanup(func() { _ = p.Close() })
	return &harness{set, det, p}
}

func (h *harness) plan(t *testing.T, dir string, least Safety) (*scanner.Result, *Plan) {
	t.Helper()
	ctx := context.Background()
	o := scanner.Options{Detector: h.det, Parser: h.parser}
	res, err := scanner.Tree(ctx, []string{dir}, o)
	if err != nil {
		t.Fatal(err)
	}
	p, err := New(ctx, res, Options{
		Parser: h.parser, Detector: h.det, Least: least,
		Holding: func(ctx context.Context, words []string) ([]*scanner.File, error) {
			return scanner.Holding(ctx, dir, words, o)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return res, p
}

// onlySafe checks that a plan of the safe fixes alone takes none that is unsafe
// in the plan of all.
func (h *harness) onlySafe(t *testing.T, dir string, all *Plan) {
	t.Helper()
	unsafe := map[string]string{}
	at := func(f *scanner.Finding) string { return fmt.Sprintf("%s:%d:%d", f.Path, f.Start.Line, f.Start.Column) }
	for _, f := range all.Fixes {
		for _, g := range f.Findings {
			if f.Safety != Safe {
				unsafe[at(g)] = f.Reason
			}
		}
	}
	_, safe := h.plan(t, dir, Safe)
	for _, f := range safe.Fixes {
		for _, g := range f.Findings {
			if why, ok := unsafe[at(g)]; ok && f.Safety == Safe {
				t.Errorf("%s: safe alone, not so among all: %s", at(g), why)
			}
		}
	}
}

func (h *harness) run(t *testing.T, name string) {
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	in := txtar.Parse(raw)
	dir := t.TempDir()
	want := map[string]string{}
	out := &txtar.Archive{Comment: in.Comment}
	folds := map[string]string{}
	var wantPlan string
	for _, f := range in.Files {
		text, made := rules.Expand(h.set.Packs, string(f.Data))
		for i, m := range made {
			folds[m] = placeholders(string(f.Data))[i]
		}
		switch {
		case f.Name == "plan":
			wantPlan = string(f.Data)
		case strings.HasPrefix(f.Name, "fixed/"):
			want[strings.TrimPrefix(f.Name, "fixed/")] = text
		default:
			out.Files = append(out.Files, f)
			write(t, dir, f.Name, text)
		}
	}
	res, p := h.plan(t, dir, Unsafe)
	got := describe(res, p)
	out.Files = append(out.Files, txtar.File{Name: "plan", Data: []byte(got)})
	slices.SortFunc(p.Changes, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
	for _, c := range p.Changes {
		text := string(c.New)
		for m, ph := range folds {
			text = strings.ReplaceAll(text, m, ph)
		}
		out.Files = append(out.Files, txtar.File{Name: "fixed/" + c.Path, Data: []byte(text)})
	}
	if *update {
		if err := os.WriteFile(name, txtar.Format(out), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	h.onlySafe(t, dir, p)
	if got != wantPlan {
		t.Errorf("plan:\n%s\nwant:\n%s", got, wantPlan)
	}
	changed := map[string]bool{}
	for _, c := range p.Changes {
		changed[c.Path] = true
		if string(c.New) != want[c.Path] {
			t.Errorf("%s:\n%s\nwant:\n%s", c.Path, c.New, want[c.Path])
		}
	}
	for path := range want {
		if !changed[path] {
			t.Errorf("%s is not changed", path)
		}
	}
	h.universal(t, dir, p)
}

// universal checks what must hold for every case: the plan is written and
// planned again, which changes nothing; masked diffs hold no key.
func (h *harness) universal(t *testing.T, dir string, p *Plan) {
	for _, c := range p.Changes {
		masked, _ := c.Masked(h.det)
		for _, f := range p.Fixes {
			for _, x := range f.Findings {
				if x.Secret != nil && strings.Contains(strings.ToLower(masked), strings.ToLower(string(x.File.Text[x.Span.Start:x.Span.End]))) {
					t.Errorf("the masked diff of %s holds a key", c.Path)
				}
			}
		}
		if err := c.Write(dir); err != nil {
			t.Error(err)
		}
	}
	_, again := h.plan(t, dir, Unsafe)
	if len(again.Changes) != 0 {
		t.Errorf("fixing what was fixed changes it again: %s", again.Changes[0].Diff())
	}
}

func describe(res *scanner.Result, p *Plan) string {
	var b bytes.Buffer
	for _, f := range p.Fixes {
		for i, x := range f.Findings {
			if i == 0 {
				fmt.Fprintf(&b, "%s:%d %s: %s: %s", x.Path, x.Start.Line, x.Kind, f.Safety, f.Title)
				if f.Reason != "" {
					fmt.Fprintf(&b, " (%s)", f.Reason)
				}
				fmt.Fprintln(&b)
				continue
			}
			fmt.Fprintf(&b, "  with %s:%d %s\n", x.Path, x.Start.Line, x.Kind)
		}
		for _, s := range f.Steps {
			fmt.Fprintf(&b, "  step: %s\n", s)
		}
		for _, s := range f.Notes {
			fmt.Fprintf(&b, "  note: %s\n", s)
		}
	}
	return b.String()
}

func placeholders(text string) []string {
	var out []string
	for rest := text; ; {
		i := strings.Index(rest, "{{")
		if i < 0 {
			return out
		}
		j := strings.Index(rest[i:], "}}")
		if j < 0 {
			return out
		}
		out = append(out, rest[i:i+j+2])
		rest = rest[i+j+2:]
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
