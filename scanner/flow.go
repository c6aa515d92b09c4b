package scanner

import (
	"bytes"
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

// flatten turns the expression text[from:to] into the text of a URL: strings
// as they are, everything else as "{name}", names that the text defines as
// strings replaced by them.
func (a *analysis) flatten(from, to, depth int) string {
	text := a.file.Text
	var b strings.Builder
	step := 0 // what stands before this offset are steps of a path
	for i := from; i < to && b.Len() < maxURL; {
		if i < step && (isIdent(text[i]) || isQuote(text[i])) && b.Len() > 0 && !strings.HasSuffix(b.String(), "/") {
			b.WriteByte('/')
		}
		if tok, ok := a.lex.At(i); ok && tok.Start == i {
			if tok.Kind == lexer.String {
				s, e := tok.Content()
				b.WriteString(a.expandNames(string(text[s:e]), i))
			}
			i = tok.End
			continue
		}
		if !isIdent(text[i]) && text[i] != '@' {
			i++
			continue
		}
		start := i
		for i < to && (isIdent(text[i]) || strings.IndexByte(".@", text[i]) >= 0 && a.lang.Name != "php" ||
			text[i] == '-' && i+1 < to && text[i+1] == '>' || text[i] == '>' && text[i-1] == '-' || text[i] == ':') {
			i++
		}
		name := lastName(string(text[start:i]))
		if m := typeArguments.FindIndex(text[i:to]); m != nil {
			i += m[1] - 1
		}
		if namesArgument(text[start:i], text[i:to]) {
			continue
		}
		if i < to && text[i] == '(' {
			// A call: what it is given may hold the path; its name does not.
			switch {
			case pastPath.MatchString(name):
				i = a.pastBracket(i, to)
			case addsPath.MatchString(name):
				step = a.pastBracket(i, to)
			}
			continue
		}
		if _, ok := a.lex.At(i); ok && i-start == 1 {
			continue // the prefix of a string
		}
		if v := a.stringOf(name, start, depth); v != "" {
			b.WriteString(v)
			continue
		}
		b.WriteString("{" + name + "}")
	}
	return b.String()
}

// typeArguments stand between the name and the arguments of a call.
var typeArguments = pattern.New(`^<[\w\s.,?<>\[\]]*>\(`)

// pastPath are calls on a URL that add to its query or to the request.
var pastPath = pattern.New(`(?i)quer(y|ies)|param|header|auth|token|^with|timeout|cookie|fragment`)

// addsPath are calls on a URL that add a step to its path.
var addsPath = pattern.New(`(?i)path|segment`)

// pastBracket gives the offset behind the bracket that opens at i.
func (a *analysis) pastBracket(i, to int) int {
	for _, b := range a.lex.Enclosing(i + 1) {
		if b.Open == i && b.Close > 0 {
			return min(b.Close+1, to)
		}
	}
	return i
}

// namesArgument says whether a word is the name of the entry or argument behind
// it: { baseURL: …, base_url=….
func namesArgument(word, rest []byte) bool {
	if bytes.HasSuffix(word, []byte(":")) {
		return !bytes.HasSuffix(word, []byte("::"))
	}
	rest = bytes.TrimLeft(rest, " ")
	return bytes.HasPrefix(rest, []byte("=")) && !bytes.HasPrefix(rest, []byte("=="))
}

// stringOf gives the URL text that a name stands for, "" if it is not known.
func (a *analysis) stringOf(name string, at, depth int) string {
	if depth == 0 || len(name) < 2 {
		return ""
	}
	defs := a.definitions(name)
	best := -1
	for i := range defs {
		if defs[i].at < at || best < 0 {
			best = i
		}
	}
	if best < 0 || defs[best].value.start <= at && at < defs[best].value.end {
		return ""
	}
	v := a.flatten(defs[best].value.start, defs[best].value.end, depth-1)
	if strings.Contains(v, "/") && !strings.ContainsAny(v, " \n") {
		return v
	}
	return ""
}

var leadingName = pattern.New(`^(?:\$\{|#\{|\{\$?|\$)([A-Za-z_@][\w.@>-]*)\}?`)

// expandNames replaces the name that a string starts with by what it stands
// for: `${BASE}/contacts`.
func (a *analysis) expandNames(s string, at int) string {
	m := leadingName.FindStringSubmatch(s)
	if m == nil {
		return s
	}
	if v := a.stringOf(lastName(m[1]), at, 1); v != "" {
		return v + s[len(m[0]):]
	}
	return s
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
		if p.host != "" || strings.HasPrefix(p.path, "/") && len(p.path) > len(found.path) {
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
			return parseURL(v)
		}
	}
	return place{}
}

var urlName = pattern.New(`(?i)(url|uri|endpoint|path|href|link|address|host|base)\w*$`)
