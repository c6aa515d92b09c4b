package fixer

import (
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/syntax"
)

// move is a place that gives the key to a parameter or a field, and that must
// give the token.
type move struct {
	at      syntax.Span     // the expression: an argument, a default, a value
	binding *syntax.Binding // that it reads, nil where it is the key itself
	edit    Edit            // in the definition of binding, or at the expression
	direct  Edit            // in place of the expression, where the definition serves others too
	oldEnv  string
	env     string // that it reads instead

	key, label string
	// expr is the expression of the token, where an edit writes it, and module what
	// has to be imported for that.
	expr, module string
	// mixed says that the expression is a part of what the binding is given:
	// where others read that, nothing can move.
	mixed bool
}

// follow collects where the value of a parameter or a field comes from, within
// the file: a key in the text, or an environment variable with an old name, must
// not be sent as a token.
func (s *source) follow(k *supply, at syntax.Span, left int, seen map[syntax.Span]bool) string {
	if left == 0 || seen[at] || at.Empty() {
		return ""
	}
	seen[at] = true
	at = s.decoded(at)
	v := s.file.ValueAt(at)
	k.carries(v.Via...)
	if _, ok := s.imported(v.Span); ok {
		k.leaves = append(k.leaves, v.Span)
	}
	if v.Default != nil && v.Kind != syntax.Env { // a || b
		if why := s.mixed(k, v.Span, v.Via, left, seen); why != "" {
			return why
		}
	}
	switch {
	case v.Kind == syntax.Literal && v.Text != "", v.Kind == syntax.Env && s.legacyEnv(v.Name):
		return s.moveAt(k, at, v)
	case v.Kind == syntax.Env, v.Kind == syntax.Literal:
		return ""
	case v.Kind != syntax.Parameter && v.Kind != syntax.Member && v.Kind != syntax.Definition:
		if why := s.mixed(k, v.Span, v.Via, left, seen); why != "" {
			return why
		}
		if n := len(v.Via); n > 0 {
			return s.inherited(k, v.Via[n-1], left, seen)
		}
		return s.rest(k, at, v, left, seen)
	}
	b := s.file.Binding(at)
	if len(v.Via) > 0 {
		b = v.Via[len(v.Via)-1]
	}
	if b == nil {
		return s.rest(k, at, v, left, seen)
	}
	k.carries(b)
	if b.Kind == syntax.Param {
		if t := (behindKey{b, ""}); !slices.Contains(k.params, t) {
			k.params = append(k.params, t)
		}
		if why := s.optional(k, b.Plain(), left, seen); why != "" {
			return why
		}
		gifts := s.gifts(b)
		for _, given := range gifts {
			if why := s.follow(k, given, left-1, seen); why != "" {
				return why
			}
		}
		if fn := s.file.FunctionOf(b.Scope); len(gifts) == 0 && fn != nil && s.file.ClassOf(fn) != nil {
			k.open = true
		}
		for _, d := range b.Defs { // what the function gives it instead
			if why := s.follow(k, d.Value, left-1, seen); why != "" && !d.Value.Empty() {
				return why
			}
		}
		return ""
	}
	return s.definitions(k, b, left, seen)
}

// behindKey is a parameter behind the key, or a member of what is given for one.
type behindKey struct {
	param  *syntax.Binding
	member string
}

// property follows a member of what callers give for a parameter: the entry of
// a literal. An object may keep the parameter in a field.
func (s *source) property(k *supply, at syntax.Span, name string, left int, seen map[syntax.Span]bool) string {
	obj := s.file.Owner(at)
	if obj.Empty() || name == "" {
		return ""
	}
	params := []*syntax.Binding{s.file.Binding(obj)}
	if b := params[0]; b != nil && b.Kind == syntax.Field {
		for _, d := range b.Defs {
			params = append(params, s.file.Binding(d.Value))
		}
	}
	for _, b := range params {
		if b == nil || b.Kind != syntax.Param {
			continue
		}
		if t := (behindKey{b, name}); !slices.Contains(k.params, t) {
			k.params = append(k.params, t)
		}
		for _, given := range s.gifts(b) {
			if why := s.follow(k, s.file.Entry(given, name), left-1, seen); why != "" {
				return why
			}
		}
	}
	return ""
}

// filled follows what those who make a record give for a field of it.
func (s *source) filled(k *supply, b *syntax.Binding, left int, seen map[syntax.Span]bool) string {
	class := s.file.Record(b)
	if class == nil {
		return ""
	}
	if t := (behindKey{b, ""}); !slices.Contains(k.params, t) {
		k.params = append(k.params, t)
	}
	calls, _ := s.file.Inheriting(class)
	calls = append(calls, s.file.Constructions(class)...)
	for _, inv := range calls {
		if at := s.file.Filling(b, inv); !at.Empty() {
			if why := s.follow(k, at, left-1, seen); why != "" {
				return why
			}
		}
	}
	return ""
}

// gifts are the expressions that callers in view give for a parameter, and its
// default.
func (s *source) gifts(b *syntax.Binding) []syntax.Span {
	fn := s.file.FunctionOf(b.Scope)
	if fn == nil {
		return nil
	}
	var out []syntax.Span
	if at := s.file.Default(fn, b.Name); !at.Empty() {
		out = append(out, at)
	}
	reads := fn.Reads
	class := s.file.ClassOf(fn)
	var calls []*syntax.Invocation
	if class != nil { // a constructor
		reads = nil
		calls, _ = s.file.Inheriting(class)
		calls = append(calls, s.file.Constructions(class)...)
	}
	if class == nil || !s.file.Inherits() {
		calls = append(calls, s.methodCalls(fn)...)
	}
	for _, read := range reads {
		if inv := s.file.InvocationAt(read); inv != nil && inv.Callee.Contains(read) {
			calls = append(calls, inv)
		}
	}
	for _, inv := range calls {
		if a, ok := s.file.Arguments(fn, inv)[b.Name]; ok {
			out = append(out, a)
		}
	}
	return out
}

// moveAt moves one place to the token.
func (s *source) moveAt(k *supply, at syntax.Span, v syntax.Value) string {
	key, label := s.keyOf(v)
	fresh := s.fresh(key, label)
	m := move{env: fresh.env, key: key, label: label, expr: fresh.expr, module: fresh.module, at: at, direct: Edit{Path: s.path, Start: at.Start, End: at.End, New: fresh.expr}}
	m.edit = Edit{Path: s.path, Start: v.Span.Start, End: v.Span.End, New: fresh.expr}
	if d := v.Default; d != nil && d.Kind == syntax.Env && s.legacyEnv(d.Name) && v.Kind == syntax.Env {
		return "the key comes from " + v.Name + " or from " + d.Name
	}
	if v.Kind == syntax.Env {
		m.oldEnv = v.Name
		if !textDefault(v) {
			i := strings.Index(s.file.Text(v.Span), v.Name)
			if i < 0 {
				return "the environment variable " + v.Name + " is read in a way that cannot be renamed"
			}
			start := v.Span.Start + i
			m.edit = Edit{Path: s.path, Start: start, End: start + len(v.Name), New: s.file.Renaming(start, fresh.env)}
		}
	}
	if len(v.Via) > 0 {
		m.binding = v.Via[len(v.Via)-1]
	}
	if m.binding != nil && s.constant(m.binding) {
		m.binding, m.edit = nil, m.direct
	}
	if s.constantAt(at) {
		return "the key stands where only a constant may stand"
	}
	k.moves, k.newEnv, k.env = append(k.moves, m), true, fresh.env
	if k.oldEnv == "" {
		k.oldEnv = m.oldEnv
	}
	return ""
}

// constantAt says whether only a constant may stand at an expression.
func (s *source) constantAt(at syntax.Span) bool {
	if !s.file.FixedDefaults() {
		return false
	}
	for _, b := range s.file.Bindings() {
		for _, d := range b.Defs {
			if b.Kind == syntax.Param && !d.Statement.Empty() && s.file.Default(s.file.FunctionOf(b.Scope), b.Name) == at {
				return true
			}
			if d.Value == at && s.file.Constant(b) {
				return true
			}
			if b.Kind == syntax.Field && d.Value == at && s.file.Enclosing(at.Start) != s.file.Enclosing(d.Name.Start) {
				return true
			}
		}
	}
	return false
}
