package gitrepo

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
)

// TestDirtyAgainstGit compares with what git diff says of HEAD and the tree.
func TestDirtyAgainstGit(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(t *testing.T, r *gittest.Repo)
	}{
		{"nothing", func(*testing.T, *gittest.Repo) {}},
		{"untracked", func(_ *testing.T, r *gittest.Repo) { r.Write("src/new.txt", "new\n") }},
		{"changed", func(_ *testing.T, r *gittest.Repo) { r.Write("src/b.txt", "other text\n") }},
		{"touched", func(t *testing.T, r *gittest.Repo) {
			text := r.Read("src/b.txt")
			if err := os.Remove(r.Path("src/b.txt")); err != nil {
				t.Fatal(err)
			}
			r.Write("src/b.txt", text)
		}},
		{"deleted", func(_ *testing.T, r *gittest.Repo) { r.Remove("src/b.txt") }},
		{"staged", func(_ *testing.T, r *gittest.Repo) { r.Write("src/b.txt", "staged\n"); r.Add("src/b.txt") }},
		{"staged and taken back", func(_ *testing.T, r *gittest.Repo) {
			text := r.Read("src/b.txt")
			r.Write("src/b.txt", "staged\n")
			r.Add("src/b.txt")
			r.Write("src/b.txt", text)
		}},
		{"added", func(_ *testing.T, r *gittest.Repo) { r.Write("src/c.txt", "c\n"); r.Add("src/c.txt") }},
		{"only the index lost it", func(_ *testing.T, r *gittest.Repo) { r.Run("rm", "-q", "--cached", "src/b.txt") }},
		{"unborn", func(_ *testing.T, r *gittest.Repo) { r.Run("checkout", "-q", "--orphan", "other") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := gittest.New(t)
			r.Commit("one", "a.txt", "a\n", "src/b.txt", "b\n")
			c.change(t, r)
			repo, err := Discover(r.Dir, Env{})
			if err != nil {
				t.Fatal(err)
			}
			defer repo.Close()
			for _, paths := range [][]string{nil, {"."}, {"src"}, {"src/b.txt"}, {"a.txt"}, {"sr"}} {
				got, err := repo.Dirty(context.Background(), paths)
				if err != nil {
					t.Fatal(err)
				}
				args := []string{"diff", "--name-only", "HEAD", "--"}
				if c.name == "unborn" {
					args = []string{"ls-files", "--"}
				}
				if want := r.Run(append(args, paths...)...) != ""; got != want {
					t.Errorf("%q: dirty %v, git says %v", fmt.Sprint(paths), got, want)
				}
			}
		})
	}
}
