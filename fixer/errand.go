package fixer

import (
	"cmp"
	"strings"

	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// errand is a request of another file whose URL or parameters come from the
// file that holds the key.
type errand struct {
	source  *source
	request request
	token   string // the expression of the token, "" for the environment variable
}

// lent fixes what a file builds with the key and only other files send: the
// parameter goes here, and each of their requests gets the header.
func (s *source) lent(f *scanner.Finding) *rewrite {
	for _, b := range s.file.Bindings() {
		if b.Kind == syntax.Import || !s.reachable(b) {
			continue
		}
		cut, _ := s.cutArgument(f, s.file.Result(b))
		if cut == nil {
			continue
		}
		r := &rewrite{finding: f, value: cut.value, literal: cut.literal, edits: cut.edits, lent: true}
		for _, c := range append(cut.carriers, b) {
			if s.onlyFor(r, c) != "" {
				return nil
			}
		}
		if s.developerName(f) != "" || s.otherMode(f, nil) != "" {
			return nil
		}
		return r
	}
	return nil
}

// lentSupply reads the token where the requests are: what held the key here is
// not needed any more.
func (s *source) lentSupply(r *rewrite) (*supply, string) {
	if r.value.Empty() {
		return s.fresh(fromText+strings.ToLower(r.literal), ""), ""
	}
	v := s.file.ValueAt(s.decoded(r.value))
	if v.Kind == syntax.Parameter {
		return &supply{step: "give the new token to the callers of " + v.Name}, ""
	}
	env, why := s.envOf(r)
	if why != "" {
		return nil, why
	}
	sp := s.fresh(s.keyOf(v))
	sp.expr, sp.module = "", ""
	if v.Kind == syntax.Env && s.pack.LegacyEnv(v.Name) {
		sp.oldEnv = v.Name
	} else if env != "" {
		sp.env, sp.newEnv, sp.step = env, false, "put the new token into the environment variable "+env
	}
	if len(v.Via) == 1 {
		sp.unused = s.only(v.Via[0], v)
	}
	return sp, ""
}

// envOf is the environment variable that keeps the token of a rewrite under its
// own name, "" where it moves to the one of the pack, or why there is neither.
func (s *source) envOf(r *rewrite) (string, string) {
	if r.value.Empty() {
		return "", ""
	}
	switch v := s.file.ValueAt(s.decoded(r.value)); {
	case v.Kind == syntax.Literal, v.Kind == syntax.Env && s.pack.LegacyEnv(v.Name):
		return "", ""
	case v.Kind == syntax.Env:
		return v.Name, ""
	}
	return "", "the key is not in scope there"
}

// tokenAt is the expression of the token at a use of what a file offers: what is
// given for a parameter there, "" for the environment variable.
func (s *source) tokenAt(r *rewrite, o offer, u sighting) (string, string) {
	_, why := s.envOf(r)
	if why == "" {
		return "", ""
	}
	at := s.decoded(r.value)
	param := s.file.Binding(at)
	inv := u.source.callAt(u.at)
	if param == nil || param.Kind != syntax.Param || param.Scope != s.file.FunctionSpan(o.def) || inv == nil {
		return "", why
	}
	given, ok := s.file.ArgumentsFrom(o.def, inv)[param.Name]
	if !ok {
		return "", why
	}
	switch v := u.source.file.ValueAt(u.source.decoded(given)); {
	case v.Kind == syntax.Literal, v.Kind == syntax.Env && s.pack.LegacyEnv(v.Name):
		return "", "the key is kept there"
	}
	return u.source.file.Text(given), ""
}

// run finds the request that a place in another file sends with what is offered
// there, and adds it to the part; or says why that cannot be.
func (b *builder) run(p *part, o offer, u sighting) string {
	token, why := p.source.tokenAt(p.rw, o, u)
	if why != "" {
		return why
	}
	if u.source.client != "" {
		return u.source.client
	}
	c := u.source.sender(u.at)
	if c == nil || c.Role != syntax.Send || c.Broken {
		return "the request is not in view"
	}
	if at := p.source.file.Result(o.def); c.URL != nil && len(c.URL.Pieces) > 1 && (at.Empty() || p.source.lastParameter(at)) {
		return "what is added to the URL there would follow no other parameter"
	}
	class, why := p.source.lentTo(o, u, c)
	if why != "" {
		return why
	}
	if class == rules.OpenEndpoint {
		return "the request needs no credential"
	}
	r := &rewrite{finding: p.finding}
	if class == rules.UnknownEndpoint {
		r.unsafe = unseen
	}
	e := errand{u.source, request{call: c, header: true}, token}
	if why := u.source.headerOf(r, &e.request); why != "" {
		return why
	}
	if !e.request.header {
		return "the request sends a token already"
	}
	p.unsafe = cmp.Or(p.unsafe, r.unsafe)
	p.errands = append(p.errands, e)
	return ""
}

// sender is the request whose URL or parameters are a name, what a call of it
// gives, or a variable that holds that and nothing else reads.
func (s *source) sender(at syntax.Span) *syntax.Call {
	calls := s.file.Calls()
	for i := range calls {
		c := &calls[i]
		if c.URL != nil && len(c.URL.Pieces) > 0 && !c.URL.Pieces[0].Literal && s.comes(c, c.URL.Pieces[0].Expr, at) ||
			!c.ParamsValue.Empty() && s.comes(c, c.ParamsValue, at) {
			return c
		}
	}
	return nil
}

// comes says whether an expression of a call is the use of a name.
func (s *source) comes(c *syntax.Call, expr, at syntax.Span) bool {
	v := s.file.ValueAt(expr)
	for _, b := range v.Via {
		for _, r := range b.Reads {
			if b.Kind != syntax.Import && !s.readBy(c, r, b) {
				return false
			}
		}
	}
	for _, e := range []syntax.Span{expr, v.Span} {
		if e.End == at.End && e.Contains(at) {
			return true
		}
		if inv := s.callAt(at); inv != nil && inv.Span == e {
			return true
		}
	}
	return false
}

// lentTo classifies the endpoint of a request in another file.
func (s *source) lentTo(o offer, u sighting, c *syntax.Call) (rules.EndpointClass, string) {
	host, path := u.source.target(c)
	if t := s.file.TextAt(s.file.Result(o.def)); t != nil && s.file.Container(t.Span) == nil {
		given := map[string]string{}
		if inv := u.source.callAt(u.at); inv != nil {
			for name, at := range s.file.ArgumentsFrom(o.def, inv) {
				given[name] = u.source.written(u.source.file.TextAt(at), nil)
			}
		}
		url := s.written(t, given)
		for _, p := range c.URL.Pieces[1:] {
			url += u.source.written(&syntax.Text{Pieces: []syntax.Piece{p}}, nil)
		}
		host, path = parseURL(url)
	}
	class := s.pack.EndpointOf(host, path)
	switch {
	case class == rules.KeepEndpoint:
		return class, "the endpoint needs the developer key"
	case foreign(s.pack, host):
		return class, "the request goes to " + host + ", which is not " + s.pack.Name
	}
	return class, ""
}

// carry writes the headers of the requests in other files.
func (p *part) carry(env string) []Edit {
	var out []Edit
	for _, e := range p.errands {
		o := e.source
		expr, module := o.file.ReadEnv(env)
		if e.token != "" {
			expr, module = e.token, ""
		}
		if e.request.recast {
			out = append(out, o.recast(nil, e.request.call, expr)...)
		}
		for _, slot := range append([]syntax.Slot{e.request.slot}, e.request.more...) {
			if !e.request.recast {
				out = append(out, o.place(nil, slot, o.header(slot, expr))...)
			}
		}
		if module != "" {
			out = append(out, o.imports(module)...)
		}
	}
	return out
}
