package syntax

import (
	"slices"
	"strings"
)

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
		if b := f.lookup(this+inv.Name+"()", at); b != nil {
			return b
		}
		return f.lookup(this+inv.Name, at)
	}
	for _, name := range []string{inv.Name, inv.Name + "()", this + inv.Name + "()"} {
		if b := f.lookup(name, at); b != nil {
			return b
		}
	}
	return nil
}

// CalledAt is the function of the file that an expression calls, nil for none.
func (f *File) CalledAt(s Span) *Binding {
	if f.lang == nil {
		return nil
	}
	n := f.lang.unwrap(f.at(s))
	if inv := f.byNode[n.Index()]; inv != nil {
		if b := f.Callee(inv); b != nil && b.Kind == Function {
			return b
		}
		return nil
	}
	if name := f.lang.name(n); name != "" && f.lookup(name, n) == nil {
		return f.bareCall(name, n)
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
		name := f.NameOf(inv)
		if !name.Empty() && !slices.ContainsFunc(b.Reads, func(r Span) bool { return r.Contains(name) }) {
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
	var pattern node
	for _, d := range f.formals(fn) {
		if d.name == "" || oneOf(d.name, "self", "cls") {
			continue
		}
		if p := d.at.Up("object_pattern"); p.In(fn) && fn.Contains(p) { // ({ a, b }) => …
			if p != pattern {
				pos++
				pattern = p
			}
			if a, ok := inv.arg(arg{pos: pos}); ok {
				if !inv.node.In(fn) { // of another file
					out[d.name] = a.node
				} else if v := f.entryOf(a.node, patternKey(d.at)); v.OK() {
					out[d.name] = v
				} else if v := defaultOf(d); v.OK() {
					out[d.name] = v
				}
			}
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

// entryOf is the value of an entry of a literal, also through a variable.
func (f *File) entryOf(n node, name string) node {
	c := f.container(n)
	if c == nil {
		return node{}
	}
	for _, e := range c.Entries {
		if e.Name == name {
			return f.at(e.Value)
		}
	}
	return node{}
}

// patternKey is the name of the property that a name in a pattern stands for.
func patternKey(at node) string {
	if p := at.Parent(); p.Is("pair_pattern") {
		return p.Field("key").Text()
	} else if p.Parent().Is("pair_pattern") { // with a default
		return p.Parent().Field("key").Text()
	}
	return at.Text()
}

// defaultOf is the default of a parameter.
func defaultOf(d def) node {
	p := d.at.Parent()
	if p.Is("variable_name") { // PHP: the name is a node below
		p = p.Parent()
	}
	if !p.Is("assignment_pattern", "object_assignment_pattern", "default_parameter", "typed_default_parameter", "optional_parameter", "required_parameter",
		"simple_parameter", "keyword_parameter", "property_promotion_parameter", "parameter") {
		return node{}
	}
	for _, field := range []string{"right", "value", "default_value"} {
		if v := p.Field(field); v.OK() && v != d.at {
			return v
		}
	}
	for _, k := range p.All() { // C#: no field stands for it
		if k.Kind() == "=" && k.Next().OK() {
			return k.Next()
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
	if n := fn.Plain(); n != name && !oneOf(n, constructors...) {
		return nil
	}
	return f.lookup(name, c)
}

// constructors are the names that constructors have where they do not have that
// of their class.
var constructors = []string{"constructor", "__init__", "__construct", "initialize"}

// Arguments are the expressions that a call gives for the parameters of a
// function of this file, by the parameters' names; the defaults of those it does
// not give are among them.
func (f *File) Arguments(b *Binding, inv *Invocation) map[string]Span {
	return f.actuals(b, inv, func(node) bool { return true })
}

// ArgumentsFrom are the expressions that a call in another file gives for the
// parameters of a function of this one. The defaults are left out: they are
// spans of this file, not of the call's.
func (f *File) ArgumentsFrom(b *Binding, inv *Invocation) map[string]Span {
	return f.actuals(b, inv, func(n node) bool { return n.In(inv.node) })
}

func (f *File) actuals(b *Binding, inv *Invocation, counts func(node) bool) map[string]Span {
	if b == nil || len(b.defs) != 1 || inv.open() {
		return nil
	}
	fn := f.function(b.defs[0])
	if !fn.OK() {
		return nil
	}
	out := map[string]Span{}
	for name, n := range f.given(fn, inv) {
		if counts(n) {
			out[name] = span(n)
		}
	}
	return out
}

// FunctionOf is the binding of the function with a span, nil where it has no
// name. A constructor shares its name with those of other classes: it gets a
// binding that holds it alone.
func (f *File) FunctionOf(s Span) *Binding {
	if f.lang == nil {
		return nil
	}
	for _, b := range f.bindings {
		for i, d := range b.defs {
			if fn := f.function(d); !fn.OK() || span(fn) != s {
				continue
			}
			if len(b.defs) > 1 && len(b.Defs) == len(b.defs) && oneOf(b.Plain(), constructors...) {
				one := *b
				one.defs, one.Defs = b.defs[i:i+1], b.Defs[i:i+1]
				return &one
			}
			return b
		}
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

// NameOf is where a call says the name of what it calls, before the types that it
// is given; empty where the callee has no name.
func (f *File) NameOf(inv *Invocation) Span {
	text := f.Text(inv.Callee)
	if strings.HasSuffix(text, ">") && !strings.HasSuffix(inv.Name, ">") {
		depth := 0
		for i := len(text) - 1; i >= 0; i-- {
			if text[i] == '>' {
				depth++
			} else if text[i] == '<' {
				if depth--; depth == 0 {
					text = strings.TrimRight(text[:i], " \t\r\n:")
					break
				}
			}
		}
	}
	if inv.Name == "" || !strings.HasSuffix(text, inv.Name) {
		return Span{}
	}
	end := inv.Callee.Start + len(text)
	return Span{end - len(inv.Name), end}
}

// Object is the object whose method is called, empty for a function.
func (f *File) Object(inv *Invocation) Span { return f.span(f.receiver(inv)) }

// Heritage is what the class around a place says of those that it is made from,
// "" for none.
func (f *File) Heritage(at Span) string {
	c := f.at(at).Up(f.lang.classes...)
	if !c.OK() {
		return ""
	}
	head := f.Text(Span{c.Start(), c.End()})
	if body := c.Field("body"); body.OK() {
		head = f.Text(Span{c.Start(), body.Start()})
	} else if i := strings.IndexAny(head, "{\n"); i >= 0 {
		head = head[:i]
	}
	_, behind, _ := strings.Cut(head, c.Field("name").Text())
	return behind
}
