package literal

import "encoding/binary"

// wuManber is the Wu-Manber algorithm over blocks of two bytes.
//
// A window as long as the shortest literal slides over the text. The last bytes of the window say how far it can move
// without passing a literal by; 0 means that one may stand here. One such cursor spends its time waiting for a load, a
// look-up and an addition that depend on each other, so four cursors run side by side over four quarters of the text.
type wuManber struct {
	window int
	shift  [1 << 16]uint8 // by block, with the cases folded in
}

func newWuManber(folded []string, window int) *wuManber {
	w := &wuManber{window: window}
	for i := range w.shift {
		w.shift[i] = uint8(window - 1)
	}
	for _, l := range folded {
		for j := range window - 1 {
			s := uint8(window - 2 - j)
			for _, x := range cases(l[j]) {
				for _, y := range cases(l[j+1]) {
					b := int(x) | int(y)<<8
					w.shift[b] = min(w.shift[b], s)
				}
			}
		}
	}
	return w
}

// cases returns the bytes that match a byte of a folded literal.
func cases(c byte) [2]byte {
	if c-'a' < 26 {
		return [2]byte{c, c - 0x20}
	}
	return [2]byte{c, c}
}

// quarter is the least length of a part for which four cursors pay.
const quarter = 64

func (w *wuManber) find(x *index, dst []Hit, text []byte, first bool) []Hit {
	var at, end [4]int
	part := (len(text) - w.window + 1) / 4
	if part >= quarter {
		for c := range at {
			at[c] = w.window - 1 + c*part
			end[c] = at[c] + part
		}
		end[3] = len(text)
		at, dst = w.four(x, at, end, dst, text, first)
	} else {
		at[3], end[3] = w.window-1, len(text)
	}
	for c := range at {
		for i := at[c]; i < end[c]; {
			s := int(w.shift[binary.LittleEndian.Uint16(text[i-1:])])
			if s == 0 {
				dst = x.at(dst, text, i-keyLength+1, first)
				s = 1
			}
			if first && len(dst) > 0 {
				return dst
			}
			i += s
		}
	}
	return dst
}

// four moves four cursors until the first of them is done.
func (w *wuManber) four(x *index, at, end [4]int, dst []Hit, text []byte, first bool) ([4]int, []Hit) {
	i0, i1, i2, i3 := at[0], at[1], at[2], at[3]
	e0, e1, e2, e3 := end[0], end[1], end[2], end[3]
	for i0 < e0 && i1 < e1 && i2 < e2 && i3 < e3 {
		s0 := uint32(w.shift[binary.LittleEndian.Uint16(text[i0-1:])])
		s1 := uint32(w.shift[binary.LittleEndian.Uint16(text[i1-1:])])
		s2 := uint32(w.shift[binary.LittleEndian.Uint16(text[i2-1:])])
		s3 := uint32(w.shift[binary.LittleEndian.Uint16(text[i3-1:])])
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
		i0 += int(s0)
		i1 += int(s1)
		i2 += int(s2)
		i3 += int(s3)
	}
	return [4]int{i0, i1, i2, i3}, dst
}
