package objects

import (
	"encoding/binary"
	"unsafe"
)

// load64 reads eight bytes at b[i:], lowest first. The caller has checked that they are there; checking again costs the
// decoder a tenth of its speed. No alignment is needed.
func load64(b []byte, i int) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(b)), i))[:])
}

// entry reads a table at an index below the width that the table was built for.
func entry(table unsafe.Pointer, i uint64) uint32 { return *(*uint32)(unsafe.Add(table, i<<2)) }

// store8 writes a byte at b[i] and returns where the next goes. The caller has checked that it is there.
func store8(b []byte, i int, v byte) int {
	*(*byte)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(b)), i)) = v
	return i + 1
}

// copy16 copies 16 bytes from b[from:] to b[to:], which do not overlap. The caller has checked that they are there.
func copy16(b []byte, to, from int) {
	p := unsafe.Pointer(unsafe.SliceData(b))
	*(*[16]byte)(unsafe.Add(p, to)) = *(*[16]byte)(unsafe.Add(p, from))
}

// blockEnd says why the decoder left a block.
type blockEnd uint8

const (
	blockBad  blockEnd = iota
	blockFull          // there may be more; r says where it goes on
	blockDone
)

// block decodes a compressed block into dst[op:] until its end or beyond limit, and returns where it ended. Its state lives in local variables:
// a struct of this size would not be kept in registers. Masks with the sizes of tables and words change no value; they
// show the compiler that an index or a shift needs no check.
func block(dst []byte, op, limit int, r *bitReader, lit *litTable, lw uint, dist *distTable, dw uint) (int, blockEnd) {
	out, src := dst[:len(dst)+outSlack], r.src
	litMask, distMask := uint64(1)<<(lw&63)-1, uint64(1)<<(dw&63)-1
	buf, n, pos, last := r.buf, r.n, r.pos, r.last
	for pos <= last && op <= limit {
		buf, pos, n = buf|load64(src, pos)<<(n&63), pos+int((63-n)>>3), n|56
		e := entry(unsafe.Pointer(lit), buf&litMask)
		if e&isLiteral != 0 {
			buf, n = buf>>(e&63), n-uint(e&63)
			op = store8(out, op, byte(e>>16))
			e = entry(unsafe.Pointer(lit), buf&litMask)
			if e&isLiteral != 0 {
				buf, n = buf>>(e&63), n-uint(e&63)
				op = store8(out, op, byte(e>>16))
				e = entry(unsafe.Pointer(lit), buf&litMask)
				if e&isLiteral != 0 {
					buf, n = buf>>(e&63), n-uint(e&63)
					op = store8(out, op, byte(e>>16))
					continue
				}
			}
			buf, pos, n = buf|load64(src, pos)<<(n&63), pos+int((63-n)>>3), n|56
		}
		if e&(isSub|isEnd|isBad) != 0 {
			e, buf, n = lit.sub(e, buf, n)
			if e&(isLiteral|isEnd|isBad) != 0 {
				buf, n = buf>>(e&63), n-uint(e&63)
				if e&isLiteral == 0 {
					r.buf, r.n, r.pos = buf, n, pos
					if e&isEnd == 0 {
						return op, blockBad
					}
					return op, blockDone
				}
				op = store8(out, op, byte(e>>16))
				continue
			}
		}
		length := int(e>>16&0x1ff) + int(buf&(1<<(e&63)-1)>>(e>>8&31))
		buf, n = buf>>(e&63), n-uint(e&63)
		e = entry(unsafe.Pointer(dist), buf&distMask)
		if e&(isDistSub|isDistBad) != 0 {
			if e, buf, n = dist.sub(e, buf, n); e&isDistBad != 0 {
				return op, blockBad
			}
		}
		distance := int(e>>16) + int(buf&(1<<(e&63)-1)>>(e>>8&31))
		buf, n = buf>>(e&63), n-uint(e&63)
		if distance > op {
			return op, blockBad
		}
		if distance >= 16 && length <= 32 {
			copy16(out, op, op-distance)
			copy16(out, op+16, op-distance+16)
		} else {
			copyMatch(out, op, distance, length)
		}
		op += length
	}
	r.buf, r.n, r.pos = buf, n, pos
	if op > limit {
		return op, blockFull
	}
	return op, blockBad
}

// sub goes on from an entry of the main table that begins a longer code to the one that ends it.
func (t *litTable) sub(e uint32, buf uint64, n uint) (uint32, uint64, uint) {
	if e&isSub == 0 {
		return e, buf, n
	}
	buf, n = buf>>(e&63), n-uint(e&63)
	return t[(uint64(e>>16&0xfff)+buf&(1<<(e>>8&15)-1))&(litSize-1)], buf, n
}

func (t *distTable) sub(e uint32, buf uint64, n uint) (uint32, uint64, uint) {
	if e&isDistSub == 0 {
		return e, buf, n
	}
	buf, n = buf>>(e&63), n-uint(e&63)
	return t[(uint64(e>>16)+buf&(1<<(e>>8&15)-1))&(distSize-1)], buf, n
}

// copyMatch writes length bytes at out[op:], equal to those distance bytes before, and up to 15 more.
func copyMatch(out []byte, op, distance, length int) {
	from, end := op-distance, op+length
	switch {
	case distance >= 16:
		for ; op < end; op += 16 {
			copy16(out, op, from)
			from += 16
		}
	case distance >= 8:
		for ; op < end; op += 8 {
			copy(out[op:op+8], out[from:from+8])
			from += 8
		}
	case distance == 1:
		v := uint64(out[from]) * 0x0101010101010101
		for ; op < end; op += 8 {
			binary.LittleEndian.PutUint64(out[op:], v)
		}
	default:
		for ; op < end; op++ {
			out[op] = out[from]
			from++
		}
	}
}
