package scanner

import (
	"bytes"

	"github.com/unhapi/unhapi/internal/pattern"
)

var (
	pairKey = pattern.New(`(?i)["']?\b(?:key|name|param|parameter|field|field_name|connector_param)["']?\s*(?::|=>|=)\s*$`)
	// nameOnly are keys of connectors that tell under which name to send a key.
	nameOnly   = pattern.New(`(?i)["']?\b(?:connector_param|auth_param(?:eter)?|query_param_name|key_param)["']?\s*[:=]\s*["']?$`)
	pairValue  = pattern.New(`(?i)^\s*["']?\s*,?\s*["']?\bvalue["']?\s*(?::|=>|=)\s*`)
	valueFirst = pattern.New(`(?i)["']?\bvalue["']?\s*(?::|=>|=)\s*[^{}]*$`)
	schemeIn   = pattern.New(`(?i)["']?\b(?:in|inject_into|type|where|location|strategy)["']?\s*[:=]\s*["']?(query(_?param\w*)?|request_parameter)\b`)
)

// pair recognises the name as the value of a key such as "name", with the
// parameter's own value beside it, and security schemes of API descriptions.
func (a *analysis) pair(p placement, s, e int) placement {
	text := a.file.Text
	lo, hi := max(0, s-300), min(len(text), e+300)
	before, after := text[lo:s], text[e:hi]
	if a.lang.Data && nameOnly.Match(before) {
		p.form, p.strong = formScheme, true
		return p
	}
	if !pairKey.Match(before) {
		return p
	}
	if schemeIn.Match(blockBefore(before)) || schemeIn.Match(blockAfter(after)) {
		p.form, p.strong = formScheme, true
		return p
	}
	if m := pairValue.FindIndex(after); m != nil {
		p.form, p.strong = formPair, true
		p.value = a.expressionAt(e + m[1])
		return p
	}
	if valueFirst.Match(blockBefore(before)) {
		p.form, p.strong = formPair, true
	}
	return p
}

// blockBefore cuts what lies outside the innermost block before a place.
func blockBefore(b []byte) []byte {
	if i := bytes.LastIndexAny(b, "{}"); i >= 0 {
		return b[i:]
	}
	if i := bytes.LastIndex(b, []byte("\n- ")); i >= 0 {
		return b[i:]
	}
	return b
}

func blockAfter(b []byte) []byte {
	if i := bytes.IndexAny(b, "{}"); i >= 0 {
		return b[:i]
	}
	return b
}
