package literal

import (
	"math/bits"
	"strings"

	"golang.org/x/sys/cpu"
)

// hasVector reports whether this machine, and its operating system, have AVX2.
var hasVector = cpu.X86.HasAVX2

// teddy looks at 32 positions a step. Of each literal it takes the four neighbouring bytes that are rarest in source text.
// Each of eight buckets holds some literals; two tables of 16 for each of the four bytes, indexed by its low and high
// half, give the buckets that allow it. Where the AND of all eight is not zero, the index is asked.
type teddy struct {
	tables  tables
	offsets []uint8 // of the four bytes in each literal
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

func newTeddy(folded []string) *teddy {
	t := &teddy{offsets: make([]uint8, len(folded))}
	for i, l := range folded {
		t.offsets[i] = rarest(l)
	}
	buckets := assign(folded, t.offsets)
	for i, l := range folded {
		t.tables.add(l[t.offsets[i]:], 1<<buckets[i])
	}
	return t
}

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

// byFrequency lists bytes as they occur in source text, commonest first. Each is about 8 % rarer than the one before, so
// that ranks add up as probabilities multiply.
const byFrequency = " etriasno\n\tlcdupfhm_.g,)(\"b/-yv:w=k*;0T`xS{}R1AEICP>N2DLO#[]MUF'&43qBj6%<H5zG!\\|8+7V$9WKY@XJ?QZ^~"

// rarest returns where the rarest key of a folded literal begins.
func rarest(l string) uint8 {
	best, at := -1, 0
	for o := 0; o+keyLength <= len(l); o++ {
		sum := 0
		for _, c := range []byte(l[o : o+keyLength]) {
			sum += int(rank[c])
		}
		if sum > best {
			best, at = sum, o
		}
	}
	return uint8(at)
}

// rank is the place in byFrequency of the commoner case of a byte.
var rank = func() (rank [256]uint8) {
	for c := range rank {
		rank[c] = uint8(len(byFrequency))
		for _, v := range cases(lower(byte(c))) {
			if i := strings.IndexByte(byFrequency, v); i >= 0 {
				rank[c] = min(rank[c], uint8(i))
			}
		}
	}
	return rank
}()

// assign spreads literals over buckets so that the combinations that each bucket lets through stay few: literals whose
// bytes share halves go together.
func assign(folded []string, offsets []uint8) []uint8 {
	buckets := make([]uint8, len(folded))
	var masks [8]halves
	var costs [8]int
	for i, l := range folded {
		own := halvesOf(l[offsets[i]:])
		best, least := 0, 0
		for b := range masks {
			if more := masks[b].cost(&own) - costs[b]; b == 0 || more < least {
				best, least = b, more
			}
		}
		buckets[i] = uint8(best)
		costs[best] += least
		for n, m := range own {
			masks[best][n] |= m
		}
	}
	return buckets
}

// halves are the low and the high halves that each of four bytes can have, as sets.
type halves [2 * keyLength]uint16

func halvesOf(key string) (h halves) {
	for n := range keyLength {
		for _, c := range cases(key[n]) {
			h[2*n] |= 1 << (c & 15)
			h[2*n+1] |= 1 << (c >> 4)
		}
	}
	return h
}

// cost is the number of combinations that h and more let through.
func (h *halves) cost(more *halves) int {
	cost := 1
	for n, m := range more {
		cost *= bits.OnesCount16(h[n] | m)
	}
	return cost
}

// density estimates which part of the positions of a source text are candidates.
func (t *teddy) density() float64 {
	var pass [8][keyLength]float64
	for c := range 256 {
		p := probability[rank[c]]
		for n, table := range t.tables {
			for m := table[0][c&15] & table[1][c>>4]; m != 0; m &= m - 1 {
				pass[bits.TrailingZeros8(m)][n] += p
			}
		}
	}
	sum := 0.0
	for _, p := range pass {
		sum += p[0] * p[1] * p[2] * p[3]
	}
	return sum
}

// probability is that of a byte by its rank: a geometric row.
var probability = func() (p [len(byFrequency) + 1]float64) {
	v := 0.08
	for i := range p {
		p[i] = v
		v *= 0.92
	}
	return p
}()
