package scanner

import (
	"bytes"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/scanner/internal/shapes"
)

// joinedStrings is the first of two literals that a language puts together, up
// to where the second begins: "abc" + ", 'abc' . ', "abc" ".
var joinedStrings = pattern.New("([\"'`])([A-Za-z0-9-]{1,24})([\"'`])\\s*(?:\\+|\\.\\.?|&|<>|\\\\)?\\s*[\"'`]$")

// joinedAt gives the parts of a value that is written as two literals, of which
// the second holds the whole tail of a UUID that begins at an offset.
func joinedAt(text []byte, tail int) (first, second Span, ok bool) {
	second = Span{tail, tail + shapes.Tail}
	if second.End >= len(text) || !isQuote(text[second.End]) {
		return first, second, false
	}
	for second.Start > 0 && tail-second.Start <= 24 && (isAlnum(text[second.Start-1]) || text[second.Start-1] == '-') {
		second.Start--
	}
	if second.Start < 4 || !isQuote(text[second.Start-1]) {
		return first, second, false
	}
	lo := max(0, second.Start-80)
	m := joinedStrings.FindSubmatchIndex(text[lo:second.Start])
	if m == nil || text[lo+m[2]] != text[lo+m[6]] {
		return first, second, false
	}
	return Span{lo + m[4], lo + m[5]}, second, true
}

// joined finds a value that is written as two literals: "pat-na1-" + "…". The
// tail is what wakes a scan of a history, so one that is cut in two elsewhere
// is not found.
func (v *valueScan) joined(tail int) (span, bool) {
	first, second, ok := joinedAt(v.text, tail)
	if !ok {
		return span{}, false
	}
	value := append(bytes.Clone(v.text[first.Start:first.End]), v.text[second.Start:second.End]...)
	for _, f := range v.x.formats {
		if len(f.Literals) == 0 && len(v.a.words) == 0 {
			continue
		}
		if all := f.FindAll(value); len(all) == 1 && all[0][0] == 0 && all[0][1] == len(value) {
			return span{start: first.Start, end: second.End, format: f, value: string(value)}, true
		}
	}
	return span{}, false
}
