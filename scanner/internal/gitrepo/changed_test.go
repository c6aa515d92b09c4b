package gitrepo

import (
	"context"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
)

// rawDiff reads the output of "git diff --raw -z": path, old path, old id of all that is new or changed.
func rawDiff(t testing.TB, out string) []string {
	t.Helper()
	fields := strings.Split(strings.TrimSuffix(out, "\x00"), "\x00")
	var list []string
	for i := 0; i+1 < len(fields); i += 2 {
		f := strings.Fields(strings.TrimPrefix(fields[i], ":"))
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
		list = append(list, fmt.Sprintf("%s|%s|%s|%s", path, old, f[1], was))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func changedLines(files []ChangedFile) []string {
	var list []string
	for _, f := range files {
		list = append(list, fmt.Sprintf("%s|%s|%06o|%s", f.Path, f.OldPath, f.Mode, f.OldID))
	}
	slices.Sort(list)
	return list
}

func TestChanged(t *testing.T) {
	forms(t, func(t *testing.T, g *gittest.Repo) {
		ctx := context.Background()
		text := strings.Repeat("a line of the text\n", 30)
		for i := range 30 {
			g.Write(fmt.Sprintf("d%d/e%d/f%d", i%4, i%3, i), fmt.Sprint(i, "\n", i*7, "\n", text))
		}
		g.Write("exec", "#!\n", "renamed", strings.Repeat("renamed\n", 40), "gone", "gone\n", "folder", "file\n")
		g.Add()
		base := g.CommitStaged("base")
		g.Branch("work")
		g.Write("d1/e1/f1", "changed\n", "new/deep", "new\n")
		g.Run("mv", "renamed", "other-name")
		g.Run("rm", "-q", "gone", "folder")
		g.Write("folder/now", "x\n")
		g.Add()
		g.Run("update-index", "--chmod=+x", "exec")
		if err := os.Chmod(g.Path("exec"), 0o777); err != nil {
			t.Fatal(err)
		}
		head := g.CommitStaged("work")
		r := discover(t, g.Dir)
		files, err := r.Changed(ctx, mustID(t, base), mustID(t, head))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := changedLines(files), rawDiff(t, g.Run("diff-tree", "-r", "-M", "--raw", "-z", "--no-abbrev", base, head)); !slices.Equal(got, want) {
			t.Errorf("commits:\n got %q\nwant %q", got, want)
		}
		work := func(what string, untracked ...string) {
			t.Helper()
			files, err := r.ChangedWorktree(ctx, mustID(t, base), untracked)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range untracked {
				g.Run("add", "-N", p)
			}
			if got, want := changedLines(files), rawDiff(t, g.Run("diff", "-M", "--raw", "-z", "--no-abbrev", base)); !slices.Equal(got, want) {
				t.Errorf("%s:\n got %q\nwant %q", what, got, want)
			}
			for _, p := range untracked {
				g.Run("rm", "-q", "--cached", p)
			}
		}
		work("clean")
		g.Write("d2/e2/f2", "changed, not staged\n", "d3/e0/f3", "staged\n")
		g.Add("d3/e0/f3")
		g.Write("d3/e0/f3", fmt.Sprint(3, "\n", 21, "\n", text), "d1/e1/f1", fmt.Sprint(1, "\n", 7, "\n", text)) // as in the base
		work("changed back")
		g.Remove("d0/e0/f0", "d1/e2/f5", "d2/e0")
		g.Write("un/tracked", "x\n", "moved-by-hand", fmt.Sprint(0, "\n", 0, "\n", text, "more\n"), "d2/e0", "a file\n")
		work("removed")
		work("untracked", "un/tracked", "moved-by-hand", "d2/e0")
		g.Remove("d0")
		g.Symlink("/etc", "d0")
		work("a folder became a link out of the tree")
	})
}

// A file that is changed at the very time when the index is written has the same time and size.
func TestRacilyClean(t *testing.T) {
	for range 20 {
		g := gittest.New(t)
		base := g.Commit("base", "f", "aaaa\n")
		g.Write("f", "bbbb\n")
		files, err := discover(t, g.Dir).ChangedWorktree(context.Background(), mustID(t, base), nil)
		if err != nil || len(files) != 1 {
			t.Fatalf("%v, %v", files, err)
		}
	}
}

func TestBase(t *testing.T) {
	g := gittest.New(t)
	first := g.Commit("first", "f", "1\n")
	g.Branch("work")
	g.Commit("work", "g", "1\n")
	g.Checkout("main")
	g.Commit("main moves on", "f", "2\n")
	g.Checkout("work")
	r := discover(t, g.Dir)
	if id, err := r.Base(context.Background(), "main"); err != nil || id.String() != first {
		t.Errorf("%s, %v", id, err)
	}
	c := discover(t, g.Clone("--depth=1", "--no-single-branch").Dir)
	if _, err := c.Base(context.Background(), "origin/main"); err == nil || !strings.Contains(err.Error(), "--unshallow") {
		t.Errorf("%v", err)
	}
}

func TestSubmodules(t *testing.T) {
	g, sub := gittest.New(t), gittest.New(t)
	id := sub.Commit("sub", "s", "s\n")
	g.Commit("first", "f", "1\n")
	g.Submodule(sub, "mods/one")
	g.Submodule(sub, "two")
	g.CommitStaged("submodules")
	g.Run("submodule", "--quiet", "deinit", "-f", "two")
	got, err := discover(t, g.Dir).Submodules(context.Background())
	want := []Submodule{{"mods/one", "mods/one", mustID(t, id), true}, {"two", "two", mustID(t, id), false}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	g.Write(".gitmodules", "[garbage\n")
	if got, err := discover(t, g.Dir).Submodules(context.Background()); err != nil || len(got) != 2 || got[0].Name != "" {
		t.Errorf("%v, %v", got, err)
	}
	if !HasRepository(g.Path("mods/one")) || HasRepository(g.Path("mods")) {
		t.Error("HasRepository")
	}
}

func TestRel(t *testing.T) {
	g := gittest.New(t)
	g.Write("dir/f", "x")
	r := discover(t, g.Dir)
	if runtime.GOOS != "windows" {
		g.Symlink("dir", "link")
		g.Symlink("/etc/passwd", "dir/out")
	}
	paths := map[string]string{"": ".", "dir": "dir", "dir/f": "dir/f", "link/f": "dir/f", "link": "link", "dir/out": "dir/out"}
	if runtime.GOOS == "windows" {
		maps.DeleteFunc(paths, func(p, _ string) bool { return strings.HasPrefix(p, "link") || p == "dir/out" })
	}
	for p, want := range paths {
		if got, err := r.Rel(g.Path(p)); err != nil || got != want {
			t.Errorf("%q: %q, %v", p, got, err)
		}
	}
	if _, err := r.Rel(g.Path("..")); err == nil {
		t.Error("no error outside")
	}
}

// Paths are bytes.
func TestOddPaths(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("other systems have no such names")
	}
	g := gittest.New(t)
	base := g.Commit("first", "f", "1\n")
	odd := "caf\xe9\n\x01\xff/\xc3\x28 \"x\""
	g.Write(odd, "1\n")
	g.Add(odd)
	r := discover(t, g.Dir)
	staged, err := r.Staged(context.Background())
	if err != nil || len(staged) != 1 || staged[0].Path != odd {
		t.Errorf("%v, %v", staged, err)
	}
	files, err := r.ChangedWorktree(context.Background(), mustID(t, base), nil)
	if err != nil || len(files) != 1 || files[0].Path != odd {
		t.Errorf("%v, %v", files, err)
	}
}
