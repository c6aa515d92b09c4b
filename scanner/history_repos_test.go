package scanner

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
)

// tokens are the secrets of the repository that livesIn makes.
var tokens = []string{"{{app-token 1}}", "{{app-token 2}}", "{{app-token 3}}", "{{uuid 4}}"}

// livesIn makes a repository in which secrets come, go, move and hide.
func livesIn(t testing.TB, o Options, args ...string) *gittest.Repo {
	r := gittest.New(t, args...)
	filler := strings.Repeat("a line that stays as it is\n", 40)
	r.Commit("one", "README.md", "# Project\n"+filler)
	r.Commit("two", "src/a.py", filler+expand(t, o, "TOKEN = '{{app-token 1}}'\n"))
	r.Commit("three", "src/a.py", filler+expand(t, o, "TOKEN = '{{app-token 1}}'\nOTHER = '{{app-token 2}}'\n"))
	r.Branch("side")
	r.Commit("four", "src/b.py", expand(t, o, "HUBSPOT_API_KEY = '{{uuid 4}}'\n"))
	r.Checkout("main")
	r.Commit("five", "src/a.py", filler+expand(t, o, "TOKEN = '{{app-token 1}}'\n"))
	r.Merge("six", []string{"side"}, "src/c.py", expand(t, o, "T = '{{app-token 3}}'\n"))
	r.Tag("v1", "a release")
	r.Run("rm", "-q", "src/b.py")
	r.CommitStaged("seven")
	r.Commit("eight", "README.md", "# Project\n"+filler+"more\n")
	return r
}

// checkLives holds the lives of all secrets to what git tells.
func checkLives(t *testing.T, r *gittest.Repo, o Options, res *Result) {
	t.Helper()
	truth := newOracle(t, r)
	for _, name := range tokens {
		value := expand(t, o, name)
		if len(truth.places(value)) == 0 {
			continue
		}
		f := secretOf(t, res, value)
		want := truth.life(value)
		want.Object = f.History.Object
		equal(t, name, f.History, want)
	}
}

func TestHistoryOfEveryKindOfRepository(t *testing.T) {
	o := testOptions(t)
	for _, c := range []struct {
		name string
		make func(t *testing.T) *gittest.Repo
		skip string // the path of the only thing that is skipped, without failing
	}{
		{"loose", func(t *testing.T) *gittest.Repo { return livesIn(t, o) }, ""},
		{"packed", func(t *testing.T) *gittest.Repo { r := livesIn(t, o); r.Pack(); return r }, ""},
		{"packed and loose", func(t *testing.T) *gittest.Repo {
			r := livesIn(t, o)
			r.Pack()
			r.Commit("nine", "src/d.py", expand(t, o, "T = '{{app-token 2}}'\n"))
			return r
		}, ""},
		{"multi-pack-index", func(t *testing.T) *gittest.Repo {
			r := livesIn(t, o)
			r.Run("repack", "-q", "-d")
			r.Commit("nine", "src/d.py", expand(t, o, "T = '{{app-token 2}}'\n"))
			r.Run("repack", "-q", "-d")
			r.Run("multi-pack-index", "write")
			return r
		}, ""},
		{"commit-graph", func(t *testing.T) *gittest.Repo {
			r := livesIn(t, o)
			r.Pack()
			r.Run("commit-graph", "write", "--reachable")
			return r
		}, ""},
		{"shared clone", func(t *testing.T) *gittest.Repo { return livesIn(t, o).CloneShared() }, ""},
		{"bare", func(t *testing.T) *gittest.Repo { return livesIn(t, o).Clone("--bare") }, ""},
		{"mirror", func(t *testing.T) *gittest.Repo { return livesIn(t, o).Clone("--mirror") }, ""},
		{"detached", func(t *testing.T) *gittest.Repo { r := livesIn(t, o); r.Checkout("HEAD~2"); return r }, ""},
		{"unborn", func(t *testing.T) *gittest.Repo { r := livesIn(t, o); r.Orphan("new"); return r }, ""},
		{"linked worktree", func(t *testing.T) *gittest.Repo {
			w := livesIn(t, o).Worktree("work")
			w.Commit("there", "src/c.py", "gone\n")
			return w
		}, ""},
		{"sparse", func(t *testing.T) *gittest.Repo {
			r := livesIn(t, o)
			r.Run("sparse-checkout", "set", "--cone", "docs")
			return r
		}, ""},
		{"shallow", func(t *testing.T) *gittest.Repo {
			return gittest.Open(t, livesIn(t, o).Clone("--depth=3", "--no-local").Dir)
		}, "shallow"},
		{"SHA-256", func(t *testing.T) *gittest.Repo { return livesIn(t, o, "--object-format=sha256") }, ""},
		{"SHA-256, packed", func(t *testing.T) *gittest.Repo {
			r := livesIn(t, o, "--object-format=sha256")
			r.Pack()
			return r
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := c.make(t)
			res := scanHistory(t, r, o, HistoryOptions{})
			checkLives(t, r, o, res)
			var skipped []string
			for _, s := range res.Skipped {
				skipped = append(skipped, s.Path)
			}
			if !res.Complete() || strings.Join(skipped, " ") != c.skip {
				t.Errorf("skipped %+v, want %q", res.Skipped, c.skip)
			}
		})
	}
}

// TestHistoryOfSubmodule: the history of a submodule is another repository's.
func TestHistoryOfSubmodule(t *testing.T) {
	o := testOptions(t)
	r := livesIn(t, o)
	r.Submodule(livesIn(t, o), "vendor/lib")
	r.CommitStaged("submodule")
	res := scanHistory(t, r, o, HistoryOptions{})
	if !skippedAs(res, "vendor/lib", "history of a submodule") || !res.Complete() {
		t.Errorf("skipped %+v", res.Skipped)
	}
	inner, err := HistoryOf(context.Background(), r.Path("vendor/lib"), o, HistoryOptions{})
	must(t, err)
	checkLives(t, gittest.Open(t, r.Path("vendor/lib")), o, inner)
}

// TestHistoryOfNestedClone: a clone within the working tree is another
// repository, too; one that is ignored is none of the tree.
func TestHistoryOfNestedClone(t *testing.T) {
	o := testOptions(t)
	r := livesIn(t, o)
	for _, path := range []string{"tools/clone", "tools/clone/deeper", "build/clone"} {
		r.Run("init", "-q", path)
	}
	r.Write(".gitignore", "build/\n", "tools/clone/a.txt", "a\n")
	res := scanHistory(t, r, o, HistoryOptions{})
	var skipped []string
	for _, s := range res.Skipped {
		skipped = append(skipped, s.Path+": "+s.Reason)
	}
	equal(t, "skipped", skipped, []string{
		"tools/clone: history of a nested clone: scan it by itself",
		"tools/clone/deeper: history of a nested clone: scan it by itself",
	})
	if !res.Complete() {
		t.Error("incomplete")
	}
}

// TestHistoryOfPartialClone: what was never fetched is said to be missing, and
// is not fetched.
func TestHistoryOfPartialClone(t *testing.T) {
	o := testOptions(t)
	from := livesIn(t, o)
	from.Run("config", "uploadpack.allowFilter", "true")
	r := gittest.New(t)
	r.Run("clone", "-q", "--filter=blob:none", "--no-checkout", gittest.FileURL(from.Dir), "clone")
	clone := gittest.Open(t, r.Path("clone"))
	before := clone.Run("count-objects", "-v")
	res := scanHistory(t, clone, o, HistoryOptions{Calls: true})
	if res.Complete() || !skippedAs(res, "objects", "partial clone") {
		t.Errorf("skipped %+v, want a partial clone that makes the scan incomplete", res.Skipped)
	}
	if after := clone.Run("count-objects", "-v"); after != before {
		t.Errorf("objects were fetched:\n%s\nbefore:\n%s", after, before)
	}
}

// TestHistoryOfReftable: where git cannot read the refs, the objects are
// looked at all the same.
func TestHistoryOfReftable(t *testing.T) {
	o := testOptions(t)
	r := livesIn(t, o)
	git := func(name string) string { return r.Path(".git/" + name) }
	must(t, os.RemoveAll(git("refs")))
	must(t, os.MkdirAll(git("refs"), 0o777))
	must(t, os.MkdirAll(git("reftable"), 0o777))
	for name, text := range map[string]string{
		"refs/heads":           "this repository uses the reftable format\n",
		"HEAD":                 "ref: refs/heads/.invalid\n",
		"reftable/tables.list": "",
		"config":               "[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\trefStorage = reftable\n",
	} {
		must(t, os.WriteFile(git(name), []byte(text), 0o666))
	}
	o.Getenv = nil
	res := scanHistory(t, r, o, HistoryOptions{})
	for _, name := range tokens {
		secretOf(t, res, expand(t, o, name))
	}
	said := slices.ContainsFunc(res.Skipped, func(s Skipped) bool { return s.Failed && strings.Contains(s.Reason, "reftable") })
	if res.Complete() || !said {
		t.Errorf("skipped %+v, want a word on reftable", res.Skipped)
	}
}

func TestHistoryOfDamagedRepository(t *testing.T) {
	o := testOptions(t)
	kept := expand(t, o, "{{app-token 1}}")
	for _, c := range []struct {
		name   string
		damage func(t *testing.T, r *gittest.Repo)
	}{
		{"missing blob", func(t *testing.T, r *gittest.Repo) {
			id := r.ID("HEAD:src/c.py")
			must(t, os.Remove(r.Path(".git/objects/"+id[:2]+"/"+id[2:])))
		}},
		{"empty loose object", func(t *testing.T, r *gittest.Repo) {
			id := r.ID("HEAD:src/c.py")
			must(t, os.Chmod(r.Path(".git/objects/"+id[:2]+"/"+id[2:]), 0o666))
			must(t, os.Truncate(r.Path(".git/objects/"+id[:2]+"/"+id[2:]), 0))
		}},
		{"missing tree", func(t *testing.T, r *gittest.Repo) {
			id := r.ID("HEAD~3^{tree}")
			must(t, os.Remove(r.Path(".git/objects/"+id[:2]+"/"+id[2:])))
		}},
		{"truncated index", func(t *testing.T, r *gittest.Repo) { must(t, os.Truncate(r.Path(".git/index"), 40)) }},
		{"HEAD that is no ref", func(t *testing.T, r *gittest.Repo) { r.WriteGit("HEAD", "garbage\n") }},
		{"branch that is no id", func(t *testing.T, r *gittest.Repo) { r.WriteGit("refs/heads/side", "garbage\n") }},
		{"corrupt pack", func(t *testing.T, r *gittest.Repo) {
			r.Branch("other")
			packs, _ := filepath.Glob(r.Path(".git/objects/pack/*.pack"))
			if len(packs) > 0 {
				t.Fatal("packed already")
			}
			pack := r.RunInput(r.ID("HEAD:src/c.py")+"\n", "pack-objects", "-q", r.Path(".git/objects/pack/pack"))
			file := r.Path(".git/objects/pack/pack-" + pack + ".pack")
			must(t, os.Chmod(file, 0o666))
			must(t, os.Truncate(file, 20))
			id := r.ID("HEAD:src/c.py")
			must(t, os.Remove(r.Path(".git/objects/"+id[:2]+"/"+id[2:])))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := livesIn(t, o)
			c.damage(t, r)
			res := scanHistory(t, r, o, HistoryOptions{})
			f := secretOf(t, res, kept)
			if res.Complete() {
				t.Errorf("the scan counts as complete; skipped %+v", res.Skipped)
			}
			if f.Path != "src/a.py" && c.name != "HEAD that is no ref" {
				t.Errorf("the rest was found at %q", f.Path)
			}
		})
	}
}
