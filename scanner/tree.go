package scanner

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/scanner/internal/gitrepo"
	"github.com/unhapi/unhapi/scanner/internal/ignore"
	"github.com/unhapi/unhapi/scanner/internal/walk"
)

// UsageError is an error of what was asked, not of the scan: a path that does
// not exist, a revision that nothing has.
type UsageError struct{ Err error }

func (e *UsageError) Error() string { return e.Err.Error() }

func (e *UsageError) Unwrap() error { return e.Err }

func usage(format string, args ...any) error { return &UsageError{fmt.Errorf(format, args...)} }

// Tree scans the working tree: the files and folders named by paths, which are
// paths of the operating system.
func Tree(ctx context.Context, paths []string, o Options) (*Result, error) {
	groups, err := groupPaths(paths, o)
	if err != nil {
		return nil, err
	}
	c := &collector{o: &o}
	src := Source{Kind: "tree"}
	for _, g := range groups {
		defer g.close()
		if err := g.scan(ctx, c); err != nil {
			return nil, err
		}
		if len(groups) == 1 {
			src.Root = g.root
			src.Head = g.head(ctx)
		}
	}
	return c.finish(ctx, src), nil
}

func (g *group) close() {
	if g.repo != nil {
		_ = g.repo.Close()
	}
}

// group is paths that share a root.
type group struct {
	root   string // absolute
	prefix string // put before every path of the group
	repo   *gitrepo.Repo
	paths  []string // slash paths below root; none: everything
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
	var groups []*group
	for _, p := range paths {
		info, err := os.Lstat(p)
		if err != nil {
			return nil, missingPath(p, err)
		}
		repo, err := gitrepo.Discover(p, o.env())
		if err != nil && !errors.Is(err, gitrepo.ErrNoRepository) {
			return nil, &UsageError{err}
		}
		if repo == nil {
			g, err := plainGroup(p, info, len(paths) > 1)
			if err != nil {
				return nil, err
			}
			groups = append(groups, g)
			continue
		}
		if repo.Bare() {
			return nil, usage("%s: a bare repository has no working tree: try `unhapi scan --history %s`", p, p)
		}
		rel, err := repo.Rel(p)
		if err != nil {
			return nil, usage("%s: not in the working tree of %s: name a file or folder of the tree, or use --history", p, repo.Root)
		}
		groups = addToGroup(groups, repo, rel)
	}
	if len(groups) > 1 {
		for _, g := range groups {
			if g.repo != nil {
				g.prefix = argumentPrefix(paths, g.root)
			}
		}
	}
	return groups, nil
}

func missingPath(p string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return usage("%s: no such file or folder: try `unhapi scan .`", p)
	}
	return usage("%s: %v", p, errors.Unwrap(err))
}

func addToGroup(groups []*group, repo *gitrepo.Repo, rel string) []*group {
	for _, g := range groups {
		if g.repo != nil && g.repo.Root == repo.Root {
			if rel == "." || rel == "" {
				g.paths = nil
			} else if g.paths != nil {
				g.paths = append(g.paths, rel)
			}
			return groups
		}
	}
	g := &group{root: repo.Root, repo: repo}
	if rel != "." && rel != "" {
		g.paths = []string{rel}
	}
	return append(groups, g)
}

// argumentPrefix gives the argument that led to a root, for runs over several.
func argumentPrefix(paths []string, root string) string {
	for _, p := range paths {
		if abs, err := filepath.EvalSymlinks(p); err == nil {
			if abs, err = filepath.Abs(abs); err == nil && abs == root {
				return filepath.ToSlash(filepath.Clean(p)) + "/"
			}
		}
	}
	return filepath.Base(root) + "/"
}

func plainGroup(p string, info os.FileInfo, several bool) (*group, error) {
	abs, err := filepath.Abs(p)
	if err != nil {
		return nil, usage("%s: %v", p, err)
	}
	if info.IsDir() || info.Mode()&os.ModeSymlink != 0 && isDir(p) {
		g := &group{root: abs}
		if several {
			g.prefix = strings.TrimSuffix(filepath.ToSlash(filepath.Clean(p)), "/") + "/"
		}
		return g, nil
	}
	g := &group{root: filepath.Dir(abs), paths: []string{filepath.Base(abs)}}
	if several {
		if dir := filepath.ToSlash(filepath.Dir(filepath.Clean(p))); dir != "." {
			g.prefix = strings.TrimSuffix(dir, "/") + "/"
		}
	}
	return g, nil
}

func isDir(p string) bool {
	info, err := os.Stat(p)
	return err == nil && info.IsDir()
}

func (g *group) head(ctx context.Context) string {
	if g.repo == nil {
		return ""
	}
	h, err := g.repo.Head(ctx)
	if err != nil || h.Unborn() {
		return ""
	}
	return h.ID.String()
}

// scan walks the tree of a group.
func (g *group) scan(ctx context.Context, c *collector) error {
	wo := walk.Options{
		Root: g.root, Paths: slices.Clone(g.paths), ForceExclude: c.o.ForceExclude,
		Workers: c.o.Workers, MaxSize: c.o.MaxSize,
	}
	if !c.o.NoIgnore {
		wo.Ignore = ignore.New(g.repo != nil && g.repo.IgnoreCase)
	}
	if g.repo != nil {
		if err := g.gitRules(ctx, c, &wo); err != nil {
			return err
		}
	}
	stats, skipped, err := walk.Walk(ctx, wo, func(_ int, e walk.Entry, raw []byte) {
		c.content(g.prefix+e.Path, raw)
	})
	c.stats.Files += stats.Files + stats.Symlinks
	c.stats.Bytes += stats.Bytes
	for _, s := range skipped {
		reason := string(s.Reason)
		if s.Detail != "" {
			reason += ": " + s.Detail
		}
		if s.Err != nil {
			reason += ": " + s.Err.Error()
		}
		c.skip(Skipped{Path: g.prefix + s.Path, Reason: reason, Failed: s.Failed})
	}
	if err != nil && ctx.Err() == nil {
		return &UsageError{err}
	}
	return nil
}

// gitRules tells the walk what git tracks and excludes.
func (g *group) gitRules(ctx context.Context, c *collector, wo *walk.Options) error {
	fill := func(repo *gitrepo.Repo, base string, stack *ignore.Stack) (*ignore.Stack, *walk.Tracked) {
		if stack != nil {
			if content, err := os.ReadFile(filepath.Join(repo.CommonDir, "info", "exclude")); err == nil && len(content) < 1<<20 {
				stack = stack.Push(ignore.Parse(content, ignore.Options{Source: ".git/info/exclude", Base: base, FoldCase: repo.IgnoreCase}))
			}
		}
		files, err := repo.Tracked(ctx)
		if err != nil {
			c.skip(Skipped{Path: strings.TrimSuffix(g.prefix+base, "/"), Reason: "index: " + err.Error(), Failed: true})
			return stack, nil
		}
		paths := make([]string, 0, len(files))
		for _, f := range files {
			if f.Mode == gitrepo.ModeSubmodule {
				c.submodule(repo, g.prefix, base, f)
				continue
			}
			paths = append(paths, f.Path)
		}
		return stack, walk.NewTracked(paths)
	}
	wo.Ignore, wo.Tracked = fill(g.repo, "", wo.Ignore)
	wo.Repository = func(path string) walk.Repository {
		nested, err := gitrepo.Discover(filepath.Join(g.root, filepath.FromSlash(path)), gitrepo.Env{})
		if err != nil || nested.Bare() || nested.Root == g.root {
			return walk.Repository{Ordinary: true}
		}
		defer nested.Close()
		var stack *ignore.Stack
		if !c.o.NoIgnore {
			stack = ignore.New(nested.IgnoreCase)
		}
		stack, tracked := fill(nested, path, stack)
		return walk.Repository{Ignore: stack, Tracked: tracked}
	}
	return nil
}

// submodule lists a submodule that is not checked out.
func (c *collector) submodule(repo *gitrepo.Repo, prefix, base string, f gitrepo.TrackedFile) {
	dir := filepath.Join(repo.Root, filepath.FromSlash(f.Path))
	if gitrepo.HasRepository(dir) {
		return
	}
	path := f.Path
	if base != "" {
		path = base + "/" + path
	}
	c.skip(Skipped{Path: prefix + path, Reason: "submodule that is not checked out"})
}

// Stdin scans a text that has no file; name is the path that it is reported
// under.
func Stdin(ctx context.Context, name string, content []byte, o Options) *Result {
	c := &collector{o: &o, stats: Stats{Files: 1, Bytes: int64(len(content))}}
	limit := o.MaxSize
	if limit == 0 {
		limit = walk.DefaultMaxSize
	}
	switch _, ok := decodeFile(name, content[:min(len(content), 8192)]); {
	case int64(len(content)) > limit:
		c.skip(Skipped{Path: name, Reason: string(walk.Oversized)})
	case !ok:
		c.skip(Skipped{Path: name, Reason: string(walk.BinaryFile)})
	default:
		c.content(name, content)
	}
	return c.finish(ctx, Source{Kind: "stdin"})
}
