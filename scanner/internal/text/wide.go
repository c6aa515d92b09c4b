package text

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// next reads a code point of UTF-16 or UTF-32, which takes n bytes. It is U+FFFD where there is none: an unpaired
// surrogate, a number beyond Unicode, or fewer bytes than a unit.
func next(b []byte, size int, little bool) (r rune, n int) {
	if len(b) < size {
		return utf8.RuneError, len(b)
	}
	if size == 4 {
		v := binary.BigEndian.Uint32(b)
		if little {
			v = binary.LittleEndian.Uint32(b)
		}
		if v > utf8.MaxRune || utf16.IsSurrogate(rune(v)) {
			return utf8.RuneError, 4
		}
		return rune(v), 4
	}
	r = unit16(b, little)
	if !utf16.IsSurrogate(r) {
		return r, 2
	}
	if len(b) >= 4 {
		if pair := utf16.DecodeRune(r, unit16(b[2:], little)); pair != utf8.RuneError {
			return pair, 4
		}
	}
	return utf8.RuneError, 2
}

func unit16(b []byte, little bool) rune {
	if little {
		return rune(binary.LittleEndian.Uint16(b))
	}
	return rune(binary.BigEndian.Uint16(b))
}

func transcode(raw []byte, size int, little bool) []byte {
	text := make([]byte, 0, len(raw)/size+len(raw)/8+8) // most is ASCII
	for len(raw) > 0 {
		r, n := next(raw, size, little)
		raw = raw[n:]
		text = utf8.AppendRune(text, r)
	}
	return text
}

func appendRune(raw []byte, r rune, size int, little bool) []byte {
	if size == 4 {
		return appendUnit(raw, uint32(r), 4, little)
	}
	if hi, lo := utf16.EncodeRune(r); hi != utf8.RuneError {
		return appendUnit(appendUnit(raw, uint32(hi), 2, little), uint32(lo), 2, little)
	}
	return appendUnit(raw, uint32(r), 2, little)
}

func appendUnit(raw []byte, v uint32, size int, little bool) []byte {
	for i := range size {
		if !little {
			i = size - 1 - i
		}
		raw = append(raw, byte(v>>(8*i)))
	}
	return raw
}

// counts is what a beginning holds when it is read in a wide encoding.
type counts struct {
	points int // code points
	ascii  int // printable ASCII and white space
	pairs  int // others that are two ASCII characters when read as bytes
	wrong  int // control characters, noncharacters, broken surrogates
}

// count reads a beginning in a wide encoding. With strict, it stops at the first thing that is wrong.
func count(head []byte, e Encoding, strict bool) (c counts) {
	size, little := e.unit()
	for len(head) >= size && !(strict && c.wrong > 0) {
		r, n := next(head, size, little)
		if r == utf8.RuneError && len(head) < 4 { // perhaps cut in the middle of a pair
			break
		}
		c.points++
		switch {
		case isPlain(r):
			c.ascii++
		case r < ' ' || r >= 0x7f && r < 0xa0 || r == utf8.RuneError || r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef:
			c.wrong++
		case r < 1<<16 && isPlain(r>>8) && isPlain(r&0xff):
			c.pairs++
		}
		head = head[n:]
	}
	return c
}

func isPlain(r rune) bool { return r >= ' ' && r < 0x7f || r >= '\t' && r <= '\r' || r == 0x1b }

// isText judges what stands behind a byte order mark: a few odd characters are forgiven.
func (c counts) isText() bool { return c.wrong*50 <= c.points }

// isUnmarkedText judges text without a byte order mark: nothing odd, at least a tenth of it ASCII (spaces and line feeds
// are, in most scripts; of very short text, most), and not rather 8-bit text with NULs in it, which would be full of
// pairs.
func (c counts) isUnmarkedText() bool {
	enough := c.ascii*10 >= c.points
	if c.points < 16 {
		enough = c.ascii*2 > c.points
	}
	return c.wrong == 0 && enough && c.pairs*2 <= c.points-c.ascii
}
