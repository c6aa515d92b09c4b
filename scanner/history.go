package scanner

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/scanner/internal/gitrepo"
	"github.com/unhapi/unhapi/scanner/internal/objects"
)

// HistoryOptions say which part of a history is scanned, and for what.
type HistoryOptions struct {
	// Calls adds calls and clients in old versions to the credentials.
	Calls bool
	// Since leaves out what can be reached from this revision; Range is
	// A..B. At most one of them.
	Since, Range string
}

// HistoryOf scans every object of the repository around path, each once: blobs,
// commit and tag messages, reachable or not. Below the root of the repository,
// path selects what is reported.
func HistoryOf(ctx context.Context, path string, o Options, h HistoryOptions) (*Result, error) {
	repo, err := discover(path, o)
	if err != nil {
		return nil, err
	}
	defer repo.Close()
	s := &historyScan{collector: collector{o: &o}, h: h, repo: repo}
	if err := s.open(ctx, path); err != nil {
		return nil, err
	}
	defer s.store.Close()
	only, err := s.only(ctx)
	if err != nil {
		return nil, err
	}
	hits, stats, err := newGate(o.Detector, h.Calls).scan(ctx, s.store, only, o.Progress)
	if err != nil && ctx.Err() == nil {
		return nil, err
	}
	s.count(stats)
	src := Source{Kind: "history", Root: repo.Root, Label: o.Label}
	if !s.head.IsZero() {
		src.Head = s.head.String()
	}
	r := &Result{Source: src}
	if ctx.Err() == nil {
		r.Findings = s.secrets(ctx, hits)
		if h.Calls {
			r.Findings = append(r.Findings, s.calls(ctx, hits)...)
		}
	}
	r.Incomplete = ctx.Err() != nil
	r.Stats, r.Skipped = s.stats, s.skipped
	sortSkipped(r.Skipped)
	r.Skipped = slices.Compact(r.Skipped)
	sortFindings(r.Findings)
	r.suppress(&o, nil)
	return r, nil
}

// historyScan is one scan of one repository.
type historyScan struct {
	collector
	h      HistoryOptions
	repo   *gitrepo.Repo
	store  *objects.Store
	prefix string // below the root: only paths that start with it
	head   objects.ID
	refs   []objects.Ref
	tips   []objects.ID // what else history is entered by
	left   []objects.ID // commits that no name leads to; nil until needed
	looked bool
}

// open opens the object database and reads the names of the repository.
func (s *historyScan) open(ctx context.Context, path string) error {
	hash := objects.SHA1
	if s.repo.Hash == gitrepo.SHA256 {
		hash = objects.SHA256
	}
	limits := objects.Limits{Object: s.o.MaxSize}
	var err error
	s.store, err = objects.Open(objects.Options{ObjectDirs: s.repo.ObjectDirs, Hash: hash, Workers: s.o.Workers, Limits: limits})
	if err != nil {
		return err
	}
	for _, p := range s.store.Problems() {
		s.problem(p)
	}
	s.selectPath(path)
	if h, err := s.repo.Head(ctx); err == nil && !h.Unborn() {
		s.head = objectID(h.ID)
	}
	refs, problems, err := s.repo.Refs(ctx)
	if err != nil {
		s.skip(Skipped{Path: "refs", Reason: err.Error(), Failed: true})
	}
	for _, p := range problems {
		s.skip(Skipped{Path: p.Path, Reason: p.Reason, Failed: p.Failed})
	}
	for _, r := range refs {
		if branchOrTag(r.Name) && r.Symbolic == "" {
			s.refs = append(s.refs, objects.Ref{Name: r.Name, ID: objectID(r.ID)})
		}
	}
	tips, problems, err := s.repo.Tips(ctx)
	if err != nil {
		s.skip(Skipped{Path: "reflogs", Reason: err.Error(), Failed: true})
	}
	for _, p := range problems {
		s.skip(Skipped{Path: p.Path, Reason: p.Reason, Failed: p.Failed})
	}
	for _, t := range tips {
		s.tips = append(s.tips, objectID(t.ID))
	}
	s.boundaries(ctx)
	return nil
}

func branchOrTag(name string) bool {
	return strings.HasPrefix(name, "refs/heads/") || strings.HasPrefix(name, "refs/remotes/") || strings.HasPrefix(name, "refs/tags/")
}

func objectID(id gitrepo.ID) objects.ID {
	out, _ := objects.IDFromBytes([]byte(id))
	return out
}

// selectPath makes a path below the root a filter.
func (s *historyScan) selectPath(path string) {
	if s.repo.Bare() {
		return
	}
	rel, err := s.repo.Rel(path)
	if err != nil || rel == "." || rel == "" {
		return
	}
	s.prefix = filepath.ToSlash(rel)
}

// within reports whether one of the paths lies below the selected one.
func (s *historyScan) within(paths []string) bool {
	if s.prefix == "" {
		return true
	}
	return slices.ContainsFunc(paths, func(p string) bool {
		return p == s.prefix || strings.HasPrefix(p, s.prefix+"/")
	})
}

// boundaries lists what a history lacks by design.
func (s *historyScan) boundaries(ctx context.Context) {
	if n := len(s.repo.Shallow); n > 0 {
		s.skip(Skipped{Path: "shallow", Reason: "history before the shallow boundary is not here: fetch it with `git fetch --unshallow`"})
	}
	if len(s.repo.Promisors) > 0 {
		s.skip(Skipped{Path: "objects", Failed: true,
			Reason: "partial clone: objects that were never fetched cannot be looked at: scan a full clone"})
	}
	if s.repo.Bare() {
		return
	}
	subs, err := s.repo.Submodules(ctx)
	if err != nil {
		return
	}
	for _, m := range subs {
		s.skip(Skipped{Path: m.Path, Reason: "history of a submodule: scan it by itself"})
	}
}

// only gives the set of objects of a range, nil for everything.
func (s *historyScan) only(ctx context.Context) (func(objects.ID) bool, error) {
	var include, exclude []objects.ID
	switch {
	case s.h.Range != "":
		r, err := s.repo.ParseRange(ctx, s.h.Range)
		if err != nil {
			return nil, &UsageError{err}
		}
		for _, id := range r.Include {
			include = append(include, objectID(id))
		}
		for _, id := range r.Exclude {
			exclude = append(exclude, objectID(id))
		}
	case s.h.Since != "":
		id, err := s.repo.Resolve(ctx, s.h.Since)
		if err != nil {
			return nil, &UsageError{err}
		}
		exclude = append(exclude, objectID(id))
		for _, r := range s.refs {
			include = append(include, r.ID)
		}
		if !s.head.IsZero() {
			include = append(include, s.head)
		}
	default:
		return nil, nil
	}
	set, problems, err := s.store.Reachable(ctx, include, exclude, s.shallow())
	for _, p := range problems {
		s.problem(p)
	}
	if err != nil {
		return nil, err
	}
	return set.Has, nil
}

func (s *historyScan) shallow() []objects.ID {
	var out []objects.ID
	for _, id := range s.repo.Shallow {
		out = append(out, objectID(id))
	}
	return out
}

func (s *historyScan) problem(p objects.Problem) {
	what := p.File
	if what == "" {
		what = p.ID.String()
	}
	s.skip(Skipped{Path: what, Reason: p.Reason, Failed: p.Failed})
}

func (s *historyScan) count(stats objects.Stats) {
	s.stats.Blobs = stats.Blobs
	s.stats.Commits = stats.Commits
	s.stats.Bytes = stats.Bytes
	for _, p := range stats.Problems {
		s.problem(p)
	}
}

// attribute finds the histories of groups of blobs. Groups that no name leads
// to are looked for among the commits that are left over.
func (s *historyScan) attribute(ctx context.Context, groups [][]objects.ID) []objects.History {
	if len(groups) == 0 {
		return nil
	}
	ao := objects.AttributeOptions{Groups: groups, Head: s.head, Refs: s.refs, Tips: s.tips, Shallow: s.shallow()}
	out := s.attributeOnce(ctx, ao)
	var lost [][]objects.ID
	var at []int
	for i := range out {
		if out[i].First.Commit.IsZero() && len(groups[i]) > 0 {
			lost, at = append(lost, groups[i]), append(at, i)
		}
	}
	if len(lost) == 0 || len(out) == 0 {
		return out
	}
	if !s.looked {
		s.looked = true
		names := slices.Clone(s.tips)
		for _, r := range s.refs {
			names = append(names, r.ID)
		}
		var problems []objects.Problem
		var err error
		s.left, problems, err = s.store.Dangling(ctx, names)
		if err != nil {
			return out
		}
		for _, p := range problems {
			s.problem(p)
		}
	}
	if len(s.left) == 0 {
		return out
	}
	ao.Groups, ao.Tips = lost, append(slices.Clone(s.tips), s.left...)
	for i, found := range s.attributeOnce(ctx, ao) {
		out[at[i]] = found
	}
	return out
}

func (s *historyScan) attributeOnce(ctx context.Context, ao objects.AttributeOptions) []objects.History {
	out, problems, err := s.store.Attribute(ctx, ao)
	for _, p := range problems {
		s.problem(p)
	}
	if err != nil {
		s.skip(Skipped{Path: "history", Reason: "attribution: " + err.Error(), Failed: true})
		return make([]objects.History, len(ao.Groups))
	}
	return out
}
