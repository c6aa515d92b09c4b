package report

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// GitHub code scanning follows an alert from upload to upload by the partial
// fingerprint "primaryLocationLineHash". Its upload action computes the value
// itself where a file is checked out, and warns where a tool's value differs;
// other ways of uploading compute none. So it is computed here exactly as in
// src/fingerprints.ts of github/codeql-action (June 2026):
//
//   - The file is read as UTF-8, in UTF-16 code units; a byte order mark counts.
//   - Spaces and tabs are dropped; CR and CRLF become LF, and a lone CR ends a
//     line, unlike in the rest of this program.
//   - A hash of the last 100 units rolls over the text. The hash of a line is
//     that of the 100 units from its first one on, whatever lines they are of.
//   - The end is marked by 0xFFFF, followed by 100 zeros.
//   - ":n" is added, n counting how often the same hash came up in the file.
const (
	hashWindow = 100
	hashBase   = 37
	hashEnd    = 0xffff
)

// lineHasher is the state of the rolling hash.
type lineHasher struct {
	window  [hashWindow]uint16
	lines   [hashWindow]int // the line that starts at this place, or 0
	leaving uint64          // what a unit weighs when it leaves the window
	hash    uint64
	at      int
	line    int
	start   bool // the next unit starts a line
	cr      bool // the unit before was a CR
	seen    map[uint64]int
	found   func(line int, hash string)
}

// lineHashes calls found with the hash of each line of a text in UTF-8, in
// ascending order.
func lineHashes(text []byte, bom bool, found func(line int, hash string)) {
	h := &lineHasher{leaving: 1, start: true, seen: map[uint64]int{}, found: found}
	for range hashWindow {
		h.leaving *= hashBase
	}
	if bom {
		h.unit(0xfeff)
	}
	for len(text) > 0 {
		r, size := decodeRune(text)
		text = text[size:]
		if r1, r2 := utf16.EncodeRune(r); r1 != utf8.RuneError {
			h.unit(uint16(r1))
			h.unit(uint16(r2))
		} else {
			h.unit(uint16(r))
		}
	}
	h.unit(hashEnd)
	for range hashWindow {
		h.flush()
		h.push(0)
	}
}

// unit takes the next unit of the text.
func (h *lineHasher) unit(u uint16) {
	if u == ' ' || u == '\t' || h.cr && u == '\n' {
		h.cr = false
		return
	}
	h.cr = u == '\r'
	if h.cr {
		u = '\n'
	}
	h.flush()
	if h.start {
		h.start = false
		h.line++
		h.lines[h.at] = h.line
	}
	if u == '\n' {
		h.start = true
	}
	h.push(u)
}

// flush tells the hash of a line whose first unit is about to leave.
func (h *lineHasher) flush() {
	if h.lines[h.at] == 0 {
		return
	}
	h.seen[h.hash]++
	h.found(h.lines[h.at], fmt.Sprintf("%x:%d", h.hash, h.seen[h.hash]))
	h.lines[h.at] = 0
}

func (h *lineHasher) push(u uint16) {
	h.hash = hashBase*h.hash + uint64(u) - h.leaving*uint64(h.window[h.at])
	h.window[h.at] = u
	h.at = (h.at + 1) % hashWindow
}

// decodeRune decodes as browsers and Node do: what is no UTF-8 becomes U+FFFD,
// one for each sequence of bytes that could have started a character, where
// Go's decoder takes one for each byte.
func decodeRune(text []byte) (rune, int) {
	r, size := utf8.DecodeRune(text)
	if r != utf8.RuneError || size != 1 {
		return r, size
	}
	n, low, high := 0, byte(0x80), byte(0xbf)
	switch c := text[0]; {
	case 0xc2 <= c && c <= 0xdf:
		n = 1
	case 0xe0 <= c && c <= 0xef:
		n = 2
		if c == 0xe0 {
			low = 0xa0
		} else if c == 0xed {
			high = 0x9f
		}
	case 0xf0 <= c && c <= 0xf4:
		n = 3
		if c == 0xf0 {
			low = 0x90
		} else if c == 0xf4 {
			high = 0x8f
		}
	}
	for i := 1; i <= n; i++ {
		if i >= len(text) || text[i] < low || text[i] > high {
			return r, i
		}
		low, high = 0x80, 0xbf
	}
	return r, 1
}

// utf16Units is the number of UTF-16 code units of a text.
func utf16Units(text []byte) int {
	n := 0
	for len(text) > 0 {
		r, size := decodeRune(text)
		text = text[size:]
		if n++; r > 0xffff {
			n++
		}
	}
	return n
}
