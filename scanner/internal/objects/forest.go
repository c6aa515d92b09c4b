package objects

import (
	"bytes"
	"slices"
	"sync"
)

// bitset is a set of small numbers.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (b bitset) has(i int32) bool { return b[i>>6]>>(i&63)&1 != 0 }
func (b bitset) add(i int32)      { b[i>>6] |= 1 << (i & 63) }

// trees are the delta trees of a pack: which objects are wanted, and which deltas are based on each.
type trees struct {
	p      *pack
	types  typeSet
	report bitset  // positions of the objects to visit; nil: all of these types
	need   bitset  // those, and their bases; nil: all of these types
	kids   []int32 // the needed deltas over object i are kids[kidOff[i]:kidOff[i+1]]
	kidOff []int32
	packed int64 // bytes of what is needed
}

// reports reports whether an object is to be visited. Others are only bases.
func (t *trees) reports(pos int32) bool { return t.report == nil || t.report.has(pos) }

func (t *trees) needs(pos int32) bool {
	return t.types.has(t.p.kind[pos]) && (t.need == nil || t.need.has(pos))
}

// leaf reports whether nothing needed is based on the object.
func (t *trees) leaf(pos int32) bool { return t.kidOff[pos] == t.kidOff[pos+1] }

// forest makes the trees of all packs for objects of some types, each object in one pack only. With only, those whose ids
// it does not want are left out.
func (s *Store) forest(types typeSet, only func(ID) bool) []*trees {
	s.load()
	list := make([]*trees, len(s.packs))
	for i, p := range s.packs {
		t := &trees{p: p, types: types}
		if p.dup != nil || p.idx.made || only != nil {
			t.choose(only)
		}
		t.link()
		list[i] = t
	}
	return list
}

func (t *trees) choose(only func(ID) bool) {
	p := t.p
	t.report, t.need = newBitset(p.n), newBitset(p.n)
	for i := range int32(p.n) {
		if !t.types.has(p.kind[i]) || p.row[i] == noRow || p.dup != nil && p.dup.has(int32(p.row[i])) {
			continue
		}
		if only != nil && !only(p.idAt(i)) {
			continue
		}
		t.report.add(i)
		for j := i; j >= 0 && !t.need.has(j); j = p.base[j] {
			t.need.add(j)
		}
	}
}

// link makes the lists of kids by counting.
func (t *trees) link() {
	p := t.p
	t.kidOff = make([]int32, p.n+2)
	for i := range int32(p.n) {
		if t.needs(i) {
			t.packed += p.packed(i)
			if b := p.base[i]; b >= 0 {
				t.kidOff[b+2]++
			}
		}
	}
	for i := range p.n {
		t.kidOff[i+2] += t.kidOff[i+1]
	}
	t.kids = make([]int32, t.kidOff[p.n+1])
	for i, b := range p.base {
		if b >= 0 && t.needs(int32(i)) {
			t.kids[t.kidOff[b+1]] = int32(i)
			t.kidOff[b+1]++
		}
	}
}

// copyOf is one copy of an object while duplicates are looked for.
type copyOf struct {
	key  uint64 // the first bytes of the id
	pack int32
	row  uint32
}

// markDuplicates finds the objects that several packs have. The first pack with a copy that can be read keeps it.
func (s *Store) markDuplicates() {
	for _, p := range s.packs {
		p.broken = map[uint32]bool{}
		for pos := range p.bad {
			p.broken[p.row[pos]] = true
		}
		for row := range p.lost {
			p.broken[row] = true
		}
	}
	if len(s.packs) < 2 {
		return
	}
	for _, p := range s.packs {
		p.dup = newBitset(p.idx.n)
	}
	var mu sync.Mutex
	_ = s.parallelBuckets(func(b int, copies []copyOf) []copyOf {
		copies = copies[:0]
		for i, p := range s.packs {
			if p.n == 0 {
				continue
			}
			for row := p.idx.bucket(b); row < p.idx.bucket(b+1); row++ {
				if !p.broken[uint32(row)] {
					id := p.idx.id(row)
					copies = append(copies, copyOf{uint64(be32(id, 0))<<32 | uint64(be32(id, 4)), int32(i), uint32(row)})
				}
			}
		}
		slices.SortFunc(copies, s.compareCopies)
		mu.Lock() // rows of neighbouring buckets share words
		defer mu.Unlock()
		for k := 1; k < len(copies); k++ {
			if s.sameID(copies[k-1], copies[k]) {
				s.packs[copies[k].pack].dup.add(int32(copies[k].row))
			}
		}
		return copies
	})
}

// parallelBuckets calls f for each first byte of ids, with a slice that f can use again.
func (s *Store) parallelBuckets(f func(b int, scratch []copyOf) []copyOf) error {
	k := workers(s.opts.Workers)
	errs := make([]error, k)
	var wg sync.WaitGroup
	for i := range k {
		wg.Go(func() {
			errs[i] = s.guard(func() error {
				var scratch []copyOf
				for b := i; b < 256; b += k {
					scratch = f(b, scratch)
				}
				return nil
			})
		})
	}
	wg.Wait()
	return slices.MaxFunc(errs, func(a, b error) int {
		if a == nil {
			return -1
		}
		return 1
	})
}

// bucket is the first row of the ids that begin with a byte, or with a greater one.
func (x *index) bucket(b int) int {
	if b == 0 {
		return 0
	}
	return int(be32(x.mem, x.fan+4*(b-1)))
}

func (s *Store) compareCopies(a, b copyOf) int {
	if a.key != b.key {
		return compare(a.key, b.key)
	}
	if c := bytes.Compare(s.packs[a.pack].idx.id(int(a.row)), s.packs[b.pack].idx.id(int(b.row))); c != 0 {
		return c
	}
	return int(a.pack - b.pack)
}

func (s *Store) sameID(a, b copyOf) bool {
	return a.key == b.key &&
		bytes.Equal(s.packs[a.pack].idx.id(int(a.row)), s.packs[b.pack].idx.id(int(b.row)))
}
