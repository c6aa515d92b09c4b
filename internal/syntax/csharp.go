package syntax

import "strings"

const csAdders = "SetQueryParam AppendQueryParam"

func csharp() *language {
	return &language{
		scopes: []string{
			"compilation_unit", "method_declaration", "constructor_declaration", "local_function_statement", "lambda_expression",
			"anonymous_method_expression", "accessor_declaration",
		},
		classes: []string{"class_declaration", "struct_declaration", "record_declaration"},
		records: true,
		bases:   headBases,
		branches: []string{
			"if_statement", "else_clause", "for_statement", "foreach_statement", "while_statement", "do_statement", "switch_section",
			"catch_clause", "conditional_expression",
		},
		statements: []string{
			"expression_statement", "local_declaration_statement", "field_declaration", "return_statement", "if_statement",
			"throw_statement", "using_statement",
		},
		comments: []string{"comment"},
		strings:  []string{"string_literal", "verbatim_string_literal", "interpolated_string_expression", "raw_string_literal"},
		fields:   true,
		unwrap: func(n node) node {
			for n.Is("parenthesized_expression", "await_expression", "cast_expression", "argument", "postfix_unary_expression") {
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
		pieces:   csPieces,
		format:   csFormat,
		same:     csSame,
		query:    csQuery,
		defs:     csDefs,
		name:     csName,
		member:   csMember,
		module:   func(node) string { return "" },
		callback: func(n node) bool { return n.Is("lambda_expression") },
		invoke:   csInvoke,
		dict:     csDict,
		set:      csSet,
		value:    csValue,
		returns:  "return_statement",
		adders:   csAdders,
		refine:   csRefine,
		helper:   csQueryHelper,
		joined:   csJoined,
		shapes:   csShapes,
		share:    sharing{types: true},
		constant: constants, fixed: true, blocks: always,
		recast: (*File).recastCSharp,
		idiom: idiom{
			null:  "null",
			quote: jvmQuote,
			join:  csJoin,
			pair:  func(name, value string) string { return "{ " + jvmQuote(name) + ", " + value + " }" },
			env:   func(name string) string { return "Environment.GetEnvironmentVariable(" + jvmQuote(name) + ")" },
			qualify: func(f *File, expr string) string {
				if f.csUses("System") {
					return expr
				}
				return "System." + expr
			},
			imports: func(m string) string { return "using " + m + ";" },
		},
	}
}

// csJoin interpolates where the expression may stand in a string of any version.
func csJoin(prefix, e string) string {
	if strings.ContainsAny(e, "\"\\{}:\n?") {
		return jvmQuote(prefix) + " + " + jvmOperand(e)
	}
	return `$"` + prefix + "{" + e + `}"`
}

func csPieces(n node) ([]Piece, bool) {
	switch n.Kind() {
	case "string_literal":
		return []Piece{quoted(n, 1, 1, "escape_sequence")}, true
	case "verbatim_string_literal":
		return []Piece{quoted(n, 2, 1, "escape_sequence")}, true
	case "interpolated_string_expression":
		all := n.All()
		var holes []hole
		start, end := -1, all[len(all)-1].Start()
		for _, k := range all {
			if start < 0 && k.Is("interpolation", "string_content", "escape_sequence") {
				start = k.Start()
			}
			if !k.Is("interpolation") {
				continue
			}
			for _, e := range k.Kids() {
				if !e.Is("interpolation_brace") {
					holes = append(holes, hole{span(k), e})
					break
				}
			}
		}
		if start < 0 {
			return nil, false
		}
		return template(n, start, end, "escape_sequence", holes), true
	}
	return nil, false
}

func csFormat(f *File, n node) (formatCall, bool) {
	inv := f.byNode[n.Index()]
	if inv == nil || len(inv.Args) == 0 || !oneOf(inv.Path, "string.Format", "String.Format") {
		return formatCall{}, false
	}
	return formatCall{text: inv.Args[0].node, style: braces, args: inv.Args[1:]}, true
}

func csSame(f *File, n node) node {
	if csQuery(f, n).OK() {
		return node{}
	}
	switch n.Kind() {
	case "object_creation_expression":
		if oneOf(n.Field("type").Text(), "Uri", "UriBuilder", "System.Uri", "Url") && len(n.Field("arguments").Kids()) == 1 {
			return csArg(n.Field("arguments").Kid(0))
		}
	case "invocation_expression":
		fn := n.Field("function")
		if inv := f.byNode[n.Index()]; inv != nil && inv.Name == "AddQueryString" && len(inv.Args) > 1 {
			return inv.Args[0].node
		}
		if fn.Is("member_access_expression") && (oneOf(fn.Field("name").Text(), "ToString", "AppendPathSegment") || among(csAdders, strings.TrimSuffix(fn.Field("name").Text(), "s"))) {
			return fn.Field("expression")
		}
	}
	return node{}
}

func csArg(n node) node {
	if n.Is("argument") {
		return n.Kid(-1)
	}
	return n
}

func csName(n node) string {
	switch n.Kind() {
	case "identifier":
		p := n.Parent()
		if p.Is("member_access_expression") && n.FieldName() == "name" || p.Is("name_colon", "qualified_name") {
			return ""
		}
		return n.Text()
	case "member_access_expression":
		if n.Field("expression").Is("this") {
			return this + n.Field("name").Text()
		}
	}
	return ""
}

func csMember(n node) (node, string) {
	switch n.Kind() {
	case "member_access_expression":
		name := n.Field("name")
		if name.Is("generic_name") {
			name = name.Kid(0)
		}
		return n.Field("expression"), name.Text()
	case "element_access_expression":
		if k := csArg(n.Field("subscript").Kid(0)); k.Is("string_literal") {
			return n.Field("expression"), quoted(k, 1, 1, "escape_sequence").Text
		}
	}
	return node{}, ""
}

func csInvoke(f *File, n node) (*Invocation, bool) {
	inv := &Invocation{}
	switch n.Kind() {
	case "invocation_expression":
		inv.callee = n.Field("function")
	case "object_creation_expression":
		inv.callee, inv.New = n.Field("type"), true
		inv.Path = inv.callee.Text()
	case "implicit_object_creation_expression": // HttpClient c = new();
		if t := n.Up("variable_declaration").Field("type"); t.OK() {
			inv.callee, inv.New, inv.Path = t, true, t.Text()
			inv.Span = span(n)
		}
	case "constructor_initializer": // : base(…), : this(…)
		for _, k := range n.All() {
			if oneOf(k.Text(), "base", "this") {
				inv.callee, inv.Path = k, k.Text()
			}
		}
	default:
		return nil, false
	}
	inv.Callee, inv.Name = span(inv.callee), inv.callee.Text()
	if _, name := csMember(inv.callee); name != "" {
		inv.Name = name
	} else if inv.callee.Is("generic_name") && !inv.New {
		inv.Name = inv.callee.Kid(0).Text()
	}
	f.arguments(inv, csArguments(n), func(a node) (string, node, bool) {
		name := a.Field("name")
		return name.Text(), a.Kid(-1), false
	})
	return inv, true
}

// csQuery sees the values in values.ToString().
func csQuery(f *File, n node) node {
	fn := n.Field("function")
	if !n.Is("invocation_expression") || !fn.Is("member_access_expression") || fn.Field("name").Text() != "ToString" {
		return node{}
	}
	if v, _ := f.follow(fn.Field("expression")); csParsed(v) {
		return fn.Field("expression")
	}
	return node{}
}

// csParsed says whether an expression makes the values of an empty query.
func csParsed(n node) bool {
	args := n.Field("arguments").Text()
	return n.Is("invocation_expression") && strings.HasSuffix(n.Field("function").Text(), "HttpUtility.ParseQueryString") && oneOf(args, "(string.Empty)", "(String.Empty)", `("")`)
}

// csQueryHelper reads QueryHelpers.AddQueryString(url, name, value), and the
// same with a dictionary.
func csQueryHelper(inv *Invocation) (url, name, value int, ok bool) {
	switch {
	case inv.Name != "AddQueryString":
	case len(inv.Args) == 2:
		return 0, -1, 1, true
	case len(inv.Args) == 3:
		return 0, 1, 2, true
	}
	return 0, 0, 0, false
}

// csArguments are the arguments of a call: an initializer has no field for them.
func csArguments(n node) node {
	if n.Is("constructor_initializer") {
		return n.Kid(-1)
	}
	return n.Field("arguments")
}

// csDict reads the initializer of a dictionary or of headers, an anonymous
// object, and the values of a query.
func csDict(f *File, n node) (out []Entry, open, ok bool) {
	init := n.Field("initializer")
	switch {
	case csParsed(n):
		return nil, false, true
	case n.Is("anonymous_object_creation_expression"):
		return csAnonymous(f, n)
	case n.Is("initializer_expression") && n.Parent().Is("assignment_expression") && n.Parent().Field("left").Text() == "Headers":
		init = n
	case n.Is("object_creation_expression") && strings.Contains(n.Field("type").Text(), "Dictionary"):
		if !init.OK() {
			return nil, false, true
		}
	default:
		return nil, false, false
	}
	for _, k := range init.Kids() {
		e := Entry{Span: span(k), Cut: cutItem(f, k)}
		var key node
		switch {
		case k.Is("initializer_expression") && len(k.Kids()) == 2: // { "a", b }
			key = k.Kid(0)
			e.Value = span(k.Kid(1))
		case k.Is("assignment_expression"): // ["a"] = b
			e.Value = span(k.Field("right"))
			if at := k.Field("left").Find("string_literal"); len(at) > 0 {
				key = at[0]
			} else { // Accept = …
				e.Key, e.Name = span(k.Field("left")), k.Field("left").Text()
				out = append(out, e)
				continue
			}
		default:
			open = true
			continue
		}
		e.Key = span(key)
		if key.Is("string_literal") {
			e.Name = quoted(key, 1, 1, "escape_sequence").Text
		}
		open = open || e.Name == ""
		out = append(out, e)
	}
	return out, open, true
}

// csAnonymous reads new { a = b }.
func csAnonymous(f *File, n node) (out []Entry, open, ok bool) {
	kids := n.Kids()
	for i, k := range kids {
		if k.Next().Kind() == "=" || i > 0 && k.Prev().Kind() == "=" {
			if k.Next().Kind() != "=" || i+1 == len(kids) {
				continue
			}
			v := kids[i+1]
			e := Entry{Name: k.Text(), Key: span(k), Value: span(v), Span: Span{k.Start(), v.End()}}
			e.Cut = cutPair(f, k, v)
			out = append(out, e)
			continue
		}
		open = true
	}
	return out, open, true
}

// csSet reads obj["key"] = v: query["key"] = v, and headers.Authorization = v.
func csSet(f *File, n node) (obj node, e Entry, ok bool) {
	left := n.Field("left")
	if o, name := csMember(left); n.Is("assignment_expression") && left.Is("member_access_expression") && name == "Authorization" {
		return o, Entry{Name: name, Key: span(left.Field("name")), Value: span(n.Field("right")), Span: span(n)}, true
	}
	if !n.Is("assignment_expression") || !left.Is("element_access_expression") {
		return node{}, e, false
	}
	obj, e.Name = csMember(left)
	if !obj.OK() {
		return node{}, e, false
	}
	e.Key, e.Value, e.Span = span(left.Field("subscript")), span(n.Field("right")), span(n)
	e.Cut = []Span{f.line(span(n.Up("expression_statement")))}
	return obj, e, true
}

func csValue(f *File, n node) (Value, bool) {
	switch n.Kind() {
	case "binary_expression":
		if n.Field("operator").Kind() == "??" {
			if v := f.value(n.Field("left")); v.Kind == Env || v.Kind == Config || v.Kind == Parameter {
				d := f.value(n.Field("right"))
				v.Default = &d
				return v, true
			}
		}
	case "element_access_expression":
		if o, name := csMember(n); name != "" && (strings.Contains(strings.ToLower(o.Text()), "config") || strings.HasSuffix(o.Text(), "AppSettings")) {
			return Value{Kind: Config, Name: name}, true
		}
	case "invocation_expression":
		fn := n.Field("function")
		arg := csArg(n.Field("arguments").Kid(0))
		if !arg.Is("string_literal") {
			return Value{}, false
		}
		v := Value{Name: quoted(arg, 1, 1, "escape_sequence").Text}
		switch name := fn.Text(); {
		case strings.HasSuffix(name, "Environment.GetEnvironmentVariable"):
			v.Kind = Env
		case strings.Contains(strings.ToLower(name), "config"):
			v.Kind = Config
		default:
			return Value{}, false
		}
		return v, true
	}
	return Value{}, false
}
