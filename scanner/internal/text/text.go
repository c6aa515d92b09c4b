// Package text tells text from binary data and turns it into UTF-8.
//
// Offsets in decoded text are not those of the raw bytes: a byte order mark is stripped, and UTF-16 and UTF-32 are
// transcoded. Lines are the same in both. For UTF8 and Latin1 the decoded text is the raw bytes; for UTF8BOM offsets
// differ by BOMLen.
package text

import (
	"bytes"
	"unicode/utf8"
)

// SniffLength is how many bytes at the beginning of a file decide what it is. It is git's number.
const SniffLength = 8000

const holdsNUL = "holds NUL bytes"

// Encoding says how a text is written.
type Encoding uint8

// The encodings. Those with BOM begin with a byte order mark.
const (
	UTF8 Encoding = iota
	UTF8BOM
	UTF16LE
	UTF16LEBOM
	UTF16BE
	UTF16BEBOM
	UTF32LE
	UTF32LEBOM
	UTF32BE
	UTF32BEBOM
	Latin1 // not UTF-8: Latin-1, Windows-1252 or another 8-bit encoding, passed on byte by byte
	Binary // no text
)

var encodings = [...]struct {
	name string
	bom  string
}{
	UTF8:       {"UTF-8", ""},
	UTF8BOM:    {"UTF-8 with BOM", "\xef\xbb\xbf"},
	UTF16LE:    {"UTF-16LE", ""},
	UTF16LEBOM: {"UTF-16LE with BOM", "\xff\xfe"},
	UTF16BE:    {"UTF-16BE", ""},
	UTF16BEBOM: {"UTF-16BE with BOM", "\xfe\xff"},
	UTF32LE:    {"UTF-32LE", ""},
	UTF32LEBOM: {"UTF-32LE with BOM", "\xff\xfe\x00\x00"},
	UTF32BE:    {"UTF-32BE", ""},
	UTF32BEBOM: {"UTF-32BE with BOM", "\x00\x00\xfe\xff"},
	Latin1:     {"Latin-1", ""},
	Binary:     {"binary", ""},
}

// String returns the encoding's usual name.
func (e Encoding) String() string { return encodings[e].name }

// BOMLen returns the length of the byte order mark in bytes, 0 without one.
func (e Encoding) BOMLen() int { return len(encodings[e].bom) }

// Raw reports whether decoded text is the raw bytes (behind the byte order mark), so that offsets can be mapped.
func (e Encoding) Raw() bool { return e == UTF8 || e == UTF8BOM || e == Latin1 }

// unit returns the bytes of a code unit and whether the least significant one comes first.
func (e Encoding) unit() (size int, little bool) {
	switch e {
	case UTF16LE, UTF16LEBOM:
		return 2, true
	case UTF16BE, UTF16BEBOM:
		return 2, false
	case UTF32LE, UTF32LEBOM:
		return 4, true
	case UTF32BE, UTF32BEBOM:
		return 4, false
	}
	return 1, false
}

// Sniff decides from the beginning of a file what it is, looking at SniffLength bytes at most; a shorter head is taken for
// the whole file. It answers UTF8 for all
// 8-bit text, whose rest is not in view: Decode tells UTF-8 from Latin-1. For Binary, reason says why.
func Sniff(head []byte) (enc Encoding, reason string) {
	head = head[:min(len(head), SniffLength)]
	for _, e := range [...]Encoding{UTF32LEBOM, UTF32BEBOM, UTF16LEBOM, UTF16BEBOM} { // UTF-32 first: its mark begins like UTF-16's
		if rest, ok := bytes.CutPrefix(head, []byte(encodings[e].bom)); ok && count(rest, e, false).isText() {
			return e, ""
		}
	}
	marked := bytes.HasPrefix(head, []byte(encodings[UTF8BOM].bom))
	if kind := magic(head); kind != "" {
		return Binary, kind
	}
	nul := bytes.IndexByte(head, 0) >= 0
	switch {
	case marked && !nul:
		return UTF8BOM, ""
	case !nul:
		return UTF8, ""
	case marked:
		return Binary, holdsNUL
	}
	best, most := Binary, 0
	for _, e := range [...]Encoding{UTF32LE, UTF32BE, UTF16LE, UTF16BE} {
		if size, _ := e.unit(); len(head)%size != 0 { // SniffLength is a multiple of both
			continue
		}
		if c := count(head, e, true); c.isUnmarkedText() && c.ascii > most {
			best, most = e, c.ascii
		}
	}
	if best == Binary {
		return Binary, holdsNUL
	}
	return best, ""
}

// Decode returns raw as UTF-8 without its byte order mark, or, for Latin1, as it is. The result shares memory with raw
// where nothing had to be transcoded. What cannot be decoded becomes U+FFFD. It reports false for binary data, whose
// reason Sniff gives.
func Decode(raw []byte) (text []byte, enc Encoding, ok bool) {
	enc, _ = Sniff(raw)
	switch enc {
	case Binary:
		return nil, Binary, false
	case UTF8, UTF8BOM:
		text = raw[enc.BOMLen():]
		if utf8.Valid(text) {
			return text, enc, true
		}
		return raw, Latin1, true
	}
	size, little := enc.unit()
	return transcode(raw[enc.BOMLen():], size, little), enc, true
}

// Encode is the inverse of Decode: it writes UTF-8 text in an encoding, with its byte order mark. The result shares
// memory with text where it can.
func Encode(text []byte, enc Encoding) []byte {
	size, little := enc.unit()
	if size == 1 {
		if enc != UTF8BOM {
			return text
		}
		return append([]byte(encodings[enc].bom), text...)
	}
	raw := append(make([]byte, 0, size*len(text)+4), encodings[enc].bom...)
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		text = text[n:]
		raw = appendRune(raw, r, size, little)
	}
	return raw
}
