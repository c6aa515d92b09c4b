package literal

import "encoding/binary"

// wuManber is the Wu-Manber algorithm over blocks of two bytes, or of three where there are many literals.
//
// A window as long as the shortest literal slides over the text. The last bytes of the window say how far it can move
// without passing a literal by; 0 means that one may stand here. One such cursor spends its time waiting for a load, a
// look-up and an addition that depend on each other, so four cursors run side by side over four quarters of the text.
type wuManber struct {
	window  int
	triples bool
	shift   [1 << 16]uint8 // by pair, with both cases in it, or by triple
}

// manyLiterals is the number from which blocks of three bytes are faster: pairs then stop the window at every other step.
const manyLiterals = 100

func newWuManber(folded []string, window int) *wuManber {
	w := &wuManber{window: window, triples: len(folded) > manyLiterals}
	block := 2
	if w.triples {
		block = 3
	}
	for i := range w.shift {
		w.shift[i] = uint8(window - block + 1)
	}
	for _, l := range folded {
		for j := range window - block + 1 {
			w.add(l[j:j+block], uint8(window-block-j))
		}
	}
	return w
}

// add bounds the shift of a block.
func (w *wuManber) add(block string, shift uint8) {
	if w.triples {
		b := triple(uint32(block[0])<<8 | uint32(block[1])<<16 | uint32(block[2])<<24)
		w.shift[b] = min(w.shift[b], shift)
		return
	}
	for _, x := range cases(block[0]) {
		for _, y := range cases(block[1]) {
			b := uint16(x) | uint16(y)<<8
			w.shift[b] = min(w.shift[b], shift)
		}
	}
}

// cases returns the bytes that match a byte of a folded literal.
func cases(c byte) [2]byte {
	if c-'a' < 26 {
		return [2]byte{c, c - 0x20}
	}
	return [2]byte{c, c}
}

// pairAt and tripleAt return where the shift of the block that ends at text[i] stands.
func pairAt(text []byte, i int) uint16   { return binary.LittleEndian.Uint16(text[i-1:]) }
func tripleAt(text []byte, i int) uint16 { return triple(binary.LittleEndian.Uint32(text[i-3:])) }

// triple hashes the upper three of four bytes, in either case.
func triple(four uint32) uint16 { return uint16((four | keyFold) >> 8 * keyHash >> 16) }

// part is the least length of a quarter for which four cursors pay.
const part = 64

func (w *wuManber) find(x *index, dst []Hit, text []byte, first bool) []Hit {
	var at, end [4]int
	quarter := (len(text) - w.window + 1) / 4
	if quarter < part {
		return w.one(x, dst, text, w.window-1, len(text), first)
	}
	for c := range at {
		at[c] = w.window - 1 + c*quarter
		end[c] = at[c] + quarter
	}
	end[3] = len(text)
	if w.triples {
		at, dst = w.fourTriples(x, at, end, dst, text, first)
	} else {
		at, dst = w.fourPairs(x, at, end, dst, text, first)
	}
	for c := range at {
		if first && len(dst) > 0 {
			break
		}
		dst = w.one(x, dst, text, at[c], end[c], first)
	}
	return dst
}

// one moves one cursor.
func (w *wuManber) one(x *index, dst []Hit, text []byte, i, end int, first bool) []Hit {
	for i < end {
		b := uint16(0)
		if w.triples {
			b = tripleAt(text, i)
		} else {
			b = pairAt(text, i)
		}
		s := int(w.shift[b])
		if s == 0 {
			dst = x.at(dst, text, i-keyLength+1, first)
			if first && len(dst) > 0 {
				break
			}
			s = 1
		}
		i += s
	}
	return dst
}

// fourPairs moves four cursors until the first of them is done.
func (w *wuManber) fourPairs(x *index, at, end [4]int, dst []Hit, text []byte, first bool) ([4]int, []Hit) {
	i0, i1, i2, i3 := at[0], at[1], at[2], at[3]
	e0, e1, e2, e3 := end[0], end[1], end[2], end[3]
	for i0 < e0 && i1 < e1 && i2 < e2 && i3 < e3 {
		s0, s1 := uint32(w.shift[pairAt(text, i0)]), uint32(w.shift[pairAt(text, i1)])
		s2, s3 := uint32(w.shift[pairAt(text, i2)]), uint32(w.shift[pairAt(text, i3)])
		if int32((s0-1)|(s1-1)|(s2-1)|(s3-1)) < 0 { // one of them is 0
			if s0 == 0 {
				dst, s0 = x.at(dst, text, i0-keyLength+1, first), 1
			}
			if s1 == 0 {
				dst, s1 = x.at(dst, text, i1-keyLength+1, first), 1
			}
			if s2 == 0 {
				dst, s2 = x.at(dst, text, i2-keyLength+1, first), 1
			}
			if s3 == 0 {
				dst, s3 = x.at(dst, text, i3-keyLength+1, first), 1
			}
			if first && len(dst) > 0 {
				break
			}
		}
		i0, i1, i2, i3 = i0+int(s0), i1+int(s1), i2+int(s2), i3+int(s3)
	}
	return [4]int{i0, i1, i2, i3}, dst
}

// fourTriples is fourPairs with triples. A look-up that is chosen in the loop would cost a fifth of the speed.
func (w *wuManber) fourTriples(x *index, at, end [4]int, dst []Hit, text []byte, first bool) ([4]int, []Hit) {
	i0, i1, i2, i3 := at[0], at[1], at[2], at[3]
	e0, e1, e2, e3 := end[0], end[1], end[2], end[3]
	for i0 < e0 && i1 < e1 && i2 < e2 && i3 < e3 {
		s0, s1 := uint32(w.shift[tripleAt(text, i0)]), uint32(w.shift[tripleAt(text, i1)])
		s2, s3 := uint32(w.shift[tripleAt(text, i2)]), uint32(w.shift[tripleAt(text, i3)])
		if int32((s0-1)|(s1-1)|(s2-1)|(s3-1)) < 0 { // one of them is 0
			if s0 == 0 {
				dst, s0 = x.at(dst, text, i0-keyLength+1, first), 1
			}
			if s1 == 0 {
				dst, s1 = x.at(dst, text, i1-keyLength+1, first), 1
			}
			if s2 == 0 {
				dst, s2 = x.at(dst, text, i2-keyLength+1, first), 1
			}
			if s3 == 0 {
				dst, s3 = x.at(dst, text, i3-keyLength+1, first), 1
			}
			if first && len(dst) > 0 {
				break
			}
		}
		i0, i1, i2, i3 = i0+int(s0), i1+int(s1), i2+int(s2), i3+int(s3)
	}
	return [4]int{i0, i1, i2, i3}, dst
}
