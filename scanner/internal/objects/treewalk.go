package objects

import (
	"bytes"
	"context"
	"math/bits"
	"slices"
)

// Attribution asks in which trees some blobs are, at any depth. It reads every tree once, as deltas, and keeps what is
// new in each: a tree stored as a delta copies most of its entries, and these are known by the entries of its base.

// span says that n entries from dst on are those of the base from src on.
type span struct{ dst, src, n int32 }

// edge is an entry that a tree did not copy from its base: a tree, or a blob that is asked for. 24 bytes.
type edge struct {
	hi, lo uint32 // the key of what it names
	tree   int32  // number of the tree
	at     int32  // which entry of the tree
	name   int32
	next   int32 // in the chain of the index
}

func (e *edge) key() key { return key(e.hi)<<32 | key(e.lo) }

// spanRef says which spans of which reader are those of a tree.
type spanRef struct {
	from, n uint32
	reader  uint16
}

// treeIndex is the trees of a store, numbered.
type treeIndex struct {
	s     *Store
	list  []*trees
	start []int32    // number of the first tree of each pack; then of the loose ones
	rank  [][]uint32 // by pack, for each 64 positions: how many trees come before
	is    []bitset   // by pack: which positions are trees
	pos   [][]int32  // by pack: positions of the trees
	loose []*looseObject
	spans []spanRef       // by number
	pools []*blocks[span] // by reader
	edges []*blocks[edge] // by reader
	first []int           // number of the first edge of each reader
	heads []int32         // of chains of edges, by key; the table's size is a power of two
	names []string
}

// number is the number of the tree at a position of a pack.
func (x *treeIndex) number(pack int, pos int32) int32 {
	w := x.is[pack][pos>>6] & (1<<(pos&63) - 1)
	return x.start[pack] + int32(x.rank[pack][pos>>6]) + int32(bits.OnesCount64(w))
}

// place is where a tree is: a pack and a position, or the index of a loose one if pack is len(x.list).
func (x *treeIndex) place(tree int32) (pack int, pos int32) {
	pack, exact := slices.BinarySearch(x.start, tree)
	if !exact {
		pack--
	}
	for pack+1 < len(x.start) && x.start[pack+1] == tree { // packs without trees
		pack++
	}
	if pack == len(x.list) {
		return pack, tree - x.start[pack]
	}
	return pack, x.pos[pack][tree-x.start[pack]]
}

// key is the key of a tree's id. There is none if the index does not list the tree: another pack has it, too.
func (x *treeIndex) key(pack int, pos int32) (k key, ok bool) {
	if pack == len(x.list) {
		return keyOf(x.loose[pos].id.Bytes()), true
	}
	p := x.list[pack].p
	if p.row[pos] == noRow {
		return 0, false
	}
	return keyOf(p.idx.id(int(p.row[pos]))), true
}

// newTreeIndex numbers the trees.
func newTreeIndex(s *Store) *treeIndex {
	x := &treeIndex{s: s, list: s.forest(setOf(Tree), nil), loose: s.looseToScan(nil)}
	n := int32(0)
	for _, t := range x.list {
		is, rank := newBitset(t.p.n), make([]uint32, (t.p.n+63)/64)
		var pos []int32
		for i := range int32(t.p.n) {
			if i&63 == 0 {
				rank[i>>6] = uint32(len(pos))
			}
			if t.needs(i) {
				is.add(i)
				pos = append(pos, i)
			}
		}
		x.start, x.rank, x.is, x.pos = append(x.start, n), append(x.rank, rank), append(x.is, is), append(x.pos, pos)
		n += int32(len(pos))
	}
	x.start = append(x.start, n)
	x.spans = make([]spanRef, int(n)+len(x.loose))
	return x
}

// read reads all trees. wanted are the blobs that are asked for.
func (x *treeIndex) read(ctx context.Context, wanted map[key]int32, probs *problems) error {
	f := newFilter(wanted)
	limit := x.s.opts.Limits.Memory
	readers, err := x.walk(ctx, probs, func(b *buffers) *treeReader {
		return &treeReader{
			x: x, hs: x.s.opts.Hash.Size(), filter: f, buf: b, probs: probs, nameOf: map[string]int32{}, limit: limit,
		}
	})
	if err != nil {
		return err
	}
	for _, r := range readers {
		if r.over {
			return tooLarge("the trees need more than %d bytes", limit)
		}
	}
	x.join(readers)
	return nil
}

// walk shows all trees to readers.
func (x *treeIndex) walk(ctx context.Context, probs *problems, make func(*buffers) *treeReader) ([]*treeReader, error) {
	packs := map[*trees]int{}
	for i, t := range x.list {
		packs[t] = i
	}
	loose := map[*looseObject]int32{}
	for i, o := range x.loose {
		loose[o] = x.start[len(x.list)] + int32(i)
	}
	var readers []*treeReader
	err := x.s.walkTrees(ctx, x.list, x.loose, probs, func(b *buffers) visitor[[]int32] {
		r := make(b)
		r.packs, r.loose, r.id = packs, loose, len(readers)
		readers = append(readers, r)
		return r
	})
	return readers, err
}

// walkTrees shows trees to visitors. What these know of a base are the offsets of its entries, and its size.
func (s *Store) walkTrees(
	ctx context.Context, list []*trees, loose []*looseObject, probs *problems, make func(*buffers) visitor[[]int32],
) error {
	k := &walk[[]int32]{
		s: s, list: list, types: setOf(Tree), limit: s.opts.Limits.Base, probs: probs, tally: &tally{}, make: make,
	}
	if err := k.run(ctx); err != nil {
		return err
	}
	return k.rest(ctx, loose)
}

// join puts together what the readers have and makes the index of edges.
func (x *treeIndex) join(readers []*treeReader) {
	global := map[string]int32{}
	n := 0
	for _, r := range readers {
		x.pools, x.edges, x.first = append(x.pools, &r.spans), append(x.edges, &r.edges), append(x.first, n)
		n += r.edges.len()
	}
	size := 1
	for size < n {
		size *= 2
	}
	x.heads = make([]int32, size)
	for k, r := range readers {
		to := make([]int32, len(r.names))
		for i, name := range r.names {
			g, ok := global[name]
			if !ok {
				g = int32(len(x.names))
				global[name] = g
				x.names = append(x.names, name)
			}
			to[i] = g
		}
		for i := range r.edges.len() {
			e := r.edges.at(i)
			e.name = to[e.name]
			h := &x.heads[int(e.lo)&(size-1)]
			e.next = *h
			*h = int32(x.first[k] + i + 1)
		}
		r.names, r.nameOf = nil, nil
	}
}

// edge returns an edge by its number.
func (x *treeIndex) edge(n int32) *edge {
	k := len(x.first) - 1
	for x.first[k] > int(n) {
		k--
	}
	return x.edges[k].at(int(n) - x.first[k])
}

// treeReader is the visitor that reads trees. What it keeps of a tree are the offsets of its entries, and its size.
type treeReader struct {
	seeAll
	x      *treeIndex
	id     int
	hs     int
	packs  map[*trees]int
	loose  map[*looseObject]int32
	filter *filter
	buf    *buffers
	probs  *problems
	limit  int64
	over   bool

	spans  blocks[span]
	edges  blocks[edge]
	nameOf map[string]int32
	names  []string
	text   int64 // bytes of names
	free   [][]int32
}

func (r *treeReader) number(n node) int32 {
	if n.loose != nil {
		return r.loose[n.loose]
	}
	return r.x.number(r.packs[n.t], n.pos)
}

func (r *treeReader) whole(n node, data []byte) []int32 { return r.tree(n, data, nil, nil) }

func (r *treeReader) delta(n node, d *delta, base []byte, known []int32) ([]byte, []int32) {
	data := r.buf.get(d.size)
	d.apply(data, base)
	return data, r.tree(n, data, d.ops, known)
}

func (r *treeReader) release(s []int32) {
	if cap(s) > 0 && len(r.free) < 64 {
		r.free = append(r.free, s[:0])
	}
}

// tree reads one tree and returns the offsets of its entries and its size. Entries that lie within a copy, and begin in
// the base where an entry begins, are those of the base.
func (r *treeReader) tree(n node, data []byte, ops []op, base []int32) []int32 {
	number := r.number(n)
	var starts []int32
	if k := len(r.free) - 1; k >= 0 {
		starts, r.free = r.free[k], r.free[:k]
	}
	if r.over {
		return append(starts, int32(len(data)))
	}
	first := r.spans.len()
	for at := int32(0); int(at) < len(data); {
		i, j, by := 0, 0, int32(0)
		if ops, i, j, by = copiedEntries(ops, at, base); j > i {
			r.spans.add(span{int32(len(starts)), int32(i), int32(j - i)})
			for _, s := range base[i:j] {
				starts = append(starts, s+by)
			}
			at = base[j] + by
			continue
		}
		e, ok := parseEntry(data[at:], r.hs)
		if !ok {
			r.probs.object(n.id(), corrupt("tree entry at %d", at))
			break
		}
		r.entry(number, int32(len(starts)), e)
		starts = append(starts, at)
		at += int32(e.size)
	}
	r.x.spans[number] = spanRef{from: uint32(first), n: uint32(r.spans.len() - first), reader: uint16(r.id)}
	return append(starts, int32(len(data)))
}

// copiedEntries gives the entries known[i:j] of the base that a delta copies to at of its result, by being how much
// further they lie there. Of the ops those are returned that do not end before at.
func copiedEntries(ops []op, at int32, known []int32) (rest []op, i, j int, by int32) {
	for len(ops) > 0 && ops[0].dst+ops[0].n <= at {
		ops = ops[1:]
	}
	if len(ops) == 0 || ops[0].src < 0 || len(known) < 2 {
		return ops, 0, 0, 0
	}
	by = ops[0].dst - ops[0].src
	i, ok := slices.BinarySearch(known[:len(known)-1], at-by)
	if !ok {
		return ops, 0, 0, 0
	}
	j, ok = slices.BinarySearch(known, ops[0].src+ops[0].n)
	if !ok {
		j-- // it is cut off
	}
	return ops, i, j, by
}

// entry keeps an entry that was not copied, if it can lead to a blob that is asked for.
func (r *treeReader) entry(tree, at int32, e treeEntry) {
	switch {
	case e.isTree():
	case e.isBlob() && r.filter.has(e.id):
	default:
		return
	}
	k := keyOf(e.id)
	name, ok := r.nameOf[string(e.name)]
	if !ok {
		name = int32(len(r.names))
		s := string(e.name)
		r.nameOf[s] = name
		r.names = append(r.names, s)
		r.text += int64(len(s)) + 64
	}
	r.edges.add(edge{hi: uint32(k >> 32), lo: uint32(k), tree: tree, at: at, name: name})
	if int64(r.edges.len())*28+int64(r.spans.len())*12+r.text > r.limit && !r.over {
		r.over = true
		r.edges = blocks[edge]{}
	}
}

// treeEntry is an entry of a tree.
type treeEntry struct {
	mode uint32
	name []byte
	id   []byte
	size int // in the tree
}

const (
	modeType = 0o170000
	modeTree = 0o040000
	modeLink = 0o160000 // the commit of a submodule
)

func (e *treeEntry) isTree() bool { return e.mode&modeType == modeTree }
func (e *treeEntry) isBlob() bool { return e.mode&modeType != modeTree && e.mode&modeType != modeLink }

// parseEntry reads the entry that b begins with.
func parseEntry(b []byte, hs int) (e treeEntry, ok bool) {
	i := 0
	for ; i < len(b) && i < 8 && b[i] != ' '; i++ {
		if b[i]-'0' > 7 {
			return e, false
		}
		e.mode = e.mode<<3 | uint32(b[i]-'0')
	}
	if i == 0 || i >= len(b) || b[i] != ' ' {
		return e, false
	}
	n := bytes.IndexByte(b[i+1:], 0)
	if n <= 0 || i+1+n+1+hs > len(b) {
		return e, false
	}
	e.name = b[i+1 : i+1+n]
	e.size = i + 1 + n + 1 + hs
	e.id = b[e.size-hs : e.size]
	return e, true
}

// filter tells quickly that most blobs are not asked for.
type filter struct {
	bits   [1 << 10]uint64 // by the first two bytes of the id
	wanted map[key]int32
}

func newFilter(wanted map[key]int32) *filter {
	f := &filter{wanted: wanted}
	for k := range wanted {
		f.bits[k>>54] |= 1 << (k >> 48 & 63)
	}
	return f
}

func (f *filter) has(id []byte) bool {
	k := keyOf(id)
	if f.bits[k>>54]>>(k>>48&63)&1 == 0 {
		return false
	}
	_, ok := f.wanted[k]
	return ok
}
