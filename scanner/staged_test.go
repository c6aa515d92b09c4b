package scanner

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
)

// A call in the retired way, and the same one edited.
const (
	oldCall    = "import requests\nrequests.get('https://api.hubapi.com/crm/v3/objects/contacts', params={'hapikey': key})\n"
	editedCall = "import requests\nrequests.get('https://api.hubapi.com/crm/v3/objects/companies', params={'hapikey': the_key, 'limit': 3})\n"
	anotherOne = "requests.get('https://api.hubapi.com/crm/v3/objects/contacts', params={'hapikey': key})\n"
)

// TestStaged: a commit fails for what it brings in.
func TestStaged(t *testing.T) {
	o := testOptions(t)
	one, two := expand(t, o, "T = '{{app-token 1}}'\n"), expand(t, o, "T = '{{app-token 2}}'\n")
	key := expand(t, o, "HUBSPOT_API_KEY = '{{uuid 1}}'\n")
	mail := "address: 'smtp.hubapi.com',\nuser_name: 'u',\npassword: 'Xk29fjQpW7'\n"
	filler := strings.Repeat("a line that makes a rename one\n", 20)
	const token, call = " hubspot-access-token", " hubspot-legacy-call"
	for _, c := range []struct {
		name  string
		put   func(r *gittest.Repo) // HEAD has old.py, with token 1 and a call
		want  []string
		older int
	}{
		{"nothing", func(r *gittest.Repo) {}, nil, 0},
		{"new file", func(r *gittest.Repo) { r.Write("a.py", two); r.Add() }, []string{"a.py:1" + token}, 0},
		{"not staged", func(r *gittest.Repo) { r.Write("a.py", two, "old.py", two) }, nil, 0},
		{"staged, then cleaned in the working tree", func(r *gittest.Repo) {
			r.Write("a.py", two)
			r.Add()
			r.Write("a.py", "clean\n")
		}, []string{"a.py:1" + token}, 0},
		{"clean in the index, not in the working tree", func(r *gittest.Repo) {
			r.Write("a.py", "clean\n")
			r.Add()
			r.Write("a.py", two)
		}, nil, 0},
		{"old secret and call in an edited file", func(r *gittest.Repo) { r.Write("old.py", "# edited\n"+one+oldCall); r.Add() }, nil, 2},
		{"secret that moved in its file", func(r *gittest.Repo) { r.Write("old.py", oldCall+filler+one); r.Add() }, nil, 2},
		{"new value in an old place", func(r *gittest.Repo) { r.Write("old.py", two+oldCall); r.Add() }, []string{"old.py:1" + token}, 1},
		{"second value beside the old one", func(r *gittest.Repo) { r.Write("old.py", one+two+oldCall); r.Add() }, []string{"old.py:2" + token}, 2},
		{"same secret once more in its file", func(r *gittest.Repo) { r.Write("old.py", one+one+oldCall); r.Add() }, nil, 3},
		{"same secret in another file", func(r *gittest.Repo) { r.Write("b.py", one); r.Add() }, []string{"b.py:1" + token}, 0},
		{"edited call", func(r *gittest.Repo) { r.Write("old.py", one+editedCall); r.Add() }, nil, 2},
		{"second call of the same text", func(r *gittest.Repo) { r.Write("old.py", one+oldCall+anotherOne); r.Add() }, []string{"old.py:4" + call}, 2},
		{"edited call and a new one", func(r *gittest.Repo) { r.Write("old.py", one+editedCall+anotherOne); r.Add() }, []string{"old.py:3" + call}, 2},
		{"deleted file", func(r *gittest.Repo) { r.Run("rm", "-q", "old.py") }, nil, 0},
		{"renamed", func(r *gittest.Repo) { r.Run("mv", "old.py", "new.py") }, nil, 2},
		{"renamed and edited", func(r *gittest.Repo) {
			r.Run("mv", "old.py", "new.py")
			r.Write("new.py", two+r.Read("new.py"))
			r.Add()
		}, []string{"new.py:1" + token}, 2},
		{"only the mode", func(r *gittest.Repo) { r.Run("update-index", "--chmod=+x", "old.py") }, nil, 2},
		{"symbolic link", func(r *gittest.Repo) {
			r.Symlink(expand(t, o, "hubspot/{{app-token 2}}"), "link")
			r.Add()
		}, []string{"link:1" + token}, 0},
		{"intent to add", func(r *gittest.Repo) { r.Write("a.py", two); r.Run("add", "-N", "a.py") }, nil, 0},
		{"submodule", func(r *gittest.Repo) {
			sub := gittest.New(t)
			sub.Commit("one", "a.py", two)
			r.Submodule(sub, "lib")
		}, nil, 0},
		{"kind that the names decide", func(r *gittest.Repo) {
			r.Write("key.py", strings.Replace(key, "HUBSPOT_API_KEY", "HUBSPOT_DEVELOPER_API_KEY", 1))
			r.Add()
		}, nil, 1},
		{"secret without an id, edited around", func(r *gittest.Repo) { r.Write("mail.rb", "# edited\n"+mail); r.Add() }, nil, 1},
		{"secret without an id, changed", func(r *gittest.Repo) {
			r.Write("mail.rb", strings.Replace(mail, "Xk29", "Zq81", 1))
			r.Add()
		}, []string{"mail.rb:3 hubspot-smtp-password"}, 0},
		{"ignored, but staged", func(r *gittest.Repo) {
			r.Write(".gitignore", "*.env\n", "x.env", two)
			r.Add(".gitignore", "x.env")
		}, []string{"x.env:1" + token}, 0},
		{"UTF-16", func(r *gittest.Repo) { r.Write("a.ps1", utf16Text(two, true, false)); r.Add() }, []string{"a.ps1:1" + token}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := gittest.New(t)
			r.Commit("one", "old.py", one+oldCall, "key.py", key, "mail.rb", mail)
			c.put(r)
			res := scanStaged(t, r, o)
			equal(t, "new findings", failing(res), append([]string{}, c.want...))
			if res.Older != c.older || !res.Complete() {
				t.Errorf("%d older, want %d; skipped %+v", res.Older, c.older, res.Skipped)
			}
			if c.name == "submodule" && !skippedAs(res, "lib", nestedChanges) {
				t.Errorf("skipped %+v", res.Skipped)
			}
			if res.Source.Kind != "index" || res.Source.Head != r.Head() {
				t.Errorf("source is %+v", res.Source)
			}
		})
	}
}

// TestStagedFirstCommit: before the first commit everything is new.
func TestStagedFirstCommit(t *testing.T) {
	o := testOptions(t)
	r := gittest.New(t)
	r.Write("a.py", expand(t, o, "T = '{{app-token}}'\n"))
	r.Add()
	res := scanStaged(t, r, o)
	equal(t, "findings", failing(res), []string{"a.py:1 hubspot-access-token"})
	if res.Source.Head != "" {
		t.Errorf("there is no HEAD, but %q", res.Source.Head)
	}
}

// TestStagedIndexFile: "git commit PATH" gives its hooks an index of its own.
func TestStagedIndexFile(t *testing.T) {
	o := testOptions(t)
	r := gittest.New(t)
	r.Commit("one", "a.txt", "a\n")
	r.Write("a.py", expand(t, o, "T = '{{app-token}}'\n"))
	r.Add()
	other := filepath.Join(r.Dir, ".git", "next-index")
	r.Setenv("GIT_INDEX_FILE", other)
	r.Run("read-tree", "HEAD")
	r.Write("b.py", expand(t, o, "T = '{{app-token 2}}'\n"))
	r.Add("b.py")
	path := o.Getenv
	o.Getenv = func(name string) string {
		if name == "GIT_INDEX_FILE" {
			return other
		}
		return path(name)
	}
	equal(t, "findings", failing(scanStaged(t, r, o)), []string{"b.py:1 hubspot-access-token"})
}

// TestStagedMerge: in a merge only what no parent has is new.
func TestStagedMerge(t *testing.T) {
	o := testOptions(t)
	ours, theirs := expand(t, o, "T = '{{app-token 1}}'\n"), expand(t, o, "T = '{{app-token 2}}'\n")
	both := func(t *testing.T) *gittest.Repo {
		r := gittest.New(t)
		r.Commit("one", "a.py", "0\n", "b.py", "0\n")
		r.Branch("side")
		r.Commit("two", "a.py", theirs+"1\n", "side.py", theirs)
		r.Checkout("main")
		r.Commit("three", "a.py", ours+"2\n")
		_, _ = r.Try("merge", "--no-commit", "side")
		return r
	}
	t.Run("conflict", func(t *testing.T) {
		res := scanStaged(t, both(t), o)
		equal(t, "findings", failing(res), []string{})
	})
	t.Run("resolved with what both have", func(t *testing.T) {
		r := both(t)
		r.Write("a.py", ours+theirs+"3\n")
		r.Add()
		res := scanStaged(t, r, o)
		equal(t, "findings", failing(res), []string{})
		if res.Older != 2 {
			t.Errorf("%d older, want 2", res.Older)
		}
	})
	t.Run("resolved with something new", func(t *testing.T) {
		r := both(t)
		r.Write("a.py", ours+expand(t, o, "N = '{{app-token 3}}'\n"))
		r.Add()
		equal(t, "findings", failing(scanStaged(t, r, o)), []string{"a.py:2 hubspot-access-token"})
	})
}

// TestStagedConflict: the sides of a conflict of a cherry-pick count, too.
func TestStagedConflict(t *testing.T) {
	o := testOptions(t)
	r := gittest.New(t)
	r.Commit("one", "a.py", "0\n")
	r.Branch("side")
	r.Commit("two", "a.py", expand(t, o, "T = '{{app-token}}'\n"))
	r.Checkout("main")
	r.Commit("three", "a.py", "2\n")
	_, _ = r.Try("cherry-pick", "side")
	equal(t, "findings", failing(scanStaged(t, r, o)), []string{"a.py:1 hubspot-access-token"})
}

// TestStagedProblems: what cannot be read fails the run, the rest is looked at.
func TestStagedProblems(t *testing.T) {
	o := testOptions(t)
	r := gittest.New(t)
	r.Commit("one", "a.py", "0\n", "old.py", expand(t, o, "T = '{{app-token 1}}'\n"))
	r.Write("a.py", "# hubspot 1\n", "b.py", expand(t, o, "T = '{{app-token 2}}'\n"), "big.py", "# hubspot\n"+strings.Repeat("x", 3000),
		"bin", "\x00\x01\x02hubspot", "old.py", expand(t, o, "T = '{{app-token 1}}' # edited\n"))
	r.Add()
	for _, id := range []string{r.ID(":a.py"), r.ID("HEAD:old.py")} {
		must(t, os.Remove(r.Path(".git/objects/"+id[:2]+"/"+id[2:])))
	}
	o.MaxSize = 2000
	res := scanStaged(t, r, o)
	equal(t, "findings", failing(res), []string{"b.py:1 hubspot-access-token", "old.py:1 hubspot-access-token"})
	reasons := map[string]bool{}
	for _, s := range res.Skipped {
		reasons[s.Path] = s.Failed
	}
	equal(t, "skipped, and whether that failed", reasons, map[string]bool{"a.py": true, "old.py": true, "big.py": false, "bin": false})
}

func TestStagedOutsideRepository(t *testing.T) {
	var usage *UsageError
	if _, err := Staged(context.Background(), []string{gittest.TempDir(t)}, testOptions(t)); !errors.As(err, &usage) || !strings.Contains(err.Error(), "try `unhapi scan ") {
		t.Errorf("error is %v, want a usage error with what to type", err)
	}
}

// TestNewFrom: a branch fails for what it brings in, compared with where it
// left the other one.
func TestNewFrom(t *testing.T) {
	o := testOptions(t)
	one, two := expand(t, o, "T = '{{app-token 1}}'\n"), expand(t, o, "T = '{{app-token 2}}'\n")
	const token = " hubspot-access-token"
	for _, c := range []struct {
		name  string
		put   func(r *gittest.Repo)
		want  []string
		older int
	}{
		{"nothing", func(r *gittest.Repo) {}, nil, 0},
		{"committed", func(r *gittest.Repo) { r.Commit("two", "a.py", two) }, []string{"a.py:1" + token}, 0},
		{"committed, then removed", func(r *gittest.Repo) { r.Commit("two", "a.py", two); r.Commit("three", "a.py", "") }, nil, 0},
		{"not committed", func(r *gittest.Repo) { r.Write("old.py", one+oldCall+two) }, []string{"old.py:4" + token}, 2},
		{"untracked", func(r *gittest.Repo) { r.Write("dir/a.py", two) }, []string{"dir/a.py:1" + token}, 0},
		{"ignored", func(r *gittest.Repo) { r.Write(".gitignore", "dir/\n", "dir/a.py", two) }, nil, 0},
		{"edited around", func(r *gittest.Repo) { r.Commit("two", "old.py", "# edited\n"+one+editedCall) }, nil, 2},
		{"renamed", func(r *gittest.Repo) { r.Run("mv", "old.py", "new.py"); r.CommitStaged("two") }, nil, 2},
		{"renamed and edited", func(r *gittest.Repo) {
			r.Run("mv", "old.py", "new.py")
			r.Write("new.py", one+oldCall+two)
			r.CommitAll("two")
		}, []string{"new.py:4" + token}, 2},
		{"merged from the other branch", func(r *gittest.Repo) {
			r.Checkout("main")
			r.Commit("upstream", "up.py", two)
			r.Checkout("topic")
			r.Merge("merge", []string{"main"})
		}, nil, 0},
		{"the other branch went on", func(r *gittest.Repo) {
			r.Checkout("main")
			r.Commit("upstream", "old.py", "gone\n")
			r.Checkout("topic")
		}, nil, 0},
		{"in a submodule", func(r *gittest.Repo) {
			sub := gittest.New(t)
			sub.Commit("one", "a.py", two)
			r.Submodule(sub, "lib")
			r.CommitStaged("two")
		}, nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := gittest.New(t)
			base := r.Commit("one", "old.py", one+oldCall, "same.py", one)
			r.Branch("topic")
			c.put(r)
			res := scanNewFrom(t, r, o, "main")
			equal(t, "new findings", failing(res), append([]string{}, c.want...))
			if res.Older != c.older || !res.Complete() {
				t.Errorf("%d older, want %d; skipped %+v", res.Older, c.older, res.Skipped)
			}
			if c.name == "in a submodule" && !skippedAs(res, "lib", nestedChanges) {
				t.Errorf("skipped %+v", res.Skipped)
			}
			if c.name != "merged from the other branch" && res.Source.Base != base {
				t.Errorf("compared with %s, want %s", res.Source.Base, base)
			}
		})
	}
}

func TestNewFromPaths(t *testing.T) {
	o := testOptions(t)
	r := gittest.New(t)
	r.Commit("one", "a.txt", "a\n")
	r.Write("in/a.py", expand(t, o, "T = '{{app-token 1}}'\n"), "out/b.py", expand(t, o, "T = '{{app-token 2}}'\n"))
	res, err := NewFrom(context.Background(), []string{r.Path("in")}, "HEAD", o)
	must(t, err)
	equal(t, "findings", failing(res), []string{"in/a.py:1 hubspot-access-token"})
	res, err = NewFrom(context.Background(), []string{r.Path("in/a.py"), r.Path("out/b.py")}, "HEAD", o)
	must(t, err)
	equal(t, "findings", failing(res), []string{"in/a.py:1 hubspot-access-token", "out/b.py:1 hubspot-access-token"})
}

func TestNewFromUsage(t *testing.T) {
	o := testOptions(t)
	r, other := livesIn(t, o), livesIn(t, o)
	for name, c := range map[string]struct {
		paths []string
		rev   string
	}{
		"unknown revision":     {[]string{r.Dir}, "nothing"},
		"two repositories":     {[]string{r.Dir, other.Dir}, "HEAD"},
		"outside a repository": {[]string{gittest.TempDir(t)}, "HEAD"},
	} {
		var usage *UsageError
		if _, err := NewFrom(context.Background(), c.paths, c.rev, o); !errors.As(err, &usage) {
			t.Errorf("%s: error is %v, want a usage error", name, err)
		}
	}
}

// TestReferencesOfChanges: a setting that was there before is not new.
func TestReferencesOfChanges(t *testing.T) {
	o := testOptions(t)
	r := gittest.New(t)
	code := "import os, requests\nkey = os.environ['HUBSPOT_API_KEY']\n" + anotherOne
	r.Commit("one", "a.py", code, "docker.env", "HUBSPOT_API_KEY=\n")
	r.Write("a.py", "# edited\n"+code, "docker.env", "# edited\nHUBSPOT_API_KEY=\n")
	r.Add()
	res := scanStaged(t, r, o)
	if i := slices.IndexFunc(res.Findings, func(f *Finding) bool { return !f.Older }); i >= 0 || len(res.Findings) < 3 {
		t.Errorf("findings %q; the one at %d is new", places(res.Findings), i)
	}
}
