package scanner

import (
	"bytes"
	"encoding/binary"
	"strings"

	"github.com/unhapi/unhapi/scanner/internal/shapes"
)

// folded is a text with its ASCII letters in lower case, byte for byte as long
// as the text, so that searches without regard to case are plain ones.
type folded []byte

// foldable is a text that is folded, and looked at for shapes, when it is asked
// for the first time: most are not. It is not safe for concurrent use.
type foldable struct {
	text   []byte
	low    folded
	shaped *shapes.Found
}

// shapes are the UUIDs of the text, and its runs of codedHead digits or more.
func (f *foldable) shapes() *shapes.Found {
	if f.shaped == nil {
		f.shaped = shapesOf(f.text)
	}
	return f.shaped
}

func shapesOf(text []byte) *shapes.Found {
	var f shapes.Found
	f.Add(text, codedHead)
	return &f
}

func (f *foldable) lower() folded {
	if f.low == nil {
		f.low = fold(f.text)
	}
	return f.low
}

// fold takes eight bytes at once: of each it adds, below the highest bit, what
// carries into that bit from "A" on and from beyond "Z" on. Where only the first
// does, the byte is a capital, which differs from its letter in one bit.
func fold(text []byte) folded {
	const ones = 0x0101010101010101
	out := make([]byte, len(text))
	i := 0
	for ; i+8 <= len(text); i += 8 {
		w := binary.LittleEndian.Uint64(text[i:])
		low := w &^ (0x80 * ones)
		capital := (low + (0x80-'A')*ones) &^ (low + (0x7f-'Z')*ones) &^ w & (0x80 * ones)
		binary.LittleEndian.PutUint64(out[i:], w|capital>>2)
	}
	for ; i < len(text); i++ {
		c := text[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		out[i] = c
	}
	return out
}

// index gives the offset of a word at or after from, -1 if there is none. The
// word must be in lower case.
func (f folded) index(word string, from int) int {
	if from >= len(f) {
		return -1
	}
	i := bytes.Index(f[from:], []byte(word))
	if i < 0 {
		return -1
	}
	return from + i
}

func containsFold(text []byte, word string) bool {
	return fold(text).index(strings.ToLower(word), 0) >= 0
}
