package objects

import (
	"context"
	"maps"
)

// namedByTrees returns what trees name but is not there.
func (s *Store) namedByTrees(ctx context.Context, only func(ID) bool, probs *problems) (map[ID]bool, error) {
	var checkers []*nameChecker
	err := s.walkTrees(ctx, s.forest(setOf(Tree), only), s.looseToScan(only), probs, func(b *buffers) visitor[[]int32] {
		c := &nameChecker{s: s, hs: s.opts.Hash.Size(), buf: b, probs: probs, gone: map[ID]bool{}}
		checkers = append(checkers, c)
		return c
	})
	gone := map[ID]bool{}
	for _, c := range checkers {
		maps.Copy(gone, c.gone)
	}
	return gone, err
}

// nameChecker is a visitor that looks for what trees name. An entry that a delta copies was looked for in the base. A leaf
// is not built: of what its delta did not copy as a whole, single entries are put together.
type nameChecker struct {
	seeAll
	s     *Store
	hs    int
	buf   *buffers
	probs *problems
	gone  map[ID]bool
	free  [][]int32
	d     delta  // of a tree that is stored whole: one insertion
	small []byte // a single entry
}

func (c *nameChecker) release(s []int32) {
	if cap(s) > 0 && len(c.free) < 64 {
		c.free = append(c.free, s[:0])
	}
}

func (c *nameChecker) starts() []int32 {
	k := len(c.free) - 1
	if k < 0 {
		return nil
	}
	s := c.free[k]
	c.free = c.free[:k]
	return s
}

func (c *nameChecker) whole(n node, data []byte) []int32 {
	c.d.text, c.d.size, c.d.ops = data, len(data), append(c.d.ops[:0], op{0, ^0, int32(len(data))})
	if n.leaf() {
		c.leaf(n, &c.d, nil, nil)
		return nil
	}
	return c.tree(n, nil, data, nil)
}

func (c *nameChecker) delta(n node, d *delta, base []byte, known []int32) ([]byte, []int32) {
	if n.leaf() {
		c.leaf(n, d, base, known)
		return nil, nil
	}
	data := c.buf.get(d.size)
	d.apply(data, base)
	return data, c.tree(n, d.ops, data, known)
}

// tree looks at a tree and returns where its entries begin, and its size.
func (c *nameChecker) tree(n node, ops []op, data []byte, known []int32) []int32 {
	starts := c.starts()
	for at := int32(0); int(at) < len(data); {
		i, j, by := 0, 0, int32(0)
		if ops, i, j, by = copiedEntries(ops, at, known); j > i {
			for _, s := range known[i:j] {
				starts = append(starts, s+by)
			}
			at = known[j] + by
			continue
		}
		e, ok := parseEntry(data[at:], c.hs)
		if !ok {
			c.probs.object(n.id(), corrupt("tree entry at %d", at))
			break
		}
		c.look(e)
		starts = append(starts, at)
		at += int32(e.size)
	}
	return append(starts, int32(len(data)))
}

// leaf looks at a tree that is not built.
func (c *nameChecker) leaf(n node, d *delta, base []byte, known []int32) {
	ops := d.ops
	for at := int32(0); int(at) < d.size; {
		i, j, by := 0, 0, int32(0)
		if ops, i, j, by = copiedEntries(ops, at, known); j > i {
			at = known[j] + by
			continue
		}
		e, ok := c.entry(d, ops, base, at)
		if !ok {
			c.probs.object(n.id(), corrupt("tree entry at %d", at))
			return
		}
		c.look(e)
		at += int32(e.size)
	}
}

// entry parses the entry at at of a result that is not built. The first of the ops makes its first byte. Most entries are copied but for
// the id; an entry can also be made of many small pieces, so that it is tried again only when twice as much is there.
func (c *nameChecker) entry(d *delta, ops []op, base []byte, at int32) (treeEntry, bool) {
	b := d.bytes(ops[0], base)[at-ops[0].dst:]
	if e, ok := parseEntry(b, c.hs); ok {
		return e, true
	}
	c.small = append(c.small[:0], b...)
	for want := 64; ; want *= 2 {
		for len(ops) > 1 && len(c.small) < want {
			ops = ops[1:]
			c.small = append(c.small, d.bytes(ops[0], base)...)
		}
		e, ok := parseEntry(c.small, c.hs)
		if ok || len(ops) == 1 {
			return e, ok
		}
	}
}

// look notes what an entry names if it is not there.
func (c *nameChecker) look(e treeEntry) {
	if !e.isTree() && !e.isBlob() {
		return
	}
	for _, p := range c.s.packs {
		if p.idx.find(e.id) >= 0 {
			return
		}
	}
	if id := makeID(e.id); !c.s.isLoose(id) {
		c.gone[id] = true
	}
}
