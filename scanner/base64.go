package scanner

import (
	"bytes"
	"encoding/base64"

	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner/internal/shapes"
)

// maxBase64 bounds how much base64 text is decoded, in runs and in bytes each.
const maxBase64, maxBase64Run = 2000, 1 << 16

// base64 looks into base64 text: Kubernetes secrets, basic authentication,
// encoded configurations.
func (v *valueScan) base64() {
	for n, r := range base64Runs(v.text, v.a.text.shapes().Runs) {
		if n >= maxBase64 {
			return
		}
		if plain, ok := decode64(v.text[r[0]:r[1]]); ok {
			v.encoded(r, plain)
		}
	}
}

// encoded looks at a text that was decoded from text[r[0]:r[1]].
func (v *valueScan) encoded(r [2]int, plain []byte) {
	inner := &valueScan{x: v.x, text: plain, seen: v.seen, a: &awake{words: []int{0}, literal: true, text: &foldable{text: plain}}, used: map[string]use{}}
	for _, s := range inner.spans() {
		in := nameOf(plain, s.start, v.seen)
		if s.start == 0 && s.end == len(bytes.TrimRight(plain, "\r\n")) || in.name == "" {
			in = nameOf(v.text, r[0], v.seen)
		}
		value := string(plain[s.start:s.end])
		rule, ev, needsPath := v.rule(s, in)
		verdict := rules.Classify(rules.Facts{Place: rules.PlaceValue, Rule: rule, Evidence: ev, Content: v.content(value)})
		if verdict.Rule == nil {
			continue
		}
		v.out = append(v.out, candidate{rule: verdict.Rule, verdict: verdict, format: s.format, start: r[0], end: r[1], value: value, content: v.content(value), needsPath: needsPath, ident: in.ident})
	}
}

const capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// base64Runs gives the spans of text that may be base64: at least as long as
// the shortest key, with a capital or a sign that a word would not have.
func base64Runs(text []byte, runs []shapes.Span) [][2]int {
	var out [][2]int
	for _, r := range runs {
		if r.End-r.Start > maxBase64Run || !bytes.ContainsAny(text[r.Start:r.End], capitals) {
			continue
		}
		end := r.End
		for end < len(text) && text[end] == '=' {
			end++
		}
		out = append(out, [2]int{r.Start, end})
	}
	return out
}

// decode64 decodes either alphabet and accepts only printable text.
func decode64(code []byte) ([]byte, bool) {
	code = bytes.TrimRight(code, "=")
	enc := base64.RawStdEncoding
	if bytes.ContainsAny(code, "-_") {
		enc = base64.RawURLEncoding
	}
	if len(code)%4 == 1 {
		return nil, false
	}
	plain := make([]byte, enc.DecodedLen(len(code)))
	n, err := enc.Decode(plain, code)
	if err != nil {
		return nil, false
	}
	for _, c := range plain[:n] {
		if c < 0x20 && !isSpace(c) || c == 0x7f || c >= 0x80 {
			return nil, false
		}
	}
	return plain[:n], true
}
