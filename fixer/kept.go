package fixer

import (
	"strings"

	"github.com/unhapi/unhapi/internal/syntax"
)

// kept: parameters, configuration and stored values keep their expression;
// only the value behind it must become a token.
func (s *source) kept(r *rewrite, at syntax.Span, v syntax.Value) (*supply, string) {
	if why := s.fixed(at, v); why != "" {
		return nil, why
	}
	k := &supply{expr: s.file.Text(at), at: map[*syntax.Call]string{}}
	if why := s.behindKept(k, at, v); why != "" {
		return nil, why
	}
	if why := s.readAt(k, r, at); why != "" {
		return nil, why
	}
	s.stepOf(k, v)
	return k, ""
}

// fixed says why what an expression gives cannot become a token.
func (s *source) fixed(at syntax.Span, v syntax.Value) string {
	text := s.file.Text(at)
	if strings.TrimSpace(text) == "" {
		return "the expression of the key is empty"
	}
	if b := s.file.Binding(at); s.file.EnvImport(b) && s.legacyEnv(b.Export) {
		return "the environment variable " + b.Export + ", which holds no token, is imported by its name"
	}
	if s.file.ByName(at) {
		return "\"" + text + "\" is a variable of the program, which is not followed"
	}
	if line := s.masters(at); line > 0 && v.Kind != syntax.Env && v.Kind != syntax.Config {
		return "a request that must keep the key takes it from the same place (line " + itoa(line) + ")"
	}
	if d := v.Default; v.Kind == syntax.Env && d != nil && d.Kind == syntax.Env && s.legacyEnv(d.Name) {
		return "the key comes from " + v.Name + " or from " + d.Name
	}
	return ""
}

// behindKept moves the keys behind an expression that stays, or says why it
// cannot.
func (s *source) behindKept(k *supply, at syntax.Span, v syntax.Value) string {
	if v.Kind != syntax.Env && !s.file.Template() {
		if why := s.follow(k, at, 5, map[syntax.Span]bool{}); why != "" {
			return why
		}
	}
	if why := s.gather(k, s.decoded(at), map[syntax.Span]bool{}); why != "" {
		return why
	}
	if why := s.unmoved(k, s.decoded(at)); why != "" {
		return why
	}
	if why := s.stray(k); why != "" || len(k.moves) == 0 {
		return why
	}
	return s.shared(k)
}

// readAt finds what stands for the expression where a request does not see it.
func (s *source) readAt(k *supply, r *rewrite, at syntax.Span) string {
	for _, q := range r.requests {
		if !q.header {
			continue
		}
		why := s.whyNotAt(at, q.slot.At)
		if why == "" {
			continue
		}
		if field := s.fieldOf(at, q.slot.At); field != "" {
			k.at[q.call] = field
			continue
		}
		given := s.givenTo(q.call, at)
		if given.Empty() || s.whyNotAt(given, q.slot.At) != "" {
			return why
		}
		k.at[q.call] = s.file.Text(given)
	}
	return ""
}

// stepOf says what is left to the user.
func (s *source) stepOf(k *supply, v syntax.Value) {
	switch {
	case s.pack.Target.SameSecret: // it is there already
	case k.newEnv:
		var envs []string
		for _, m := range k.moves {
			envs = append(envs, m.env)
		}
		k.step = "set " + strings.Join(compact(envs), " and ") + " to the new token"
	case v.Kind == syntax.Env:
		k.step = "put the new token into the environment variable " + v.Name
	case v.Kind == syntax.Config && v.Name != "":
		k.step = "put the new token where the configuration " + v.Name + " is kept"
	case v.Kind == syntax.Parameter:
		k.step = "give the new token to the callers of " + v.Name
	default:
		text := k.expr
		if s.region != nil {
			text = s.region.Source(text)
		}
		k.step = "put the new token where " + strings.Join(strings.Fields(text), " ") + " comes from"
	}
}

// fieldOf is the field of the object that keeps a parameter, as it reads at an
// offset; "" where there is none, or it may hold something else.
func (s *source) fieldOf(value syntax.Span, at int) string {
	param := s.file.Binding(value)
	if param == nil || param.Kind != syntax.Param {
		return ""
	}
	for _, b := range s.file.Bindings() {
		if !strings.HasPrefix(b.Name, "this.") || given(b) != 1 || !b.Scope.Contains(syntax.Span{Start: at, End: at}) {
			continue
		}
		for _, d := range b.Defs {
			if s.file.Binding(d.Value) == param && s.file.Text(d.Value) == s.file.Text(value) && !d.Conditional {
				if text := s.file.Text(d.Name); repeatable.MatchString(text) && text != param.Name {
					return text
				}
			}
		}
	}
	return ""
}

// givenTo is what a call gives for a parameter of the function that builds its
// URL.
func (s *source) givenTo(c *syntax.Call, at syntax.Span) syntax.Span {
	b := s.file.Binding(at)
	if b == nil || b.Kind != syntax.Param || c.URL == nil {
		return syntax.Span{}
	}
	for _, via := range c.URL.Via {
		if via.Kind != syntax.Function && via.Kind != syntax.Constant && via.Kind != syntax.Variable {
			continue
		}
		for _, read := range via.Reads {
			inv := s.file.InvocationAt(read)
			if inv == nil || !inv.Callee.Contains(read) || !s.readBy(c, read, via) {
				continue
			}
			if a, ok := s.file.Arguments(via, inv)[b.Name]; ok {
				return a
			}
		}
	}
	return syntax.Span{}
}
