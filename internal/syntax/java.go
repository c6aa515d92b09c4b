package syntax

import "strings"

const jvmAdders = "addQueryParameter addEncodedQueryParameter setQueryParameter queryParam addParameter setParameter appendQueryParameter queryString"

// jvmThrough are methods whose value has the text of their object.
const jvmThrough = " build toUriString toUri toString toURL encode newBuilder trim uri url scheme port " + jvmAdders + " "

func java() *language {
	return &language{
		scopes:     []string{"program", "method_declaration", "constructor_declaration", "lambda_expression", "static_initializer"},
		classes:    []string{"class_declaration", "interface_declaration", "enum_declaration", "record_declaration"},
		records:    true,
		bases:      headBases,
		branches:   []string{"if_statement", "for_statement", "enhanced_for_statement", "while_statement", "do_statement", "switch_block_statement_group", "catch_clause", "ternary_expression"},
		statements: []string{"expression_statement", "local_variable_declaration", "field_declaration", "return_statement", "if_statement", "throw_statement", "try_with_resources_statement"},
		comments:   []string{"line_comment", "block_comment"},
		strings:    []string{"string_literal"},
		fields:     true,
		unwrap: func(n node) node {
			for n.Is("parenthesized_expression", "cast_expression") {
				n = n.Kid(-1)
			}
			return n
		},
		concat: func(n node) (l, r node, ok bool) {
			if n.Is("binary_expression") && n.Field("operator").Kind() == "+" {
				return n.Field("left"), n.Field("right"), true
			}
			return
		},
		pieces: func(n node) ([]Piece, bool) {
			if !n.Is("string_literal") {
				return nil, false
			}
			quotes := 1
			if strings.HasPrefix(n.Text(), `"""`) {
				quotes = 3
			}
			return []Piece{quoted(n, quotes, quotes, "escape_sequence")}, true
		},
		format: javaFormat,
		same:   javaSame,
		query:  func(*File, node) node { return node{} },
		segment: func(_ *File, n node) (segment, bool) {
			return jvmSegment(n.Field("name").Text(), javaObject(n), n.Field("arguments").Kids())
		},
		object:   javaObject,
		defs:     javaDefs,
		name:     javaName,
		member:   javaMember,
		module:   func(node) string { return "" },
		callback: func(n node) bool { return n.Is("lambda_expression") },
		invoke:   javaInvoke,
		dict:     func(*File, node) ([]Entry, bool, bool) { return nil, false, false },
		set:      javaSet,
		value:    javaValue,
		refine:   jvmRefine,
		returns:  "return_statement",
		adders:   jvmAdders,
		recast:   (*File).recastJVM,
		shapes:   javaShapes,
		share:    sharing{types: true},
		blocks:   always,
		idiom: idiom{
			null:    "null",
			quote:   jvmQuote,
			join:    func(p, e string) string { return jvmQuote(p) + " + " + jvmOperand(e) },
			pair:    func(name, value string) string { return jvmQuote(name) + ", " + value },
			env:     func(name string) string { return "System.getenv(" + jvmQuote(name) + ")" },
			imports: func(m string) string { return "import " + m + ";" },
		},
	}
}

func jvmQuote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// jvmOperand puts parentheses around what binds less than +.
func jvmOperand(e string) string {
	if strings.ContainsAny(e, "?|&<>=") && !strings.HasPrefix(e, "(") && !strings.HasPrefix(e, `"`) {
		return "(" + e + ")"
	}
	return e
}

func javaFormat(f *File, n node) (formatCall, bool) {
	inv := f.byNode[n.Index()]
	if inv == nil || !n.Is("method_invocation") {
		return formatCall{}, false
	}
	switch {
	case inv.Name == "format" && n.Field("object").Text() == "String" && len(inv.Args) > 0:
		return formatCall{text: inv.Args[0].node, style: percent, args: inv.Args[1:]}, true
	case inv.Name == "formatted":
		return formatCall{text: n.Field("object"), style: percent, args: inv.Args}, true
	}
	return formatCall{}, false
}

func javaObject(n node) node {
	if n.Is("method_invocation") {
		return n.Field("object")
	}
	return node{}
}

func javaSame(f *File, n node) node {
	switch n.Kind() {
	case "object_creation_expression":
		if oneOf(n.Field("type").Text(), "URL", "URI", "java.net.URL", "URIBuilder", "HttpUrl") && len(n.Field("arguments").Kids()) == 1 {
			return n.Field("arguments").Kid(0)
		}
	case "method_invocation":
		obj, name := n.Field("object"), n.Field("name").Text()
		args := n.Field("arguments").Kids()
		if len(args) == 1 && oneOf(strings.TrimSpace(obj.Text())+"."+name, "URI.create", "HttpUrl.parse", "HttpUrl.get", "Uri.parse",
			"UriComponentsBuilder.fromHttpUrl", "UriComponentsBuilder.fromUriString", "UriBuilder.fromUri", "String.valueOf") ||
			len(args) == 1 && name == "target" && obj.OK() {
			return args[0]
		}
		if obj.OK() && strings.Contains(jvmThrough, " "+name+" ") {
			return obj
		}
	}
	return node{}
}

func javaName(n node) string {
	switch n.Kind() {
	case "identifier":
		if f := n.FieldName(); n.Parent().Is("method_invocation", "field_access") && (f == "name" || f == "field") {
			return ""
		}
		return n.Text()
	case "field_access":
		if n.Field("object").Is("this") {
			return this + n.Field("field").Text()
		}
	}
	return ""
}

func javaMember(n node) (node, string) {
	if n.Is("field_access") {
		return n.Field("object"), n.Field("field").Text()
	}
	return node{}, ""
}

func javaInvoke(f *File, n node) (*Invocation, bool) {
	inv := &Invocation{}
	switch n.Kind() {
	case "method_invocation":
		inv.object, inv.callee = n.Field("object"), n.Field("name")
	case "object_creation_expression":
		inv.callee, inv.New = n.Field("type"), true
		inv.Path = inv.callee.Text()
		if i := strings.IndexByte(inv.Path, '<'); i > 0 {
			inv.Path = inv.Path[:i]
		}
	case "explicit_constructor_invocation": // super(…), this(…)
		inv.callee = n.Field("constructor")
		inv.Path = inv.callee.Text()
	default:
		return nil, false
	}
	inv.Callee, inv.Name = span(inv.callee), inv.callee.Text()
	f.arguments(inv, n.Field("arguments"), func(a node) (string, node, bool) { return "", a, false })
	return inv, true
}

// javaSet reads statements on a builder of URLs: b.queryParam("a", b);
func javaSet(f *File, n node) (obj node, e Entry, ok bool) {
	if !n.Is("method_invocation") || !among(jvmAdders, n.Field("name").Text()) {
		return node{}, e, false
	}
	args := n.Field("arguments").Kids()
	st := n.Up("expression_statement", "local_variable_declaration", "return_statement")
	for obj = n.Field("object"); obj.Is("method_invocation"); {
		obj = obj.Field("object")
	}
	if len(args) != 2 || !obj.Is("identifier") || !st.Is("expression_statement") {
		return node{}, e, false
	}
	e = Entry{Key: span(args[0]), Value: span(args[1]), Span: Span{n.Field("object").End(), n.End()}, Cut: []Span{{n.Field("object").End(), n.End()}}}
	if v := f.value(args[0]); v.Kind == Literal {
		e.Name = v.Text
	}
	whole := st.Kid(0)
	if whole.Is("assignment_expression") && whole.Field("left").Text() == obj.Text() { // b = b.queryParam("a", b)
		whole = whole.Field("right")
	}
	if whole == n && n.Field("object") == obj {
		e.Span, e.Cut = span(n), []Span{f.line(span(st))}
	} else if n.Field("object") == obj {
		e.Span = span(n)
	}
	return obj, e, true
}

func javaValue(f *File, n node) (Value, bool) {
	if !n.Is("method_invocation") {
		return Value{}, false
	}
	args := n.Field("arguments").Kids()
	if len(args) == 0 || !args[0].Is("string_literal") {
		return Value{}, false
	}
	v := Value{Name: quoted(args[0], 1, 1, "escape_sequence").Text}
	switch obj, name := n.Field("object").Text(), n.Field("name").Text(); {
	case obj == "System" && name == "getenv":
		v.Kind = Env
	case name == "getProperty", name == "getString" && strings.Contains(strings.ToLower(obj), "config"):
		v.Kind = Config
	default:
		return Value{}, false
	}
	return v, true
}

func javaDefs(n node) []def {
	switch n.Kind() {
	case "variable_declarator":
		at, p := n.Field("name"), n.Parent()
		if !p.Is("local_variable_declaration", "field_declaration") {
			return nil
		}
		v := n.Field("value")
		d := def{name: at.Text(), at: at, value: v, statement: p, kind: Variable, bare: !v.OK(), typ: jvmType(p.Field("type").Text())}
		if p.Is("field_declaration") {
			d.name, d.kind = this+d.name, Field
		}
		return []def{d}
	case "assignment_expression":
		left := n.Field("left")
		name := javaName(left)
		if name == "" {
			return nil
		}
		d := def{name: name, at: left, value: n.Field("right"), statement: n.Parent(), kind: Variable, append: n.Field("operator").Kind() == "+=", assign: true}
		if strings.HasPrefix(name, this) {
			d.kind = Field
		}
		return []def{d}
	case "formal_parameter":
		at := n.Field("name")
		fn := n.Up("method_declaration", "constructor_declaration", "lambda_expression", "record_declaration")
		if fn.Is("record_declaration") {
			return []def{{name: this + at.Text(), at: at, statement: n, kind: Field, typ: jvmType(n.Field("type").Text())}}
		}
		return []def{{name: at.Text(), at: at, statement: fn, kind: Param, typ: jvmType(n.Field("type").Text())}}
	case "enhanced_for_statement", "resource":
		at := n.Field("name")
		return []def{{name: at.Text(), at: at, value: n.Field("value"), statement: n, kind: Variable}}
	case "method_declaration":
		at := n.Field("name")
		return []def{{name: this + at.Text() + "()", at: at, value: n, statement: n, kind: Function}}
	case "constructor_declaration":
		return []def{{name: this + "constructor()", at: n.Field("name"), value: n, statement: n, kind: Function}}
	case "class_declaration":
		at := n.Field("name")
		return []def{{name: at.Text(), at: at, statement: n, kind: Class}}
	}
	return nil
}

// jvmType is a type by which a variable can be known.
func jvmType(t string) string {
	if t == "var" || t == "String" || t == "" {
		return ""
	}
	return t
}
