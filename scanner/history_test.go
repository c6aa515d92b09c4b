package scanner

import (
	"context"
	"os"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
	"github.com/unhapi/unhapi/rules"
)

func testOptions(t testing.TB) Options {
	t.Helper()
	set, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	d, err := NewDetector(set)
	if err != nil {
		t.Fatal(err)
	}
	return Options{Detector: d, Getenv: func(name string) string {
		if name == "PATH" {
			return os.Getenv("PATH")
		}
		return ""
	}}
}

func expand(t testing.TB, o Options, text string) string {
	t.Helper()
	out, _ := rules.Expand(o.Detector.set.Packs, text)
	return out
}

func TestHistoryLife(t *testing.T) {
	o := testOptions(t)
	r := gittest.New(t)
	first := r.Commit("one", "a.py", expand(t, o, "# hubspot\nKEY = '{{app-token}}'\n"))
	r.Commit("two", "b.py", "x = 1\n")
	gone := r.Commit("three", "a.py", "# hubspot\n")
	res, err := HistoryOf(context.Background(), r.Dir, o, HistoryOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Findings) != 1 {
		t.Fatalf("found %d secrets, want 1: %+v", len(res.Findings), res.Findings)
	}
	f := res.Findings[0]
	if f.History.First.Commit != first || f.History.Removed.Commit != gone || f.History.InHead || f.Path != "a.py" || f.Start.Line != 2 {
		t.Errorf("history is %+v at %s:%d, want first %s, removed %s", f.History, f.Path, f.Start.Line, first, gone)
	}
}
