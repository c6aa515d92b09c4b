package scanner

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/unhapi/unhapi/scanner/internal/gitrepo"
)

// UsageError is an error of what was asked, not of the scan: a path that does
// not exist, a revision that nothing has.
type UsageError struct{ Err error }

func (e *UsageError) Error() string { return e.Err.Error() }

func (e *UsageError) Unwrap() error { return e.Err }

func usage(format string, args ...any) error { return &UsageError{fmt.Errorf(format, args...)} }

// group is paths that share a root.
type group struct {
	root   string // absolute
	prefix string // put before every path of the group
	repo   *gitrepo.Repo
	paths  []string // slash paths below root; none: everything
	links  []string // those of them that are symbolic links to files
}

func (g *group) close() {
	if g.repo != nil {
		_ = g.repo.Close()
	}
}

func (o *Options) env() gitrepo.Env {
	if o.Getenv == nil {
		return gitrepo.Env{}
	}
	return gitrepo.EnvFrom(o.Getenv)
}

// groupPaths sorts paths by the repository that they lie in. Outside a
// repository each path is a root of its own.
func groupPaths(paths []string, o Options) ([]*group, error) {
	f := finder{env: o.env(), repos: map[string]*gitrepo.Repo{}, several: len(paths) > 1}
	for _, p := range paths {
		if err := f.add(p); err != nil {
			for _, g := range f.groups {
				g.close()
			}
			return nil, err
		}
	}
	if len(f.groups) == 1 && f.groups[0].repo != nil {
		f.groups[0].prefix = ""
	}
	return f.groups, nil
}

// finder finds the roots of paths.
type finder struct {
	env     gitrepo.Env
	several bool
	groups  []*group
	repos   map[string]*gitrepo.Repo // by folder; nil for none
}

func (f *finder) add(p string) error {
	info, err := os.Lstat(p)
	if err != nil {
		return missingPath(p, err)
	}
	if err := streamed(p, info); err != nil {
		return err
	}
	repo, err := f.discover(p, info)
	if err != nil {
		return err
	}
	link := info.Mode()&fs.ModeSymlink != 0 && !isDir(p)
	if repo == nil {
		g, err := plainGroup(p, info, f.several)
		if err == nil {
			g.linked(link)
			f.groups = append(f.groups, g)
		}
		return err
	}
	if repo.Bare() {
		return usage("%s: a bare repository has no working tree: try `unhapi scan --history %s`", p, p)
	}
	rel, err := repo.Rel(p)
	if err != nil { // perhaps a link to a folder of the repository
		if real, failed := filepath.EvalSymlinks(p); failed == nil {
			rel, err = repo.Rel(real)
		}
	}
	if err != nil {
		return usage("%s: not in the working tree of %s: name a file or folder of the tree, or use --history", p, repo.Root)
	}
	if rel == "" {
		rel = "."
	}
	for _, g := range f.groups {
		if g.repo != nil && g.repo.Root == repo.Root {
			g.paths = append(g.paths, rel)
			g.linked(link)
			return nil
		}
	}
	g := &group{root: repo.Root, repo: repo, prefix: rootPrefix(p, rel, repo.Root), paths: []string{rel}}
	g.linked(link)
	f.groups = append(f.groups, g)
	return nil
}

// linked notes whether the last of the paths is a link to a file.
func (g *group) linked(link bool) {
	if link {
		g.links = append(g.links, g.paths[len(g.paths)-1])
	}
}

// streamed refuses a path that is, or leads to, something without an end: a
// pipe, a device.
func streamed(p string, info fs.FileInfo) error {
	if info.Mode()&fs.ModeSymlink != 0 {
		to, err := os.Stat(p)
		if err != nil {
			return nil // where it leads to is a text all the same
		}
		info = to
	}
	if info.Mode()&(fs.ModeNamedPipe|fs.ModeDevice|fs.ModeCharDevice|fs.ModeSocket) != 0 {
		return usage("%s: not a regular file: give its content to `unhapi scan --stdin`", p)
	}
	return nil
}

// discover finds the repository around a path, nil if there is none. Files of
// one folder share the answer.
func (f *finder) discover(p string, info fs.FileInfo) (*gitrepo.Repo, error) {
	dir := p
	if info.Mode().IsRegular() {
		dir = filepath.Dir(p)
	}
	if repo, ok := f.repos[dir]; ok {
		return repo, nil
	}
	repo, err := gitrepo.Discover(p, f.env)
	if errors.Is(err, gitrepo.ErrNoRepository) {
		repo, err = nil, nil
	}
	if err != nil {
		return nil, &UsageError{err}
	}
	f.repos[dir] = repo
	return repo, nil
}

func missingPath(p string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return usage("%s: no such file or folder: try `unhapi scan .`", p)
	}
	if errors.Is(err, fs.ErrPermission) {
		return usage("%s: %v: run as a user who may read it", p, errors.Unwrap(err))
	}
	return usage("%s: %v", p, errors.Unwrap(err))
}

// rootPrefix says, in runs over several roots, how the argument that led to a
// root would have named it.
func rootPrefix(arg, rel, root string) string {
	arg = filepath.ToSlash(filepath.Clean(arg))
	switch {
	case rel == ".":
		return folderPrefix(arg)
	case arg == rel:
		return ""
	case strings.HasSuffix(arg, "/"+rel):
		return folderPrefix(strings.TrimSuffix(arg, "/"+rel))
	}
	return filepath.Base(root) + "/"
}

// folderPrefix is what stands before the paths of a folder; the folder that the
// program was started in needs none.
func folderPrefix(dir string) string {
	if dir == "." {
		return ""
	}
	return strings.TrimSuffix(dir, "/") + "/"
}

// plainGroup is the root of a path outside a repository.
func plainGroup(p string, info fs.FileInfo, several bool) (*group, error) {
	abs, err := filepath.Abs(p)
	if err != nil {
		return nil, usage("%s: %v", p, err)
	}
	g, dir := &group{root: abs}, filepath.Clean(p)
	if !info.IsDir() && (info.Mode()&fs.ModeSymlink == 0 || !isDir(p)) {
		g.root, g.paths, dir = filepath.Dir(abs), []string{filepath.Base(abs)}, filepath.Dir(dir)
	}
	if several {
		g.prefix = folderPrefix(filepath.ToSlash(dir))
	}
	return g, nil
}

func isDir(p string) bool {
	info, err := os.Stat(p)
	return err == nil && info.IsDir()
}
