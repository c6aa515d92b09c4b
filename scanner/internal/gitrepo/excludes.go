package gitrepo

import (
	"path/filepath"
	"strings"
)

// maxExclude is the size in bytes of the largest exclude file that is obeyed.
const maxExclude = 1 << 20

// ExcludeFile is a file with patterns of what git ignores, which hold for the whole working tree.
type ExcludeFile struct {
	Source string // as git names it where it is part of the repository
	Text   []byte
}

// Excludes reads the exclude files beside .gitignore, the weakest first: that of core.excludesFile, then the
// repository's own info/exclude. What is no readable file says nothing, as for git.
//
// The configuration of the user, the system and the environment may name any file. A repository's configuration wins over it, as in git,
// but names nothing outside the repository: the file would be one that somebody else chose for us to read.
func (r *Repo) Excludes() []ExcludeFile {
	var list []ExcludeFile
	add := func(source, file string) {
		if text, err := readBytes(file, maxExclude); err == nil {
			list = append(list, ExcludeFile{source, text})
		}
	}
	file, own := r.excludesFile, r.ownExcludes
	if asked, ok := r.commandConfigured("core.excludesfile"); ok {
		file, own = r.env.expand(asked), false
	} else if !own {
		file = r.userExcludes()
	}
	if file != "" && !filepath.IsAbs(file) && r.Root != "" { // as git sees it: from the root
		file, own = filepath.Join(r.Root, file), true
	}
	if file != "" && (!own || r.inside(file)) {
		add("core.excludesFile", file)
	}
	add(".git/info/exclude", filepath.Join(r.CommonDir, "info", "exclude"))
	return list
}

// inside reports whether a file that the repository names lies in its working tree or its git directory.
func (r *Repo) inside(file string) bool {
	real, err := filepath.EvalSymlinks(file)
	if err != nil {
		return false
	}
	for _, dir := range []string{r.Root, r.GitDir, r.CommonDir} {
		if dir == "" {
			continue
		}
		if in, err := filepath.Rel(dir, real); err == nil && in != ".." && !strings.HasPrefix(in, ".."+string(filepath.Separator)) {
			return true
		}
	}
	return false
}

// userExcludes is the user's exclude file: the one that the configuration names, else the usual one.
func (r *Repo) userExcludes() string {
	if file, ok := r.userConfigured("core.excludesfile"); ok {
		return r.env.expand(file)
	}
	return r.env.xdg("ignore")
}

// xdg is a file in git's folder below XDG_CONFIG_HOME, empty if there is no such folder.
func (e Env) xdg(name string) string {
	if e.XDG != "" {
		return filepath.Join(e.XDG, "git", name)
	}
	return e.inHome(filepath.Join(".config", "git", name))
}

func (e Env) inHome(name string) string {
	if e.Home == "" {
		return ""
	}
	return filepath.Join(e.Home, name)
}

// expand replaces ~/ by the user's home.
func (e Env) expand(file string) string {
	if rest, ok := strings.CutPrefix(file, "~/"); ok {
		return e.inHome(filepath.FromSlash(rest))
	}
	if strings.HasPrefix(file, "~") || strings.HasPrefix(file, "%(") {
		return ""
	}
	return filepath.FromSlash(file)
}

// User is what the environment says of the user's files alone: for repositories within another, about which it says
// nothing else.
func (e Env) User() Env {
	return Env{Home: e.Home, XDG: e.XDG, ConfigGlobal: e.ConfigGlobal, ConfigSystem: e.ConfigSystem, NoSystem: e.NoSystem, command: e.command, Path: e.Path}
}
