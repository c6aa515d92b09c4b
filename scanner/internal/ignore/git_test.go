package ignore

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// gitDir makes a repository that all trees of a test share.
func gitDir(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	dir := filepath.Join(t.TempDir(), "r.git")
	if out, err := gitCommand("init", "-q", "--bare", dir).CombinedOutput(); err != nil {
		t.Fatalf("git init: %v: %s", err, out)
	}
	return dir
}

func gitCommand(args ...string) *exec.Cmd {
	c := exec.Command("git", args...)
	c.Env = []string{"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "LC_ALL=C", "HOME=/", "PATH=" + os.Getenv("PATH")}
	return c
}

// answer is what decided on a path: whether it is ignored, and by which line of which file.
type answer struct {
	ignored bool
	source  string
	line    string
	text    string
}

// askGit asks git check-ignore about paths of a tree.
func askGit(t *testing.T, gitDir, tree string, fold bool, paths []string) map[string]answer {
	t.Helper()
	c := gitCommand("--git-dir="+gitDir, "--work-tree="+tree, "-c", fmt.Sprintf("core.ignorecase=%v", fold),
		"-c", "core.bare=false", "check-ignore", "--no-index", "-z", "--stdin", "-v", "-n")
	c.Dir = tree
	c.Stdin = strings.NewReader(strings.Join(paths, "\x00") + "\x00")
	var failure bytes.Buffer
	c.Stderr = &failure
	out, err := c.Output()
	if exit, ok := err.(*exec.ExitError); err != nil && (!ok || exit.ExitCode() > 1) {
		t.Fatalf("git check-ignore: %v: %s", err, failure.String())
	}
	fields := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	if len(fields) != 4*len(paths) {
		t.Fatalf("git check-ignore: %d fields for %d paths", len(fields), len(paths))
	}
	all := map[string]answer{}
	for f := range slices.Chunk(fields, 4) {
		a := answer{source: f[0], line: f[1], text: f[2]}
		a.ignored = f[2] != "" && !strings.HasPrefix(f[2], "!")
		if strings.HasSuffix(a.source, "info/exclude") {
			a.source = ".git/info/exclude"
		}
		all[f[3]] = a
	}
	return all
}

// tree is a set of ignore files and of paths; directories end with a slash.
type tree struct {
	files map[string]string
	paths []string
	fold  bool
}

// write makes the tree on disk.
func (tr *tree) write(t *testing.T, gitDir, dir string) {
	t.Helper()
	put := func(name, content string) {
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	os.MkdirAll(filepath.Join(gitDir, "info"), 0o777)
	put(filepath.Join(gitDir, "info", "exclude"), tr.files[".git/info/exclude"])
	for name, content := range tr.files {
		if !strings.HasPrefix(name, ".git/") {
			put(filepath.Join(dir, name), content)
		}
	}
	for _, p := range tr.paths {
		full := dir + "/" + p
		if strings.HasSuffix(p, "/") {
			if err := os.MkdirAll(full, 0o777); err != nil {
				t.Fatal(err)
			}
		} else if _, err := os.Lstat(full); err != nil {
			put(full, "")
		}
	}
}

// ask answers from the tree's ignore files, as a walker would.
func (tr *tree) ask(p string) answer {
	isDir := strings.HasSuffix(p, "/")
	p = strings.TrimSuffix(p, "/")
	s := New(tr.fold)
	push := func(source, base string) {
		if content, ok := tr.files[source]; ok {
			s = s.Push(Parse([]byte(content), Options{Source: source, Base: base, FoldCase: tr.fold}))
		}
	}
	push(".git/info/exclude", "")
	push(".gitignore", "")
	var pattern *Pattern
	ignored := false
	for i := 0; i <= len(p) && !ignored; i++ {
		switch {
		case i == len(p):
			ignored, pattern = s.Match(p, isDir)
		case p[i] == '/':
			if ignored, pattern = s.Match(p[:i], true); !ignored {
				push(path.Join(p[:i], ".gitignore"), p[:i])
			}
		}
	}
	if pattern == nil {
		return answer{}
	}
	return answer{ignored, pattern.Source, fmt.Sprint(pattern.Line), pattern.Text}
}

// compare reports where git and this package differ.
func (tr *tree) compare(t *testing.T, gitDir string) (differences int) {
	t.Helper()
	dir := t.TempDir()
	tr.write(t, gitDir, dir)
	var bare []string
	for _, p := range tr.paths {
		bare = append(bare, strings.TrimSuffix(p, "/"))
	}
	want := askGit(t, gitDir, dir, tr.fold, bare)
	for _, p := range tr.paths {
		if got, want := tr.ask(p), want[strings.TrimSuffix(p, "/")]; got != want {
			differences++
			t.Errorf("%q: got %+v, git says %+v\nfiles %q fold %v", p, got, want, tr.files, tr.fold)
		}
	}
	return differences
}

func sortedKeys(m map[string]byte) []string { return slices.Sorted(maps.Keys(m)) }
