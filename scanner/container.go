package scanner

import (
	"bytes"
	"strings"

	"github.com/unhapi/unhapi/internal/lexer"
	"github.com/unhapi/unhapi/internal/pattern"
)

type container int

const (
	containerUnknown container = iota
	containerSent              // parameters, query, body of a request
	containerOption            // options of a client, configuration
	containerTaken             // a pattern that takes values out
)

var (
	sentName   = pattern.New(`(?i)^(params?|parameters|qs|query|queries|querystring|query_?params?|query_?parameters|query_?string|search_?params?|url_?params?|request_?params?|args|data|body|form|form_?params?|payload|json|get_?params|_?default_?params|auth_?params?|api_?params?|urlsearchparams|http_build_query|urlencode|stringify|encode|build|parameter\w*|q|p|payload|options|opts|par)$`)
	sentCallee = pattern.New(`(?i)(urlsearchparams|http_build_query|urlencode|stringify|to_query|build_?query|add_query_arg|buildurl|queryparams|\bget|\bpost|\bput|\bpatch|\bdelete|request|fetch|\bsend|\bcall|\bmerge|extend|assign|update|params?|query|dict|list|of|entry|array_merge|\bmap\w*|with)$`)
	optionName = pattern.New(`(?i)^(config|configuration|conf|settings?|credentials?|creds|env|environment|secrets?|props|state|defaults?|data_?type|initial\w*|context|user|account|portal|session|exports|module|auth|authentication|integrations?|meta\w*|\w*config|\w*settings|\w*credentials|hubs?pot\w*|hs|client\w*|connection\w*|constructor|initialize|configure|new|__init__|fixture\w*)$`)
)

// bareCallee is the name of a callee without the arguments of the calls in it.
func bareCallee(callee string) string {
	head, _, chained := strings.Cut(callee, "(")
	if chained {
		head += "." + lastName(callee)
	}
	return head
}

// dataContainer looks at the keys around an entry of a data file.
func (a *analysis) dataContainer(at int) container {
	keys := parentKeys(a.file.Text, at, nil)
	for i := len(keys) - 1; i >= 0; i-- {
		switch {
		case dataSent.MatchString(keys[i]):
			return containerSent
		case optionName.MatchString(keys[i]):
			return containerOption
		}
	}
	return containerOption
}

var dataSent = pattern.New(`(?i)^(params?|parameters|qs|query|query_?params?|query_?parameters|query_?string|request_?parameters|request_?options_?provider|form|body)$`)

func lineText(text []byte, at int) string {
	start := bytes.LastIndexByte(text[:at], '\n') + 1
	end := len(text)
	if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
		end = at + i
	}
	return string(text[start:end])
}

var definition = pattern.New(`(?:\bfunction\b|\bdef\b|\bfunc\b|\bfun\b|\bsub\b|\bconstructor|__construct|\b(?:public|private|protected|static|override)\b[^=(]*)\s*(?:[\w.]*\s*)?$`)

// isDefinition reports whether the "(" at open starts the parameters of a
// function that is defined there.
func (a *analysis) isDefinition(open int) bool {
	line := lineBefore(a.file.Text, open)
	return definition.Match(line)
}

func (a *analysis) isConstructor(open int, callee string) bool {
	line := lineBefore(a.file.Text, open)
	before := bytes.TrimRight(line[:max(0, len(line)-len(callee))], " \t")
	if bytes.HasSuffix(before, []byte("new")) {
		return true
	}
	last := lastName(callee)
	if strings.HasSuffix(callee, ".new") || strings.HasSuffix(callee, "::new") || strings.HasSuffix(callee, "create") {
		return true
	}
	return a.lang.Name == "python" && last != "" && last[0] >= 'A' && last[0] <= 'Z'
}

var keyForm = pattern.New(`([A-Za-z_$@][\w$-]*)["'\]]?\s*(?::\s*[\w<>\[\], |]+\s*)?(?::|=>|=|:=|<-)?\s*(?:new\s+)?(?:[\w.<>\[\], |*&]*)$`)

// keyBefore gives the key or variable that the bracket at open belongs to.
func keyBefore(text []byte, open int) string {
	line := lineBefore(text, open)
	trimmed := bytes.TrimRight(line, " \t")
	if len(trimmed) == 0 {
		return ""
	}
	switch trimmed[len(trimmed)-1] {
	case ',', '[', '{', '(', ';', ')':
		return ""
	}
	if i := bytes.LastIndexAny(trimmed, ",;({"); i >= 0 {
		trimmed = trimmed[i+1:]
	}
	m := keyForm.FindSubmatch(trimmed)
	if m == nil {
		return ""
	}
	if bytes.HasSuffix(trimmed, []byte("return")) || string(m[1]) == "new" {
		return ""
	}
	return strings.TrimLeft(string(m[1]), "$@")
}

// destructures reports whether a brace is a pattern: { name } = value, or the
// parameters of a function.
func (a *analysis) destructures(b lexer.Bracket) bool {
	text := a.file.Text
	if b.Close < 0 || text[b.Open] != '{' {
		return false
	}
	i := b.Close + 1
	for i < len(text) && (text[i] == ' ' || text[i] == '\t') {
		i++
	}
	rest := text[i:]
	if len(rest) > 1 && rest[0] == '=' && rest[1] != '=' && rest[1] != '>' {
		return true
	}
	line := bytes.TrimRight(lineBefore(text, b.Open), " \t")
	if bytes.HasSuffix(line, []byte("const")) || bytes.HasSuffix(line, []byte("let")) || bytes.HasSuffix(line, []byte("var")) {
		return true
	}
	if len(rest) > 0 && (rest[0] == ')' || rest[0] == ':' || rest[0] == ',') && len(line) > 0 && (line[len(line)-1] == '(' || line[len(line)-1] == ',') {
		// ({ name }) => …, function f({ name }) {
		o, ok := a.lex.Innermost(b.Open)
		return ok && text[o.Open] == '(' && (a.isDefinition(o.Open) ||
			o.Close > 0 && bytes.HasPrefix(bytes.TrimLeft(text[o.Close+1:min(len(text), o.Close+20)], " "), []byte("=>")))
	}
	return false
}
