package objects

import (
	"bytes"
	"fmt"
	"hash/crc32"
)

// Types of pack entries that are no types of objects.
const (
	ofsDelta Type = 6
	refDelta Type = 7

	badEntry Type = 0x40 // it cannot be read: pack.bad says why
)

// pack is a pack file with its index. Its objects are known by their row in the index, or, once the layout is known, by
// their position in the pack: 0 is the first.
type pack struct {
	name    string // "pack/pack-….pack", of an alternate with the directory in front
	path    string // without ".pack"
	hash    Hash
	hs      int
	data    *file
	idxFile *file // nil if the index was made
	idx     *index
	whole   bool // the index belongs to this pack, which is as long as it should be

	layout                 // after Store.load
	broken map[uint32]bool // rows whose objects cannot be read
	dup    bitset          // rows whose objects another pack shows; nil if there is no other
}

// The first 12 bytes of a pack are "PACK", the version and the number of objects.
const packHeader = 12

// check compares pack and index. Where they differ, the checksums of single objects decide what can be read.
func (p *pack) check(w *window) error {
	if p.data.size < int64(packHeader+p.hs) {
		return corrupt("it has only %d bytes", p.data.size)
	}
	head, err := w.bytes(p.data, 0, packHeader, 0)
	if err != nil {
		return err
	}
	if v := be32(head, 4); string(head[:4]) != "PACK" || v != 2 && v != 3 {
		return corrupt("it does not begin like a pack")
	}
	if p.idx.made {
		p.whole = true
		return nil
	}
	n := int(be32(head, 8))
	tail, err := w.bytes(p.data, p.data.size-int64(p.hs), p.data.size, 0)
	if err != nil {
		return err
	}
	p.whole = n == p.idx.n && bytes.Equal(tail, p.idx.packSum())
	if p.whole {
		return nil
	}
	return corrupt("it is cut short, or its index is of another pack")
}

// end is where the objects end and the checksum begins.
func (p *pack) end() uint64 { return uint64(p.data.size) - uint64(p.hs) }

func (p *pack) id(row int) ID { return makeID(p.idx.id(row)) }

// header is what stands before the zlib stream of an object.
type header struct {
	kind   Type
	length int
	size   uint64 // of the object, of a delta that of the delta
	base   uint64 // offset of the base of an ofsDelta
	baseID []byte // of a refDelta
}

// maxHeader is more than a header can take: 10 bytes of size and an id.
const maxHeader = 48

// corrupt says what is wrong at an offset.
func (p *pack) corrupt(what string, off uint64) error {
	return corrupt("%s at byte %d of %s", what, off, p.name)
}

// parseHeader reads the header of the entry at off, which begins with d.
func (p *pack) parseHeader(d []byte, off uint64) (h header, err error) {
	k, short := 0, false
	next := func() byte {
		if k == len(d) {
			short = true
			return 0
		}
		k++
		return d[k-1]
	}
	c := next()
	h.kind, h.size = Type(c>>4&7), uint64(c&15)
	for shift := 4; c&0x80 != 0; shift += 7 {
		if shift > 53 {
			return h, p.corrupt("impossible size of the object", off)
		}
		c = next()
		h.size |= uint64(c&0x7f) << shift
	}
	switch h.kind {
	case Commit, Tree, Blob, Tag:
	case ofsDelta:
		c = next()
		v := uint64(c & 0x7f)
		for c&0x80 != 0 && v < 1<<48 {
			c = next()
			v = (v+1)<<7 | uint64(c&0x7f)
		}
		if v == 0 || v > off-packHeader {
			return h, p.corrupt("wrong base of the delta", off)
		}
		h.base = off - v
	case refDelta:
		if len(d) < k+p.hs {
			return h, p.corrupt("broken header of the object", off)
		}
		h.baseID = d[k : k+p.hs]
		k += p.hs
	default:
		return h, p.corrupt(fmt.Sprintf("object of the unknown type %d", h.kind), off)
	}
	h.length = k
	if short {
		return h, p.corrupt("broken header of the object", off)
	}
	return h, nil
}

// header reads the header at an offset. The result is good until the next use of the window.
func (p *pack) header(w *window, off uint64) (header, error) {
	if off < packHeader || off >= p.end() {
		return header{}, p.corrupt("no object", off)
	}
	d, err := w.bytes(p.data, int64(off), int64(min(off+maxHeader, p.end())), 0)
	if err != nil {
		return header{}, err
	}
	return p.parseHeader(d, off)
}

// inflate inflates what is stored between two offsets, with a header of so many bytes, into dst, which has outSlack. It
// must end where the object ends.
func (p *pack) inflate(z *inflater, w *window, dst []byte, off, end uint64, header int) error {
	src, err := w.bytes(p.data, int64(off)+int64(header), int64(end), inSlack)
	if err != nil {
		return err
	}
	n, ok := z.inflate(dst, src)
	if !ok || off+uint64(header)+uint64(n) != end {
		return p.corrupt("compressed data that do not unpack", off)
	}
	return nil
}

// sums fills sums with the checksums of the objects from a position on. Only if p.idx.crcs.
func (p *pack) sums(sums []uint32, from int) {
	for k := range sums {
		if row := p.row[from+k]; row != noRow {
			sums[k] = p.idx.crc(int(row))
		}
	}
}

// sound checks the checksum of the object that lies between two offsets.
func (p *pack) sound(w *window, sum uint32, off, end uint64) bool {
	b, err := w.bytes(p.data, int64(off), int64(end), 0)
	return err == nil && crc32.ChecksumIEEE(b) == sum
}
