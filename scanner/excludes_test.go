package scanner

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
)

// TestExcludesOfTheUser: what the user's configuration of git excludes is
// excluded, exactly as git sees it. A repository that names an exclude file
// elsewhere is not listened to.
func TestExcludesOfTheUser(t *testing.T) {
	for _, c := range []exclusion{
		{name: "none"},
		{name: "usual place", files: map[string]string{".config/git/ignore": "one.py\n/dir/\n"}},
		{name: "named", files: map[string]string{".gitconfig": "[core]\n\texcludesFile = ~/mine\n", "mine": "*.py\n!two.py\n", ".config/git/ignore": "two.py\n"}},
		{name: "both files", files: map[string]string{
			".config/git/config": "[core]\nexcludesfile = ~/first\n", ".gitconfig": "[core]\nexcludesfile = ~/second\n",
			"first": "one.py\n", "second": "two.py\n",
		}},
		{name: "included", files: map[string]string{".gitconfig": "[include]\n\tpath = more\n", "more": "[core]\n\texcludesFile = ~/mine\n", "mine": "dir/\n"}},
		{name: "switched off", files: map[string]string{".gitconfig": "[core]\n\texcludesFile =\n", ".config/git/ignore": "one.py\n"}},
		{name: "the repository says otherwise", files: map[string]string{".config/git/ignore": "one.py\n"}, setup: func(t *testing.T, r *gittest.Repo, _ string) {
			r.WriteGit("mine", "two.py\n")
			r.Run("config", "core.excludesFile", r.Path(".git/mine"))
		}},
		{name: "from the root", files: map[string]string{".config/git/ignore": "one.py\n"}, setup: func(t *testing.T, r *gittest.Repo, _ string) {
			r.Write("patterns", "dir/three.py\n")
			r.Run("config", "core.excludesFile", "patterns")
		}},
		{name: "info/exclude is stronger", files: map[string]string{".config/git/ignore": "*.py\n"}, setup: func(t *testing.T, r *gittest.Repo, _ string) {
			r.WriteGit("info/exclude", "!two.py\n")
		}},
		{name: "the repository names a file elsewhere", files: map[string]string{"mine": "*.py\n", ".config/git/ignore": "one.py\n"}, setup: func(t *testing.T, r *gittest.Repo, home string) {
			r.Run("config", "core.excludesFile", filepath.Join(home, "mine"))
		}, alone: true},
		{name: "by way of a link", files: map[string]string{"mine": "*.py\n"}, setup: func(t *testing.T, r *gittest.Repo, home string) {
			r.Symlink(filepath.Join(home, "mine"), ".git/link")
			r.Run("config", "core.excludesFile", r.Path(".git/link"))
		}, alone: true},
		{name: "in the order of the lines", files: map[string]string{
			".gitconfig": "[core]\nexcludesfile = ~/first\n[include]\npath = more\n[include]\npath = last\n", "more": "[core]\nexcludesfile = ~/second\n",
			"first": "one.py\n", "second": "two.py\n", "last": "[core]\nexcludesfile = ~/third\n", "third": "dir/\n",
		}},
		{name: "before the include", files: map[string]string{
			".gitconfig": "[include]\npath = more\n[core]\nexcludesfile = ~/first\n", "more": "[core]\nexcludesfile = ~/second\n",
			"first": "one.py\n", "second": "two.py\n",
		}},
		{name: "included by itself", files: map[string]string{".gitconfig": "[include]\npath = ../../../../../../etc/nothing\n[core]\nexcludesfile = ~/first\n", "first": "one.py\n"}},
		{name: "of the system", files: map[string]string{"system": "[core]\nexcludesfile = ~/first\n", "first": "one.py\n"}, env: map[string]string{"GIT_CONFIG_SYSTEM": "~/system", "GIT_CONFIG_NOSYSTEM": ""}},
		{name: "not of the system", files: map[string]string{"system": "[core]\nexcludesfile = ~/first\n", "first": "one.py\n"}, env: map[string]string{"GIT_CONFIG_SYSTEM": "~/system", "GIT_CONFIG_NOSYSTEM": "true"}},
		{name: "of the user rather than of the system", files: map[string]string{
			"system": "[core]\nexcludesfile = ~/first\n", "first": "one.py\n", ".gitconfig": "[core]\nexcludesfile = ~/second\n", "second": "two.py\n",
		}, env: map[string]string{"GIT_CONFIG_SYSTEM": "~/system", "GIT_CONFIG_NOSYSTEM": "0"}},
		{name: "of the environment", files: map[string]string{".gitconfig": "[core]\nexcludesfile = ~/first\n", "first": "one.py\n", "second": "two.py\n"}, env: map[string]string{
			"GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": "core.excludesFile", "GIT_CONFIG_VALUE_0": "~/first", "GIT_CONFIG_KEY_1": "CORE.ExcludesFile", "GIT_CONFIG_VALUE_1": "~/second",
		}},
		{name: "of the environment rather than of the repository", files: map[string]string{"second": "two.py\n"}, setup: func(t *testing.T, r *gittest.Repo, _ string) {
			r.WriteGit("mine", "one.py\n")
			r.Run("config", "core.excludesFile", r.Path(".git/mine"))
		}, env: map[string]string{"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.excludesfile", "GIT_CONFIG_VALUE_0": "~/second"}},
		{name: "switched off by the environment", files: map[string]string{".gitconfig": "[core]\nexcludesfile = ~/first\n", "first": "one.py\n"}, env: map[string]string{
			"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.excludesfile", "GIT_CONFIG_VALUE_0": "",
		}},
		{name: "fewer than there are", files: map[string]string{"first": "one.py\n"}, env: map[string]string{
			"GIT_CONFIG_COUNT": "0", "GIT_CONFIG_KEY_0": "core.excludesfile", "GIT_CONFIG_VALUE_0": "~/first",
		}},
		{name: "an include of the environment", files: map[string]string{"more": "[core]\nexcludesfile = ~/second\n", "second": "two.py\n"}, env: map[string]string{
			"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "include.path", "GIT_CONFIG_VALUE_0": "~/more",
		}},
		{name: "a condition in the environment", files: map[string]string{"more": "[core]\nexcludesfile = ~/second\n", "second": "two.py\n"}, env: map[string]string{
			"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "includeIf.onbranch:main.path", "GIT_CONFIG_VALUE_0": "~/more",
		}},
		{name: "parameters", files: map[string]string{"second": "two.py\n"}, env: map[string]string{"GIT_CONFIG_PARAMETERS": "'user.name'='it'\\''s' 'core.excludesfile'='~/second'"}},
		{name: "old parameters", files: map[string]string{"second": "two.py\n"}, env: map[string]string{"GIT_CONFIG_PARAMETERS": "'core.excludesFile=~/second' 'core.bare=false'"}},
		{name: "parameters after pairs", files: map[string]string{"first": "one.py\n", "second": "two.py\n"}, env: map[string]string{
			"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.excludesfile", "GIT_CONFIG_VALUE_0": "~/first", "GIT_CONFIG_PARAMETERS": "'core.excludesfile'='~/second'",
		}},
		{name: "another configuration of the user", files: map[string]string{".gitconfig": "[core]\nexcludesfile = ~/first\n", "other": "[core]\nexcludesfile = ~/second\n", "first": "one.py\n", "second": "two.py\n"}, env: map[string]string{"GIT_CONFIG_GLOBAL": "~/other"}},
		{name: "another that is not there", files: map[string]string{".gitconfig": "[core]\nexcludesfile = ~/first\n", "first": "one.py\n"}, env: map[string]string{"GIT_CONFIG_GLOBAL": "~/none"}},
		{name: "none of the user, but the usual file", files: map[string]string{".gitconfig": "[core]\nexcludesfile = ~/first\n", "first": "one.py\n", ".config/git/ignore": "two.py\n"}, env: map[string]string{"GIT_CONFIG_GLOBAL": "/dev/null"}},
		{name: "relative, from the root", files: map[string]string{}, setup: func(t *testing.T, r *gittest.Repo, _ string) {
			r.Write("patterns", "dir/three.py\n")
		}, env: map[string]string{"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.excludesfile", "GIT_CONFIG_VALUE_0": "patterns"}},
		conditional("gitdir", "gitdir:REPO/.git", nil),
		conditional("gitdir below", "gitdir:PARENT/", nil),
		conditional("gitdir anywhere", "gitdir:BASE/", nil),
		conditional("gitdir of another", "gitdir:~/elsewhere/", nil),
		conditional("gitdir with stars", "gitdir:PARENT/*/.git", nil),
		conditional("gitdir with one star for two", "gitdir:/*/.git", nil),
		conditional("gitdir in other letters", "gitdir:UPPER/", nil),
		conditional("gitdir in any letters", "gitdir/i:UPPER/", nil),
		conditional("gitdir beside the file", "gitdir:./", nil),
		conditional("onbranch", "onbranch:main", nil),
		conditional("onbranch below", "onbranch:feature/", func(t *testing.T, r *gittest.Repo, _ string) {
			r.Run("checkout", "-q", "-b", "feature/one/two")
		}),
		conditional("onbranch with a star", "onbranch:feature/*", func(t *testing.T, r *gittest.Repo, _ string) {
			r.Run("checkout", "-q", "-b", "feature/one/two")
		}),
		conditional("onbranch elsewhere", "onbranch:other", nil),
		conditional("hasconfig", "hasconfig:remote.*.url:https://example.com/**", func(t *testing.T, r *gittest.Repo, _ string) {
			r.Run("remote", "add", "up", "https://example.com/team/thing.git")
		}),
		conditional("hasconfig elsewhere", "hasconfig:remote.*.url:https://example.org/**", func(t *testing.T, r *gittest.Repo, _ string) {
			r.Run("remote", "add", "up", "https://example.com/team/thing.git")
		}),
		conditional("what nobody knows", "weather:sunny", nil),
	} {
		t.Run(c.name, func(t *testing.T) {
			home := gittest.TempDir(t)
			r := gittest.New(t)
			places := strings.NewReplacer(
				"REPO", filepath.ToSlash(r.Dir), "PARENT", filepath.ToSlash(filepath.Dir(r.Dir)), "BASE", filepath.Base(r.Dir), "UPPER", strings.ToUpper(filepath.ToSlash(filepath.Dir(r.Dir))),
			)
			for name, text := range c.files {
				must(t, os.MkdirAll(filepath.Dir(filepath.Join(home, name)), 0o777))
				must(t, os.WriteFile(filepath.Join(home, name), []byte(places.Replace(text)), 0o666))
			}
			env := map[string]string{"HOME": home, "PATH": os.Getenv("PATH"), "GIT_CONFIG_NOSYSTEM": "1"}
			for name, value := range c.env {
				env[name] = strings.Replace(value, "~", home, 1)
			}
			o := testOptions(t)
			o.Getenv = func(name string) string { return env[name] }
			var all []string
			for _, name := range []string{"one.py", "two.py", "dir/three.py"} {
				r.Write(name, expand(t, o, "TOKEN = '{{app-token}}'\n"))
				all = append(all, name)
			}
			if c.setup != nil {
				c.setup(t, r, home)
			}
			want := all
			if !c.alone {
				want = strings.Fields(gitOfUser(t, r.Dir, env, "ls-files", "--others", "--exclude-standard", "*.py"))
			}
			res, err := Tree(context.Background(), []string{r.Dir}, o)
			must(t, err)
			var got []string
			for _, f := range res.Findings {
				got = append(got, f.Path)
			}
			slices.Sort(want)
			slices.Sort(got)
			equal(t, "scanned", got, slices.Clone(want))
		})
	}
}

// exclusion is a case of TestExcludesOfTheUser.
type exclusion struct {
	name  string
	files map[string]string // below the home folder
	setup func(t *testing.T, r *gittest.Repo, home string)
	alone bool // git listens to what we do not
	env   map[string]string
}

// conditional is a case whose exclude file counts under a condition.
func conditional(name, condition string, setup func(t *testing.T, r *gittest.Repo, home string)) exclusion {
	return exclusion{name: "if " + name, setup: setup, files: map[string]string{
		".gitconfig": "[core]\nexcludesfile = ~/first\n[includeIf \"" + condition + "\"]\n\tpath = more\n",
		"more":       "[core]\nexcludesfile = ~/second\n", "first": "one.py\n", "second": "two.py\n",
	}}
}

// gitOfUser runs git as the user with this environment would.
func gitOfUser(t *testing.T, dir string, env map[string]string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = []string{"SYSTEMROOT=" + os.Getenv("SYSTEMROOT")}
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.Output()
	must(t, err)
	return string(out)
}
