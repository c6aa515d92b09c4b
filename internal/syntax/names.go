package syntax

import (
	"slices"
	"strings"
)

// Names lists where the code has a name, whatever it means there: no place in a
// comment, a string or an import.
func (f *File) Names(name string) []Span {
	if f.lang == nil || name == "" {
		return nil
	}
	var out []Span
	for at := 0; ; {
		i := strings.Index(string(f.src[at:]), name)
		if i < 0 {
			return out
		}
		s := Span{at + i, at + i + len(name)}
		at = s.End
		n := f.tree.At(s.Start, s.End)
		if span(n) == s && len(n.Kids()) == 0 && !f.inText(n) && !f.importing(s) && !n.Up("using_directive").OK() {
			out = append(out, s)
		}
	}
}

// Undefined counts where the code reads a name that the file does not define
// there.
func (f *File) Undefined(name string) int {
	count := 0
	for _, at := range f.Names(name) {
		if n := f.at(at); f.lang.name(n) == name && f.lookup(name, n) == nil && f.Receiver(at).Empty() {
			count++
		}
	}
	return count
}

// inText says whether a node is part of a comment or of the text of a string.
func (f *File) inText(n node) bool {
	k := n.Kind()
	return strings.HasSuffix(k, "comment") || strings.Contains(k, "string") || strings.Contains(k, "content") ||
		strings.Contains(k, "fragment") || strings.Contains(k, "heredoc")
}

func (f *File) importing(s Span) bool {
	for _, b := range f.bindings {
		for _, d := range b.Defs {
			if b.Kind == Import && d.Statement.Contains(s) {
				return true
			}
		}
	}
	return false
}

// Receiver is the expression whose member a name is, empty for a name that
// stands by itself.
func (f *File) Receiver(name Span) Span {
	p := f.at(name).Parent()
	for ; p.OK() && p.Start() == name.Start && p.End() == name.End; p = p.Parent() {
	}
	if obj, _ := f.lang.member(p); obj.OK() && obj.End() <= name.Start {
		return span(obj)
	}
	for _, inv := range f.invocations { // where no node stands for object and name
		if inv.object.OK() && inv.Callee.Contains(name) && inv.object.End() <= name.Start {
			return span(inv.object)
		}
	}
	return Span{}
}

// Owner is the expression whose member an expression is, empty for none.
func (f *File) Owner(s Span) Span {
	if f.lang == nil {
		return Span{}
	}
	obj, _ := f.lang.member(f.lang.unwrap(f.at(s)))
	return span(obj)
}

// Entry is the value of an entry of a literal of entries, empty where there is
// none in view.
func (f *File) Entry(s Span, name string) Span {
	if f.lang == nil {
		return Span{}
	}
	return span(f.entryOf(f.at(s), name))
}

// Result is the value that a name stands for: of a function its only result.
// It is empty where there are several.
func (f *File) Result(b *Binding) Span {
	if len(b.defs) != 1 {
		return Span{}
	}
	if fn := f.function(b.defs[0]); fn.OK() {
		return span(f.onlyReturn(fn))
	}
	return b.Defs[0].Value
}

// ClassAround is the name of the class in which a binding is a field or a
// method, "" for none.
func (f *File) ClassAround(b *Binding) string {
	if !strings.HasPrefix(b.Name, this) {
		return ""
	}
	return f.at(b.Scope).Field("name").Text()
}

// ClassAt is the name of the class or type whose code stands at an offset, empty
// for none.
func (f *File) ClassAt(at int) string {
	if f.lang == nil {
		return ""
	}
	n := f.tree.At(at, at)
	if r := n.Up("method_declaration").Field("receiver"); r.OK() { // Go
		if types := r.Find("type_identifier"); len(types) > 0 {
			return types[0].Text()
		}
	}
	c := n.Up(f.lang.classes...)
	if name := c.Field("name"); name.OK() {
		return name.Text()
	}
	for _, k := range c.Kids() {
		if k.Is("type_identifier", "simple_identifier") { // Kotlin
			return k.Text()
		}
	}
	return ""
}

// ExportedAs lists the names under which a JavaScript module gives a binding to
// others: "default" where it is all that it exports.
func (f *File) ExportedAs(b *Binding) []string {
	if name, ok := strings.CutPrefix(b.Name, exports); ok {
		return []string{name}
	}
	var out []string
	name := strings.TrimPrefix(b.Name, this)
	for _, d := range b.Defs {
		if n := f.at(d.Statement).Up("export_statement"); n.OK() {
			if strings.HasPrefix(n.Text(), "export default") {
				name = "default"
			}
			out = append(out, name)
		}
	}
	for _, r := range b.Reads {
		if as := f.exportedAt(r, name); as != "" {
			out = append(out, as)
		}
	}
	return out
}

// ExportsAt says whether a place does nothing but to export a name.
func (f *File) ExportsAt(s Span) bool { return f.exportedAt(s, "x") != "" }

func (f *File) exportedAt(s Span, name string) string {
	n := f.at(s)
	p := n.Parent()
	switch {
	case p.Is("export_specifier"):
		if alias := p.Field("alias"); alias.OK() {
			return alias.Text()
		}
		return name
	case p.Is("export_statement"):
		return "default"
	case n.Is("shorthand_property_identifier"), p.Is("pair") && p.Field("value") == n:
		key := name
		if p.Is("pair") {
			key, p = p.Field("key").Text(), p.Parent()
		}
		if p.Is("object") && isModule(p.Parent()) {
			return key
		}
	case isModule(p) && p.Field("right") == n:
		left := p.Field("left").Text()
		if left == "module.exports" {
			return "default"
		}
		return left[strings.LastIndexByte(left, '.')+1:]
	}
	return ""
}

// isModule says whether a node assigns what a CommonJS module exports.
func isModule(n node) bool {
	left := n.Field("left").Text()
	return n.Is("assignment_expression") && (strings.HasPrefix(left, "module.exports") || strings.HasPrefix(left, "exports."))
}

// Lookup is what a name means at an offset, nil where the file does not say.
func (f *File) Lookup(name string, at int) *Binding {
	b := f.lookup(name, f.tree.At(at, at))
	for first, t := range f.versions { // the node may begin before the offset
		if slices.Contains(t.of, b) {
			return f.versionAt(first, Span{at, at})
		}
	}
	for first, t := range f.turns {
		if b == t.mixed || slices.Contains(t.parts, b) {
			return f.turnAt(first, Span{at, at})
		}
	}
	return b
}

// SameClass says whether two offsets lie in methods of one class.
func (f *File) SameClass(a, b int) bool {
	x, y := f.tree.At(a, a).Up(f.lang.classes...), f.tree.At(b, b).Up(f.lang.classes...)
	return x.OK() && x == y
}

// OfClient says whether a call is one of a client that is known, a part of the
// chain that makes a request among them.
func (f *File) OfClient(inv *Invocation) bool {
	return f.table[inv.Path] != nil || f.table[rooted(inv)] != nil || f.guess(inv) != nil
}

// Destructured says whether a place takes a member of that name out of an object:
// const { name } = x.
func (f *File) Destructured(s Span) bool {
	n := f.at(s)
	return n.Is("shorthand_property_identifier_pattern") || n.Parent().Is("pair_pattern") && n.FieldName() == "key"
}
