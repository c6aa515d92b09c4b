package fixer

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strconv"

	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// parsed is a source, or why there is none.
type parsed struct {
	source *source
	why    string
}

// regionsOf gives the pieces of a file that are in another language.
func (b *builder) regionsOf(ctx context.Context, f *scanner.File) []*syntax.Region {
	all, ok := b.regions[f.Path]
	if !ok && f.Encoding == "" {
		all = b.o.Parser.Regions(ctx, f.Path, f.Text)
		b.regions[f.Path] = all
	}
	return all
}

// nowhere is the offset that stands in no region.
const nowhere = -1

// sourceAt gives a file as source text, or the region of it in which an offset
// stands.
func (b *builder) sourceAt(ctx context.Context, f *scanner.File, pack *rules.Pack, at int) (*source, string) {
	var in *syntax.Region
	key := f.Path + "\x00" + pack.Provider
	for _, r := range b.regionsOf(ctx, f) {
		if _, ok := r.Local(syntax.Span{Start: at, End: at + 1}); ok {
			in, key = r, key+"\x00"+strconv.Itoa(r.Offset(0))
			break
		}
	}
	r, ok := b.sources[key]
	if !ok {
		if r.source, r.why = parse(ctx, b.o.Parser, f.Path, f, pack, in); r.source != nil {
			s := r.source
			s.known = b.files
			s.abroad = func(def *syntax.Binding) bool { return b.usedAbroad(ctx, s, def) }
		}
		b.sources[key] = r
	}
	return r.source, r.why
}

// local is a finding in the offsets of the source: the same one each time.
func (s *source) local(f *scanner.Finding) *scanner.Finding {
	if s.region == nil {
		return f
	}
	if l := s.locals[f]; l != nil {
		return l
	}
	at, ok := s.region.Local(syntax.Span(f.Span))
	if !ok {
		return f
	}
	l := *f
	l.Span = scanner.Span(at)
	if at, ok := s.region.Local(syntax.Span(f.Value)); ok {
		l.Value = scanner.Span(at)
	}
	s.locals[f] = &l
	return &l
}

// real turns findings of the source back into those of the file.
func (s *source) real(all []*scanner.Finding) []*scanner.Finding {
	var out []*scanner.Finding
	for _, f := range all {
		for of, l := range s.locals {
			if l == f {
				f = of
				break
			}
		}
		out = append(out, f)
	}
	return out
}

// home turns edits of the source into those of its file.
func (s *source) home(edits []Edit) ([]Edit, bool) {
	if s.region == nil {
		return edits, true
	}
	sorted, ok := sortEdits(edits)
	if !ok {
		return nil, false
	}
	var in []syntax.Edit
	for _, e := range sorted {
		in = append(in, syntax.Edit{Span: syntax.Span{Start: e.Start, End: e.End}, New: e.New})
	}
	host, ok := s.region.Host(in)
	var out []Edit
	for _, e := range host {
		out = append(out, Edit{Path: s.path, Start: e.Span.Start, End: e.Span.End, New: e.New})
	}
	return out, ok
}

// inFile is an offset of the source in its file.
func (s *source) inFile(at int) int {
	if s.region == nil {
		return at
	}
	return s.region.Offset(at)
}

// within is a place of the file in the source.
func (s *source) within(at syntax.Span) syntax.Span {
	if s.region == nil {
		return at
	}
	in, _ := s.region.Local(at)
	return in
}

// readEnv is the expression that reads an environment variable.
func (s *source) readEnv(name string) (expr, module string) {
	if s.region != nil && s.region.ReadEnv != nil {
		return s.region.ReadEnv(name), ""
	}
	return s.file.ReadEnv(name)
}

// unset says why a new variable may not be there where the source runs.
func (s *source) unset(sp *supply) string {
	if s.region == nil || sp == nil || !sp.newEnv || sp.oldEnv != "" {
		return ""
	}
	return s.region.Unset
}

// cutDefinition is what has to go to take the only definition of a name out.
func (s *source) cutDefinition(b *syntax.Binding) []syntax.Span {
	if s.file.Template() {
		return s.file.CutDefinition(b)
	}
	return []syntax.Span{s.lineWith(b.Defs[0].Statement)}
}

// toShell says whether a command of the shell in a notebook, which reads as a
// comment, is given a variable: it would get the token too.
func (s *source) toShell(b *syntax.Binding) bool {
	if s.region == nil {
		return false
	}
	given := regexp.MustCompile(`[${]` + regexp.QuoteMeta(b.Name) + `\b`)
	return slices.ContainsFunc(s.file.Comments(), func(c syntax.Span) bool { return given.MatchString(s.file.Text(c)) })
}

// heldKey says whether the file gives a name that the source reads to a key in
// the text: the request would send that key as a token.
func (s *source) heldKey(group []*scanner.Finding, name string) string {
	if s.region == nil || name == "" {
		return ""
	}
	word := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`)
	for _, f := range group {
		if f.Kind == rules.LegacyKey && word.Match(s.host.Text[s.host.Line(f.Start.Line).Start:f.Span.Start]) {
			return name + " is set to a key in the text (line " + itoa(f.Start.Line) + "): let it come from elsewhere first"
		}
	}
	return ""
}

// plan works out the fix of one finding of a file.
func (b *builder) plan(ctx context.Context, f *scanner.Finding, group []*scanner.Finding) (p *part, why string) {
	if p, why, ok := b.declared(ctx, f); ok {
		return p, why
	}
	s, why := b.sourceAt(ctx, f.File, f.Rule.Pack, f.Span.Start)
	if why != "" {
		return nil, why
	}
	if len(s.findings) == 0 {
		for _, other := range group {
			s.findings = append(s.findings, s.local(other))
		}
	}
	if f.Kind == rules.LegacyClient {
		p, why = s.clientPart(s.local(f))
	} else {
		p, why = s.part(s.local(f))
	}
	if why != "" {
		return nil, why
	}
	if p.delegated != nil {
		return p, ""
	}
	p.finding, p.rw.also = f, s.real(p.rw.also)
	b.apart(ctx, p)
	if why = s.heldKey(group, p.kept()); why != "" {
		return nil, why
	}
	p.unsafe = cmp.Or(p.unsafe, s.unset(p.supply))
	return p, ""
}

// kept is the name that the token keeps coming from, "" where it is another.
func (p *part) kept() string {
	if p.supply == nil || p.supply.newEnv {
		return ""
	}
	return p.source.file.ValueAt(p.source.decoded(p.rw.value)).Name
}

// settleAt gives the fix the edits of its source, and says whether the file takes
// them.
func (p *part) settleAt(edits []Edit) bool {
	var ok bool
	if p.fix.Edits, ok = p.source.home(edits); !ok {
		p.fix.Title, p.fix.Edits = "Leave it", nil
		p.fix.lower(Manual, "what has to change is put together where it is read: change it by hand")
	}
	return ok
}
