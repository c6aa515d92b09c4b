package fixer

import (
	"slices"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax"
)

// carries notes the definitions through which the key comes.
func (k *supply) carries(bs ...*syntax.Binding) {
	for _, b := range bs {
		if b != nil && !slices.Contains(k.carriers, b) {
			k.carriers = append(k.carriers, b)
		}
	}
}

// shared says why what gives the key cannot give the token: on its way to the
// request, something else gets it too.
func (s *source) shared(k *supply) string {
	for _, b := range k.carriers {
		if b.Kind == syntax.Import || b.Kind == syntax.Class {
			continue
		}
		for _, read := range s.readsOf(b) {
			if s.takesAway(k, read) {
				return "\"" + b.Plain() + "\", which holds the key, is given to something else too (line " + itoa(s.lineOf(read.Start)) + ")"
			}
		}
	}
	return ""
}

// readsOf lists the reads of a definition; those of a member also where nothing
// says whose member a name is.
func (s *source) readsOf(b *syntax.Binding) []syntax.Span {
	out := slices.Clone(b.Reads)
	if b.Kind != syntax.Field && b.Name == b.Plain() {
		return out
	}
	for _, at := range s.file.Names(b.Plain()) {
		if s.file.Binding(at) == nil && !keyBehind.Match(s.text[at.End:]) && !slices.ContainsFunc(b.Defs, func(d syntax.Define) bool { return d.Name.Contains(at) }) &&
			!slices.ContainsFunc(out, func(r syntax.Span) bool { return r.Contains(at) }) {
			out = append(out, at)
		}
	}
	return out
}

// takesAway says whether a read gives the key to a function that is not part of
// its way to a request.
func (s *source) takesAway(k *supply, read syntax.Span) bool {
	u := s.file.UseOf(read)
	inv := u.Invocation
	switch {
	case inv == nil || s.file.Tested(read):
		return false
	case u.Kind == syntax.OnReceiver:
		return toBytes.MatchString(inv.Name)
	case u.Kind != syntax.Passed:
		return false
	}
	callee := s.file.Text(inv.Callee)
	if encoders.MatchString(callee) || loggers.MatchString(callee) || tells.MatchString(callee) || inv.New || s.file.Callee(inv) != nil {
		return false
	}
	for _, a := range inv.Args {
		if t := s.file.TextAt(a.Value); s.named(a.Name) || t != nil && len(t.Pieces) == 1 && t.Pieces[0].Literal && s.named(t.Pieces[0].Text) {
			return false // parameter("apikey", key)
		}
	}
	return !slices.ContainsFunc(k.carriers, func(b *syntax.Binding) bool {
		return slices.ContainsFunc(b.Defs, func(d syntax.Define) bool { return d.Value.Contains(inv.Span) || inv.Span.Contains(d.Name) })
	})
}

var (
	// keyBehind follows the name of an entry or of an argument.
	keyBehind = pattern.New(`^["']?\s*(:[^:]|=>|=[^=])`)
	// toBytes are methods that make of a text what is signed or hashed.
	toBytes = pattern.New(`^(getBytes|encode|toByteArray|bytes|unpack)$`)
	// tells are functions that ask for a value, or hand it on as it is.
	tells = pattern.New(`(?i)(^|[.:>])(super|base|parent|__construct|__init__|bool|empty|isset|is_null|strlen|len|trim|strip|string|str|assert\w*|check\w*|require\w*|is\w*|has\w*|valid\w*|ensure\w*|append|format|sprintf|define|attr_\w+|to_s|freeze|copy|apply|let|also|run)$`)
)
