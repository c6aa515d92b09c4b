package scanner

import (
	"bytes"
	"strings"

	"github.com/unhapi/unhapi/internal/lexer"
	"github.com/unhapi/unhapi/internal/pattern"
)

// wholeString understands a string literal that is just the parameter's name.
func (a *analysis) wholeString(p placement, tok lexer.Token) placement {
	text := a.file.Text
	i := tok.End
	for i < len(text) && isSpace(text[i]) {
		i++
	}
	rest := text[i:]
	if bytes.IndexByte(text[tok.End:i], '\n') >= 0 && bytes.HasPrefix(rest, []byte(")")) {
		return p
	}
	if q := a.pair(p, tok.Start, tok.End); q.form != formNone {
		return q
	}
	switch {
	case bytes.HasPrefix(rest, []byte("=>")), bytes.HasPrefix(rest, []byte("->")):
		return a.entry(p, i+2)
	case a.lang.Name == "kotlin" && i > tok.End && bytes.HasPrefix(rest, []byte("to ")):
		return a.entry(p, i+len("to "))
	case bytes.HasPrefix(rest, []byte(":")) && bytes.HasSuffix(bytes.TrimSpace(lineBefore(text, tok.Start)), []byte("case")):
		return p
	case bytes.HasPrefix(rest, []byte(":")) && !bytes.HasPrefix(rest, []byte("::")):
		return a.entry(p, i+1)
	case a.lang.Name == "clojure" && i > tok.End && len(rest) > 0 && (isIdent(rest[0]) || rest[0] == '(' || rest[0] == '"'):
		return a.entry(p, i)
	case a.lang.Name == "powershell" && bytes.HasPrefix(rest, []byte("=")) && a.inEntries(tok.Start):
		return a.entry(p, i+1)
	case a.lang.Name == "haskell" && bytes.HasPrefix(rest, []byte(".~")):
		p.value = a.expressionAt(i + 2)
		p.form, p.end = formCall, max(tok.End, a.sameLine(tok.Start, p.value.end))
		return p
	case a.lang.Name == "vb" && basicIndex.Match(rest) && basicStatement.Match(lineBefore(text, tok.Start)):
		return a.indexed(p, i+1, tok)
	case bytes.HasPrefix(rest, []byte("]")), a.lang.Name == "perl" && bytes.HasPrefix(rest, []byte("}")):
		return a.indexed(p, i+1, tok)
	case bytes.HasPrefix(rest, []byte(",")):
		return a.argument(p, i+1, tok)
	case bytes.HasPrefix(rest, []byte(")")):
		return a.marked(p, tok)
	}
	return p
}

// sameLine keeps an end on the line of its start.
func (a *analysis) sameLine(start, end int) int {
	if i := bytes.IndexByte(a.file.Text[start:max(end, start)], '\n'); i >= 0 {
		return start + i
	}
	return end
}

// container says what the dictionary or argument list around a place is.
func (a *analysis) container(at int) container {
	text := a.file.Text
	for depth, b := range a.lex.Enclosing(at) {
		if depth > 4 {
			break
		}
		switch text[b.Open] {
		case '(':
			callee := calleeBefore(text, b.Open)
			if callee == "" {
				continue
			}
			if functionHead.MatchString(lineText(text, b.Open)) && !strings.Contains(callee, ".") && a.isDefinition(b.Open) {
				return containerTaken
			}
			last := lastName(callee)
			switch {
			case sentCallee.MatchString(callee):
				return containerSent
			case optionName.MatchString(last), a.isConstructor(b.Open, callee), a.x.pathNames(bareCallee(callee)):
				return containerOption
			}
			return containerUnknown
		case '{', '[':
			if text[b.Open] == '[' && a.lang.Name != "php" && a.lang.Name != "elixir" && a.lang.Name != "swift" {
				continue
			}
			if a.destructures(b) {
				return containerTaken
			}
			name := keyBefore(text, b.Open)
			switch {
			case name == "":
				continue
			case sentName.MatchString(name):
				return containerSent
			case optionName.MatchString(name):
				return containerOption
			}
			if !a.literalBrace(b.Open) && text[b.Open] == '{' && !a.lang.Data {
				return containerUnknown
			}
		}
	}
	if a.lang.Data {
		return a.dataContainer(at)
	}
	return containerUnknown
}

// notAKey is a value that says whether there is a key, or that there is none.
var notAKey = pattern.New(`(?i)^\s*(true|false|nil|null|none|undefined)\b`)

// basicIndex is the rest of q("name") = value, basicStatement what stands before
// the name where that is no comparison.
var basicIndex, basicStatement = pattern.New(`^\)\s*=[^=]`), pattern.New(`^\s*[\w.]+\($`)

// inEntries reports whether an offset lies directly in an object of entries.
func (a *analysis) inEntries(at int) bool {
	b, ok := a.lex.Innermost(at)
	return ok && a.objectOfEntries(b.Open)
}

// modifier is a condition behind a statement.
var modifier = pattern.New(`\s(?:if|unless)\s`)

// unconditional is a value without the condition that its language lets follow.
func (a *analysis) unconditional(e expression) expression {
	if a.lang.Name != "perl" && a.lang.Name != "ruby" {
		return e
	}
	m := modifier.FindIndex(a.file.Text[e.start:e.end])
	if m == nil {
		return e
	}
	if tok, ok := a.lex.At(e.start + m[0]); ok && tok.Kind == lexer.String {
		return e
	}
	return a.classify(e.start, trimEnd(a.file.Text, e.start, e.start+m[0]))
}

// indexed understands params["name"], ending before i: in Perl $params{name}.
func (a *analysis) indexed(p placement, i int, tok lexer.Token) placement {
	text := a.file.Text
	for i < len(text) && isSpace(text[i]) {
		i++
	}
	open := tok.Start
	for open > 0 && text[open-1] != '[' && (a.lang.Name != "perl" || text[open-1] != '{') && (a.lang.Name != "vb" || text[open-1] != '(') {
		open--
	}
	if prev := a.previous(open - 1); open > 0 && (prev == '{' || prev == ',') && i < len(text) && assigns(text[i:]) {
		return a.entry(p, i+1) // { ["name"] = value }
	}
	if open == 0 || !isIdent(text[max(open-2, 0)]) && strings.IndexByte(")]>", text[max(open-2, 0)]) < 0 {
		return p // a list that holds the name
	}
	if i < len(text) && (text[i] == '=' || text[i] == '<' || text[i] == '|') && !bytes.HasPrefix(text[i:], []byte("==")) && !bytes.HasPrefix(text[i:], []byte("=>")) && !bytes.HasPrefix(text[i:], []byte("=~")) && (!bytes.HasPrefix(text[i:], []byte("||")) || bytes.HasPrefix(text[i:], []byte("||="))) {
		for i < len(text) && strings.IndexByte("=<-|", text[i]) >= 0 {
			i++
		}
		p.value = a.unconditional(a.expressionAt(i))
		p.form = formIndex
		if notAKey.Match(text[i:]) {
			p.form = formRead
		}
		if receiver := receiverBefore(text, open-1); optionName.MatchString(receiver) && !sentName.MatchString(receiver) {
			p.form = formOption
		}
		p.end = max(tok.End, a.sameLine(tok.Start, p.value.end))
		return p
	}
	p.form = formRead
	return p
}

// getters are calls that read or test the name that they are given.
var getters = pattern.New(`(?i)(^|[.>:_])(get|getenv|get_?environment_?variable|env|fetch|has|includes?|indexof|contains|config|option|add_?option|add_?argument|argument|replace|log|info|debug|register_setting|get_option|update_option|define(_?property)?|input|string|opt\w*|read|require\w*|exists?|key\?|isset|empty|pluck|column|validate\w*|rule|describe|it|test|context|getparameter|getstring|getproperty|setstate|getattr|setattr|cookie|unset|delete|remove|pop|omit|except\w*|without|discard|reject|default\w*|parse\w*|error|warn\w*|throw|raise|print\w*|sprintf|format|t|trans|__|_e|label|attr|field_for|text_field\w*|form_for|add_settings_field|set_transient|flag\w*|stringvar|stringp|equals?|eq|not_?null|in_array|array_key_exists|array_column|string_?var|bind\w*)$`)

// argument understands f("name", value).
func (a *analysis) argument(p placement, i int, tok lexer.Token) placement {
	text := a.file.Text
	enclosing := a.lex.Enclosing(tok.Start)
	if len(enclosing) == 0 {
		return p
	}
	b := enclosing[0]
	callee := ""
	switch text[b.Open] {
	case '(':
		callee = calleeBefore(text, b.Open)
	case '[', '{':
		// A list of pairs: [["name", value], …], ["name", value].
		if !a.firstIn(b, tok) || b.Close < 0 || bytes.Count(text[i:b.Close], []byte(",")) > 1 {
			return p
		}
		if len(enclosing) < 2 || text[enclosing[1].Open] == '(' && getters.MatchString(calleeBefore(text, enclosing[1].Open)) {
			return p
		}
	}
	if getters.MatchString(callee) {
		p.form = formRead
		return p
	}
	if !a.firstIn(b, tok) && text[b.Open] == '(' && !behindURL.MatchString(callee) {
		return p
	}
	p.value = a.expressionAt(i)
	if !p.value.ok() || p.value.from == "literal" && strings.ContainsRune(p.value.literal, ' ') {
		return p
	}
	if typeOfField.Match(text[p.value.start:p.value.end]) {
		p.form = formRead // a field that is declared
		return p
	}
	p.form = formCall
	p.end = max(tok.End, a.sameLine(tok.Start, p.value.end))
	return p
}

// typeOfField is what stands behind the name of a field that is declared.
var typeOfField = pattern.New(`^(?:\w+\.)*(?:String|Integer|Boolean|DateTime|Date|Array|Object|Text|Char|URL)(?:Type|Field|Property|Column)\b`)

// behindURL are calls that take the URL first, then name and value.
var behindURL = pattern.New(`(?i)(addquerystring|add_query_arg|add_query_param\w*|with_?query_?value)$`)

// firstIn reports whether the token is the first thing in the brackets.
func (a *analysis) firstIn(b lexer.Bracket, tok lexer.Token) bool {
	between := bytes.TrimSpace(a.file.Text[b.Open+1 : tok.Start])
	return len(between) == 0 || len(between) == 1 && bytes.ContainsAny(between, "ufbr@$")
}

var queryMark = pattern.New(`(?i)[@\[](query|queryparam|queryname|field|aliasas|jsonpropertyname|queryparameter|requestparam)\($`)

// interfaceMark says that the marked functions send requests, and take none.
var interfaceMark = pattern.New(`@(FeignClient|HttpExchange|GetExchange|PostExchange)\b`)

// marked understands @Query("name").
func (a *analysis) marked(p placement, tok lexer.Token) placement {
	line := bytes.TrimRight(lineBefore(a.file.Text, tok.Start), " \t")
	if m := queryMark.FindSubmatch(line); m != nil && (!bytes.EqualFold(m[1], []byte("requestparam")) || interfaceMark.Match(a.file.Text)) {
		p.form, p.strong = formMark, true
		return p
	}
	p.form = formRead
	return p
}

// bare understands the name as an identifier in code or a key in data.
func (a *analysis) bare(p placement) placement {
	text := a.file.Text
	i := p.end
	for i < len(text) && (text[i] == ' ' || text[i] == '\t') {
		i++
	}
	prev := a.previous(p.start)
	rest := text[i:]
	has := func(s string) bool { return bytes.HasPrefix(rest, []byte(s)) }
	switch {
	case has("=>") && a.arrows():
		p.form = formRead // a function of it, or a property that it names
		return p
	case has("=>"):
		return a.entry(p, i+2)
	case a.lang.Name == "clojure" && prev == ':' && i > p.end:
		return a.entry(p, i)
	case a.lang.Name == "ruby" && prev == ':' && has("]"): // query[:name] = value
		return a.indexed(p, i+1, lexer.Token{Start: p.start - 1})
	case a.lang.Name == "perl" && prev == '{' && has("}"): // $params->{name} = value
		return a.indexed(p, i+1, lexer.Token{Start: p.start})
	case a.lang.Name == "ruby" && has(":") && rubyCommand.Match(lineBefore(text, p.start)):
		p.value = a.expressionAt(i + 1)
		p.form, p.end = formDict, max(p.end, a.sameLine(p.start, p.value.end))
		return p
	case has("==") || has("!=") || has("::") || has("?:") || has("?."):
		return p
	case prev == '.' && (has("=") || has("<-")), prev == '$' && has("<-"), prev == '>' && has("="):
		return a.member(p, i)
	case prev == '.' || prev == '$' && a.lang.Name != "php":
		p.form = formRead
		return p
	case has(":"):
		if prev == '{' || prev == ',' || prev == '(' || prev == 0 || prev == '\n' || a.lang.Data || prev == '[' {
			return a.entry(p, i+1)
		}
	case has("=") && paramStep.Match(lineBefore(text, p.start)):
		p.value = a.expressionAt(i + 1)
		p.form, p.end = formDict, max(p.end, a.sameLine(p.start, p.value.end))
		return p
	case has("="):
		return a.named(p, i+1, prev)
	case prev == '{' || prev == ',':
		if len(rest) == 0 || rest[0] == '}' || rest[0] == ',' || rest[0] == '\n' || rest[0] == '\r' {
			return a.shorthand(p)
		}
	}
	if q := a.pair(p, p.start, p.end); q.form != formNone {
		return q
	}
	if prev == 0 && a.lang.Data || bytes.HasPrefix(lineBefore(text, p.start), []byte("- ")) {
		return p
	}
	return p
}

// paramStep is a step of Karate that adds a parameter.
var paramStep = pattern.New(`^\s*(?:Given|When|And|But|\*)\s+params?\s+$`)

// rubyCommand is a call without parentheses that takes parameters.
var rubyCommand = pattern.New(`(?i)\b(default_params|query|params|get|post|put|delete|patch)\s+$`)

// previous gives the last byte of code before an offset: 0 at the start of the
// text, '\n' where nothing else stands on the line in a data file.
func (a *analysis) previous(at int) byte {
	i := at
	if i > 0 && a.file.Text[i-1] == '@' {
		i--
	}
	i = a.skipBack(i)
	if i == 0 {
		return 0
	}
	if a.lang.Data && bytes.IndexByte(a.file.Text[i:at], '\n') >= 0 {
		return '\n'
	}
	return a.file.Text[i-1]
}

// ofQuery are names of what becomes a query: contactParams, oQueryWithAuth.
var ofQuery = pattern.New(`(?:[a-z_](?:Query|Params?|query|params?)|^(?:query|params?))(?:[A-Z_]\w*)?$`)

// member understands params.name = value; i is at the operator.
func (a *analysis) member(p placement, i int) placement {
	text := a.file.Text
	for i < len(text) && strings.IndexByte("=<-", text[i]) >= 0 {
		i++
	}
	p.value = a.expressionAt(i)
	receiver := receiverBefore(text, bytes.LastIndexAny(text[:p.start], ".$>"))
	if sentName.MatchString(receiver) || ofQuery.MatchString(receiver) {
		p.form, p.strong = formMember, true
		p.end = max(p.end, a.sameLine(p.start, p.value.end))
		return p
	}
	p.form = formRead
	return p
}

// named understands name = value; i is after the operator.
func (a *analysis) named(p placement, i int, prev byte) placement {
	text := a.file.Text
	enclosing := a.lex.Enclosing(p.start)
	if len(enclosing) > 0 && a.objectOfEntries(enclosing[0].Open) {
		return a.entry(p, i)
	}
	if len(enclosing) == 0 || text[enclosing[0].Open] != '(' || prev != '(' && prev != ',' {
		p.form = formRead // a variable of that name
		p.value = a.expressionAt(i)
		return p
	}
	p.value = a.expressionAt(i)
	p.end = max(p.end, a.sameLine(p.start, p.value.end))
	callee := calleeBefore(text, enclosing[0].Open)
	last := lastName(callee)
	switch {
	case a.isDefinition(enclosing[0].Open):
		p.form = formRead
	case namedSent.MatchString(last) || sentName.MatchString(last):
		p.form, p.strong = formDict, true
	case a.isConstructor(enclosing[0].Open, callee), optionName.MatchString(last):
		p.form = formOption
	default:
		p.form = formOption
	}
	return p
}

// namedSent are functions that build a dictionary of their named arguments.
var namedSent = pattern.New(`(?i)^(dict|list|update|urlencode|params|query|c|modify_url|req_url_query|cfhttpparam|structnew)$`)

// shorthand understands { name }.
func (a *analysis) shorthand(p placement) placement {
	p.value = expression{start: p.start, end: p.end, from: "variable", name: string(a.file.Text[p.start:p.end])}
	switch a.container(p.start) {
	case containerSent:
		p.form, p.strong = formDict, true
	case containerOption:
		p.form = formOption
	default:
		p.form = formRead
	}
	return p
}
