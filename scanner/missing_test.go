package scanner

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
)

// TestHistoryWithoutOldObjects: a version of a file that nobody has any more
// leaves the scan incomplete, whether or not anything else is found.
func TestHistoryWithoutOldObjects(t *testing.T) {
	o := testOptions(t)
	plain := func(t *testing.T) *gittest.Repo {
		r := gittest.New(t)
		r.Commit("one", "a.txt", "one\n")
		r.Commit("two", "a.txt", "two\n")
		return r
	}
	for _, c := range []struct {
		name string
		make func(t *testing.T) *gittest.Repo
		rev  string
	}{
		{"blob", plain, "HEAD~1:a.txt"},
		{"tree", plain, "HEAD~1^{tree}"},
		{"commit", plain, "HEAD~1"},
		{"beside a secret", func(t *testing.T) *gittest.Repo { return livesIn(t, o) }, "HEAD~1:README.md"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := c.make(t)
			if res := scanHistory(t, r, o, HistoryOptions{}); !res.Complete() {
				t.Fatalf("whole, but skipped %+v", res.Skipped)
			}
			id := r.ID(c.rev)
			lose(t, r, id)
			res := scanHistory(t, r, o, HistoryOptions{})
			if res.Complete() || !skippedAs(res, id, "object is missing") && !skippedAs(res, "README.md", "object "+id) {
				t.Errorf("skipped %+v, want %s", res.Skipped, id)
			}
		})
	}
}

// TestStateOfIncompleteHistory: a scan that lacks objects is not remembered as
// one of everything.
func TestStateOfIncompleteHistory(t *testing.T) {
	o := testOptions(t)
	r := gittest.New(t)
	r.Commit("one", "a.txt", "one\n")
	r.Commit("two", "a.txt", "two\n")
	id := r.ID("HEAD~1:a.txt")
	must(t, os.Remove(r.Path(".git/objects/"+id[:2]+"/"+id[2:])))
	st, err := ReadState(bytes.NewReader(nil), 0)
	must(t, err)
	if res := scanHistory(t, r, o, HistoryOptions{State: st}); res.Complete() || st.Changed() {
		t.Errorf("complete %v, state %v", res.Complete(), st.Changed())
	}
}

// TestHistoryOfFetchedPartialClone: a partial clone lacks what it lacks, not
// what it could lack; without its configuration it lacks the same.
func TestHistoryOfFetchedPartialClone(t *testing.T) {
	o := testOptions(t)
	from := livesIn(t, o)
	from.Run("config", "uploadpack.allowFilter", "true")
	r := gittest.New(t)
	r.Run("clone", "-q", "--filter=blob:none", "--no-checkout", gittest.FileURL(from.Dir), "clone")
	clone := gittest.Open(t, r.Path("clone"))
	clone.Run("config", "--unset", "remote.origin.promisor")
	clone.Run("config", "--unset", "remote.origin.partialclonefilter")
	if res := scanHistory(t, clone, o, HistoryOptions{}); res.Complete() || !skippedAs(res, "objects", "partial clone") {
		t.Errorf("skipped %+v, want a partial clone", res.Skipped)
	}
	clone.Run("fetch", "-q", "--refetch", "--no-filter", "origin")
	if res := scanHistory(t, clone, o, HistoryOptions{}); !res.Complete() {
		t.Errorf("everything was fetched, but skipped %+v", res.Skipped)
	}
}

// TestMissingAgain: what is missing is seen by every way to scan again: with a
// state, whether it came in since or was there, and in a range.
func TestMissingAgain(t *testing.T) {
	o := testOptions(t)
	for _, c := range []struct {
		lost    string
		packed  string // before the first scan, or all of it before the loss
		inRange bool   // HEAD~2..HEAD has it
	}{
		{"HEAD:b.txt", "", true},
		{"HEAD:dir/c.txt", "old", true},
		{"HEAD^{tree}", "old", true},
		{"HEAD~1", "", true},
		{"HEAD~1", "all", true},
		{"HEAD~1:a.txt", "all", true},
		{"HEAD", "old", true},
		{"HEAD~2:a.txt", "", false},
		{"HEAD~2:a.txt", "all", false},
		{"HEAD~2^{tree}", "old", false},
		{"HEAD~2", "all", false},
	} {
		t.Run(fmt.Sprint(c.lost, " packed: ", c.packed), func(t *testing.T) {
			t.Parallel()
			r := gittest.New(t)
			r.Commit("one", "a.txt", "one\n")
			if c.packed != "" {
				r.Pack()
			}
			var m memo
			m.scan(t, r, o, HistoryOptions{})
			base := r.Head()
			r.Commit("two", "a.txt", "two\n")
			r.Commit("three", "b.txt", "three\n", "dir/c.txt", "four\n")
			if res := scanHistory(t, r, o, HistoryOptions{Range: base + ".."}); !res.Complete() {
				t.Errorf("range, nothing missing: %+v", res.Skipped)
			}
			id := r.ID(c.lost)
			if c.packed == "all" {
				r.Pack()
			}
			lose(t, r, id)
			for range 2 {
				if res := m.scan(t, r, o, HistoryOptions{}); res.Complete() || !mentions(res, id) {
					t.Errorf("state: skipped %+v, want %s", res.Skipped, id)
				}
			}
			if c.lost == "HEAD" || c.lost == "HEAD~2" {
				return // an end of the range: it cannot be named
			}
			res := scanHistory(t, r, o, HistoryOptions{Range: base + ".."})
			if c.inRange && (res.Complete() || !mentions(res, id)) {
				t.Errorf("range: skipped %+v, want %s", res.Skipped, id)
			}
		})
	}
}

// TestStateOfMovedBoundary: a state of a shallow clone has not looked behind it.
func TestStateOfMovedBoundary(t *testing.T) {
	o := testOptions(t)
	from := gittest.New(t)
	for i := range 4 {
		from.Commit("one", "a.txt", fmt.Sprint(i, "\n"))
	}
	r := from.Clone("--depth=2")
	var m memo
	if res := m.scan(t, r, o, HistoryOptions{}); !res.Complete() || len(m.file) == 0 {
		t.Fatalf("skipped %+v", res.Skipped)
	}
	must(t, os.Remove(r.Path(".git/shallow")))
	if res := m.scan(t, r, o, HistoryOptions{}); res.Complete() || !mentions(res, from.ID("HEAD~2")) {
		t.Errorf("skipped %+v", res.Skipped)
	}
}

// lose takes an object out of a repository.
func lose(t *testing.T, r *gittest.Repo, id string) {
	t.Helper()
	if os.Remove(r.Path(".git/objects/"+id[:2]+"/"+id[2:])) == nil {
		return
	}
	all := r.Lines("cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
	all = slices.DeleteFunc(all, func(s string) bool { return s == id })
	name := strings.TrimSpace(r.RunInput(strings.Join(all, "\n")+"\n", "pack-objects", "-q", ".git/objects/pack/pack"))
	files, err := filepath.Glob(r.Path(".git/objects/*/*"))
	must(t, err)
	for _, f := range files {
		if !strings.Contains(f, name) {
			must(t, os.Remove(f))
		}
	}
}

func mentions(res *Result, id string) bool {
	return slices.ContainsFunc(res.Skipped, func(s Skipped) bool {
		return s.Failed && (strings.Contains(s.Path, id) || strings.Contains(s.Reason, id))
	})
}
