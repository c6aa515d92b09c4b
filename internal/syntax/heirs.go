package syntax

import (
	"slices"
	"strings"
)

// Inherits says whether the language of the file has classes whose bases are
// known.
func (f *File) Inherits() bool { return f.lang != nil && f.lang.bases != nil }

// Inheriting is what of a file inherits from a class that the file defines or
// imports: the calls that run its constructor through a class that inherits
// from it, and those of these classes that have no constructor of their own.
func (f *File) Inheriting(class *Binding) (calls []*Invocation, bare []*Binding) {
	if !f.Inherits() {
		return nil, nil
	}
	f.inherit(class, class.Name, depth, &calls, &bare)
	return calls, bare
}

// InheritingFrom is the same for a class of another file that has a name here
// without an import.
func (f *File) InheritingFrom(name string) (calls []*Invocation, bare []*Binding) {
	if f.Inherits() {
		f.inherit(nil, name, depth, &calls, &bare)
	}
	return calls, bare
}

func (f *File) inherit(class *Binding, name string, left int, calls *[]*Invocation, bare *[]*Binding) {
	for _, b := range f.bindings {
		if left == 0 || b.Kind != Class || b == class || len(b.defs) != 1 {
			continue
		}
		body := f.classNode(b)
		if !f.extends(body, class, name) {
			continue
		}
		if ctor := f.constructor(body); ctor.OK() {
			*calls = append(*calls, f.upward(ctor, name)...)
			continue
		}
		*bare = append(*bare, b)
		*calls = append(*calls, f.Constructions(b)...)
		f.inherit(b, b.Name, left-1, calls, bare)
	}
}

// Constructions are the calls that make an object of a class, from its own
// constructors too: this(…).
func (f *File) Constructions(class *Binding) []*Invocation {
	var out []*Invocation
	for _, inv := range f.invocations {
		called := slices.ContainsFunc(class.Reads, func(r Span) bool { return inv.Callee.Contains(r) && f.InvocationAt(r) == inv })
		named := inv.New && inv.callee.Text() == class.Name && f.lookup(class.Name, inv.node) == class
		own := inv.Name == "this" && !inv.object.OK() && len(class.defs) == 1 && inv.node.Up(f.lang.classes...) == f.classNode(class)
		if called || named || own {
			out = append(out, inv)
		}
	}
	return out
}

// classNode is the node of a class.
func (f *File) classNode(class *Binding) node {
	if st := class.defs[0].statement; st.Is(f.lang.classes...) {
		return st
	}
	return f.lang.unwrap(class.defs[0].value)
}

func (f *File) extends(body node, class *Binding, name string) bool {
	if !body.Is(f.lang.classes...) {
		return false
	}
	for _, base := range f.lang.bases(body) {
		if b := f.lookup(base, body.Parent()); b == class && (b != nil || base == name || strings.HasSuffix(base, "."+name)) {
			return true
		}
	}
	return false
}

// constructor is the constructor that a class defines itself.
func (f *File) constructor(body node) node {
	for _, b := range f.bindings {
		if !oneOf(b.Plain(), constructors...) {
			continue
		}
		for _, d := range b.defs {
			if fn := f.function(d); fn.OK() && fn.Up(f.lang.classes...) == body {
				return fn
			}
		}
	}
	return node{}
}

// upward are the calls in a constructor that run the one of a class above it. A
// call that names the class gives the object first.
func (f *File) upward(ctor node, class string) []*Invocation {
	var out []*Invocation
	for _, inv := range f.invocations {
		if !inv.node.In(ctor) {
			continue
		}
		root, name, _ := strings.Cut(inv.callee.Text(), ".")
		switch {
		case oneOf(root, "super", "base"), inv.object.Text() == "parent" && oneOf(inv.Name, constructors...), strings.HasPrefix(root, "super(") && oneOf(name, constructors...):
			out = append(out, inv)
		case root == class && oneOf(name, constructors...) && len(inv.Args) > 0:
			rest := *inv
			rest.Args = inv.Args[1:]
			out = append(out, &rest)
		}
	}
	return out
}

// Record is the class that a field belongs to whose constructor nobody wrote: it
// takes a value for each field that the class only declares. Nil for others.
func (f *File) Record(b *Binding) *Binding {
	if f.lang == nil || !f.lang.records || b.Kind != Field {
		return nil
	}
	for _, d := range b.defs {
		body := d.at.Up(f.lang.classes...)
		if fn := d.at.Up(f.lang.scopes...); !body.OK() || body.Contains(fn) && fn != body || f.constructor(body).OK() {
			return nil
		}
		for _, c := range f.bindings {
			if c.Kind == Class && len(c.defs) == 1 && f.classNode(c) == body {
				return c
			}
		}
	}
	return nil
}

// Filling is what a call gives for a field of a record, empty for nothing.
func (f *File) Filling(b *Binding, inv *Invocation) Span {
	pos := 0
	if class := f.Record(b); class != nil && (!f.lang.inherited || len(f.lang.bases(f.classNode(class))) == 0) {
		for _, o := range f.bindings {
			if o.Kind != Field || f.Record(o) != class {
				continue
			}
			if pos++; o == b {
				break
			}
		}
	}
	for i, a := range inv.Args {
		if a.Name == b.Plain() || a.Name == "" && i == pos-1 {
			return a.Value
		}
	}
	return Span{}
}
