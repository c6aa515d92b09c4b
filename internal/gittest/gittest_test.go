package gittest_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
)

// The same steps give the same ids on every machine.
func TestDeterministic(t *testing.T) {
	r := gittest.New(t)
	got := r.Commit("first", "a.txt", "one\n", "dir/b.txt", "two\n")
	if want := "6e5959950916714d715d345b4759d086d168e58e"; got != want {
		t.Errorf("first commit is %s, want %s", got, want)
	}
}

func TestSteps(t *testing.T) {
	r := gittest.New(t)
	r.Commit("first", "a", "1\n")
	r.Branch("side")
	r.Commit("side", "b", "2\n")
	r.Checkout("main")
	r.Commit("main", "a", "3\n")
	merge := r.Merge("merge", []string{"side"}, "evil", "only here\n")
	if got := len(r.Lines("rev-list", "--parents", "-n1", merge)); got != 1 {
		t.Errorf("merge: %d lines", got)
	}
	r.Tag("light", "")
	if tag := r.Tag("v1", "message\n"); r.Run("cat-file", "-t", tag) != "tag" {
		t.Error("v1 is not annotated")
	}
	r.Note("HEAD", "a note\n")
	r.Write("a", "changed\n", "untracked", "x\n")
	r.Stash("wip")
	r.Amend("c", "amended\n")
	blob := r.Blob("loose\n")
	r.Pack()
	if got := r.Run("cat-file", "-p", blob); got != "loose" {
		t.Errorf("blob: %q", got)
	}
	if got := slices.Sorted(maps.Keys(gittest.Tree(t, r.Dir))); !slices.Equal(got, []string{"a", "b", "c", "evil"}) {
		t.Errorf("tree: %q", got)
	}
	if c := r.Clone("--depth=1"); len(c.Lines("rev-list", "HEAD")) != 1 {
		t.Error("clone is not shallow")
	}
	if c := r.CloneShared(); c.Head() != r.Head() {
		t.Error("shared clone is somewhere else")
	}
	if w := r.Worktree("linked"); w.Head() != r.Head() {
		t.Error("linked working tree is somewhere else")
	}
	sub := gittest.New(t)
	sub.Commit("sub", "s", "s\n")
	r.Submodule(sub, "mod")
	r.CommitStaged("with a submodule")
	if _, err := r.Try("no-such-command"); err == nil {
		t.Error("no error")
	}
	if gittest.Version(t) < 220 {
		t.Error("version")
	}
}
