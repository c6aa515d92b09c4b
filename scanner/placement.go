package scanner

import (
	"bytes"
	"path"
	"strings"

	"github.com/unhapi/unhapi/internal/lexer"
	"github.com/unhapi/unhapi/internal/pattern"
)

// form is the way in which a parameter is written.
type form int

const (
	formNone   form = iota
	formQuery       // name=value in the text of a URL
	formDict        // an entry of a dictionary, hash or object
	formIndex       // params["name"] = value
	formMember      // params.name = value
	formCall        // add("name", value)
	formMark        // @Query("name")
	formPair        // {"key": "name", "value": …}
	formScheme      // {"in": "query", "name": "name"}
	formOption      // an argument or option of something that is no request
	formRead        // the text only reads or declares the name
)

// placement is an occurrence of a parameter's name, understood.
type placement struct {
	form       form
	start, end int // what is reported: the name, and the value beside it
	value      expression
	strong     bool // the place is surely sent with a request
	blank      bool // the value is an empty literal
}

// placementAt understands the occurrence text[at:end] of a parameter's name.
func (a *analysis) placementAt(at, end int) placement {
	text := a.file.Text
	p := placement{start: at, end: end}
	tok, ok := a.lex.At(at)
	if ok && tok.Kind == lexer.Comment {
		return a.inText(p)
	}
	if ok && tok.Kind == lexer.String {
		s, e := tok.Content()
		content := bytes.TrimSpace(text[s:e])
		if len(content) == end-at && !a.yamlKey(tok) {
			return a.wholeString(p, tok)
		}
		if len(content) == end-at+1 && content[0] == ':' {
			return p
		}
		if q := a.inText(p); q.form != formNone {
			return q
		}
		return a.embedded(p, tok)
	}
	if q := a.inText(p); q.form != formNone {
		return q
	}
	if a.lang.Prose {
		return p
	}
	return a.bare(p)
}

func (a *analysis) yamlKey(tok lexer.Token) bool { return false }

// inText recognises name=value in the text of a URL or of a query string.
func (a *analysis) inText(p placement) placement {
	text := a.file.Text
	at, end := p.start, p.end
	eq := equalsLength(text, end)
	if eq > 0 && end+eq < len(text) && text[end+eq] == '=' {
		if !a.httpie(at) {
			return p
		}
		eq++
	} else if eq == 0 {
		return p
	}
	if !a.queryBoundary(at) && !a.httpie(at) {
		return p
	}
	if a.lookedFor(at) {
		return p
	}
	p.form = formQuery
	p.value = a.queryValue(end + eq)
	p.end = max(end+eq, p.value.end)
	if tok, ok := a.lex.At(at); ok && tok.Kind == lexer.String && p.end > tok.End-tok.Close {
		p.end = tok.End - tok.Close // the value is concatenated
	}
	return p
}

var httpieCall = pattern.New(`(?:^|[;&|(]\s*|\s)(?:https?|xh)\s+[^;&|\n]*\s["']?$`)

// httpie reports whether a name is a request item of HTTPie: name==value.
func (a *analysis) httpie(at int) bool {
	switch a.lang.Name {
	case "shell", "makefile", "dockerfile":
		return httpieCall.Match(commandBefore(a.file.Text, at))
	}
	return false
}

// commandBefore is what stands before an offset of its command, whose lines go
// on where they end in a backslash.
func commandBefore(text []byte, at int) []byte {
	from := max(0, at-lookBack)
	command := bytes.ReplaceAll(text[from:at], []byte("\r\n"), []byte("\n"))
	command = bytes.ReplaceAll(command, []byte("\\\n"), []byte("  "))
	return command[bytes.LastIndexByte(command, '\n')+1:]
}

// textual are calls that look for a text, replace it or write it to a log.
var textual = pattern.New(`(?i)(^|[.>:_])(replace|replaceall|sub|gsub|str_replace|str_ireplace|preg_\w+|match|matches|ismatch|test|search|indexof|includes|contains|split|startswith|endswith|log|info|debug|warn|error|trace|print|println|puts|echo|compile|regexp?)!?$`)

// lookedFor reports whether a text is an argument of a call that handles it as
// text.
func (a *analysis) lookedFor(at int) bool {
	for _, b := range a.lex.Enclosing(at) {
		if a.file.Text[b.Open] == '(' {
			return textual.MatchString(calleeBefore(a.file.Text, b.Open))
		}
	}
	return false
}

// equalsLength gives the length of "=", or of an encoded or escaped one, at i.
func equalsLength(text []byte, i int) int {
	for _, e := range []string{"=", "%3D", "%3d", `\u003d`, `\u003D`, "&#x3D;", "&#61;", `\=`} {
		if len(text)-i >= len(e) && string(text[i:i+len(e)]) == e {
			return len(e)
		}
	}
	return 0
}

// queryBoundary reports whether what stands before a name makes it a parameter
// of a query: "?", "&", the start of a string, or one of them encoded.
func (a *analysis) queryBoundary(at int) bool {
	text := a.file.Text
	if at == 0 {
		return false
	}
	switch c := text[at-1]; c {
	case '?', '&':
		return true
	case ';':
		return bytes.HasSuffix(text[:at], []byte("&amp;")) || bytes.HasSuffix(text[:at], []byte("&#38;")) || bytes.HasSuffix(text[:at], []byte("&#x26;"))
	case '"', '\'', '`':
		if tok, ok := a.lex.At(at); ok && tok.Kind == lexer.String && tok.Start+tok.Open == at {
			return true
		}
	case '}', ')': // "${base}apikey=", "{}apikey="
		tok, ok := a.lex.At(at)
		return ok && tok.Kind == lexer.String
	}
	if curlData.Match(lineBefore(text, at)) || a.cell(at) {
		return true
	}
	return escapedBefore(text, at) > 0
}

// cell reports whether a cell of Robot Framework begins at an offset: cells stand
// two spaces apart.
func (a *analysis) cell(at int) bool {
	switch path.Ext(a.file.Path) {
	case ".robot", ".resource":
		return bytes.HasSuffix(a.file.Text[:at], []byte("  ")) || bytes.HasSuffix(a.file.Text[:at], []byte("\t"))
	}
	return false
}

// curlData is what comes before a field of a body on a command line, which may
// itself stand in a string that escapes or doubles its quotes.
var curlData = pattern.New(`\s(-d|-F|--data(-urlencode|-raw|-binary)?|--form(-string)?)[\s=]+(\\*["']|'')?$`)

// queryValue reads the value that follows "name=" in a text.
func (a *analysis) queryValue(i int) expression {
	text := a.file.Text
	tok, inString := a.lex.At(i - 1)
	limit := min(len(text), i+300)
	if inString && tok.Kind == lexer.String {
		limit = min(limit, tok.End-tok.Close)
	}
	if i >= limit {
		return a.concatenatedValue(tok)
	}
	end := i
	depth := 0
	for end < limit {
		c := text[end]
		if c == '{' || c == '(' || c == '[' && depth > 0 {
			depth++
		}
		if c == '}' || c == ')' || c == ']' && depth > 0 {
			if depth == 0 {
				break
			}
			depth--
		}
		if depth == 0 && (c == '&' || c == '"' || c == '\'' || c == '`' || isSpace(c) || c == '\\' || c == ';' && !inString || c == ',' && !inString || c == '<' && end > i || c == '#' && end > i) {
			break
		}
		if c == '%' && depth == 0 && bytes.HasPrefix(bytes.ToLower(text[end:limit]), []byte("%26")) {
			break
		}
		end++
	}
	if end == i && text[i] == '\\' {
		return a.concatenatedValue(tok)
	}
	return a.inlineValue(i, end)
}

// inlineValue classifies a value that stands inside the text of a URL.
func (a *analysis) inlineValue(i, end int) expression {
	text := a.file.Text
	src := string(text[i:end])
	e := expression{start: i, end: end, from: "literal", literal: src}
	switch {
	case src == "":
		e.from = "unknown"
		return e
	case strings.HasPrefix(src, "${{"), strings.HasPrefix(src, "{{"):
		e.from, e.literal, e.name = "variable", "", strings.Trim(src, "${} ")
	case strings.HasPrefix(src, "${") || strings.HasPrefix(src, "#{") || strings.HasPrefix(src, "$(") || strings.HasPrefix(src, `\(`):
		e = a.inner(i+2, end-1)
	case src[0] == '{' && end-i > 2:
		e = a.inner(i+1, end-1)
	case src[0] == '$' && len(src) > 1:
		e.from, e.literal, e.name = "variable", "", lastName(src)
		if a.lang.Name == "shell" || a.lang.Name == "makefile" || a.lang.Name == "dockerfile" {
			e.from = "env"
		}
	case src[0] == '%' || src == "{}" || src[0] == '#' || src[0] == ':' || src[0] == '@':
		e.from, e.literal = "variable", ""
		e.name = a.formatArgument(i, end)
	}
	e.start, e.end = i, end
	return e
}

func (a *analysis) inner(i, end int) expression {
	if end <= i {
		return expression{from: "unknown"}
	}
	return a.classify(i, end)
}

// concatenatedValue reads the operand that follows the string tok.
func (a *analysis) concatenatedValue(tok lexer.Token) expression {
	text := a.file.Text
	i := tok.End
	for i < len(text) && isSpace(text[i]) {
		i++
	}
	op := i
	for i < len(text) && strings.IndexByte("+.<>&|,", text[i]) >= 0 && i-op < 3 {
		i++
	}
	if i == op {
		return expression{from: "unknown"}
	}
	for i < len(text) && isSpace(text[i]) {
		i++
	}
	end := a.operandEnd(i)
	return a.classify(i, end)
}

// operandEnd gives the end of one operand of a concatenation.
func (a *analysis) operandEnd(i int) int {
	text := a.file.Text
	depth := 0
	for i < len(text) {
		if tok, ok := a.lex.At(i); ok && tok.Start == i && tok.Kind == lexer.String {
			i = tok.End
			if depth == 0 && (i >= len(text) || text[i] != '.' && text[i] != '[') {
				return i
			}
			continue
		}
		c := text[i]
		switch {
		case c == '(' || c == '[':
			depth++
		case c == ')' || c == ']':
			if depth == 0 {
				return i
			}
			depth--
		case depth > 0:
		case isIdent(c) || c == '@':
		case c == '.' && i+1 < len(text) && isIdent(text[i+1]) && a.lang.Name != "php":
		case c == '-' && i+1 < len(text) && text[i+1] == '>', c == '>' && text[i-1] == '-', c == ':' && (text[i-1] == ':' || i+1 < len(text) && text[i+1] == ':'):
		default:
			return i
		}
		i++
	}
	return i
}

var formatVerb = pattern.New(`%[sdvqi@]|\{\d*\}|\{[a-zA-Z_]\w*\}|%\d+\$s`)

// formatArgument gives the name of the argument that a format verb at i stands
// for, where the arguments follow the string.
func (a *analysis) formatArgument(i, end int) string {
	text := a.file.Text
	tok, ok := a.lex.At(i)
	if !ok {
		return ""
	}
	s, _ := tok.Content()
	nth := len(formatVerb.FindAllIndex(text[s:i], -1))
	j := tok.End
	for j < len(text) && (isSpace(text[j]) || strings.IndexByte("%,.)", text[j]) >= 0) {
		j++
	}
	if bytes.HasPrefix(text[j:], []byte("format(")) {
		j += len("format(")
	}
	for j < len(text) && (text[j] == '(' || text[j] == '[') {
		j++
	}
	for range nth {
		j = a.expressionEnd(j)
		for j < len(text) && (text[j] == ',' || isSpace(text[j])) {
			j++
		}
	}
	stop := a.expressionEnd(j)
	return lastName(string(text[j:stop]))
}

// structTag is the beginning of a tag that gives a field the name of a parameter.
var structTag = pattern.New("^`[^`]*\\b(?:url|query):\"$")

// embedded recognises a parameter inside a longer string that is itself code
// or data: JSON in a string, a GraphQL document.
func (a *analysis) embedded(p placement, tok lexer.Token) placement {
	text := a.file.Text
	if a.lang.Name == "go" && structTag.Match(text[tok.Start:p.start]) {
		p.form, p.strong = formMark, true
		return p
	}
	if p.start > 1 && (text[p.start-1] == '"' || text[p.start-1] == '\'') && p.start-2 >= tok.Start && text[p.start-2] == '\\' {
		rest := bytes.TrimLeft(text[p.end:min(len(text), p.end+10)], `\"' `)
		if len(rest) > 0 && rest[0] == ':' {
			p.form = formDict
		}
	}
	return p
}
