package objects

import "math/bits"

// op makes n bytes of the result, from dst on: a copy of base[src:] or, for an insertion, of the delta's text at ^src.
type op struct{ dst, src, n int32 }

// delta is a decoded delta. All its ops are within bounds and together make size bytes, in order.
type delta struct {
	text []byte
	size int
	ops  []op
}

// header reads the sizes that a delta begins with and returns where its operations begin.
func (d *delta) header(text []byte, baseSize int) (at int, err error) {
	from, i := varint(text, 0)
	size, i := varint(text, i)
	if i < 0 || from != uint64(baseSize) {
		return 0, corrupt("delta header")
	}
	if size > maxSize {
		return 0, tooLarge("object of %d bytes", size)
	}
	d.text, d.size, d.ops = text, int(size), d.ops[:0]
	return i, nil
}

// decode reads a delta over a base of baseSize bytes. It keeps text. Copies that continue each other become one.
func (d *delta) decode(text []byte, baseSize int) error {
	i, err := d.header(text, baseSize)
	if err != nil {
		return err
	}
	at := 0
	for i < len(text) {
		c := text[i]
		i++
		if c&0x80 == 0 {
			n := int(c)
			if n == 0 || n > len(text)-i || n > d.size-at {
				return corrupt("delta insertion")
			}
			d.ops = append(d.ops, op{int32(at), int32(^i), int32(n)})
			i += n
			at += n
			continue
		}
		var off, n int
		if f := &copyForms[c&0x7f]; f.offset != 0 && i+8 <= len(text) {
			off, n = f.args(load64(text, i))
			i += int(f.bytes)
		} else if off, n, i = copyArgs(text, i, c); i > len(text) {
			return corrupt("delta copy")
		}
		if n > baseSize || uint(off) > uint(baseSize-n) || n > d.size-at {
			return corrupt("delta copy")
		}
		if k := len(d.ops) - 1; k >= 0 && d.ops[k].src >= 0 && int(d.ops[k].src+d.ops[k].n) == off {
			d.ops[k].n += int32(n) // git splits copies at 64 KiB
		} else {
			d.ops = append(d.ops, op{int32(at), int32(off), int32(n)})
		}
		at += n
	}
	if at != d.size {
		return corrupt("delta result")
	}
	return nil
}

// copyForm says where the arguments of a copy are, if the bytes of both are the lowest ones, as nearly always: git leaves
// out only zeros.
type copyForm struct {
	sizes  uint64 // mask of the size, behind the offset
	offset uint8  // bits of the offset; 0: of another form
	bytes  uint8
}

// copyForms are those of copies by their lowest seven bits.
var copyForms = func() (list [128]copyForm) {
	for c := range list {
		offset, size := bits.OnesCount(uint(c&15)), bits.OnesCount(uint(c>>4))
		if c&15 == 1<<offset-1 && c>>4 == 1<<size-1 && offset > 0 {
			list[c] = copyForm{1<<(8*size) - 1, uint8(8 * offset), uint8(offset + size)}
		}
	}
	return list
}()

// args reads them from the bytes behind the instruction.
func (f *copyForm) args(b uint64) (off, n int) {
	n = int(b >> (f.offset & 63) & f.sizes)
	if n == 0 {
		n = 0x10000
	}
	return int(b & (1<<(f.offset&63) - 1)), n
}

// copyArgs reads the arguments of a copy: up to four bytes of offset and three of size, of which those are there whose
// bit is set in c. If text is too short, next is beyond its end.
func copyArgs(text []byte, i int, c byte) (off, n, next int) {
	arg := func(bit uint) int {
		if c>>bit&1 == 0 {
			return 0
		}
		i++
		if i > len(text) {
			return 0
		}
		return int(text[i-1])
	}
	off = arg(0) | arg(1)<<8 | arg(2)<<16 | arg(3)<<24
	n = arg(4) | arg(5)<<8 | arg(6)<<16
	if n == 0 {
		n = 0x10000
	}
	return off, n, i
}

// varint returns the number at b[i:] and the index after it, -1 if there is none.
func varint(b []byte, i int) (v uint64, next int) {
	for shift := 0; i >= 0 && i < len(b) && shift < 63; shift += 7 {
		v |= uint64(b[i]&0x7f) << shift
		i++
		if b[i-1]&0x80 == 0 {
			return v, i
		}
	}
	return 0, -1
}

// bytes are what an op makes.
func (d *delta) bytes(o op, base []byte) []byte {
	if o.src >= 0 {
		return base[o.src : o.src+o.n]
	}
	return d.text[^o.src : ^o.src+o.n]
}

// apply writes the result to dst, which has d.size bytes.
func (d *delta) apply(dst, base []byte) {
	for _, o := range d.ops {
		copy(dst[o.dst:], d.bytes(o, base))
	}
}

// applyHead writes the first bytes of the result, at most d.size, to dst.
func (d *delta) applyHead(dst, base []byte) {
	for _, o := range d.ops {
		if int(o.dst) >= len(dst) {
			return
		}
		copy(dst[o.dst:], d.bytes(o, base))
	}
}
