package scanner

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
	"github.com/unhapi/unhapi/rules"
)

// callsOf are the calls and clients among findings, by id.
func callsOf(all []*Finding) map[string]*Finding {
	out := map[string]*Finding{}
	for _, f := range all {
		if f.Secret == nil && (f.Severity.Fails() || f.Kind == rules.DeveloperCall) {
			out[f.ID] = f
		}
	}
	return out
}

// TestHistoryCallsOfCheckouts: every call of every clean checkout is in the
// history under the same id, unless its file lives on under another name.
func TestHistoryCallsOfCheckouts(t *testing.T) {
	t.Parallel()
	o := testOptions(t)
	for seed := range uint64(1) {
		r := generatedRepo(t, o, 20+seed)
		r.Pack()
		history := callsOf(scanHistory(t, r, o, HistoryOptions{Calls: true}).Findings)
		atHead := r.Run("ls-tree", "-r", "HEAD")
		c := r.CloneShared()
		seen := map[string]bool{}
		for _, commit := range r.Lines("rev-list", "--all") {
			c.Checkout(commit)
			for id, f := range callsOf(scanTree(t, o, c.Dir).Findings) {
				seen[id] = true
				if history[id] == nil && !strings.Contains(atHead, r.ID(commit+":"+f.Path)) {
					t.Errorf("the history lacks %s of commit %s", where(f), commit)
				}
			}
		}
		for id, f := range history {
			if !seen[id] {
				t.Errorf("no checkout has %s", where(f))
			}
		}
		if len(history) < 5 {
			t.Errorf("only %d calls: the comparison proves little", len(history))
		}
	}
}

func TestHistoryCalls(t *testing.T) {
	o := testOptions(t)
	r := gittest.New(t)
	r.Commit("one", "a.py", oldCall, "moved.py", oldCall, "gone.py", "# gone\n"+oldCall)
	two := r.Commit("two", "a.py", "# longer\n"+oldCall)
	r.Run("mv", "moved.py", "new.py")
	r.Run("rm", "-q", "gone.py")
	three := r.CommitStaged("three")
	r.Commit("four", "edited.py", editedCall)
	first := r.ID("HEAD~3")
	equal(t, "without being asked for", failing(scanHistory(t, r, o, HistoryOptions{})), []string{})
	res := scanHistory(t, r, o, HistoryOptions{Calls: true})
	var got []string
	for _, f := range res.Findings {
		h := f.History
		removed := ""
		if h.Removed != nil {
			removed = h.Removed.Commit
		}
		got = append(got, fmt.Sprintf("%s:%d in HEAD %t, %d times, first %.7s, last %.7s, removed %.7s", f.Path, f.Start.Line, h.InHead, h.Occurrences, h.First.Commit, h.Last.Commit, removed))
	}
	want := []string{
		fmt.Sprintf("a.py:3 in HEAD true, 2 times, first %.7s, last %.7s, removed ", first, two),
		fmt.Sprintf("edited.py:2 in HEAD true, 1 times, first %.7s, last %.7s, removed ", r.Head(), r.Head()),
		fmt.Sprintf("gone.py:3 in HEAD false, 1 times, first %.7s, last %.7s, removed %.7s", first, first, three),
		fmt.Sprintf("new.py:2 in HEAD true, 1 times, first %.7s, last %.7s, removed ", first, first),
	}
	equal(t, "calls", got, want)
	for _, f := range scanTree(t, o, r.Dir).Findings {
		if f.Severity.Fails() && !slices.ContainsFunc(res.Findings, func(h *Finding) bool { return h.ID == f.ID && h.Start == f.Start }) {
			t.Errorf("the tree's %s has another id in the history", where(f))
		}
	}
}

func TestHistoryCallsOfRange(t *testing.T) {
	o := testOptions(t)
	r := gittest.New(t)
	r.Commit("one", "a.py", oldCall)
	r.Commit("two", "a.py", "# longer\n"+oldCall, "b.py", editedCall)
	res := scanHistory(t, r, o, HistoryOptions{Calls: true, Range: "HEAD~1..HEAD"})
	equal(t, "new", failing(res), []string{"b.py:2 hubspot-legacy-call"})
	if res.Older != 1 {
		t.Errorf("%d older, want the one of a.py: %q", res.Older, places(res.Findings))
	}
}
