package objects

import "encoding/binary"

// inflater decodes zlib streams of known size in one go, in the manner of libdeflate: a 64-bit bit buffer refilled
// without branches, wide tables, up to three literals a round, matches copied 16 bytes at a time and past their end. Git
// objects are small (the median delta has 100 bytes), so that a call must cost little: no stream state, no window, no
// checksum. The zero value is ready. Not for concurrent use.
type inflater struct {
	lit  litTable
	dist distTable
	pre  [1 << preBits]uint32
	used [320 + 138]coded // a run may be written past the last symbol before it is refused
	code code

	fixedLit  litTable
	fixedDist distTable
	fixed     bool // the fixed tables are filled
}

const (
	// outSlack is how much capacity the output needs beyond its length. A round of block begins within the length, and
	// writes at most three literals and a match of 258 bytes, rounded up.
	outSlack = 320
	// inSlack is how much of the input must be readable beyond the end of the stream.
	inSlack = 64

	// maxRatio is how many times its size deflate can expand a stream: a larger size is a lie.
	maxRatio = 1032
)

// inflate decodes the zlib stream at the beginning of src, which must give exactly len(dst) bytes, and returns the length
// of the stream. The capacity of dst exceeds its length by outSlack; src goes on for inSlack bytes after the stream. The
// checksum at the end of the stream is not compared: packs have better ones.
func (z *inflater) inflate(dst, src []byte) (n int, ok bool) {
	if len(src) < 2 || src[0]&0x8f != 8 || src[1]&0x20 != 0 || (int(src[0])<<8|int(src[1]))%31 != 0 {
		return 0, false
	}
	src = src[2:]
	r := bitReader{src: src, last: len(src) - 32}
	for op := 0; ; {
		if r.pos > r.last {
			return 0, false
		}
		r.refill()
		final := r.take(1)
		switch r.take(2) {
		case 0:
			op, ok = r.stored(dst, op)
		case 1:
			z.loadFixed()
			op, ok = block(dst, op, &r, &z.fixedLit, 9, &z.fixedDist, 5)
		case 2:
			var lw, dw uint
			if lw, dw, ok = z.codes(&r); ok {
				op, ok = block(dst, op, &r, &z.lit, lw, &z.dist, dw)
			}
		default:
			ok = false
		}
		if !ok {
			return 0, false
		}
		if final != 0 {
			return 2 + r.pos - int(r.n>>3) + 4, op == len(dst)
		}
	}
}

// bitReader is the state of the input between blocks.
type bitReader struct {
	src  []byte
	buf  uint64 // the next bits, lowest first
	n    uint   // how many of them count; the byte at pos may be in buf already
	pos  int
	last int // no refill when pos is beyond: 32 bytes before the end, room for three refills unchecked
}

func (r *bitReader) refill() {
	r.buf |= binary.LittleEndian.Uint64(r.src[r.pos:]) << (r.n & 63)
	r.pos += int((63 - r.n) >> 3)
	r.n |= 56
}

func (r *bitReader) take(n uint) uint64 {
	v := r.buf & (1<<n - 1)
	r.buf >>= n
	r.n -= n
	return v
}

// stored copies a block that is not compressed.
func (r *bitReader) stored(dst []byte, op int) (int, bool) {
	r.pos -= int(r.n >> 3) // give back whole bytes
	r.buf, r.n = 0, 0
	s := r.src[min(r.pos, len(r.src)):]
	if len(s) < 4 {
		return 0, false
	}
	size := int(binary.LittleEndian.Uint16(s))
	if size != int(^binary.LittleEndian.Uint16(s[2:])) || len(s) < 4+size || size > len(dst)-op {
		return 0, false
	}
	copy(dst[op:], s[4:4+size])
	r.pos += 4 + size
	return op + size, true
}

func (z *inflater) loadFixed() {
	if z.fixed {
		return
	}
	z.fixed = true
	list := z.used[:288]
	for i := range list {
		l := 7
		switch {
		case i < 144, i >= 280:
			l = 8
		case i < 256:
			l = 9
		}
		list[i] = coded(i<<4 | l)
	}
	z.code.build(z.fixedLit[:], list, 0, litEntry[:], 9, isSub, isBad)
	list = list[:32]
	for i := range list {
		list[i] = coded(i<<4 | 5)
	}
	z.code.build(z.fixedDist[:], list, 0, distEntry[:], 5, isDistSub, isDistBad)
}

// codes reads the header of a block with codes of its own into the tables and returns the widths of these.
func (z *inflater) codes(r *bitReader) (litWidth, distWidth uint, ok bool) {
	nlit, ndist, npre := int(r.take(5))+257, int(r.take(5))+1, int(r.take(4))+4
	if nlit > 286 || ndist > 30 {
		return 0, 0, false
	}
	r.refill()
	var pre [19]uint8
	for k, s := range preOrder[:npre] {
		if k == 18 {
			r.refill()
		}
		pre[s] = uint8(r.take(3))
	}
	n := 0
	for s, l := range pre {
		if l > 0 {
			z.used[n] = coded(s<<4) | coded(l)
			n++
		}
	}
	width, ok := z.code.build(z.pre[:], z.used[:n], 0, preEntry[:], preBits, isSub, isBad)
	if !ok {
		return 0, 0, false
	}
	list, lits, ok := z.lengths(r, nlit, nlit+ndist, width)
	if !ok {
		return 0, 0, false
	}
	distWidth, ok = z.code.build(z.dist[:], list[lits:], uint16(nlit), distEntry[:], distBits, isDistSub, isDistBad)
	if !ok {
		return 0, 0, false
	}
	litWidth, ok = z.code.build(z.lit[:], list[:lits], 0, litEntry[:], litBits, isSub, isBad)
	return litWidth, distWidth, ok
}

// lengths reads n code lengths, which are run-length and Huffman coded: nlit of literals and lengths, the others of
// distances. It returns the symbols that have codes, how many of the first kind.
func (z *inflater) lengths(r *bitReader, nlit, n int, width uint) (list []coded, lits int, ok bool) {
	i, k := 0, 0
	last := coded(0)
	ends := false // the end of a block has a code
	for i < n {
		if r.n < 14 { // 7 for the code, 7 for the run
			if r.pos > r.last {
				return nil, 0, false
			}
			r.refill()
		}
		e := z.pre[r.buf&(1<<(width&63)-1)&(1<<preBits-1)]
		if e&isBad != 0 {
			return nil, 0, false
		}
		r.take(uint(e & 63))
		run := 1
		switch s := coded(uint8(e >> 16)); s {
		default:
			last = s
		case 16:
			if i == 0 {
				return nil, 0, false
			}
			run = 3 + int(r.take(2))
		case 17:
			last, run = 0, 3+int(r.take(3))
		case 18:
			last, run = 0, 11+int(r.take(7))
		}
		if last > 0 {
			for s := i; s < i+run; s++ {
				z.used[k] = coded(s<<4) | last
				k++
				if s < nlit {
					lits = k
				}
			}
			ends = ends || i <= 256 && i+run > 256
		}
		i += run
	}
	return z.used[:k], lits, ends && i == n
}
