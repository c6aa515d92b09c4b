package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing/object"

	"github.com/unhapi/unhapi/internal/gittest"
)

func TestResolve(t *testing.T) {
	forms(t, func(t *testing.T, g *gittest.Repo) {
		first := g.Commit("first", "f", "1\n")
		g.Tag("v1", "annotated\n")
		g.Tag("light", "")
		g.Branch("side")
		g.Commit("side", "g", "1\n")
		g.Run("checkout", "-q", "-b", "trunk", first)
		g.Commit("trunk", "f", "2\n")
		merge := g.Merge("merge", []string{"side"})
		g.Tag("both", "")
		g.Run("branch", "both", "HEAD~1") // the tag wins
		g.Run("branch", first[:7], "HEAD~1")
		g.Run("update-ref", "refs/remotes/origin/trunk", "HEAD~1")
		g.Run("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
		g.Write("f", "stashed\n")
		g.Stash("wip")
		for range 2 {
			r := discover(t, g.Dir)
			for _, rev := range []string{
				"HEAD", "@", "HEAD~", "HEAD~1", "HEAD^", "HEAD^1", "HEAD^2", "HEAD~2", "HEAD^^", "HEAD^2~1", "HEAD^0", "HEAD^{commit}", "v1", "v1^0", "v1^{commit}",
				"light", "tags/v1", "refs/tags/v1", "refs/heads/side", "heads/side", "side", "both", "heads/both", "both~1", "origin/trunk", "origin", "origin^",
				"refs/stash", "stash", "stash@{0}", "stash^1", merge, merge[:8], merge[:5], strings.ToUpper(merge[:12]), merge + "~1", merge[:9] + "^2", first[:7], first[:7] + "^0",
				"HEAD@{0}", "HEAD^{/trunk}", "ORIG_HEAD", "@~1", "side~0",
			} {
				want := g.ID(rev + "^{commit}")
				got, err := r.Resolve(context.Background(), rev)
				if err != nil || got.String() != want {
					t.Errorf("%q is %s, %v; git says %s", rev, got, err, want)
				}
			}
			for _, rev := range []string{
				"", "none", "HEAD~9", "HEAD^3", "-x", "--all", "HEAD:f", "HEAD^{tree}", "0000", strings.Repeat("1", len(first)), "a\x00b", "HEAD\n", "..", "refs/../HEAD", "side~x", "HEAD~99999999999999999999",
			} {
				id, err := r.Resolve(context.Background(), rev)
				if !errors.Is(err, ErrUnknownRevision) || !strings.Contains(err.Error(), fmt.Sprintf("revision %q not found in %s: ", rev, g.Dir)) || strings.Contains(err.Error(), "exit status") {
					t.Errorf("%q is %s, %v", rev, id, err)
				}
			}
			g.Pack()
		}
		// Without the git program, what go-git can do is still there.
		if r := discoverEnv(t, g.Dir, Env{}); r.Hash == SHA1 {
			for _, rev := range []string{"HEAD~1", "v1", "HEAD^2", merge[:8], first[:7]} {
				if got, err := r.Resolve(context.Background(), rev); err != nil || got.String() != g.ID(rev+"^{commit}") {
					t.Errorf("without git %q is %s, %v", rev, got, err)
				}
			}
			if _, err := r.Resolve(context.Background(), "none"); !errors.Is(err, ErrUnknownRevision) {
				t.Error(err)
			}
		}
	})
}

func TestResolveUnborn(t *testing.T) {
	g := gittest.New(t)
	_, err := discover(t, g.Dir).Resolve(context.Background(), "HEAD")
	if !errors.Is(err, ErrUnknownRevision) || !strings.Contains(err.Error(), "no commit yet") {
		t.Error(err)
	}
}

func TestResolveShallow(t *testing.T) {
	g := gittest.New(t)
	first := g.Commit("first", "f", "1\n")
	g.Commit("second", "f", "2\n")
	c := discover(t, g.Clone("--depth=1").Dir)
	for _, rev := range []string{first, "HEAD~1"} {
		if _, err := c.Resolve(context.Background(), rev); !errors.Is(err, ErrUnknownRevision) || !strings.Contains(err.Error(), "--unshallow") {
			t.Errorf("%s: %v", rev, err)
		}
	}
}

// randomHistory makes commits with one to three parents each, in several branches.
func randomHistory(g *gittest.Repo, seed uint64, n int) []string {
	rnd := rand.New(rand.NewPCG(seed, 2))
	tree := g.Run("mktree")
	var ids []string
	for i := range n {
		args := []string{"commit-tree", tree, "-m", fmt.Sprint("commit ", i)}
		if i > 0 && rnd.IntN(20) > 0 {
			for range 1 + rnd.IntN(3) {
				p := ids[max(0, len(ids)-1-rnd.IntN(6))]
				if !slices.Contains(args, p) {
					args = append(args, "-p", p)
				}
			}
		}
		ids = append(ids, g.Run(args...))
		if rnd.IntN(3) == 0 {
			g.Run("update-ref", fmt.Sprint("refs/heads/b", i), ids[i])
		}
	}
	return ids
}

func TestMergeBase(t *testing.T) {
	for seed := range uint64(4) {
		g := gittest.New(t)
		ids := randomHistory(g, seed, 30)
		r := discover(t, g.Dir)
		rnd := rand.New(rand.NewPCG(seed, 3))
		for range 40 {
			a, b := ids[rnd.IntN(len(ids))], ids[rnd.IntN(len(ids))]
			out, _ := g.Try("merge-base", "--all", a, b)
			want := strings.Fields(out)
			bases, err := r.MergeBases(context.Background(), mustID(t, a), mustID(t, b))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, id := range bases {
				got = append(got, id.String())
			}
			slices.Sort(want)
			first, err := r.MergeBase(context.Background(), mustID(t, a), mustID(t, b))
			if len(got) > 0 && (err != nil || first.String() != got[0]) || len(got) == 0 && !errors.Is(err, ErrNoMergeBase) {
				t.Errorf("merge base %s, %v", first, err)
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("seed %d %s %s: %v, git says %v", seed, a, b, got, want)
			}
			for _, dots := range []string{"..", "..."} {
				rg, err := r.ParseRange(context.Background(), a+dots+b)
				if err != nil {
					t.Fatal(err)
				}
				want := g.Lines("rev-list", a+dots+b)
				slices.Sort(want)
				if got := walkAll(t, r, rg.Include, rg.Exclude); !slices.Equal(got, want) {
					t.Errorf("seed %d %s%s%s: %v, git says %v", seed, a, dots, b, got, want)
				}
			}
		}
	}
}

func TestParseRange(t *testing.T) {
	g := gittest.New(t)
	first, second := g.Commit("first", "f", "1\n"), g.Commit("second", "f", "2\n")
	r := discover(t, g.Dir)
	for text, want := range map[string]Range{
		"HEAD~1..": {[]ID{mustID(t, second)}, []ID{mustID(t, first)}},
		"..HEAD~1": {[]ID{mustID(t, first)}, []ID{mustID(t, second)}},
		"..":       {[]ID{mustID(t, second)}, []ID{mustID(t, second)}},
	} {
		got, err := r.ParseRange(context.Background(), text)
		if err != nil || !slices.Equal(got.Include, want.Include) || !slices.Equal(got.Exclude, want.Exclude) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "HEAD", "a....b", "HEAD..none", "HEAD..HEAD..HEAD"} {
		if _, err := r.ParseRange(context.Background(), text); err == nil {
			t.Errorf("%q: no error", text)
		}
	}
}

// go-git's Log with All stops at the first commit it has seen, and loses what only another parent leads to. Our walk over
// all refs sees what "git rev-list --all" lists.
func TestWalkSeesAll(t *testing.T) {
	g := gittest.New(t)
	g.Commit("base", "f", "0\n")
	g.Branch("side")
	g.Commit("side 1", "side", "1\n")
	g.Commit("side 2", "side", "2\n")
	g.Checkout("main")
	g.Commit("main 1", "f", "1\n")
	g.Branch("other")
	g.Merge("merge", []string{"side"})
	g.Run("branch", "-D", "side")
	g.Checkout("main")
	want := g.Lines("rev-list", "--all")
	slices.Sort(want)

	repo, err := git.PlainOpen(g.Dir)
	if err != nil {
		t.Fatal(err)
	}
	log, err := repo.Log(&git.LogOptions{All: true})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	if err := log.ForEach(func(*object.Commit) error { n++; return nil }); err != nil {
		t.Fatal(err)
	}
	if n == len(want) {
		t.Error("go-git's Log finds all commits here: the example does not show the trap any more")
	}

	r := discover(t, g.Dir)
	refs, _, err := r.Refs(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var tips []ID
	for _, ref := range refs {
		tips = append(tips, ref.ID)
	}
	if got := walkAll(t, r, tips, nil); !slices.Equal(got, want) {
		t.Errorf("%d commits, git lists %d (go-git %d)", len(got), len(want), n)
	}
}

func TestWalkMissing(t *testing.T) {
	g := gittest.New(t)
	first := g.Commit("first", "f", "1\n")
	g.Commit("second", "f", "2\n")
	g.Commit("third", "f", "3\n")
	g.Run("tag", "-a", "-m", "a blob", "blob", "HEAD:f")
	lost := g.ID("HEAD~1")
	g.Remove(".git/objects/" + lost[:2] + "/" + lost[2:])
	r := discover(t, g.Dir)
	n := 0
	problems, err := r.Walk(context.Background(), []ID{mustID(t, g.Head()), mustID(t, first), mustID(t, g.ID("blob"))}, nil, func(ID, []ID) error { n++; return nil })
	if err != nil || n != 2 || len(problems) != 1 || problems[0].Path != lost || !problems[0].Failed {
		t.Errorf("%d commits, problems %v, %v", n, problems, err)
	}
}
