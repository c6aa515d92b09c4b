package syntax

import (
	"slices"
	"strings"
)

// enter takes the value of what b stands for into a text. It gives the index of
// b in Text.Via, and fails where no text comes of it.
func (f *File) enter(t *Text, b *Binding, value node, left int) (int, []Piece, bool) {
	was, holes := len(t.Via), len(t.holes)
	t.Via, t.values = append(t.Via, b), append(t.values, span(value))
	ps := f.flatten(t, value, was, left-1)
	if !hasLiteral(ps) {
		t.Via, t.values, t.holes = t.Via[:was], t.values[:was], t.holes[:holes]
		return 0, nil, false
	}
	return was, ps, true
}

// known follows n to the text that it stands for: a name, a member of a literal
// of entries, a call of a function with one result. n stands in the via-th
// definition.
func (f *File) known(t *Text, name string, n node, via, left int) ([]Piece, bool) {
	if ps, ok := f.variable(t, name, n, left); ok {
		return ps, true
	}
	if ps, ok := f.entry(t, n, left); ok {
		return ps, true
	}
	return f.called(t, n, via, left)
}

// entry follows urls.owners to the literal { owners: … }, where the literal is
// read by such names only.
func (f *File) entry(t *Text, n node, left int) ([]Piece, bool) {
	obj, name := f.lang.member(n)
	if left == 0 || name == "" {
		return nil, false
	}
	b := f.lookup(f.lang.name(obj), obj)
	if b == nil || len(f.added[b]) > 0 || len(b.appends()) > 0 {
		return nil, false
	}
	d, ok := b.only()
	if !ok || d.value.Contains(n) {
		return nil, false
	}
	entries, open, ok := f.lang.dict(f, f.lang.unwrap(d.value))
	if !ok || open {
		return nil, false
	}
	part := &Binding{Name: b.Name + "." + name, Kind: Constant, Scope: b.Scope}
	for _, r := range b.Reads {
		o, member := f.lang.member(f.at(r).Parent())
		if member == "" || span(o) != r {
			return nil, false
		}
		if member == name {
			part.Reads = append(part.Reads, span(f.at(r).Parent()))
		}
	}
	for _, e := range entries {
		if e.Name == name {
			part.Defs = []Define{{Name: e.Key, Value: e.Value, Statement: e.Span}}
			_, ps, ok := f.enter(t, part, f.at(e.Value), left)
			return ps, ok
		}
	}
	return nil, false
}

// called follows a call of a function of this file to its only result; what it
// is given stands in place of the parameters.
func (f *File) called(t *Text, n node, via, left int) ([]Piece, bool) {
	inv := f.byNode[n.Index()]
	if left == 0 || inv != nil && (inv.New || inv.open()) {
		return nil, false
	}
	var b *Binding
	if inv != nil {
		b = f.Callee(inv)
	} else if name := f.lang.name(n); name != "" && f.lookup(name, n) == nil {
		b = f.bareCall(name, n)
		inv = &Invocation{}
	}
	if b == nil || len(b.defs) != 1 {
		return nil, false
	}
	fn := f.function(b.defs[0])
	result := f.onlyReturn(fn)
	if !result.OK() || fn.Contains(n) {
		return nil, false
	}
	was, ps, ok := f.enter(t, b, result, left)
	if !ok {
		return nil, false
	}
	args := f.given(fn, inv)
	var out []Piece
	for _, p := range ps {
		a, ok := args[p.Text]
		if p.Literal || p.Via < was || !ok || asValue(out) || p.Format != nil {
			out = append(out, p)
			continue
		}
		t.holes = append(t.holes, p.Span)
		where := via
		if fn.Contains(a) {
			where = was // a default
		}
		out = append(out, f.flatten(t, a, where, left-1)...)
	}
	return out, true
}

// Callee is the function of this file that an invocation calls, nil where it
// calls another, or one that is known at run time only.
func (f *File) Callee(inv *Invocation) *Binding {
	if b := f.lookup(f.lang.name(inv.callee), inv.callee); b != nil && !inv.object.OK() {
		return b
	}
	at := inv.node
	if obj := f.receiver(inv); obj.OK() {
		if !oneOf(obj.Text(), "self", "$this", "this", "static", "cls") && !strings.HasPrefix(f.lang.name(inv.callee), this) {
			return nil
		}
		if b := f.lookup(this+inv.Name, at); b != nil {
			return b
		}
		return f.lookup(this+inv.Name+"()", at)
	}
	for _, name := range []string{inv.Name, inv.Name + "()", this + inv.Name + "()"} {
		if b := f.lookup(name, at); b != nil {
			return b
		}
	}
	return nil
}

// link notes the calls of methods as reads of them: no name in the source
// stands for a method alone.
func (f *File) link() {
	for _, inv := range f.invocations {
		b := f.Callee(inv)
		if b == nil || b.Kind != Function {
			continue
		}
		name := Span{inv.Callee.End - len(inv.Name), inv.Callee.End}
		if f.Text(name) == inv.Name && !slices.ContainsFunc(b.Reads, func(r Span) bool { return r.Contains(name) }) {
			b.Reads = append(b.Reads, name)
		}
	}
}

// function is the function that a definition defines.
func (f *File) function(d def) node {
	if d.kind == Param {
		return node{}
	}
	for _, n := range []node{f.lang.unwrap(d.value), d.statement} {
		if n.OK() && n.Is(f.lang.scopes...) && n.Parent().OK() {
			return n
		}
	}
	return node{}
}

// onlyReturn is the value of the only return of a function.
func (f *File) onlyReturn(fn node) node {
	if !fn.OK() {
		return node{}
	}
	all := f.returned(fn)
	if len(all) != 1 {
		return node{}
	}
	v := f.at(all[0])
	if b := v.Up(f.lang.branches...); b.OK() && b != fn && fn.Contains(b) {
		return node{}
	}
	for v.Is("argument_list", "expression_list", "arrow_expression_clause", "function_body", "body_statement") && len(v.Kids()) == 1 {
		v = v.Kid(0)
	}
	return f.lang.unwrap(v)
}

// formals are the definitions of a function's parameters, in their order; the
// receiver of a method is none.
func (f *File) formals(fn node) []def {
	var out []def
	body, receiver := fn.Field("body"), fn.Field("receiver")
	fn.Walk(func(n node) bool {
		if body.OK() && n == body || receiver.OK() && n == receiver {
			return false
		}
		for _, d := range f.lang.defs(n) {
			if d.kind == Param && d.statement == fn {
				out = append(out, d)
			}
		}
		return n == fn || !n.Is(f.lang.scopes...)
	})
	return out
}

// given maps the parameters of a function to what a call gives for them; a
// default stands where it gives nothing.
func (f *File) given(fn node, inv *Invocation) map[string]node {
	out := map[string]node{}
	pos := 0
	for _, d := range f.formals(fn) {
		if d.name == "" || oneOf(d.name, "self", "cls") {
			continue
		}
		pos++
		if a, ok := inv.arg(arg{pos: pos, name: d.name}); ok {
			out[d.name] = a.node
		} else if v := defaultOf(d); v.OK() {
			out[d.name] = v
		}
	}
	return out
}

// defaultOf is the default of a parameter.
func defaultOf(d def) node {
	p := d.at.Parent()
	if p.Is("variable_name") { // PHP: the name is a node below
		p = p.Parent()
	}
	if !p.Is("assignment_pattern", "default_parameter", "typed_default_parameter", "optional_parameter", "required_parameter",
		"simple_parameter", "keyword_parameter", "property_promotion_parameter", "parameter") {
		return node{}
	}
	for _, field := range []string{"right", "value", "default_value"} {
		if v := p.Field(field); v.OK() && v != d.at {
			return v
		}
	}
	return node{}
}

// Default is the default of a parameter of a function, empty for none.
func (f *File) Default(b *Binding, param string) Span {
	if b == nil {
		return Span{}
	}
	for _, d := range b.defs {
		for _, p := range f.formals(f.function(d)) {
			if p.name == param {
				if v := defaultOf(p); v.OK() {
					return span(v)
				}
			}
		}
	}
	return Span{}
}

// ClassOf is the class that a function constructs, nil where it is no
// constructor.
func (f *File) ClassOf(fn *Binding) *Binding {
	if len(fn.defs) == 0 {
		return nil
	}
	c := f.function(fn.defs[0]).Up(f.lang.classes...)
	if !c.OK() {
		return nil
	}
	name := c.Field("name").Text()
	if !oneOf(strings.TrimPrefix(fn.Name, this), "constructor", "__init__", "__construct", "initialize", name) {
		return nil
	}
	return f.lookup(name, c)
}

// passed is the path of what all callers in view give for a parameter.
func (f *File) passed(b *Binding, left int) (string, *Invocation, bool) {
	if b.Kind != Param || left < depth {
		return "", nil, false
	}
	fn := f.FunctionOf(b.Scope)
	if fn == nil {
		return "", nil, false
	}
	path := ""
	var root *Invocation
	for _, r := range fn.Reads {
		inv := f.InvocationAt(r)
		if inv == nil || !inv.Callee.Contains(r) {
			return "", nil, false
		}
		a, ok := f.given(f.function(fn.defs[0]), inv)[b.Name]
		if !ok {
			return "", nil, false
		}
		p, from := f.path(a, left-depth)
		if path != "" && p != path {
			return "", nil, false
		}
		path, root = p, from
	}
	return path, root, strings.HasSuffix(path, "()")
}

// Arguments are the expressions that a call gives for the parameters of a
// function of this file, by the parameters' names.
func (f *File) Arguments(b *Binding, inv *Invocation) map[string]Span {
	if b == nil || len(b.defs) != 1 || inv.open() {
		return nil
	}
	fn := f.function(b.defs[0])
	if !fn.OK() {
		return nil
	}
	out := map[string]Span{}
	for name, n := range f.given(fn, inv) {
		out[name] = span(n)
	}
	return out
}

// ArgumentsFrom are the expressions that a call in another file gives for the
// parameters of a function of this one.
func (f *File) ArgumentsFrom(b *Binding, inv *Invocation) map[string]Span {
	if len(b.defs) != 1 || inv.open() {
		return nil
	}
	fn := f.function(b.defs[0])
	if !fn.OK() {
		return nil
	}
	out := map[string]Span{}
	for name, n := range f.given(fn, inv) {
		if n.In(inv.node) { // no default
			out[name] = span(n)
		}
	}
	return out
}

// FunctionOf is the binding of the function with a span, nil where it has no
// name.
func (f *File) FunctionOf(s Span) *Binding {
	if f.lang == nil {
		return nil
	}
	for _, b := range f.bindings {
		for _, d := range b.defs {
			if fn := f.function(d); fn.OK() && span(fn) == s {
				return b
			}
		}
	}
	return nil
}

// Branches are the statements and expressions around a span that run some of
// their parts only, from the inside out, within its function.
func (f *File) Branches(s Span) []Span {
	var out []Span
	n := f.at(s)
	fn := f.scope(n)
	for n = n.Up(f.lang.branches...); n.OK() && fn.Contains(n) && n != fn; n = n.Parent().Up(f.lang.branches...) {
		out = append(out, span(n))
	}
	return out
}

// AtCall is the slot that puts the header in the call itself, whatever holds
// the headers or options that it is given: the variable that holds them stays
// as it is.
func (f *File) AtCall(c *Call) Slot {
	id := f.lang.idiom
	switch {
	case id.spread == nil:
		return Slot{Why: "the headers are kept in a variable that other requests use too"}
	case !c.HeadersValue.Empty() && (c.Span.Contains(c.HeadersValue) || c.Options.Empty()) && (c.Slot.Form == Pair || c.Slot.Form == Line):
		sl := f.inSpread(c.HeadersValue, c.Slot.Form)
		if f.at(c.HeadersValue).Is("shorthand_property_identifier") {
			sl.Open = id.option(f.Text(c.HeadersValue)) + sl.Open
		}
		return sl
	case !c.Options.Empty() && (c.HeadersValue.Empty() || id.member != nil):
		sl := f.inSpread(c.Options, Pair)
		name := "headers"
		sl.Open += id.option(name) + id.open
		if !c.HeadersValue.Empty() {
			open, _ := id.spread(id.member(f.Text(c.Options), name))
			sl.Open = sl.Open[:len(sl.Open)-len(id.open)] + open
		}
		sl.Close = id.close + sl.Close
		return sl
	}
	return Slot{Why: "the headers are kept in a variable that other requests use too"}
}

// fields are the fields of a body: a literal of entries, one that is written as
// a query string, or a reader of one.
func (f *File) fields(n node) *Container {
	if c := f.container(n); c != nil {
		return c
	}
	if c := f.written(f.lang.unwrap(n)); c != nil {
		return c
	}
	v, _ := f.follow(f.lang.unwrap(n))
	if inv := f.byNode[v.Index()]; v.OK() && inv != nil && len(inv.Args) == 1 && oneOf(inv.Name, "NewReader", "NewBufferString", "NewBuffer", "stringify") {
		return f.fields(inv.Args[0].node)
	}
	return nil
}

// FunctionSpan is the function that a binding names, empty where it names none
// or one of several.
func (f *File) FunctionSpan(b *Binding) Span {
	if b == nil || len(b.defs) != 1 {
		return Span{}
	}
	if fn := f.function(b.defs[0]); fn.OK() {
		return span(fn)
	}
	return Span{}
}
