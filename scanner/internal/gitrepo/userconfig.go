package gitrepo

import (
	"path/filepath"
	"strings"

	"github.com/unhapi/unhapi/scanner/internal/ignore"
)

// userConfig looks one key up in the configuration files of the system and the user, as git does for a repository: in
// their order, with the files that they include at the place of the include. Only files are read; one that git would
// refuse says nothing.
type userConfig struct {
	repo  *Repo
	key   string
	value string
	set   bool
	urls  []string // of remotes; nil until asked for
}

// maxIncludes is how deep configuration files include each other, maxIncluded how many files are read in all.
const maxIncludes, maxIncluded = 10, 1000

// userFiles are the configuration files of the system and the user, the weakest first.
func (e Env) userFiles() []string {
	system := ""
	switch {
	case e.NoSystem:
	case e.ConfigSystem != "":
		system = e.ConfigSystem
	default:
		system = systemConfig(e.Path)
	}
	if e.ConfigGlobal != "" {
		return []string{system, e.ConfigGlobal}
	}
	return []string{system, e.xdg("config"), e.inHome(".gitconfig")}
}

// userConfigured gives the value of a key in the configuration of the system and the user.
func (r *Repo) userConfigured(key string) (value string, ok bool) {
	u := &userConfig{repo: r, key: key}
	left := maxIncluded
	for _, f := range r.env.userFiles() {
		u.read(f, 0, &left)
	}
	return u.value, u.set
}

func (u *userConfig) read(file string, depth int, left *int) {
	if file == "" || depth == maxIncludes || *left == 0 {
		return
	}
	*left--
	u.entries(entriesOf(file), file, depth, left)
}

// entries looks through the entries of a file; those of the environment have none, and include by full paths alone.
func (u *userConfig) entries(list []configEntry, file string, depth int, left *int) {
	for _, e := range list {
		switch condition, conditional := conditionOf(e.key); {
		case e.key == u.key:
			u.value, u.set = e.value, true
		case e.key == "include.path", conditional && u.holds(condition, file):
			more := u.repo.env.expand(e.value)
			if more != "" && !filepath.IsAbs(more) {
				if file == "" {
					continue
				}
				more = filepath.Join(filepath.Dir(file), more)
			}
			u.read(more, depth+1, left)
		}
	}
}

type configEntry struct{ key, value string }

// entriesOf reads a configuration file; one with a mistake has no entries.
func entriesOf(file string) []configEntry {
	text, err := readSmall(file, maxConfig)
	if err != nil {
		return nil
	}
	var all []configEntry
	if parseConfig(text, func(key, value string) { all = append(all, configEntry{key, value}) }) != 0 {
		return nil
	}
	return all
}

// conditionOf gives the condition of [includeIf "condition"] path.
func conditionOf(key string) (condition string, ok bool) {
	rest, ok := strings.CutPrefix(key, "includeif.")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(rest, ".path")
}

// holds reports whether a condition of a file holds for the repository. One that is not known does not, as in git.
func (u *userConfig) holds(condition, file string) bool {
	keyword, pattern, _ := strings.Cut(condition, ":")
	switch keyword {
	case "gitdir":
		return u.inGitDir(pattern, file, false)
	case "gitdir/i":
		return u.inGitDir(pattern, file, true)
	case "onbranch":
		head, err := u.repo.headOf(u.repo.GitDir)
		branch, ok := strings.CutPrefix(head.Ref, "refs/heads/")
		return err == nil && ok && !u.repo.Reftable && ignore.Glob(intoFolder(pattern), branch, false)
	case "hasconfig":
		of, pattern, _ := strings.Cut(pattern, ":")
		return of == "remote.*.url" && u.hasRemote(pattern)
	}
	return false
}

// intoFolder lets a pattern that ends in a slash match all that lies in the folder.
func intoFolder(pattern string) string {
	if strings.HasSuffix(pattern, "/") {
		return pattern + "**"
	}
	return pattern
}

// inGitDir compares a pattern of a file with the folder of the repository, with and without symbolic links resolved.
func (u *userConfig) inGitDir(pattern, file string, fold bool) bool {
	switch rest, here := strings.CutPrefix(pattern, "./"); {
	case here && file == "":
		return false
	case here:
		dir, err := filepath.EvalSymlinks(filepath.Dir(file))
		if err != nil {
			return false
		}
		pattern = escapeGlob(filepath.ToSlash(dir)) + "/" + rest
	case strings.HasPrefix(pattern, "~/"):
		home, err := filepath.EvalSymlinks(u.repo.env.Home)
		if err != nil || u.repo.env.Home == "" {
			return false
		}
		pattern = escapeGlob(filepath.ToSlash(home)) + pattern[1:]
	case !strings.HasPrefix(pattern, "/") && !filepath.IsAbs(pattern):
		pattern = "**/" + pattern
	}
	pattern = intoFolder(pattern)
	dir := u.repo.GitDir
	if ignore.Glob(pattern, filepath.ToSlash(dir), fold) {
		return true
	}
	real, err := filepath.EvalSymlinks(dir)
	return err == nil && real != dir && ignore.Glob(pattern, filepath.ToSlash(real), fold)
}

// escapeGlob makes a text that matches itself.
func escapeGlob(text string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(text)
}

// hasRemote reports whether the URL of a remote matches, in the configuration of the repository or in one that is read
// without asking for this.
func (u *userConfig) hasRemote(pattern string) bool {
	if u.urls == nil {
		u.urls = []string{}
		for _, e := range u.repo.env.command {
			if strings.HasPrefix(e.key, "remote.") && strings.HasSuffix(e.key, ".url") {
				u.urls = append(u.urls, e.value)
			}
		}
		for _, f := range append(u.repo.env.userFiles(), filepath.Join(u.repo.CommonDir, "config")) {
			for _, e := range entriesOf(f) {
				if strings.HasPrefix(e.key, "remote.") && strings.HasSuffix(e.key, ".url") {
					u.urls = append(u.urls, e.value)
				}
			}
		}
	}
	for _, url := range u.urls {
		if ignore.Glob(intoFolder(pattern), url, false) {
			return true
		}
	}
	return false
}
