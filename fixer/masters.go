package fixer

import (
	"context"

	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/rules"
)

// twoMasters says whether a request of the file that must keep the key takes it
// from the same variable or setting: the token must not get in there.
func (s *source) twoMasters(v syntax.Value) bool {
	if v.Kind != syntax.Env && v.Kind != syntax.Config || v.Name == "" || s.pack.Target.SameSecret {
		return false
	}
	if s.taken[v.Name] {
		return true
	}
	same := func(at syntax.Span) bool {
		if at.Empty() {
			return false
		}
		w := s.file.ValueAt(s.decoded(at))
		return w.Kind == v.Kind && w.Name == v.Name
	}
	calls := s.file.Calls()
	for i := range calls {
		c := &calls[i]
		if host, path := s.target(c); s.pack.EndpointOf(host, path) != rules.KeepEndpoint {
			continue
		}
		for _, e := range c.Params {
			if s.named(e.Name) && same(e.Value) {
				return true
			}
		}
		for _, q := range s.file.Query(c.URL) {
			if s.named(q.Name) && len(q.Value) == 1 && !q.Value[0].Literal && same(q.Value[0].Expr) {
				return true
			}
		}
	}
	return false
}

// apart lets a part of a region take the token from a variable of its own where
// another region of the file has a request that keeps the key.
func (b *builder) apart(ctx context.Context, p *part) {
	s := p.source
	name := p.kept()
	if s.region == nil || name == "" {
		return
	}
	v := s.file.ValueAt(s.decoded(p.rw.value))
	for _, r := range b.regionsOf(ctx, s.host) {
		o, _ := b.sourceAt(ctx, s.host, s.pack, r.Offset(0))
		if o == nil || o == s || !o.twoMasters(v) {
			continue
		}
		s.taken = map[string]bool{name: true}
		p.supply, _ = s.supplyOf(p)
		return
	}
}
