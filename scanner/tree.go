package scanner

import (
	"context"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/scanner/internal/gitrepo"
	"github.com/unhapi/unhapi/scanner/internal/ignore"
	"github.com/unhapi/unhapi/scanner/internal/text"
	"github.com/unhapi/unhapi/scanner/internal/walk"
)

// Tree scans the working tree: the files and folders named by paths, which are
// paths of the operating system. Paths of findings are relative to the root of
// the repository, outside of one to the argument; in runs over several roots
// they begin with the argument.
func Tree(ctx context.Context, paths []string, o Options) (*Result, error) {
	groups, err := groupPaths(paths, o)
	if err != nil {
		return nil, err
	}
	c := &collector{o: &o}
	if len(groups) > 1 {
		c.seen = map[string]bool{}
	}
	src := Source{Kind: "tree"}
	for _, g := range groups {
		defer g.close()
		if err := g.scan(ctx, c); err != nil {
			return nil, err
		}
	}
	c.followNames(ctx, groups)
	if len(groups) == 1 {
		g := groups[0]
		if g.repo != nil {
			defer quickObjects(g.repo, c.o)()
		}
		src.Root, src.Head, src.Dirty = g.root, g.head(ctx), g.dirty(ctx)
		c.whole = g.whole()
	}
	return c.finish(ctx, src), nil
}

// whole reports whether everything below the root is looked at.
func (g *group) whole() bool { return len(g.paths) == 0 || slices.Contains(g.paths, ".") }

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

// dirty reports whether what a scan of the group sees is not what HEAD has. An
// index that cannot be read is listed by whoever walks the tree.
func (g *group) dirty(ctx context.Context) bool {
	if g.repo == nil {
		return false
	}
	dirty, err := g.repo.Dirty(ctx, g.paths)
	return err == nil && dirty
}

// scan walks the tree of a group.
func (g *group) scan(ctx context.Context, c *collector) error {
	wo := walk.Options{
		Root: g.root, Paths: slices.Clone(g.paths), ForceExclude: c.o.ForceExclude,
		Workers: c.o.Workers, MaxSize: c.o.MaxSize,
	}
	if err := g.rules(ctx, c, &wo); err != nil {
		return err
	}
	for _, l := range g.links {
		c.skip(Skipped{Path: g.prefix + l, Reason: "symbolic link, which is not followed: name what it leads to"})
	}
	stats, skipped, err := walk.Walk(ctx, wo, func(_ int, e walk.Entry, raw []byte) {
		c.progress()
		if c.first(g.root + "/" + e.Path) {
			c.content(g.prefix+e.Path, raw)
		}
	})
	c.stats.Files += stats.Files + stats.Symlinks
	c.stats.Bytes += stats.Bytes
	for _, s := range skipped {
		if !c.first(g.root + "/" + s.Path) {
			continue
		}
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

// first reports whether a file is met for the first time: in runs over several
// roots one can lie in another.
func (c *collector) first(file string) bool {
	if c.seen == nil {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	known := c.seen[file]
	c.seen[file] = true
	return !known
}

// inNested reports whether a path lies in a nested repository.
func (c *collector) inNested(path string) bool {
	return slices.ContainsFunc(c.nested, func(root string) bool { return strings.HasPrefix(path, root+"/") })
}

// rules tells the walk what git tracks and excludes, here and in the nested
// repositories that it will meet.
func (g *group) rules(ctx context.Context, c *collector, wo *walk.Options) error {
	if !c.o.NoIgnore {
		wo.Ignore = ignore.New(g.repo != nil && g.repo.IgnoreCase)
	}
	if g.repo != nil {
		wo.Ignore, wo.Tracked = c.tracked(ctx, g.repo, g.prefix, "", wo.Ignore)
	}
	wo.Repository = func(path string) walk.Repository {
		nested, err := gitrepo.Discover(filepath.Join(g.root, filepath.FromSlash(path)), c.o.env().User())
		if err != nil || nested.Bare() || nested.Root == g.root {
			return walk.Repository{Ordinary: true}
		}
		defer nested.Close()
		c.mu.Lock()
		c.nested = append(c.nested, g.prefix+path)
		c.mu.Unlock()
		var stack *ignore.Stack
		if !c.o.NoIgnore {
			stack = ignore.New(nested.IgnoreCase)
		}
		stack, tracked := c.tracked(ctx, nested, g.prefix, path, stack)
		return walk.Repository{Ignore: stack, Tracked: tracked}
	}
	return ctx.Err()
}

// tracked reads what the repository at base tracks, and adds its exclude
// files to a stack. Submodules that are not there are listed.
func (c *collector) tracked(ctx context.Context, repo *gitrepo.Repo, prefix, base string, stack *ignore.Stack) (*ignore.Stack, *walk.Tracked) {
	if stack != nil {
		for _, f := range repo.Excludes() {
			stack = stack.Push(ignore.Parse(f.Text, ignore.Options{Source: f.Source, Base: base, FoldCase: repo.IgnoreCase}))
		}
	}
	files, err := repo.Tracked(ctx)
	if err != nil {
		c.skip(Skipped{Path: prefix + path.Join(base, "index"), Reason: err.Error(), Failed: true})
		return stack, nil
	}
	paths := make([]string, 0, len(files))
	for _, f := range files {
		if f.Mode == gitrepo.ModeSubmodule {
			c.submodule(repo, prefix, base, f)
			continue
		}
		paths = append(paths, f.Path)
	}
	return stack, walk.NewTracked(paths)
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
	enc, why := text.Sniff(content)
	switch {
	case int64(len(content)) > o.maxSize():
		c.skip(Skipped{Path: name, Reason: string(walk.Oversized)})
	case enc == text.Binary:
		c.skip(Skipped{Path: name, Reason: string(walk.BinaryFile) + ": " + why})
	default:
		c.content(name, content)
	}
	return c.finish(ctx, Source{Kind: "stdin"})
}

func (o *Options) maxSize() int64 {
	if o.MaxSize > 0 {
		return o.MaxSize
	}
	return walk.DefaultMaxSize
}
