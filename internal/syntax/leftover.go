package syntax

import "strings"

// Marked is a string with a mark that says that expressions stand in it.
type Marked struct {
	Mark        Span
	Expressions []Span // what goes with each of them
}

// MarkedStrings are the strings f"…" of Python. One with doubled braces means
// something else without the mark, and one of several that follow each other may
// have the expressions of all.
func (f *File) MarkedStrings() []Marked {
	if f.Language != "python" {
		return nil
	}
	var out []Marked
	for _, n := range f.tree.Root().Find("string") {
		text := n.Text()
		quote := strings.IndexAny(text, `"'`)
		if quote < 1 || strings.Contains(text, "{{") || strings.Contains(text, "}}") || n.Parent().Is("concatenated_string") {
			continue
		}
		i := strings.IndexAny(text[:quote], "fF")
		if i < 0 {
			continue
		}
		m := Marked{Mark: Span{n.Start() + i, n.Start() + i + 1}}
		for _, k := range n.Kids() {
			if k.Is("interpolation") {
				m.Expressions = append(m.Expressions, span(k))
			}
		}
		out = append(out, m)
	}
	return out
}
