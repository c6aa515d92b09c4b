package fixer

import (
	"context"
	"slices"

	"github.com/unhapi/unhapi/internal/syntax"
)

// need finds the definitions that nobody in their own file reads any more after
// the fixes, but another file does: they stay.
func (b *builder) need(ctx context.Context) error {
	if b.o.Holding == nil {
		return nil
	}
	owners := map[*syntax.Binding]*source{}
	var words []string
	for _, p := range b.parts {
		if p.supply != nil && p.supply.unused != nil && !p.source.file.Template() && p.source.reachable(p.supply.unused) {
			owners[p.supply.unused] = p.source
			words = append(words, p.supply.unused.Plain())
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
		for _, u := range b.sightings(ctx, s, def, files) {
			taken := slices.ContainsFunc(b.parts, func(p *part) bool {
				return p.source == u.source && p.supply != nil && p.supply.newEnv && p.rw.value.Contains(u.at)
			})
			b.needed[def] = b.needed[def] || !taken
		}
	}
	return ctx.Err()
}
