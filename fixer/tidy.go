package fixer

import (
	"bytes"
	"context"
	"path"
	"regexp"
	"slices"

	"github.com/unhapi/unhapi/internal/syntax"
)

// tidy takes out the imports that the fixes made unused, and says whether there
// were any. They go with the last fix of the file.
func (b *builder) tidy(ctx context.Context, p *Plan, changes []Change) bool {
	found := false
	for _, c := range changes {
		lang := syntax.Language(c.Path, c.Old)
		if path.Base(c.Path) == "__init__.py" || bytes.HasPrefix(c.Old, []byte(byteOrderMark)) || !syntax.Prunes(lang) {
			continue
		}
		before, err := b.o.Parser.Parse(ctx, lang, c.Old)
		if err != nil {
			continue
		}
		after, err := b.o.Parser.Parse(ctx, lang, c.New)
		if err != nil {
			continue
		}
		var unused []*syntax.Binding
		for _, i := range before.Bindings() {
			if i.Kind == syntax.Import && len(before.Imported(i)) > 0 && unusedIn(after, i) {
				unused = append(unused, i)
			}
		}
		var edits []Edit
		for _, i := range unused {
			for _, cut := range before.CutImport(i, unused) {
				edits = append(edits, remove(c.Path, besideInserted(p, c.Path, cut))...)
			}
		}
		if f := lastOf(p, c.Path, b.o.Least); len(edits) > 0 && f != nil {
			f.Edits, found = append(f.Edits, edits...), true
		}
	}
	return found
}

// besideInserted is a line that goes, up to where a fix puts a line behind it.
func besideInserted(p *Plan, file string, cut syntax.Span) syntax.Span {
	for _, f := range p.Fixes {
		for _, e := range f.Edits {
			if e.Path == file && e.Start == e.End && cut.Start < e.Start && e.Start < cut.End && cut.Start > 0 {
				return syntax.Span{Start: cut.Start - 1, End: e.Start}
			}
		}
	}
	return cut
}

// unusedIn says whether nothing in a file speaks of a name that it imports.
func unusedIn(f *syntax.File, i *syntax.Binding) bool {
	left := 0
	word := regexp.MustCompile(`\b` + regexp.QuoteMeta(i.Name) + `\b`)
	for _, m := range word.FindAllIndex(f.Source(), -1) {
		if !f.InComment(m[0]) {
			left++
		}
	}
	for _, b := range f.Bindings() {
		if b.Name == i.Name && b.Kind == syntax.Import && b.Module == i.Module {
			own := len(word.FindAllString(f.Text(b.Defs[0].Statement), -1))
			return len(f.Imported(b)) == 0 && left <= own
		}
	}
	return false
}

// lastOf is the last fix that changes a file.
func lastOf(p *Plan, file string, least Safety) *Fix {
	for _, f := range slices.Backward(p.Fixes) {
		if f.Safety != Manual && f.Safety >= least && slices.ContainsFunc(f.Edits, func(e Edit) bool { return e.Path == file }) {
			return f
		}
	}
	return nil
}
