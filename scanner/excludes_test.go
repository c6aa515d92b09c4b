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
	for _, c := range []struct {
		name  string
		files map[string]string // below the home folder
		setup func(t *testing.T, r *gittest.Repo, home string)
		alone bool // git listens to what we do not
	}{
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
	} {
		t.Run(c.name, func(t *testing.T) {
			home := gittest.TempDir(t)
			for name, text := range c.files {
				must(t, os.MkdirAll(filepath.Dir(filepath.Join(home, name)), 0o777))
				must(t, os.WriteFile(filepath.Join(home, name), []byte(text), 0o666))
			}
			o := testOptions(t)
			o.Getenv = func(name string) string { return map[string]string{"HOME": home}[name] }
			r := gittest.New(t)
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
				want = strings.Fields(gitOfUser(t, r.Dir, home, "ls-files", "--others", "--exclude-standard", "*.py"))
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

// gitOfUser runs git as the user whose home is given would.
func gitOfUser(t *testing.T, dir, home string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "GIT_CONFIG_NOSYSTEM=1", "SYSTEMROOT=" + os.Getenv("SYSTEMROOT")}
	out, err := cmd.Output()
	must(t, err)
	return string(out)
}
