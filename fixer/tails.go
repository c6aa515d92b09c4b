package fixer

import (
	"strings"

	"github.com/unhapi/unhapi/internal/syntax"
)

// tail is what code adds behind a URL that is built elsewhere.
type tail struct {
	amp  syntax.Span // the & that it begins with, where that can be changed
	line int
}

// tails lists what a station adds behind what it is given.
func (s *source) tails(st station) []tail {
	var out []tail
	in := s.file.FunctionSpan(st.fn)
	behind := func(t *syntax.Text) {
		if i := s.pieceOf(st, t); i >= 0 && i+1 < len(t.Pieces) {
			out = append(out, s.tailAt(t.Pieces[i+1]))
		}
	}
	calls := s.file.Calls()
	for i := range calls {
		if in.Contains(calls[i].Span) {
			behind(calls[i].URL)
		}
	}
	for _, inv := range s.file.Invocations() {
		if fn := s.file.Callee(inv); in.Contains(inv.Span) && !s.file.FunctionSpan(fn).Empty() {
			for _, at := range s.file.Arguments(fn, inv) {
				behind(s.file.TextAt(at))
			}
		}
	}
	for _, b := range s.file.Bindings() {
		if b.Kind == syntax.Param && b.Name == st.param && b.Scope == in {
			out = append(out, s.appended(b)...)
		}
	}
	return out
}

// appended is what is added to a variable.
func (s *source) appended(b *syntax.Binding) []tail {
	var out []tail
	for _, d := range b.Defs {
		if !d.Append {
			continue
		}
		t := s.file.TextAt(d.Value)
		if t == nil {
			out = append(out, tail{line: s.lineOf(d.Statement.Start)})
			continue
		}
		i := 0
		for i < len(t.Pieces) && (!t.Pieces[i].Literal && s.file.Binding(t.Pieces[i].Expr) == b || t.Pieces[i].Literal && t.Pieces[i].Text == "") {
			i++ // x = x + "…"
		}
		if i < len(t.Pieces) {
			x := s.tailAt(t.Pieces[i])
			if s.file.Repeated(d.Statement) {
				x.amp = syntax.Span{}
			}
			out = append(out, x)
		}
	}
	return out
}

// tailAt reads the first piece behind a URL.
func (s *source) tailAt(p syntax.Piece) tail {
	t := tail{line: s.lineOf(p.Span.Start)}
	if p.Literal && p.Raw && strings.HasPrefix(p.Text, "&") && strings.HasPrefix(s.file.Text(p.Span), "&") {
		t.amp = syntax.Span{Start: p.Span.Start, End: p.Span.Start + 1}
	}
	return t
}

// lastParameter says whether a URL has no query any more without the parameter.
func (s *source) lastParameter(at syntax.Span) bool {
	t := s.file.TextAt(at)
	if t == nil || s.file.Container(at) != nil {
		return false
	}
	url, _ := without(rendered(t), s.names)
	return !strings.Contains(url, "?")
}

// retail adapts what code adds behind URLs of which some have no query any
// more: where there is one addition and all of them lost theirs, it begins the
// query now.
func (s *source) retail(r *rewrite, tails []tail, bare, all int) string {
	if bare == 0 || len(tails) == 0 {
		return ""
	}
	if len(tails) > 1 || bare < all || tails[0].amp.Empty() {
		return "line " + itoa(tails[0].line) + " adds to the URL, which has no other parameter before that"
	}
	r.edits = append(r.edits, Edit{Path: s.path, Start: tails[0].amp.Start, End: tails[0].amp.End, New: "?"})
	return ""
}
