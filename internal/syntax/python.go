package syntax

import (
	"slices"
	"strings"
)

func python() *language {
	return &language{
		scopes:  []string{"module", "function_definition", "lambda"},
		classes: []string{"class_definition"},
		branches: []string{
			"if_statement", "elif_clause", "else_clause", "for_statement", "while_statement", "try_statement",
			"except_clause", "conditional_expression", "match_statement",
		},
		statements: []string{
			"expression_statement", "return_statement", "if_statement", "for_statement", "while_statement",
			"with_statement", "raise_statement", "assert_statement", "import_statement", "import_from_statement",
		},
		comments:  []string{"comment"},
		strings:   []string{"string"},
		unwrap:    pyUnwrap,
		concat:    pyConcat,
		pieces:    pyPieces,
		format:    pyFormat,
		same:      pySame,
		query:     pyQuery,
		defs:      pyDefs,
		name:      pyName,
		member:    pyMember,
		module:    func(node) string { return "" },
		callback:  func(n node) bool { return n.Is("lambda") },
		invoke:    pyInvoke,
		dict:      pyDict,
		merge:     pyMerge,
		set:       pySet,
		value:     pyValue,
		environ:   pyEnviron,
		fieldEnv:  pyFieldEnv,
		bases:     pyBases,
		globals:   "globals()",
		records:   true,
		inherited: true,
		adapt:     pyAdapt,
		refine:    pyRefine,
		returns:   "return_statement",
		shapes:    pyShapes,
		share:     sharing{single: true},
		handsOn:   pyHandsOn,
		prunes:    true,
		paths:     true,
		recast:    (*File).recastUrllib,
		importing: (*File).pyImport,
		idiom: idiom{
			open: "{", close: "}", optionsOpen: "{", optionsClose: "}", null: "None",
			named:   func(name string) string { return name + "=" },
			option:  func(name string) string { return `"` + name + `": ` },
			spread:  func(e string) (string, string) { return "{**" + pyOperand(e) + ", ", "}" },
			orEmpty: func(e string) string { return e + " or {}" },
			quote:   func(s string) string { return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"` },
			join:    pyJoin,
			pair:    func(name, value string) string { return `"` + name + `": ` + value },
			env:     func(name string) string { return `os.environ["` + name + `"]` }, envImport: "os",
			imports: func(m string) string { return "import " + m }, none: "{}", keywords: true,
		},
	}
}

// pyOperand puts parentheses around what ** would not take whole.
func pyOperand(e string) string {
	if strings.Contains(e, " ") {
		return "(" + e + ")"
	}
	return e
}

// pyJoin takes an f-string, but for expressions that may not stand in one
// before Python 3.12.
func pyJoin(prefix, e string) string {
	if (strings.Contains(e, ".get(") || strings.Contains(e, "getenv(")) && !strings.ContainsAny(e, "'\\{}\n#") { // None is no operand of +
		return `f'` + prefix + "{" + e + `}'`
	}
	if strings.ContainsAny(e, "\"\\{}\n#") {
		return `"` + prefix + `" + ` + pyTerm(e)
	}
	return `f"` + prefix + "{" + e + `}"`
}

func pyUnwrap(n node) node {
	for n.Is("parenthesized_expression", "await", "as_pattern_target") {
		n = n.Kid(0)
	}
	return n
}

func pyConcat(n node) (l, r node, ok bool) {
	if n.Is("binary_operator") && n.Field("operator").Kind() == "+" {
		return n.Field("left"), n.Field("right"), true
	}
	return
}

func pyPieces(n node) ([]Piece, bool) {
	switch n.Kind() {
	case "string":
		all := n.All()
		start, end := all[0], all[len(all)-1]
		if !start.Is("string_start") || !end.Is("string_end") {
			return nil, false
		}
		ps := embedded(n, start.End(), end.Start(), "interpolation", "escape_sequence", func(s node) node {
			return s.Field("expression")
		})
		return ps, true
	case "concatenated_string":
		var out []Piece
		var prev node
		for _, k := range n.Kids() {
			ps, ok := pyPieces(k)
			if !ok {
				return nil, false
			}
			cut := Span{k.Start(), k.End()}
			if prev.OK() {
				cut.Start = prev.End()
			} else if next := n.Kid(1); next.OK() {
				cut.End = next.Start()
			}
			for _, p := range ps {
				p.Operand, p.Cut = span(k), cut
				out = append(out, p)
			}
			prev = k
		}
		return out, true
	}
	return nil, false
}

// pyFormat reads "…" % x and "…".format(x).
func pyFormat(f *File, n node) (formatCall, bool) {
	if n.Is("binary_operator") && n.Field("operator").Kind() == "%" {
		c := formatCall{text: n.Field("left"), style: percent}
		switch r := n.Field("right"); r.Kind() {
		case "tuple":
			for _, k := range r.Kids() {
				c.args = append(c.args, Argument{Value: span(k), Span: span(k), Cut: cutItem(f, k), node: k})
			}
			if k := len(c.args); k == 2 { // (a, b) becomes (a,) or (b,): (a) is no tuple
				c.args[1].Cut = []Span{{r.Kid(0).Next().End(), c.args[1].Span.End}}
				if end := r.Kid(1).End(); r.Kid(1).Next().Text() != "," {
					c.args[0].Left = Edit{Span{end, end}, ","}
				}
			}
		case "dictionary":
			es, _, _ := pyDict(f, r)
			for _, e := range es {
				c.args = append(c.args, Argument{Name: e.Name, Value: e.Value, Span: e.Span, Cut: e.Cut})
			}
		default:
			c.args = []Argument{{Value: span(r), Span: span(r), node: r}}
			if !strings.Contains(c.text.Text(), "%%") { // without the operator it would stay doubled
				c.args[0].Cut = []Span{{c.text.End(), r.End()}}
			}
		}
		return c, true
	}
	if callee := n.Field("function"); n.Is("call") && callee.Is("attribute") && callee.Field("attribute").Text() == "format" {
		inv := f.byNode[n.Index()]
		if inv == nil || inv.open() {
			return formatCall{}, false
		}
		return formatCall{text: callee.Field("object"), style: braces, args: inv.Args}, true
	}
	return formatCall{}, false
}

func pySame(f *File, n node) node {
	if n.Is("call") && n.Field("function").Text() == "str" {
		return n.Field("arguments").Kid(0)
	}
	return node{}
}

func pyQuery(f *File, n node) node {
	if !n.Is("call") {
		return node{}
	}
	callee := n.Field("function").Text()
	if callee == "urlencode" || strings.HasSuffix(callee, ".urlencode") {
		return n.Field("arguments").Kid(0)
	}
	return node{}
}

func pyName(n node) string {
	switch n.Kind() {
	case "identifier":
		if p := n.Parent(); n.FieldName() == "attribute" || n.FieldName() == "name" && p.Is("keyword_argument") {
			return ""
		}
		return n.Text()
	case "attribute":
		if o := n.Field("object"); o.Is("identifier") && oneOf(o.Text(), "self", "cls") {
			return this + n.Field("attribute").Text()
		}
	}
	return ""
}

func pyMember(n node) (node, string) {
	switch n.Kind() {
	case "attribute":
		return n.Field("object"), n.Field("attribute").Text()
	case "subscript":
		if i := n.Field("subscript"); i.Is("string") {
			return n.Field("value"), pyText(i)
		}
	}
	return node{}, ""
}

// pyText is the text of a plain string, empty for others.
func pyText(n node) string {
	ps, ok := pyPieces(n)
	if !ok || len(ps) != 1 || !ps[0].Literal {
		return ""
	}
	return ps[0].Text
}

func pyInvoke(f *File, n node) (*Invocation, bool) {
	if !n.Is("call") {
		return nil, false
	}
	inv := &Invocation{callee: n.Field("function")}
	inv.Callee, inv.Name = span(inv.callee), inv.callee.Text()
	if _, name := pyMember(inv.callee); name != "" {
		inv.Name = name
	}
	list := n.Field("arguments")
	if !list.Is("argument_list") {
		return inv, true
	}
	f.arguments(inv, list, func(a node) (string, node, bool) {
		if a.Is("keyword_argument") {
			return a.Field("name").Text(), a.Field("value"), false
		}
		return "", a, a.Is("list_splat", "dictionary_splat")
	})
	return inv, true
}

func pyDict(f *File, n node) (out []Entry, open, ok bool) {
	switch n.Kind() {
	case "dictionary":
		for _, k := range n.Kids() {
			if !k.Is("pair") {
				open = true
				continue
			}
			key := k.Field("key")
			e := Entry{Span: span(k), Cut: cutItem(f, k), Key: span(key), Value: span(k.Field("value")), Name: pyText(key)}
			open = open || e.Name == ""
			out = append(out, e)
		}
		return out, open, true
	case "list", "tuple": // [("a", 1), …]
		for _, k := range n.Kids() {
			if !k.Is("tuple") || len(k.Kids()) != 2 {
				return nil, false, false
			}
			key := k.Kid(0)
			out = append(out, Entry{Span: span(k), Cut: cutItem(f, k), Key: span(key), Value: span(k.Kid(1)), Name: pyText(key)})
		}
		return out, false, len(out) > 0
	case "call":
		if n.Field("function").Text() != "dict" {
			return nil, false, false
		}
		for _, k := range n.Field("arguments").Kids() {
			if !k.Is("keyword_argument") {
				open = true
				continue
			}
			key := k.Field("name")
			out = append(out, Entry{Span: span(k), Cut: cutItem(f, k), Key: span(key), Value: span(k.Field("value")), Name: key.Text()})
		}
		return out, open, true
	}
	return nil, false, false
}

// pySet reads obj["key"] = v and obj.key = v.
func pySet(f *File, n node) (obj node, e Entry, ok bool) {
	left := n.Field("left")
	if !n.Is("assignment") || !left.Is("subscript", "attribute") || pyName(left) != "" {
		return node{}, e, false
	}
	obj, e.Name = pyMember(left)
	if !obj.OK() {
		return node{}, e, false
	}
	if left.Is("attribute") {
		e.Key, e.Value, e.Span = span(left.Field("attribute")), span(n.Field("right")), span(n)
		e.Cut = []Span{f.line(span(n.Up("expression_statement")))}
		return obj, e, true
	}
	e.Key, e.Value, e.Span = span(left.Field("subscript")), span(n.Field("right")), span(n)
	e.Cut = []Span{f.line(span(n.Up("expression_statement")))}
	return obj, e, true
}

// pyRefine gives a request of urllib its header in the form that is not sent
// again when the server redirects to another host.
func pyRefine(f *File, inv *Invocation, c *Call) {
	if pool := inv.Root; c.Client == "urllib3" && pool != nil && c.HeadersValue.Empty() && slices.ContainsFunc(pool.Args, func(a Argument) bool { return a.Name == "headers" }) {
		c.Slot = Slot{Why: "the headers of a request would replace those of its pool"}
	}
	if c.Client != "urllib" || inv.Name != "Request" {
		return
	}
	if sl := f.inStatement(c, inv, &shape{statement: "%s.add_unredirected_header(…)"}); sl.Kind != NoSlot {
		c.Slot = sl
	}
}
