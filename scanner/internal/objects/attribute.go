package objects

import (
	"context"
	"math/bits"
	"slices"
)

// Ref is a name of a commit.
type Ref struct {
	Name string
	ID   ID // of a commit, or of a tag that is peeled
}

// AttributeOptions say what to attribute, and to what.
type AttributeOptions struct {
	// Groups are sets of blobs; one history is made for each. A blob can be in several.
	Groups [][]ID
	// Head is HEAD's commit; zero if there is none.
	Head ID
	// Refs are the branches and tags that count as containing a group.
	Refs []Ref
	// Tips are further commits from which history is walked: stashes, notes, reflogs, what nothing reaches.
	Tips []ID
	// Shallow are the commits whose parents the repository does not have, as its file "shallow" lists them.
	Shallow []ID
	// MaxPaths is how many of a group's paths are listed, the first in order; 0: all.
	MaxPaths int
	// NoGraph reads commits instead of the commit-graph.
	NoGraph bool
}

// Change is what a commit did to a group of blobs.
type Change struct {
	Commit ID     // zero: there is no such commit
	Time   int64  // when it was committed, in seconds since 1970
	Path   string // where the blob is; of a removal, where it was in the first parent. The first in tree order
	Blob   ID
}

// Place is where a blob is.
type Place struct {
	Path string
	Blob ID
}

// History is what is known of a group of blobs.
type History struct {
	// First and Last are the oldest and the newest commit that brought in a blob of the group: one that has a blob, at
	// any path, that none of its parents has at any path. Zero if no commit that was walked has one.
	First, Last Change
	// Removed is the newest commit in HEAD's history that has no blob of the group while all its parents have one. Zero
	// while HEAD has one.
	Removed Change
	// Head lists where the group's blobs are in HEAD, sorted by path.
	Head []Place
	// Paths are all paths that blobs of the group have had in the commits that were walked, sorted.
	Paths []string
	// Refs are the names of those refs whose history contains a commit with a blob of the group, in the order given.
	Refs []string
}

// Attribute finds out how groups of blobs came into the history, and went. Commits are ordered by time, which is never
// before that of an ancestor, and equal times as git rev-list --topo-order orders them. What cannot be read becomes a
// problem; the histories are then those of the rest.
func (s *Store) Attribute(ctx context.Context, o AttributeOptions) ([]History, []Problem, error) {
	a := &attribution{s: s, o: o, out: make([]History, len(o.Groups))}
	a.probs.limit = s.opts.Limits.Problems
	err := a.run(ctx, !o.NoGraph && len(o.Shallow) == 0)
	if err != nil && ctx.Err() == nil { // a limit, which leaves all histories empty
		a.probs.add(Problem{File: "history", Reason: reason(err), Failed: false})
		a.out, err = make([]History, len(o.Groups)), nil
	}
	a.probs.add(s.Problems()...)
	a.probs.add(s.broken(nil)...)
	return a.out, a.probs.sorted(), err
}

type attribution struct {
	s     *Store
	o     AttributeOptions
	out   []History
	probs problems

	blobs  []ID          // all that are asked for, each once
	number map[key]int32 // of each in blobs
	groups [][]int32     // of each: its blobs
	of     [][]int32     // of each blob: its groups

	l      *commitList
	order  *order
	d      *dag
	root   []int32 // by commit: its tree in the dag, or missing
	masks  *masks
	head   int32
	inHead bitset // commits of HEAD's history
	refs   []int32
	first  []int32 // by group
	last   []int32
	gone   []int32
}

func (a *attribution) run(ctx context.Context, useGraph bool) error {
	a.number = map[key]int32{}
	a.groups = make([][]int32, len(a.o.Groups))
	a.blobs, a.of = nil, nil
	for g, ids := range a.o.Groups {
		for _, id := range ids {
			if len(id.Bytes()) != a.s.opts.Hash.Size() {
				continue
			}
			b, ok := a.number[keyOf(id.Bytes())]
			if !ok {
				b = int32(len(a.blobs))
				a.number[keyOf(id.Bytes())] = b
				a.blobs, a.of = append(a.blobs, id), append(a.of, nil)
			}
			if !slices.Contains(a.of[b], int32(g)) {
				a.groups[g], a.of[b] = append(a.groups[g], b), append(a.of[b], int32(g))
			}
		}
	}
	if len(a.blobs) == 0 {
		return nil
	}
	if err := a.walkCommits(ctx, useGraph); err != nil {
		return err
	}
	x := newTreeIndex(a.s)
	if err := x.read(ctx, a.number, &a.probs); err != nil {
		return err
	}
	d, err := x.dag(a.number)
	if err != nil {
		return err
	}
	a.d, a.masks = d, newMasks(d, len(a.blobs))
	a.root = make([]int32, len(a.l.commits))
	for _, c := range a.order.list {
		a.root[c] = missing
		if u, ok := d.byKey[a.l.commits[c].tree]; ok {
			a.root[c] = u
		} else if !a.s.hasKey(a.l.commits[c].tree) {
			a.probs.add(Problem{ID: a.l.id(c), Reason: "its tree is missing", Failed: true})
		}
	}
	if err := a.passes(ctx); err != nil {
		return err
	}
	return a.describe(ctx)
}

// passes computes everything that is one bit a blob or one bit a group.
func (a *attribution) passes(ctx context.Context) error {
	fill := func(n int) []int32 { return slices.Repeat([]int32{missing}, n) }
	a.first, a.last, a.gone = fill(len(a.groups)), fill(len(a.groups)), fill(len(a.groups))
	for from := 0; from < len(a.blobs); from += 64 {
		if err := ctx.Err(); err != nil {
			return err
		}
		a.introductions(int32(from))
	}
	ever := make([]uint64, len(a.l.commits))
	for from := 0; from < len(a.groups); from += 64 {
		if err := ctx.Err(); err != nil {
			return err
		}
		a.presence(from, ever)
	}
	return nil
}

// mask is what a commit has.
func (a *attribution) mask(c int32) uint64 {
	if c == missing || a.root[c] == missing {
		return 0
	}
	return a.masks.of[a.root[c]]
}

// introductions finds the commits that brought in 64 blobs.
func (a *attribution) introductions(from int32) {
	a.masks.clear()
	for b := from; b < min(from+64, int32(len(a.blobs))); b++ {
		a.masks.add(b, int(b-from))
	}
	a.masks.spread()
	for _, c := range a.order.list {
		m := a.mask(c)
		if m == 0 {
			continue
		}
		for _, p := range a.order.parentsOf(c) {
			m &^= a.mask(p)
		}
		for ; m != 0; m &= m - 1 {
			for _, g := range a.of[from+int32(bits.TrailingZeros64(m))] {
				if a.first[g] == missing || a.order.older(c, a.first[g]) {
					a.first[g] = c
				}
				if a.last[g] == missing || a.order.older(a.last[g], c) {
					a.last[g] = c
				}
			}
		}
	}
}

// groupMasks computes what each tree has of the 64 groups from one on.
func (a *attribution) groupMasks(from int) {
	a.masks.clear()
	for g := from; g < min(from+64, len(a.groups)); g++ {
		for _, b := range a.groups[g] {
			a.masks.add(b, g-from)
		}
	}
	a.masks.spread()
}

// presence finds out which commits have blobs of 64 groups.
func (a *attribution) presence(from int, ever []uint64) {
	a.groupMasks(from)
	clear(ever)
	for i := len(a.order.list) - 1; i >= 0; i-- {
		c := a.order.list[i]
		ever[c] = a.mask(c)
		for _, p := range a.order.parentsOf(c) {
			if p != missing {
				ever[c] |= ever[p]
			}
		}
	}
	for i, c := range a.refs {
		if c == missing {
			continue
		}
		for m := ever[c]; m != 0; m &= m - 1 {
			h := &a.out[from+bits.TrailingZeros64(m)]
			h.Refs = append(h.Refs, a.o.Refs[i].Name)
		}
	}
	a.removals(from)
}

// removals finds the newest commits in HEAD's history that took the last blob of a group away.
func (a *attribution) removals(from int) {
	if a.head == missing {
		return
	}
	gone := ^a.mask(a.head)
	for _, c := range a.order.list {
		parents := a.order.parentsOf(c)
		if !a.inHead.has(c) || len(parents) == 0 {
			continue
		}
		m := gone &^ a.mask(c)
		for _, p := range parents {
			m &= a.mask(p)
		}
		for ; m != 0; m &= m - 1 {
			g := from + bits.TrailingZeros64(m)
			if a.gone[g] == missing || a.order.older(a.gone[g], c) {
				a.gone[g] = c
			}
		}
	}
}
