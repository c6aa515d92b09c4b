package scanner

import (
	"bytes"
	"strings"

	"github.com/unhapi/unhapi/internal/lexer"
	"github.com/unhapi/unhapi/internal/pattern"
)

// expression is what stands where a value belongs.
type expression struct {
	start, end int
	// from is literal, env, config, parameter, variable or unknown.
	from string
	name string
	// literal is the content of a literal, "" for others.
	literal string
}

func (e expression) ok() bool { return e.end > e.start }

// envReads are the ways in which languages read the environment.
var envReads = []*pattern.Regexp{
	pattern.New(`process\.env(?:\.|\[\s*["'])([A-Za-z_]\w*)`),
	pattern.New(`import\.meta\.env\.(\w+)`),
	pattern.New(`os\.environ(?:\.get)?[\[(]\s*["']([^"']+)`),
	pattern.New(`(?i)(?:^|[^\w])(?:get_?env|env|environ|lookupenv|get_env|getenvironmentvariable|env::var|sys\.getenv|env\.get|env\.fetch|required?_env)\(\s*["']([^"']+)`),
	pattern.New(`\$_(?:ENV|SERVER)\[\s*["']([^"']+)`),
	pattern.New(`\bENV(?:\.fetch)?[\[(]\s*["']([^"']+)`),
	pattern.New(`\$env:(\w+)`),
	pattern.New(`\$\{\{\s*(?:secrets|env|vars)\.(\w+)\s*\}\}`),
	pattern.New(`\bEnv\.get\(\s*["']([^"']+)`),
	pattern.New(`%([A-Z][A-Z0-9_]{3,})%`),
}

// shellVariable is an environment read where the language has no other.
var shellVariable = pattern.New(`^["']?\$\{?([A-Za-z_]\w*)`)

var configRead = pattern.New(`(?i)\b(config|conf|settings?|configuration|credentials|secrets?|options?|get_option|getproperty|getscriptproperties|getuserproperties|preferences|appsettings|getvalue|get_config|authdata)\b\s*[.(\[>:-]`)

// expressionAt reads the expression that starts at i, after spaces.
func (a *analysis) expressionAt(i int) expression {
	text := a.file.Text
	for i < len(text) && isSpace(text[i]) {
		i++
	}
	end := a.expressionEnd(i)
	return a.classify(i, end)
}

// expressionEnd finds where an expression that starts at i ends: at a comma, a
// closing bracket, a semicolon or the end of the line, outside strings and
// inner brackets.
func (a *analysis) expressionEnd(i int) int {
	text := a.file.Text
	start := i
	depth := 0
	for i < len(text) && i-start < 600 {
		if tok, ok := a.lex.At(i); ok && tok.End > i {
			if tok.Kind == lexer.Comment && depth == 0 {
				return trimEnd(text, start, i)
			}
			if tok.Start <= i {
				i = tok.End
				continue
			}
		}
		switch c := text[i]; c {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			if depth == 0 {
				return trimEnd(text, start, i)
			}
			depth--
		case ',', ';':
			if depth == 0 {
				return trimEnd(text, start, i)
			}
		case '\n':
			if depth == 0 {
				return trimEnd(text, start, i)
			}
		}
		i++
	}
	return trimEnd(text, start, i)
}

func trimEnd(text []byte, start, i int) int {
	for i > start && isSpace(text[i-1]) {
		i--
	}
	return i
}

// classify says what the expression text[start:end] is.
func (a *analysis) classify(start, end int) expression {
	e := expression{start: start, end: end, from: "unknown"}
	if end <= start {
		return e
	}
	src := a.file.Text[start:end]
	if tok, ok := a.lex.At(start); ok && tok.Kind == lexer.String && tok.Start == start && tok.End == end {
		s, t := tok.Content()
		e.literal = string(a.file.Text[s:t])
		e.from = "literal"
		if !strings.ContainsAny(e.literal, "{$#%") {
			return e
		}
	}
	for _, re := range envReads {
		if m := re.FindSubmatch(src); m != nil {
			e.from, e.name = "env", string(m[1])
			return e
		}
	}
	switch a.lang.Name {
	case "shell", "makefile", "dockerfile", "dotenv", "yaml":
		if m := shellVariable.FindSubmatch(src); m != nil {
			e.from, e.name = "env", string(m[1])
			return e
		}
	}
	if e.from == "literal" && !a.interpolated(src) {
		return e
	}
	if a.lang.Data && e.from == "unknown" {
		e.from, e.literal = "literal", strings.Trim(string(src), `"'`)
		return e
	}
	e.from, e.literal = "variable", ""
	e.name = lastName(string(src))
	if configRead.Match(src) {
		e.from = "config"
		if i := bytes.LastIndexAny(src, `"'`); i > 0 {
			if j := bytes.LastIndexAny(src[:i], `"'`); j >= 0 {
				e.name = string(src[j+1 : i])
			}
		}
	}
	return e
}

// interpolated reports whether a string literal holds code.
func (a *analysis) interpolated(src []byte) bool {
	if in := a.lang.Interp; in != "" && bytes.Contains(src, []byte(in)) {
		return true
	}
	switch a.lang.Name {
	case "php", "perl", "powershell", "kotlin", "dart":
		return len(src) > 0 && src[0] == '"' && bytes.IndexByte(src, '$') > 0
	case "python":
		return len(src) > 0 && bytes.IndexByte(src, '{') > 0
	}
	return false
}

// resolve follows a variable to where the text gives it a value: the last
// definition before the use, else the first after it.
func (a *analysis) resolve(e expression, depth int) expression {
	if e.from != "variable" || e.name == "" || depth == 0 {
		return e
	}
	if a.isParameter(e) {
		e.from = "parameter"
		return e
	}
	defs := a.definitions(e.name)
	var best *binding
	for i := range defs {
		if defs[i].at < e.start || best == nil {
			best = &defs[i]
		}
	}
	if best == nil {
		return e
	}
	found := a.resolve(best.value, depth-1)
	switch found.from {
	case "unknown", "variable":
		return e
	}
	return found
}

// maxDefinitions and maxTries bound how much of a text is searched for the
// definitions of one name; maxNames how many names are looked for.
const maxDefinitions, maxTries, maxNames = 20, 400, 400

// definitions lists the places where the text gives a name a value.
func (a *analysis) definitions(name string) []binding {
	name = strings.TrimLeft(name, "$@")
	if a.bindings == nil {
		a.bindings = map[string][]binding{}
	}
	if defs, ok := a.bindings[name]; ok {
		return defs
	}
	if len(a.bindings) >= maxNames {
		return nil
	}
	a.bindings[name] = nil // a definition that leads back to itself ends here
	text := a.file.Text
	var defs []binding
	for at, tries := bytes.Index(text, []byte(name)), 0; at >= 0 && len(defs) < maxDefinitions && tries < maxTries; tries++ {
		next := at + len(name)
		if wholeName(text, at, next) && !a.isType(at) {
			if v := a.definedAt(next); v >= 0 && !a.lex.InComment(at) {
				if e := a.expressionAt(v); e.ok() {
					defs = append(defs, binding{at: at, value: e})
				}
			}
		}
		j := bytes.Index(text[next:], []byte(name))
		if j < 0 {
			break
		}
		at = next + j
	}
	a.bindings[name] = defs
	return defs
}

// isType says whether a word stands where a type does: in HOST: string = "…" it
// is HOST that gets a value.
func (a *analysis) isType(at int) bool {
	before := bytes.TrimRight(a.file.Text[max(0, at-40):at], " ")
	return !a.lang.Data && bytes.HasSuffix(before, []byte(":")) && !bytes.HasSuffix(before, []byte("::")) &&
		len(before) > 1 && isIdent(before[len(before)-2])
}

var annotation = pattern.New(`^\s*:\s*[\w<>?\[\]|.]+\s*=[^=>]`)

var typed = pattern.New(`^\s+\w+\s*=[^=]`)

// definedAt gives the offset of the value if the name that ends at i is being
// given one there, else -1.
func (a *analysis) definedAt(i int) int {
	text := a.file.Text
	rest := text[i:min(len(text), i+80)]
	if m := annotation.FindIndex(rest); m != nil {
		return i + m[1] - 1
	}
	if m := typed.FindIndex(rest); m != nil && a.lang.Name == "go" {
		return i + m[1] - 1
	}
	j := 0
	for j < len(rest) && (rest[j] == ' ' || rest[j] == '\t' || rest[j] == '"' || rest[j] == '\'' || rest[j] == ']') {
		j++
	}
	at := func(op string) bool { return bytes.HasPrefix(rest[j:], []byte(op)) }
	switch {
	case at("=>"):
		return i + j + 2
	case at("=="), at("=~"):
		return -1
	case at(":="), at("||="), at("??="), at("<-"), at("?="):
		return i + j + bytes.IndexAny(rest[j:], "=-") + 1
	case at("="):
		return i + j + 1
	case at("::"):
		return -1
	case at(":") && (a.lang.Data || a.lang.Name != "go" && a.lang.Name != "python"):
		return i + j + 1
	}
	return -1
}

var functionHead = pattern.New(`(?:\bfunction\b|\bdef\b|\bfunc\b|\bfun\b|\bsub\b|\b(?:public|private|protected|static|async|override|suspend)\b|=>|\bconstructor\b|\binitialize\b|__construct|__init__)`)

// isParameter reports whether a name is a parameter of a function around it.
func (a *analysis) isParameter(e expression) bool {
	name := strings.TrimLeft(e.name, "$@")
	src := a.file.Text[e.start:e.end]
	if bytes.ContainsAny(src, ".>") && !bytes.HasPrefix(src, []byte(name)) {
		return false
	}
	return paramOf(a.headAround(e.start), name)
}

// headAround gives the line that starts the function around an offset, as far
// as it stands before the offset; nil where none is near.
func (a *analysis) headAround(at int) []byte {
	text := a.file.Text
	end := at
	for range 60 {
		line := bytes.LastIndexByte(text[:max(end-1, 0)], '\n') + 1
		head := text[line:max(end-1, line)]
		if functionHead.Match(head) {
			return head
		}
		if line == 0 {
			return nil
		}
		end = line
	}
	return nil
}

var functionName = pattern.New(`([A-Za-z_$][\w$]*)\s*(?:<[^<>()]*>\s*)?\(`)

// functionAround gives the name of the function around an offset, "" where it
// cannot be told.
func (a *analysis) functionAround(at int) string {
	all := functionName.FindAllSubmatch(a.headAround(at), 2)
	for _, m := range all {
		if !functionHead.Match(m[1]) {
			return string(m[1])
		}
	}
	return ""
}

func paramOf(head []byte, name string) bool {
	open := bytes.IndexByte(head, '(')
	if open < 0 {
		open = 0
	}
	for _, w := range wordForm.FindAll(head[open:], -1) {
		if strings.TrimLeft(string(w), "$") == name {
			return true
		}
	}
	return false
}
