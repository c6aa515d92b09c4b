package scanner

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/scanner/internal/gitrepo"
	"github.com/unhapi/unhapi/scanner/internal/objects"
	"github.com/unhapi/unhapi/scanner/internal/walk"
)

// HistoryOptions say which part of a history is scanned, and for what.
type HistoryOptions struct {
	// Calls adds calls and clients in old versions to the credentials.
	Calls bool
	// Since leaves out what can be reached from this revision; Range is
	// A..B or A...B. At most one of them.
	Since, Range string
	// Verify looks for missing objects where that is taken for granted or
	// remembered otherwise: in a large partial clone, with a state.
	Verify bool
	// State, if set, is used and brought up to date by a scan of everything.
	State *State
}

// HistoryOf scans every object of the repository around path, each once: blobs,
// commit and tag messages, reachable or not. Below the root of the repository,
// path selects what is reported. Of a range, what its border has already is
// marked as older; lives are told in full.
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
	if err := s.selectRange(ctx); err != nil {
		return nil, err
	}
	hits, err := s.look(ctx)
	if err != nil && ctx.Err() == nil {
		return nil, err
	}
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
	s.missing(ctx)
	for _, f := range r.Findings {
		if f.Older {
			r.Older++
		}
	}
	r.Incomplete = ctx.Err() != nil
	r.Stats, r.Skipped = s.stats, s.skipped
	sortSkipped(r.Skipped)
	r.Skipped = once(slices.Compact(r.Skipped))
	sortFindings(r.Findings)
	r.suppress(&o, nil, s.picked == nil && s.prefix == "" && !r.Incomplete)
	return r, nil
}

// look finds the objects with credentials or calls. Those of a range are
// followed by all others that there are, so that lives can be told.
func (s *historyScan) look(ctx context.Context) ([]hit, error) {
	if s.h.State != nil && s.picked == nil {
		return s.lookAgain(ctx)
	}
	g := newGate(s.o.Detector, s.h.Calls)
	var only func(objects.ID) bool
	if s.picked != nil {
		only = s.picked.Has
	}
	stats, err := s.store.Scan(ctx, s.scanOptions(g, only))
	s.count(stats)
	s.lfs(g.pointers)
	if err != nil || s.picked == nil || len(g.hits) == 0 {
		return g.found(), err
	}
	g = newGate(s.o.Detector, s.h.Calls)
	_, err = s.store.Scan(ctx, objects.ScanOptions{Evaluator: g})
	return g.found(), err
}

func (s *historyScan) scanOptions(g *gate, only func(objects.ID) bool) objects.ScanOptions {
	o := objects.ScanOptions{Evaluator: g, Only: only}
	if s.o.Progress != nil {
		o.Progress = func(done, total int64) { s.o.Progress(Progress{Done: done, Total: total, Unit: "bytes"}) }
	}
	return o
}

// lfs lists what git LFS keeps elsewhere.
func (s *historyScan) lfs(pointers int) {
	if pointers > 0 {
		s.skip(Skipped{Path: "git LFS", Reason: fmt.Sprintf("the content of files that git LFS keeps (%d pointers)", pointers)})
	}
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
	tips   []objects.ID  // what else history is entered by
	named  []gitrepo.Tip // those that are HEADs and refs of any kind
	left   []objects.ID  // commits that no name leads to; nil until needed
	looked bool

	picked *objects.Set // the objects of a range, nil for everything
	border []objects.ID // the commits that a range begins behind
	memory *memory      // of a scan with a state
}

// open opens the object database and reads the names of the repository.
func (s *historyScan) open(ctx context.Context, path string) error {
	var err error
	s.store, err = openStore(s.repo, s.o, s.o.maxSize())
	if err != nil {
		return err
	}
	for _, p := range s.store.Problems() {
		s.problem(p)
	}
	s.selectPath(path)
	switch h, err := s.repo.Head(ctx); {
	case err != nil:
		s.skip(Skipped{Path: "HEAD", Reason: err.Error(), Failed: true})
	case !h.Unborn():
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
	tips, problems, err := s.repo.Tips(ctx, refs)
	if err != nil {
		s.skip(Skipped{Path: "reflogs", Reason: err.Error(), Failed: true})
	}
	for _, p := range problems {
		s.skip(Skipped{Path: p.Path, Reason: p.Reason, Failed: p.Failed})
	}
	for _, t := range tips {
		s.tips = append(s.tips, objectID(t.ID))
		if t.From == gitrepo.FromHead || t.From == gitrepo.FromRef {
			s.named = append(s.named, t)
		}
	}
	s.boundaries(ctx)
	return nil
}

func branchOrTag(name string) bool {
	return strings.HasPrefix(name, "refs/heads/") || strings.HasPrefix(name, "refs/remotes/") || strings.HasPrefix(name, "refs/tags/")
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
	rel = filepath.ToSlash(rel)
	if first, _, _ := strings.Cut(rel, "/"); strings.EqualFold(first, ".git") {
		return // the repository itself: no file of it is called so
	}
	s.prefix = rel
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
	if s.repo.Bare() {
		return
	}
	subs, err := s.repo.Submodules(ctx)
	if err != nil {
		s.skip(Skipped{Path: "index", Reason: "submodules: " + err.Error(), Failed: true})
	}
	within := map[string]bool{}
	for _, m := range subs {
		within[m.Path] = true
		s.skip(Skipped{Path: m.Path, Reason: "history of a submodule: scan it by itself"})
	}
	for _, path := range s.clones(ctx) {
		if !within[path] && s.within([]string{path}) {
			s.skip(Skipped{Path: path, Reason: "history of a nested clone: scan it by itself"})
		}
	}
}

// clones lists the repositories in the working tree, where a scan of the tree
// would enter them. What cannot be read holds none that such a scan would.
func (s *historyScan) clones(ctx context.Context) []string {
	g, c := &group{root: s.repo.Root, repo: s.repo}, &collector{o: s.o}
	wo := walk.Options{Root: g.root, Workers: s.o.Workers, Folders: true}
	if err := g.rules(ctx, c, &wo); err != nil {
		return nil
	}
	if _, _, err := walk.Walk(ctx, wo, func(int, walk.Entry, []byte) {}); err != nil {
		return nil
	}
	slices.Sort(c.nested)
	return c.nested
}
