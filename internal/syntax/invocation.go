package syntax

import "strings"

// Invocation is a call of a function or a constructor, a command of a shell, or
// whatever else a language does by a name with arguments.
type Invocation struct {
	Span   Span
	Callee Span   // the expression that names it
	Name   string // its last part
	New    bool
	// Path is the callee with imports and instances resolved: "requests.get",
	// "@acme/api-client.Client", "axios.create().get". Each "()" stands for
	// the value of a call.
	Path      string
	Args      []Argument
	Arguments Span // between the parentheses
	// Root is the call whose value the callee starts from, directly or through
	// a variable; nil for none.
	Root     *Invocation
	Function Span

	node, callee node
	object       node // of a method, where no node stands for object and name
}

// receiver is the object whose method is called.
func (f *File) receiver(inv *Invocation) node {
	if inv.object.OK() {
		return inv.object
	}
	obj, _ := f.lang.member(inv.callee)
	return obj
}

// resolve is the path of the callee.
func (f *File) resolve(inv *Invocation, left int) (string, *Invocation) {
	if inv.object.OK() {
		p, root := f.path(inv.object, left)
		return p + "." + inv.Name, root
	}
	return f.path(inv.callee, left)
}

// Argument is one argument of an invocation.
type Argument struct {
	Name  string // of a named argument, an option of a command
	Value Span
	Span  Span
	Cut   []Span // takes it out of the list
	Left  Edit   // goes with Cut
	Open  bool   // a spread: more than one may come from it

	node node
}

// Container is the literal of entries that an expression is, directly or
// through a variable with one definition, with what is added to that by name.
// It is nil where the expression is none.
func (f *File) Container(s Span) *Container {
	if f.lang == nil {
		return nil
	}
	return f.container(f.at(s))
}

func (f *File) container(n node) *Container {
	if !n.OK() {
		return nil
	}
	n = f.lang.unwrap(n)
	v, b := f.follow(n)
	entries, open, ok := f.lang.dict(f, v)
	if !ok {
		return nil
	}
	c := &Container{Span: span(v), Open: open, Binding: b}
	for _, e := range entries {
		e.In = c
		c.Entries = append(c.Entries, e)
	}
	if b != nil {
		c.Entries = append(c.Entries, f.added[b]...)
	}
	return c
}

// invoke collects the invocations and resolves their paths.
func (f *File) invoke() {
	f.byNode = map[int]*Invocation{}
	f.added = map[*Binding][]Entry{}
	f.tree.Root().Walk(func(n node) bool {
		if inv, ok := f.lang.invoke(f, n); ok {
			inv.node = n
			if inv.Span.Empty() {
				inv.Span = span(n)
			}
			inv.Function = span(f.scope(n))
			f.byNode[n.Index()] = inv
			f.invocations = append(f.invocations, inv)
		}
		if obj, e, ok := f.lang.set(f, n); ok {
			if b := f.lookup(f.lang.name(obj), obj); b != nil {
				f.added[b] = append(f.added[b], e)
			} else {
				f.loose = append(f.loose, loose{obj, e})
			}
		}
		return true
	})
	for _, inv := range f.invocations {
		if inv.Path == "" {
			inv.Path, inv.Root = f.resolve(inv, depth*4)
		}
	}
}

// path resolves an expression that names something.
func (f *File) path(n node, left int) (string, *Invocation) {
	n = f.lang.unwrap(n)
	if left == 0 || !n.OK() {
		return "", nil
	}
	if m := f.lang.module(n); m != "" {
		return m, nil
	}
	if inv := f.byNode[n.Index()]; inv != nil {
		if among(f.lang.wraps, inv.Name) && len(inv.Args) == 1 {
			return f.path(inv.Args[0].node, left-1)
		}
		if f.lang.fluent != nil {
			if p, root := f.path(f.receiver(inv), left-1); f.lang.fluent(p, inv.Name) {
				return p, root
			}
		}
		p, root := inv.Path, inv.Root
		if p == "" {
			p, root = f.resolve(inv, left-1)
		}
		if s := f.table[p]; root == nil || s != nil && s.does <= defaults {
			root = inv // a request through a client is a root of its own
		}
		return p + "()", root
	}
	if obj, name := f.lang.member(n); obj.OK() {
		if b := f.lookup(f.lang.name(n), n); b != nil {
			if p, root, ok := f.instance(b, n, left); ok {
				return p, root
			}
		}
		p, root := f.path(obj, left-1)
		if b := f.lookup(f.lang.name(obj), obj); name == "default" && b != nil && b.Kind == Import && oneOf(b.Export, "", "*") {
			return p, root // of import * as x
		}
		return p + "." + name, root
	}
	if name := f.lang.name(n); name != "" {
		if b := f.lookup(name, n); b != nil {
			if p, root, ok := f.instance(b, n, left); ok {
				return p, root
			}
		}
		return name, nil
	}
	return strings.TrimSpace(n.Text()), nil
}

// instance is the path of what a binding stands for, where that is a module, a
// value of a known type, or the value of a call or another path.
func (f *File) instance(b *Binding, at node, left int) (string, *Invocation, bool) {
	if b.Module != "" {
		if b.Export == "" {
			return b.Module, nil, true
		}
		return b.Module + "." + b.Export, nil, true
	}
	if d, ok := b.only(); ok && !d.value.Contains(at) {
		v := f.lang.unwrap(d.value)
		_, isMember := f.lang.member(v)
		if f.byNode[v.Index()] != nil || isMember != "" || f.lang.name(v) != "" {
			p, root := f.path(v, left-1)
			return p, root, p != ""
		}
	}
	if b.Type != "" {
		return b.Type + "()", nil, true
	}
	return f.passed(b, left)
}

// InvocationAt is the call, constructor or command that is exactly, or most
// closely around, a span.
func (f *File) InvocationAt(s Span) *Invocation {
	for n := f.tree.At(s.Start, s.End); n.OK(); n = n.Parent() {
		if inv := f.byNode[n.Index()]; inv != nil {
			return inv
		}
	}
	return nil
}

// arg is the argument at a place of a shape.
func (inv *Invocation) arg(a arg) (Argument, bool) {
	if a.name != "" {
		for _, x := range inv.Args {
			if x.Name == a.name {
				return x, true
			}
		}
	}
	pos := 0
	for _, x := range inv.Args {
		if x.Name != "" {
			continue
		}
		if pos++; pos == a.pos && !x.Open {
			return x, true
		}
		if x.Open {
			break
		}
	}
	return Argument{}, false
}

// open says whether an argument is a spread.
func (inv *Invocation) open() bool {
	for _, a := range inv.Args {
		if a.Open {
			return true
		}
	}
	return false
}
