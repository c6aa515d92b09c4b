package scanner

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/scanner/internal/objects"
)

// selectRange finds the objects of a range, and the commits at its border:
// those outside of it that commits of the range stand on.
func (s *historyScan) selectRange(ctx context.Context) error {
	var include, exclude []objects.ID
	switch {
	case s.h.Range != "":
		r, err := s.repo.ParseRange(ctx, s.h.Range)
		if err != nil {
			return revisionError(err)
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
			return revisionError(err)
		}
		exclude = []objects.ID{objectID(id)}
		for _, t := range s.named {
			include = append(include, objectID(t.ID))
		}
	default:
		return nil
	}
	set, problems, err := s.store.Reachable(ctx, include, exclude, s.shallow())
	s.problems(problems)
	if err != nil {
		return err
	}
	s.picked = set
	s.border = s.borderOf(ctx, set)
	return nil
}

// borderOf lists the parents of commits of a set that are not in it. A commit
// that cannot be read has been told of by whoever made the set.
func (s *historyScan) borderOf(ctx context.Context, set *objects.Set) []objects.ID {
	var out []objects.ID
	shallow := s.shallow()
	for _, c := range set.Commits() {
		_, raw, err := s.store.Get(ctx, c)
		if err != nil || slices.Contains(shallow, c) {
			continue
		}
		for line := range bytes.Lines(raw) {
			digits, ok := bytes.CutPrefix(bytes.TrimSuffix(line, []byte("\n")), []byte("parent "))
			if !ok && !bytes.HasPrefix(line, []byte("tree ")) {
				break
			}
			if p, err := objects.ParseID(string(digits)); ok && err == nil && !set.Has(p) {
				out = append(out, p)
			}
		}
	}
	slices.SortFunc(out, objects.ID.Compare)
	return slices.Compact(out)
}

func (s *historyScan) shallow() []objects.ID {
	var out []objects.ID
	for _, id := range s.repo.Shallow {
		out = append(out, objectID(id))
	}
	return out
}

func (s *historyScan) problem(p objects.Problem) {
	what, reason := p.File, p.Reason
	switch {
	case what == "":
		what = p.ID.String()
	case what != "objects" && !strings.HasPrefix(what, "alternate "):
		what = "objects/" + what
	}
	if how := s.remedy(p); p.Failed && how != "" {
		reason += ": " + how
	}
	s.skip(Skipped{Path: what, Reason: reason, Failed: p.Failed})
}

func (s *historyScan) problems(list []objects.Problem) {
	for _, p := range list {
		s.problem(p)
	}
}

func (s *historyScan) count(stats objects.Stats) {
	s.stats.Blobs = stats.Blobs
	s.stats.Commits = stats.Commits
	s.stats.Bytes = stats.Bytes
	s.problems(stats.Problems)
}

// attributeBatch is how many groups are attributed at once: it bounds the
// memory that their paths and refs take.
const attributeBatch = 4096

// attribute finds the histories of groups of blobs, and hands them out with the
// number of their group. Groups that no name leads to are looked for among the
// commits that are left over.
func (s *historyScan) attribute(ctx context.Context, groups [][]objects.ID, visit func(int, objects.History)) {
	for from := 0; from < len(groups) && ctx.Err() == nil; from += attributeBatch {
		batch := groups[from:min(from+attributeBatch, len(groups))]
		for i, h := range s.attributeBatch(ctx, batch) {
			visit(from+i, h)
		}
	}
}

func (s *historyScan) attributeBatch(ctx context.Context, groups [][]objects.ID) []objects.History {
	if out, ok := s.memory.recall(groups); ok {
		return out
	}
	skipped := len(s.skipped)
	out := s.attributeNow(ctx, groups)
	if len(s.skipped) == skipped && ctx.Err() == nil && s.memory != nil && !slices.ContainsFunc(out, s.o.Detector.namesSecret) {
		s.memory.note(groups, out)
	}
	return out
}

func (s *historyScan) attributeNow(ctx context.Context, groups [][]objects.ID) []objects.History {
	ao := objects.AttributeOptions{Groups: groups, Head: s.head, Refs: s.refs, Tips: s.tips, Shallow: s.shallow()}
	out := s.attributeOnce(ctx, ao)
	var lost [][]objects.ID
	var at []int
	for i := range out {
		if out[i].First.Commit.IsZero() && len(groups[i]) > 0 {
			lost, at = append(lost, groups[i]), append(at, i)
		}
	}
	if len(lost) == 0 || !s.leftOver(ctx) {
		return out
	}
	ao.Groups, ao.Tips = lost, append(slices.Clone(s.tips), s.left...)
	for i, found := range s.attributeOnce(ctx, ao) {
		out[at[i]] = found
	}
	return out
}

// leftOver finds the commits that no name leads to. It reports whether there
// are any.
func (s *historyScan) leftOver(ctx context.Context) bool {
	if !s.looked {
		s.looked = true
		names := append(slices.Clone(s.tips), s.head)
		for _, r := range s.refs {
			names = append(names, r.ID)
		}
		var problems []objects.Problem
		var err error
		s.left, problems, err = s.store.Dangling(ctx, names)
		s.problems(problems)
		if err != nil {
			s.skip(Skipped{Path: "history", Reason: "commits without a name: " + err.Error(), Failed: true})
		}
	}
	return len(s.left) > 0
}

func (s *historyScan) attributeOnce(ctx context.Context, ao objects.AttributeOptions) []objects.History {
	out, problems, err := s.store.Attribute(ctx, ao)
	s.problems(problems)
	if err != nil {
		s.skip(Skipped{Path: "history", Reason: "attribution: " + err.Error(), Failed: true})
		return make([]objects.History, len(ao.Groups))
	}
	return out
}

// older tells of groups of blobs whether a commit at the border of the range
// has one of them: then the range did not bring it in.
func (s *historyScan) older(ctx context.Context, groups [][]objects.ID) []bool {
	out := make([]bool, len(groups))
	if len(s.border) == 0 || len(groups) == 0 {
		return out
	}
	ao := objects.AttributeOptions{Groups: groups, Tips: s.border, Shallow: s.border, MaxPaths: 1}
	for i, h := range s.attributeOnce(ctx, ao) {
		out[i] = !h.First.Commit.IsZero()
	}
	return out
}

// inRange reports whether one of some objects belongs to the range.
func (s *historyScan) inRange(ids []objects.ID) bool {
	return s.picked == nil || slices.ContainsFunc(ids, s.picked.Has)
}
