package syntax

import (
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
)

// this is what the names of fields begin with, whatever the language says.
const this = "this."

// bind collects definitions first and then their uses.
func (f *File) bind() {
	f.scopes = map[int]map[string]*Binding{}
	names := map[int]bool{}
	var assigned []def
	f.tree.Root().Walk(func(n node) bool {
		for _, d := range f.lang.defs(n) {
			if d.name == "" {
				continue
			}
			names[d.at.Index()] = true
			if !d.append && f.again(d) {
				d.append, d.again = true, true
			}
			if d.assign || d.append {
				assigned = append(assigned, d)
			} else {
				f.define(d)
			}
		}
		return true
	})
	for _, d := range assigned {
		f.define(d)
	}
	f.tree.Root().Walk(func(n node) bool {
		if f.lang.unnamed && n.Is(f.lang.strings...) {
			f.readsIn(n)
		}
		if names[n.Index()] {
			return !strings.HasPrefix(f.lang.name(n), this)
		}
		name := f.lang.name(n)
		if name == "" {
			return true
		}
		if b := f.lookup(name, n); b != nil {
			b.Reads = append(b.Reads, span(n))
		} else if b := f.bareCall(name, n); b != nil {
			b.Reads = append(b.Reads, span(n))
		}
		return !strings.HasPrefix(name, this)
	})
}

// bareCall is the method that a name alone calls in Ruby.
func (f *File) bareCall(name string, n node) *Binding {
	if f.Language != "ruby" || n.Parent().Is("call") && n.FieldName() == "method" {
		return nil
	}
	return f.lookup(this+name+"()", n)
}

// behind are the pieces of a template behind a name that it begins with, nil
// where it does not.
func (f *File) behind(n node, name string) []Piece {
	ps, _ := f.lang.pieces(n)
	for len(ps) > 1 && ps[0].Literal && ps[0].Text == "" {
		ps = ps[1:]
	}
	if len(ps) < 2 || ps[0].Literal || ps[0].Expr.Empty() {
		return nil
	}
	first, at := f.nameAt(ps[0].Expr)
	if first == "" {
		first = f.lang.name(f.lang.unwrap(at))
	}
	if first != name {
		return nil
	}
	return ps[1:]
}

// again says whether a definition is x = x + … or x = "{x}…", which appends, or
// x = x.f(…) with an f that adds a parameter to x.
func (f *File) again(d def) bool {
	if !d.value.OK() || d.kind == Param || d.kind == Import {
		return false
	}
	v := f.lang.unwrap(d.value)
	if ps := f.behind(v, d.name); ps != nil {
		return true
	}
	if f.adds(v) {
		for f.adds(v) {
			v = f.lang.unwrap(f.lang.object(v))
		}
		return f.lang.name(v) == d.name && d.at.Index() != v.Index()
	}
	l, _, ok := f.lang.concat(v)
	for ok {
		v = l
		l, _, ok = f.lang.concat(v)
	}
	return v != f.lang.unwrap(d.value) && f.lang.name(v) == d.name && d.at.Index() != v.Index()
}

// adds says whether an expression is a call that adds a parameter to the URL
// that its object is.
func (f *File) adds(n node) bool {
	if f.lang.object == nil || !f.lang.object(n).OK() {
		return false
	}
	before, _, _ := strings.Cut(sliceText(n, Span{f.lang.object(n).End(), n.End()}), "(")
	return among(f.lang.adders, strings.Trim(before, " .?\t\r\n"))
}

// readsIn notes the names in a string that have no nodes.
func (f *File) readsIn(n node) {
	ps, _ := f.lang.pieces(n)
	for _, p := range ps {
		if name, at := f.nameAt(p.Expr); !p.Literal && name != "" {
			if b := f.lookup(name, at); b != nil {
				b.Reads = append(b.Reads, p.Expr)
			}
		}
	}
}

func (f *File) define(d def) {
	home := f.home(d.name, d.at)
	if d.kind == Param {
		home = f.scope(d.statement)
	} else if d.kind == Function || d.kind == Class {
		home = f.home(d.name, d.statement.Parent())
	}
	var b *Binding
	if d.assign || d.append { // of a name in this scope or one around it
		b = f.lookup(d.name, d.at)
		if field := strings.HasPrefix(d.name, this) && f.lang.owner != nil; field && home.Index() > 0 {
			b = f.member(home, d.name, depth) // whatever others have
		} else if b == nil && d.assign {
			home = f.home(d.name, f.tree.Root())
		}
	}
	if b == nil {
		b = f.bindingIn(home, d)
	}
	for n := d.statement.Parent(); n.OK() && span(n) != b.Scope; n = n.Parent() {
		d.repeated = d.repeated || f.lang.repeats(n) && !strings.HasPrefix(d.name, this)
		d.conditional = d.conditional || n.Is(f.lang.branches...) || !strings.HasPrefix(d.name, this) && n.Is(f.lang.scopes...) && n.Index() > 0
	}
	b.defs = append(b.defs, d)
	b.Defs = append(b.Defs, Define{span(d.at), span(d.value), span(d.statement), d.append, d.conditional})
	if d.typ != "" {
		b.Type = d.typ
	}
	if d.module != "" {
		b.Module, b.Export = d.module, d.export
	}
}

// bindingIn is the binding of a definition's name in a scope, made if needed.
func (f *File) bindingIn(home node, d def) *Binding {
	table := f.scopes[home.Index()]
	if table == nil {
		table = map[string]*Binding{}
		f.scopes[home.Index()] = table
	}
	if table[d.name] == nil {
		table[d.name] = &Binding{Name: d.name, Kind: d.kind, Scope: span(home)}
		f.bindings = append(f.bindings, table[d.name])
	}
	return table[d.name]
}

// home is the scope in which a definition at n puts a name.
func (f *File) home(name string, n node) node {
	if strings.HasPrefix(name, this) {
		if c := f.owner(n); c.OK() {
			return c
		}
		return f.tree.Root()
	}
	return f.scope(n)
}

// lookup is what a name means at n, nil where the file does not define it.
func (f *File) lookup(name string, n node) *Binding {
	if strings.HasPrefix(name, this) {
		if c := f.owner(n); c.OK() {
			if b := f.member(c, name, depth); b != nil {
				return b
			}
		}
		return f.scopes[0][name]
	}
	for s := f.scope(n); s.OK(); s = f.scope(s.Parent()) {
		if b := f.scopes[s.Index()][name]; b != nil {
			return f.versionAt(b, span(n))
		}
		if s.Index() == 0 || f.lang.opaque != nil && f.lang.opaque(s, name) {
			break
		}
	}
	if !f.lang.fields {
		return nil
	}
	for c := f.owner(n); c.OK(); c = f.owner(c.Parent()) { // the classes around, too
		if b := f.member(c, this+name, depth); b != nil {
			return b
		}
	}
	return f.scopes[0][this+name]
}

// Binding is what the name at a span means, nil where the file does not say.
func (f *File) Binding(s Span) *Binding {
	if f.lang == nil {
		return nil
	}
	name, n := f.nameAt(s)
	if name == "" { // the node of an argument is that of its expression
		n = f.lang.unwrap(n)
		name = f.lang.name(n)
	}
	if name == "" {
		return nil
	}
	return f.lookup(name, n)
}

// only is the one definition of a binding, and whether there is one. Appends
// do not count.
func (b *Binding) only() (def, bool) {
	var one def
	count := 0
	for _, d := range b.defs {
		if !d.append && !d.bare {
			one = d
			count++
		}
	}
	return one, count == 1 && one.kind != Param && one.kind != Import && one.value.OK()
}

// holdsOne says whether a name is given one thing only, nothing apart.
func (b *Binding) holdsOne() bool {
	n := 0
	for _, d := range b.defs {
		if !d.append && d.value.OK() && !oneOf(d.value.Text(), "None", "null", "undefined", "nil") {
			n++
		}
	}
	return n <= 1
}

// repeats says whether what stands in a node may run more than once: loops,
// functions and blocks that are called.
func (l *language) repeats(n node) bool {
	if n.Is(l.scopes...) && n.Index() > 0 || n.Is("do_block", "lambda_literal") {
		return true
	}
	return n.Is(l.branches...) && (n.Is("block") || loops.MatchString(n.Kind()))
}

var loops = pattern.New(`^(enhanced_)?(for|foreach|for_in|while|until|do|do_while)(_|$)`)

// Repeated says whether a place may run more than once while its function runs
// once.
func (f *File) Repeated(s Span) bool {
	n := f.at(s)
	fn := f.scope(n)
	for n = n.Parent(); n.OK() && n != fn && fn.Contains(n); n = n.Parent() {
		if f.lang.repeats(n) {
			return true
		}
	}
	return false
}

// outruns says whether a definition may run more than once behind another one: a
// loop holds it, and not the other.
func (f *File) outruns(later, first def) bool {
	for p := later.statement.Parent(); p.OK() && p.Index() > 0; p = p.Parent() {
		if f.lang.repeats(p) && !span(p).Contains(span(first.statement)) {
			return true
		}
	}
	return false
}

// recurs says whether a place runs after a later one, too, since both stand in a
// loop that does not start over with the definition.
func (f *File) recurs(n node, later, define def) bool {
	for p := later.statement.Parent(); p.OK() && p.Index() > 0; p = p.Parent() {
		if f.lang.repeats(p) && span(p).Contains(span(n)) && !span(p).Contains(span(define.statement)) {
			return true
		}
	}
	return false
}

// appends are the definitions that add to the one.
func (b *Binding) appends() []def {
	var out []def
	for _, d := range b.defs {
		if d.append {
			out = append(out, d)
		}
	}
	return out
}

// follow is the value of the only definition of a name that nothing is appended
// to; n itself where there is none.
func (f *File) follow(n node) (node, *Binding) {
	name := f.lang.name(n)
	if name == "" {
		return n, nil
	}
	b := f.lookup(name, n)
	if b == nil || len(b.appends()) > 0 {
		return n, nil
	}
	if d, ok := b.only(); ok && !d.value.Contains(n) {
		return f.lang.unwrap(d.value), b
	}
	return n, nil
}
