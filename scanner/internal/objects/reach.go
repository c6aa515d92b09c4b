package objects

import (
	"context"
	"errors"
	"slices"
)

// Set is a set of objects.
type Set struct {
	ids map[ID]Type
}

// Has reports whether an object is in the set. It fits [ScanOptions.Only].
func (s *Set) Has(id ID) bool {
	_, ok := s.ids[id]
	return ok
}

// Len is the number of objects.
func (s *Set) Len() int { return len(s.ids) }

// Commits lists the commits of the set, sorted by id.
func (s *Set) Commits() (list []ID) {
	for id, kind := range s.ids {
		if kind == Commit {
			list = append(list, id)
		}
	}
	slices.SortFunc(list, ID.Compare)
	return list
}

// Lacks lists the objects of a set that are not there, sorted by id.
func (s *Store) Lacks(set *Set) (list []ID) {
	for id := range set.ids {
		if !s.Has(id) {
			list = append(list, id)
		}
	}
	slices.SortFunc(list, ID.Compare)
	return list
}

// reachCache is how many bytes of trees are kept while trees are read one after the other.
const reachCache = 16 << 20

// Reachable returns the objects that git rev-list --objects lists for some names, without those of others: the commits
// that can be reached from include but not from exclude, and their trees and blobs, without those of the excluded commits
// that border on them. Names are commits or tags, which are peeled; a tag that is included is in the set, too. Commits in
// shallow have no parents. Objects that are not there, but are named, are in the set and a problem, but for blobs, which
// nobody opens.
func (s *Store) Reachable(ctx context.Context, include, exclude, shallow []ID) (*Set, []Problem, error) {
	l, err := s.commitList(ctx, len(shallow) == 0)
	if err != nil {
		return nil, nil, err
	}
	r := &reachable{s: s, l: l, r: s.newReader(reachCache), set: &Set{map[ID]Type{}}, not: map[ID]bool{}, cut: map[int32]bool{}}
	r.probs.limit = s.opts.Limits.Problems
	for _, id := range shallow {
		if c := l.findID(id); c != missing {
			r.cut[c] = true
		}
	}
	err = r.run(ctx, include, exclude)
	r.probs.add(l.probs...)
	r.probs.add(s.broken(nil)...)
	return r.set, r.probs.sorted(), err
}

type reachable struct {
	s     *Store
	l     *commitList
	r     *reader
	set   *Set
	not   map[ID]bool // trees and blobs that are left out
	cut   map[int32]bool
	probs problems
}

func (r *reachable) run(ctx context.Context, include, exclude []ID) error {
	no := newOrder(r.l, r.commits(exclude, false), r.cut)
	yes := newOrder(r.l, r.commits(include, true), r.cut)
	var listed []int32
	for _, c := range yes.list {
		if no.rank[c] == missing {
			listed = append(listed, c)
		}
	}
	for _, c := range listed {
		for _, p := range yes.parentsOf(c) {
			if p != missing && no.rank[p] != missing {
				if err := r.tree(ctx, r.treeOf(p), func(id ID, _ Type) bool { return !r.leaveOut(id) }); err != nil {
					return err
				}
			}
		}
	}
	add := func(id ID, kind Type) bool {
		if r.not[id] || r.set.Has(id) {
			return false
		}
		r.set.ids[id] = kind
		return true
	}
	for _, c := range listed {
		r.set.ids[r.l.id(c)] = Commit
		r.lostParents(c)
		if err := r.tree(ctx, r.treeOf(c), add); err != nil {
			return err
		}
	}
	return nil
}

// lostParents adds the parents of a commit that are not there.
func (r *reachable) lostParents(c int32) {
	if r.cut[c] || !slices.Contains(r.l.parentsOf(c), missing) {
		return
	}
	p, err := r.s.readCommit(r.r, r.l.id(c))
	if err != nil {
		return // treeOf tells
	}
	for _, digits := range p.parents {
		if id, err := ParseID(string(digits)); err == nil && !r.s.Has(id) {
			r.set.ids[id] = Commit
			r.probs.object(id, ErrMissing)
		}
	}
}

// leaveOut adds an object to those that are left out and reports whether it was there.
func (r *reachable) leaveOut(id ID) bool {
	was := r.not[id]
	r.not[id] = true
	return was
}

// commits peels names. Included tags are in the set.
func (r *reachable) commits(ids []ID, include bool) (list []int32) {
	for _, id := range ids {
		if id.IsZero() {
			continue
		}
		c := r.l.findID(id)
		for range maxPeel {
			if c != missing {
				break
			}
			next, kind, err := r.s.peelOnce(r.r, id)
			if err != nil {
				r.probs.object(id, err)
				break
			}
			if kind != Tag {
				break
			}
			if include {
				r.set.ids[id] = Tag
			}
			id = next
			c = r.l.findID(id)
		}
		list = append(list, c)
	}
	return list
}

// treeOf is the tree of a commit; zero if the commit cannot be read.
func (r *reachable) treeOf(c int32) ID {
	p, err := r.s.readCommit(r.r, r.l.id(c))
	if err == nil {
		var id ID
		if id, err = ParseID(string(p.tree)); err == nil {
			return id
		}
	}
	r.probs.object(r.l.id(c), err)
	return ID{}
}

// tree calls visit for a tree and what is in it, and goes into those trees for which it returns true.
func (r *reachable) tree(ctx context.Context, id ID, visit func(ID, Type) bool) error {
	if id.IsZero() || !visit(id, Tree) {
		return nil
	}
	todo := []ID{id}
	for len(todo) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		id = todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		err := r.s.guard(func() error {
			kind, b, err := r.r.object(id.Bytes(), r.s.opts.Limits.Base)
			if err == nil && kind != Tree {
				err = corrupt("a %v where a tree should be", kind)
			}
			for err == nil && len(b) > 0 {
				e, ok := parseEntry(b, r.s.opts.Hash.Size())
				if !ok {
					err = corrupt("tree")
					break
				}
				b = b[e.size:]
				switch what := makeID(e.id); {
				case e.isTree():
					if visit(what, Tree) {
						todo = append(todo, what)
					}
				case e.isBlob():
					visit(what, Blob)
				}
			}
			return err
		})
		if err != nil {
			r.probs.object(id, err)
		}
	}
	return nil
}

// Dangling returns the commits that cannot be reached from some names and have no children that cannot: the tips of what
// is left over in the object database. Sorted by id.
func (s *Store) Dangling(ctx context.Context, from []ID) ([]ID, []Problem, error) {
	l, err := s.commitList(ctx, true)
	if err != nil {
		return nil, nil, err
	}
	r := &reachable{s: s, l: l, r: s.newReader(0), set: &Set{map[ID]Type{}}}
	r.probs.limit = s.opts.Limits.Problems
	reached := newOrder(l, r.commits(from, false), nil)
	child := newBitset(len(l.commits))
	for c := range int32(len(l.commits) - 1) {
		if reached.rank[c] == missing {
			for _, p := range l.parentsOf(c) {
				if p != missing {
					child.add(p)
				}
			}
		}
	}
	var tips []ID
	for c := range int32(len(l.commits) - 1) {
		if reached.rank[c] == missing && !child.has(c) {
			tips = append(tips, l.id(c))
		}
	}
	slices.SortFunc(tips, ID.Compare)
	r.probs.add(l.probs...)
	return tips, r.probs.sorted(), nil
}

// Objects calls f for the id of every object, once, with its type, in no particular order, until f returns an error. It
// opens no packed object. What cannot be read at all is a problem.
func (s *Store) Objects(ctx context.Context, f func(ID, Type) error) ([]Problem, error) {
	s.load()
	for _, p := range s.packs {
		err := s.guard(func() error {
			for i := range int32(p.n) {
				if i&1023 == 0 && ctx.Err() != nil {
					return ctx.Err()
				}
				if p.kind[i] > Tag || p.row[i] == noRow || p.dup != nil && p.dup.has(int32(p.row[i])) {
					continue
				}
				if err := f(p.idAt(i), p.kind[i]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil && !errors.Is(err, errShrunk) {
			return s.Problems(), err
		}
		if err != nil {
			s.probs.add(Problem{File: p.name, Reason: err.Error(), Failed: true})
		}
	}
	probs := &problems{limit: s.opts.Limits.Problems}
	var l looseReader
	for _, o := range s.looseToScan(nil) {
		if err := ctx.Err(); err != nil {
			return s.Problems(), err
		}
		kind, _, err := l.header(o.dir, o.id)
		l.close()
		if err != nil {
			probs.object(o.id, err)
		} else if err := f(o.id, kind); err != nil {
			return s.Problems(), err
		}
	}
	probs.add(s.Problems()...)
	probs.add(s.broken(nil)...)
	return probs.sorted(), nil
}
