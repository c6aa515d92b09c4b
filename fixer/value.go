package fixer

import (
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax"
)

// supply is where the header of a call takes its token from.
type supply struct {
	expr   string // the expression, in the language of the file
	module string // that has to be imported for it
	edits  []Edit // in the definition of the key
	oldEnv string // an environment name that moves to the new one
	env    string // the new name
	// key tells this key from others, and label is what the source calls it.
	key, label string
	newEnv     bool // the token is read from the target's variable
	binding    *syntax.Binding
	// direct is what the header uses where the definition must stay, because
	// others read it too.
	direct string
	// moves are the places behind a parameter or a field where the key comes
	// from: what callers give, defaults, constructors.
	moves []move
	// params are the parameters behind the key, and leaves the expressions behind
	// it that name what another file defines.
	params []behindKey
	leaves []syntax.Span
	// loose are the names of members behind the key that other files may give a
	// value; open says that nothing in the file gives one.
	loose []string
	open  bool
	// carriers are the definitions through which the key comes.
	carriers []*syntax.Binding
	// makers are the code in which the value is made.
	makers []syntax.Span
	// unused is a definition that nobody reads any more after the fix, unless
	// others read it.
	unused *syntax.Binding
	step   string
	// at are the expressions of requests that use another than expr: what a
	// caller gives for a parameter.
	at map[*syntax.Call]string
}

// of is the expression of the token for one request.
func (sp *supply) of(c *syntax.Call) string {
	if e, ok := sp.at[c]; ok {
		return e
	}
	return sp.expr
}

// bindings are the definitions that the supply would change.
func (sp *supply) bindings() []*syntax.Binding {
	var out []*syntax.Binding
	add := func(b *syntax.Binding) {
		if b != nil && !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	add(sp.binding)
	add(sp.unused)
	for _, m := range sp.moves {
		add(m.binding)
	}
	return out
}

// encoders are functions that make a value fit for a URL; a header takes the
// value itself.
var encoders = pattern.New(`(?i)(^|[.:])(encodeURIComponent|encodeURI|escape|quote|quote_plus|urlencode|rawurlencode|QueryEscape|PathEscape|EscapeDataString|UrlEncode|url_encode|URI\.encode\w*)$`)

// unfilled is a text that somebody replaces before the request is sent.
var unfilled = pattern.New(`^(\{+\s*\w[\w.\s-]*\}+|<%.*%>|[#$]\{.*\}|%[sv]|%\(\w+\)s|:\w+|@\w+)$`)

// supply decides where the token comes from, by where the key came from.
func (s *source) supply(r *rewrite) (*supply, string) {
	if r.value.Empty() && unfilled.MatchString(r.literal) {
		return nil, "what is put in for " + r.literal + " is not in view"
	}
	if r.value.Empty() {
		return s.fresh(fromText+strings.ToLower(r.literal), ""), ""
	}
	at := s.decoded(r.value)
	if s.file.Container(at) != nil {
		return nil, "what is sent as the key is a literal of entries, which no key is"
	}
	v := s.file.ValueAt(at)
	fresh := s.fresh(s.keyOf(v))
	switch v.Kind {
	case syntax.Literal:
		if unfilled.MatchString(v.Text) {
			return nil, "what is put in for " + v.Text + " is not in view"
		}
		if testFile.MatchString(s.path) && s.pack.Format(v.Text) == nil && s.everywhere(r, at) == "" {
			return &supply{expr: s.file.Text(at)}, "" // what a test made up stays what it made up
		}
		return s.literal(r, at, v, fresh)
	case syntax.Env:
		if s.pack.LegacyEnv(v.Name) {
			return s.renamed(r, at, v, fresh)
		}
	case syntax.Config:
		if s.file.Template() && (s.pack.LegacyEnv(v.Name) || s.servesOthers(at)) {
			return fresh, "" // others read the old name
		}
	}
	if s.twoMasters(v) {
		return fresh, ""
	}
	return s.kept(r, at, v)
}

// fresh reads the token of a key from its environment variable.
func (s *source) fresh(key, label string) *supply {
	env := s.pack.Target.Env
	if own := s.envs[key]; own != "" {
		env = own
	}
	expr, module := s.readEnv(env)
	name := env
	if s.file.Template() {
		name = s.file.Called(expr)
	}
	sp := &supply{expr: expr, module: module, newEnv: true, env: env, key: key, label: label, step: "set " + name + " to the new token"}
	if s.pack.Target.SameSecret {
		sp.step = "set " + name + " to the key"
	}
	return sp
}

// keyOf identifies the key behind a value: its text, or where it is kept. A text
// that is no key stands for one; two names in a file may be two.
func (s *source) keyOf(v syntax.Value) (key, label string) {
	for _, b := range v.Via {
		label = b.Name
	}
	switch v.Kind {
	case syntax.Literal:
		key = fromText + strings.ToLower(v.Text)
		if s.pack.Format(v.Text) == nil {
			key = fromName + s.path + "\x00" + ownWords(s.pack, label)
		}
		return key, label
	case syntax.Env:
		return fromEnv + v.Name, v.Name
	}
	return "", ""
}

// decoded strips a function that encodes the key for a URL, and strings that
// hold nothing else.
func (s *source) decoded(at syntax.Span) syntax.Span {
	for _, inv := range s.file.Invocations() {
		if inv.Span == at && len(inv.Args) == 1 && encoders.MatchString(inv.Path) {
			return inv.Args[0].Value
		}
	}
	if t := s.file.TextAt(at); t != nil && t.Span == at {
		var one syntax.Span
		for _, p := range t.Pieces {
			switch {
			case p.Literal && p.Text == "":
			case p.Literal || p.Via >= 0 || !one.Empty() || p.Expr.Empty():
				return at
			default:
				one = p.Expr
			}
		}
		if !one.Empty() {
			return one
		}
	}
	return at
}

// everywhere says whether an expression can be used at the header of every
// request.
func (s *source) everywhere(r *rewrite, at syntax.Span) string {
	for _, q := range r.requests {
		if q.header {
			if why := s.whyNotAt(at, q.slot.At); why != "" {
				return why
			}
		}
	}
	return ""
}

// literal: a key in the text moves to the environment, where it is defined if
// that definition serves nobody else.
func (s *source) literal(r *rewrite, at syntax.Span, v syntax.Value, fresh *supply) (*supply, string) {
	if len(v.Via) == 0 {
		return fresh, ""
	}
	return s.defined(r, at, v, fresh, Edit{Path: s.path, Start: v.Span.Start, End: v.Span.End, New: fresh.expr})
}

// renamed: the environment variable gets its new name, where it is read.
func (s *source) renamed(r *rewrite, at syntax.Span, v syntax.Value, fresh *supply) (*supply, string) {
	twice := false
	if d := v.Default; d != nil && d.Kind == syntax.Env && s.legacyEnv(d.Name) {
		if twice = d.Name == v.Name; !twice {
			return nil, "the key comes from " + v.Name + " or from " + d.Name
		}
	}
	fresh.oldEnv = v.Name
	if len(v.Via) == 0 {
		// Where it is read in place, the way in which it is read stays.
		if read := s.file.Text(v.Span); !textDefault(v) && (twice || strings.Count(read, v.Name) == 1) {
			fresh.expr, fresh.module = strings.ReplaceAll(read, v.Name, fresh.env), ""
		}
		return fresh, ""
	}
	if textDefault(v) {
		// A key in the text, as the default, goes with the old name.
		return s.defined(r, at, v, fresh, Edit{Path: s.path, Start: v.Span.Start, End: v.Span.End, New: fresh.expr})
	}
	read := s.file.Text(v.Span)
	i := strings.Index(read, v.Name)
	if i < 0 {
		return nil, "the environment variable " + v.Name + " is read in a way that cannot be renamed"
	}
	start := v.Span.Start + i
	edit := Edit{Path: s.path, Start: start, End: start + len(v.Name), New: s.file.Renaming(start, fresh.env)}
	if twice { // in two environments, under one name
		edit = Edit{Path: s.path, Start: v.Span.Start, End: v.Span.End, New: strings.ReplaceAll(read, v.Name, fresh.env)}
	}
	sp, why := s.defined(r, at, v, fresh, edit)
	if sp != nil && sp.binding != nil {
		sp.module = ""
	}
	return sp, why
}

// textDefault says whether a text stands in where a value is not set: a key,
// maybe.
func textDefault(v syntax.Value) bool {
	return v.Default != nil && v.Default.Kind == syntax.Literal && v.Default.Text != ""
}

// defined gives the token through the definition that held the key, whose value
// the edit replaces. Where its name means nothing at a request, the request
// reads the token itself.
func (s *source) defined(r *rewrite, at syntax.Span, v syntax.Value, fresh *supply, edit Edit) (*supply, string) {
	b := v.Via[len(v.Via)-1]
	fresh.direct = fresh.expr
	if s.constant(b) {
		fresh.unused = s.only(b, v)
		return fresh, ""
	}
	if r.headers() && s.everywhere(r, at) != "" {
		fresh.unused = s.only(b, v)
		return fresh, ""
	}
	fresh.binding, fresh.expr, fresh.edits = b, s.file.Text(at), []Edit{edit}
	return fresh, ""
}

// only is a definition that stands by itself, so that it can go when nobody
// reads it any more.
func (s *source) only(b *syntax.Binding, v syntax.Value) *syntax.Binding {
	if !b.Again && len(b.Defs) == 1 && len(v.Via) == 1 && s.single(b.Defs[0].Statement) {
		return b
	}
	return nil
}

// constant says whether a definition admits constants only, so that the
// environment cannot be read there.
func (s *source) constant(b *syntax.Binding) bool {
	return len(b.Defs) > 0 && (s.file.Template() || s.file.Constant(b))
}
