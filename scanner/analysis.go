package scanner

import (
	"bytes"

	"github.com/unhapi/unhapi/internal/lexer"
	"github.com/unhapi/unhapi/rules"
)

// analysis is one text looked at for one pack, with its lexical structure. It
// turns occurrences into facts; rules.Classify turns facts into kinds.
type analysis struct {
	x     *packIndex
	a     *awake
	file  *File
	lex   *lexer.Text
	lang  *lexer.Lang
	whole rules.Region // what kind of file it is
	test  bool
	own   *bool // lazily: the text names the provider beyond the parameter

	bindings map[string][]binding
}

// binding is a definition of a name in the text.
type binding struct {
	at    int // offset of the name
	value expression
}

// region tells what kind of text an offset lies in.
func (a *analysis) region(at int) rules.Region {
	if a.whole != rules.Code {
		return a.whole
	}
	if tok, ok := a.lex.At(at); ok && (tok.Kind == lexer.Comment || a.docstring(tok)) {
		return rules.Comment
	}
	if a.stubbed(at) {
		return rules.Stub
	}
	return rules.Code
}

// docstring reports whether a string is a statement of its own, as Python
// writes documentation.
func (a *analysis) docstring(tok lexer.Token) bool {
	if tok.Kind != lexer.String || tok.Open != 3 || (a.lang.Name != "python" && a.lang.Name != "elixir") {
		return false
	}
	line := bytes.TrimSpace(lineBefore(a.file.Text, tok.Start))
	if a.lang.Name == "elixir" {
		return bytes.HasPrefix(line, []byte("@moduledoc")) || bytes.HasPrefix(line, []byte("@doc"))
	}
	return len(line) == 0 && !a.inCall(tok.Start) || len(line) == 1 && bytes.ContainsAny(line, "ruRU") && !a.inCall(tok.Start)
}

func (a *analysis) inCall(at int) bool {
	for _, b := range a.lex.Enclosing(at) {
		if a.file.Text[b.Open] == '(' || a.file.Text[b.Open] == '[' || a.file.Text[b.Open] == '{' {
			return true
		}
	}
	return false
}

// maxStatement bounds a statement that is looked at as a whole.
const maxStatement = 3000

// statementStart goes back to the start of the statement around an offset:
// the outermost call around it, then the line that it starts on, then lines
// that continue it (a leading ".", an operator).
func (a *analysis) statementStart(at int) int {
	text := a.file.Text
	start := at
	for _, b := range a.lex.Enclosing(at) {
		if text[b.Open] == '{' && !a.literalBrace(b.Open) || at-b.Open > maxStatement {
			break
		}
		start = b.Open
	}
	for {
		line := bytes.LastIndexByte(text[:start], '\n') + 1
		first := bytes.TrimLeft(text[line:start], " \t")
		continues := len(first) > 0 && (first[0] == '.' || first[0] == '+' || first[0] == '?' && len(first) > 1) ||
			bytes.HasPrefix(first, []byte("->")) || bytes.HasPrefix(first, []byte("|>"))
		if line == 0 || !continues || at-line > maxStatement {
			return line
		}
		start = line - 1
		for start > 0 && isSpace(text[start-1]) {
			start--
		}
	}
}

// statementEnd goes on to the end of the statement around an offset.
func (a *analysis) statementEnd(at int) int {
	text := a.file.Text
	end := at
	for _, b := range a.lex.Enclosing(at) {
		if text[b.Open] == '{' && !a.literalBrace(b.Open) || b.Close < 0 || b.Close-at > maxStatement {
			break
		}
		end = b.Close
	}
	for {
		line := end
		if i := bytes.IndexByte(text[end:], '\n'); i >= 0 {
			line += i
		} else {
			return len(text)
		}
		next := bytes.TrimLeft(text[line:min(len(text), line+80)], " \t\r\n")
		if len(next) == 0 || next[0] != '.' && !bytes.HasPrefix(next, []byte("->")) || line-at > maxStatement {
			return line
		}
		end = line + 1
		for end < len(text) && isSpace(text[end]) {
			end++
		}
		for _, b := range a.lex.Brackets {
			if b.Open >= end && b.Close > 0 && b.Open < end+120 && bytes.IndexByte(text[end:b.Open], '\n') < 0 {
				end = b.Close
			}
		}
	}
}

// literalBrace reports whether the "{" at open starts an object or a hash and
// not a block of statements.
func (a *analysis) literalBrace(open int) bool {
	text := a.file.Text
	i := open
	for i > 0 && isSpace(text[i-1]) {
		i--
	}
	if i == 0 {
		return a.lang.Data
	}
	switch c := text[i-1]; c {
	case '(', ',', '[', ':', '=', '?', '|', '&', '{':
		return c != '=' || true
	case '>': // => { is a block in JavaScript, a hash in PHP and Ruby
		return a.lang.Name != "javascript" && a.lang.Name != "typescript" && a.lang.Name != "html" && i > 1 && text[i-2] == '='
	}
	for _, word := range []string{"return", "yield"} {
		if bytes.HasSuffix(text[:i], []byte(word)) {
			return true
		}
	}
	// Composite literals of Go and C#: T{…}, new T {…}.
	switch a.lang.Name {
	case "go":
		return isIdent(text[i-1]) && text[open] == '{' && i == open
	case "csharp":
		return bytes.Contains(lineBefore(text, i), []byte("new "))
	}
	return a.lang.Data
}

// ownWords reports whether the text names the provider by another word than
// the name of the parameter.
func (a *analysis) ownWords() bool {
	if a.own != nil {
		return *a.own
	}
	found := false
	for _, at := range a.a.words {
		if !a.isParameterName(at) {
			found = true
			break
		}
	}
	if !found {
		for _, w := range a.x.Words {
			if !a.x.isParameter(w) && containsFold([]byte(a.file.Path), w) {
				found = true
			}
		}
	}
	a.own = &found
	return found
}

func (a *analysis) isParameterName(at int) bool {
	for _, r := range a.x.parameters {
		for _, n := range r.Parameter.Names {
			if len(a.file.Text)-at >= len(n) && bytes.EqualFold(a.file.Text[at:at+len(n)], []byte(n)) {
				return true
			}
		}
	}
	return false
}

func (x *packIndex) isParameter(word string) bool {
	for _, r := range x.parameters {
		for _, n := range r.Parameter.Names {
			if n == word {
				return true
			}
		}
	}
	return false
}

// pathNames reports whether a path names the provider.
func (x *packIndex) pathNames(path string) bool {
	for _, w := range x.Words {
		if containsFold([]byte(path), w) {
			return true
		}
	}
	return false
}
