package scanner

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/scanner/internal/gitrepo"
	"github.com/unhapi/unhapi/scanner/internal/text"
	"github.com/unhapi/unhapi/scanner/internal/walk"
)

// nestedChanges is why submodules and nested clones are not compared.
const nestedChanges = "changes of a nested repository: scan it by itself"

// Staged scans what the index of a repository brings in: the files that differ
// from HEAD, in a merge from every parent. Paths are files and folders of one
// repository and select from these; without any, everything counts that is
// staged in the repository around the working folder. Findings that the old
// versions of the files have too are marked as older.
func Staged(ctx context.Context, paths []string, o Options) (*Result, error) {
	repo, selected, err := stagedIn(paths, o)
	if err != nil {
		return nil, err
	}
	defer repo.Close()
	defer quickObjects(repo, &o)()
	files, err := repo.Staged(ctx)
	if err != nil {
		return nil, err
	}
	files = slices.DeleteFunc(files, func(f gitrepo.StagedFile) bool { return !selected(f.Path) })
	c := &change{collector: collector{o: &o}, repo: repo, old: map[string][]*scanned{}}
	for _, f := range files {
		if ctx.Err() != nil {
			break
		}
		if f.Mode == gitrepo.ModeSubmodule {
			c.skip(Skipped{Path: f.Path, Reason: nestedChanges})
			continue
		}
		if c.object(ctx, f.Path, f.NewID) {
			for _, id := range f.OldIDs {
				c.before(ctx, f.Path, id)
			}
		}
	}
	src := Source{Kind: "index", Root: repo.Root, Dirty: len(files) > 0}
	if h, err := repo.Head(ctx); err == nil && !h.Unborn() {
		src.Head = h.ID.String()
	}
	r := c.finish(ctx, src)
	c.markOlder(ctx, r)
	return r, nil
}

// stagedIn finds the repository that paths lie in, and says which of its files
// they select.
func stagedIn(paths []string, o Options) (*gitrepo.Repo, func(string) bool, error) {
	if len(paths) == 0 {
		repo, err := discover(".", o)
		return repo, func(string) bool { return true }, err
	}
	var repo *gitrepo.Repo
	var below []string
	for _, p := range paths {
		r, err := discover(p, o)
		if err == nil && repo != nil {
			defer r.Close()
			if r.Root != repo.Root {
				err = usage("%s: not in the repository at %s: --staged takes files and folders of one repository", p, repo.Root)
			}
		}
		if err != nil {
			if repo != nil {
				_ = repo.Close()
			}
			return nil, nil, err
		}
		if repo == nil {
			repo = r
		}
		rel := "."
		if !repo.Bare() {
			if rel, err = repo.Rel(p); err != nil || rel == "" {
				rel = "."
			}
		}
		below = append(below, filepath.ToSlash(rel))
	}
	return repo, func(file string) bool {
		return slices.ContainsFunc(below, func(p string) bool { return p == "." || file == p || strings.HasPrefix(file, p+"/") })
	}, nil
}

// NewFrom scans the files of the working tree that are not as they were where
// the current branch left rev. Findings that the old versions have too are
// marked as older.
func NewFrom(ctx context.Context, paths []string, rev string, o Options) (*Result, error) {
	groups, err := groupPaths(paths, o)
	if err != nil {
		return nil, err
	}
	if len(groups) != 1 || groups[0].repo == nil {
		return nil, usage("--new-from %s: needs one repository to compare in: name files or folders of one repository", rev)
	}
	g := groups[0]
	defer g.close()
	defer quickObjects(g.repo, &o)()
	base, err := g.repo.Base(ctx, rev)
	if err != nil {
		return nil, revisionError(err)
	}
	c := &change{collector: collector{o: &o}, repo: g.repo, old: map[string][]*scanned{}}
	if err := g.scan(ctx, &c.collector); err != nil {
		return nil, err
	}
	for _, path := range c.nested {
		c.skip(Skipped{Path: path, Reason: nestedChanges})
	}
	if err := c.keepChanged(ctx, base); err != nil {
		return nil, err
	}
	r := c.finish(ctx, Source{Kind: "changes", Root: g.root, Head: g.head(ctx), Base: base.String(), Dirty: g.dirty(ctx)})
	c.markOlder(ctx, r)
	return r, nil
}

// revisionError is an error about a revision that was asked for: a mistake of
// the user if there is no such thing, and else the repository's.
func revisionError(err error) error {
	if errors.Is(err, gitrepo.ErrUnknownRevision) || errors.Is(err, gitrepo.ErrNoMergeBase) || errors.Is(err, gitrepo.ErrRange) {
		return &UsageError{err}
	}
	return err
}

func discover(dir string, o Options) (*gitrepo.Repo, error) {
	repo, err := gitrepo.Discover(dir, o.env())
	if errors.Is(err, gitrepo.ErrNoRepository) {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return nil, usage("%s: its .git is no git repository, something of HEAD, objects and refs is missing: restore it, or try `unhapi scan %s`", dir, dir)
		}
		return nil, usage("%s: not in a git repository: try `unhapi scan %s`", dir, dir)
	}
	if err != nil {
		return nil, &UsageError{err}
	}
	return repo, nil
}

// change is a scan of the files of a change, with their old versions.
type change struct {
	collector
	repo *gitrepo.Repo
	old  map[string][]*scanned // by the new path
}

// object scans one object as the content of a file. It reports whether
// anything was found.
func (c *change) object(ctx context.Context, path string, id gitrepo.ID) bool {
	c.stats.Files++
	_, data, err := c.repo.Objects.Get(ctx, id)
	if err != nil {
		c.skip(Skipped{Path: path, Reason: err.Error(), Failed: true})
		return false
	}
	c.stats.Bytes += int64(len(data))
	if int64(len(data)) > c.o.maxSize() {
		c.skip(Skipped{Path: path, Reason: string(walk.Oversized)})
		return false
	}
	if enc, why := text.Sniff(data); enc == text.Binary {
		c.skip(Skipped{Path: path, Reason: string(walk.BinaryFile) + ": " + why})
		return false
	}
	before := len(c.scanned)
	c.content(path, data)
	return len(c.scanned) > before
}

// before scans an old version of a file.
func (c *change) before(ctx context.Context, path string, id gitrepo.ID) {
	if id.IsNull() {
		return
	}
	_, data, err := c.repo.Objects.Get(ctx, id)
	if err != nil {
		// Without the old version everything in the file counts as new: the
		// safe side for a hook, but it must be said.
		c.skip(Skipped{Path: path, Reason: "old version: " + err.Error(), Failed: true})
		return
	}
	side := &collector{o: c.o}
	side.content(path, data)
	c.old[path] = append(c.old[path], side.scanned...)
}

// keepChanged drops what was found in files that are as they were at base, and
// scans the old versions of the others.
func (c *change) keepChanged(ctx context.Context, base gitrepo.ID) error {
	tracked, err := c.repo.Tracked(ctx)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, f := range tracked {
		known[f.Path] = true
	}
	var untracked []string
	for _, s := range c.scanned {
		if !known[s.file.Path] && !c.inNested(s.file.Path) {
			untracked = append(untracked, s.file.Path)
		}
	}
	files, err := c.repo.ChangedWorktree(ctx, base, untracked)
	if err != nil {
		return err
	}
	changed := map[string]gitrepo.ChangedFile{}
	for _, f := range files {
		changed[f.Path] = f
	}
	c.scanned = slices.DeleteFunc(c.scanned, func(s *scanned) bool {
		_, ok := changed[s.file.Path]
		return !ok || c.inNested(s.file.Path)
	})
	for _, s := range c.scanned {
		if len(s.found) > 0 {
			c.before(ctx, s.file.Path, changed[s.file.Path].OldID)
		}
	}
	return nil
}

// markOlder marks the findings that the old versions of their file have too:
// by secret where there is one, else by count per rule and file.
func (c *change) markOlder(ctx context.Context, r *Result) {
	before := collector{o: c.o}
	for _, versions := range c.old {
		before.scanned = append(before.scanned, versions...)
	}
	before.understand(ctx)
	before.linkEnvironment()
	for path, versions := range c.old {
		m := marker{secrets: map[secretKey]bool{}, allowed: map[textKey]int{}, total: map[string]int{}}
		for _, s := range versions {
			m.addOld((&findings{o: c.o, ordinals: map[string]int{}}).of(s))
		}
		m.mark(r, path)
	}
	for _, f := range r.Findings {
		if f.Older {
			r.Older++
		}
	}
}

// marker tells the findings of one file that an old version of it had.
type marker struct {
	secrets map[secretKey]bool
	allowed map[textKey]int // the most that any old version has
	total   map[string]int  // by rule
}

type secretKey struct{ provider, value string }

// textKey is what findings without a secret are compared by.
type textKey struct{ rule, text string }

func secretKeyOf(f *Finding) secretKey { return secretKey{f.Rule.Pack.Provider, *f.Secret.value} }

func textKeyOf(f *Finding) textKey {
	masked, _ := f.File.Masked(f.Span.Start, f.Span.End, f.Span)
	return textKey{f.Rule.ID, normalised([]byte(masked))}
}

// addOld adds what one old version of the file had. A secret is the same under
// another rule: what stands around it made it another kind.
func (m *marker) addOld(old []*Finding) {
	count := map[textKey]int{}
	for _, f := range old {
		if f.Secret != nil {
			m.secrets[secretKeyOf(f)] = true
		} else {
			count[textKeyOf(f)]++
		}
	}
	for key, n := range count {
		if more := n - m.allowed[key]; more > 0 {
			m.allowed[key] += more
			m.total[key.rule] += more
		}
	}
}

// mark marks the older findings of one file. Equal texts are taken for each
// other first; what a rule then has left of its old count covers edited ones.
func (m *marker) mark(r *Result, path string) {
	var rest []*Finding
	for _, f := range r.Findings {
		if f.Path != path {
			continue
		}
		if f.Secret != nil {
			f.Older = m.secrets[secretKeyOf(f)]
			continue
		}
		key := textKeyOf(f)
		if m.allowed[key] == 0 {
			rest = append(rest, f)
			continue
		}
		m.allowed[key]--
		m.total[key.rule]--
		f.Older = true
	}
	for _, f := range rest {
		if m.total[f.Rule.ID] > 0 {
			m.total[f.Rule.ID]--
			f.Older = true
		}
	}
}
