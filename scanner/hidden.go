package scanner

import (
	"bytes"
	"strings"

	"github.com/unhapi/unhapi/internal/lexer"
	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/rules"
)

// namedBy is an assignment whose value ends in a string: name = … "parameter".
var namedBy = pattern.New(`([A-Za-z_$@][\w$]*)["'\]]*\s*(?::\s*[\w<>]+\s*)?(?:=>|:=|=|:)\s*(?:[^=;{}\n]*\?[^;{}\n]*:\s*|[^=;{},()\n]*\|\|\s*)?$`)

// throughVariable finds the requests whose parameter's name stands in a
// variable: name = "parameter"; …; params[name] = key. It gives the places
// where the variable is used as a name.
func (a *analysis) throughVariable(tok lexer.Token) []placement {
	text := a.file.Text
	if a.lex.InComment(tok.Start) {
		return nil
	}
	m := namedBy.FindSubmatch(bytes.TrimRight(lineBefore(text, tok.Start), " \t"))
	if m == nil {
		return nil
	}
	name := strings.TrimLeft(string(m[1]), "$@")
	if len(name) < 2 || notNames[strings.ToLower(name)] {
		return nil
	}
	var out []placement
	for at := bytes.Index(text, []byte(name)); at >= 0; {
		end := at + len(name)
		if wholeName(text, at, end) && !a.lex.InComment(at) {
			if p, ok := a.nameUsed(at, end); ok {
				out = append(out, p)
			}
		}
		j := bytes.Index(text[end:], []byte(name))
		if j < 0 {
			break
		}
		at = end + j
	}
	return out
}

var notNames = map[string]bool{"name": true, "key": true, "type": true, "in": true, "id": true, "value": true, "case": true, "return": true, "default": true}

// nameUsed recognises the use of a variable as the name of a parameter:
// [v] = x, {[v]: x}, add(v, x), … . v . "=" . x.
func (a *analysis) nameUsed(at, end int) (placement, bool) {
	text := a.file.Text
	p := placement{start: at, end: end, strong: true}
	after := bytes.TrimLeft(text[end:min(len(text), end+200)], " \t")
	off := end + bytes.Index(text[end:], after)
	prev := a.previous(a.skipSigil(at))
	switch {
	case prev == '[' && len(after) > 1 && after[0] == ']':
		rest := bytes.TrimLeft(after[1:], " \t")
		start := off + 1 + len(after[1:]) - len(rest)
		if len(rest) > 1 && (rest[0] == '=' && rest[1] != '=' || rest[0] == ':') {
			p.form = formIndex
			p.value = a.expressionAt(start + 1)
			if bytes.HasPrefix(rest, []byte("=>")) {
				return p, false
			}
		}
	case len(after) > 1 && after[0] == ',' && prev == '(':
		enclosing := a.lex.Enclosing(at)
		if len(enclosing) > 0 && sendsNamed.MatchString(calleeBefore(text, enclosing[0].Open)) {
			p.form = formCall
			p.value = a.expressionAt(off + 1)
		}
	case len(after) > 2 && strings.IndexByte("+.", after[0]) >= 0:
		rest := bytes.TrimLeft(after[1:], " \t")
		if len(rest) > 2 && (rest[0] == '"' || rest[0] == '\'') && rest[1] == '=' && rest[2] == rest[0] {
			p.form = formQuery
			start := off + 1 + len(after[1:]) - len(rest)
			if tok, ok := a.lex.At(start); ok {
				p.value = a.concatenatedValue(tok)
			}
		}
	}
	return p, p.form != formNone && p.value.ok()
}

func (a *analysis) skipSigil(at int) int {
	for at > 0 && strings.IndexByte("$@_.", a.file.Text[at-1]) >= 0 {
		at--
	}
	return at
}

// sendsNamed are calls that put a named parameter into a request.
var sendsNamed = pattern.New(`(?i)(add|set|append|put|with)?_?(query|url|get|request)?_?(string)?_?(param(eter)?s?|queryparameter|query|field|pair)$|\.(set|add|append|put)$`)

// hidden adds the requests that name a parameter through a variable.
func (s *scanned) hidden(a *analysis, r *rules.Rule, at int) {
	tok, ok := a.lex.At(at)
	if !ok || tok.Kind != lexer.String {
		return
	}
	for _, p := range a.throughVariable(tok) {
		s.parameter(a, r, p)
	}
}
