package syntax

import "strings"

// ValueAt says where the value of the expression at a span comes from.
func (f *File) ValueAt(s Span) Value {
	if f.lang == nil {
		return Value{Span: s}
	}
	if f.lang.template {
		return f.braceValue(s)
	}
	if name, n := f.nameAt(s); name != "" {
		v := f.named(n, name, depth*2)
		if v.Span == span(n) {
			v.Span = s
		}
		return v
	}
	return f.value(f.at(s))
}

// nameAt is a name that has no node of its own, as $name in the strings of
// Kotlin, and the node around it.
func (f *File) nameAt(s Span) (string, node) {
	n := f.at(s)
	if !f.lang.unnamed || span(n) == s && !n.Is("string_content") {
		return "", n
	}
	for _, c := range f.src[s.Start:s.End] {
		if !wordByte(c) {
			return "", n
		}
	}
	return f.Text(s), n
}

func (f *File) value(n node) Value { return f.origin(n, depth*2) }

func (f *File) origin(n node, left int) Value {
	n = f.lang.unwrap(n)
	if !n.OK() {
		return Value{}
	}
	if v, ok := f.lang.value(f, n); ok {
		v.Span = span(n)
		return v
	}
	if ps, ok := f.lang.pieces(n); ok {
		v := Value{Kind: Literal, Span: span(n)}
		for _, p := range ps {
			if !p.Literal {
				v.Kind = Unknown
			}
			v.Text += p.Text
		}
		if len(ps) == 1 && v.Kind == Unknown { // "${x}" is x
			return f.origin(f.at(ps[0].Expr), left-1)
		}
		if v.Kind == Unknown {
			v.Text = ""
		}
		return v
	}
	if name := f.lang.name(n); name != "" {
		return f.named(n, name, left)
	}
	if inv := f.byNode[n.Index()]; inv != nil {
		if v, ok := f.setting(f.Callee(inv), n, left); ok {
			return v
		}
		return Value{Kind: Result, Name: inv.Path, Span: span(n)}
	}
	if _, name := f.lang.member(n); name != "" {
		return Value{Kind: Member, Name: name, Span: span(n)}
	}
	return Value{Span: span(n)}
}

// named follows a name to its definition.
func (f *File) named(n node, name string, left int) Value {
	v := Value{Kind: Definition, Name: strings.TrimPrefix(name, this), Span: span(n)}
	if strings.HasPrefix(name, this) {
		v.Kind = Member
	}
	b := f.lookup(name, n)
	if b == nil {
		if w, ok := f.setting(f.bareCall(name, n), n, left); ok {
			return w
		}
		return v
	}
	v.Via = []*Binding{b}
	switch b.Kind {
	case Field:
		v.Kind = Member
	case Param:
		v.Kind = Parameter
	case Import:
		v.Kind, v.Name = Imported, strings.Trim(b.Module+"."+b.Export, ".")
	}
	d, ok := b.only()
	if ok && len(b.appends()) == 0 && left > 0 && !d.value.Contains(n) {
		w := f.origin(d.value, left-1)
		if w.Kind != Unknown {
			w.Via = append(v.Via, w.Via...)
			w.Conditional = w.Conditional || d.conditional
			return w
		}
		v.Span = w.Span
		v.Kind = Unknown
	}
	return v
}

// setting is the environment variable or the configuration that a function of
// the file gives to a call of it: function key() { return process.env.KEY; }
func (f *File) setting(b *Binding, call node, left int) (Value, bool) {
	if b == nil || b.Kind != Function || len(b.defs) != 1 || left <= 0 {
		return Value{}, false
	}
	n := f.onlyReturn(f.function(b.defs[0]))
	if !n.OK() || n.Contains(call) {
		return Value{}, false
	}
	v := f.origin(n, left-1)
	if v.Kind != Env && v.Kind != Config || len(v.Via) > 0 {
		return Value{}, false
	}
	v.Via = []*Binding{b}
	return v, true
}
