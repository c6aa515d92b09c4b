package literal

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
)

// bucketsOf is the number of buckets of a pass.
const bucketsOf = 8

// buckets is how literals are spread over the buckets of one or more passes.
type buckets struct {
	list []bucket
	cost float64 // in ns a byte
}

// bucket holds literals whose keys share halves of bytes, so that the combinations it lets through are few.
type bucket struct {
	keys    []keyed
	halves  halves
	density float64 // the part of positions of a source text that it lets through
}

// plan spreads literals over as few passes as are cheap. More passes have more buckets, which let less through.
func plan(folded []string) buckets {
	best := spread(folded, 1)
	for passes := 2; passes <= maxPasses && best.cost > float64(passes)*passCost; passes++ {
		if p := spread(folded, passes); p.cost < best.cost {
			best = p
		}
	}
	return best
}

// spread puts each literal, with one of its keys, where it lets the least more through.
func spread(folded []string, passes int) buckets {
	p := buckets{list: make([]bucket, passes*bucketsOf)}
	for _, i := range byKey(folded) {
		var to *bucket
		var key keyed
		least := 2.0
		for _, offset := range rarest(folded[i]) {
			own := halvesOf(folded[i][offset:])
			empty := false
			for b := range p.list {
				if len(p.list[b].keys) == 0 {
					if empty {
						continue // as good as the one before
					}
					empty = true
				}
				if more := p.list[b].halves.with(&own) - p.list[b].density; more < least {
					least, to, key = more, &p.list[b], keyed{i, offset}
				}
			}
		}
		own := halvesOf(folded[i][key.offset:])
		to.density = to.halves.with(&own)
		to.keys = append(to.keys, key)
		for n, m := range own {
			to.halves[n] |= m
		}
	}
	p.cost = float64(passes) * passCost
	for _, b := range p.list {
		p.cost += checkCost * b.density
	}
	return p
}

// byKey lists the literals so that the commonest keys come first: the later ones find room beside them.
func byKey(folded []string) []uint16 {
	weight := make([]int, len(folded))
	out := make([]uint16, len(folded))
	for i, l := range folded {
		out[i] = uint16(i)
		weight[i] = weigh(l, int(rarest(l)[0]))
	}
	slices.SortFunc(out, func(a, b uint16) int { return cmp.Or(cmp.Compare(weight[a], weight[b]), cmp.Compare(a, b)) })
	return out
}

// teddies makes the passes.
func (p buckets) teddies(folded []string) []*teddy {
	var out []*teddy
	for from := 0; from < len(p.list); from += bucketsOf {
		t := &teddy{}
		var keys []keyed
		for n, b := range p.list[from : from+bucketsOf] {
			for _, k := range b.keys {
				t.tables.add(folded[k.literal][k.offset:], 1<<n)
			}
			keys = append(keys, b.keys...)
		}
		if len(keys) > 0 {
			t.index = newIndex(folded, keys)
			out = append(out, t)
		}
	}
	return out
}

// byFrequency lists bytes as they occur in source text, commonest first. Each is about 8 % rarer than the one before, so
// that ranks add up as probabilities multiply.
const byFrequency = " etriasno\n\tlcdupfhm_.g,)(\"b/-yv:w=k*;0T`xS{}R1AEICP>N2DLO#[]MUF'&43qBj6%<H5zG!\\|8+7V$9WKY@XJ?QZ^~"

// maxKeys is how many keys of a literal are considered.
const maxKeys = 3

// rarest returns where the rarest keys of a folded literal begin, the rarest one first.
func rarest(l string) []uint8 {
	var room [MaxLength]uint8
	out := room[:0]
	for o := 0; o+keyLength <= len(l); o++ {
		out = append(out, uint8(o))
	}
	slices.SortStableFunc(out, func(a, b uint8) int { return weigh(l, int(b)) - weigh(l, int(a)) })
	return slices.Clone(out[:min(len(out), maxKeys)])
}

// weigh tells how rare a key is.
func weigh(l string, offset int) int {
	sum := 0
	for _, c := range []byte(l[offset : offset+keyLength]) {
		sum += int(rank[c])
	}
	return sum
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

// probability is that of a byte, by its high and low half: a geometric row over byFrequency.
var probability = func() (p [16][16]float64) {
	row := make([]float64, len(byFrequency)+1)
	v := 0.08
	for i := range row {
		row[i] = v
		v *= 0.92
	}
	for c := range 256 {
		i := strings.IndexByte(byFrequency, byte(c))
		if i < 0 {
			i = len(byFrequency)
		}
		p[c>>4][c&15] = row[i]
	}
	return p
}()

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

// with estimates which part of the positions of a source text h and more let through.
func (h *halves) with(more *halves) float64 {
	all := 1.0
	for n := 0; n < len(h); n += 2 {
		sum := 0.0
		for high := h[n+1] | more[n+1]; high != 0; high &= high - 1 {
			row := &probability[bits.TrailingZeros16(high)]
			for low := h[n] | more[n]; low != 0; low &= low - 1 {
				sum += row[bits.TrailingZeros16(low)]
			}
		}
		all *= sum
	}
	return all
}
