// Package ci tests what runs the program elsewhere: the Action, the hooks of
// pre-commit, the workflows, and the validators of what it writes. All of the
// package is a test.
package ci

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/unhapi/unhapi/rules"
)

// root is the folder of the module.
var root = sync.OnceValue(func() string {
	dir, err := filepath.Abs("../..")
	if err != nil {
		panic(err)
	}
	return dir
})

// build gives the program, built once for all tests of the package.
func build(t *testing.T) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var buildDir string

var built = sync.OnceValues(func() (string, error) {
	path := filepath.Join(buildDir, "unhapi")
	cmd := exec.Command("go", "build", "-o", path, ".")
	cmd.Dir = root()
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", errors.New(string(out))
	}
	return path, nil
})

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "unhapi-ci-")
	if err != nil {
		panic(err)
	}
	buildDir = dir
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// expand replaces the placeholders of a text by made-up credentials.
func expand(t *testing.T, text string) string {
	t.Helper()
	set, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	text, _ = rules.Expand(set.Packs, text)
	return text
}

// shell is a folder with an environment in which commands run.
type shell struct {
	t   *testing.T
	dir string
	env []string
}

// repository makes an empty git repository, out of reach of the user's own
// configuration.
func repository(t *testing.T) *shell {
	t.Helper()
	home := t.TempDir()
	s := &shell{t, t.TempDir(), append(
		os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "PRE_COMMIT_HOME="+filepath.Join(home, "pre-commit"),
		"GIT_AUTHOR_NAME=Ada Tester", "GIT_AUTHOR_EMAIL=ada@example.com",
		"GIT_COMMITTER_NAME=Ada Tester", "GIT_COMMITTER_EMAIL=ada@example.com",
	)}
	s.must("git", "init", "-q", "-b", "main")
	return s
}

// run runs a command and gives what it printed and its exit code.
func (s *shell) run(name string, args ...string) (string, int) {
	s.t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = s.dir, s.env
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	var failed *exec.ExitError
	switch {
	case err == nil:
		return out.String(), 0
	case errors.As(err, &failed):
		return out.String(), failed.ExitCode()
	}
	s.t.Fatalf("%s %v: %v", name, args, err)
	return "", 0
}

// must runs a command that has to succeed.
func (s *shell) must(name string, args ...string) string {
	s.t.Helper()
	out, code := s.run(name, args...)
	if code != 0 {
		s.t.Fatalf("%s %v: exit code %d\n%s", name, args, code, out)
	}
	return out
}

// write writes a file, with placeholders expanded.
func (s *shell) write(name, text string) {
	s.t.Helper()
	path := filepath.Join(s.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(expand(s.t, text)), 0o666); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shell) read(path string) string {
	s.t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

// commit stages and commits everything, past every hook.
func (s *shell) commit(message string) string {
	s.t.Helper()
	s.must("git", "add", "-A")
	s.must("git", "commit", "-q", "--no-verify", "-m", message)
	return strings.TrimSpace(s.must("git", "rev-parse", "HEAD"))
}

// clone makes a repository with one commit that holds this working tree.
func clone(t *testing.T) *shell {
	t.Helper()
	s := repository(t)
	list := exec.Command("git", "ls-files", "-co", "--exclude-standard", "-z")
	list.Dir = root()
	names, err := list.Output()
	if err != nil {
		t.Skipf("git ls-files: %v: the source is no checkout", err)
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(names), "\x00"), "\x00") {
		from, to := filepath.Join(root(), name), filepath.Join(s.dir, name)
		info, err := os.Lstat(from)
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
			continue
		}
		text, err := os.ReadFile(from)
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed by somebody else in between
		}
		if err == nil {
			err = os.MkdirAll(filepath.Dir(to), 0o777)
		}
		if err == nil {
			err = os.WriteFile(to, text, info.Mode().Perm())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	s.commit("all of it")
	return s
}
