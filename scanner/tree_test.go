package scanner

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
)

// foundIn gives the paths of a scan's findings, each once.
func foundIn(res *Result) []string {
	out := []string{}
	for _, f := range res.Findings {
		if n := len(out); n == 0 || out[n-1] != f.Path {
			out = append(out, f.Path)
		}
	}
	return out
}

// forest makes a repository with files that are tracked, ignored, both or
// neither, each with a secret; the path is in its name.
func forest(t testing.TB, o Options) *gittest.Repo {
	text := expand(t, o, "T = '{{app-token}}'\n")
	r := gittest.New(t)
	r.Write(".gitignore", "*.log\nbuild/\n", "tracked.py", text, "tracked.log", text, "build/tracked.py", text, "src/deep/tracked.py", text)
	r.Add(".gitignore", "tracked.py", "src")
	r.Run("add", "-f", "tracked.log", "build/tracked.py")
	r.CommitStaged("one")
	r.Write("untracked.py", text, "ignored.log", text, "build/ignored.py", text, "src/.gitignore", "local.py\n", "src/local.py", text, "excluded.py", text)
	r.WriteGit("info/exclude", "excluded.py\n")
	return r
}

func TestTreeTracksAndIgnores(t *testing.T) {
	o := testOptions(t)
	r := forest(t, o)
	all := []string{"build/ignored.py", "build/tracked.py", "excluded.py", "ignored.log", "src/deep/tracked.py", "src/local.py", "tracked.log", "tracked.py", "untracked.py"}
	for _, c := range []struct {
		name  string
		paths []string // below the root
		set   func(*Options)
		want  []string
	}{
		{"everything", []string{"."}, nil, []string{"build/tracked.py", "src/deep/tracked.py", "tracked.log", "tracked.py", "untracked.py"}},
		{"without ignore rules", []string{"."}, func(o *Options) { o.NoIgnore = true }, all},
		{"a folder", []string{"src"}, nil, []string{"src/deep/tracked.py"}},
		{"an ignored folder", []string{"build"}, nil, []string{"build/ignored.py", "build/tracked.py"}},
		{"an ignored file", []string{"ignored.log"}, nil, []string{"ignored.log"}},
		{"an ignored file of an ignored folder", []string{"build/ignored.py"}, nil, []string{"build/ignored.py"}},
		{"ignored files, excluded by force", []string{"ignored.log", "build/ignored.py", "tracked.log"}, func(o *Options) { o.ForceExclude = true }, []string{"tracked.log"}},
		{"several files", []string{"tracked.py", "src/deep/tracked.py"}, nil, []string{"src/deep/tracked.py", "tracked.py"}},
		{"a file twice, and its folder", []string{"src/deep/tracked.py", "src/deep/tracked.py", "src"}, nil, []string{"src/deep/tracked.py"}},
		{"everything and an ignored file", []string{".", "src/local.py"}, nil, []string{"build/tracked.py", "src/deep/tracked.py", "src/local.py", "tracked.log", "tracked.py", "untracked.py"}},
		{"an excluded file", []string{"excluded.py"}, nil, []string{"excluded.py"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := o
			if c.set != nil {
				c.set(&o)
			}
			var paths []string
			for _, p := range c.paths {
				paths = append(paths, r.Path(p))
			}
			res := scanTree(t, o, paths...)
			equal(t, "files with findings", foundIn(res), c.want)
			if len(res.Findings) != len(c.want) || !res.Complete() || res.Source.Head != r.Head() || res.Source.Root != r.Dir {
				t.Errorf("%d findings, skipped %+v, source %+v", len(res.Findings), res.Skipped, res.Source)
			}
		})
	}
}

// TestTreePaths: inside a repository paths are relative to its root, outside to
// the argument; of several roots each is named as the argument names it.
func TestTreePaths(t *testing.T) {
	o := testOptions(t)
	text := expand(t, o, "T = '{{app-token}}'\n")
	top := gittest.TempDir(t)
	write := func(name string) {
		must(t, os.MkdirAll(filepath.Dir(filepath.Join(top, name)), 0o777))
		must(t, os.WriteFile(filepath.Join(top, name), []byte(text), 0o666))
	}
	for _, name := range []string{"plain/a.py", "plain/sub/b.py", "one/src/c.py", "x/app/src/d.py", "y/app/src/e.py"} {
		write(name)
	}
	for _, name := range []string{"one", "x/app", "y/app"} {
		gittest.NewIn(t, filepath.Join(top, name))
	}
	t.Chdir(top)
	for _, c := range []struct{ args, want string }{
		{"plain", "a.py sub/b.py"},
		{"plain/", "a.py sub/b.py"},
		{"plain/sub/b.py", "b.py"},
		{"plain/a.py plain/sub", "plain/a.py plain/sub/b.py"},
		{"plain/sub plain", "plain/a.py plain/sub/b.py"},
		{"plain/a.py ./plain/a.py", "plain/a.py"},
		{"one", "src/c.py"},
		{"one/src", "src/c.py"},
		{"one one/src/c.py", "src/c.py"},
		{"one plain", "one/src/c.py plain/a.py plain/sub/b.py"},
		{"one/src plain", "one/src/c.py plain/a.py plain/sub/b.py"},
		{"x/app/src y/app", "x/app/src/d.py y/app/src/e.py"},
		{".", "one/src/c.py plain/a.py plain/sub/b.py x/app/src/d.py y/app/src/e.py"},
		{". one", "one/src/c.py plain/a.py plain/sub/b.py x/app/src/d.py y/app/src/e.py"},
		{"one .", "one/src/c.py plain/a.py plain/sub/b.py x/app/src/d.py y/app/src/e.py"},
	} {
		res := scanTree(t, o, strings.Fields(c.args)...)
		if got := strings.Join(foundIn(res), " "); got != c.want || len(res.Findings) != len(foundIn(res)) {
			t.Errorf("scan %s: %d findings in %s, want %s", c.args, len(res.Findings), got, c.want)
		}
	}
	t.Chdir(filepath.Join(top, "one", "src"))
	equal(t, "from below the root", foundIn(scanTree(t, o, ".")), []string{"src/c.py"})
	equal(t, "from below the root, with another", foundIn(scanTree(t, o, ".", "../../plain/sub")), []string{"../../plain/sub/b.py", "one/src/c.py"})
}

func TestTreeUsage(t *testing.T) {
	o := testOptions(t)
	bare := livesIn(t, o).Clone("--bare")
	for path, next := range map[string]string{
		filepath.Join(gittest.TempDir(t), "nothing"): "try `unhapi scan .`",
		bare.Dir: "try `unhapi scan --history " + bare.Dir + "`",
	} {
		var usage *UsageError
		if _, err := Tree(context.Background(), []string{path}, o); !errors.As(err, &usage) || !strings.Contains(err.Error(), next) {
			t.Errorf("%s: error is %v, want a usage error that says %q", path, err, next)
		}
	}
}

// TestTreeNested: checked-out submodules and nested clones are part of the
// tree, by their own rules.
func TestTreeNested(t *testing.T) {
	o := testOptions(t)
	r := gittest.New(t)
	r.Commit("one", ".gitignore", "*.py\n")
	r.Submodule(forest(t, o), "lib")
	r.Submodule(forest(t, o), "absent")
	r.CommitStaged("submodules")
	must(t, os.RemoveAll(r.Path("absent")))
	must(t, os.MkdirAll(r.Path("absent"), 0o777))
	nested := gittest.NewIn(t, r.Path("clone"))
	nested.Write(".gitignore", "*.log\n", "a.log", expand(t, o, "T = '{{app-token}}'\n"), "b.py", expand(t, o, "T = '{{app-token}}'\n"))
	want := []string{"clone/b.py", "lib/build/tracked.py", "lib/src/deep/tracked.py", "lib/tracked.log", "lib/tracked.py"}
	res := scanTree(t, o, r.Dir)
	equal(t, "files with findings", foundIn(res), want)
	if !skippedAs(res, "absent", "submodule that is not checked out") || !res.Complete() {
		t.Errorf("skipped %+v", res.Skipped)
	}
	inner := scanTree(t, o, r.Path("lib"))
	equal(t, "from inside the submodule", foundIn(inner), []string{"build/tracked.py", "src/deep/tracked.py", "tracked.log", "tracked.py"})
}

func TestTreeLFSPointer(t *testing.T) {
	o := testOptions(t)
	r := gittest.New(t)
	pointer := "version https://git-lfs.github.com/spec/v1\noid sha256:" + strings.Repeat("0a", 32) + "\nsize 12345\n"
	r.Commit("one", "big.json", pointer, "note.md", "# "+pointer)
	res := scanTree(t, o, r.Dir)
	if len(res.Skipped) != 1 || !skippedAs(res, "big.json", "git LFS pointer") || !res.Complete() {
		t.Errorf("skipped %+v, want the pointer", res.Skipped)
	}
	h := scanHistory(t, r, o, HistoryOptions{})
	if len(h.Skipped) != 1 || !skippedAs(h, "git LFS", "the content of files that git LFS keeps (1 ") || !h.Complete() {
		t.Errorf("history skipped %+v, want the pointer", h.Skipped)
	}
}

// TestTreeSameAtAnyNumberOfWorkers compares all that a scan gives, byte for
// byte.
func TestTreeSameAtAnyNumberOfWorkers(t *testing.T) {
	o := testOptions(t)
	r := generatedRepo(t, o, 9)
	r.Write("broken/a.bin", "\x00\x01\x02", "broken/b.py", "# unhapi:ignore[hubspot-legacy-key] nothing\n")
	var first string
	for i, workers := range []int{1, 8, 2, 8} {
		o.Workers = workers
		got := plain(t, scanTree(t, o, r.Dir))
		if i == 0 {
			first = got
		} else if got != first {
			t.Errorf("%d workers give another result than one:\n%s\n%s", workers, got, first)
		}
	}
	if !strings.Contains(first, "hubspot-legacy-call") || !strings.Contains(first, "binary") {
		t.Errorf("the comparison proves little: %s", first)
	}
}

func TestTreeProgress(t *testing.T) {
	o := testOptions(t)
	dir := gittest.TempDir(t)
	for i := range 1000 {
		must(t, os.WriteFile(filepath.Join(dir, itoa(i)), []byte("text\n"), 0o666))
	}
	var busy atomic.Int32
	var last int64
	o.Workers = 8
	o.Progress = func(p Progress) {
		if busy.Add(1) > 1 {
			t.Error("progress is told by two goroutines at a time")
		}
		last = p.Done
		busy.Add(-1)
	}
	if res := scanTree(t, o, dir); res.Stats.Files != 1000 || last == 0 || last > 1000 {
		t.Errorf("the last word was %d files of %d", last, res.Stats.Files)
	}
}

func TestTreeCancelled(t *testing.T) {
	o := testOptions(t)
	r := forest(t, o)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if res, err := Tree(ctx, []string{r.Dir}, o); err == nil && res.Complete() {
		t.Error("a cancelled scan counts as complete")
	}
}
