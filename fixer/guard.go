package fixer

import (
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/syntax"
)

// guard is the condition around a statement that adds the key to a request, if
// it asks for nothing but whether there is a key: if (key) add(key).
func (s *source) guard(e syntax.Entry, c *syntax.Call) syntax.Span {
	var around []syntax.Span
	for _, b := range s.file.Branches(e.Span) {
		if !b.Contains(c.Span) {
			around = append(around, b)
		}
	}
	if len(around) != 1 {
		return syntax.Span{}
	}
	a, ok := s.file.Arms(around[0])
	if !ok || a.Expression || !a.Else.Empty() || strings.TrimSpace(s.file.Text(a.ThenBody)) != strings.TrimSpace(s.file.Text(s.file.Statement(e.Span))) {
		return syntax.Span{}
	}
	if cond := strings.TrimSpace(strings.Trim(s.file.Text(a.Condition), "()")); cond != s.file.Text(s.decoded(e.Value)) {
		return syntax.Span{}
	}
	return a.Whole
}

// sometimes says whether a place runs on some of the paths only on which a
// request is sent.
func (s *source) sometimes(at syntax.Span, c *syntax.Call) bool {
	return slices.ContainsFunc(s.file.Branches(at), func(b syntax.Span) bool { return !b.Contains(c.Span) && !c.Statement.Contains(b) })
}
