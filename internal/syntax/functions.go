package syntax

import (
	"slices"
	"strings"
)

// Func is a function or method of the file, for following a URL or a value
// through the program: what it is given, what it returns, who calls it.
type Func struct {
	Name   string // without its class
	Span   Span
	Params []*Binding // in their order
	// Returns are the values that it returns.
	Returns []Span
	// Callers are the calls in this file. Open says that there may be more:
	// the name is exported, or is used for something else than a call.
	Callers []*Invocation
	Open    bool
}

// Functions are the functions and methods of the file, in the order of the
// source; the text of the file itself is none.
func (f *File) Functions() []Func {
	if f.lang == nil {
		return nil
	}
	var out []Func
	for _, n := range f.tree.Root().Find(f.lang.scopes...) {
		if n.Index() == 0 {
			continue
		}
		fn := Func{Span: span(n), Name: f.functionName(n)}
		for _, b := range f.scopes[n.Index()] {
			if b.Kind == Param {
				fn.Params = append(fn.Params, b)
			}
		}
		slices.SortFunc(fn.Params, func(a, b *Binding) int { return a.Defs[0].Name.Start - b.Defs[0].Name.Start })
		fn.Returns = f.returned(n)
		fn.Callers, fn.Open = f.callers(fn.Name)
		out = append(out, fn)
	}
	return out
}

// functionName is the name by which a function is called; an anonymous one has
// that of the variable or property it is assigned to.
func (f *File) functionName(n node) string {
	if name := n.Field("name"); name.OK() {
		return name.Text()
	}
	for p := n.Parent(); p.OK() && !p.Is(f.lang.scopes...); p = p.Parent() {
		for _, d := range f.lang.defs(p) {
			if d.value.OK() && f.lang.unwrap(d.value) == n {
				return strings.TrimPrefix(d.name, this)
			}
		}
		if k := p.Field("key"); k.OK() {
			return k.Text()
		}
	}
	return ""
}

// returned lists what a function returns, without the functions inside it.
func (f *File) returned(fn node) []Span {
	var out []Span
	fn.Walk(func(n node) bool {
		if n != fn && n.Is(f.lang.scopes...) {
			return false
		}
		if n.Is(f.lang.returns) {
			if v := n.Kid(0); v.OK() {
				out = append(out, span(v))
			}
		}
		return true
	})
	body := fn.Field("body")
	for _, k := range fn.Kids() { // Kotlin: fun f() = x
		if k.Is("function_body") && strings.HasPrefix(k.Text(), "=") {
			body = k.Kid(-1)
		}
	}
	if len(out) == 0 && body.OK() {
		if last := body.Kid(-1); fn.Is("method", "singleton_method") && last.OK() && !last.Is(f.lang.branches...) {
			out = append(out, span(last)) // Ruby returns its last expression
		} else if !body.Is("statement_block", "block", "compound_statement", "function_body", "constructor_body", "body_statement") {
			out = append(out, span(body)) // x => y
		}
	}
	return out
}

// callers are the calls of functions of that name, and whether the name is used
// in other ways. A method is known by its name only.
func (f *File) callers(name string) (out []*Invocation, open bool) {
	if name == "" {
		return nil, true
	}
	called := map[Span]bool{}
	for _, inv := range f.invocations {
		if inv.Name == name && f.table[inv.Path] == nil {
			out = append(out, inv)
			called[inv.Callee] = true
		}
	}
	for _, b := range f.bindings {
		if b.Name != name && b.Name != this+name {
			continue
		}
		for _, r := range b.Reads {
			open = open || !called[r]
		}
	}
	return out, open || f.exported(name)
}

// UseKind says what becomes of an expression's value.
type UseKind uint8

// The kinds of uses.
const (
	OtherUse   UseKind = iota
	Passed             // as an argument
	Returned           // from a function
	Assigned           // to a variable, field or constant
	InLiteral          // as an entry of a literal
	InText             // as a part of a longer string
	OnReceiver         // as the object of a call
)

func (k UseKind) String() string {
	return [...]string{"other", "passed", "returned", "assigned", "entry", "text", "receiver"}[k]
}

// Use is what becomes of the value of an expression.
type Use struct {
	Kind       UseKind
	Invocation *Invocation // Passed, OnReceiver
	Arg        int         // Passed: index in Invocation.Args
	Binding    *Binding    // Assigned
	Name       string      // InLiteral: of the entry
	Span       Span        // of what uses it
}

// UseOf says what becomes of the expression at a span.
func (f *File) UseOf(s Span) Use {
	if f.lang == nil {
		return Use{}
	}
	n := f.at(s)
	for p := n.Parent(); p.OK(); n, p = p, p.Parent() {
		if same := f.lang.same(f, p); f.lang.unwrap(p) == f.lang.unwrap(n) || same.OK() && span(same).Contains(s) {
			continue
		}
		if u, ok := f.use(s, n, p); ok {
			return u
		}
	}
	return Use{}
}

// use is what p does with its child n, in which s lies.
func (f *File) use(s Span, n, p node) (Use, bool) {
	if inv := f.byNode[p.Index()]; inv != nil {
		for i, a := range inv.Args {
			if a.Value.Contains(s) {
				return Use{Kind: Passed, Invocation: inv, Arg: i, Span: inv.Span}, true
			}
		}
		return Use{Kind: OnReceiver, Invocation: inv, Span: inv.Span}, true
	}
	if _, _, ok := f.lang.concat(p); ok {
		return Use{Kind: InText, Span: span(p)}, true
	}
	if _, ok := f.lang.pieces(p); ok {
		return Use{Kind: InText, Span: span(p)}, true
	}
	for _, d := range f.lang.defs(p) {
		if d.value.OK() && d.value.Contains(n) {
			return Use{Kind: Assigned, Binding: f.lookup(d.name, d.at), Span: span(d.statement)}, true
		}
	}
	if es, _, ok := f.lang.dict(f, p); ok {
		for _, e := range es {
			if e.Value.Contains(s) {
				return Use{Kind: InLiteral, Name: e.Name, Span: span(p)}, true
			}
		}
	}
	if _, e, ok := f.lang.set(f, p); ok && e.Value.Contains(s) {
		return Use{Kind: InLiteral, Name: e.Name, Span: e.Span}, true
	}
	if p.Is(f.lang.returns) || p.Is(f.lang.scopes...) && p.Index() != 0 && p.Field("body") == n {
		return Use{Kind: Returned, Span: span(p)}, true
	}
	if p.Is(f.lang.statements...) {
		return Use{Kind: OtherUse, Span: span(p)}, true
	}
	return Use{}, false
}

// Texts are the strings, templates, formats and concatenations of the file that
// hold text, each taken apart and as long as it goes: what is not part of a
// call in view, but may become the URL of one elsewhere.
func (f *File) Texts() []*Text {
	if f.lang == nil {
		return nil
	}
	var out []*Text
	f.tree.Root().Walk(func(n node) bool {
		_, _, chain := f.lang.concat(n)
		_, plain := f.lang.pieces(n)
		_, format := f.lang.format(f, n)
		if !chain && !plain && !format {
			return true
		}
		if t := f.text(n); hasLiteral(t.Pieces) {
			out = append(out, t)
			return false
		}
		return true
	})
	return out
}

// Containers are the literals of entries of the file.
func (f *File) Containers() []*Container {
	if f.lang == nil {
		return nil
	}
	var out []*Container
	f.tree.Root().Walk(func(n node) bool {
		if _, _, ok := f.lang.dict(f, n); ok {
			out = append(out, f.container(n))
		}
		return true
	})
	return out
}
