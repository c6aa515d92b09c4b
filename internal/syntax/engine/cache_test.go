package engine

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// cached lists the files below a cache directory.
func cached(t *testing.T, dir string) (files []string) {
	t.Helper()
	filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, p)
		}
		return nil
	})
	return files
}

func parseOnce(t *testing.T, opt Options) string {
	t.Helper()
	e := New(opt)
	defer e.Close()
	return parse(t, e, "json", sample(t, "json")).String()
}

// TestCache wants the same tree without a cache, with a cold, a warm, a damaged
// and an unusable one, and from the interpreter.
func TestCache(t *testing.T) {
	want := parse(t, shared, "json", sample(t, "json")).String()
	same := func(name string, opt Options) {
		t.Helper()
		if parseOnce(t, opt) != want {
			t.Errorf("%s: another tree", name)
		}
	}
	same("interpreter", Options{Interpret: 1 << 20})

	dir := filepath.Join(t.TempDir(), "a", "b")
	same("cold", Options{CacheDir: dir})
	files := cached(t, dir)
	if len(files) == 0 {
		t.Skip("no compiler on this system")
	}
	fi, err := os.Stat(filepath.Dir(filepath.Dir(files[0])))
	if err != nil || runtime.GOOS != "windows" && fi.Mode().Perm() != 0o700 {
		t.Errorf("cache directory: %v %v", fi.Mode(), err)
	}
	same("warm", Options{CacheDir: dir})
	for _, damage := range []string{"", "x", "WAZEVO"} {
		if err := os.WriteFile(files[0], []byte(damage), 0o600); err != nil {
			t.Fatal(err)
		}
		same("damaged", Options{CacheDir: dir})
		same("repaired", Options{CacheDir: dir})
	}

	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	same("a file in its place", Options{CacheDir: filepath.Join(file, "x")})
}

// TestForeignCache keeps compiled code out of a folder that others can write to.
func TestForeignCache(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no mode bits")
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "grammars"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "grammars"), 0o777); err != nil {
		t.Fatal(err)
	}
	parseOnce(t, Options{CacheDir: dir})
	if f := cached(t, dir); len(f) > 0 {
		t.Errorf("wrote %s", strings.Join(f, " "))
	}
}

// TestInterpretBudget compiles a language after as many bytes as asked for.
func TestInterpretBudget(t *testing.T) {
	e := New(Options{Interpret: 30})
	defer e.Close()
	for i := range 3 {
		parse(t, e, "json", `{"a": [1, 2]}`)
		if compiled := e.grammars["json"].compiled != nil; compiled != (i == 2) {
			t.Errorf("file %d: compiled %v", i, compiled)
		}
	}
}
