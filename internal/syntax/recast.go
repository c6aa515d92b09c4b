package syntax

import (
	"strings"
)

// Recast is how a call that takes nothing but a URL moves to the form of its
// client that takes a header too.
type Recast struct {
	// Edits wrap what stays.
	Edits []Edit
	// Moved is an expression that moves out of the call: Instead stands in its
	// place, and its text in place of … in Before, which goes in at At.
	Moved   Span
	Instead string
	Before  string
	At      int
	// Module has to be imported; Import is the line that does it where the
	// language has more than one form.
	Module, Import string
	// Unless is what makes the new form depend on something outside the file.
	Unless string
	// Why says why there is no such form, empty where there is.
	Why string
}

// Recast moves a call whose slot says so. The header is name: prefix + expr.
func (f *File) Recast(c *Call, name, prefix, expr string) Recast {
	inv := f.InvocationAt(c.Span)
	if inv == nil || inv.Span != c.Span || inv.open() {
		return Recast{Why: "the call takes no headers"}
	}
	if f.lang.recast == nil {
		return Recast{Why: "the call takes no headers"}
	}
	return f.lang.recast(f, c, inv, headerText{name, prefix, expr})
}

// headerText is what a header is made of.
type headerText struct{ name, prefix, expr string }

// value is the expression for a header's value.
func (h headerText) value(f *File) string { return f.lang.idiom.join(h.prefix, h.expr) }

// recastUrllib makes a Request, whose header is not sent again when the server
// redirects to another host.
func (f *File) recastUrllib(c *Call, inv *Invocation, h headerText) Recast {
	url, ok := inv.arg(arg{1, "url"})
	callee := f.Text(inv.Callee)
	if !ok || !strings.HasSuffix(callee, "urlopen") || strings.HasPrefix(inv.Path, "urllib.urlopen") {
		return Recast{Why: "the call takes no headers"}
	}
	at, why := f.hoist(c, inv)
	if why != "" {
		return Recast{Why: why}
	}
	r := Recast{Moved: url.Value, At: at}
	r.Instead = f.fresh("request", at)
	class := strings.TrimSuffix(callee, "urlopen") + "Request"
	root, _, _ := strings.Cut(callee, ".")
	if b := f.lookup(root, inv.node); b != nil && b.Kind == Import && len(b.Defs) > 1 && class == "Request" {
		return Recast{Why: "\"" + b.Name + "\" is imported from one of several modules"}
	}
	if class == "Request" && f.lookup("Request", inv.node) == nil {
		r.Import = "from " + strings.TrimSuffix(inv.Path, ".urlopen") + " import Request"
	}
	indent := f.Indent(at)
	r.Before = r.Instead + " = " + class + "(…)" + f.EOL() + indent +
		r.Instead + ".add_unredirected_header(" + f.lang.idiom.quote(h.name) + ", " + h.value(f) + ")" + f.EOL() + indent
	return r
}

// hoist is where a statement can stand that runs right before a call.
func (f *File) hoist(c *Call, inv *Invocation) (int, string) {
	st := inv.node.Up(f.lang.statements...)
	for st.OK() && st.Parent().Is("decorated_definition") {
		st = st.Parent()
	}
	if !st.OK() || f.scope(st) != f.scope(inv.node) || !f.ownLine(st.Start()) ||
		!st.Is("expression_statement", "return_statement", "with_statement", "raise_statement", "short_var_declaration", "assignment_statement", "for_statement") {
		return 0, "the request is made where no statement can stand before it"
	}
	if st.Is("for_statement") && !st.Field("right").Contains(inv.node) {
		return 0, "the request is made where no statement can stand before it"
	}
	for n := inv.node; n.OK() && n != st; n = n.Parent() {
		if n.Is("list_comprehension", "generator_expression", "dictionary_comprehension", "conditional_expression", "boolean_operator") {
			return 0, "the request is made where no statement can stand before it"
		}
	}
	return st.Start(), ""
}

// fresh is a name that means nothing yet at an offset.
func (f *File) fresh(name string, at int) string {
	n := f.tree.At(at, at)
	for try := name; ; try += "_" {
		if f.lookup(try, n) == nil && !strings.Contains(f.Text(f.Enclosing(at)), try+" ") {
			return try
		}
		if try == name {
			try = "api_" + name
			if f.lookup(try, n) == nil {
				return try
			}
		}
	}
}

// recastPHP adds a stream context.
func (f *File) recastPHP(_ *Call, inv *Invocation, h headerText) Recast {
	if inv.Name != "file_get_contents" || len(inv.Args) != 1 {
		return Recast{Why: "the call takes no headers"}
	}
	line := f.lang.idiom.join(h.name+": "+h.prefix, h.expr)
	end := inv.Args[0].Span.End
	return Recast{Edits: []Edit{{Span{end, end}, ", false, stream_context_create(['http' => ['header' => " + line + "]])"}}}
}

// recastRuby gives the headers that Net::HTTP takes since Ruby 3.0.
func (f *File) recastRuby(_ *Call, inv *Invocation, h headerText) Recast {
	if len(inv.Args) != 1 || !oneOf(inv.Name, "get", "get_response") {
		return Recast{Why: "the call takes no headers"}
	}
	end := inv.Args[0].Span.End
	return Recast{
		Edits:  []Edit{{Span{end, end}, ", { " + f.lang.idiom.pair(h.name, h.value(f)) + " }"}},
		Unless: "needs Ruby 3.0 or later: Net::HTTP." + inv.Name + " took no headers before",
	}
}

func (f *File) span(n node) Span { return span(n) }
