package fixer

import (
	"slices"

	"github.com/unhapi/unhapi/internal/syntax"
)

// unmoved says why an expression cannot be sent as a token as it is: one of the
// places where its value may come from reads an environment variable with an
// old name that no move of the supply renames.
func (s *source) unmoved(k *supply, at syntax.Span) string {
	places := []syntax.Span{at}
	for _, b := range s.behind(at) {
		if b.Kind == syntax.Param || b.Kind == syntax.Import {
			continue
		}
		if fn := s.file.FunctionSpan(b); !fn.Empty() {
			places = append(places, s.file.Result(b))
			continue
		}
		for _, d := range b.Defs {
			places = append(places, d.Value)
		}
	}
	for _, p := range places {
		for _, read := range s.file.EnvReads() {
			v := s.file.ValueAt(read)
			if p.Contains(read) && v.Kind == syntax.Env && s.legacyEnv(v.Name) && !slices.ContainsFunc(k.moves, func(m move) bool { return m.renames(read) }) {
				return "the key may come from the environment variable " + v.Name + ", among others, which holds no token"
			}
		}
	}
	return ""
}

// behind lists what an expression reads by name: itself, and the object that it
// is a part of.
func (s *source) behind(at syntax.Span) []*syntax.Binding {
	out := slices.Clone(s.file.ValueAt(at).Via)
	root := firstName.FindString(s.file.Text(at))
	if b := s.file.Binding(syntax.Span{Start: at.Start, End: at.Start + len(root)}); root != "" && b != nil && !slices.Contains(out, b) {
		out = append(out, b)
	}
	return out
}

// renames says whether a move changes what is read at a span.
func (m move) renames(at syntax.Span) bool {
	return m.at.Contains(at) || m.edit.Start < at.End && at.Start < m.edit.End
}

// rest follows what elsewhere finds, and says why an expression cannot stay
// where an old environment variable is left behind it.
func (s *source) rest(k *supply, at syntax.Span, v syntax.Value, left int, seen map[syntax.Span]bool) string {
	if why := s.elsewhere(k, at, v, left, seen); why != "" {
		return why
	}
	if why := s.property(k, at, v.Name, left, seen); why != "" {
		return why
	}
	return s.unmoved(k, at)
}
