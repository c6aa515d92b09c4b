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
	if !hasLiteral(ps) && !((len(ps) > 1 || len(b.appends()) > 0) && slices.ContainsFunc(ps, func(p Piece) bool { return p.Query != nil })) {
		t.Via, t.values, t.holes = t.Via[:was], t.values[:was], t.holes[:holes]
		return 0, nil, false
	}
	return was, ps, true
}

// known follows n to the text that it stands for: a name, a member of a literal
// of entries, a call of a function with one result. n stands in the via-th
// definition.
func (f *File) known(t *Text, name string, n node, via, left int) ([]Piece, bool) {
	if t.pieces > maxPieces || t.followed > maxFollowed {
		return nil, false
	}
	t.followed++
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
