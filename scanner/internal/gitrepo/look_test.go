package gitrepo

import (
	"errors"
	"io/fs"
	"math/rand"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// However a folder is reached, a look tells what os.Lstat tells, and nothing of what lies behind a link.
func TestLook(t *testing.T) {
	root := t.TempDir()
	deep := strings.TrimSuffix(strings.Repeat("d/", 100), "/")
	paths := []string{"a", "a/b", "a/b/c", "a/x", "ab/c", "z", "a/b-c", "link", "link/c", "link/none", "a/up", "a/up/z", "none", "none/c", "z/c"}
	long := strings.Repeat("x", 300) // no file system takes such a name, which says nothing of what is there
	paths = append(paths, long, long+"/c", "a/"+long+"/b/c")
	for end := 1; end <= len(deep); end += 2 {
		paths = append(paths, deep[:end]+"/f")
	}
	for _, dir := range []string{"a/b", "ab", deep} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range append([]string{"a/b/c", "a/x", "ab/c", "z", "a/b-c"}, paths[18:]...) {
		if err := os.WriteFile(filepath.Join(root, file), []byte(file), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if runtime.GOOS != "windows" {
		for link, to := range map[string]string{"link": "a/b", "a/up": ".."} {
			if err := os.Symlink(to, filepath.Join(root, link)); err != nil {
				t.Fatal(err)
			}
		}
	}
	l, plain := newLooker(root), &pathLooker{root: root}
	defer l.close()
	rnd := rand.New(rand.NewSource(1))
	for range 5000 {
		p := paths[rnd.Intn(len(paths))]
		got, err := l.look(p)
		want, errPlain := plain.look(p)
		if got.mode != want.mode || got.size != want.size || !got.changed.Equal(want.changed) || (err == nil) != (errPlain == nil) {
			t.Fatalf("%s: got %+v %v, want %+v %v", p, got, err, want, errPlain)
		}
		behind := strings.HasPrefix(p, "link/") || strings.HasPrefix(p, "a/up/") || strings.HasPrefix(p, "none")
		if errors.Is(err, fs.ErrNotExist) != errors.Is(errPlain, fs.ErrNotExist) {
			t.Fatalf("%s: %v, %v", p, err, errPlain)
		}
		if missing := errors.Is(err, fs.ErrNotExist); missing != behind && p != "z/c" && runtime.GOOS != "windows" {
			t.Fatalf("%s: %v", p, err)
		}
	}
}
