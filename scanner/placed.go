package scanner

import (
	"bytes"
	"slices"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/rules"
)

// facts turns a placement into what the classifier asks.
func (a *analysis) facts(r *rules.Rule, p placement, req request) rules.Facts {
	f := rules.Facts{Place: rules.PlaceParameter, Rule: r, Region: a.region(p.start)}
	switch p.form {
	case formRead, formOption:
		f.Place = rules.PlaceReference
	case formScheme:
		f.Place = rules.PlaceScheme
	}
	f.Endpoint = a.x.EndpointOf(req.host, req.path)
	f.Evidence = a.evidence(r, req)
	v := a.resolve(p.value, 2)
	f.KeepName = a.x.KeepName(rules.WordName(p.value.name)) || a.x.KeepName(rules.WordName(v.name)) ||
		v.from == "parameter" && a.x.KeepName(rules.WordName(a.functionAround(p.value.start)))
	piece := a.file.Text[req.start:req.end]
	f.KeepMethod = a.x.KeepMethod(string(piece[:min(len(piece), 2000)]))
	if p.form == formScheme {
		f.Endpoint, f.KeepMethod, f.KeepName = rules.UnknownEndpoint, false, a.schemeKeeps(p.start)
	}
	f.KeepName = f.KeepName || a.keptByCase(p.start)
	return f
}

// evidence says how surely a request goes to the provider.
func (a *analysis) evidence(r *rules.Rule, req request) rules.Evidence {
	switch {
	case req.host != "" && a.x.OwnHost(req.host):
		return rules.InFlow
	case req.host != "" && !localHost(req.host):
		return rules.Foreign
	case a.x.KnownEndpoint(req.path):
		return rules.InFlow
	case a.ownWords():
		return rules.InFile
	}
	for _, h := range hostsIn(a.file.Text) {
		if !a.x.OwnHost(h) && !localHost(h) {
			return rules.Foreign
		}
	}
	return rules.NoEvidence
}

// schemeKeeps reports whether a security scheme is that of the key that stays:
// by its name, or by where its value comes from.
func (a *analysis) schemeKeeps(at int) bool {
	text := a.file.Text
	names := parentKeys(text, at, nil)
	names = names[max(0, len(names)-1):]
	if b, ok := a.lex.Innermost(at); ok {
		names = append(names, keyBefore(text, b.Open))
		if inside := text[b.Open:max(b.Open, b.Close)]; a.x.KeepMethod(string(inside[:min(len(inside), 1000)])) {
			return true
		}
	}
	return slices.ContainsFunc(names, a.keeps)
}

// keeps reports whether a name is one of the key that stays.
func (a *analysis) keeps(name string) bool {
	return name != "" && (a.x.KeepName(rules.WordName(name)) || a.x.KeepMethod(name))
}

var (
	// caseOf is a line that compares something with a literal.
	caseOf   = pattern.New(`^[\s})]*(?:(?:if|elif|elsif|elseif|else\s+if)\b[^!]*(?:[^!<>=]==+[^=]|\beq\b|\bequals\b)|(?:when|case)\b)`)
	caseName = pattern.New(`["'\x60:]([A-Za-z][\w-]{3,40})`)
)

// keptByCase reports whether a place lies in the branch for the key that stays:
// if type == "developer_key". The branch is the innermost block by indentation.
func (a *analysis) keptByCase(at int) bool {
	text := a.file.Text
	line := text[at-len(lineBefore(text, at)):]
	indent := indentOf(line)
	end := at - len(lineBefore(text, at)) - 1
	for n := 0; n < 8 && end > 0 && indent > 0; n++ {
		start := bytes.LastIndexByte(text[:end], '\n') + 1
		above := text[start:end]
		end = start - 1
		if len(above) > 300 || len(bytes.TrimSpace(above)) == 0 || indentOf(above) >= indent {
			continue
		}
		if !caseOf.Match(above) {
			return false
		}
		for _, m := range caseName.FindAllSubmatch(above, -1) {
			if a.x.KeepName(rules.WordName(string(m[1]))) {
				return true
			}
		}
		return false
	}
	return false
}
