package literal

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
)

const (
	keyLength = 4          // bytes of a literal that the index looks up at once
	keyFold   = 0x20202020 // makes upper case letters equal to lower case ones (and some other bytes to each other)
	keyHash   = 0x9E3779B1
)

// index holds the literals by four neighbouring bytes of each, its key. What stands at a position is looked up there in
// constant time, whatever the number of literals.
type index struct {
	shift    uint8
	heads    []uint16 // of each hash, where its entries begin; one more closes the last
	entries  []entry  // by hash, then length, then number
	literals []string // folded
}

type entry struct {
	key     uint32
	literal uint16
	offset  uint8 // of the key in the literal
}

// keyed is a literal by its number, with the offset of its key.
type keyed struct {
	literal uint16
	offset  uint8
}

// newIndex makes the index of some of the literals.
func newIndex(folded []string, keys []keyed) index {
	size := max(5, bits.Len(uint(2*len(keys))))
	x := index{
		shift:    uint8(32 - size),
		heads:    make([]uint16, 1<<size+1),
		entries:  make([]entry, len(keys)),
		literals: folded,
	}
	for i, k := range keys {
		x.entries[i] = entry{key: key(folded[k.literal][k.offset:]), literal: k.literal, offset: k.offset}
	}
	slices.SortFunc(x.entries, func(a, b entry) int {
		return cmp.Or(
			cmp.Compare(x.hash(a.key), x.hash(b.key)),
			cmp.Compare(len(folded[a.literal]), len(folded[b.literal])),
			cmp.Compare(a.literal, b.literal),
		)
	})
	for _, e := range x.entries {
		x.heads[x.hash(e.key)+1]++
	}
	for h := range len(x.heads) - 1 {
		x.heads[h+1] += x.heads[h]
	}
	return x
}

func key(l string) uint32 {
	return (uint32(l[0]) | uint32(l[1])<<8 | uint32(l[2])<<16 | uint32(l[3])<<24) | keyFold
}

func (x *index) hash(key uint32) uint32 { return key * keyHash >> x.shift }

// at appends the literals whose key stands at text[pos:], which has at least four bytes. With first set, it stops after
// one.
func (x *index) at(dst []Hit, text []byte, pos int, first bool) []Hit {
	k := binary.LittleEndian.Uint32(text[pos:]) | keyFold
	h := x.hash(k)
	for _, e := range x.entries[x.heads[h]:x.heads[h+1]] {
		if e.key != k {
			continue
		}
		start := pos - int(e.offset)
		l := x.literals[e.literal]
		if start < 0 || len(l) > len(text)-start || !equalFold(text[start:start+len(l)], l) {
			continue
		}
		dst = append(dst, Hit{Start: start, End: start + len(l), Literal: int(e.literal)})
		if first {
			break
		}
	}
	return dst
}

// equalFold compares text with a folded literal of the same length.
func equalFold(text []byte, literal string) bool {
	for i := range text {
		if lower(text[i]) != literal[i] {
			return false
		}
	}
	return true
}
