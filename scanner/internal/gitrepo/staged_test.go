package gitrepo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
)

// gitStaged is what git says is staged, in the form of format.
func gitStaged(t testing.TB, g *gittest.Repo) []string {
	t.Helper()
	fields := strings.Split(strings.TrimSuffix(g.Run("diff", "--cached", "-M", "--raw", "-z", "--no-abbrev", "--ignore-submodules=none"), "\x00"), "\x00")
	var list []string
	for i := 0; i+1 < len(fields); i += 2 {
		f := strings.Fields(strings.TrimPrefix(fields[i], ":")) // mode mode id id status
		path, old := fields[i+1], ""
		switch f[4][0] {
		case 'R':
			old, path = path, fields[i+2]
			i++
		case 'D', 'U':
			continue
		}
		was := f[2]
		if strings.Trim(was, "0") == "" {
			was = ""
		}
		list = append(list, fmt.Sprintf("%s %s %s %s %s", path, old, f[1], f[3], was))
	}
	slices.Sort(list)
	return list
}

func staged(t testing.TB, r *Repo) []string {
	t.Helper()
	files, err := r.Staged(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, f := range files {
		var old []string
		for _, id := range f.OldIDs {
			old = append(old, id.String())
		}
		list = append(list, fmt.Sprintf("%s %s %06o %s %s", f.Path, f.OldPath, f.Mode, f.NewID, strings.Join(old, ",")))
	}
	slices.Sort(list)
	return list
}

func sameStaged(t testing.TB, g *gittest.Repo, what string) {
	t.Helper()
	if got, want := staged(t, discover(t, g.Dir)), gitStaged(t, g); !slices.Equal(got, want) {
		t.Errorf("%s:\n got %s\nwant %s", what, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

func TestStaged(t *testing.T) {
	forms(t, func(t *testing.T, g *gittest.Repo) {
		text := strings.Repeat("line of a text\n", 20)
		for i := range 60 {
			g.Write(fmt.Sprintf("dir%d/sub%d/f%d.txt", i%4, i%3, i), fmt.Sprint(text, i, "\n"))
		}
		g.Write("a", "a\n", "a.b", "b\n", "a-b", "c\n", "exec", "#!\n", "was/file", "x\n", "link", "l\n", "big/moved.go", strings.Repeat("moved\n", 30))
		sameStaged(t, g, "nothing added")
		g.Add()
		sameStaged(t, g, "before the first commit")
		g.CommitStaged("first")
		sameStaged(t, g, "clean")
		g.Write("dir1/sub1/f1.txt", "changed\n", "new/deep/file", "new\n", "dir1.x", "sorts before dir1/\n")
		g.Remove("was")
		g.Write("was", "now a file\n")
		g.Remove("a")
		g.Write("a/now", "a folder\n")
		g.Remove("link")
		g.Symlink("exec", "link")
		g.Add()
		g.Run("update-index", "--chmod=+x", "exec")
		g.Run("mv", "big/moved.go", "small.go")
		g.Run("mv", "dir2", "dir2moved")
		g.Write("small.go", strings.Repeat("moved\n", 30)+"one more line\n", "intent", "nothing staged\n", "untracked", "x")
		g.Add("small.go")
		g.Run("add", "-N", "intent")
		sameStaged(t, g, "many changes")
		g.Run("rm", "-r", "-q", "--cached", "dir3")
		sameStaged(t, g, "removed")
	})
}

// Random edits of a tree, every few steps compared with git.
func TestStagedRandom(t *testing.T) {
	for seed := range uint64(6) {
		g := gittest.New(t)
		rnd := rand.New(rand.NewPCG(seed, 1))
		g.Run("config", "index.version", fmt.Sprint(2+seed%3))
		files := map[string]string{}
		path := func() string {
			var parts []string
			for range 1 + rnd.IntN(4) {
				parts = append(parts, fmt.Sprint("abc"[rnd.IntN(3):][:1], strings.Repeat("-.0", rnd.IntN(2))))
			}
			return strings.Join(parts, "/") + fmt.Sprint(".", rnd.IntN(20))
		}
		text := func() string {
			var b strings.Builder
			for range 5 + rnd.IntN(40) {
				fmt.Fprintf(&b, "line %d\n", rnd.IntN(1000))
			}
			return b.String()
		}
		for step := range 40 {
			p := path()
			switch rnd.IntN(5) {
			case 0, 1:
				files[p] = text()
				g.Write(p, files[p])
			case 2: // a small change
				for q, s := range files {
					files[q] = s + "another\n"
					g.Write(q, files[q])
					break
				}
			case 3: // renamed, perhaps changed
				for q, s := range files {
					delete(files, q)
					g.Remove(q)
					files[p] = s + strings.Repeat("x\n", rnd.IntN(3))
					g.Write(p, files[p])
					break
				}
			case 4:
				for q := range files {
					delete(files, q)
					g.Remove(q)
					break
				}
			}
			g.Add()
			if step%4 == 0 {
				sameStaged(t, g, fmt.Sprintf("seed %d step %d", seed, step))
			}
			if rnd.IntN(6) == 0 {
				g.CommitStaged("step")
			}
		}
	}
}

// In a merge a file counts if it differs from all parents, as in "git diff-tree -c" of the commit that comes of it.
func TestStagedMerge(t *testing.T) {
	forms(t, func(t *testing.T, g *gittest.Repo) {
		const main = "work"
		g.Run("checkout", "-q", "-b", main)
		var lines []string
		for i := range 30 {
			lines = append(lines, fmt.Sprint("line ", i))
		}
		text := func(at int, s string) string {
			l := slices.Clone(lines)
			if s != "" {
				l[at] = s
			}
			return strings.Join(l, "\n") + "\n"
		}
		g.Commit("base", "both", text(0, ""), "ours", "1\n", "theirs", "1\n", "third", "1\n", "dir/x", "1\n", "conflict", "1\n")
		g.Branch("two")
		g.Commit("two", "both", text(2, "two"), "theirs", "2\n", "dir/new2", "2\n", "conflict", "2\n")
		g.Checkout(main)
		g.Branch("three")
		g.Commit("three", "third", "3\n", "dir/new3", "3\n")
		g.Checkout(main)
		g.Commit("one", "both", text(25, "one"), "ours", "2\n", "conflict", "3\n")
		if _, err := g.Try("merge", "--no-commit", "--no-ff", "three"); err != nil {
			t.Fatal(err)
		}
		checkMerge(t, g)
		if _, err := g.Try("merge", "--no-commit", "--no-ff", "two"); err == nil {
			t.Fatal("no conflict")
		}
		g.Write("conflict", "resolved\n", "dir/evil", "only in the merge\n", "dir/x", "1\n2\n")
		g.Add()
		checkMerge(t, g)
	})
}

func checkMerge(t *testing.T, g *gittest.Repo) {
	t.Helper()
	got, err := discover(t, g.Dir).Staged(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	merge := g.CommitStaged("merge")
	var names []string
	for _, f := range got {
		names = append(names, f.Path)
	}
	want := g.Fields("diff-tree", "-c", "-r", "-z", "--no-commit-id", "--name-only", merge)
	slices.Sort(want)
	if !slices.Equal(names, want) {
		t.Errorf("merge brings in %q, git says %q", names, want)
	}
	for _, f := range got {
		for i, id := range f.OldIDs {
			if out, err := g.Try("rev-parse", "--verify", "-q", fmt.Sprintf("%s^%d:%s", merge, i+1, f.Path)); len(f.OldIDs) == 2 && (err != nil || out != id.String()) {
				t.Errorf("%s: parent %d has %s, not %s", f.Path, i+1, out, id)
			}
		}
	}
}

// What cannot be read is an error that says so, not a clean result.
func TestStagedMissing(t *testing.T) {
	g := gittest.New(t)
	g.Commit("first", "dir/f", "1\n")
	g.Write("dir/f", "2\n")
	g.Add()
	tree := g.ID("HEAD:dir")
	g.Remove(".git/objects/" + tree[:2] + "/" + tree[2:])
	if _, err := discover(t, g.Dir).Staged(context.Background()); err == nil || !strings.Contains(err.Error(), tree) || !strings.Contains(err.Error(), "git fsck") {
		t.Errorf("%v", err)
	}
	g.WriteGit("MERGE_HEAD", "nonsense\n")
	if _, err := discover(t, g.Dir).Staged(context.Background()); err == nil || !strings.Contains(err.Error(), "MERGE_HEAD") {
		t.Errorf("%v", err)
	}
}

func TestStagedCancelled(t *testing.T) {
	g := gittest.New(t)
	g.Commit("first", "f", "1\n")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := discover(t, g.Dir).Staged(ctx); err == nil {
		t.Error("no error")
	}
}

// All methods may be used by several goroutines at once.
func TestConcurrent(t *testing.T) {
	for _, format := range []string{"sha1", "sha256"} {
		g := gittest.New(t, "--object-format="+format)
		for i := range 5 {
			g.Commit("commit", fmt.Sprintf("d/f%d", i), fmt.Sprint(i))
		}
		g.Pack()
		g.Write("d/f1", "staged")
		g.Add()
		r := discover(t, g.Dir)
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				ctx := context.Background()
				if files, err := r.Staged(ctx); err != nil || len(files) != 1 {
					t.Error(files, err)
				}
				if _, _, err := allTips(ctx, r); err != nil {
					t.Error(err)
				}
				if _, err := r.Resolve(ctx, "HEAD~3"); err != nil {
					t.Error(err)
				}
				if _, err := r.ParseRange(ctx, "HEAD~2...HEAD"); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
	}
}
