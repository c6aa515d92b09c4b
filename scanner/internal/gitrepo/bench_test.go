package gitrepo

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
)

// large is a repository with an index of 40,000 entries, of which two are staged, as "git add" leaves it.
func large(tb testing.TB) *gittest.Repo {
	g := gittest.New(tb)
	blob := g.Blob("text\n")
	var b strings.Builder
	for i := range 40_000 {
		fmt.Fprintf(&b, "100644 %s\tsome/folder%d/of%d/a-file-with-a-name-%d.txt\n", blob, i%40, i%4000/40, i)
	}
	g.RunInput(b.String(), "update-index", "--index-info")
	g.CommitStaged("all")
	g.Pack()
	g.Write("some/folder7/of3/staged.txt", "new\n", "other/staged.txt", "new\n")
	g.Add("some/folder7/of3/staged.txt", "other/staged.txt")
	return g
}

func BenchmarkStaged(b *testing.B) {
	g := large(b)
	env := testEnv(b)
	for b.Loop() {
		r, err := Discover(g.Dir, env)
		if err != nil {
			b.Fatal(err)
		}
		files, err := r.Staged(context.Background())
		if err != nil || len(files) != 2 {
			b.Fatal(len(files), err)
		}
		r.Close()
	}
}

func BenchmarkIndex(b *testing.B) {
	r := discover(b, large(b).Dir)
	for b.Loop() {
		if _, err := r.Index(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkChangedWorktree(b *testing.B) {
	g := large(b)
	g.Run("checkout", "-q", "-f", "HEAD", "--", ".")
	r := discover(b, g.Dir)
	head := mustID(b, g.Head())
	for b.Loop() {
		if _, err := r.ChangedWorktree(context.Background(), head, nil); err != nil {
			b.Fatal(err)
		}
	}
}
