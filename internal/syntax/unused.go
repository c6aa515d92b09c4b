package syntax

import (
	"slices"
	"strings"
)

// Imported lists the uses of an imported name.
func (f *File) Imported(b *Binding) []Span {
	var out []Span
	for _, r := range b.Reads {
		if !f.importing(r) {
			out = append(out, r)
		}
	}
	return out
}

// Prunes says whether CutImport knows the imports of a language.
func Prunes(lang string) bool {
	l := languageOf(lang)
	return l != nil && l.prunes
}

// CutImport takes a name out of the imports, with its statement where all names
// of that are among those that go. It is nil where the reader does not know
// how.
func (f *File) CutImport(b *Binding, gone []*Binding) []Span {
	if b.Kind != Import || len(b.defs) != 1 {
		return nil
	}
	st := b.defs[0].statement
	if st.Is("import_spec") { // Go
		if list := st.Parent(); list.Is("import_spec_list") && count(list, "import_spec") > 1 {
			return []Span{f.line(span(st))}
		}
		return []Span{f.Paragraph(span(st.Up("import_declaration")))}
	}
	if !st.Is("import_statement", "import_from_statement", "lexical_declaration", "variable_declaration") {
		if st = st.Parent(); !st.Is("lexical_declaration", "variable_declaration") {
			return nil
		}
	}
	if f.defines(span(st), gone) == 0 {
		return []Span{f.Paragraph(span(st))}
	}
	item := b.defs[0].at
	for p := item.Parent(); p.OK() && p != st && !p.Is("named_imports", "object_pattern"); p = p.Parent() {
		item = p
	}
	list := item.Parent()
	if !item.Is("dotted_name", "aliased_import", "import_specifier", "shorthand_property_identifier_pattern", "pair_pattern", "identifier") {
		return nil
	}
	if next := item.Next(); next.OK() && next.Text() == "," && staysBehind(item, gone) {
		end := next.End()
		for end < len(f.src) && strings.IndexByte(" \t\r\n", f.src[end]) >= 0 {
			end++
		}
		return []Span{{item.Start(), end}}
	}
	if prev := item.Prev(); prev.OK() && prev.Text() == "," && list.OK() {
		return []Span{{prev.Start(), item.End()}}
	}
	return nil
}

// staysBehind says whether an item behind another one in a list of imports stays:
// else the comma before goes with it.
func staysBehind(item node, gone []*Binding) bool {
	for c := item.Next(); c.OK(); c = c.Next() {
		goes := slices.ContainsFunc(gone, func(b *Binding) bool { return len(b.defs) == 1 && c.Contains(b.defs[0].at) })
		if c.Named() && !c.Extra() && !goes {
			return true
		}
	}
	return false
}

// Paragraph is a statement with its line, and with one of two empty lines
// around it.
func (f *File) Paragraph(st Span) Span {
	at, eol := f.line(st), f.EOL()
	before, after := string(f.src[:at.Start]), string(f.src[at.End:])
	if at != st && strings.HasSuffix(before, eol+eol) && strings.HasPrefix(after, eol) {
		at.End += len(eol)
	}
	return at
}

// defines counts the names that a statement defines, but for those given.
func (f *File) defines(st Span, but []*Binding) int {
	n := 0
	for _, b := range f.bindings {
		if slices.Contains(but, b) {
			continue
		}
		for _, d := range b.Defs {
			if st.Contains(d.Name) {
				n++
			}
		}
	}
	return n
}
