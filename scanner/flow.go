package scanner

import (
	"strings"

	"github.com/unhapi/unhapi/internal/lexer"
	"github.com/unhapi/unhapi/internal/pattern"
)

// request is what the text says of the request that a placement belongs to.
type request struct {
	place
	callee     string
	client     string
	method     string
	start, end int // the call, in the text
}

// urlOf gives the place that a parameter in the text of a URL is sent to: it
// reads the string back from at, then what is concatenated before it.
func (a *analysis) urlOf(at int) place {
	text := a.file.Text
	tok, inString := a.lex.At(at)
	if !inString || tok.Kind != lexer.String {
		return urlAround(text, at)
	}
	s, _ := tok.Content()
	url := string(text[s:at])
	if i := strings.LastIndexAny(url, " \n"); i >= 0 && !strings.Contains(url[i:], "${") {
		url = url[i+1:] // a URL in the middle of a longer text
	}
	if !strings.Contains(url, "://") {
		url = a.before(tok.Start, 2) + a.expandNames(url, at)
	}
	return parseURL(url)
}

// before gives the text of the operands that are concatenated before start.
func (a *analysis) before(start, depth int) string {
	begin := start
	for range 12 {
		op := a.operatorBefore(begin)
		if op < 0 {
			break
		}
		operand := a.operandBefore(op)
		if operand < 0 || operand >= op {
			break
		}
		begin = operand
	}
	if begin == start {
		return ""
	}
	return a.flatten(begin, start, depth)
}

// operatorBefore gives the offset of the operator of a concatenation that ends
// right before i, -1 if there is none.
func (a *analysis) operatorBefore(i int) int {
	text := a.file.Text
	i = a.skipBack(i)
	for i > 0 && strings.IndexByte("bBuUrRfF@$", text[i-1]) >= 0 && (i < 2 || !isIdent(text[i-2])) {
		i = a.skipBack(i - 1)
	}
	if i == 0 {
		return -1
	}
	switch text[i-1] {
	case '+':
		if i > 1 && text[i-2] == '+' {
			return i - 2
		}
		return i - 1
	case '.':
		if a.lang.Name == "php" || a.lang.Name == "perl" {
			return i - 1
		}
	case '>':
		if i > 1 && text[i-2] == '<' {
			return i - 2
		}
	case '&':
		if a.lang.Name == "vb" || a.lang.Name == "cfml" {
			return i - 1
		}
	case '|':
		if i > 1 && text[i-2] == '|' && a.lang.Name == "sql" {
			return i - 2
		}
	case ',':
		// Functions that join their arguments.
		b, ok := a.lex.Innermost(i - 1)
		if ok && text[b.Open] == '(' && joins.MatchString(calleeBefore(text, b.Open)) {
			return i - 1
		}
	}
	return -1
}

var joins = pattern.New(`(?i)(^|\W)(paste0?|str_c|str|concat|join|urljoin|path\.join|println|glue|uri|url|strcat)$`)

// skipBack goes back over spaces and comments.
func (a *analysis) skipBack(i int) int {
	for i > 0 {
		if isSpace(a.file.Text[i-1]) || a.file.Text[i-1] == '\\' {
			i--
			continue
		}
		if tok, ok := a.lex.At(i - 1); ok && tok.Kind == lexer.Comment {
			i = tok.Start
			continue
		}
		return i
	}
	return 0
}

// operandBefore gives the start of the operand that ends before the operator
// at op.
func (a *analysis) operandBefore(op int) int {
	text := a.file.Text
	i := a.skipBack(op)
	start := i
	for i > 0 {
		if tok, ok := a.lex.At(i - 1); ok && tok.Kind == lexer.String {
			i = tok.Start
			for i > 0 && strings.IndexByte("fFrRbBuU@$", text[i-1]) >= 0 && (i < 2 || !isIdent(text[i-2])) {
				i--
			}
			if i > 0 && text[i-1] != '(' && text[i-1] != '[' && text[i-1] != '.' {
				return i
			}
			return i
		}
		c := text[i-1]
		switch {
		case c == ')' || c == ']' || c == '}':
			open := a.openOf(i - 1)
			if open < 0 {
				return -1
			}
			i = open
		case isIdent(c) || c == '@' || c == '?' || c == '!':
			i--
		case c == '.' && i > 1 && a.lang.Name != "php":
			i--
		case c == '>' && i > 1 && text[i-2] == '-', c == ':' && i > 1 && text[i-2] == ':':
			i -= 2
		default:
			if i == start {
				return -1
			}
			return i
		}
	}
	return 0
}

// openOf gives the offset of the bracket that the one at i closes.
func (a *analysis) openOf(i int) int {
	for b := len(a.lex.Brackets) - 1; b >= 0; b-- {
		if a.lex.Brackets[b].Close == i {
			return a.lex.Brackets[b].Open
		}
	}
	return -1
}

var urlKey = pattern.New(`(?i)["']?\b(?:url|uri|endpoint|path|href|baseurl|base_uri|host)["']?\s*(?::|=>|=)\s*`)

// requestAt gathers what the statement around an offset says of its request.
func (a *analysis) requestAt(at int) request {
	text := a.file.Text
	r := request{start: a.statementStart(at), end: a.statementEnd(at)}
	for r.start < r.end && isSpace(text[r.start]) {
		r.start++
	}
	for _, b := range a.lex.Enclosing(at) {
		if b.Open < r.start {
			break
		}
		if text[b.Open] == '(' {
			if c := calleeBefore(text, b.Open); c != "" {
				r.callee = c
			}
		}
	}
	piece := text[r.start:r.end]
	r.client, r.method = a.clientOf(r.callee, piece)
	r.place = a.urlIn(r.start, r.end)
	if r.host == "" && r.path == "" {
		if next, ok := a.usedIn(at); ok {
			n := a.requestOnce(next)
			r.place, r.callee, r.client, r.method = n.place, n.callee, n.client, n.method
		}
	}
	return r
}

// requestOnce is requestAt without following variables any further.
func (a *analysis) requestOnce(at int) request {
	r := request{start: a.statementStart(at), end: a.statementEnd(at)}
	for _, b := range a.lex.Enclosing(at) {
		if b.Open < r.start {
			break
		}
		if a.file.Text[b.Open] == '(' {
			r.callee = calleeBefore(a.file.Text, b.Open)
		}
	}
	r.client, r.method = a.clientOf(r.callee, a.file.Text[r.start:r.end])
	r.place = a.urlIn(r.start, r.end)
	return r
}

// urlIn finds the URL in a stretch of code: a string with a scheme or a path,
// the value of a key such as "url", or a variable that leads to one.
func (a *analysis) urlIn(start, end int) place {
	text := a.file.Text
	var found place
	for _, tok := range a.lex.Tokens {
		if tok.Start < start || tok.Kind != lexer.String {
			continue
		}
		if tok.Start >= end {
			break
		}
		s, e := tok.Content()
		content := string(text[s:e])
		if strings.ContainsAny(content, " \n") && !strings.Contains(content, "://") {
			continue
		}
		url := a.flatten(tok.Start, max(tok.End, min(a.expressionEnd(tok.Start), end)), 2)
		if !strings.Contains(content, "://") {
			url = a.before(tok.Start, 2) + url
		}
		if !strings.Contains(url, "/") {
			continue
		}
		p := parseURL(url)
		if p.host != "" || len(p.path) > len(found.path) && (strings.HasPrefix(p.path, "/") || a.x.KnownEndpoint(p.path)) {
			found = p
		}
		if p.host != "" {
			return p
		}
	}
	if found.path != "" {
		return found
	}
	if m := urlKey.FindIndex(text[start:end]); m != nil {
		from := start + m[1]
		return parseURL(a.flatten(from, a.expressionEnd(from), 2))
	}
	for _, m := range wordForm.FindAllIndex(text[start:end], 30) {
		name := string(text[start+m[0] : start+m[1]])
		if v := a.stringOf(name, start+m[0], 2); v != "" && (urlName.MatchString(name) || strings.Contains(v, "://")) {
			if more := a.flatten(start+m[0], min(a.expressionEnd(start+m[0]), end), 2); strings.HasPrefix(more, v) {
				v = more // with what is put behind it
			}
			return parseURL(v)
		}
	}
	return place{}
}

var urlName = pattern.New(`(?i)(url|uri|endpoint|path|href|link|address|host|base)\w*$`)
