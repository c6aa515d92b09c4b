package syntax

import (
	"slices"
	"strings"
)

// setURL takes the URL of a call, with the parameters that are added to its
// variable (url.searchParams.set) or by its builder.
func (f *File) setURL(c *Call, n node) {
	if c.URL = f.text(n); c.URL == nil {
		return
	}
	for _, b := range c.URL.Via {
		c.Params = append(c.Params, f.added[b]...)
	}
	f.adders(c)
}

// adders takes in what builders of URLs add: url.queryParam("a", b).
func (f *File) adders(c *Call) {
	if f.lang.adders == "" && f.lang.helper == nil {
		return
	}
	f.builtFrom(c.URL)
	in := []Span{c.URL.Span}
	for _, b := range c.URL.Via {
		if d, ok := b.only(); ok {
			in = append(in, span(d.value))
		}
	}
	for _, inv := range f.invocations {
		if f.lang.helper != nil && slices.ContainsFunc(in, func(s Span) bool { return s.Contains(inv.Span) }) {
			f.helped(c, inv)
		}
		if !slices.ContainsFunc(in, func(s Span) bool { return s.Contains(inv.Span) }) {
			continue
		}
		if len(inv.Args) == 1 && among(f.lang.adders, strings.TrimSuffix(inv.Name, "s")) { // all at once
			f.params(c, inv.Args[0].node, []Span{f.setter(inv)})
		}
		if !among(f.lang.adders, inv.Name) || len(inv.Args) < 2 {
			continue
		}
		f.add(c, inv, &shape{does: addsParam, name: arg{pos: 1}, value: arg{pos: 2}})
	}
}

// builtFrom follows a URL that is a name for what a builder makes of a URL that
// is not in view.
func (f *File) builtFrom(t *Text) {
	if len(t.Pieces) != 1 || t.Pieces[0].Literal || f.lang.object == nil {
		return
	}
	n := f.lang.unwrap(f.at(t.Pieces[0].Expr))
	b := f.lookup(f.lang.name(n), n)
	if b == nil {
		return
	}
	d, ok := b.only()
	if v := f.lang.unwrap(d.value); ok && !d.value.Contains(n) && f.lang.object(v).OK() && f.lang.same(f, v).OK() {
		t.Via, t.values = append(t.Via, b), append(t.values, span(d.value))
	}
}

// helped takes in what a function adds to the URL that it is given.
func (f *File) helped(c *Call, inv *Invocation) {
	url, name, value, ok := f.lang.helper(inv)
	if !ok {
		return
	}
	at, v := inv.Args[url].Span, inv.Args[value]
	whole := []Span{{inv.Span.Start, at.Start}, {at.End, inv.Span.End}}
	if name < 0 {
		f.params(c, v.node, whole)
		return
	}
	e := Entry{Key: inv.Args[name].Value, Value: v.Value, Span: inv.Span, Cut: whole}
	if n := f.value(inv.Args[name].node); n.Kind == Literal {
		e.Name = n.Text
	}
	c.Params = append(c.Params, e)
}
