package scanner

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
	"github.com/unhapi/unhapi/rules"
)

var builtIn = sync.OnceValues(func() (*Detector, error) {
	set, err := rules.Load()
	if err != nil {
		return nil, err
	}
	return NewDetector(set)
})

// testOptions are options with the built-in packs and git in PATH, but nothing
// else of the environment.
func testOptions(t testing.TB) Options {
	t.Helper()
	d, err := builtIn()
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

// expand puts synthetic credentials in place of the placeholders of a text.
func expand(t testing.TB, o Options, text string) string {
	t.Helper()
	out, _ := rules.Expand(o.Detector.set.Packs, text)
	return out
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// scanTree is Tree on paths, the whole repository if there are none.
func scanTree(t testing.TB, o Options, paths ...string) *Result {
	t.Helper()
	r, err := Tree(context.Background(), paths, o)
	must(t, err)
	return r
}

// scanHistory is HistoryOf on a whole repository.
func scanHistory(t testing.TB, r *gittest.Repo, o Options, h HistoryOptions) *Result {
	t.Helper()
	res, err := HistoryOf(context.Background(), r.Dir, o, h)
	must(t, err)
	return res
}

func scanStaged(t testing.TB, r *gittest.Repo, o Options) *Result {
	t.Helper()
	res, err := Staged(context.Background(), []string{r.Dir}, o)
	must(t, err)
	return res
}

func scanNewFrom(t testing.TB, r *gittest.Repo, o Options, rev string) *Result {
	t.Helper()
	res, err := NewFrom(context.Background(), []string{r.Dir}, rev, o)
	must(t, err)
	return res
}

// secretOf gives the only finding that holds a value.
func secretOf(t testing.TB, res *Result, value string) *Finding {
	t.Helper()
	var out *Finding
	for _, f := range res.Findings {
		if f.Secret == nil || *f.Secret.value != strings.ToLower(value) && *f.Secret.value != value {
			continue
		}
		if out != nil {
			t.Fatalf("one secret is two findings: %s and %s", where(out), where(f))
		}
		out = f
	}
	if out == nil {
		t.Fatalf("the secret was not found among %q; skipped: %+v", places(res.Findings), res.Skipped)
	}
	return out
}

func where(f *Finding) string {
	b, _ := json.Marshal([]any{f.Path, f.Start.Line, f.Start.Column, f.Rule.ID, f.Kind})
	return strings.Trim(string(b), "[]")
}

func places(all []*Finding) []string {
	var out []string
	for _, f := range all {
		out = append(out, where(f))
	}
	return out
}

// failing are the places of the findings that make a run fail: "path:line rule".
func failing(res *Result) []string {
	out := []string{}
	for _, f := range res.Findings {
		if f.Fails() {
			out = append(out, f.Path+":"+itoa(f.Start.Line)+" "+f.Rule.ID)
		}
	}
	return out
}

func itoa(n int) string {
	b, _ := json.Marshal(n)
	return string(b)
}

func equal(t testing.TB, what string, got, want any) {
	t.Helper()
	g, _ := json.MarshalIndent(got, "", " ")
	w, _ := json.MarshalIndent(want, "", " ")
	if string(g) != string(w) {
		t.Errorf("%s is\n%s\nwant\n%s", what, g, w)
	}
}

// skippedAs reports whether a path was skipped for a reason that begins so.
func skippedAs(res *Result, path, reason string) bool {
	return slices.ContainsFunc(res.Skipped, func(s Skipped) bool {
		return s.Path == path && strings.HasPrefix(s.Reason, reason)
	})
}

// plain is a finding as text, without what only this process can tell.
func plain(t testing.TB, res *Result) string {
	t.Helper()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetIndent("", " ")
	for _, f := range res.Findings {
		c := *f
		c.File = nil
		rule := c.Rule.ID
		c.Rule, c.Construct = nil, nil
		must(t, enc.Encode(map[string]any{"rule": rule, "finding": c}))
	}
	must(t, enc.Encode(res.Skipped))
	must(t, enc.Encode(res.Unused))
	return b.String()
}
