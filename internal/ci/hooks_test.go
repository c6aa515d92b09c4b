package ci

import (
	"fmt"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/internal/testtools"
)

// hooked makes a repository that takes one hook of this working tree, with an
// old call committed.
func hooked(t *testing.T, remote *shell, hook string) *shell {
	t.Helper()
	s := repository(t)
	s.env = remote.env // pre-commit builds the program once for all of them
	rev := strings.TrimSpace(remote.must("git", "rev-parse", "HEAD"))
	s.write(".pre-commit-config.yaml", fmt.Sprintf("repos:\n- repo: %s\n  rev: %s\n  hooks:\n  - id: %s\n", remote.dir, rev, hook))
	s.write("app.py", oldCall)
	s.commit("an old call")
	s.must("pre-commit", "install", "-f", "--install-hooks")
	return s
}

// commits tries a commit with its hooks.
func (s *shell) commits(want bool, args ...string) {
	s.t.Helper()
	out, code := s.run("git", append([]string{"commit", "-q"}, args...)...)
	if (code == 0) != want {
		s.t.Errorf("git commit %v: exit code %d, the hook should let it through: %v\n%s", args, code, want, out)
	}
	if secret := expand(s.t, "{{uuid}}"); strings.Contains(out, secret) {
		s.t.Error("the hook shows the secret")
	}
}

func TestPreCommit(t *testing.T) {
	testtools.Need(t, "pre-commit")
	if !testtools.All() {
		t.Skip("pre-commit builds the program with a module cache of its own, from the network: scripts/test runs this test")
	}
	remote := clone(t)
	remote.must("pre-commit", "validate-manifest", ".pre-commit-hooks.yaml")

	t.Run("staged", func(t *testing.T) {
		t.Parallel()
		s := hooked(t, remote, "unhapi-staged")

		s.write("app.py", "# an edit\n"+strings.Replace(oldCall, "owners/v2", "contacts/v1", 1))
		s.must("git", "add", "app.py")
		s.commits(true, "-m", "an edit of an old call passes")

		s.write("app.py", s.read(s.dir+"/app.py")+"API_KEY = \"{{uuid}}\"  # hubspot\n")
		s.must("git", "add", "app.py")
		s.commits(false, "-m", "a new key does not")

		s.write("other.txt", "nothing\n")
		s.must("git", "add", "other.txt")
		s.commits(true, "-m", "only what is committed counts", "other.txt")

		s.must("git", "checkout", "-q", "HEAD", "app.py")
		s.write("app.py", s.read(s.dir+"/app.py")+"API_KEY = \"{{uuid}}\"  # hubspot\n")
		s.commits(false, "-m", "a path of its own index", "app.py")

		s.must("git", "checkout", "-q", "HEAD", "app.py")
		s.write("app.py", s.read(s.dir+"/app.py")+"print(1)\n")
		s.must("git", "add", "app.py")
		s.write("app.py", s.read(s.dir+"/app.py")+"API_KEY = \"{{uuid}}\"  # hubspot\n")
		s.commits(true, "-m", "what is not staged does not count")
	})

	t.Run("named", func(t *testing.T) {
		t.Parallel()
		s := hooked(t, remote, "unhapi")

		out, code := s.run("pre-commit", "run", "--all-files")
		if code == 0 || !strings.Contains(out, "app.py:3:") {
			t.Errorf("--all-files: exit code %d\n%s", code, out)
		}
		s.write("clean.py", "print(1)\n")
		s.must("git", "add", "clean.py")
		s.commits(true, "-m", "only the files of the commit are scanned")

		s.write("k.env", "HUBSPOT_API_KEY={{uuid}}\n")
		s.must("git", "add", "k.env")
		s.commits(false, "-m", "a new key stops the commit")
	})
}
