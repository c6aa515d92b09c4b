package scanner

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
)

// secretsOf names the tokens that a scan found: new ones by their number, older
// ones in brackets.
func secretsOf(t testing.TB, o Options, res *Result) []string {
	t.Helper()
	out := []string{}
	for _, f := range res.Findings {
		for n, name := range tokens {
			if f.Secret == nil || *f.Secret.value != expand(t, o, name) {
				continue
			}
			if f.Older {
				out = append(out, "("+itoa(n+1)+")")
			} else {
				out = append(out, itoa(n+1))
			}
		}
	}
	slices.Sort(out)
	return out
}

func TestHistoryRange(t *testing.T) {
	o := testOptions(t)
	r := livesIn(t, o) // two: 1; three: 2; side: 4; five: 2 goes; six: 3; seven: 4 goes
	one := r.Lines("rev-list", "--reverse", "--first-parent", "HEAD")
	r.Branch("later")
	r.Commit("nine", "src/d.py", expand(t, o, "T = '{{app-token 2}}'\n"))
	r.Checkout("main")
	for _, c := range []struct {
		name string
		h    HistoryOptions
		want []string
	}{
		{"everything", HistoryOptions{}, []string{"1", "2", "3", "4"}},
		{"brought in", HistoryOptions{Range: one[0] + ".." + one[1]}, []string{"1"}},
		{"edited beside an old one", HistoryOptions{Range: one[1] + ".." + one[2]}, []string{"(1)", "2"}},
		{"only removed, from a file with another", HistoryOptions{Range: one[2] + ".." + one[3]}, []string{"(1)"}},
		{"file removed", HistoryOptions{Range: one[4] + ".." + one[5]}, []string{}},
		{"a merge and its branch", HistoryOptions{Range: one[3] + ".." + one[4]}, []string{"3", "4"}},
		{"two sides", HistoryOptions{Range: "side..." + one[3]}, []string{"(1)", "4"}},
		{"nothing", HistoryOptions{Range: "main..main"}, []string{}},
		{"up to HEAD", HistoryOptions{Range: one[3] + ".."}, []string{"3", "4"}},
		{"from HEAD", HistoryOptions{Range: "..later"}, []string{"2"}}, // it was gone
		{"since, on every branch", HistoryOptions{Since: one[4]}, []string{"2"}},
		{"since a tag", HistoryOptions{Since: "v1"}, []string{"2"}},
		{"since the first commit", HistoryOptions{Since: one[0]}, []string{"1", "2", "3", "4"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			res := scanHistory(t, r, o, c.h)
			equal(t, "secrets", secretsOf(t, o, res), c.want)
			older := 0
			for _, f := range res.Findings {
				if f.Older {
					older++
				}
			}
			if res.Older != older || !res.Complete() {
				t.Errorf("%d older of %d; skipped %+v", res.Older, older, res.Skipped)
			}
			checkFound(t, r, o, res)
		})
	}
}

// checkFound holds the lives of what was found to what git tells: a range tells
// them in full.
func checkFound(t *testing.T, r *gittest.Repo, o Options, res *Result) {
	t.Helper()
	truth := newOracle(t, r)
	for _, f := range res.Findings {
		want := truth.life(*f.Secret.value)
		want.Object = f.History.Object
		equal(t, "history", f.History, want)
	}
}

// TestHistorySinceAmended: a commit that was amended away before the push still
// leaves its secret in the commit that took its place.
func TestHistorySinceAmended(t *testing.T) {
	o := testOptions(t)
	r := gittest.New(t)
	r.Commit("one", "a.txt", "a\n")
	r.Commit("two", "a.py", expand(t, o, "T = '{{app-token 1}}'\n"))
	r.Amend("a.txt", "b\n")
	equal(t, "secrets", secretsOf(t, o, scanHistory(t, r, o, HistoryOptions{Since: "HEAD~1"})), []string{"1"})
}

func TestHistoryRangeOfMessages(t *testing.T) {
	o := testOptions(t)
	r := gittest.New(t)
	r.Commit("one")
	r.Commit("two\n\n" + expand(t, o, "{{app-token 1}}"))
	r.Commit("three")
	equal(t, "after", secretsOf(t, o, scanHistory(t, r, o, HistoryOptions{Range: "HEAD~1..HEAD"})), []string{})
	equal(t, "across", secretsOf(t, o, scanHistory(t, r, o, HistoryOptions{Range: "HEAD~2..HEAD"})), []string{"1"})
}

// TestHistoryOfPath: a path below the root selects what is reported.
func TestHistoryOfPath(t *testing.T) {
	o := testOptions(t)
	r := gittest.New(t)
	text := expand(t, o, "T = '{{app-token 1}}'\n")
	r.Commit("one", "src/a.py", text, "src2/b.py", expand(t, o, "T = '{{app-token 2}}'\n"))
	r.Commit("two\n\n"+expand(t, o, "{{app-token 3}}"), "docs/a.md", text)
	for _, c := range []struct {
		path, shown string
		want        []string
	}{
		{"", "docs/a.md", []string{"1", "2", "3"}},
		{"src", "src/a.py", []string{"1"}},
		{"src/a.py", "src/a.py", []string{"1"}},
		{"docs", "docs/a.md", []string{"1"}},
		{"src2", "", []string{"2"}},
	} {
		res, err := HistoryOf(context.Background(), r.Path(c.path), o, HistoryOptions{})
		must(t, err)
		equal(t, "secrets below "+c.path, secretsOf(t, o, res), c.want)
		if c.shown != "" && secretOf(t, res, expand(t, o, "{{app-token 1}}")).Path != c.shown {
			t.Errorf("below %q it is shown at %q, want %q", c.path, res.Findings[0].Path, c.shown)
		}
	}
}

func TestHistoryOfUnknownRevision(t *testing.T) {
	o := testOptions(t)
	r := livesIn(t, o)
	for _, h := range []HistoryOptions{{Since: "nothing"}, {Range: "main..nothing"}, {Range: "main"}, {Since: "--all"}} {
		_, err := HistoryOf(context.Background(), r.Dir, o, h)
		if usage := (*UsageError)(nil); !errors.As(err, &usage) {
			t.Errorf("%+v: error is %v, want a usage error", h, err)
		}
	}
}

// TestHistoryIDs: a secret keeps its id while history goes on, whatever the
// number of workers and the way in which objects are stored.
func TestHistoryIDs(t *testing.T) {
	o := testOptions(t)
	r := livesIn(t, o)
	r.Commit("mail", "mail.rb", "address: 'smtp.hubapi.com',\nuser_name: 'u',\npassword: 'Xk29fjQpW7'\n")
	ids := func(o Options) map[string]bool {
		out := map[string]bool{}
		for _, f := range scanHistory(t, r, o, HistoryOptions{}).Findings {
			if out[f.ID] {
				t.Errorf("two findings have the id %s", f.ID)
			}
			out[f.ID] = true
		}
		return out
	}
	before := ids(o)
	if len(before) != 5 {
		t.Errorf("%d findings, want 5", len(before))
	}
	r.Run("mv", "src/a.py", "src/moved.py")
	r.Commit("nine", "mail.rb", "# moved\naddress: 'smtp.hubapi.com',\nuser_name: 'u',\npassword: 'Xk29fjQpW7'\n")
	r.Pack()
	o.Workers = 1
	equal(t, "ids", ids(o), before)
}

func TestHistorySameAtAnyNumberOfWorkers(t *testing.T) {
	o := testOptions(t)
	r := livesIn(t, o)
	r.Pack()
	o.Workers = 1
	one := plain(t, scanHistory(t, r, o, HistoryOptions{Calls: true}))
	o.Workers = 8
	if eight := plain(t, scanHistory(t, r, o, HistoryOptions{Calls: true})); one != eight {
		t.Errorf("one worker:\n%s\neight:\n%s", one, eight)
	}
}

func TestHistoryCancelled(t *testing.T) {
	o := testOptions(t)
	r := livesIn(t, o)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if res, err := HistoryOf(ctx, r.Dir, o, HistoryOptions{}); err == nil && res.Complete() {
		t.Error("a cancelled scan counts as complete")
	}
}

// TestHistoryOfGitFolder: the folder that git keeps the history in is a name for
// the repository, and no folder of its files.
func TestHistoryOfGitFolder(t *testing.T) {
	o := testOptions(t)
	r := livesIn(t, o)
	want := secretsOf(t, o, scanHistory(t, r, o, HistoryOptions{}))
	for _, path := range []string{".git", ".git/objects"} {
		res, err := HistoryOf(context.Background(), r.Path(path), o, HistoryOptions{})
		must(t, err)
		equal(t, path, secretsOf(t, o, res), want)
	}
}
