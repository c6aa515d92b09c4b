package scanner

import (
	"context"
	"slices"

	"github.com/unhapi/unhapi/scanner/internal/objects"
)

// silenced reports what inline comments say of a secret. Where it stands at
// HEAD, the files of HEAD decide, all of them: one place without a comment is
// enough for the secret to count. What is gone is judged by the text that it
// is shown in. In a message there are no comments.
func (s *historyScan) silenced(ctx context.Context, g *secretGroup, h objects.History, f *Finding) *Suppression {
	if s.o.Isolated || slices.ContainsFunc(g.places, func(p secretPlace) bool { return p.typ != objects.Blob }) {
		return nil
	}
	places := h.Head
	if len(places) == 0 {
		places = []objects.Place{{Path: h.Last.Path, Blob: h.Last.Blob}}
	}
	var by *Suppression
	for _, p := range places {
		file := (*File)(nil)
		for _, at := range g.places {
			if at.id != p.Blob || at.typ != objects.Blob {
				continue
			}
			if file == nil {
				if file = s.text(ctx, p.Blob, p.Path); file == nil || at.end > len(file.Text) {
					return nil
				}
			}
			there := *f
			there.Start = file.Position(at.start)
			if by = s.o.silencing(file, &there); by == nil {
				return nil
			}
		}
	}
	return by
}
