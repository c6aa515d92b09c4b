package fixer

import (
	"slices"

	"github.com/unhapi/unhapi/internal/syntax"
)

// urlCarriers are the variables through which a parameter that is added to a
// URL comes to a request: the one in whose definition it stands, the one that
// it is added to, and what that is assigned to.
func (s *source) urlCarriers(c *syntax.Call, e syntax.Entry) []*syntax.Binding {
	var out []*syntax.Binding
	add := func(b *syntax.Binding) {
		if b == nil || slices.Contains(out, b) || !c.Result.Empty() && b == s.file.Binding(c.Result) {
			return
		}
		out = append(out, b)
	}
	if c.URL != nil {
		for _, via := range c.URL.Via {
			if slices.ContainsFunc(via.Defs, func(d syntax.Define) bool { return d.Statement.Contains(e.Span) }) {
				add(via)
			}
		}
	}
	if e.In != nil {
		return out
	}
	if st := s.file.Statement(e.Span); !st.Contains(c.Span) { // else it is the response
		add(s.root(st))
	}
	for i := 0; i < len(out); i++ {
		for _, r := range out[i].Reads {
			if st := s.file.Statement(r); assigning.Match(s.text[st.Start:r.Start]) {
				add(s.root(st))
			}
		}
	}
	return out
}

// root is the variable with which a statement begins.
func (s *source) root(st syntax.Span) *syntax.Binding {
	name := firstName.FindString(s.file.Text(st))
	if name == "" {
		return nil
	}
	return s.file.Binding(syntax.Span{Start: st.Start, End: st.Start + len(name)})
}

// touched says whether a read goes with the parameter, or makes another carrier
// or the request itself, which are looked at by themselves.
func (s *source) touched(r *rewrite, b *syntax.Binding, read syntax.Span) bool {
	if slices.ContainsFunc(r.edits, func(e Edit) bool { return e.New == "" && e.Start <= read.Start && read.End <= e.End }) ||
		slices.ContainsFunc(r.carriers, func(o *syntax.Binding) bool {
			return o != b && o.Kind != syntax.Function && slices.ContainsFunc(o.Defs, func(d syntax.Define) bool { return d.Statement.Contains(read) })
		}) {
		return true
	}
	st := s.file.Statement(read)
	if st.Start == read.Start && slices.ContainsFunc(r.edits, func(e Edit) bool { return e.Path == s.path && e.New == "" && st.Start <= e.Start && e.End <= st.End }) {
		return true // adds other parameters, too: builder.set(…).set(…)
	}
	if st.Empty() || !assigning.Match(s.text[st.Start:read.Start]) {
		return false
	}
	to := s.root(st)
	return to != nil && to != b && (slices.Contains(r.carriers, to) || slices.ContainsFunc(r.requests, func(q request) bool {
		return !q.call.Result.Empty() && s.file.Binding(q.call.Result) == to
	}))
}
