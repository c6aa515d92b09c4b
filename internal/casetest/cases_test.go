package casetest

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/report"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

var update = flag.Bool("update", false, "rewrite the findings of the cases in testdata/rules")

const casesDir = "../../testdata/rules"

// TestCases scans the tree of every case and compares.
func TestCases(t *testing.T) {
	set, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	detector, err := scanner.NewDetector(set)
	if err != nil {
		t.Fatal(err)
	}
	all, err := Read(casesDir)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatalf("no cases in %s", casesDir)
	}
	for _, c := range all {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			secrets, err := c.Write(dir, set.Packs)
			if err != nil {
				t.Fatal(err)
			}
			p := &problems{}
			res := scan(t, dir, detector, 1)
			got := list(c, res.Findings)
			if *update && c.Known == "" {
				if err := c.Update(got); err != nil {
					t.Fatal(err)
				}
				c.Want = got
			}
			p.compare(got, c.Want)
			p.lookAlikes(res.Findings)
			p.findings(res.Findings)
			p.outputs(t, set, res, secrets)
			p.same(t, set, res, scan(t, dir, detector, 4))
			c.report(t, p)
		})
	}
}

func scan(t *testing.T, dir string, d *scanner.Detector, workers int) *scanner.Result {
	t.Helper()
	res, err := scanner.Tree(context.Background(), []string{dir}, scanner.Options{Detector: d, Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	if !res.Complete() || len(res.Skipped) > 0 {
		t.Errorf("the scan left something out: %v", res.Skipped)
	}
	return res
}

// list writes the findings that a report shows in the form of the cases.
func list(c *Case, findings []*scanner.Finding) []string {
	var out []string
	for _, f := range findings {
		if f.Suppressed == nil && (f.Severity != rules.Hidden || c.All || c.Show[f.Kind]) {
			out = append(out, fmt.Sprintf("%s:%d:%d %s %s", f.Path, f.Start.Line, f.Start.Column, f.Kind, f.Rule.ID))
		}
	}
	return out
}

// problems are what is wrong with a result.
type problems []string

func (p *problems) add(format string, args ...any) { *p = append(*p, fmt.Sprintf(format, args...)) }

// report fails the test where something is wrong, or where something is right
// that is known to be wrong.
func (c *Case) report(t *testing.T, p *problems) {
	t.Helper()
	switch {
	case c.Known != "" && len(*p) == 0:
		t.Errorf("the answer is right now: take the line KNOWN out of %s", c.Name)
	case c.Known != "":
		t.Logf("KNOWN: %s\n%s", c.Known, strings.Join(*p, "\n"))
	case len(*p) > 0:
		t.Errorf("%s\n%s", c.Comment, strings.Join(*p, "\n"))
	}
}

// compare shows what is missing ("-") and what is too much ("+").
func (p *problems) compare(got, want []string) {
	if slices.Equal(got, want) {
		return
	}
	n := len(*p)
	for _, w := range want {
		if !slices.Contains(got, w) {
			p.add("- %s", w)
		}
	}
	for _, g := range got {
		if !slices.Contains(want, g) {
			p.add("+ %s", g)
		}
	}
	if len(*p) == n {
		p.add("the order or the number differs: got\n%s", strings.Join(got, "\n"))
	}
}

func (p *problems) lookAlikes(findings []*scanner.Finding) {
	for _, f := range findings {
		if strings.HasPrefix(path.Base(f.Path), "nope.") && f.Severity != rules.Hidden {
			p.add("%s:%d:%d: %s: a look-alike is reported", f.Path, f.Start.Line, f.Start.Column, f.Rule.ID)
		}
	}
}

// findings proves what holds of every finding.
func (p *problems) findings(findings []*scanner.Finding) {
	ids := map[string]bool{}
	for i, f := range findings {
		fail := func(format string, args ...any) {
			p.add("%s:%d:%d: %s: %s", f.Path, f.Start.Line, f.Start.Column, f.Rule.ID, fmt.Sprintf(format, args...))
		}
		switch {
		case f.ID == "":
			fail("no id")
		case ids[f.ID]:
			fail("a second finding with the id %s", f.ID)
		case len(f.Frame) == 0:
			fail("no frame")
		case f.File == nil:
			fail("no file")
		case f.Span.Start < 0 || f.Span.End <= f.Span.Start || f.Span.End > len(f.File.Text):
			fail("span %v is outside its file of %d bytes", f.Span, len(f.File.Text))
		case f.Start.Line < 1 || f.Start.Column < 1 || before(f.End, f.Start):
			fail("from %v to %v", f.Start, f.End)
		case f.Kind.IsSecret() != (f.Secret != nil) && f.Severity != rules.Hidden:
			fail("a %s with the secret %v", f.Kind, f.Secret)
		}
		ids[f.ID] = true
		if i > 0 && less(f, findings[i-1]) {
			fail("stands behind %s:%d:%d", findings[i-1].Path, findings[i-1].Start.Line, findings[i-1].Start.Column)
		}
		marked := false
		for _, line := range f.Frame {
			marked = marked || line.Mark.End > line.Mark.Start
			if line.Mark.End > len(line.Text) {
				fail("mark %v is outside %q", line.Mark, line.Text)
			}
		}
		if !marked {
			fail("nothing in the frame is marked")
		}
	}
}

func before(a, b scanner.Position) bool {
	return a.Line < b.Line || a.Line == b.Line && a.Column <= b.Column
}

func less(a, b *scanner.Finding) bool {
	if a.Path != b.Path {
		return a.Path < b.Path
	}
	if a.Span.Start != b.Span.Start {
		return a.Span.Start < b.Span.Start
	}
	return a.Rule.ID < b.Rule.ID
}

// render writes a result in every format and every style.
func render(t *testing.T, set *rules.Set, res *scanner.Result) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, show := range []report.Show{{}, {All: true}} {
		rep := report.New(report.Tool{Name: "unhapi", Version: "0"}, set, res, show)
		for _, f := range report.Formats() {
			for _, style := range []report.Style{{}, {Width: 40}, {Width: 80, Color: true, Root: "x/"}} {
				var b bytes.Buffer
				if err := f.Write(&b, rep, style); err != nil {
					t.Fatal(err)
				}
				out[fmt.Sprintf("%s %v %v", f.Name, show.All, style)] = b.String()
			}
		}
	}
	return out
}

// outputs proves that no format prints a secret.
func (p *problems) outputs(t *testing.T, set *rules.Set, res *scanner.Result, secrets []string) {
	t.Helper()
	for name, text := range render(t, set, res) {
		text = strings.ToLower(text)
		joined := strings.NewReplacer("\n", "", " ", "").Replace(text)
		for _, s := range secrets {
			s = strings.ToLower(s)
			if strings.Contains(text, s) || strings.Contains(joined, s) {
				p.add("format %s: holds the secret %.8s…", name, s)
			}
		}
	}
}

// same proves that the number of workers changes nothing.
func (p *problems) same(t *testing.T, set *rules.Set, one, four *scanner.Result) {
	t.Helper()
	a, b := render(t, set, one), render(t, set, four)
	for name := range a {
		if a[name] != b[name] {
			p.add("format %s: one worker and four give different reports", name)
		}
	}
}

// TestFolders proves that every pack has cases, one of them with look-alikes.
func TestFolders(t *testing.T) {
	set, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range set.Packs {
		all, err := Read(filepath.Join(casesDir))
		if err != nil {
			t.Fatal(err)
		}
		all = slices.DeleteFunc(all, func(c *Case) bool { return !strings.HasPrefix(c.Name, p.Provider+"/") })
		if len(all) == 0 {
			t.Errorf("rules/packs/%s.yaml has no cases: write testdata/rules/%s/*.txtar", p.Provider, p.Provider)
			continue
		}
		if !slices.ContainsFunc(all, (*Case).lookAlikes) {
			t.Errorf("testdata/rules/%s: no case has look-alikes: put some into a file nope.*", p.Provider)
		}
	}
}

func (c *Case) lookAlikes() bool {
	for _, f := range c.archive.Files {
		if strings.HasPrefix(path.Base(f.Name), "nope.") {
			return true
		}
	}
	return false
}
