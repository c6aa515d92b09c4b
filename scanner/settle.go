package scanner

import (
	"bytes"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/rules"
)

// settle sorts the places, drops doubles, and notes what must be masked.
func (s *scanned) settle() {
	slices.SortStableFunc(s.found, func(a, b found) int {
		if a.span.Start != b.span.Start {
			return a.span.Start - b.span.Start
		}
		if a.verdict.Rule.ID != b.verdict.Rule.ID {
			return strings.Compare(a.verdict.Rule.ID, b.verdict.Rule.ID)
		}
		return a.span.End - b.span.End
	})
	s.found = slices.CompactFunc(s.found, func(a, b found) bool {
		return a.span.Start == b.span.Start && (a.verdict.Rule == b.verdict.Rule || a.verdict.Kind == b.verdict.Kind && !a.verdict.Kind.IsSecret())
	})
	s.dropOverlaps()
}

// dropOverlaps removes a reference or a mention that lies inside a call or a
// client, and a client that is seen as a request too.
func (s *scanned) dropOverlaps() {
	weak := func(k rules.Kind) bool { return k == rules.KeyReference || k == rules.Mention }
	s.found = slices.DeleteFunc(s.found, func(f found) bool {
		for _, o := range s.found {
			if o.span == f.span && o.verdict == f.verdict {
				continue
			}
			overlaps := f.span.Start < o.span.End && o.span.Start < f.span.End
			if overlaps && weak(f.verdict.Kind) && !weak(o.verdict.Kind) && !o.verdict.Kind.IsSecret() {
				return true
			}
			if overlaps && f.verdict.Kind == rules.LegacyCall && o.verdict.Kind == rules.LegacyClient && o.span != f.span {
				return true
			}
		}
		return false
	})
}

// normalised is a placement's text without spaces, for its identity.
func normalised(text []byte) string {
	return string(bytes.Join(bytes.Fields(text), nil))
}

// holds reports whether a place of the text is, or supplies the key of, one
// that was found already.
func (s *scanned) holds(at Span) bool {
	overlaps := func(o Span) bool { return at.Start < o.End && o.Start < at.End }
	return slices.ContainsFunc(s.found, func(f found) bool { return overlaps(f.span) || overlaps(f.expr) })
}
