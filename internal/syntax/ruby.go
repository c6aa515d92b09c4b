package syntax

import "strings"

func ruby() *language {
	return &language{
		scopes:  []string{"program", "method", "singleton_method"},
		classes: []string{"class", "module", "singleton_class"},
		bases:   headBases,
		branches: []string{
			"if", "unless", "elsif", "else", "while", "until", "for", "case", "when", "rescue", "if_modifier", "unless_modifier",
			"conditional", "block", "do_block",
		},
		statements: []string{"assignment", "operator_assignment", "call", "return", "if", "unless", "if_modifier", "unless_modifier"},
		comments:   []string{"comment"},
		strings:    []string{"string", "heredoc_body", "subshell"},
		opaque: func(scope node, name string) bool {
			return scope.Is("method", "singleton_method") && name != "" && name[0]|32 == name[0]
		},
		unwrap: rbUnwrap,
		concat: func(n node) (l, r node, ok bool) {
			if n.Is("binary") && n.Field("operator").Kind() == "+" {
				return n.Field("left"), n.Field("right"), true
			}
			return
		},
		pieces:   rbPieces,
		format:   rbFormat,
		same:     rbSame,
		query:    rbQuery,
		defs:     rbDefs,
		name:     rbName,
		member:   rbMember,
		module:   func(node) string { return "" },
		callback: func(n node) bool { return n.Is("lambda", "block") },
		invoke:   rbInvoke,
		dict:     rbDict,
		merge:    rbMerge,
		bareHash: true,
		set:      rbSet,
		value:    rbValue,
		refine:   rbRefine,
		joined:   rbJoined,
		returns:  "return",
		shapes:   rbShapes,
		share:    sharing{global: true, constants: true, types: true},
		recast:   (*File).recastRuby,
		idiom: idiom{
			open: "{ ", close: " }", optionsOpen: "{ ", optionsClose: " }", null: "nil",
			named:   func(name string) string { return name + ": " },
			option:  func(name string) string { return name + ": " },
			spread:  func(e string) (string, string) { return e + ".merge(", ")" },
			tight:   rbTight,
			orEmpty: func(e string) string { return "(" + e + " || {})" },
			quote:   rbQuote,
			join:    func(p, e string) string { return `"` + p + "#{" + e + `}"` },
			pair:    func(name, value string) string { return rbQuote(name) + " => " + value },
			env:     func(name string) string { return "ENV.fetch(" + rbQuote(name) + ")" },
		},
	}
}

// rbTight says whether a method can be called on an expression as it stands.
func rbTight(n node) bool {
	if n.Is("call") {
		return !n.Field("block").OK() && (!n.Field("arguments").OK() || strings.HasSuffix(n.Text(), ")"))
	}
	return n.Is("identifier", "constant", "instance_variable", "class_variable", "global_variable", "hash", "element_reference", "parenthesized_statements", "scope_resolution")
}

func rbQuote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

func rbUnwrap(n node) node {
	for n.Is("parenthesized_statements") && len(n.Kids()) == 1 {
		n = n.Kid(0)
	}
	return n
}

func rbPieces(n node) ([]Piece, bool) {
	switch n.Kind() {
	case "string":
		all := n.All()
		if len(all) < 2 {
			return nil, false
		}
		return embedded(n, all[0].End(), all[len(all)-1].Start(), "interpolation", "escape_sequence", func(s node) node {
			return s.Kid(0)
		}), true
	case "simple_symbol":
		return []Piece{quoted(n, 1, 0, "escape_sequence")}, true
	case "chained_string":
		var out []Piece
		for i, k := range n.Kids() {
			ps, ok := rbPieces(k)
			if !ok {
				return nil, false
			}
			cut := Span{k.Start(), k.End()}
			if i > 0 {
				cut.Start = n.Kid(i - 1).End()
			} else {
				cut.End = n.Kid(1).Start()
			}
			for _, p := range ps {
				p.Operand, p.Cut = span(k), cut
				out = append(out, p)
			}
		}
		return out, true
	}
	return nil, false
}

// rbFormat reads "…" % x and format("…", x).
func rbFormat(f *File, n node) (formatCall, bool) {
	if n.Is("binary") && n.Field("operator").Kind() == "%" {
		c := formatCall{text: n.Field("left"), style: percent}
		r := n.Field("right")
		switch r.Kind() {
		case "array":
			for _, k := range r.Kids() {
				c.args = append(c.args, Argument{Value: span(k), Span: span(k), Cut: cutItem(f, k), node: k})
			}
		case "hash":
			es, _, _ := rbDict(f, r)
			for _, e := range es {
				c.args = append(c.args, Argument{Name: e.Name, Value: e.Value, Span: e.Span, Cut: e.Cut})
			}
		default:
			c.args = []Argument{{Value: span(r), Span: span(r), node: r}}
			if !strings.Contains(c.text.Text(), "%%") {
				c.args[0].Cut = []Span{{c.text.End(), r.End()}}
			}
		}
		return c, true
	}
	inv := f.byNode[n.Index()]
	if inv == nil || !n.Is("call") || !oneOf(inv.Name, "format", "sprintf") || n.Field("receiver").OK() || len(inv.Args) == 0 {
		return formatCall{}, false
	}
	return formatCall{text: inv.Args[0].node, style: percent, args: inv.Args[1:]}, true
}

// rbSame sees through URI(x), URI.parse(x), x.to_s and the like.
func rbSame(f *File, n node) node {
	if !n.Is("call") {
		return node{}
	}
	method, recv, args := n.Field("method").Text(), n.Field("receiver"), n.Field("arguments").Kids()
	switch {
	case len(args) == 1 && (method == "URI" && !recv.OK() || recv.Text() == "URI" && oneOf(method, "parse", "encode", "escape")):
		return args[0]
	case len(args) == 1 && recv.Text() == "Addressable::URI" && method == "parse":
		return args[0]
	case len(args) == 0 && recv.OK() && oneOf(method, "to_s", "strip", "freeze", "request_uri"):
		return recv
	}
	return node{}
}

func rbQuery(f *File, n node) node {
	if !n.Is("call") {
		return node{}
	}
	if n.Field("method").Text() == "encode_www_form" {
		args := n.Field("arguments")
		if args.Kid(0).Is("pair") {
			return args // named arguments are the hash
		}
		return args.Kid(0)
	}
	if n.Field("method").Text() == "to_query" {
		return n.Field("receiver")
	}
	return node{}
}

func rbName(n node) string {
	switch n.Kind() {
	case "identifier", "constant":
		if f := n.FieldName(); f == "method" || f == "name" {
			return ""
		}
		return n.Text()
	case "instance_variable":
		return this + strings.TrimLeft(n.Text(), "@")
	case "class_variable":
		return this + n.Text()
	}
	return ""
}

func rbMember(n node) (node, string) {
	switch n.Kind() {
	case "call":
		if !n.Field("arguments").OK() && n.Field("receiver").OK() {
			return n.Field("receiver"), n.Field("method").Text()
		}
	case "scope_resolution":
		return n.Field("scope"), n.Field("name").Text()
	case "element_reference":
		if i := n.Kid(1); i.Is("string", "simple_symbol") {
			return n.Field("object"), rbText(i)
		}
	}
	return node{}, ""
}

func rbText(n node) string {
	if n.Is("hash_key_symbol") {
		return n.Text()
	}
	ps, ok := rbPieces(n)
	if !ok || len(ps) != 1 || !ps[0].Literal {
		return ""
	}
	return ps[0].Text
}

func rbInvoke(f *File, n node) (*Invocation, bool) {
	if !n.Is("call") {
		return nil, false
	}
	m := n.Field("method")
	inv := &Invocation{callee: m, object: n.Field("receiver"), Callee: span(m), Name: m.Text()}
	inv.New = inv.Name == "new"
	if inv.object.OK() {
		inv.Callee.Start = inv.object.Start()
	} else {
		inv.Path = inv.Name
	}
	if p := rbMixed(n, inv.object, inv.Name); p != "" {
		inv.Path = p
	}
	f.arguments(inv, n.Field("arguments"), func(a node) (string, node, bool) {
		if a.Is("pair") {
			return rbText(a.Field("key")), a.Field("value"), false
		}
		return "", a, a.Is("splat_argument", "hash_splat_argument")
	})
	return inv, true
}

func rbDict(f *File, n node) (out []Entry, open, ok bool) {
	if !n.Is("hash") && !(n.Is("argument_list") && n.Kid(0).Is("pair")) {
		return nil, false, false
	}
	for _, k := range n.Kids() {
		if !k.Is("pair") {
			open = true
			continue
		}
		key := k.Field("key")
		e := Entry{Span: span(k), Cut: cutItem(f, k), Key: span(key), Value: span(k.Field("value")), Name: rbText(key)}
		if call := n.Parent(); n.Is("argument_list") && len(n.Kids()) == 1 && oneOf(call.Field("method").Text(), rbMerges...) {
			e.Cut = []Span{{call.Field("receiver").End(), call.End()}} // nothing is left to merge
		}
		open = open || e.Name == ""
		out = append(out, e)
	}
	return out, open, true
}

func rbSet(f *File, n node) (obj node, e Entry, ok bool) {
	left := n.Field("left")
	if !n.Is("assignment") || !left.Is("element_reference") {
		return node{}, e, false
	}
	obj, e.Name = rbMember(left)
	if !obj.OK() {
		return node{}, e, false
	}
	e.Key, e.Value, e.Span = span(left.Kid(1)), span(n.Field("right")), span(n)
	e.Cut = []Span{f.line(e.Span)}
	return obj, e, true
}

func rbValue(f *File, n node) (Value, bool) {
	switch n.Kind() {
	case "element_reference":
		if o, name := rbMember(n); o.Text() == "ENV" && name != "" {
			return Value{Kind: Env, Name: name}, true
		}
	case "binary":
		if op := n.Field("operator").Kind(); op == "||" || op == "or" {
			if v := f.value(n.Field("left")); v.Kind == Env || v.Kind == Config || v.Kind == Parameter {
				d := f.value(n.Field("right"))
				v.Default = &d
				return v, true
			}
		}
	case "call":
		text := n.Text()
		if strings.HasPrefix(text, "Rails.application.credentials") || strings.HasPrefix(text, "Rails.application.secrets") ||
			strings.HasPrefix(text, "Rails.configuration.") || strings.HasPrefix(text, "Settings.") {
			return Value{Kind: Config, Name: text}, true
		}
		args := n.Field("arguments").Kids()
		if n.Field("receiver").Text() == "ENV" && n.Field("method").Text() == "fetch" && len(args) > 0 && rbText(args[0]) != "" {
			v := Value{Kind: Env, Name: rbText(args[0])}
			if len(args) > 1 {
				d := f.value(args[1])
				v.Default = &d
			}
			return v, true
		}
	}
	return Value{}, false
}

func rbDefs(n node) []def {
	switch n.Kind() {
	case "assignment", "operator_assignment":
		return rbAssigned(n)
	case "binary": // url << "…"
		if l := n.Field("left"); n.Field("operator").Kind() == "<<" && rbName(l) != "" {
			return []def{{name: rbName(l), at: l, value: n.Field("right"), statement: n, append: true}}
		}
	case "method", "singleton_method":
		at := n.Field("name")
		ds := []def{{name: this + at.Text() + "()", at: at, value: n, statement: n, kind: Function}}
		for _, p := range n.Field("parameters").Kids() {
			at := p
			if !p.Is("identifier") {
				at = p.Field("name")
			}
			if at.OK() {
				ds = append(ds, def{name: at.Text(), at: at, statement: n, kind: Param})
			}
		}
		return ds
	case "class":
		if at := n.Field("name"); at.Is("constant") {
			return []def{{name: at.Text(), at: at, statement: n, kind: Class}}
		}
	case "block_parameters":
		var ds []def
		for _, p := range n.Find("identifier") {
			ds = append(ds, def{name: p.Text(), at: p, statement: n, kind: Variable})
		}
		return ds
	}
	return nil
}

func rbAssigned(n node) []def {
	left := n.Field("left")
	d := def{at: left, name: rbName(left), value: n.Field("right"), statement: n, kind: Variable}
	switch {
	case n.Is("operator_assignment"):
		d.append = n.Field("operator").Kind() == "+="
		d.bare = n.Field("operator").Kind() == "||="
	case left.Is("constant"):
		d.kind = Constant
	case left.Is("call") && left.Field("method").Text() == "query": // uri.query = …
		d.at, d.append = left.Field("receiver"), true
		d.name = rbName(d.at)
	}
	if strings.HasPrefix(d.name, this) {
		d.kind = Field
	}
	if d.name == "" {
		return nil
	}
	return []def{d}
}

// rbMerges are the methods that make one hash of several.
var rbMerges = []string{"merge", "merge!", "reverse_merge", "update", "deep_merge"}

func rbMerge(n node) ([]node, bool) {
	if !n.Is("call") || !oneOf(n.Field("method").Text(), rbMerges...) || !n.Field("receiver").OK() {
		return nil, false
	}
	args := n.Field("arguments")
	if args.Kid(0).Is("pair") {
		return []node{n.Field("receiver"), args}, true
	}
	return append([]node{n.Field("receiver")}, args.Kids()...), true
}
