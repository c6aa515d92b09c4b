package objects

import "math/bits"

// The decoder looks symbols up in tables that are indexed by the next bits of the stream. A table entry is a uint32:
//
//	bits 0 to 7    the bits to consume: the code and its extra bits
//	bits 8 to 12   the bits of the code alone
//	bits 16 to 31  a literal, the base of a length or distance, or the start of a subtable (bits 8 to 11: its width)
//
// and flags. For code lengths, bits 16 to 19 are the length and bits 21 to 24 the base of the run. Lengths need few of the high bits, distances all of them, so that the flags lie in different places.
const (
	isLiteral = 1 << 31 // tables of literals and lengths, and of code lengths
	isSub     = 1 << 30
	isEnd     = 1 << 29
	isBad     = 1 << 28
	isAgain   = 1 << 20 // the length before is repeated

	isDistSub = 1 << 15 // tables of distances
	isDistBad = 1 << 14

	litBits  = 11 // widths of the main tables
	distBits = 8
	preBits  = 7

	// Sizes of the tables: powers of two, so that a masked index needs no check. A complete code needs at most 2342
	// entries for literals and 402 for distances.
	litSize  = 1 << 12
	distSize = 1 << 10
)

type (
	litTable  [litSize]uint32
	distTable [distSize]uint32
)

var (
	lenBase = [29]uint32{
		3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
	}
	lenExtra = [29]uint32{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0}
	distBase = [30]uint32{
		1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
		8193, 12289, 16385, 24577,
	}
	distExtra = [30]uint32{
		0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
	}

	// preOrder is the order in which a block's header gives the code lengths of the code for code lengths.
	preOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

	litEntry, distEntry, preEntry = entries()
)

// entries gives each symbol its table entry, without the bits of its code.
func entries() (lit [288]uint32, dist [32]uint32, pre [19]uint32) {
	for i := range uint32(256) {
		lit[i] = isLiteral | i<<16
	}
	lit[256] = isEnd
	for i := range lenBase {
		lit[257+i] = lenBase[i]<<16 | lenExtra[i]
	}
	lit[286], lit[287] = isBad, isBad
	for i := range distBase {
		dist[i] = distBase[i]<<16 | distExtra[i]
	}
	dist[30], dist[31] = isDistBad, isDistBad
	for i := range uint32(16) {
		pre[i] = i<<16 | 1<<21
	}
	pre[16], pre[17], pre[18] = isAgain|3<<21|2, 3<<21|3, 11<<21|7
	return lit, dist, pre
}

// code is a Huffman code on its way into a table: the symbols that have one, ordered by length of code, then symbol.
type code struct {
	count   [16]uint32 // how many codes have each length
	longest uint
	sorted  [320]uint16
	syms    []uint16 // what of sorted is left to enter
}

// coded is a symbol with the length of its code: symbol<<4 | length. Most symbols of a small object have no code, so that
// a list of those that have is shorter than a table of lengths.
type coded = uint16

// sort fills c for a code, its symbols in ascending order, less first. It returns how much of the space of codes is used,
// in units of the longest code.
func (c *code) sort(list []coded, first uint16) (used uint32) {
	clear(c.count[:])
	for _, s := range list {
		c.count[s&15]++
	}
	c.longest = 15
	for c.longest > 1 && c.count[c.longest] == 0 {
		c.longest--
	}
	var at [16]uint32
	for l := uint(1); l < c.longest; l++ {
		at[l+1] = at[l] + c.count[l]
		used = used<<1 + c.count[l]
	}
	used = used<<1 + c.count[c.longest]
	c.syms = c.sorted[:len(list)]
	for _, s := range list {
		c.syms[at[s&15]] = s>>4 - first
		at[s&15]++
	}
	return used
}

// build fills table for a code and returns the index width of the main table, at most maxBits. It refuses codes that no
// encoder makes and zlib does not take: oversubscribed, or incomplete with more than one code.
func (c *code) build(table []uint32, list []coded, first uint16, entry []uint32, maxBits uint, sub, bad uint32) (width uint, ok bool) {
	used := c.sort(list, first)
	switch space := uint32(1) << c.longest; {
	case used > space, used < space && c.longest > 1:
		return 0, false
	case used < space: // one code of one bit, or none at all
		table[0], table[1] = bad, bad
		if used != 0 {
			table[0] = entry[c.syms[0]] + (1 | 1<<8)
		}
		return 1, true
	}
	width = min(maxBits, c.longest)
	word, l, done := c.fillMain(table, entry, width)
	if done {
		return width, true
	}
	return width, c.fillSub(table, entry, width, word, l, sub)
}

// next is the bit-reversed code after word, of l bits.
func next(word uint32, l uint) uint32 {
	bit := uint32(1) << (31 - uint(bits.LeadingZeros32(word^(1<<l-1))))
	return word&(bit-1) | bit
}

// fillMain enters the codes that fit into width bits: it fills a table of the shortest code's width and doubles it
// whenever the codes get longer. It returns the first code that does not fit, and its length.
func (c *code) fillMain(table, entry []uint32, width uint) (word uint32, l uint, done bool) {
	l = 1
	for c.count[l] == 0 {
		l++
	}
	end := uint32(1) << l
	for l <= width {
		for range c.count[l] {
			table[word] = entry[c.syms[0]] + uint32(l) + uint32(l)<<8
			c.syms = c.syms[1:]
			if word == end-1 { // the last code is all ones
				for ; l < width; l++ {
					copy(table[end:2*end], table[:end])
					end <<= 1
				}
				return 0, 0, true
			}
			word = next(word, l)
		}
		for l++; l <= width; l++ {
			copy(table[end:2*end], table[:end])
			end <<= 1
			if c.count[l] > 0 {
				break
			}
		}
	}
	for c.count[l] == 0 {
		l++
	}
	return word, l, false
}

// fillSub enters the codes that are longer than width bits: one subtable for each prefix of width bits.
func (c *code) fillSub(table, entry []uint32, width uint, word uint32, l uint, sub uint32) bool {
	prefix := ^uint32(0)
	start, stop := uint32(0), uint32(1)<<width
	left := c.count[l]
	for {
		if word&(1<<width-1) != prefix {
			prefix = word & (1<<width - 1)
			start = stop
			w := l - width
			for n := left; n < 1<<w; {
				w++
				n = n<<1 + c.count[width+w]
			}
			stop = start + 1<<w
			if int(stop) > len(table) {
				return false
			}
			table[prefix] = start<<16 | sub | uint32(w)<<8 | uint32(width)
		}
		e := entry[c.syms[0]] + uint32(l-width) + uint32(l-width)<<8
		c.syms = c.syms[1:]
		for i := start + word>>width; i < stop; i += 1 << (l - width) {
			table[i] = e
		}
		if word == 1<<l-1 {
			return true
		}
		word = next(word, l)
		left--
		for left == 0 {
			l++
			left = c.count[l]
		}
	}
}
