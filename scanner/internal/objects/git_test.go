package objects

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// repo is a bare repository made with real git.
type repo struct {
	t    testing.TB
	dir  string
	hash Hash
	kept map[ID]object // what all returns, if set
}

func newRepo(t testing.TB) *repo { return newRepoOf(t, SHA1) }

func newRepoOf(t testing.TB, hash Hash) *repo {
	t.Helper()
	r := &repo{t: t, dir: t.TempDir(), hash: hash}
	r.git(nil, "init", "-q", "--bare", "--object-format="+map[Hash]string{SHA1: "sha1", SHA256: "sha256"}[hash], ".")
	r.git(nil, "config", "gc.auto", "0")
	r.git(nil, "config", "maintenance.auto", "false")
	return r
}

func (r *repo) git(stdin []byte, args ...string) string {
	r.t.Helper()
	out, err := r.try(stdin, args...)
	if err != nil {
		r.t.Fatal(err)
	}
	return out
}

func (r *repo) try(stdin []byte, args ...string) (string, error) {
	c := exec.Command("git", args...)
	c.Dir = r.dir
	c.Stdin = bytes.NewReader(stdin)
	c.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_DIR=.", "LC_ALL=C",
		"GIT_AUTHOR_NAME=test", "GIT_AUTHOR_EMAIL=test@example.org", "GIT_COMMITTER_NAME=test",
		"GIT_COMMITTER_EMAIL=test@example.org", "GIT_AUTHOR_DATE=1000000000 +0000", "GIT_COMMITTER_DATE=1000000000 +0000")
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		err = fmt.Errorf("git %v: %w\n%s", args, err, stderr.Bytes())
	}
	return string(out), err
}

func (r *repo) objects() string { return filepath.Join(r.dir, "objects") }

// open opens the object database; change can alter the options.
func (r *repo) open(change ...func(*Options)) *Store {
	r.t.Helper()
	o := Options{ObjectDirs: []string{r.objects()}, Hash: r.hash, Workers: 2}
	for _, f := range change {
		f(&o)
	}
	s, err := Open(o)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { s.Close() })
	return s
}

// object is what git says of one.
type object struct {
	kind string
	data []byte
}

// all asks git for all objects.
func (r *repo) all() map[ID]object {
	r.t.Helper()
	if r.kept != nil {
		return r.kept
	}
	out := r.git(nil, "cat-file", "--batch-all-objects", "--batch")
	all := map[ID]object{}
	for len(out) > 0 {
		head, rest, _ := strings.Cut(out, "\n")
		var id, kind string
		var size int
		fmt.Sscan(head, &id, &kind, &size)
		all[r.id(id)] = object{kind, []byte(rest[:size])}
		out = rest[size+1:]
	}
	return all
}

func (r *repo) id(s string) ID {
	r.t.Helper()
	id, err := ParseID(strings.TrimSpace(s))
	if err != nil {
		r.t.Fatal(err)
	}
	return id
}

// packs returns the paths of the packs.
func (r *repo) packs() []string {
	paths, _ := filepath.Glob(filepath.Join(r.objects(), "pack", "*.pack"))
	return paths
}

// remove removes files of the object directory.
func (r *repo) remove(pattern string) int {
	r.t.Helper()
	paths, _ := filepath.Glob(filepath.Join(r.objects(), pattern))
	for _, p := range paths {
		if err := os.Remove(p); err != nil {
			r.t.Fatal(err)
		}
	}
	return len(paths)
}

// take copies the objects of another repository as they are stored there.
func (r *repo) take(other *repo) {
	r.t.Helper()
	for _, pattern := range []string{"pack/*", "??/*"} {
		for _, path := range glob(other, pattern) {
			b, err := os.ReadFile(path)
			if err != nil {
				r.t.Fatal(err)
			}
			rel, _ := filepath.Rel(other.objects(), path)
			r.writeFile(rel, b)
		}
	}
}

// script builds input for git fast-import.
type script struct {
	bytes.Buffer
	marks int
}

func (s *script) data(b []byte) {
	fmt.Fprintf(s, "data %d\n", len(b))
	s.Write(b)
	s.WriteByte('\n')
}

// blob returns its mark.
func (s *script) blob(b []byte) int {
	s.marks++
	fmt.Fprintf(s, "blob\nmark :%d\n", s.marks)
	s.data(b)
	return s.marks
}

// commit opens a commit; its changes follow as "M 100644 :mark path" and "D path". It returns its mark.
func (s *script) commit(branch string, time int, message []byte, parents ...int) int {
	s.marks++
	fmt.Fprintf(s, "commit refs/heads/%s\nmark :%d\ncommitter test <test@example.org> %d +0000\n", branch, s.marks, time)
	s.data(message)
	for i, p := range parents {
		fmt.Fprintf(s, "%s :%d\n", []string{"from", "merge"}[min(i, 1)], p)
	}
	return s.marks
}

// fastImport runs a script; without unpacking it leaves one pack.
func (r *repo) fastImport(s *script, unpack bool) {
	r.t.Helper()
	limit := "0"
	if unpack {
		limit = "1000000"
	}
	r.git(s.Bytes(), "-c", "fastimport.unpackLimit="+limit, "fast-import", "--quiet", "--force", "--date-format=raw")
}

// deepest returns the length of the longest chain of deltas.
func deepest(s *Store) (depth int) {
	s.load()
	for _, p := range s.packs {
		for i := range p.n {
			n := 0
			for j := i; p.base[j] >= 0; j = int(p.base[j]) {
				n++
			}
			depth = max(depth, n)
		}
	}
	return depth
}

func background() context.Context { return context.Background() }
