package fixer

import (
	"context"
	"slices"

	"github.com/unhapi/unhapi/internal/syntax"
)

// need finds where other files read the definitions that the fixes would change
// or take out.
func (b *builder) need(ctx context.Context) error {
	if b.o.Holding == nil {
		return nil
	}
	owners := map[*syntax.Binding]*source{}
	var words []string
	for _, p := range b.parts {
		for s, defs := range p.definitions() {
			for _, def := range defs {
				if !s.file.Template() && s.reachable(def) {
					owners[def] = s
					words = append(words, s.file.NamesOutside(def)...)
				}
			}
		}
	}
	if len(words) == 0 {
		return nil
	}
	files, err := b.holdingOf(ctx, words...)
	if err != nil {
		return err
	}
	for def, s := range owners {
		b.readers[def] = b.sightings(ctx, s, def, files)
	}
	return ctx.Err()
}

// definitions are those that a part would change, by their file.
func (p *part) definitions() map[*source][]*syntax.Binding {
	out := map[*source][]*syntax.Binding{}
	if p.supply != nil {
		out[p.source] = p.supply.bindings()
	}
	for _, w := range p.springs {
		if n := len(w.value.Via); n > 0 {
			out[w.source] = append(out[w.source], w.value.Via[n-1])
		}
	}
	return out
}

// needed says whether another file reads a definition for something else than
// what the active parts send.
func (b *builder) needed(def *syntax.Binding, active []*part) bool {
	return slices.ContainsFunc(b.readers[def], func(u sighting) bool {
		return u.source.file == nil || !slices.ContainsFunc(active, func(p *part) bool { return p.takes(u) })
	})
}

// takes says whether a part takes its key from a place.
func (p *part) takes(u sighting) bool {
	if p.supply == nil {
		return false
	}
	in := func(at syntax.Span) bool { return at.Contains(u.at) }
	return p.source == u.source && (in(p.rw.value) || slices.ContainsFunc(p.supply.leaves, in) ||
		slices.ContainsFunc(p.rw.values, in) || slices.ContainsFunc(p.supply.moves, func(m move) bool { return in(m.at) })) ||
		slices.ContainsFunc(p.springs, func(w spring) bool { return w.source == u.source && in(w.move.at) })
}
