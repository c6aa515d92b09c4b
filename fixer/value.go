package fixer

import (
	"regexp"
	"strings"

	"github.com/unhapi/unhapi/internal/syntax"
)

// supply is where the header of a call takes its token from.
type supply struct {
	expr    string // the expression, in the language of the file
	module  string // that has to be imported for it
	edits   []Edit // in the definition of the key
	oldEnv  string // an environment name that moves to the new one
	newEnv  bool   // the token is read from the target's variable
	binding *syntax.Binding
	// direct is what the header uses where the definition must stay, because
	// others read it too.
	direct string
	step   string
}

// encoders are functions that make a value fit for a URL; a header takes the
// value itself.
var encoders = regexp.MustCompile(`(?i)(^|[.:])(encodeURIComponent|encodeURI|escape|quote|quote_plus|urlencode|rawurlencode|QueryEscape|PathEscape|EscapeDataString|UrlEncode|url_encode|URI\.encode\w*)$`)

// supply decides where the token comes from, by where the key came from.
func (s *source) supply(r *rewrite) (*supply, string) {
	env, module := s.file.ReadEnv(s.pack.Target.Env)
	fresh := &supply{expr: env, module: module, newEnv: true, step: "set " + s.pack.Target.Env + " to the new token"}
	if s.pack.Target.SameSecret {
		fresh.step = "set " + s.pack.Target.Env + " to the key"
	}
	if r.value.Empty() {
		return fresh, ""
	}
	at := s.decoded(r.value)
	v := s.file.ValueAt(at)
	switch v.Kind {
	case syntax.Literal:
		return s.literal(at, v, fresh)
	case syntax.Env:
		if s.pack.LegacyEnv(v.Name) {
			return s.renamed(at, v, fresh)
		}
	}
	return s.kept(r, at, v)
}

// decoded strips a function that encodes the key for a URL.
func (s *source) decoded(at syntax.Span) syntax.Span {
	for _, inv := range s.file.Invocations() {
		if inv.Span == at && len(inv.Args) == 1 && encoders.MatchString(inv.Path) {
			return inv.Args[0].Value
		}
	}
	return at
}

// literal: a key in the text moves to the environment, where it is defined if
// that definition serves nobody else.
func (s *source) literal(at syntax.Span, v syntax.Value, fresh *supply) (*supply, string) {
	if len(v.Via) == 0 {
		return fresh, ""
	}
	b := v.Via[len(v.Via)-1]
	fresh.binding, fresh.direct = b, fresh.expr
	fresh.expr = s.file.Text(at)
	fresh.edits = []Edit{{Path: s.path, Start: v.Span.Start, End: v.Span.End, New: fresh.direct}}
	return fresh, ""
}

// renamed: the environment variable gets its new name, where it is read.
func (s *source) renamed(at syntax.Span, v syntax.Value, fresh *supply) (*supply, string) {
	fresh.oldEnv = v.Name
	if len(v.Via) == 0 {
		return fresh, ""
	}
	fresh.binding, fresh.direct = v.Via[len(v.Via)-1], fresh.expr
	fresh.expr = s.file.Text(at)
	read := s.file.Text(v.Span)
	i := strings.Index(read, v.Name)
	if i < 0 {
		return nil, "the environment variable " + v.Name + " is read in a way that cannot be renamed"
	}
	if v.Default != nil && v.Default.Kind == syntax.Literal {
		// A key in the text, as the default, goes with the old name.
		fresh.edits = []Edit{{Path: s.path, Start: v.Span.Start, End: v.Span.End, New: fresh.direct}}
		return fresh, ""
	}
	fresh.module = ""
	start := v.Span.Start + i
	fresh.edits = []Edit{{Path: s.path, Start: start, End: start + len(v.Name), New: s.pack.Target.Env}}
	return fresh, ""
}

// kept: parameters, configuration and stored values keep their expression;
// only the value behind it must become a token.
func (s *source) kept(r *rewrite, at syntax.Span, v syntax.Value) (*supply, string) {
	text := s.file.Text(at)
	if strings.TrimSpace(text) == "" {
		return nil, "the expression of the key is empty"
	}
	if !r.call.Span.Contains(at) && !r.call.Statement.Contains(at) {
		if why := s.visible(r, at); why != "" {
			return nil, why
		}
	}
	k := &supply{expr: text}
	switch {
	case v.Kind == syntax.Env:
		k.step = "put the new token into the environment variable " + v.Name
	case v.Kind == syntax.Config && v.Name != "":
		k.step = "put the new token where the configuration " + v.Name + " is kept"
	case v.Kind == syntax.Parameter:
		k.step = "give the new token to the callers of " + v.Name
	default:
		k.step = "put the new token where " + strings.Join(strings.Fields(text), " ") + " comes from"
	}
	return k, ""
}

var simpleName = regexp.MustCompile(`^[$@]?[A-Za-z_][\w]*((\.|->|::|\?\.)[$@]?[A-Za-z_]\w*)*$`)

// visible makes sure that the key's expression means the same at the call.
func (s *source) visible(r *rewrite, at syntax.Span) string {
	text := s.file.Text(at)
	if !simpleName.MatchString(text) {
		return "the key comes from an expression that cannot be repeated at the call"
	}
	b := s.file.Binding(at)
	if b == nil {
		return "the key is not in scope where the request is sent"
	}
	if !b.Scope.Contains(r.call.Span) {
		return "\"" + text + "\" is not in scope where the request is sent"
	}
	if len(b.Defs) > 1 {
		return "\"" + text + "\" may have changed before the request is sent"
	}
	return ""
}
