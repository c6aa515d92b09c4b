package scanner

import (
	"bytes"

	"github.com/unhapi/unhapi/internal/pattern"
)

// This file understands the entries of dictionaries, hashes and objects.

// schemas are values that declare what a parameter is instead of giving it.
var schemas = pattern.New(`^\s*(?:\{\s*["']?(?:type|\$ref|required|description|default|in|name|validate|label|title)\b|Joi\b|yup\b|z\.|PropTypes\b|String\b|Number\b|Boolean\b|string\b\s*[;,}|\n]?|any\b|number\b|T\.|types?\.|fields\.|Schema\b|DataTypes\b|Optional\[|str\b\s*[,)=]|\[?['"]?(required|nullable|string|sometimes)\b)`)

// entry understands "name: value" where the value starts at i.
func (a *analysis) entry(p placement, i int) placement {
	text := a.file.Text
	p.value = a.expressionAt(i)
	if a.lang.Name == "yaml" && bytes.IndexByte(text[min(i, len(text)):max(p.value.start, min(i, len(text)))], '\n') >= 0 {
		p.value = expression{}
	}
	rest := text[min(i, len(text)):min(len(text), i+80)]
	if a.declares(rest) || a.lang.Name == "yaml" && !p.value.ok() {
		p.form = formRead
		return p
	}
	p.form = formDict
	p.end = max(p.end, a.sameLine(p.start, p.value.end))
	p.blank = blank.Match(rest)
	switch a.container(p.start) {
	case containerSent:
		p.strong = true
	case containerOption:
		p.form = formOption
	case containerTaken:
		p.form = formRead
	default:
		if name := text[p.start:placementName(text, p.start)]; !bytes.Equal(name, bytes.ToLower(name)) {
			p.form = formOption // a member that is called so, which somebody may send
		}
	}
	if p.blank && !p.strong {
		p.form = formRead
	}
	return p
}

// placementName gives the end of the name that starts at i.
func placementName(text []byte, i int) int {
	for i < len(text) && isIdent(text[i]) {
		i++
	}
	return i
}

// nothing are values that switch a parameter off.
var nothing = pattern.New(`^\s*(?:false|true|nil|null|None|NULL|undefined)\s*(?:[,;)}\]\n]|$)`)

// blank is a value that is left for somebody to fill in. It declares a field as
// often as it stands for a key, so what it belongs to must be a request.
var blank = pattern.New("^\\s*(?:\"\"|''|``)\\s*(?:[,;)}\\]\\n]|$)")

func (a *analysis) declares(rest []byte) bool {
	if nothing.Match(rest) {
		return true
	}
	if a.lang.Name == "go" && bytes.HasPrefix(bytes.TrimSpace(rest), []byte("{")) {
		return false // url.Values{"name": {value}}
	}
	if bytes.HasPrefix(bytes.TrimSpace(rest), []byte("{")) && !bytes.HasPrefix(bytes.TrimSpace(rest), []byte("{{")) {
		return true
	}
	return schemas.Match(rest) && !a.lang.Data
}

// assigns reports whether a text starts with what gives an entry its value.
func assigns(rest []byte) bool {
	switch {
	case bytes.HasPrefix(rest, []byte("==")), bytes.HasPrefix(rest, []byte("=>")), bytes.HasPrefix(rest, []byte("::")):
		return false
	}
	return rest[0] == '=' || rest[0] == ':'
}

// objectOfEntries reports whether the "{" at open holds entries of the form
// name = value: @{…} in PowerShell, new {…} in C#.
func (a *analysis) objectOfEntries(open int) bool {
	text := a.file.Text
	if text[open] != '{' {
		return false
	}
	switch before := bytes.TrimRight(text[:open], " \t\r\n"); a.lang.Name {
	case "powershell":
		return open > 0 && text[open-1] == '@'
	case "csharp":
		return bytes.HasSuffix(before, []byte("new")) && (len(before) == 3 || !isIdent(before[len(before)-4]))
	}
	return false
}

// arrows reports whether "=>" stands before the body of a function or property
// in the language, and not before the value of an entry.
func (a *analysis) arrows() bool {
	switch a.lang.Name {
	case "javascript", "typescript", "html", "csharp", "dart", "java":
		return true
	}
	return false
}
