package scanner

import (
	"bytes"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
)

var assigned = pattern.New(`([A-Za-z_$@][\w$.>-]*)(?:\[[^\]\n]*\])?\s*(?::\s*[\w<>, |]+)?\s*(?:=|:=|<-)\s*[^=\n]*$`)

// usedIn finds where the variable that the statement around an offset sets is
// used next, inside a call.
func (a *analysis) usedIn(at int) (int, bool) {
	text := a.file.Text
	start := a.statementStart(at)
	var name string
	if m := assigned.FindSubmatchIndex(text[start:min(at, start+400)]); m != nil && !a.inParentheses(start+m[2], start) {
		name = lastName(string(text[start+m[2] : start+m[3]]))
	}
	if name == "" {
		name = receiverBefore(text, at)
	}
	if name == "" {
		name = a.receiverOfCall(at)
	}
	if name == "" || name == "this" || name == "self" {
		return 0, false
	}
	from := a.statementEnd(at)
	limit := min(len(text), from+4000)
	for i := from; i < limit; {
		j := bytes.Index(text[i:limit], []byte(name))
		if j < 0 || functionHead.Match(text[i:i+j]) && bytes.Contains(text[i:i+j], []byte("\n")) {
			return 0, false // none in this function
		}
		i += j
		encoded := encodes.Match(text[i+len(name) : min(limit, i+len(name)+24)])
		if wholeName(text, i, i+len(name)) && (encoded || a.inArguments(i)) && !a.lex.InComment(i) {
			return i, true
		}
		i += len(name)
	}
	return 0, false
}

// receiverOfCall gives v in v.Set("name", value).
func (a *analysis) receiverOfCall(at int) string {
	b, ok := a.lex.Innermost(at)
	if !ok || a.file.Text[b.Open] != '(' {
		return ""
	}
	callee := calleeBefore(a.file.Text, b.Open)
	if i := strings.LastIndexAny(callee, ".>"); i > 0 {
		return lastName(callee[:i])
	}
	return ""
}

// encodes is what follows the name of a set of parameters that becomes text.
var encodes = pattern.New(`^(\.|->)(Encode|ToString|toString|to_query|build|Build)\(`)

// inParentheses reports whether an offset lies in parentheses that open at or
// after start: a name before "=" there is that of an argument.
func (a *analysis) inParentheses(at, start int) bool {
	for _, b := range a.lex.Enclosing(at) {
		if b.Open >= start && a.file.Text[b.Open] == '(' {
			return true
		}
	}
	return false
}

func (a *analysis) inArguments(at int) bool {
	for _, b := range a.lex.Enclosing(at) {
		if a.file.Text[b.Open] == '(' {
			return true
		}
		if a.file.Text[b.Open] == '{' && !a.literalBrace(b.Open) {
			return false
		}
	}
	return false
}

// receiverBefore gives the name before ".x" or "["x"" at an offset.
func receiverBefore(text []byte, at int) string {
	i := at
	for i > 0 && strings.IndexByte("\"'[.:-$", text[i-1]) >= 0 {
		i--
	}
	end := i
	for i > 0 && isIdent(text[i-1]) {
		i--
	}
	return strings.TrimLeft(string(text[i:end]), "$@")
}
