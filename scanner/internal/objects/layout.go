package objects

import (
	"fmt"
	"math"
	"slices"
	"sync"
)

// layout is what is known of the objects of a pack, by position, once all headers were read: 22 bytes an object.
type layout struct {
	n    int      // objects; those of index rows that point nowhere are not among them
	off  []uint64 // where it begins; one more for the end of the last
	row  []uint32 // its row in the index, or noRow
	hdr  []uint8  // length of its header
	size []uint32 // inflated size, of a delta that of the delta
	base []int32  // position of its base; noBase, or farBase
	kind []Type   // its type, a delta having that of its base; or badEntry

	bad map[int32]error // why an object cannot be read
	// lost are rows of the index that point to no object.
	lost map[uint32]error
}

const (
	noRow   = math.MaxUint32 // the index does not list the object
	noBase  = int32(-1)      // stored whole
	farBase = int32(-2)      // a delta over an object that is not in this pack, or not readable there
)

// idAt is the id of the object at a position; zero if the index does not list it.
func (p *pack) idAt(pos int32) ID {
	if p.row[pos] == noRow {
		return ID{}
	}
	return p.id(int(p.row[pos]))
}

// packed is how many bytes an object takes in the pack.
func (p *pack) packed(pos int32) int64 { return int64(p.off[pos+1] - p.off[pos]) }

// loader fills the layout of one pack.
type loader struct {
	s     *Store
	p     *pack
	marks marks
	mu    sync.Mutex
	refs  []int32 // deltas whose base is given by id
}

// load reads the headers of a pack. It fails only if nothing of the pack can be read; else what is wrong with single
// objects stands in bad and lost.
func (s *Store) loadPack(p *pack) error {
	p.bad, p.lost = map[int32]error{}, map[uint32]error{}
	l := &loader{s: s, p: p}
	if err := l.order(); err != nil {
		return err
	}
	l.mark()
	p.hdr, p.size = make([]uint8, p.n), make([]uint32, p.n)
	p.kind, p.base = make([]Type, p.n), make([]int32, p.n)
	if err := s.parallel(p.n, l.headers); err != nil {
		return err
	}
	l.resolveRefs()
	l.resolveKinds()
	return nil
}

// parallel splits 0..n among workers, guarded.
func (s *Store) parallel(n int, f func(from, to int) error) error {
	k := workers(s.opts.Workers)
	if n < 10000 {
		k = 1
	}
	errs := make([]error, k)
	var wg sync.WaitGroup
	for i := range k {
		wg.Go(func() {
			errs[i] = s.guard(func() error { return f(n*i/k, n*(i+1)/k) })
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) fail(pos int32, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.p.kind[pos] = badEntry
	l.p.bad[pos] = err
}

// headers reads the headers of positions, kind 0 being that of a delta, and checks the checksum of each object, also of
// those that nobody wants: a changed header can make a blob look like something else.
func (l *loader) headers(from, to int) error {
	p := l.p
	var w window
	var sums [64]uint32 // read some at a time: each is in another part of the index, and need not be waited for
	for i := from; i < to; i++ {
		if k := (i - from) % len(sums); k == 0 && p.idx.crcs {
			p.sums(sums[:min(to-i, len(sums))], i)
		}
		p.base[i] = noBase
		off, end := p.off[i], p.off[i+1]
		h, err := p.header(&w, off)
		if err != nil {
			l.fail(int32(i), err)
			continue
		}
		p.hdr[i], p.size[i] = uint8(h.length), uint32(min(h.size, math.MaxUint32))
		switch h.kind {
		case ofsDelta:
			if p.base[i] = l.at(h.base); p.base[i] < 0 {
				err = p.corrupt("wrong base of the delta", off)
			}
		case refDelta:
			l.mu.Lock()
			l.refs = append(l.refs, int32(i))
			l.mu.Unlock()
		default:
			p.kind[i] = h.kind
		}
		switch {
		case err != nil:
		case p.idx.crcs && p.row[i] != noRow && !p.sound(&w, sums[(i-from)%len(sums)], off, end):
			err = p.corrupt("wrong checksum of the object", off)
		case uint64(h.length) > end-off || h.size/maxRatio > end-off:
			err = p.corrupt("impossible size of the object", off)
		}
		if err != nil {
			p.base[i] = noBase
			l.fail(int32(i), err)
		}
	}
	return nil
}

// marks say where in a pack the objects are: of is the position of the first one at or behind each multiple of 1<<shift.
// There are some objects between two marks, so that to find an offset takes two looks at memory that is far away.
type marks struct {
	of    []int32
	shift uint
}

func (l *loader) mark() {
	p := l.p
	for p.end()>>l.marks.shift > uint64(p.n/8) {
		l.marks.shift++
	}
	of, k := make([]int32, p.end()>>l.marks.shift+2), uint64(0)
	for i, o := range p.off[:p.n] {
		for ; k <= o>>l.marks.shift && k < uint64(len(of)); k++ {
			of[k] = int32(i)
		}
	}
	for ; k < uint64(len(of)); k++ {
		of[k] = int32(p.n)
	}
	l.marks.of = of
}

// at finds the position of an offset, or -1.
func (l *loader) at(off uint64) int32 {
	k := off >> l.marks.shift
	if k >= uint64(len(l.marks.of)-1) {
		return -1
	}
	from, to := l.marks.of[k], l.marks.of[k+1]
	i, ok := slices.BinarySearch(l.p.off[from:to], off)
	if !ok {
		return -1
	}
	return from + int32(i)
}

// resolveRefs finds the bases that are given by id. One that is not in this pack is far.
func (l *loader) resolveRefs() {
	if len(l.refs) == 0 {
		return
	}
	p := l.p
	posOf := p.positions()
	var w window
	for _, i := range l.refs {
		if p.kind[i] == badEntry {
			continue
		}
		h, err := p.header(&w, p.off[i])
		if err != nil {
			l.fail(i, err)
			continue
		}
		if row := p.idx.find(h.baseID); row >= 0 && posOf[row] >= 0 {
			p.base[i] = posOf[row]
		} else {
			l.far(i, makeID(h.baseID))
		}
	}
}

// far enters a delta whose base is not in this pack, or not readable there.
func (l *loader) far(i int32, base ID) {
	var w window
	kind, err := l.s.typeOf(&w, base.Bytes(), l.p, l.s.opts.Limits.Chain)
	if err != nil {
		l.p.base[i] = noBase
		l.fail(i, fmt.Errorf("delta base %v: %w", base, err))
		return
	}
	l.p.base[i], l.p.kind[i] = farBase, kind
}

// positions maps rows of the index to positions, -1 for rows that point nowhere.
func (p *pack) positions() []int32 {
	posOf := make([]int32, p.idx.n)
	if len(p.lost) > 0 {
		for i := range posOf {
			posOf[i] = -1
		}
	}
	for i, row := range p.row {
		if row != noRow {
			posOf[row] = int32(i)
		}
	}
	return posOf
}

// resolveKinds gives each delta the type of its base. Bases by id can come later in the pack, and in a circle; a base can
// be unreadable, and then there may be a copy elsewhere.
func (l *loader) resolveKinds() {
	const pending Type = 0x20
	p := l.p
	depth := make([]uint16, p.n)
	var chain []int32
	for i := range p.kind {
		j := int32(i)
		for p.kind[j] == 0 {
			p.kind[j] = pending
			chain = append(chain, j)
			j = p.base[j]
		}
		if p.kind[j] == pending {
			l.fail(j, p.corrupt("a delta that is its own base", p.off[j]))
		}
		for k := len(chain) - 1; k >= 0; k-- {
			l.resolveKind(chain[k], depth)
		}
		chain = chain[:0]
	}
}

// resolveKind enters the type of a delta whose base has one.
func (l *loader) resolveKind(c int32, depth []uint16) {
	p := l.p
	b := p.base[c]
	switch {
	case p.kind[c] == badEntry: // found in a circle
	case p.kind[b] != badEntry && int(depth[b]) >= l.s.opts.Limits.Chain:
		l.fail(c, tooLarge("chain of more than %d deltas", l.s.opts.Limits.Chain))
	case p.kind[b] != badEntry:
		p.kind[c], depth[c] = p.kind[b], depth[b]+1
	case p.row[b] == noRow:
		l.fail(c, fmt.Errorf("delta base: %w", p.bad[b]))
	default:
		l.far(c, p.idAt(b))
		if p.kind[c] == badEntry {
			l.fail(c, fmt.Errorf("delta base %v: %w", p.idAt(b), p.bad[b]))
		}
	}
}
