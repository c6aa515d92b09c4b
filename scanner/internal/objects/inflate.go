package objects

import (
	"encoding/binary"
	"runtime"
	"unsafe"
)

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

	in                  bitReader
	op                  int  // how many bytes are decoded
	final               bool // the block is the last one
	inBlock             bool // which has begun, and is compressed
	own                 bool // with codes of its own
	litWidth, distWidth uint
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
	if !z.begin(src) {
		return 0, false
	}
	return z.finish(dst)
}

// begin takes up a stream. It lies in src until finish returns.
func (z *inflater) begin(src []byte) bool {
	if len(src) < 2 || src[0]&0x8f != 8 || src[1]&0x20 != 0 || (int(src[0])<<8|int(src[1]))%31 != 0 {
		return false
	}
	src = src[2:]
	z.in = bitReader{src: src, last: len(src) - 32}
	z.op, z.final, z.inBlock = 0, false, false
	return true
}

// head decodes the first n bytes of a stream that gives len(dst), and some more.
func (z *inflater) head(dst []byte, n int) bool { return z.until(dst, n) && z.op >= n }

// finish decodes what is left of a stream.
func (z *inflater) finish(dst []byte) (n int, ok bool) {
	if !z.until(dst, len(dst)) {
		return 0, false
	}
	return 2 + z.in.pos - int(z.in.n>>3) + 4, z.op == len(dst)
}

// until decodes to the end of the stream, or until more than limit bytes are there, which is an error if limit is all.
func (z *inflater) until(dst []byte, limit int) bool {
	for {
		if !z.inBlock {
			if z.final {
				return true
			}
			if !z.open(dst) {
				return false
			}
			continue
		}
		var end blockEnd
		if z.own {
			z.op, end = block(dst, z.op, limit, &z.in, &z.lit, z.litWidth, &z.dist, z.distWidth)
		} else {
			z.op, end = block(dst, z.op, limit, &z.in, &z.fixedLit, 9, &z.fixedDist, 5)
		}
		switch end {
		case blockBad:
			return false
		case blockFull:
			return limit < len(dst)
		}
		z.inBlock = false
	}
}

// open reads the header of a block, and all of one that is not compressed.
func (z *inflater) open(dst []byte) (ok bool) {
	r := &z.in
	if r.pos > r.last {
		return false
	}
	r.refill()
	z.final = r.take(1) != 0
	switch r.take(2) {
	case 0:
		z.op, ok = r.stored(dst, z.op)
	case 1:
		z.loadFixed()
		z.inBlock, z.own, ok = true, false, true
	case 2:
		z.litWidth, z.distWidth, ok = z.codes(r)
		z.inBlock, z.own = true, true
	}
	return ok
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
// distances. It returns the symbols that have codes, how many of the first kind. What a length does is not branched on: a
// run is written as if it had eight symbols, more than a run of symbols with codes can have.
func (z *inflater) lengths(r *bitReader, nlit, n int, width uint) (list []coded, lits int, ok bool) {
	pre, used, mask := unsafe.Pointer(&z.pre), unsafe.Pointer(&z.used), uint64(1)<<(width&63)-1
	buf, left, pos := r.buf, r.n, r.pos
	i, k := 0, 0
	last := coded(0)
	for i < n {
		if pos > r.last {
			return nil, 0, false
		}
		buf, pos, left = buf|load64(r.src, pos)<<(left&63), pos+int((63-left)>>3), left|56
		if i == 0 && entry(pre, buf&mask)&isAgain != 0 {
			return nil, 0, false // nothing is there to be repeated
		}
		for left >= 14 && i < n { // 7 for the code, 7 for the run
			e := entry(pre, buf&mask)
			if e&isBad != 0 {
				return nil, 0, false
			}
			run := int(e>>21&15) + int(buf&(1<<(e&63)-1)>>(e>>8&31))
			buf, left = buf>>(e&63), left-uint(e&63)
			last = coded(e>>16&15) | last&-coded(e/isAgain&1)
			writeRun((*[8]coded)(unsafe.Add(used, 2*k)), coded(i<<4)|last) // k is at most i, and that less than n
			k += run & -int((last+15)>>4)
			i += run
		}
	}
	r.buf, r.n, r.pos = buf, left, pos
	list = z.used[:k]
	for lits = k; lits > 0 && int(list[lits-1]>>4) >= nlit; {
		lits--
	}
	end := lits
	for end > 0 && list[end-1]>>4 > 256 {
		end--
	}
	return list, lits, i == n && end > 0 && list[end-1]>>4 == 256
}

// writeRun writes a symbol and the seven after it, all with the same length of code.
func writeRun(u *[8]coded, first coded) {
	if runtime.GOARCH == "amd64" || runtime.GOARCH == "arm64" { // known to be little-endian
		four := uint64(first)*0x0001000100010001 + 0x0030002000100000
		p := (*[2]uint64)(unsafe.Pointer(u))
		p[0], p[1] = four, four+0x0040004000400040
		return
	}
	writeRunByOne(u, first)
}

func writeRunByOne(u *[8]coded, first coded) {
	for i := range u {
		u[i] = first + coded(i<<4)
	}
}
