package fixer

import (
	"slices"

	"github.com/unhapi/unhapi/internal/syntax"
)

// unmark takes the mark off strings of which a part takes all expressions out.
func (s *source) unmark(edits []Edit) []Edit {
	in := func(at syntax.Span) bool {
		return slices.ContainsFunc(edits, func(e Edit) bool { return e.Path == s.path && e.Start <= at.Start && at.End <= e.End })
	}
	for _, m := range s.file.MarkedStrings() {
		if len(m.Expressions) > 0 && !in(m.Mark) && !slices.ContainsFunc(m.Expressions, func(at syntax.Span) bool { return !in(at) }) {
			edits = append(edits, remove(s.path, m.Mark)...)
		}
	}
	return edits
}
