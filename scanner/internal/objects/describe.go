package objects

import (
	"context"
	"errors"
	"slices"
)

// walkCommits orders the commits that can be reached, and finds HEAD and the refs among them.
func (a *attribution) walkCommits(ctx context.Context, useGraph bool) error {
	l, err := a.s.commitList(ctx, useGraph)
	if err != nil {
		return err
	}
	a.l = l
	a.probs.add(l.probs...)
	cut := map[int32]bool{}
	for _, id := range a.o.Shallow {
		if c := l.findID(id); c != missing {
			cut[c] = true
		}
	}
	r := a.s.newReader(0)
	a.refs = make([]int32, len(a.o.Refs))
	var tips []int32
	for i, ref := range a.o.Refs {
		a.refs[i] = a.tip(r, ref.ID)
		tips = append(tips, a.refs[i])
	}
	a.head = a.tip(r, a.o.Head)
	tips = append(tips, a.head)
	for _, id := range a.o.Tips {
		tips = append(tips, a.tip(r, id))
	}
	a.order = newOrder(l, tips, cut)
	a.inHead = newBitset(len(l.commits))
	if a.head != missing {
		for _, c := range newOrder(l, []int32{a.head}, cut).list {
			a.inHead.add(c)
		}
	}
	a.missingParents(r)
	return nil
}

// findID returns the number of a commit, or missing.
func (l *commitList) findID(id ID) int32 {
	if len(id.Bytes()) != l.s.opts.Hash.Size() {
		return missing
	}
	c := l.find(keyOf(id.Bytes()))
	if c != missing && l.id(c) != id {
		return missing
	}
	return c
}

// tip is the commit that a name means, or missing.
func (a *attribution) tip(r *reader, id ID) int32 {
	if id.IsZero() {
		return missing
	}
	c := a.l.findID(id)
	if c != missing {
		return c
	}
	peeled, kind, err := a.s.peel(r, id)
	if err == nil && kind == Commit {
		if c = a.l.findID(peeled); c == missing {
			err = a.s.unlisted(peeled)
		}
	}
	if err != nil {
		a.probs.object(id, err)
	}
	return c // a tag can name a tree or a blob: nothing to walk
}

const maxPeel = 64

// peel follows tags to what they name.
func (s *Store) peel(r *reader, id ID) (ID, Type, error) {
	for range maxPeel {
		next, kind, err := s.peelOnce(r, id)
		if err != nil || kind != Tag {
			return id, kind, err
		}
		id = next
	}
	return id, 0, corrupt("tags that name each other")
}

// peelOnce returns the type of an object and, if it is a tag, what that names.
func (s *Store) peelOnce(r *reader, id ID) (next ID, kind Type, err error) {
	var b []byte
	err = s.guard(func() (err error) {
		if kind, err = s.typeOf(&r.win, id.Bytes(), nil, s.opts.Limits.Chain); err != nil || kind != Tag {
			return err
		}
		kind, b, err = r.object(id.Bytes(), s.opts.Limits.Object)
		return err
	})
	if err != nil || kind != Tag {
		return id, kind, err
	}
	const word = "object "
	n := 2 * s.opts.Hash.Size()
	if len(b) < len(word)+n || string(b[:len(word)]) != word {
		return id, 0, corrupt("tag")
	}
	if next, err = ParseID(string(b[len(word):][:n])); err != nil {
		return id, 0, corrupt("tag: %v", err)
	}
	return next, kind, nil
}

// missingParents reports commits whose parents are not there.
func (a *attribution) missingParents(r *reader) {
	for _, c := range a.order.list {
		if !slices.Contains(a.order.parentsOf(c), missing) {
			continue
		}
		id := a.l.id(c)
		for _, p := range a.s.parentIDs(r, id) {
			if a.l.findID(p) == missing {
				a.probs.object(p, a.s.unlisted(p))
			}
		}
	}
}

// parentIDs reads the parents of a commit.
func (s *Store) parentIDs(r *reader, id ID) (list []ID) {
	c, err := s.readCommit(r, id)
	if err != nil {
		return nil
	}
	for _, p := range c.parents {
		if id, err := ParseID(string(p)); err == nil {
			list = append(list, id)
		}
	}
	return list
}

// readCommit reads one commit.
func (s *Store) readCommit(r *reader, id ID) (*parsedCommit, error) {
	c := &parsedCommit{}
	err := s.guard(func() error {
		kind, b, err := r.object(id.Bytes(), s.opts.Limits.Base)
		if err == nil && kind != Commit {
			err = corrupt("a %v where a commit should be", kind)
		}
		if err != nil {
			return err
		}
		return parseCommit(b, c)
	})
	return c, err
}

// errGraph: the commit-graph says something else than the commits.
var errGraph = errors.New("the commit-graph does not fit the commits")

// describe fills in the histories. If a commit is not what the commit-graph said, all is done again without it.
func (a *attribution) describe(ctx context.Context) error {
	if a.l.graph != nil && !a.graphHolds() {
		a.probs.add(Problem{File: "info/commit-graph", Reason: errGraph.Error() + "; not used"})
		a.out = make([]History, len(a.out))
		return a.run(ctx, false)
	}
	a.listPaths()
	for from := 0; from < len(a.groups); from += 64 {
		a.groupMasks(from)
		for g := from; g < min(from+64, len(a.groups)); g++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			a.describeGroup(g)
		}
	}
	return nil
}

func (a *attribution) describeGroup(g int) {
	h := &a.out[g]
	h.First = a.broughtIn(g, a.first[g])
	if h.Last = h.First; a.last[g] != a.first[g] {
		h.Last = a.broughtIn(g, a.last[g])
	}
	if c := a.gone[g]; c != missing {
		h.Removed = Change{Commit: a.l.id(c), Time: a.l.commits[c].time}
		for _, p := range a.places(g, a.order.parentsOf(c)[0], 1) {
			h.Removed.Path, h.Removed.Blob = p.Path, p.Blob
		}
	}
	most := maxPlaces
	if a.o.MaxPaths > 0 {
		most = a.o.MaxPaths
	}
	h.Head = a.places(g, a.head, most)
}

// graphHolds compares the commits that will be named with what the graph says of them.
func (a *attribution) graphHolds() bool {
	r := a.s.newReader(0)
	done := map[int32]bool{missing: true}
	for _, list := range [][]int32{a.first, a.last, a.gone, {a.head}} {
		for _, c := range list {
			if done[c] {
				continue
			}
			done[c] = true
			p, err := a.s.readCommit(r, a.l.id(c))
			parents := a.l.parentsOf(c)
			if err != nil || len(p.parents) != len(parents) || p.time != a.l.commits[c].time {
				return false
			}
			for i, k := range append(p.parents, p.tree) {
				id, err := ParseID(string(k))
				switch {
				case err != nil:
					return false
				case i == len(parents):
					if keyOf(id.Bytes()) != a.l.commits[c].tree {
						return false
					}
				case parents[i] == missing || a.l.id(parents[i]) != id:
					return false
				}
			}
		}
	}
	return true
}
