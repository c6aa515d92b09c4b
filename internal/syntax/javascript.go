package syntax

import (
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
)

// javascript serves JavaScript, TypeScript and TSX, and Google Apps Script.
func javascript() *language {
	return &language{
		scopes: []string{
			"program", "function_declaration", "function_expression", "arrow_function", "method_definition",
			"generator_function", "generator_function_declaration",
		},
		classes: []string{"class_declaration", "class", "abstract_class_declaration"},
		branches: []string{
			"if_statement", "else_clause", "for_statement", "for_in_statement", "while_statement", "do_statement",
			"switch_case", "switch_default", "ternary_expression", "catch_clause",
		},
		statements: []string{
			"expression_statement", "lexical_declaration", "variable_declaration", "return_statement",
			"throw_statement", "if_statement", "for_statement", "for_in_statement", "while_statement", "export_statement",
			"field_definition", "public_field_definition",
		},
		comments:  []string{"comment"},
		strings:   []string{"string", "template_string"},
		unwrap:    jsUnwrap,
		concat:    jsConcat,
		pieces:    jsPieces,
		format:    func(*File, node) (formatCall, bool) { return formatCall{}, false },
		same:      jsSame,
		query:     jsQuery,
		based:     jsBased,
		defs:      jsDefs,
		name:      jsName,
		member:    jsMember,
		module:    jsModule,
		callback:  jsCallback,
		invoke:    jsInvoke,
		dict:      jsDict,
		merge:     jsMerge,
		wraps:     "promisify",
		set:       jsSet,
		value:     jsValue,
		environ:   jsEnviron,
		envParam:  "env",
		owner:     jsOwner,
		bases:     jsBases,
		returns:   "return_statement",
		shapes:    jsShapes,
		refine:    jsRefine,
		share:     sharing{family: "javascript", exports: true},
		handsOn:   jsHandsOn,
		loads:     jsLoaded,
		shorthand: true, prunes: true, paths: true,
		blocks: func(st string) bool { return strings.HasPrefix(st, "let ") || strings.HasPrefix(st, "const ") },
		client: (*File).jsClient,
		idiom: idiom{
			open: "{ ", close: " }", optionsOpen: "{ ", optionsClose: " }", null: "undefined",
			option: func(name string) string { return name + ": " },
			spread: func(e string) (string, string) { return "{ ..." + e + ", ", " }" },
			member: func(e, name string) string { return e + "." + name },
			taken: func(e, name string, sure bool) string {
				if sure {
					return "..." + e + "." + name + ", "
				}
				return "...(" + e + " && " + e + "." + name + "), "
			},
			quote:   func(s string) string { return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'" },
			join:    func(p, e string) string { return "`" + p + "${" + e + "}`" },
			pair:    jsPair,
			env:     func(name string) string { return "process.env." + name },
			qualify: jsStore,
		},
	}
}

// jsStore reads the properties of the script where there is no environment: in
// Google Apps Script.
func jsStore(f *File, expr string) string {
	name := strings.TrimPrefix(expr, "process.env.")
	for _, global := range []string{"UrlFetchApp", "PropertiesService", "SpreadsheetApp"} {
		if strings.Contains(string(f.src), global+".") && f.scopes[0][global] == nil {
			return "PropertiesService.getScriptProperties().getProperty('" + name + "')"
		}
	}
	return expr
}

func jsPair(name, value string) string {
	for _, c := range name {
		if !isLetter(byte(c)) && c != '_' {
			return "'" + name + "': " + value
		}
	}
	return name + ": " + value
}

func jsUnwrap(n node) node {
	for n.Is("parenthesized_expression", "await_expression", "as_expression", "satisfies_expression", "non_null_expression") {
		n = n.Kid(0)
	}
	return n
}

func jsConcat(n node) (l, r node, ok bool) {
	if n.Is("binary_expression") && n.Field("operator").Kind() == "+" {
		return n.Field("left"), n.Field("right"), true
	}
	return
}

func jsPieces(n node) ([]Piece, bool) {
	switch n.Kind() {
	case "string":
		return []Piece{quoted(n, 1, 1, "escape_sequence")}, true
	case "template_string":
		return embedded(n, n.Start()+1, n.End()-1, "template_substitution", "escape_sequence", func(s node) node {
			return s.Kid(0)
		}), true
	}
	return nil, false
}

// jsSame sees through new URL(x), encodeURI(x), String(x) and x.toString().
func jsSame(f *File, n node) node {
	if n.Is("member_expression") && n.Field("property").Text() == "href" {
		return n.Field("object")
	}
	if !n.Is("call_expression", "new_expression") {
		return node{}
	}
	callee, args := n.Field("function"), n.Field("arguments").Kids()
	if n.Is("new_expression") {
		callee = n.Field("constructor")
	}
	switch {
	case len(args) == 1 && oneOf(callee.Text(), "URL", "encodeURI", "String"):
		return args[0]
	case len(args) == 0 && callee.Is("member_expression") && oneOf(callee.Field("property").Text(), "toString", "trim"):
		return callee.Field("object")
	}
	return node{}
}

// jsBased reads new URL(path, base) with a path that cannot be a whole URL.
func jsBased(n node) (base, path node) {
	args := n.Field("arguments").Kids()
	if !n.Is("new_expression") || n.Field("constructor").Text() != "URL" || len(args) != 2 {
		return node{}, node{}
	}
	if ps, ok := jsPieces(args[0]); ok && (!ps[0].Literal || !strings.HasPrefix(ps[0].Text, "/") || strings.HasPrefix(ps[0].Text, "//")) {
		return node{}, node{}
	}
	return args[1], args[0]
}

func jsQuery(f *File, n node) node {
	if inner := jsSame(f, n); inner.OK() {
		n = jsUnwrap(inner)
	}
	v, _ := f.follow(n)
	if v.Is("new_expression") && v.Field("constructor").Text() == "URLSearchParams" {
		return n
	}
	if v.Is("call_expression") && oneOf(v.Field("function").Text(), "querystring.stringify", "qs.stringify", "stringify", "$.param") {
		return v.Field("arguments").Kid(0)
	}
	return node{}
}

func jsName(n node) string {
	switch n.Kind() {
	case "identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern":
		return n.Text()
	case "default":
		if n.Parent().Is("export_statement") {
			return exports + "default"
		}
	case "member_expression":
		if n.Text() == "module.exports" {
			return exports + "default"
		}
		switch obj := n.Field("object"); {
		case obj.Is("this"):
			return this + n.Field("property").Text()
		case obj.Text() == "exports", obj.Text() == "module.exports":
			return exports + n.Field("property").Text()
		}
	}
	return ""
}

// exports is what the names begin with that a CommonJS module gives to others.
const exports = "exports."

func jsMember(n node) (node, string) {
	switch n.Kind() {
	case "member_expression":
		return n.Field("object"), n.Field("property").Text()
	case "subscript_expression":
		if i := n.Field("index"); i.Is("string") {
			return n.Field("object"), quoted(i, 1, 1, "escape_sequence").Text
		}
	}
	return node{}, ""
}

func jsModule(n node) string {
	if n.Is("call_expression") && n.Field("function").Text() == "require" {
		if m := n.Field("arguments").Kid(0); m.Is("string") {
			return jsKey(m)
		}
	}
	return ""
}

// jsCallback knows functions, and names that are used for nothing else.
func jsCallback(n node) bool {
	return n.Is("arrow_function", "function_expression") || n.Is("identifier") && oneOf(n.Text(), "cb", "callback", "done", "next")
}

func jsInvoke(f *File, n node) (*Invocation, bool) {
	inv := &Invocation{}
	switch n.Kind() {
	case "call_expression":
		inv.callee = jsUnwrap(n.Field("function")) // await x.y<T>() is a call of "await x.y"
		inv.Span = Span{inv.callee.Start(), n.End()}
	case "new_expression":
		inv.callee, inv.New = n.Field("constructor"), true
	default:
		return nil, false
	}
	list := n.Field("arguments")
	if list.OK() && !list.Is("arguments") { // a tagged template
		return nil, false
	}
	inv.Callee = span(inv.callee)
	inv.Name = inv.callee.Text()
	if _, name := jsMember(inv.callee); name != "" {
		inv.Name = name
	}
	f.arguments(inv, list, func(a node) (string, node, bool) { return "", a, a.Is("spread_element") })
	return inv, true
}

func jsDict(f *File, n node) (out []Entry, open, ok bool) {
	if n.Is("new_expression") && oneOf(n.Field("constructor").Text(), "URLSearchParams", "Headers") {
		if a := n.Field("arguments").Kid(0); a.OK() {
			return jsDict(f, jsUnwrap(a))
		}
		return nil, false, true
	}
	if !n.Is("object") {
		return nil, false, false
	}
	for _, k := range n.Kids() {
		e := Entry{Span: span(k), Cut: cutItem(f, k)}
		switch k.Kind() {
		case "pair":
			key := k.Field("key")
			e.Key, e.Value, e.Name = span(key), span(k.Field("value")), jsKey(key)
		case "shorthand_property_identifier":
			e.Key, e.Value, e.Name = e.Span, e.Span, k.Text()
		case "method_definition":
			e.Key, e.Value, e.Name = span(k.Field("name")), e.Span, k.Field("name").Text()
		default:
			open = true
			continue
		}
		open = open || e.Name == ""
		out = append(out, e)
	}
	return out, open, true
}

// jsKey is the text of a property's name, empty where it is computed.
func jsKey(k node) string {
	switch k.Kind() {
	case "property_identifier", "private_property_identifier", "number":
		return k.Text()
	case "string":
		return quoted(k, 1, 1, "escape_sequence").Text
	case "computed_property_name":
		return jsKey(k.Kid(0))
	}
	return ""
}

// jsSet reads obj.key = v, obj["key"] = v, and set and append of URLSearchParams
// and Headers; of url.searchParams the object is url.
func jsSet(f *File, n node) (obj node, e Entry, ok bool) {
	switch {
	case n.Is("assignment_expression"):
		left := n.Field("left")
		obj, e.Name = jsMember(left)
		if !obj.OK() || obj.Is("this") {
			return node{}, e, false
		}
		e.Key, e.Value = span(left.Field("property")), span(n.Field("right"))
		if i := left.Field("index"); i.OK() {
			e.Key = span(i)
		}
	case n.Is("call_expression"):
		callee, args := n.Field("function"), n.Field("arguments").Kids()
		if len(args) != 2 || !callee.Is("member_expression") || !oneOf(callee.Field("property").Text(), "set", "append") || !args[0].Is("string") {
			return node{}, e, false
		}
		obj = callee.Field("object")
		e.Name, e.Key, e.Value = jsKey(args[0]), span(args[0]), span(args[1])
	default:
		return node{}, e, false
	}
	if o, name := jsMember(obj); name == "searchParams" {
		obj = o
	}
	e.Span = span(n)
	e.Cut = []Span{e.Span}
	if st := n.Parent(); st.Is("expression_statement") {
		e.Cut = []Span{f.line(span(st))}
	}
	return obj, e, true
}

func jsValue(f *File, n node) (Value, bool) {
	switch n.Kind() {
	case "member_expression", "subscript_expression":
		obj, name := jsMember(n)
		if name != "" && f.environ(obj, name) {
			return Value{Kind: Env, Name: name}, true
		}
	case "shorthand_property_identifier_pattern", "property_identifier":
		if n.Is("property_identifier") && !n.Parent().Is("pair_pattern") {
			break
		}
		if d := n.Up("variable_declarator"); d.Field("value").Text() == "process.env" {
			return Value{Kind: Env, Name: n.Text()}, true
		}
	case "binary_expression":
		if op := n.Field("operator").Kind(); op == "||" || op == "??" {
			v := f.value(n.Field("left"))
			if v.Kind == Env || v.Kind == Config || v.Kind == Parameter {
				d := f.value(n.Field("right"))
				v.Default = &d
				return v, true
			}
		}
	case "call_expression":
		callee, arg := n.Field("function"), n.Field("arguments").Kid(0)
		if _, name := jsMember(callee); arg.Is("string") && name != "" {
			switch {
			case callee.Text() == "Deno.env.get", oneOf(name, "get", "getOrThrow") && jsReaders.MatchString(callee.Text()) && screaming.MatchString(jsKey(arg)):
				return Value{Kind: Env, Name: jsKey(arg)}, true
			case oneOf(name, "getProperty", "getenv") || name == "get" && strings.Contains(strings.ToLower(callee.Text()), "config"):
				return Value{Kind: Config, Name: jsKey(arg)}, true
			}
		}
	}
	return Value{}, false
}

var (
	// jsReaders are what reads environment variables by name: ConfigService of
	// NestJS, env-var.
	jsReaders = pattern.New(`(?i)(?:^|\.)(?:config(?:service)?|env)\.(?:get|getOrThrow)$`)
	screaming = pattern.New(`^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$`)
	// jsBindings are the objects whose env holds the variables of a worker.
	jsBindings = pattern.New(`^(?:c|ctx|context|event\.platform|platform|locals\.runtime|event|this)\??$`)
)

func jsEnviron(n node) (whole bool, copies node) {
	switch {
	case oneOf(n.Text(), "process.env", "import.meta.env", "Bun.env", "globalThis.process.env"):
		return true, node{}
	case n.Is("member_expression") && n.Field("property").Text() == "env" && jsBindings.MatchString(n.Field("object").Text()):
		return true, node{} // of a worker
	case n.Is("object"):
		for _, k := range n.Kids() {
			if k.Is("spread_element") {
				copies = k.Kid(0) // the last one wins
			}
		}
	case n.Is("call_expression") && n.Field("function").Text() == "Object.assign":
		if args := n.Field("arguments").Kids(); len(args) == 2 && args[0].Text() == "{}" {
			copies = args[1]
		}
	}
	return false, copies
}

func jsMerge(n node) ([]node, bool) {
	if !n.Is("call_expression") || !oneOf(n.Field("function").Text(), "Object.assign", "_.extend", "_.assign", "_.merge", "_.defaults", "$.extend") {
		return nil, false
	}
	return n.Field("arguments").Kids(), true
}
