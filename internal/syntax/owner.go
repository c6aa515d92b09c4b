package syntax

import "strings"

// owner is the class, or the object, that "this" means at n.
func (f *File) owner(n node) node {
	if f.lang.owner != nil {
		return f.lang.owner(n)
	}
	return n.Up(f.lang.classes...)
}

// member is what the name of a field means in a class: its own, or that of a
// class of the file which it inherits from.
func (f *File) member(class node, name string, left int) *Binding {
	if b := f.scopes[class.Index()][name]; b != nil || f.lang.bases == nil || left == 0 {
		return b
	}
	for _, base := range f.lang.bases(class) {
		b := f.lookup(base, class.Parent())
		if b == nil || b.Kind != Class || len(b.defs) != 1 || b.defs[0].statement == class {
			continue
		}
		st := b.defs[0].statement
		if !st.Is(f.lang.classes...) {
			st = f.lang.unwrap(b.defs[0].value)
		}
		if !st.Is(f.lang.classes...) {
			continue
		}
		if m := f.member(st, name, left-1); m != nil {
			return m
		}
	}
	return nil
}

// jsOwner is the class or the object whose method is around n.
func jsOwner(n node) node {
	fn := n.Up("method_definition", "function_expression", "function_declaration", "generator_function", "field_definition", "public_field_definition")
	switch p := fn.Parent(); {
	case p.Is("class_body"):
		return p.Parent()
	case p.Is("object"):
		return p
	case p.Is("pair") && p.Parent().Is("object"):
		return p.Parent()
	}
	return node{}
}

// jsBases are the names of the classes that a class extends.
func jsBases(class node) []string {
	for _, k := range class.Kids() {
		if k.Is("class_heritage") {
			return words(k.Text())
		}
	}
	return nil
}

// pyBases are the names of the classes that a class inherits from.
func pyBases(class node) []string { return words(class.Field("superclasses").Text()) }

// headBases are the words between the name of a class and its body, the classes
// that it inherits from among them.
func headBases(class node) []string {
	head := class.Text()
	if body := class.Field("body"); body.OK() {
		head = head[:body.Start()-class.Start()]
	} else {
		head, _, _ = strings.Cut(head, "\n")
	}
	_, behind, _ := strings.Cut(head, class.Field("name").Text())
	return words(behind)
}

func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r != '_' && r != '.' && (r > 127 || !wordByte(byte(r))) })
}
