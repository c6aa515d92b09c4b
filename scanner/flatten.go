package scanner

import (
	"bytes"
	"strings"

	"github.com/unhapi/unhapi/internal/lexer"
	"github.com/unhapi/unhapi/internal/pattern"
)

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
			if text, known := a.called(name, start, i, depth); known {
				b.WriteString(text)
				i = a.pastBracket(i, to)
			} else if addsPath.MatchString(name) {
				step = a.pastBracket(i, to)
			}
			continue
		}
		if _, ok := a.lex.At(i); ok && i-start == 1 || operators[name] {
			continue // the prefix of a string, or a word that stands for nothing
		}
		if v := a.stringOf(name, start, depth); v != "" {
			b.WriteString(v)
			continue
		}
		b.WriteString("{" + name + "}")
	}
	return b.String()
}

// called gives the text of a URL that the call text[start:open] stands for, with
// all that it is given.
func (a *analysis) called(name string, start, open, depth int) (text string, known bool) {
	switch filled, skips := a.pastArguments(start, open, depth); {
	case name == "URL" && depth > 0:
		return a.relativeURL(open+1, depth), true
	case skips:
		return filled, true
	case a.returned(name, start, depth) != "":
		return a.returned(name, start, depth), true
	case looksUp.MatchString(name) && !addsPath.MatchString(name):
		return "{" + name + "}", true
	}
	return "", false
}

// operators are words before an expression that say nothing of its text.
var operators = map[string]bool{"new": true, "await": true, "return": true, "yield": true}

// relativeURL reads the arguments of URL(path, base), which begin at i: the base
// comes first, whichever stands first.
func (a *analysis) relativeURL(i, depth int) string {
	text := a.file.Text
	end := a.expressionEnd(i)
	url, next := a.flatten(i, end, depth-1), end
	for next < len(text) && isSpace(text[next]) {
		next++
	}
	if next >= len(text) || text[next] != ',' {
		return url
	}
	base := a.flatten(next+1, a.expressionEnd(next+1), depth-1)
	if strings.Contains(url, "://") {
		base, url = url, base
	}
	return strings.TrimSuffix(base, "/") + "/" + strings.TrimPrefix(url, "/")
}

// arrowText is a function that does nothing but give a text.
var arrowText = pattern.New("^(?:\\([^()]*\\)|\\w+)\\s*=>\\s*[`\"']")

// scripted reports whether functions can be written as arrows.
func (a *analysis) scripted() bool {
	return a.lang.Name == "javascript" || a.lang.Name == "typescript" || a.lang.Name == "html"
}

// returned gives the URL text that a function of the text returns, "" where it
// is not one of that kind.
func (a *analysis) returned(name string, at, depth int) string {
	if depth == 0 || !a.scripted() {
		return ""
	}
	for _, d := range a.definitions(name) {
		value := a.file.Text[d.value.start:d.value.end]
		if m := arrowText.FindIndex(value); m != nil && (at < d.value.start || d.value.end <= at) {
			if v := a.flatten(d.value.start+m[1]-1, d.value.end, depth-1); strings.Contains(v, "/") {
				return v
			}
		}
	}
	return ""
}

// pastArguments reports whether what stands in the brackets of the call
// text[start:open] is no part of a URL: a query, headers, or what fills the
// places of a text. A name that stands for such a text gives it.
func (a *analysis) pastArguments(start, open, depth int) (filled string, skips bool) {
	text := a.file.Text
	callee := string(text[start:open])
	if name, ok := strings.CutSuffix(callee, ".format"); ok {
		filled = a.stringOf(lastName(name), start, depth)
		return filled, filled != ""
	}
	ofString := callee == "format" && start > 1 && text[start-1] == '.' && isQuote(text[start-2])
	return "", ofString || pastPath.MatchString(lastName(callee))
}

// typeArguments stand between the name and the arguments of a call.
var typeArguments = pattern.New(`^<[\w\s.,?<>\[\]]*>\(`)

// pastPath are calls on a URL that add to its query or to the request.
var pastPath = pattern.New(`(?i)quer(y|ies)|param|header|auth|token|^with|timeout|cookie|fragment`)

// addsPath are calls on a URL that add a step to its path.
var addsPath = pattern.New(`(?i)path|segment`)

// looksUp are calls that are given the name of a setting, which is no text of
// a URL, however much it looks like a host.
var looksUp = pattern.New(`(?i)^(config|env|settings?|constant|option|secret|get_?(env|environment_?variable|config|settings?|option|property|value|string|parameter|secret|theme_mod))$`)

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
