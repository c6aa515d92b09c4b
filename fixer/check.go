package fixer

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/scanner"
)

// check applies the fixes that are safe enough, drops those that collide, and
// looks at what they leave: it must parse as well as before, hold none of the
// findings that were fixed and no new one. A fix that does not stand is turned
// into its reason, and the rest is made again without it.
func (b *builder) check(ctx context.Context) (*Plan, error) {
	for range len(b.parts) + 1 {
		p := b.assemble(ctx)
		changes, failed, why := b.changes(p)
		if failed == nil {
			failed, why = b.misplaced(ctx, p)
		}
		if failed == nil && b.tidy(ctx, p, changes) {
			changes, failed, why = b.changes(p)
		}
		if failed == nil {
			failed, why = b.broken(ctx, p, changes)
		}
		if failed == nil {
			p.Changes = changes
			return p, ctx.Err()
		}
		b.drop(failed, why)
	}
	return nil, fmt.Errorf("the fixes do not settle: please report this")
}

// drop makes a reason of the part that a fix belongs to.
func (b *builder) drop(f *Fix, why string) {
	for _, p := range slices.Clone(b.parts) {
		if p.fix == f {
			b.leave(p, why)
		}
	}
}

// changes gives the files after the fixes; or the fix that collides.
func (b *builder) changes(p *Plan) ([]Change, *Fix, string) {
	var edits []Edit
	for _, f := range p.Fixes {
		if f.Safety == Manual || f.Safety < b.o.Least {
			continue
		}
		joined, ok := sortEdits(append(slices.Clone(edits), f.Edits...))
		if !ok {
			return nil, f, "it collides with another fix in the same place: run again after that one"
		}
		edits = joined
	}
	var out []Change
	for i := 0; i < len(edits); {
		j := i
		for j < len(edits) && edits[j].Path == edits[i].Path {
			j++
		}
		out = append(out, b.change(edits[i].Path, edits[i:j]))
		i = j
	}
	slices.SortStableFunc(out, func(x, y Change) int {
		return cmp.Compare(b.order(x.Path), b.order(y.Path))
	})
	return out, nil, ""
}

// order puts templates before code, so that a run that was cut short between
// two files is finished by the next.
func (b *builder) order(path string) int {
	if envFile(b.files[path]) == envTemplate {
		return 0
	}
	return 1
}

// broken finds a fix that does not stand, and drops it.
func (b *builder) broken(ctx context.Context, p *Plan, changes []Change) (*Fix, string) {
	for _, c := range changes {
		why := b.verify(ctx, c)
		if why == "" {
			continue
		}
		var culprit *Fix
		for _, f := range p.Fixes {
			if f.Safety != Manual && f.Safety >= b.o.Least && slices.ContainsFunc(f.Edits, func(e Edit) bool { return e.Path == c.Path }) {
				if alone := b.alone(f, c.Path); culprit == nil || b.verify(ctx, alone) != "" {
					culprit = f
				}
			}
		}
		return culprit, "the fix does not stand: " + why
	}
	return nil, ""
}

// alone is the change of one file by one fix.
func (b *builder) alone(f *Fix, path string) Change {
	var edits []Edit
	for _, e := range f.Edits {
		if e.Path == path {
			edits = append(edits, e)
		}
	}
	sorted, _ := sortEdits(edits)
	return b.change(path, sorted)
}

// change makes sorted edits in a file, whose byte order mark stays.
func (b *builder) change(path string, edits []Edit) Change {
	f := b.files[path]
	old := make([]byte, 0, len(f.Text)+f.BOM)
	if f.BOM > 0 {
		old = append(old, byteOrderMark...)
	}
	now := append(slices.Clone(old), apply(f.Text, edits)...)
	c := Change{Path: path, New: now}
	for _, e := range edits {
		c.edits = append(c.edits, udiff.Edit{Start: len(old) + e.Start, End: len(old) + e.End, New: e.New})
	}
	c.Old = append(old, f.Text...)
	return c
}

// byteOrderMark is the one of UTF-8: files in other encodings are not fixed.
const byteOrderMark = "\ufeff"

// verify says what is wrong with a change, "" if it keeps the promises.
func (b *builder) verify(ctx context.Context, c Change) string {
	c.Old, c.New = bytes.TrimPrefix(c.Old, []byte(byteOrderMark)), bytes.TrimPrefix(c.New, []byte(byteOrderMark))
	if lang := syntax.Language(c.Path, c.Old); lang != "" {
		before, err1 := b.o.Parser.Parse(ctx, lang, c.Old)
		after, err2 := b.o.Parser.Parse(ctx, lang, c.New)
		if err1 == nil && err2 != nil {
			return "it no longer parses: " + err2.Error()
		}
		if err1 == nil && after.Tree().Errors() > before.Tree().Errors() {
			return "it breaks the grammar"
		}
		if err1 == nil {
			if why := b.altered(c.Path, before, after); why != "" {
				return why
			}
		}
	}
	if why := b.regionsBroken(ctx, c); why != "" {
		return why
	}
	return b.rescan(c)
}

// regionsBroken says whether a change breaks what stands in another language in
// the file.
func (b *builder) regionsBroken(ctx context.Context, c Change) string {
	before, after := b.o.Parser.Regions(ctx, c.Path, c.Old), b.o.Parser.Regions(ctx, c.Path, c.New)
	if len(before) != len(after) {
		return "a script in it can no longer be read"
	}
	for i, r := range before {
		if bytes.Equal(r.Text, after[i].Text) {
			continue
		}
		was, err1 := b.o.Parser.Parse(ctx, r.Language, r.Text)
		is, err2 := b.o.Parser.Parse(ctx, r.Language, after[i].Text)
		if err1 == nil && (err2 != nil || is.Tree().Errors() > was.Tree().Errors()) {
			return "it breaks the grammar of a script in it"
		}
		if err1 != nil || !was.Known() {
			continue
		}
		if why := b.altered(c.Path, was, is); why != "" {
			if _, what, ok := strings.Cut(why, ": "); ok { // its lines are those of the script
				why = "a request of a script in it: " + what
			}
			return why
		}
	}
	return ""
}

// rescan compares what a scan finds before and after: nothing new, and less.
func (b *builder) rescan(c Change) string {
	old := counts(b.o.Detector, c.Path, c.Old)
	now := counts(b.o.Detector, c.Path, c.New)
	total, left := 0, 0
	for _, n := range old {
		total += n
	}
	for rule, n := range now {
		left += n
		if n > old[rule] {
			return "a new " + rule + " appears"
		}
	}
	fixed := slices.ContainsFunc(b.parts, func(p *part) bool {
		return p.source.path == c.Path || slices.ContainsFunc(p.rw.also, func(f *scanner.Finding) bool { return f.Path == c.Path })
	})
	if total > 0 && left >= total && fixed {
		return "what it should remove is found again"
	}
	return ""
}

// counts is how many failing findings each rule has in a text.
func counts(d *scanner.Detector, path string, text []byte) map[string]int {
	n := map[string]int{}
	for _, f := range scanner.Stdin(context.Background(), path, text, scanner.Options{Detector: d, Isolated: true}).Findings {
		switch {
		case !f.Fails():
		case f.Secret != nil: // what a secret is taken for may change with its uses
			n["secret in the text"]++
		default:
			n[f.Rule.ID]++
		}
	}
	return n
}
