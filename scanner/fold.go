package scanner

import (
	"bytes"
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

func fold(text []byte) folded {
	out := make([]byte, len(text))
	for i, c := range text {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
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
