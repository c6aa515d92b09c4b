package scanner

import (
	"bytes"
	"os"
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
	lose := func(t *testing.T, r *gittest.Repo, rev string) string {
		id := r.ID(rev)
		must(t, os.Remove(r.Path(".git/objects/"+id[:2]+"/"+id[2:])))
		return id
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
			id := lose(t, r, c.rev)
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
