package fixer

import (
	"context"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/scanner"
)

// definer is a file that may define what a name of another file stands for, and
// the name there.
type definer struct {
	file   *scanner.File
	name   string
	handed bool // other files hand it on to where it is used
}

// definers lists the files that may define what a leaf names. A file that hands
// it on stands for the one that it has it from.
func (b *builder) definers(ctx context.Context, l leaf, files []*scanner.File) []definer {
	var out []definer
	for _, f := range files {
		if f.Path != l.source.path && l.names(f) {
			out = append(out, b.origins(ctx, l, definer{f, l.im.name, false}, maxHands)...)
		}
	}
	if len(out) > 0 || l.im.module == "" {
		return out
	}
	for _, f := range files {
		if b.ledTo(ctx, l, f) {
			out = append(out, definer{f, l.im.name, true})
		}
	}
	return out
}

// ledTo says whether a file defines what a leaf names, and others hand all of it
// on to the module that the leaf names.
func (b *builder) ledTo(ctx context.Context, l leaf, f *scanner.File) bool {
	if f.Path == l.source.path || syntax.Family(f.Path, f.Text) != syntax.Family(l.source.path, l.source.text) {
		return false
	}
	o := b.other(ctx, l.source, f)
	if o == nil || !o.file.Hands() || o.definition(l.im.name).Empty() {
		return false
	}
	module, name := l.im.module, l.im.name
	if l.im.of != "" {
		module, name = strings.TrimSuffix(module, "."+l.im.of), l.im.of
	}
	fronts, _ := b.frontsFrom(ctx, o, front{path: f.Path, names: []string{name}})
	return slices.ContainsFunc(fronts, func(fr front) bool {
		return fr.is(l.source.path, module) && slices.Contains(fr.names, name)
	})
}

// origins follows what a file hands on to the files that define it: the file
// itself where it does.
func (b *builder) origins(ctx context.Context, l leaf, d definer, left int) []definer {
	o := b.other(ctx, l.source, d.file)
	if o == nil || left == 0 || !o.file.Hands() || !o.definition(d.name).Empty() {
		return []definer{d}
	}
	var out []definer
	for _, h := range o.file.HandsOn() {
		im := imported{module: h.Module, name: h.Name, of: l.im.of}
		switch {
		case h.As == "*":
			im.name = d.name
		case h.As == d.name && h.Name != "":
		case l.im.of != "" && h.As == l.im.of: // an object whose member it is
			im.name, im.of = d.name, h.Name
		default:
			continue
		}
		more, err := b.holdingOf(ctx, im.name)
		if err != nil {
			return nil
		}
		for _, f := range more {
			if f.Path != d.file.Path && im.is(d.file.Path, f.Path) {
				out = append(out, b.origins(ctx, leaf{l.lookout, l.at, im}, definer{f, im.name, true}, left-1)...)
			}
		}
	}
	if len(out) == 0 {
		return []definer{d}
	}
	return out
}
