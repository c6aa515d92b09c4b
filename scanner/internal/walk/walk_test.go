package walk

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/unhapi/unhapi/scanner/internal/ignore"
	"github.com/unhapi/unhapi/scanner/internal/text"
)

// write makes files below dir. Names with a slash at the end are directories; contents that begin with "-> " make
// symbolic links.
func write(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		full := filepath.Join(dir, filepath.FromSlash(name))
		parent := filepath.Dir(full)
		if strings.HasSuffix(name, "/") {
			parent = full
		}
		err := os.MkdirAll(parent, 0o777)
		if target, isLink := strings.CutPrefix(content, "-> "); err == nil && isLink {
			err = os.Symlink(target, full)
		} else if err == nil && parent != full {
			err = os.WriteFile(full, []byte(content), 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// result is what a walk did, as lines.
type result struct {
	visited []string // path, and marks: -> target, [tracked], an encoding that is not UTF-8
	skipped []string // path: reason, detail; with "!" in front if it failed
	stats   Stats
	texts   map[string]string
}

func run(t testing.TB, o Options) result {
	t.Helper()
	r, err := try(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func try(ctx context.Context, o Options) (result, error) {
	r := result{texts: map[string]string{}}
	var mu sync.Mutex
	stats, skipped, err := Walk(ctx, o, func(worker int, e Entry, raw []byte) {
		mu.Lock()
		defer mu.Unlock()
		line := e.Path
		if e.Kind == Symlink {
			line += " -> " + string(raw)
		}
		if e.Tracked {
			line += " [tracked]"
		}
		if e.Encoding != text.UTF8 {
			line += " " + e.Encoding.String()
		}
		if int64(len(raw)) != e.Size {
			line += " (wrong size)"
		}
		r.visited = append(r.visited, line)
		r.texts[e.Path] = string(raw)
	})
	r.stats = stats
	slices.Sort(r.visited)
	for _, s := range skipped {
		line := fmt.Sprintf("%s: %s", s.Path, s.Reason)
		if s.Detail != "" {
			line += ", " + s.Detail
		}
		if s.Failed {
			line = "!" + line
		}
		r.skipped = append(r.skipped, line)
	}
	return r, err
}

func equal(t testing.TB, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

func TestWalk(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"a.txt": "one", "d/b.txt": "two", "d/e/c.txt": "", ".git/config": "x", "d/.git": "gitdir: elsewhere", ".hidden": "h", "empty/": "",
		"bin": "a\x00b", "wide.txt": "\xff\xfea\x00", "pic": "\x89PNG\r\n\x1a\n", "latin": "caf\xe9",
		"link": "-> a.txt", "broken": "-> nowhere", "loop": "-> loop", "up": "-> ..", "outside": "-> /etc/passwd",
	})
	for _, workers := range []int{0, 1, 2, 7} {
		r := run(t, Options{Root: dir, Workers: workers})
		equal(t, "visited", r.visited, ".hidden", "a.txt", "broken -> nowhere", "d/b.txt", "d/e/c.txt", "latin", "link -> a.txt", "loop -> loop",
			"outside -> /etc/passwd", "up -> ..", "wide.txt UTF-16LE with BOM")
		equal(t, "skipped", r.skipped, "bin: binary, holds NUL bytes", "pic: binary, PNG image")
		if want := (Stats{Directories: 4, Files: 6, Symlinks: 5, Bytes: 15, Nested: 1}); r.stats != want {
			t.Errorf("stats: %+v", r.stats)
		}
		if r.texts["d/b.txt"] != "two" {
			t.Errorf("texts: %q", r.texts)
		}
	}
}

func TestIgnore(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		".gitignore": "*.log\nbuild/\n/only\n", "a.log": "", "a.txt": "", "build/x": "", "build/deep/y": "", "build/.gitignore": "!*", "only": "", "d/only": "",
		"d/.gitignore": "!keep.log\n*.tmp\n", "d/keep.log": "", "d/other.log": "", "d/x.tmp": "", "x.tmp": "", "mine": "",
		"l/.gitignore": "-> ../rules", "rules": "*", "l/z": "",
	})
	mine := ignore.New(false).Push(ignore.Parse([]byte("mine\na.txt\n"), ignore.Options{Source: "exclude"}))
	r := run(t, Options{Root: dir, Ignore: mine})
	equal(t, "visited", r.visited, ".gitignore", "d/.gitignore", "d/keep.log", "d/only", "l/.gitignore -> ../rules", "l/z", "rules", "x.tmp")
	if r.stats.Ignored != 7 {
		t.Errorf("ignored: %d", r.stats.Ignored)
	}
	r = run(t, Options{Root: dir})
	if len(r.visited) != 17 || r.stats.Ignored != 0 {
		t.Errorf("without ignore rules: %d %q", len(r.visited), r.visited)
	}
	tracked := NewTracked([]string{"build/deep/y", "a.log", "gone", "d/other.log"})
	r = run(t, Options{Root: dir, Ignore: ignore.New(false), Tracked: tracked})
	equal(t, "with tracked", r.visited, ".gitignore", "a.log [tracked]", "a.txt", "build/deep/y [tracked]", "d/.gitignore", "d/keep.log", "d/only",
		"d/other.log [tracked]", "l/.gitignore -> ../rules", "l/z", "mine", "rules", "x.tmp")
	if !tracked.Has("a.log") || tracked.Has("a") || tracked.Has("build") {
		t.Error("Has")
	}
}

// TestHostileIgnoreFiles: rules made to take up memory or time are not obeyed, and that is said.
func TestHostileIgnoreFiles(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"a/.gitignore": "*\n" + strings.Repeat("x\n", maxIgnoreFile), "a/f": "", "b/.gitignore": "*\n" + strings.Repeat("*?*?*[ab]\n", 5000), "b/f": "",
		"c/.gitignore": strings.Repeat("x\n", maxIgnoreFile/2-1) + "f\n", "c/f": "",
	})
	r := run(t, Options{Root: dir, Ignore: ignore.New(false)})
	equal(t, "visited", r.visited, "a/.gitignore", "a/f", "b/.gitignore", "b/f", "c/.gitignore")
	equal(t, "skipped", r.skipped, "a/.gitignore: ignore rules not obeyed, larger than 256 KiB",
		"b/.gitignore: ignore rules not obeyed, too many patterns with wildcards")
}

func TestNested(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		".gitignore": "*.log\nignored/\n", "a.log": "",
		"sub/.git/HEAD": "", "sub/a.log": "", "sub/.gitignore": "*.x\n", "sub/b.x": "", "sub/d/c.x": "", "sub/d/t.log": "",
		"module/.git": "gitdir: ../x", "module/a.log": "", "fake/.git/": "", "fake/a.log": "", "fake/b": "",
		"ignored/clone/.git/HEAD": "", "ignored/clone/f": "", "ignored/g": "",
	})
	r := run(t, Options{Root: dir, Ignore: ignore.New(false)})
	equal(t, "alone", r.visited, ".gitignore", "fake/a.log", "fake/b", "module/a.log", "sub/.gitignore", "sub/a.log", "sub/d/t.log")
	var asked []string
	var mu sync.Mutex
	repository := func(path string) Repository {
		mu.Lock()
		asked = append(asked, path)
		mu.Unlock()
		return Repository{
			Ordinary: path == "fake",
			Ignore:   ignore.New(false).Push(ignore.Parse([]byte("t.log\n"), ignore.Options{Base: path})),
			Tracked:  NewTracked([]string{"d/c.x"}),
		}
	}
	r = run(t, Options{Root: dir, Ignore: ignore.New(false), Repository: repository, Tracked: NewTracked([]string{"ignored/clone", "sub"})})
	equal(t, "asked", r.visited, ".gitignore", "fake/b", "ignored/clone/f", "module/a.log", "sub/.gitignore", "sub/a.log", "sub/d/c.x [tracked]")
	slices.Sort(asked)
	equal(t, "repositories", asked, "fake", "ignored/clone", "module", "sub")
	if r.stats.Nested != 3 {
		t.Errorf("nested: %d", r.stats.Nested)
	}
}

func TestPaths(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		".gitignore": "*.log\nbuild/\n", "a.log": "", "a.txt": "", "build/x": "", "build/x.log": "", "build/d/y": "", "d/.gitignore": "n*\n",
		"d/no": "", "d/e/no": "", "d/e/yes": "", "d/e/z.log": "", "link": "-> d", ".git/config": "", "sub/.git/HEAD": "", "sub/d/q.log": "", "sub/d/q": "",
	})
	for _, c := range []struct {
		paths   []string
		force   bool
		visited string
		skipped string
	}{
		{[]string{"a.txt"}, false, "a.txt", ""},
		{[]string{"a.log", "a.txt", "./a.txt", "a.txt"}, false, "a.log a.txt", ""},
		{[]string{"a.log", "a.txt", "build", "build/x", "d/no"}, true, "a.txt", ""},
		{[]string{"build"}, false, "build/d/y build/x", ""},
		{[]string{"build", "build/x.log", "build/d"}, false, "build/d/y build/x build/x.log", ""},
		{[]string{"d/e"}, false, "d/e/yes", ""},
		{[]string{"d/e", "d"}, true, "d/.gitignore d/e/yes", ""},
		{[]string{"d/e/no"}, false, "d/e/no", ""},
		{[]string{".", "a.log"}, false, ".gitignore a.log a.txt d/.gitignore d/e/yes link -> d sub/d/q sub/d/q.log", ""},
		{[]string{"link"}, false, "link -> d", ""},
		{[]string{"sub/d"}, false, "sub/d/q sub/d/q.log", ""},
		{[]string{"gone", "a.txt/x", "link/no"}, false, "", "!a.txt/x: unreadable|!gone: gone before it could be read|!link/no: unreadable"},
		{
			[]string{"../x", "/etc/passwd", ".git/config", "sub/.git"},
			false, "",
			"!../x: unreadable|.git/config: git's own folder|!/etc/passwd: unreadable|sub/.git: git's own folder",
		},
	} {
		r := run(t, Options{Root: dir, Paths: c.paths, Ignore: ignore.New(false), ForceExclude: c.force})
		if got := strings.Join(r.visited, " "); got != c.visited {
			t.Errorf("%q, %v:\n got %s\nwant %s", c.paths, c.force, got, c.visited)
		}
		if got := strings.Join(r.skipped, "|"); got != c.skipped {
			t.Errorf("%q, %v:\n got %s\nwant %s", c.paths, c.force, got, c.skipped)
		}
	}
}

func TestManyFiles(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{}
	for i := range 1200 {
		files[fmt.Sprintf("d/%04d", i)] = strings.Repeat("x", i)
	}
	write(t, dir, files)
	var paths []string
	for p := range files {
		paths = append(paths, p)
	}
	for _, o := range []Options{{Root: dir}, {Root: dir, Paths: paths}, {Root: dir, Paths: paths[:1], Workers: 3}} {
		r := run(t, o)
		if want := len(files); len(o.Paths) != 1 && (len(r.visited) != want || r.stats.Files != want) || len(o.Paths) == 1 && len(r.visited) != 1 {
			t.Errorf("%d visited, %d files", len(r.visited), r.stats.Files)
		}
		for p, text := range r.texts {
			if text != files[p] {
				t.Fatalf("%s: %q", p, text)
			}
		}
	}
}

func TestRoot(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"d/a": "", "l": "-> d", "f": ""})
	equal(t, "through a link", run(t, Options{Root: filepath.Join(dir, "l")}).visited, "a")
	for _, bad := range []string{"gone", "f"} {
		full := filepath.Join(dir, bad)
		if _, err := try(context.Background(), Options{Root: full}); err == nil || !strings.HasPrefix(err.Error(), full+": ") {
			t.Errorf("%s: %v", bad, err)
		} else if bad == "gone" && !strings.Contains(err.Error(), fs.ErrNotExist.Error()) && !strings.Contains(err.Error(), "no such file") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestCancel(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{}
	for i := range 500 {
		files[fmt.Sprintf("%d/%d", i%50, i)] = ""
	}
	write(t, dir, files)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	n := 0
	_, _, err := Walk(ctx, Options{Root: dir, Workers: 1}, func(int, Entry, []byte) {
		if n++; n == 20 {
			cancel()
		}
	})
	if err != context.Canceled || n == 500 {
		t.Errorf("%v after %d visits", err, n)
	}
	if r, err := try(ctx, Options{Root: dir}); err != context.Canceled || len(r.visited) == 500 {
		t.Errorf("%v, %d", err, len(r.visited))
	}
}
