package syntax

import "strings"

func kotlin() *language {
	return &language{
		scopes:     []string{"source_file", "function_declaration", "anonymous_function", "secondary_constructor", "getter", "setter"},
		classes:    []string{"class_declaration", "object_declaration"},
		records:    true,
		bases:      headBases,
		branches:   []string{"if_expression", "for_statement", "while_statement", "do_while_statement", "when_entry", "catch_block", "lambda_literal"},
		statements: []string{"property_declaration", "assignment", "return_expression", "if_expression", "call_expression"},
		comments:   []string{"line_comment", "block_comment"},
		strings:    []string{"string_literal", "multiline_string_literal"},
		fields:     true, dollar: true, unnamed: true,
		unwrap: func(n node) node {
			for n.Is("parenthesized_expression", "value_argument", "as_expression") && len(n.Kids()) > 0 {
				n = n.Kid(0)
				if n.Parent().Is("value_argument") && n.Parent().Kid(1).OK() {
					n = n.Parent().Kid(1) // name = value
				}
			}
			return n
		},
		concat: func(n node) (l, r node, ok bool) {
			if n.Is("binary_expression") && n.Field("operator").Kind() == "+" {
				return n.Field("left"), n.Field("right"), true
			}
			return
		},
		pieces: ktPieces,
		format: ktFormat,
		same:   ktSame,
		query:  func(*File, node) node { return node{} },
		segment: func(_ *File, n node) (segment, bool) {
			if !n.Is("call_expression") {
				return segment{}, false
			}
			obj, name := ktMember(n.Kid(0))
			var args []node
			for _, a := range ktArgs(n).Kids() {
				args = append(args, a.Kid(-1))
			}
			return jvmSegment(name, obj, args)
		},
		object: func(n node) node {
			if !n.Is("call_expression") {
				return node{}
			}
			obj, _ := ktMember(n.Kid(0))
			return obj
		},
		defs:     ktDefs,
		name:     ktName,
		member:   ktMember,
		module:   func(node) string { return "" },
		callback: func(n node) bool { return n.Is("lambda_literal", "annotated_lambda") },
		invoke:   ktInvoke,
		dict:     ktDict,
		set:      func(*File, node) (node, Entry, bool) { return node{}, Entry{}, false },
		value:    ktValue,
		returns:  "return_expression",
		adders:   jvmAdders,
		recast:   (*File).recastJVM,
		refine:   ktRefine,
		shapes:   append(ktShapes(), javaShapes...),
		share:    sharing{family: "java", global: true, types: true},
		constant: constants, blocks: always,
		idiom: idiom{
			null:    "null",
			quote:   func(s string) string { return strings.ReplaceAll(jvmQuote(s), "$", `\$`) },
			join:    func(p, e string) string { return `"` + p + "${" + e + `}"` },
			pair:    func(name, value string) string { return jvmQuote(name) + " to " + value },
			env:     func(name string) string { return "System.getenv(" + jvmQuote(name) + ")" },
			imports: func(m string) string { return "import " + m },
		},
	}
}

// ktShapes are the clients that only Kotlin has; those of Java work, too.
func ktShapes() []shape {
	const ktor = "HttpClient() client"
	return []shape{
		{client: "ktor", heads: ktor, names: "get post put patch delete head", url: arg{pos: 1}},
		{client: "ktor", heads: ktor, names: "request", url: arg{pos: 1}},
		{client: "fuel", heads: "Fuel", names: "get post put delete", url: arg{pos: 1}, chain: ".header(…)"},
		{client: "java", heads: "URL()", names: "readText openStream", verb: "GET", receiver: true, recast: true},
	}
}

// ktPieces reads strings; the grammar leaves $name as text.
func ktPieces(n node) ([]Piece, bool) {
	quotes := 1
	switch n.Kind() {
	case "multiline_string_literal":
		quotes = 3
	case "string_literal":
	default:
		return nil, false
	}
	ps := embedded(n, n.Start()+quotes, n.End()-quotes, "interpolation", "escape_sequence", func(s node) node { return s.Kid(0) })
	var out []Piece
	for _, p := range ps {
		if p.Literal {
			out = append(out, ktDollars(n, p)...)
		} else {
			out = append(out, p)
		}
	}
	return out, true
}

// ktDollars splits a literal at $name.
func ktDollars(n node, p Piece) []Piece {
	src := sliceText(n, p.Span)
	var out []Piece
	from := 0
	lit := func(to int) {
		if to > from || len(src) == 0 {
			q := p
			q.Span = Span{p.Span.Start + from, p.Span.Start + to}
			q.Text = unescape(src[from:to])
			out = append(out, q)
		}
	}
	for i := 0; i < len(src); i++ {
		end := i + 1
		for end < len(src) && wordByte(src[end]) {
			end++
		}
		if src[i] != '$' || end == i+1 || i > 0 && src[i-1] == '\\' || src[i+1] >= '0' && src[i+1] <= '9' {
			continue
		}
		lit(i)
		at := p.Span.Start + i
		out = append(out, Piece{Span: Span{at, p.Span.Start + end}, Expr: Span{at + 1, p.Span.Start + end}, Text: src[i+1 : end], Via: -1})
		from, i = end, end-1
	}
	if from < len(src) || len(out) == 0 {
		lit(len(src))
	}
	return out
}

func ktFormat(f *File, n node) (formatCall, bool) {
	inv := f.byNode[n.Index()]
	if inv == nil || inv.Name != "format" {
		return formatCall{}, false
	}
	if obj, _ := ktMember(inv.callee); obj.Is("string_literal") {
		return formatCall{text: obj, style: percent, args: inv.Args}, true
	} else if obj.Text() == "String" && len(inv.Args) > 0 {
		return formatCall{text: inv.Args[0].node, style: percent, args: inv.Args[1:]}, true
	}
	return formatCall{}, false
}

func ktSame(f *File, n node) node {
	if !n.Is("call_expression") {
		return node{}
	}
	fn, args := n.Kid(0), ktArgs(n).Kids()
	obj, name := ktMember(fn)
	switch {
	case len(args) == 1 && oneOf(strings.Join(strings.Fields(fn.Text()), ""), "URL", "URI", "Url", "URI.create", "HttpUrl.parse", "Uri.parse", "UriComponentsBuilder.fromHttpUrl", "UriComponentsBuilder.fromUriString", "UriBuilder.fromUri"), len(args) == 1 && name == "target" && obj.OK():
		return args[0].Kid(-1)
	case obj.OK() && strings.Contains(jvmThrough+"toHttpUrl toHttpUrlOrNull buildUpon ", " "+name+" "):
		return obj
	}
	return node{}
}

func ktName(n node) string {
	switch n.Kind() {
	case "identifier":
		if p := n.Parent(); p.Is("navigation_expression") && p.Kid(0) != n || p.Is("user_type", "value_argument") && p.Kid(1).OK() && p.Kid(0) == n {
			return ""
		}
		return n.Text()
	case "navigation_expression":
		if n.Kid(0).Is("this_expression") {
			return this + n.Kid(-1).Text()
		}
	}
	return ""
}

func ktMember(n node) (node, string) {
	if n.Is("navigation_expression") {
		return n.Kid(0), n.Kid(-1).Text()
	}
	return node{}, ""
}

func ktArgs(n node) node {
	for _, k := range n.Kids() {
		if k.Is("value_arguments") {
			return k
		}
	}
	if inner := n.Kid(0); inner.Is("call_expression") && n.Kid(1).Is("annotated_lambda") {
		return ktArgs(inner) // f(x) { … }
	}
	return node{}
}

// ktInvoke reads calls; f(x) { … } is one call, not two.
func ktInvoke(f *File, n node) (*Invocation, bool) {
	if n.Is("constructor_invocation") { // class A : B(…)
		inv := &Invocation{callee: n.Kid(0).Kid(-1), New: true}
		inv.Callee, inv.Name, inv.Path = span(inv.callee), inv.callee.Text(), inv.callee.Text()
		f.arguments(inv, n.Kid(-1), ktArg)
		return inv, true
	}
	if !n.Is("call_expression") || n.Parent().Is("call_expression") && n.Parent().Kid(0) == n && n.Parent().Kid(1).Is("annotated_lambda") {
		return nil, false
	}
	fn := n.Kid(0)
	if fn.Is("call_expression") && n.Kid(1).Is("annotated_lambda") {
		fn = fn.Kid(0)
	}
	inv := &Invocation{callee: fn, Callee: span(fn), Name: fn.Text()}
	if _, name := ktMember(fn); name != "" {
		inv.Name = name
	}
	f.arguments(inv, ktArgs(n), ktArg)
	return inv, true
}

func ktArg(a node) (string, node, bool) {
	if k := a.Kid(1); k.OK() && a.Kid(0).Is("identifier") {
		return a.Kid(0).Text(), k, false
	}
	return "", a.Kid(-1), strings.HasPrefix(a.Text(), "*")
}

// ktDict reads mapOf("a" to b).
func ktDict(f *File, n node) (out []Entry, open, ok bool) {
	if !n.Is("call_expression") || !oneOf(n.Kid(0).Text(), "mapOf", "mutableMapOf", "hashMapOf", "listOf", "parametersOf") {
		return nil, false, false
	}
	for _, a := range ktArgs(n).Kids() {
		p := a.Kid(-1)
		if !p.Is("infix_expression") || len(p.Kids()) != 3 || p.Kid(1).Text() != "to" {
			open = true
			continue
		}
		key := p.Kid(0)
		e := Entry{Span: span(a), Cut: cutItem(f, a), Key: span(key), Value: span(p.Kid(2)), Name: ktText(key)}
		out = append(out, e)
	}
	return out, open, true
}

func ktText(n node) string {
	ps, ok := ktPieces(n)
	if !ok || len(ps) != 1 || !ps[0].Literal {
		return ""
	}
	return ps[0].Text
}

func ktValue(f *File, n node) (Value, bool) {
	if n.Is("binary_expression") && n.Field("operator").Kind() == "?:" {
		if v := f.value(n.Field("left")); v.Kind == Env || v.Kind == Config || v.Kind == Parameter {
			d := f.value(n.Field("right"))
			v.Default = &d
			return v, true
		}
	}
	arg := ktArgs(n).Kid(0).Kid(-1)
	if !n.Is("call_expression") || ktText(arg) == "" {
		return Value{}, false
	}
	switch obj, name := ktMember(n.Kid(0)); {
	case obj.Text() == "System" && name == "getenv":
		return Value{Kind: Env, Name: ktText(arg)}, true
	case name == "getProperty", name == "getString" && strings.Contains(strings.ToLower(obj.Text()), "config"):
		return Value{Kind: Config, Name: ktText(arg)}, true
	}
	return Value{}, false
}

// ktRefine reads the block of a ktor call: parameter("a", b), header("a", b).
func ktRefine(f *File, inv *Invocation, c *Call) {
	if c.Client != "ktor" {
		jvmRefine(f, inv, c)
		return
	}
	lambda := inv.node.Kid(1)
	if !lambda.Is("annotated_lambda") {
		at := inv.Span.End
		c.Slot = Slot{Kind: InArg, At: at, End: at, Open: " { headers.append(", Close: ") }", Form: Args}
		return
	}
	body := lambda.Kid(-1)
	for _, k := range body.Find("call_expression") {
		args := ktArgs(k).Kids()
		obj, name := ktMember(k.Kid(0))
		param := oneOf(k.Kid(0).Text(), "parameter", "append") || oneOf(name, "append", "set") && strings.HasSuffix(strings.ToLower(obj.Text()), "parameters")
		if len(args) != 2 || !param && k.Kid(0).Text() != "header" {
			continue
		}
		e := Entry{Name: ktText(args[0].Kid(-1)), Key: span(args[0]), Value: span(args[1].Kid(-1)), Span: span(k), Cut: []Span{f.line(span(k))}}
		if !param {
			c.Headers = append(c.Headers, e)
			continue
		}
		if block := k.Up("annotated_lambda"); block.OK() && block != lambda && len(k.Parent().Kids()) == 1 && strings.HasPrefix(block.Parent().Text(), "url") {
			e.Cut = []Span{f.line(span(block.Parent()))} // nothing is left of url { … }
		}
		c.Params = append(c.Params, e)
	}
	last := body.Kid(-1)
	c.Slot = Slot{Kind: InArg, At: last.End(), End: last.End(), Open: "; headers.append(", Close: ")", Form: Args}
	for _, e := range c.Params {
		if open := strings.IndexByte(f.Text(Span{lambda.Start(), body.End()}), '{'); e.Cut[0].Contains(span(last)) && open >= 0 {
			c.Slot.At = lambda.Start() + open + 1 // what is last may go
			c.Slot.End = c.Slot.At
		}
	}
	if f.ownLine(last.Start()) {
		c.Slot.Open = f.EOL() + f.Indent(last.Start()) + "headers.append("
	}
	if !last.OK() {
		c.Slot = Slot{Why: "the block of the call is empty"}
	}
}

func ktDefs(n node) []def {
	switch n.Kind() {
	case "property_declaration":
		return ktProperty(n)
	case "assignment":
		left := n.Kid(0)
		if left.Is("directly_assignable_expression") {
			left = left.Kid(0)
		}
		name := ktName(left)
		if name == "" {
			return nil
		}
		d := def{name: name, at: left, value: n.Kid(-1), statement: n, kind: Variable, append: strings.Contains(n.Text()[:min(len(n.Text()), len(left.Text())+4)], "+="), assign: true}
		if strings.HasPrefix(name, this) {
			d.kind = Field
		}
		return []def{d}
	case "class_declaration":
		for _, k := range n.Kids() {
			if k.Is("identifier") {
				return []def{{name: k.Text(), at: k, statement: n, kind: Class}}
			}
		}
	case "class_parameter":
		at := n.Kid(0)
		if at.Is("modifiers") {
			at = n.Kid(1)
		}
		return []def{{name: this + at.Text(), at: at, statement: n, kind: Field, typ: ktType(n)}}
	case "parameter":
		fn := n.Up("function_declaration", "anonymous_function", "secondary_constructor")
		at := n.Kid(0)
		return []def{{name: at.Text(), at: at, statement: fn, kind: Param, typ: ktType(n)}}
	case "function_declaration":
		at := n.Field("name")
		return []def{{name: at.Text() + "()", at: at, value: n, statement: n, kind: Function}}
	}
	return nil
}

func ktType(n node) string {
	if t := n.Kid(-1); t.Is("user_type") {
		return jvmType(t.Kid(0).Text())
	}
	return ""
}

func ktProperty(n node) []def {
	var at, value node
	kids := n.Kids()
	for i, k := range kids {
		if k.Is("variable_declaration") {
			at = k.Kid(0)
			if i+1 < len(kids) && !kids[i+1].Is("getter", "setter", "property_delegate") {
				value = kids[i+1]
			}
		}
	}
	if !at.OK() {
		return nil
	}
	d := def{name: at.Text(), at: at, value: value, statement: n, kind: Variable, bare: !value.OK(), typ: ktType(at.Parent())}
	if p := n.Parent(); p.Is("class_body") {
		d.name, d.kind = this+d.name, Field
	}
	if strings.Contains(n.Text()[:at.Start()-n.Start()], "const ") {
		d.kind = Constant
	}
	return []def{d}
}
