package gitrepo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
)

func refLines(t testing.TB, r *Repo) []string {
	t.Helper()
	refs, problems, err := r.Refs(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(problems) > 0 {
		t.Errorf("problems: %v", problems)
	}
	var lines []string
	for _, ref := range refs {
		lines = append(lines, fmt.Sprintf("%s %s %s %s", ref.Name, ref.ID, ref.Peeled, ref.Symbolic))
	}
	return lines
}

const forEachRef = "--format=%(refname) %(objectname) %(*objectname) %(symref)"

func TestRefs(t *testing.T) {
	forms(t, func(t *testing.T, g *gittest.Repo) {
		r := discover(t, g.Dir)
		first := g.Commit("first", "f", "1\n")
		g.Tag("light", "")
		g.Tag("v1", "annotated\n")
		g.Run("tag", "-a", "-m", "of a tree", "tree", "HEAD^{tree}")
		g.Branch("feature/x")
		g.Commit("second", "f", "2\n")
		g.Note("HEAD", "note\n")
		g.Run("update-ref", "refs/pull/1/head", "HEAD")
		g.Run("update-ref", "refs/worktree/mine", "HEAD")
		g.Run("update-ref", "refs/bisect/bad", "HEAD")
		g.Run("symbolic-ref", "refs/remotes/origin/HEAD", "refs/heads/feature/x")
		g.Run("replace", first, "HEAD")
		g.Write("f", "3\n")
		g.Stash("wip")
		want := g.Lines("for-each-ref", forEachRef)
		if got := refLines(t, r); !slices.Equal(got, want) {
			t.Errorf("loose:\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
		}
		g.Pack()
		if got := refLines(t, r); !slices.Equal(got, want) {
			t.Errorf("packed:\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
		}
		g.Commit("third", "f", "4\n")
		want = g.Lines("for-each-ref", forEachRef)
		if got := refLines(t, r); !slices.Equal(got, want) {
			t.Errorf("both:\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
		}
		// git before 2.45 peels only once here.
		g.Run("tag", "-a", "-m", "of a tag", "nested", "v1")
		for range 2 {
			refs, _, err := r.Refs(context.Background())
			i := slices.IndexFunc(refs, func(ref Ref) bool { return ref.Name == "refs/tags/nested" })
			if err != nil || refs[i].Peeled.String() != g.ID("nested^{}") {
				t.Errorf("nested: %v, %v", refs[i], err)
			}
			g.Pack()
		}
		byGit, err := r.gitRefs(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		own, _, _ := r.Refs(context.Background())
		if !slices.Equal(byGit, own) {
			t.Errorf("by git: %v, own %v", byGit, own)
		}
	})
}

func TestHead(t *testing.T) {
	forms(t, func(t *testing.T, g *gittest.Repo) {
		ctx := context.Background()
		r := discover(t, g.Dir)
		check := func(what string, want Head) {
			t.Helper()
			for _, head := range []func(context.Context) (Head, error){r.Head, r.gitHead} {
				if got, err := head(ctx); err != nil || got != want {
					t.Errorf("%s: %v, %v; want %v", what, got, err, want)
				}
			}
		}
		g.Run("symbolic-ref", "HEAD", "refs/heads/unborn")
		check("unborn", Head{Ref: "refs/heads/unborn"})
		id := g.Commit("first", "f", "1\n")
		check("branch", Head{"refs/heads/unborn", mustID(t, id)})
		g.Pack()
		check("packed", Head{"refs/heads/unborn", mustID(t, id)})
		g.Run("checkout", "-q", "--detach")
		check("detached", Head{"", mustID(t, id)})
	})
}

func TestBadRefs(t *testing.T) {
	ctx := context.Background()
	fresh := func() *gittest.Repo {
		g := gittest.New(t)
		g.Commit("first", "f", "1\n")
		return g
	}
	g := fresh()
	for text, want := range map[string]string{
		"secret garbage":                         "names neither a branch nor an object",
		"":                                       "names neither",
		"ref: refs/../../../etc/passwd":          "names neither",
		"ref: HEAD":                              "stands for a ref",
		strings.Repeat("f", 39):                  "names neither",
		strings.Repeat("f", 64):                  "names neither",
		"ref: refs/heads/" + "a\x00b":            "names neither",
		"ref: " + strings.Repeat("refs/a/", 900): "names neither",
		strings.Repeat("garbage", 1<<18):         "more than",
	} {
		g := fresh()
		g.WriteGit("HEAD", text)
		r := discover(t, g.Dir)
		_, err := r.Head(ctx)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "HEAD") || strings.Contains(err.Error(), "garbage") {
			t.Errorf("%.40q: %v", text, err)
		}
		if _, err := r.Staged(ctx); err == nil {
			t.Errorf("%.40q: staged without error", text)
		}
	}
	g.WriteGit("refs/heads/a", "ref: refs/heads/b\n")
	g.WriteGit("refs/heads/b", "ref: refs/heads/a\n")
	g.WriteGit("refs/heads/bad", "xxx\n")
	g.WriteGit("refs/heads/dangling", "ref: refs/heads/none\n")
	g.WriteGit("refs/heads/x.lock", "xxx\n")
	g.WriteGit("refs/heads/sp ace", g.Head()+"\n")
	g.WriteGit("packed-refs", "# pack-refs with: peeled fully-peeled sorted \n"+g.Head()+" refs/heads/packed\nrubbish\n^"+g.Head()+"\n"+g.Head()+" ../x\n"+g.Head()+" refs/tags/t\n^"+g.Head()+"\n")
	refs, problems, err := discover(t, g.Dir).Refs(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var names, bad []string
	for _, ref := range refs {
		names = append(names, ref.Name)
	}
	for _, p := range problems {
		bad = append(bad, p.Path)
	}
	if want := []string{"refs/heads/main", "refs/heads/packed", "refs/tags/t"}; !slices.Equal(names, want) {
		t.Errorf("refs %q, want %q", names, want)
	}
	if len(bad) != 7 {
		t.Errorf("problems %v", problems)
	}
}

// allTips lists refs, then tips, with the problems of both.
func allTips(ctx context.Context, r *Repo) ([]Tip, []Problem, error) {
	refs, problems, err := r.Refs(ctx)
	if err != nil {
		return nil, problems, err
	}
	tips, more, err := r.Tips(ctx, refs)
	return tips, append(problems, more...), err
}

// Every commit that git can reach by way of refs, reflogs and files beside HEAD is reached from the tips.
func TestTips(t *testing.T) {
	forms(t, func(t *testing.T, g *gittest.Repo) {
		ctx := context.Background()
		g.Commit("first", "f", "1\n")
		amended := g.Commit("amended away", "f", "2\n")
		g.Amend("f", "3\n")
		g.Branch("gone")
		gone := g.Commit("on a deleted branch", "g", "1\n")
		g.Checkout("-")
		g.Run("branch", "-D", "gone")
		var stashes []string
		for i := range 3 {
			g.Write("f", fmt.Sprint("stash ", i, "\n"))
			stashes = append(stashes, g.Stash("wip"))
		}
		g.Run("reset", "-q", "--hard", "HEAD~1")
		r := discover(t, g.Dir)
		tips, problems, err := allTips(ctx, r)
		if err != nil || len(problems) > 0 {
			t.Fatal(err, problems)
		}
		names := map[string]Tip{}
		for _, tip := range tips {
			names[tip.ID.String()] = tip
		}
		for _, id := range append(stashes, amended, gone, g.ID("ORIG_HEAD")) {
			if _, ok := names[id]; !ok {
				t.Errorf("%s is no tip", id)
			}
		}
		if tip := names[stashes[0]]; tip.Name != "refs/stash@{2}" || tip.From != FromReflog {
			t.Errorf("first stash: %v", tip)
		}
		var ids []ID
		for _, tip := range tips {
			ids = append(ids, tip.ID)
		}
		want := g.Lines("rev-list", "--all", "--reflog", "ORIG_HEAD")
		slices.Sort(want)
		if got := walkAll(t, r, ids, nil); !slices.Equal(got, want) {
			t.Errorf("reached %d commits, git %d", len(got), len(want))
		}
		list, err := r.Stashes(ctx)
		if err != nil || len(list) != 3 || list[0].ID.String() != stashes[2] || list[2].ID.String() != stashes[0] {
			t.Errorf("stashes %v, %v", list, err)
		}
		if byGit, err := r.gitStashes(ctx); err != nil || !slices.Equal(byGit, list) {
			t.Errorf("stashes by git %v, %v; own %v", byGit, err, list)
		}
		l := tipLister{repo: r, seen: map[ID]bool{}}
		l.gitWorktreeHead(ctx, workTreeDir{})
		if err := l.gitReflogs(ctx); err != nil || !slices.ContainsFunc(l.tips, func(tip Tip) bool { return tip.ID.String() == amended }) || l.tips[0].Name != "HEAD" {
			t.Errorf("tips by git %v, %v", l.tips, err)
		}
	})
}

// Another working tree's HEAD, its own refs and its unfinished merge are tips too.
func TestTipsOfWorktrees(t *testing.T) {
	g := gittest.New(t)
	g.Commit("first", "f", "1\n")
	w := g.Worktree("linked")
	w.Run("checkout", "-q", "--detach")
	detached := w.Commit("detached", "f", "2\n")
	w.Run("update-ref", "refs/worktree/own", w.Run("commit-tree", "-m", "own", "HEAD^{tree}"))
	own := w.ID("refs/worktree/own")
	for _, from := range []*gittest.Repo{g, w} {
		tips, problems, err := allTips(context.Background(), discover(t, from.Dir))
		if err != nil || len(problems) > 0 {
			t.Fatal(err, problems)
		}
		for _, id := range []string{detached, own} {
			if !slices.ContainsFunc(tips, func(tip Tip) bool { return tip.ID.String() == id }) {
				t.Errorf("from %s: %s is no tip of %v", from.Dir, id, tips)
			}
		}
	}
}

func walkAll(t testing.TB, r *Repo, include, exclude []ID) []string {
	t.Helper()
	var got []string
	problems, err := r.Walk(context.Background(), include, exclude, func(id ID, _ []ID) error {
		got = append(got, id.String())
		return nil
	})
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	slices.Sort(got)
	return got
}
