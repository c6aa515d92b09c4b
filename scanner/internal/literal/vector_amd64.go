package literal

import (
	"math/bits"

	"golang.org/x/sys/cpu"
)

// hasVector reports whether this machine, and its operating system, have AVX2.
var hasVector = cpu.X86.HasAVX2

// teddy looks at 32 positions a step. Of each literal it takes four neighbouring bytes that are rare in source text. Each of
// eight buckets holds some literals; two tables of 16 for each of the four bytes, indexed by its low and high half, give
// the buckets that allow it. Where the AND of all eight is not zero, the index is asked.
type teddy struct {
	tables tables
	index  index
}

// tables are, for each of four bytes, the buckets by its low half and those by its high half.
type tables [keyLength][2][16]uint8

// candidate is a step with positions where a literal may stand, one bit each.
type candidate struct {
	block     uint32
	positions uint32
}

const (
	step = 32                   // positions in a step
	span = step + keyLength - 1 // bytes that a step reads
)

// scanBlocks looks at 32 positions in each block and writes the blocks with candidates to out. It stops when room of them
// are written, and returns how many blocks it looked at and how many it wrote. It reads 32*blocks+3 bytes of text.
//
//go:noescape
func scanBlocks(t *tables, text *byte, blocks int, out *candidate, room int) (done, n int)

func (t *tables) add(key string, bucket uint8) {
	for n := range keyLength {
		for _, c := range cases(key[n]) {
			t[n][0][c&15] |= bucket
			t[n][1][c>>4] |= bucket
		}
	}
}

// find looks at steps of 32 positions; the last one may overlap the one before.
func (t *teddy) find(x *index, dst []Hit, text []byte, first bool) []Hit {
	if len(text) < span {
		var padded [span]byte
		copy(padded[:], text)
		var c candidate
		if _, n := scanBlocks(&t.tables, &padded[0], 1, &c, 1); n > 0 && len(text) >= keyLength {
			dst = x.all(dst, text, 0, c.positions&(1<<(len(text)-keyLength+1)-1), first)
		}
		return dst
	}
	var out [64]candidate
	blocks := (len(text) - span + step) / step
	for at := 0; at < blocks; {
		done, n := scanBlocks(&t.tables, &text[at*step], blocks-at, &out[0], len(out))
		for _, c := range out[:n] {
			dst = x.all(dst, text, (at+int(c.block))*step, c.positions, first)
			if first && len(dst) > 0 {
				return dst
			}
		}
		at += done
	}
	if rest := len(text) - keyLength + 1 - blocks*step; rest > 0 { // positions left, less than a step
		last := len(text) - span
		if _, n := scanBlocks(&t.tables, &text[last], 1, &out[0], 1); n > 0 {
			dst = x.all(dst, text, last, out[0].positions&^(1<<(step-rest)-1), first)
		}
	}
	return dst
}

// all asks the index about each position of a step.
func (x *index) all(dst []Hit, text []byte, from int, positions uint32, first bool) []Hit {
	for ; positions != 0; positions &= positions - 1 {
		dst = x.at(dst, text, from+bits.TrailingZeros32(positions), first)
		if first && len(dst) > 0 {
			break
		}
	}
	return dst
}
