package fixer

import (
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/rules"
)

// wrapped looks at the callers of the function around a call whose URL comes,
// in part, from a parameter. It says whether all of them are in view and
// reach endpoints that may be fixed, or why the call must stay.
func (s *source) wrapped(r *rewrite, c *syntax.Call) (known bool, why string) {
	if c.URL == nil {
		return false, ""
	}
	return s.reached(r, c.URL, c.Function, 3)
}

// reached follows a URL that is built in a function to the callers of that
// function, and of those around it that give it something for the URL.
func (s *source) reached(r *rewrite, t *syntax.Text, function syntax.Span, left int) (bool, string) {
	known := false
	for i, in := range s.givers(t, function) {
		all, why := s.reachedBy(r, t, in, left)
		if why != "" {
			return false, why
		}
		known = all && (known || i == 0)
	}
	return known, ""
}

// givers are the functions around a URL whose parameters stand in it, the inner
// ones first.
func (s *source) givers(t *syntax.Text, function syntax.Span) []syntax.Span {
	var out []syntax.Span
	for _, p := range s.opening(t) {
		if b := s.file.Binding(p.Expr); b != nil && b.Kind == syntax.Param && b.Scope.Contains(function) && !slices.Contains(out, b.Scope) {
			out = append(out, b.Scope)
		}
	}
	slices.SortFunc(out, func(a, b syntax.Span) int { return b.Start - a.Start })
	return out
}

// reachedBy follows a URL to the callers of one function. Those that other files
// can call are noted.
func (s *source) reachedBy(r *rewrite, t *syntax.Text, function syntax.Span, left int) (bool, string) {
	if left == 0 {
		return false, ""
	}
	fn := s.file.FunctionOf(function)
	if fn == nil {
		return false, ""
	}
	all, called := true, false
	methods := s.methodCalls(fn)
	for _, inv := range append(s.callersOf(fn), methods...) {
		if inv == nil {
			all = all && len(methods) > 0
			continue
		}
		known, why := s.caller(r, t, fn, inv, left)
		if why != "" {
			return false, why
		}
		all, called = all && known, true
	}
	if s.reachable(fn) {
		r.offers = append(r.offers, offer{def: fn, duty: completed, url: t, known: all, called: called})
		return false, ""
	}
	return all && called, ""
}

// caller classifies the endpoint that one caller makes of a URL.
func (s *source) caller(r *rewrite, t *syntax.Text, fn *syntax.Binding, inv *syntax.Invocation, left int) (bool, string) {
	given := map[string]string{}
	deeper := false
	for name, at := range s.file.Arguments(fn, inv) {
		arg := s.file.TextAt(at)
		given[name] = s.written(arg, nil)
		if len(s.paramsIn(arg, inv.Function)) > 0 {
			deeper = true
		}
	}
	host, path := parseURL(s.written(t, given))
	where := " (line " + itoa(s.lineOf(inv.Span.Start)) + ")"
	class := s.pack.EndpointOf(host, path)
	switch {
	case class == rules.KeepEndpoint:
		return false, "a developer endpoint is called through it too" + where
	case foreign(s.pack, host):
		return false, "it also sends requests to " + host + where
	case class == rules.UnknownEndpoint:
		if deeper {
			return s.outer(r, t, given, inv, left)
		}
		return false, ""
	}
	return true, ""
}

// outer follows a wrapper of a wrapper: the text of its argument, with the
// rest of the URL around it, is what its own callers complete.
func (s *source) outer(r *rewrite, t *syntax.Text, given map[string]string, inv *syntax.Invocation, left int) (bool, string) {
	for _, a := range inv.Args {
		arg := s.file.TextAt(a.Value)
		if arg == nil || len(s.paramsIn(arg, inv.Function)) == 0 {
			continue
		}
		joined := &syntax.Text{Span: arg.Span}
		for _, p := range t.Pieces {
			if text, ok := given[s.plainName(p)]; !p.Literal && ok && text == s.written(arg, nil) {
				joined.Pieces = append(joined.Pieces, arg.Pieces...)
				continue
			}
			joined.Pieces = append(joined.Pieces, p)
		}
		return s.reached(r, joined, inv.Function, left-1)
	}
	return false, ""
}

// paramsIn lists the parameters of a function that stand in the host and path
// of a URL.
func (s *source) paramsIn(t *syntax.Text, function syntax.Span) []string {
	var out []string
	for _, p := range s.opening(t) {
		if b := s.file.Binding(p.Expr); b != nil && b.Kind == syntax.Param && b.Scope == function && !slices.Contains(out, p.Text) {
			out = append(out, p.Text)
		}
	}
	return out
}

// opening are the expressions in the host and the path of a URL.
func (s *source) opening(t *syntax.Text) []syntax.Piece {
	if t == nil {
		return nil
	}
	var out []syntax.Piece
	for _, p := range t.Pieces {
		if p.Literal && strings.Contains(p.Text, "?") {
			break
		}
		if !p.Literal {
			out = append(out, p)
		}
	}
	return out
}

// otherBase says why a request must stay whose URL begins with a field of the
// object: objects of the class, or of those made from it, have another host
// there.
func (s *source) otherBase(c *syntax.Call) string {
	if c.URL == nil || len(c.URL.Pieces) == 0 {
		return ""
	}
	first := c.URL.Pieces[0]
	at := first.Expr
	field := s.file.Binding(at)
	if first.Via >= 0 { // its value is known
		field = c.URL.Via[first.Via]
	} else if root := rootMember.FindString(s.file.Text(at)); field == nil && root != "" { // this.base + path
		field = s.file.Binding(syntax.Span{Start: at.Start, End: at.Start + len(root)})
	}
	if field == nil || field.Kind != syntax.Field {
		return ""
	}
	var given []syntax.Span
	for _, b := range s.file.Bindings() {
		if b.Kind != syntax.Field || b.Name != field.Name || len(b.Defs) == 0 ||
			b != field && !holds([]byte(s.file.Heritage(b.Defs[0].Statement)), s.file.ClassAround(field)) {
			continue
		}
		for _, d := range b.Defs {
			given = append(given, d.Value)
			if p := s.file.Binding(d.Value); p != nil && p.Kind == syntax.Param {
				given = append(given, s.gifts(p)...)
			}
		}
	}
	for _, at := range given {
		host, _ := parseURL(s.written(s.file.TextAt(at), nil))
		if foreign(s.pack, host) {
			return "it also sends requests to " + host + " (line " + itoa(s.lineOf(at.Start)) + ")"
		}
	}
	return ""
}

// rootMember is a member of the object with which an expression begins.
var rootMember = pattern.New(`^(?:this|self)\.\w+`)

// ownHeaderGiven is where a caller of the function around a request gives it
// another header of the token's name, among what the request takes from a
// parameter; -1 for nowhere.
func (s *source) ownHeaderGiven(c *syntax.Call) int {
	fn := s.file.FunctionOf(c.Function)
	if fn == nil || !c.HeadersOpen && !s.takesOptions(c) {
		return -1
	}
	for _, inv := range append(s.callersOf(fn), s.methodCalls(fn)...) {
		if inv != nil && s.ownHeader(inv) {
			return inv.Span.Start
		}
	}
	return -1
}

// takesOptions says whether the options of a call take something of a parameter
// of the function around it.
func (s *source) takesOptions(c *syntax.Call) bool {
	if c.Options.Empty() {
		return false
	}
	if b := s.file.Binding(c.Options); b != nil && b.Kind == syntax.Param {
		return true
	}
	in := s.file.Container(c.Options)
	return in != nil && in.Open && spreading.MatchString(s.file.Text(in.Span))
}
