package objects

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
)

// Promised reports whether the repository is a partial clone: packs from a promisor (".promisor") can lack objects.
func (s *Store) Promised() bool {
	for i := range s.dirs {
		names, _ := readNames(filepath.Join(s.dirs[i].path, "pack"))
		if slices.ContainsFunc(names, func(n string) bool { return strings.HasSuffix(n, ".promisor") }) {
			return true
		}
	}
	return false
}

// Count is how many objects there are; one that several packs have counts for each. Nothing is read for it but the
// headers of the indices and the names of loose objects.
func (s *Store) Count() int {
	n := len(s.looseObjects())
	for _, p := range s.packs {
		n += p.idx.n
	}
	return n
}

// Missing returns the trees and blobs that trees name, and the trees and parents that commits name, but the store does
// not have, sorted by id. In a partial clone that is what was not fetched. Parents of commits in shallow are not asked
// for. With only, just those trees and commits are read that it wants. What cannot be read is a problem. What a store
// was opened without counts as there.
func (s *Store) Missing(ctx context.Context, shallow []ID, only func(ID) bool) ([]ID, []Problem, error) {
	m := &missingFinder{s: s, cut: map[ID]bool{}, only: only}
	for _, id := range shallow {
		m.cut[id] = true
	}
	probs := &problems{limit: s.opts.Limits.Problems}
	s.load()
	s.looseObjects()
	gone, err := s.namedByTrees(ctx, only, probs)
	if err != nil {
		return nil, nil, err
	}
	if err := m.commits(ctx, gone, probs); err != nil {
		return nil, nil, err
	}
	list := make([]ID, 0, len(gone))
	for id := range gone {
		if s.within != nil && s.within.Has(id) {
			continue
		}
		list = append(list, id)
	}
	slices.SortFunc(list, ID.Compare)
	probs.add(s.broken(only)...)
	return list, probs.sorted(), nil
}

type missingFinder struct {
	s    *Store
	cut  map[ID]bool
	only func(ID) bool
}

// commits adds what commits name and is not there.
func (m *missingFinder) commits(ctx context.Context, gone map[ID]bool, probs *problems) error {
	l, err := m.s.commitList(ctx, false)
	if err != nil {
		return err
	}
	probs.add(l.probs...)
	r := m.s.newReader(0)
	for c := range int32(len(l.commits) - 1) {
		lost := slices.Contains(l.parentsOf(c), missing)
		if !lost && m.s.hasKey(l.commits[c].tree) {
			continue
		}
		id := l.id(c)
		if m.only != nil && !m.only(id) {
			continue
		}
		p, err := m.s.readCommit(r, id)
		if err != nil {
			probs.object(id, err)
			continue
		}
		names := [][]byte{p.tree}
		if !m.cut[id] {
			names = append(names, p.parents...)
		}
		for _, n := range names {
			if id, err := ParseID(string(n)); err == nil && !m.s.Has(id) {
				gone[id] = true
			}
		}
	}
	return nil
}

// hasKey reports whether there is an object whose id begins like that.
func (s *Store) hasKey(k key) (found bool) {
	_ = s.guard(func() error {
		for _, p := range s.packs {
			if found = p.idx.hasKey(k); found {
				return nil
			}
		}
		return nil
	})
	if found {
		return true
	}
	i, _ := slices.BinarySearchFunc(s.looseObjects(), k, func(o looseObject, k key) int {
		return compare(uint64(keyOf(o.id.Bytes())), uint64(k))
	})
	return i < len(s.loose) && keyOf(s.loose[i].id.Bytes()) == k
}

// hasKey reports whether an id of the index begins like that.
func (x *index) hasKey(k key) bool {
	lo, hi := x.bucket(int(k>>56)), x.bucket(int(k>>56)+1)
	for lo < hi {
		m := (lo + hi) / 2
		switch at := keyOf(x.id(m)); {
		case at == k:
			return true
		case at < k:
			lo = m + 1
		default:
			hi = m
		}
	}
	return false
}
