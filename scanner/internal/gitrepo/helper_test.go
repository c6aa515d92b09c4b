package gitrepo

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
)

// testEnv is an environment with the git program and nothing else.
func testEnv(t testing.TB) Env {
	t.Helper()
	return Env{Path: os.Getenv("PATH"), Home: t.TempDir()}
}

func discover(t testing.TB, path string) *Repo {
	t.Helper()
	return discoverEnv(t, path, testEnv(t))
}

func discoverEnv(t testing.TB, path string, env Env) *Repo {
	t.Helper()
	r, err := Discover(path, env)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func mustID(t testing.TB, digits string) ID {
	t.Helper()
	id, err := ParseID(digits)
	if err != nil {
		t.Fatalf("%q: %v", digits, err)
	}
	return id
}

// forms are repositories of the forms there are; each test that is true of all runs on all.
func forms(t *testing.T, run func(t *testing.T, g *gittest.Repo)) {
	t.Helper()
	t.Run("sha1", func(t *testing.T) { run(t, gittest.New(t)) })
	t.Run("sha256", func(t *testing.T) { run(t, gittest.New(t, "--object-format=sha256")) })
	t.Run("worktree", func(t *testing.T) {
		g := gittest.New(t)
		g.Run("commit", "-q", "--allow-empty", "-m", "start")
		g.Run("config", "extensions.worktreeConfig", "true")
		run(t, g.Worktree("linked"))
	})
	t.Run("submodule", func(t *testing.T) {
		g, sub := gittest.New(t), gittest.New(t)
		sub.Commit("sub", "s", "s\n")
		g.Submodule(sub, "mod")
		run(t, gittest.Open(t, filepath.Join(g.Dir, "mod")))
	})
}
