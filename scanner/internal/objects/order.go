package objects

import (
	"encoding/binary"
	"slices"
)

// order finds the positions of a pack: its objects by offset. A .rev file has the order ready; a pack whose index lists
// only some of its objects must be read through.
func (l *loader) order() error {
	p := l.p
	if p.idx.made {
		return l.orderByReading()
	}
	p.n = p.idx.n
	p.off, p.row = make([]uint64, p.n+1), make([]uint32, p.n)
	p.off[p.n] = p.end()
	if l.orderByRev() && l.ascending() {
		return nil
	}
	if err := l.orderBySort(); err != nil {
		return err
	}
	if !l.ascending() {
		l.dropLost()
	}
	return nil
}

// ascending proves that each row came once and that every object has an extent.
func (l *loader) ascending() bool {
	p := l.p
	last := uint64(packHeader - 1)
	for _, o := range p.off {
		if o <= last {
			return false
		}
		last = o
	}
	return true
}

// dropLost removes rows whose offsets no object can have: outside the pack, or that of another row.
func (l *loader) dropLost() {
	p := l.p
	n, last := 0, uint64(packHeader-1)
	for i, o := range p.off[:p.n] {
		if o <= last || o >= p.end() {
			p.lost[p.row[i]] = p.corrupt("no object where the index has one", o)
			if o >= p.end() {
				p.lost[p.row[i]] = corrupt("%s ends before it", p.name)
			}
			continue
		}
		p.off[n], p.row[n] = o, p.row[i]
		n++
		last = o
	}
	p.n, p.off, p.row = n, p.off[:n+1], p.row[:n]
	p.off[n] = max(p.end(), last+1)
}

// orderByRev takes the order from the reverse index. It is not believed further than it can be checked.
func (l *loader) orderByRev() bool {
	p := l.p
	f, err := openFile(p.path+".rev", l.s.opts.NoMap)
	if err != nil {
		return false
	}
	defer f.close()
	const head = 12 // "RIDX", version, hash
	if f.size < int64(head+4*p.n) || f.load() != nil {
		return false
	}
	rev := f.mem
	if string(rev[:4]) != "RIDX" || be32(rev, 4) != 1 || be32(rev, 8) != uint32(p.hash)+1 {
		return false
	}
	err = l.s.parallel(p.n, func(from, to int) error {
		for i := from; i < to; i++ {
			row := binary.BigEndian.Uint32(rev[head+4*i:])
			if int64(row) >= int64(p.n) {
				return ErrCorrupt
			}
			p.row[i], p.off[i] = row, p.idx.offset(int(row))
		}
		return nil
	})
	return err == nil
}

// orderBySort sorts the rows by offset.
func (l *loader) orderBySort() error {
	const rowBits = 24 // 16 million objects in packs up to 1 TiB are sorted as numbers
	p := l.p
	if p.n > 1<<rowBits || p.data.size > 1<<(64-rowBits) {
		rows := make([]uint32, p.n)
		for i := range rows {
			rows[i] = uint32(i)
		}
		slices.SortFunc(rows, func(a, b uint32) int { return compare(p.idx.offset(int(a)), p.idx.offset(int(b))) })
		for i, r := range rows {
			p.off[i], p.row[i] = p.idx.offset(int(r)), r
		}
		return nil
	}
	keys := make([]uint64, p.n)
	top := uint64(1)<<(64-rowBits) - 1
	for i := range keys {
		keys[i] = min(p.idx.offset(i), top)<<rowBits | uint64(i)
	}
	for i, k := range radixSort(keys, rowBits) {
		p.off[i], p.row[i] = k>>rowBits, uint32(k&(1<<rowBits-1))
	}
	return nil
}

func compare(a, b uint64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// radixSort sorts by the bits from low on. Five times faster than slices.Sort for the objects of a pack.
func radixSort(a []uint64, low uint) []uint64 {
	const width = 11
	top := uint64(0)
	for _, v := range a {
		top |= v
	}
	b := make([]uint64, len(a))
	for shift := low; shift < 64 && top>>shift > 0; shift += width {
		var at [1<<width + 1]int
		for _, v := range a {
			at[v>>shift&(1<<width-1)+1]++
		}
		for i := 1; i < len(at); i++ {
			at[i] += at[i-1]
		}
		for _, v := range a {
			k := v >> shift & (1<<width - 1)
			b[at[k]] = v
			at[k]++
		}
		a, b = b, a
	}
	return a
}

// orderByReading reads all of a pack to see where its objects begin. Those that the index does not list get no row.
func (l *loader) orderByReading() error {
	p := l.p
	rowAt := make(map[uint64]uint32, p.idx.n)
	for row := range p.idx.n {
		rowAt[p.idx.offset(row)] = uint32(row)
	}
	var w window
	var z inflater
	var buf buffers
	off := uint64(packHeader)
	for off < p.end() {
		h, err := p.header(&w, off)
		if err != nil {
			break
		}
		end, err := p.extent(&z, &w, &buf, off, h)
		if err != nil {
			break
		}
		row, ok := rowAt[off]
		if !ok {
			row = noRow
		}
		delete(rowAt, off)
		p.off, p.row = append(p.off, off), append(p.row, row)
		off = end
	}
	p.n, p.off = len(p.row), append(p.off, off)
	for o, row := range rowAt {
		p.lost[row] = p.corrupt("no object, or none that can be reached,", o)
	}
	return nil
}

// extent inflates an object to see where it ends.
func (p *pack) extent(z *inflater, w *window, buf *buffers, off uint64, h header) (uint64, error) {
	start := off + uint64(h.length)
	if h.size/maxRatio > p.end()-start || h.size > maxSize {
		return 0, p.corrupt("impossible size of the object", off)
	}
	src, err := w.bytes(p.data, int64(start), int64(min(p.end(), start+2*h.size+4096)), inSlack)
	if err != nil {
		return 0, err
	}
	dst := buf.get(int(h.size))
	defer buf.put(dst)
	n, ok := z.inflate(dst, src)
	if !ok || start+uint64(n) > p.end() {
		return 0, p.corrupt("compressed data that do not unpack", off)
	}
	return start + uint64(n), nil
}
