package syntax

import (
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
)

func php() *language {
	return &language{
		scopes:  []string{"program", "function_definition", "method_declaration", "anonymous_function", "anonymous_function_creation_expression", "arrow_function"},
		classes: []string{"class_declaration", "trait_declaration", "anonymous_class", "enum_declaration"},
		bases:   headBases,
		branches: []string{
			"if_statement", "else_clause", "else_if_clause", "for_statement", "foreach_statement", "while_statement", "do_statement",
			"switch_statement", "conditional_expression", "catch_clause", "match_expression",
		},
		statements: []string{
			"expression_statement", "return_statement", "if_statement", "for_statement", "foreach_statement", "while_statement",
			"echo_statement", "const_declaration", "property_declaration", "namespace_use_declaration",
		},
		comments: []string{"comment"},
		strings:  []string{"string", "encapsed_string", "heredoc", "nowdoc"},
		unwrap:   phpUnwrap,
		opaque: func(scope node, name string) bool {
			return strings.HasPrefix(name, "$") && scope.Is("function_definition", "method_declaration")
		},
		concat: func(n node) (l, r node, ok bool) {
			if n.Is("binary_expression") && n.Field("operator").Kind() == "." {
				return n.Field("left"), n.Field("right"), true
			}
			return
		},
		pieces:   phpPieces,
		format:   phpFormat,
		same:     phpSame,
		query:    phpQuery,
		defs:     phpDefs,
		name:     phpName,
		member:   phpMember,
		module:   func(node) string { return "" },
		callback: func(n node) bool { return n.Is("anonymous_function", "arrow_function") },
		invoke:   phpInvoke,
		dict:     phpDict,
		merge:    phpMerge,
		set:      phpSet,
		refine:   phpRefine,
		helper:   phpQueryArg,
		value:    phpValue,
		returns:  "return_statement",
		dollar:   true,
		shapes:   phpShapes,
		share:    sharing{global: true, constants: true, types: true},
		constant: phpConstant, fixed: true, globals: "$GLOBALS",
		recast: (*File).recastPHP,
		idiom: idiom{
			open: "[", close: "]", optionsOpen: "[", optionsClose: "]", null: "null",
			option: func(name string) string {
				if strings.HasPrefix(name, "CURLOPT_") {
					return name + " => "
				}
				return phpQuote(name) + " => "
			},
			spread:  func(e string) (string, string) { return "array_merge(" + e + ", [", "])" },
			orEmpty: func(e string) string { return e + " ?? []" },
			quote:   phpQuote,
			join:    func(p, e string) string { return phpQuote(p) + " . " + phpOperand(e) },
			pair:    func(name, value string) string { return phpQuote(name) + " => " + value },
			env:     func(name string) string { return "getenv(" + phpQuote(name) + ")" },
		},
	}
}

func phpQuote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

// phpOperand puts parentheses around what binds less than the dot.
func phpOperand(e string) string {
	if strings.ContainsAny(e, "?+-") && !strings.HasPrefix(e, "(") && strings.Contains(e, " ") {
		return "(" + e + ")"
	}
	return e
}

func phpUnwrap(n node) node {
	for n.Is("parenthesized_expression", "argument", "error_suppression_expression") {
		n = n.Kid(-1)
	}
	return n
}

func phpPieces(n node) ([]Piece, bool) {
	switch n.Kind() {
	case "string":
		return []Piece{quoted(n, 1, 1, "escape_sequence")}, true
	case "encapsed_string":
		var holes []hole
		all := n.All()
		for i, k := range all {
			if !k.Named() || k.Is("string_content", "escape_sequence") {
				continue
			}
			s := span(k)
			if i > 0 && all[i-1].Kind() == "{" && i+1 < len(all) && all[i+1].Kind() == "}" {
				s = Span{all[i-1].Start(), all[i+1].End()}
			}
			holes = append(holes, hole{s, k})
		}
		return template(n, n.Start()+1, n.End()-1, "escape_sequence", holes), true
	}
	return nil, false
}

func phpFormat(f *File, n node) (formatCall, bool) {
	inv := f.byNode[n.Index()]
	if inv == nil || !n.Is("function_call_expression") || inv.Name != "sprintf" || len(inv.Args) == 0 || inv.open() {
		return formatCall{}, false
	}
	return formatCall{text: inv.Args[0].node, style: percent, args: inv.Args[1:]}, true
}

func phpSame(f *File, n node) node {
	if args := n.Field("arguments").Kids(); n.Is("function_call_expression") && n.Field("function").Text() == "add_query_arg" && len(args) > 1 {
		return phpUnwrap(args[len(args)-1])
	}
	if n.Is("function_call_expression") && oneOf(n.Field("function").Text(), "trim", "esc_url_raw", "esc_url", "strval") {
		return phpUnwrap(n.Field("arguments").Kid(0))
	}
	return node{}
}

func phpQuery(f *File, n node) node {
	if n.Is("function_call_expression") && n.Field("function").Text() == "http_build_query" {
		return phpUnwrap(n.Field("arguments").Kid(0))
	}
	return node{}
}

func phpName(n node) string {
	switch n.Kind() {
	case "variable_name":
		return n.Text()
	case "name": // a constant
		if p := n.Parent(); !oneOf(n.FieldName(), "function", "name") && !p.Is("variable_name", "named_type", "qualified_name", "const_element", "class_constant_access_expression", "namespace_name", "namespace_use_clause") {
			return n.Text()
		}
	case "member_access_expression", "nullsafe_member_access_expression":
		if n.Field("object").Text() == "$this" {
			return this + n.Field("name").Text()
		}
	case "class_constant_access_expression":
		if oneOf(n.Kid(0).Text(), "self", "static") {
			return this + n.Kid(1).Text()
		}
	case "scoped_property_access_expression":
		if oneOf(n.Field("scope").Text(), "self", "static") {
			return this + strings.TrimPrefix(n.Field("name").Text(), "$")
		}
	}
	return ""
}

func phpMember(n node) (node, string) {
	switch n.Kind() {
	case "member_access_expression", "nullsafe_member_access_expression":
		return n.Field("object"), n.Field("name").Text()
	case "scoped_property_access_expression":
		return n.Field("scope"), strings.TrimPrefix(n.Field("name").Text(), "$")
	case "class_constant_access_expression":
		return n.Kid(0), n.Kid(1).Text()
	case "subscript_expression":
		if i := n.Kid(1); i.Is("string", "encapsed_string") {
			return n.Kid(0), phpText(i)
		}
	}
	return node{}, ""
}

func phpText(n node) string {
	ps, ok := phpPieces(n)
	if !ok || len(ps) != 1 || !ps[0].Literal {
		return ""
	}
	return ps[0].Text
}

// phpInvoke reads calls. curl_setopt($ch, OPTION, $value) is the method OPTION
// of $ch.
func phpInvoke(f *File, n node) (*Invocation, bool) {
	inv := &Invocation{}
	list := n.Field("arguments")
	switch n.Kind() {
	case "function_call_expression":
		inv.callee = n.Field("function")
		inv.Name = strings.TrimPrefix(inv.callee.Text(), `\`)
		inv.Path = inv.Name
		if !inv.callee.Is("name", "qualified_name") {
			inv.Path = ""
		}
	case "member_call_expression", "nullsafe_member_call_expression":
		inv.object, inv.callee, inv.Name = n.Field("object"), n.Field("name"), n.Field("name").Text()
	case "scoped_call_expression":
		inv.object, inv.callee, inv.Name = n.Field("scope"), n.Field("name"), n.Field("name").Text()
	case "object_creation_expression":
		inv.New, inv.callee = true, n.Kid(0)
		inv.Name = inv.callee.Text()
		for _, k := range n.Kids() {
			if k.Is("arguments") {
				list = k
			}
		}
	default:
		return nil, false
	}
	inv.Callee = span(inv.callee)
	f.arguments(inv, list, func(a node) (string, node, bool) {
		return a.Field("name").Text(), phpUnwrap(a), a.Kid(-1).Is("variadic_unpacking")
	})
	if oneOf(inv.Path, "curl_setopt", "curl_setopt_array") && len(inv.Args) > 1 {
		inv.object, inv.Path = inv.Args[0].node, ""
		if inv.Name == "curl_setopt" {
			inv.Name = inv.Args[1].node.Text()
			inv.Args = inv.Args[2:]
		} else {
			inv.Args = inv.Args[1:]
		}
	}
	return inv, true
}

func phpDict(f *File, n node) (out []Entry, open, ok bool) {
	if !n.Is("array_creation_expression") {
		return nil, false, false
	}
	for _, k := range n.Kids() {
		e := Entry{Span: span(k), Cut: cutItem(f, k)}
		key, v := k.Kid(0), k.Kid(1)
		switch {
		case v.OK():
			e.Key, e.Value, e.Name = span(key), span(v), phpText(key)
			if key.Is("name") {
				e.Name = key.Text()
			}
		case key.Is("variadic_unpacking", "variable_name"):
			open = true
			continue
		default:
			e.Line, e.Value = true, span(key)
			e.Name = lineName(f.text(key))
		}
		open = open || e.Name == ""
		out = append(out, e)
	}
	return out, open, true
}

// phpSet reads $x['key'] = v and $x[] = 'Name: value'.
func phpSet(f *File, n node) (obj node, e Entry, ok bool) {
	left := n.Field("left")
	if !n.Is("assignment_expression") || !left.Is("subscript_expression") {
		return node{}, e, false
	}
	right := n.Field("right")
	e.Value, e.Span = span(right), span(n)
	if key := left.Kid(1); key.OK() {
		e.Key, e.Name = span(key), phpText(key)
		if key.Is("name") {
			e.Name = key.Text()
		}
	} else {
		e.Line, e.Name = true, lineName(f.text(right))
	}
	e.Cut = []Span{f.line(span(n.Up("expression_statement")))}
	return left.Kid(0), e, true
}

func phpValue(f *File, n node) (Value, bool) {
	switch n.Kind() {
	case "subscript_expression":
		if o, name := phpMember(n); name != "" && oneOf(o.Text(), "$_ENV", "$_SERVER") {
			return Value{Kind: Env, Name: name}, true
		}
	case "binary_expression":
		if op := n.Field("operator").Kind(); op == "??" {
			return phpDefault(f, n.Field("left"), n.Field("right"))
		}
	case "conditional_expression":
		if !n.Field("body").OK() {
			return phpDefault(f, n.Field("condition"), n.Field("alternative"))
		}
	case "function_call_expression":
		args := n.Field("arguments").Kids()
		if len(args) == 0 {
			return Value{}, false
		}
		v := Value{Name: phpText(phpUnwrap(args[0]))}
		switch n.Field("function").Text() {
		case "getenv", "env":
			v.Kind = Env
		case "config", "get_option", "constant", "variable_get", "get_field":
			v.Kind = Config
		}
		if v.Kind == Unknown || v.Name == "" {
			return Value{}, false
		}
		if len(args) > 1 {
			d := f.value(phpUnwrap(args[1]))
			v.Default = &d
		}
		return v, true
	}
	return Value{}, false
}

func phpDefault(f *File, left, right node) (Value, bool) {
	v := f.value(left)
	if v.Kind != Env && v.Kind != Config && v.Kind != Parameter {
		return v, false
	}
	d := f.value(right)
	v.Default = &d
	return v, true
}

func phpMerge(n node) ([]node, bool) {
	switch {
	case n.Is("binary_expression") && n.Field("operator").Text() == "+":
		return []node{n.Field("left"), n.Field("right")}, true
	case n.Is("function_call_expression") && oneOf(n.Field("function").Text(), "array_merge", "array_replace", "wp_parse_args"):
		var out []node
		for _, a := range n.Field("arguments").Kids() {
			out = append(out, phpUnwrap(a))
		}
		return out, true
	}
	return nil, false
}

// phpConstant says whether a definition admits constants only: const, the
// values that properties are declared with, and static variables (before PHP
// 8.3).
func phpConstant(st string, kind BindingKind) bool {
	return kind == Constant && !strings.HasPrefix(st, "define") || phpDeclared.MatchString(st)
}

var phpDeclared = pattern.New(`^(?i:(public|protected|private|var|static|readonly|final)\s+)+[\w?|\\ ]*\$`)
