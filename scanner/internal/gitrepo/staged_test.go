package gitrepo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
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
