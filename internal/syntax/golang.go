package syntax

import (
	"path"
	"strings"
)

func golang() *language {
	return &language{
		scopes: []string{"source_file", "function_declaration", "method_declaration", "func_literal"},
		branches: []string{
			"if_statement", "for_statement", "expression_switch_statement", "type_switch_statement", "select_statement",
			"expression_case", "default_case",
		},
		statements: []string{
			"expression_statement", "short_var_declaration", "assignment_statement", "var_declaration", "const_declaration",
			"return_statement", "if_statement", "for_statement", "defer_statement", "go_statement",
		},
		comments: []string{"comment"},
		strings:  []string{"interpreted_string_literal", "raw_string_literal"},
		after:    goAfter,
		unwrap: func(n node) node {
			for n.Is("parenthesized_expression") || n.Is("literal_element") && len(n.Kids()) == 1 || n.Is("unary_expression") && n.Field("operator").Kind() == "&" {
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
			if n.Is("interpreted_string_literal", "raw_string_literal") {
				return []Piece{quoted(n, 1, 1, "escape_sequence")}, true
			}
			return nil, false
		},
		format:   goFormat,
		same:     goSame,
		query:    goQuery,
		defs:     goDefs,
		name:     goName,
		member:   goMember,
		module:   func(node) string { return "" },
		callback: func(n node) bool { return n.Is("func_literal") },
		invoke:   goInvoke,
		dict:     goDict,
		set:      goSet,
		value:    goValue,
		returns:  "return_statement",
		fluent: func(path, name string) bool {
			return strings.HasPrefix(path, "github.com/go-resty/resty/") && (strings.HasSuffix(path, ".New()") || strings.HasSuffix(path, ".Client()")) && strings.HasPrefix(name, "Set")
		},
		shapes: goShapes,
		share:  sharing{folder: true, public: func(name string) bool { return name[0] >= 'A' && name[0] <= 'Z' }},
		prunes: true, constant: constants, blocks: always,
		recast:    (*File).recastGo,
		importing: (*File).goImport,
		idiom: idiom{
			open: "{", close: "}", null: "nil",
			option: func(name string) string { return name + ": " },
			quote:  func(s string) string { return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"` },
			join:   func(p, e string) string { return `"` + p + `"+` + e },
			pair:   func(name, value string) string { return `"` + name + `": {` + value + "}" },
			env:    func(name string) string { return `os.Getenv("` + name + `")` }, envImport: "os",
		},
	}
}

// goAfter steps over the check of the error that a statement returns. It says
// whether the other result is there behind that.
func goAfter(st node) (node, bool) {
	next := st.Next()
	for next.OK() && (!next.Named() || next.Extra()) {
		next = next.Next()
	}
	left := st.Field("left").Kids()
	if len(left) != 2 || left[1].Text() == "_" {
		return st, true
	}
	if next.Is("if_statement") && next.Field("condition").Text() == left[1].Text()+" != nil" {
		return next, true
	}
	// Whoever uses the result unchecked needs it as well.
	return st, next.Is(goSimple...) && strings.Contains(next.Text(), left[0].Text())
}

// goSimple are statements that run as a whole.
var goSimple = []string{"expression_statement", "short_var_declaration", "assignment_statement"}

func goText(n node) string {
	if n.Is("interpreted_string_literal", "raw_string_literal") {
		return quoted(n, 1, 1, "escape_sequence").Text
	}
	return ""
}

func goFormat(f *File, n node) (formatCall, bool) {
	inv := f.byNode[n.Index()]
	if inv == nil || !n.Is("call_expression") || n.Field("function").Text() != "fmt.Sprintf" || len(inv.Args) == 0 || inv.open() {
		return formatCall{}, false
	}
	return formatCall{text: inv.Args[0].node, style: percent, args: inv.Args[1:]}, true
}

// goSame sees through url.Parse(x) and x.String().
func goSame(f *File, n node) node {
	if !n.Is("call_expression") {
		return node{}
	}
	fn, args := n.Field("function"), n.Field("arguments").Kids()
	switch {
	case fn.Text() == "url.Parse" && len(args) == 1:
		return args[0]
	case fn.Is("selector_expression") && fn.Field("field").Text() == "String" && len(args) == 0:
		return fn.Field("operand")
	}
	return node{}
}

func goQuery(f *File, n node) node {
	if fn := n.Field("function"); n.Is("call_expression") && fn.Field("field").Text() == "Encode" {
		return fn.Field("operand")
	}
	return node{}
}

// goName reads x and, where c is the receiver of the method, c.x.
func goName(n node) string {
	switch n.Kind() {
	case "identifier":
		return n.Text()
	case "package_identifier":
		return n.Text()
	case "selector_expression":
		o := n.Field("operand")
		if !o.Is("identifier") {
			return ""
		}
		m := n.Up("method_declaration")
		if r := m.Field("receiver").Kid(0).Field("name"); r.OK() && r.Text() == o.Text() {
			return this + n.Field("field").Text()
		}
	}
	return ""
}

func goMember(n node) (node, string) {
	if n.Is("selector_expression") {
		return n.Field("operand"), n.Field("field").Text()
	}
	if n.Is("qualified_type") {
		return n.Field("package"), n.Field("name").Text()
	}
	return node{}, ""
}

func goInvoke(f *File, n node) (*Invocation, bool) {
	inv := &Invocation{}
	switch n.Kind() {
	case "call_expression":
		inv.callee = n.Field("function")
	case "composite_literal":
		inv.callee, inv.New = n.Field("type"), true
	default:
		return nil, false
	}
	inv.Callee, inv.Name = span(inv.callee), inv.callee.Text()
	if _, name := goMember(inv.callee); name != "" {
		inv.Name = name
	}
	if inv.New {
		return inv, true
	}
	f.arguments(inv, n.Field("arguments"), func(a node) (string, node, bool) { return "", a, a.Is("variadic_argument") })
	return inv, true
}

// goDict reads map, url.Values and http.Header literals.
func goDict(f *File, n node) (out []Entry, open, ok bool) {
	if n.Is("call_expression") && n.Field("function").Text() == "make" {
		return nil, false, true
	}
	t := n.Field("type")
	if !n.Is("composite_literal") || !t.Is("map_type") && !oneOf(t.Text(), "url.Values", "http.Header") {
		return nil, false, false
	}
	for _, k := range n.Field("body").Kids() {
		key, v := k.Field("key"), k.Field("value")
		if !k.Is("keyed_element") {
			open = true
			continue
		}
		if !key.OK() {
			key, v = k.Kid(0), k.Kid(1)
		}
		for v.Is("literal_element", "literal_value") && len(v.Kids()) == 1 {
			v = v.Kid(0)
		}
		if key.Is("literal_element") {
			key = key.Kid(0)
		}
		e := Entry{Span: span(k), Cut: cutItem(f, k), Key: span(key), Value: span(v), Name: goText(key)}
		open = open || e.Name == ""
		out = append(out, e)
	}
	return out, open, true
}

// goSet reads m["key"] = v, and Set and Add of url.Values; of values that come
// from u.Query() the object is u.
func goSet(f *File, n node) (obj node, e Entry, ok bool) {
	switch n.Kind() {
	case "assignment_statement":
		left := n.Field("left").Kid(0)
		if !left.Is("index_expression") {
			return node{}, e, false
		}
		key := left.Field("index")
		obj, e.Key, e.Name, e.Value = left.Field("operand"), span(key), goText(key), span(n.Field("right").Kid(0))
	case "call_expression":
		fn, args := n.Field("function"), n.Field("arguments").Kids()
		if len(args) != 2 || !oneOf(fn.Field("field").Text(), "Set", "Add") {
			return node{}, e, false
		}
		obj = fn.Field("operand")
		e.Key, e.Value = span(args[0]), span(args[1])
		if v := f.value(args[0]); v.Kind == Literal {
			e.Name = v.Text
		}
	default:
		return node{}, e, false
	}
	e.Span = span(n)
	e.Cut = []Span{f.line(span(n.Up("expression_statement", "assignment_statement")))}
	if v, _ := f.follow(obj); v.Is("call_expression") && v.Field("function").Field("field").Text() == "Query" {
		obj = v.Field("function").Field("operand")
	}
	return obj, e, obj.OK()
}

func goValue(f *File, n node) (Value, bool) {
	if !n.Is("call_expression") {
		return Value{}, false
	}
	fn, args := n.Field("function").Text(), n.Field("arguments").Kids()
	if len(args) != 1 || goText(args[0]) == "" {
		return Value{}, false
	}
	switch fn {
	case "os.Getenv", "syscall.Getenv", "os.LookupEnv":
		return Value{Kind: Env, Name: goText(args[0])}, true
	case "viper.GetString", "viper.Get", "c.String", "ctx.String":
		return Value{Kind: Config, Name: goText(args[0])}, true
	}
	return Value{}, false
}

func goDefs(n node) []def {
	switch n.Kind() {
	case "short_var_declaration", "assignment_statement":
		return goAssigned(n, n.Field("left").Kids(), n.Field("right").Kids(), n.Field("operator").Kind() == "+=")
	case "var_spec", "const_spec":
		kind := Variable
		if n.Is("const_spec") {
			kind = Constant
		}
		var names []node
		for _, k := range n.Kids() {
			if k.FieldName() == "name" {
				names = append(names, k)
			}
		}
		ds := goAssigned(n, names, n.Field("value").Kids(), false)
		for i := range ds {
			ds[i].kind, ds[i].typ, ds[i].bare = kind, goType(n.Field("type")), !n.Field("value").OK()
		}
		return ds
	case "parameter_declaration":
		fn := n.Up("function_declaration", "method_declaration", "func_literal")
		var ds []def
		for _, k := range n.Kids() {
			if k.FieldName() == "name" && fn.OK() {
				ds = append(ds, def{name: k.Text(), at: k, statement: fn, kind: Param, typ: goType(n.Field("type"))})
			}
		}
		return ds
	case "field_declaration": // of a struct, where its type says what it is
		at := n.Field("name")
		if t := goType(n.Field("type")); at.OK() && t != "" {
			return []def{{name: this + at.Text(), at: at, statement: n, kind: Field, bare: true, typ: t}}
		}
	case "function_declaration":
		at := n.Field("name")
		return []def{{name: at.Text(), at: at, statement: n, kind: Function}}
	case "method_declaration":
		at := n.Field("name")
		return []def{{name: this + at.Text() + "()", at: at, value: n, statement: n, kind: Function}}
	case "range_clause":
		return goAssigned(n, n.Field("left").Kids(), nil, false)
	case "import_spec":
		return goImport(n)
	case "keyed_element": // T{x: v} sets the field x
		key := n.Kid(0)
		if key.Is("literal_element") {
			key = key.Kid(0)
		}
		if t := n.Parent().Parent().Field("type"); key.Is("identifier") && t.Is("type_identifier") {
			v := n.Kid(1)
			if v.Is("literal_element") {
				v = v.Kid(0)
			}
			return []def{{name: this + key.Text(), at: key, value: v, statement: n, kind: Field}}
		}
	}
	return nil
}

func goAssigned(n node, left, right []node, add bool) []def {
	var ds []def
	for i, l := range left {
		name := goName(l)
		if name == "" || name == "_" {
			continue
		}
		d := def{name: name, at: l, statement: n, kind: Variable, append: add, assign: n.Is("assignment_statement")}
		if strings.HasPrefix(name, this) {
			d.kind = Field
		}
		if len(right) == len(left) {
			d.value = right[i]
		} else if i == 0 && len(right) == 1 { // v, err := f()
			d.value = right[0]
		}
		if n.Is("var_spec", "const_spec") && n.Parent().Is("var_declaration", "const_declaration") {
			d.statement = n.Parent()
		}
		ds = append(ds, d)
	}
	return ds
}

func goType(t node) string {
	if t.Is("pointer_type") {
		t = t.Kid(0)
	}
	switch t.Text() {
	case "http.Client":
		return "net/http.Client"
	case "http.Request":
		return "net/http.NewRequest"
	case "resty.Client":
		return "github.com/go-resty/resty/v2.New"
	}
	return ""
}

func goImport(n node) []def {
	p := n.Field("path")
	module := goText(p)
	base := path.Base(module)
	if len(base) > 1 && base[0] == 'v' && base[1] >= '0' && base[1] <= '9' {
		base = path.Base(path.Dir(module))
	}
	d := def{name: strings.TrimPrefix(base, "go-"), at: p, statement: n, kind: Import, module: module}
	if a := n.Field("name"); a.OK() {
		d.name, d.at = a.Text(), a
	}
	return []def{d}
}
