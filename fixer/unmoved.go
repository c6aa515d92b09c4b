package fixer

import (
	"slices"

	"github.com/unhapi/unhapi/internal/syntax"
)

// maker is code of the file in which a value may be made, and the name that the
// value has from there on.
type maker struct {
	at syntax.Span
	b  *syntax.Binding
}

// makers lists where the value of an expression may be made: the definitions of
// what it reads, and the functions that it calls.
func (s *source) makers(at syntax.Span) []maker {
	var out []maker
	seen := map[*syntax.Binding]bool{}
	exprs := []syntax.Span{at}
	for i := 0; i < len(exprs) && i < maxMakers; i++ {
		for _, b := range s.behind(exprs[i]) {
			if seen[b] || b.Kind == syntax.Param || b.Kind == syntax.Import {
				continue
			}
			seen[b] = true
			if fn := s.file.FunctionSpan(b); !fn.Empty() && b.Kind != syntax.Class {
				out, exprs = append(out, maker{fn, b}), append(exprs, s.file.Result(b))
				continue
			}
			for _, d := range b.Defs {
				m := maker{d.Value, b}
				if b.Kind == syntax.Field { // what computes it stands in its declaration
					m.at = d.Statement
				}
				out, exprs = append(out, m), append(exprs, d.Value)
			}
		}
	}
	return out
}

// maxMakers bounds how many expressions are looked at for one value.
const maxMakers = 20

// gather moves the old environment variables that are read where a value is
// made, as far as nothing else is made there.
func (s *source) gather(k *supply, at syntax.Span, seen map[syntax.Span]bool) string {
	if s.file.Template() {
		return ""
	}
	for _, m := range s.makers(at) {
		if m.b.Kind == syntax.Class {
			continue
		}
		k.makers = append(k.makers, m.at)
		k.carries(m.b)
		if why := s.takeEnvs(k, m.at, []*syntax.Binding{m.b}, seen); why != "" {
			return why
		}
	}
	return ""
}

// unmoved says why an expression cannot be sent as a token as it is: one of the
// places where its value may come from reads an environment variable with an
// old name that no move of the supply renames.
func (s *source) unmoved(k *supply, at syntax.Span) string {
	places := []syntax.Span{at}
	for _, m := range s.makers(at) {
		places = append(places, m.at)
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

// behind lists what an expression reads by name: itself, the object that it is
// a part of, and the functions that it calls.
func (s *source) behind(at syntax.Span) []*syntax.Binding {
	if at.Empty() {
		return nil
	}
	out := slices.Clone(s.file.ValueAt(at).Via)
	add := func(b *syntax.Binding) {
		if b != nil && !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	root := firstName.FindString(s.file.Text(at))
	if root != "" {
		add(s.file.Binding(syntax.Span{Start: at.Start, End: at.Start + len(root)}))
	}
	add(s.file.CalledAt(at))
	return out
}

// renames says whether a move changes what is read at a span.
func (m move) renames(at syntax.Span) bool {
	return m.at.Contains(at) || m.edit.Start < at.End && at.Start < m.edit.End
}

// rest follows what elsewhere finds, and says why an expression cannot stay
// where an old environment variable is left behind it.
func (s *source) rest(k *supply, at syntax.Span, v syntax.Value, left int, seen map[syntax.Span]bool) string {
	moves := len(k.moves)
	if why := s.elsewhere(k, at, v, left, seen); why != "" {
		return why
	}
	if why := s.property(k, at, v.Name, left, seen); why != "" {
		return why
	}
	if why := s.gather(k, at, seen); why != "" {
		return why
	}
	if why := s.unmoved(k, at); why != "" || len(k.moves) > moves {
		return why
	}
	k.loose = append(k.loose, s.lastName(at))
	k.open = k.open || v.Kind != syntax.Config && v.Kind != syntax.Imported
	return ""
}
