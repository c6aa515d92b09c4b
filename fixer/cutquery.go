package fixer

import (
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/syntax"
)

// cutQuery takes an entry out of a dictionary that is written as a query
// string. Where it is the only one, the string goes, with the "?" before it.
func (s *source) cutQuery(t *syntax.Text, i int, e syntax.Entry) (*cutting, string) {
	p := t.Pieces[i]
	held := s.file.Binding(p.Expr) // query = urlencode({…})
	if len(p.Query.Entries) > 1 || p.Query.Open {
		out, why := s.cutEntry(nil, e, p.Query.Entries)
		if out != nil && held != nil {
			out.carriers = append(out.carriers, held)
		}
		if out != nil && p.Via >= 0 {
			out.carriers = carrying(t, append(out.carriers, t.Via[p.Via]))
		}
		return out, why
	}
	whole := "nothing would be left of the query string that is built here"
	if i == 0 || i+1 < len(t.Pieces) || held != nil && held != p.Query.Binding || p.Format != nil && p.Format.Explicit {
		return nil, whole
	}
	before := t.Pieces[i-1]
	if !before.Literal || !strings.HasSuffix(before.Text, "?") || before.Via != p.Via {
		return nil, whole
	}
	out := &cutting{value: e.Value, edits: remove(s.path, syntax.Span{Start: before.Span.End - 1, End: before.Span.End})}
	switch {
	case p.Format != nil && len(p.Format.Cut) > 0:
		out.edits = append(out.edits, remove(s.path, append([]syntax.Span{p.Span}, p.Format.Cut...)...)...)
	case p.Format != nil:
		return nil, whole
	case p.Cut.Empty():
		out.edits = append(out.edits, remove(s.path, p.Span)...)
	default:
		out.edits = append(out.edits, remove(s.path, p.Cut)...)
	}
	if b := p.Query.Binding; b != nil {
		if b.Again || len(b.Defs) != 1 || b.Kind == syntax.Param || !s.single(b.Defs[0].Statement) {
			return nil, whole
		}
		for _, r := range b.Reads {
			if !p.Expr.Contains(r) && !e.Span.Contains(r) {
				return nil, whole
			}
		}
		out.edits = append(out.edits, remove(s.path, s.lineWith(b.Defs[0].Statement))...)
		if e.In == nil { // a statement of its own
			out.edits = append(out.edits, remove(s.path, e.Cut...)...)
		}
	}
	if p.Via >= 0 {
		out.carriers = carrying(t, []*syntax.Binding{t.Via[p.Via]})
	}
	return out, ""
}

// decides says whether a container in a variable, or the variable, is tested.
func (s *source) decides(in *syntax.Container) bool {
	nested := func(d syntax.Define) bool { // if (x := {…})
		return d.Statement.Contains(in.Span) && s.file.Statement(in.Span).Start < d.Statement.Start
	}
	return slices.ContainsFunc(in.Binding.Reads, s.file.Tested) || slices.ContainsFunc(in.Binding.Defs, nested)
}

// cutURL takes the placement out of the URL of a call.
func (s *source) cutURL(r *rewrite, c *syntax.Call) (*cutting, string) {
	if c.URL == nil {
		return nil, "the call has no URL in view"
	}
	for i, p := range c.URL.Pieces {
		if p.Query == nil {
			continue
		}
		for _, e := range p.Query.Entries {
			if s.contains(e.Span, r.finding) && s.named(e.Name) {
				return s.cutQuery(c.URL, i, e)
			}
		}
	}
	for _, q := range s.file.Query(c.URL) {
		if s.contains(q.Key, r.finding) {
			if !s.named(q.Name) {
				return nil, "the parameter is spelled \"" + q.Name + "\", which is not the one that authenticates"
			}
			if r.dual == 0 && slices.ContainsFunc(c.URL.Pieces, func(p syntax.Piece) bool { return p.Branch && p.Span.Contains(q.Key) }) {
				return nil, "the key is sent on some paths only (line " + itoa(s.lineOf(q.Key.Start)) + ")"
			}
			return s.cutParameter(c.URL, q)
		}
	}
	for _, p := range c.URL.Pieces {
		if p.Literal && s.contains(p.Span, r.finding) {
			return nil, "what separates the parameter from the rest of the URL is an expression"
		}
	}
	return nil, "the parameter is not in the text of the URL nor among the parameters that the call shows"
}
