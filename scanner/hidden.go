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
// variable or in a table: name = "parameter"; …; params[name] = key. It gives
// the places where that is used as a name.
func (a *analysis) throughVariable(tok lexer.Token) []placement {
	if a.lex.InComment(tok.Start) {
		return nil
	}
	m := namedBy.FindSubmatch(bytes.TrimRight(lineBefore(a.file.Text, tok.Start), " \t"))
	if m == nil {
		return nil
	}
	var out []placement
	s, e := tok.Content()
	parameter := string(a.file.Text[s:e])
	key := strings.TrimLeft(string(m[1]), "$@")
	var uses []Span
	if table := a.tableOf(tok); table != "" {
		uses = a.lookups(table, key)
	}
	uses = append(uses, a.usesOf(key)...)
	seen := map[int]bool{} // ends of uses: NAMES.key is one, and so is the key in it
	for _, u := range uses {
		p, ok := a.nameUsed(u.Start, u.End)
		if !ok || seen[u.End] || p.value.from == "literal" && strings.EqualFold(p.value.literal, parameter) {
			continue // the last one defines the name, or a table with it
		}
		seen[u.End] = true
		out = append(out, p)
	}
	return out
}

// notNames are words under which too much stands to follow them.
var notNames = map[string]bool{"name": true, "key": true, "type": true, "in": true, "id": true, "value": true, "case": true, "return": true, "default": true}

// usesOf lists where a name occurs in code.
func (a *analysis) usesOf(name string) []Span {
	if len(name) < 2 || notNames[strings.ToLower(name)] {
		return nil
	}
	text := a.file.Text
	var out []Span
	for at := bytes.Index(text, []byte(name)); at >= 0; {
		end := at + len(name)
		if wholeName(text, at, end) && !a.lex.InComment(at) {
			out = append(out, Span{at, end})
		}
		j := bytes.Index(text[end:], []byte(name))
		if j < 0 {
			break
		}
		at = end + j
	}
	return out
}

// tableOf gives the name of the table that a string is a value of: NAMES in
// NAMES = {…: "parameter"}.
func (a *analysis) tableOf(tok lexer.Token) string {
	b, ok := a.lex.Innermost(tok.Start)
	if !ok || strings.IndexByte("{[(", a.file.Text[b.Open]) < 0 {
		return ""
	}
	return keyBefore(a.file.Text, b.Open)
}

// lookups lists where a table is asked for the entry key, or for one that the
// text does not spell out, and the uses of the variables that take the answer.
func (a *analysis) lookups(table, key string) []Span {
	var out []Span
	for _, u := range a.usesOf(table) {
		end := a.lookupEnd(u.End, key)
		if end < 0 {
			continue
		}
		out = append(out, Span{u.Start, end})
		if m := namedBy.FindSubmatch(bytes.TrimRight(a.operandOf(u.Start), " \t")); m != nil {
			if v := strings.TrimLeft(string(m[1]), "$@"); v != table {
				out = append(out, a.usesOf(v)...)
			}
		}
	}
	return out
}

// operandOf is the line before an expression whose last name starts at an
// offset: without the objects that the name belongs to.
func (a *analysis) operandOf(at int) []byte {
	line := lineBefore(a.file.Text, at)
	for len(line) > 0 && (isIdent(line[len(line)-1]) || strings.IndexByte(".>:@-", line[len(line)-1]) >= 0 && !bytes.HasSuffix(line, []byte("=>"))) {
		line = line[:len(line)-1]
	}
	return line
}

// lookup is what follows a table that is asked for an entry. The first group is
// an entry that is spelled out.
var lookup = pattern.New(`^(?:\[\s*:?["']?(\w*)|\??\.(?:get|fetch|dig)\(\s*:?["']?(\w*)|(?:\.|->|::)(\w+))`)

// lookupEnd gives the end of the lookup that starts at i, -1 where there is
// none, or one of another entry.
func (a *analysis) lookupEnd(i int, key string) int {
	text := a.file.Text
	m := lookup.FindSubmatchIndex(text[i:min(len(text), i+120)])
	if m == nil {
		return -1
	}
	if m[6] >= 0 {
		if string(text[i+m[6]:i+m[7]]) != key {
			return -1
		}
		return i + m[1]
	}
	group := 2
	if m[2] < 0 {
		group = 4
	}
	word := text[i+m[group] : i+m[group+1]]
	spelled := strings.IndexByte(`"':`, text[i+m[group]-1]) >= 0
	if spelled && string(word) != key {
		return -1
	}
	for _, b := range a.lex.Enclosing(i + m[1]) {
		if b.Open >= i && b.Close > 0 {
			return b.Close + 1
		}
	}
	return -1
}

// nameUsed recognises the use of an expression as the name of a parameter:
// [v] = x, {[v]: x}, {v: x} where keys are expressions, add(v, x), … . v . "=" . x,
// "…{v}={x}".
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
	case prev == '{' && len(after) > 2 && after[0] == '}' && after[1] == '=' && after[2] != '=':
		if tok, ok := a.lex.At(at); ok && tok.Kind == lexer.String {
			p.form = formQuery
			p.value = a.queryValue(off + 2)
		}
	case strings.IndexByte("{,([", prev) >= 0 && a.keyOperator(after) > 0:
		p.form = formDict
		p.value = a.expressionAt(off + a.keyOperator(after))
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

// keyOperator gives the length of what stands between an expression that is the
// key of an entry and its value, 0 where the language takes no expressions as
// keys: {name: value} is one in Python, and the word itself in JavaScript.
func (a *analysis) keyOperator(after []byte) int {
	switch a.lang.Name {
	case "python", "go", "swift":
		if bytes.HasPrefix(after, []byte(":")) && !bytes.HasPrefix(after, []byte(":=")) && !bytes.HasPrefix(after, []byte("::")) {
			return 1
		}
	case "ruby", "php", "perl":
		if bytes.HasPrefix(after, []byte("=>")) {
			return 2
		}
	}
	return 0
}

// skipSigil goes back from a name over its sigil and the objects that it belongs
// to: $, self., self::, $this->.
func (a *analysis) skipSigil(at int) int {
	text := a.file.Text
	for at > 0 {
		switch c := text[at-1]; {
		case strings.IndexByte("$@_.", c) >= 0 || isIdent(c):
			at--
		case at > 1 && (c == '>' && text[at-2] == '-' || c == ':' && text[at-2] == ':'):
			at -= 2
		default:
			return at
		}
	}
	return at
}

// sendsNamed are calls that put a named parameter into a request.
var sendsNamed = pattern.New(`(?i)(add|set|append|put|with)?_?(query|url|get|request)?_?(string)?_?(param(eter)?s?|queryparameter|query|field|pair)$|\.(set|add|append|put)$|(add|set|append|put|with)_?(query|url)_?(string)?_?(arg(ument)?|param(eter)?|value)s?(_?to_?\w+)?$`)

// hidden adds the requests that name a parameter through a variable.
func (s *scanned) hidden(a *analysis, r *rules.Rule, at int) {
	tok, ok := a.lex.At(at)
	if !ok || tok.Kind != lexer.String {
		return
	}
	uses := a.throughVariable(tok)
	for _, p := range uses {
		s.parameter(a, r, p)
	}
	if len(uses) == 0 {
		s.handed(a, r, tok)
	}
}
