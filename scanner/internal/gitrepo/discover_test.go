package gitrepo

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
)

// From any place inside, the repository is the one that git finds.
func TestDiscover(t *testing.T) {
	forms(t, func(t *testing.T, g *gittest.Repo) {
		g.Commit("first", "dir/sub/file", "x\n")
		abs := func(p string) string {
			if !filepath.IsAbs(p) {
				p = filepath.Join(g.Dir, p)
			}
			return filepath.Clean(p)
		}
		for _, from := range []string{"", "dir", "dir/sub", "dir/sub/file"} {
			r := discover(t, g.Path(from))
			if r.Root != g.Dir || r.GitDir != abs(g.Run("rev-parse", "--git-dir")) || r.CommonDir != abs(g.Run("rev-parse", "--git-common-dir")) {
				t.Errorf("from %q: root %s, git dir %s, common dir %s", from, r.Root, r.GitDir, r.CommonDir)
			}
			if r.Hash.String() != g.Run("rev-parse", "--show-object-format") {
				t.Errorf("hash %s", r.Hash)
			}
			if want := []string{abs(g.GitPath("objects"))}; !slices.Equal(r.ObjectDirs, want) {
				t.Errorf("objects in %q, want %q", r.ObjectDirs, want)
			}
			if len(r.Problems) > 0 {
				t.Errorf("problems: %v", r.Problems)
			}
		}
		inside := discover(t, filepath.Join(abs(g.Run("rev-parse", "--git-dir")), "logs"))
		if inside.Root != g.Dir {
			t.Errorf("from inside: root %q, problems %v", inside.Root, inside.Problems)
		}
	})
}

func TestDiscoverBare(t *testing.T) {
	g := gittest.New(t)
	g.Commit("first", "f", "x\n")
	bare := g.Clone("--bare")
	r := discover(t, filepath.Join(bare.Dir, "objects"))
	if !r.Bare() || r.GitDir != bare.Dir {
		t.Errorf("root %q, git dir %q", r.Root, r.GitDir)
	}
	if _, err := r.Staged(t.Context()); err != nil {
		t.Error(err)
	}
	// A linked working tree of a bare repository is none itself.
	if w := bare.Worktree("linked"); discover(t, w.Dir).Root != w.Dir {
		t.Error("linked working tree of a bare repository")
	}
}

func TestDiscoverKinds(t *testing.T) {
	g := gittest.New(t)
	g.Commit("first", "f", "x\n", "dir/f", "x\n")
	g.Commit("second", "f", "y\n")
	t.Run("shallow", func(t *testing.T) {
		c := g.Clone("--depth=1")
		if r := discover(t, c.Dir); len(r.Shallow) != 1 || r.Shallow[0].String() != c.Head() {
			t.Errorf("shallow %v", r.Shallow)
		}
	})
	t.Run("alternates", func(t *testing.T) {
		second := g.CloneShared()
		third := second.CloneShared()
		third.WriteGit("objects/info/alternates", "# a comment\n"+third.Read(".git/objects/info/alternates")+
			"\n\""+strings.ReplaceAll(filepath.ToSlash(second.Dir), "/", `\057`)+"/.git/objects\"\n/nowhere/at/all\n")
		r := discover(t, third.Dir)
		want := []string{third.GitPath("objects"), second.GitPath("objects"), g.GitPath("objects")}
		if !slices.Equal(r.ObjectDirs, want) {
			t.Errorf("objects in %q, want %q", r.ObjectDirs, want)
		}
		if len(r.Problems) != 1 || !strings.Contains(r.Problems[0].Reason, "nowhere") || !r.Problems[0].Failed {
			t.Errorf("problems %v", r.Problems)
		}
		if _, _, err := r.Objects.Get(t.Context(), mustID(t, g.Head())); err != nil {
			t.Error(err)
		}
		// In a circle.
		g.WriteGit("objects/info/alternates", third.GitPath("objects")+"\n")
		if r := discover(t, g.Dir); len(r.ObjectDirs) != 3 {
			t.Errorf("objects in %q", r.ObjectDirs)
		}
		g.WriteGit("objects/info/alternates", "")
	})
	t.Run("sparse", func(t *testing.T) {
		c := g.Clone()
		c.Run("sparse-checkout", "set", "--cone", "dir")
		if r := discover(t, c.Dir); !r.Sparse {
			t.Error("not sparse")
		}
	})
	t.Run("partial", func(t *testing.T) {
		g.Run("config", "uploadpack.allowFilter", "true")
		c := g.Clone("--filter=blob:none", "--no-checkout")
		r := discover(t, c.Dir)
		if !slices.Equal(r.Promisors, []string{"origin"}) {
			t.Errorf("promisors %q", r.Promisors)
		}
		_, _, err := r.Objects.Get(t.Context(), mustID(t, g.ID("HEAD:f")))
		if !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), "partial") {
			t.Errorf("missing blob: %v", err)
		}
	})
}

func TestReftable(t *testing.T) {
	g := gittest.New(t)
	g.Commit("first", "f", "x\n")
	c := g.Clone()
	c.Run("config", "core.repositoryformatversion", "1")
	c.Run("config", "extensions.refStorage", "reftable")
	r := discover(t, c.Dir)
	if _, err := r.Head(t.Context()); !r.Reftable || gittest.Version(t) < 245 && (err == nil || !strings.Contains(err.Error(), "too old")) {
		t.Errorf("reftable %v: %v", r.Reftable, err)
	}
	r = discoverEnv(t, c.Dir, Env{})
	if _, _, err := r.Refs(t.Context()); !errors.Is(err, ErrNoGit) {
		t.Errorf("without git: %v", err)
	}
}

func TestUnknownExtension(t *testing.T) {
	g := gittest.New(t)
	g.Write(".git/config", "[core]\nrepositoryformatversion = 1\n[extensions]\nnew-thing = 1\nnoop = 1\n")
	if r := discover(t, g.Dir); len(r.Problems) != 1 || !strings.Contains(r.Problems[0].Reason, `"new-thing"`) {
		t.Errorf("%v", r.Problems)
	}
	for key, want := range map[string]string{"objectFormat": "algorithm", "refStorage": "format"} {
		g.Write(".git/config", "[core]\nrepositoryformatversion = 1\n[extensions]\n"+key+" = other\n")
		if _, err := Discover(g.Dir, testEnv(t)); err == nil || !strings.Contains(err.Error(), "unknown "+want) {
			t.Errorf("%s: %v", key, err)
		}
	}
}

func TestDiscoverEnv(t *testing.T) {
	g := gittest.New(t)
	g.Commit("first", "f", "x\n")
	elsewhere := gittest.TempDir(t)
	env := testEnv(t)
	env.GitDir, env.WorkTree = g.GitPath("."), elsewhere
	if r := discoverEnv(t, elsewhere, env); r.Root != elsewhere || r.GitDir != g.GitPath("") {
		t.Errorf("root %q git dir %q", r.Root, r.GitDir)
	}
	env = testEnv(t)
	env.GitDir = elsewhere
	if _, err := Discover(g.Dir, env); !errors.Is(err, ErrNoRepository) {
		t.Errorf("GIT_DIR to nowhere: %v", err)
	}
	// The hook of a push sees new objects in a quarantine, the old ones as alternates.
	env = testEnv(t)
	quarantine := filepath.Join(g.GitPath("objects"), "incoming-x")
	if err := os.MkdirAll(quarantine, 0o777); err != nil {
		t.Fatal(err)
	}
	env.ObjectDirectory, env.AlternateObjectDirectories = quarantine, g.GitPath("objects")
	want := []string{quarantine, g.GitPath("objects")}
	g.Setenv("GIT_OBJECT_DIRECTORY", quarantine)
	g.Setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", want[1])
	id := mustID(t, g.Blob("in quarantine\n"))
	r := discoverEnv(t, g.Dir, env)
	if !slices.Equal(r.ObjectDirs, want) {
		t.Errorf("objects in %q, want %q", r.ObjectDirs, want)
	}
	if _, data, err := r.Objects.Get(t.Context(), id); string(data) != "in quarantine\n" {
		t.Errorf("%q, %v", data, err)
	}
	if dirs := (Env{AlternateObjectDirectories: strings.Join([]string{`"a\tb\"\101"`, "c", "", `"`}, string(filepath.ListSeparator))}).alternates(); !slices.Equal(dirs, []string{"a\tb\"A", "c", `"`}) {
		t.Errorf("alternates %q", dirs)
	}
}

func TestEnvFrom(t *testing.T) {
	e := EnvFrom(func(name string) string { return "<" + name + ">" })
	if e.Path != "<PATH>" || e.IndexFile != "<GIT_INDEX_FILE>" || e.GitDir != "<GIT_DIR>" || len(e.System) == 0 {
		t.Errorf("%+v", e)
	}
}

// A working tree is believed only if it names the repository in turn.
func TestWorktreeClaims(t *testing.T) {
	g := gittest.New(t)
	g.Commit("first", "f", "x\n")
	g.Run("config", "core.worktree", filepath.Dir(g.Dir))
	r := discover(t, g.Dir)
	if r.Root != g.Dir || len(r.Problems) != 1 {
		t.Errorf("root %s, problems %v", r.Root, r.Problems)
	}
}

func TestDiscoverNothing(t *testing.T) {
	dir := gittest.TempDir(t)
	env := testEnv(t)
	env.CeilingDirectories = filepath.Dir(dir)
	write := func(text string) {
		if err := os.WriteFile(filepath.Join(dir, ".git"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Discover(dir, env)
	if !errors.Is(err, ErrNoRepository) || !strings.HasPrefix(err.Error(), dir) {
		t.Errorf("%v", err)
	}
	if _, err := Discover(filepath.Join(dir, "none"), env); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
	for text, want := range map[string]string{
		"garbage":                    "does not begin with",
		"gitdir: ../nowhere":         "points to",
		"gitdir: .git":               "points to", // itself
		"gitdir: \x00":               "does not begin with",
		strings.Repeat("x", 2<<20):   "more than",
		"gitdir: .\n":                "points to",
		"gitdir: /dev/null/x/y\r\n":  "points to",
		"gitdir:" + dir + "/.git/..": "points to",
	} {
		write(text)
		if _, err := Discover(dir, env); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), dir) {
			t.Errorf("%.30q: %v, want %q", text, err, want)
		}
	}
	if runtime.GOOS != "windows" {
		if err := os.Remove(filepath.Join(dir, ".git")); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(".git", filepath.Join(dir, ".git")); err != nil {
			t.Fatal(err)
		}
		if _, err := Discover(dir, env); !errors.Is(err, ErrNoRepository) {
			t.Errorf("link to itself: %v", err)
		}
	}
}

func TestConfig(t *testing.T) {
	c := config{}
	line := c.parse("\ufeff; comment\n[core]\n\tbare = TRUE # yes\n worktree=\"a ; b\" \\\n  c\\t\\\"d\\\\  \r\n[Remote \"Or\\\"igin\"]promisor\n[a.B]\nx-1 = \n[core] bare=0 ; last wins\n[include]\npath = /etc/passwd")
	want := config{"core.bare": "0", "core.worktree": "a ; b   c\t\"d\\", "remote.Or\"igin.promisor": "true", "a.b.x-1": "", "include.path": "/etc/passwd"}
	if line != 0 {
		t.Fatalf("line %d", line)
	}
	for k, v := range want {
		if c[k] != v {
			t.Errorf("%s = %q, want %q", k, c[k], v)
		}
	}
	if len(c) != len(want) {
		t.Errorf("%q", c)
	}
	for text, line := range map[string]int{
		"x = 1": 1, "[core\n": 1, "[core]\n= 1": 2, "[a \"b\n\"]": 1, "[core]\nx = \"open\n": 2, "[core]\nx = \\q": 2, "[core]\n\n1x = 2": 3, "[]": 1, "[core]\nx y": 2,
	} {
		if got := (config{}).parse(text); got != line && got != line+1 {
			t.Errorf("%q: line %d, want %d", text, got, line)
		}
	}
}

// What git says of a config is what we say.
func TestConfigAsGit(t *testing.T) {
	g := gittest.New(t)
	text := "[core]\nrepositoryformatversion = 0\n[t]\na = x  y  # c\nb = \" q \" z\nc\nd = 1;2\ne = a\\\n  b\n f=\"#;\"\n[t \"S u.B\"] g = \\t|\\n|\\\"\n[T.Sub]\nH-i = 10 \t\n"
	g.WriteGit("config", text)
	c := config{}
	if line := c.parse(text); line != 0 {
		t.Fatalf("line %d", line)
	}
	for _, f := range g.Fields("config", "--local", "-z", "--list") {
		key, value, has := strings.Cut(f, "\n")
		if !has {
			value = "true"
		}
		if c[key] != value {
			t.Errorf("%s = %q, want %q", key, c[key], value)
		}
	}
}
