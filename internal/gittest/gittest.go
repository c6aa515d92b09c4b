// Package gittest builds repositories with the real git program, for tests.
//
// Everything is deterministic: identity, dates, default branch and configuration are fixed, nothing of the machine's or
// the user's own configuration is read, so the same steps give the same object ids on every machine. A step that fails
// ends the test.
package gittest

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Epoch is the time of the first commit of every repository; each later step of git is Tick later.
var Epoch = time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)

// Tick is the time between two steps.
const Tick = time.Minute

// Name and Email are the identity of author, committer and tagger.
const (
	Name  = "Ada Tester"
	Email = "ada@example.com"
)

// Repo is a repository under test. It is not safe for use by several goroutines at once.
type Repo struct {
	// Dir is the root of the working tree, or the repository itself if it is bare. It has no symbolic link in it.
	Dir string

	t    testing.TB
	home string
	tick int
	env  []string
}

// New makes an empty repository with the branch main in a temporary folder. The arguments go to "git init":
// New(t, "--bare"), New(t, "--object-format=sha256").
func New(t testing.TB, args ...string) *Repo {
	t.Helper()
	return NewIn(t, TempDir(t), args...)
}

// NewIn is New in a folder that the caller chooses; it is made if it does not exist.
func NewIn(t testing.TB, dir string, args ...string) *Repo {
	t.Helper()
	must(t, os.MkdirAll(dir, 0o777))
	r := Open(t, dir)
	r.Run(append([]string{"init", "-q", "-b", "main", "--template="}, args...)...)
	return r
}

// Open gives the steps of this package to a repository that exists already.
func Open(t testing.TB, dir string) *Repo {
	t.Helper()
	dir, err := filepath.EvalSymlinks(dir)
	must(t, err)
	return &Repo{Dir: dir, t: t, home: TempDir(t)}
}

// TempDir is t.TempDir without symbolic links in its path (the system's temporary folder may be one).
func TempDir(t testing.TB) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	return dir
}

// Setenv adds a variable to the environment of all following steps: Setenv("GIT_INDEX_FILE", path).
func (r *Repo) Setenv(name, value string) { r.env = append(r.env, name+"="+value) }

// Run runs git in the repository and returns its output without the last newline.
func (r *Repo) Run(args ...string) string {
	r.t.Helper()
	return r.RunInput("", args...)
}

// RunInput is Run with text on standard input.
func (r *Repo) RunInput(stdin string, args ...string) string {
	r.t.Helper()
	out, err := r.TryInput(stdin, args...)
	if err != nil {
		r.t.Fatal(err)
	}
	return out
}

// Try is Run for a step that may fail; the error holds what git said.
func (r *Repo) Try(args ...string) (string, error) {
	r.t.Helper()
	return r.TryInput("", args...)
}

// TryInput is Try with text on standard input.
func (r *Repo) TryInput(stdin string, args ...string) (string, error) {
	r.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = r.Dir
	cmd.Env = append(r.environment(cmd.Environ()), r.env...)
	cmd.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("git %s in %s: %w\n%s%s", strings.Join(args, " "), r.Dir, err, out.String(), errs.String())
	}
	r.tick++
	return strings.TrimSuffix(out.String(), "\n"), nil
}

// environment is made anew for each step; of the machine's own only what programs need in order to start is kept.
func (r *Repo) environment(own []string) []string {
	keep := []string{"PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "COMSPEC", "PATHEXT"}
	var env []string
	for _, v := range own {
		name, _, _ := strings.Cut(v, "=")
		if slices.Contains(keep, strings.ToUpper(name)) {
			env = append(env, v)
		}
	}
	date := Epoch.Add(time.Duration(r.tick) * Tick).Format(time.RFC3339)
	return append(
		env,
		"HOME="+r.home, "XDG_CONFIG_HOME="+filepath.Join(r.home, "none"), "USERPROFILE="+r.home, "LC_ALL=C", "TZ=UTC",
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_ATTR_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0",
		"GIT_EDITOR=true", "GIT_MERGE_AUTOEDIT=no", "GIT_PAGER=cat", "GIT_ALLOW_PROTOCOL=file",
		"GIT_AUTHOR_NAME="+Name, "GIT_AUTHOR_EMAIL="+Email, "GIT_AUTHOR_DATE="+date,
		"GIT_COMMITTER_NAME="+Name, "GIT_COMMITTER_EMAIL="+Email, "GIT_COMMITTER_DATE="+date,
		"GIT_CONFIG_COUNT=5",
		"GIT_CONFIG_KEY_0=advice.detachedHead", "GIT_CONFIG_VALUE_0=false",
		"GIT_CONFIG_KEY_1=core.autocrlf", "GIT_CONFIG_VALUE_1=false",
		"GIT_CONFIG_KEY_2=gc.auto", "GIT_CONFIG_VALUE_2=0",
		"GIT_CONFIG_KEY_3=protocol.file.allow", "GIT_CONFIG_VALUE_3=always",
		"GIT_CONFIG_KEY_4=maintenance.auto", "GIT_CONFIG_VALUE_4=false",
	)
}

// Path is the place of a file of the working tree, given with slashes.
func (r *Repo) Path(name string) string { return filepath.Join(r.Dir, filepath.FromSlash(name)) }

// GitPath is the place of a file of the repository itself, as git sees it: GitPath("index").
func (r *Repo) GitPath(name string) string {
	r.t.Helper()
	p := r.Run("rev-parse", "--git-path", name)
	if !filepath.IsAbs(p) {
		p = filepath.Join(r.Dir, p)
	}
	return filepath.FromSlash(p)
}

// Write writes files of the working tree: path, text, path, text, … Folders are made as needed.
func (r *Repo) Write(pathText ...string) {
	r.t.Helper()
	if len(pathText)%2 != 0 {
		r.t.Fatal("gittest: a path without a text")
	}
	for i := 0; i < len(pathText); i += 2 {
		p := r.Path(pathText[i])
		must(r.t, os.MkdirAll(filepath.Dir(p), 0o777))
		must(r.t, os.WriteFile(p, []byte(pathText[i+1]), 0o666))
	}
}

// WriteFiles writes many files of the working tree.
func (r *Repo) WriteFiles(files map[string]string) {
	r.t.Helper()
	for p, text := range files {
		r.Write(p, text)
	}
}

// Read is the text of a file of the working tree.
func (r *Repo) Read(path string) string {
	r.t.Helper()
	b, err := os.ReadFile(r.Path(path))
	must(r.t, err)
	return string(b)
}

// Remove deletes files of the working tree, without telling git.
func (r *Repo) Remove(paths ...string) {
	r.t.Helper()
	for _, p := range paths {
		must(r.t, os.RemoveAll(r.Path(p)))
	}
}

// Symlink makes a symbolic link; where the system has none, the test is skipped.
func (r *Repo) Symlink(target, path string) {
	r.t.Helper()
	must(r.t, os.MkdirAll(filepath.Dir(r.Path(path)), 0o777))
	if err := os.Symlink(target, r.Path(path)); err != nil {
		if runtime.GOOS == "windows" {
			r.t.Skipf("no symbolic links here: %v", err)
		}
		r.t.Fatal(err)
	}
}

// Version is the version of the git program, 2.39 being 239.
func Version(t testing.TB) int {
	t.Helper()
	out, err := exec.Command("git", "version").Output()
	must(t, err)
	m := regexp.MustCompile(`(\d+)\.(\d+)`).FindSubmatch(out)
	if m == nil {
		t.Fatalf("git version: %q", out)
	}
	major, _ := strconv.Atoi(string(m[1]))
	minor, _ := strconv.Atoi(string(m[2]))
	return major*100 + minor
}

// Tree lists the files below a folder with their texts, with slashes and without .git: what a scan of it can see.
func Tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	must(t, filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.Name() == ".git" {
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		rel, err := filepath.Rel(dir, p)
		if err != nil {
			return err
		}
		b, err := os.ReadFile(p)
		files[filepath.ToSlash(rel)] = string(b)
		return err
	}))
	return files
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
