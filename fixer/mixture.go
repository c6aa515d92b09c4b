package fixer

import (
	"regexp"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/rules"
)

// mixed collects the keys behind an expression that is more than a name or a
// read of the environment: the operands of a || b, the values of a dictionary,
// the result of a function.
func (s *source) mixed(k *supply, at syntax.Span, via []*syntax.Binding, left int, seen map[syntax.Span]bool) string {
	if left == 0 || at.Empty() {
		return ""
	}
	if why := s.takeEnvs(k, at, via, seen); why != "" {
		return why
	}
	for _, text := range s.file.Strings() {
		if v := s.file.ValueAt(text); at.Contains(text) && v.Kind == syntax.Literal && s.pack.Format(v.Text) != nil && !seen[text] && s.readOf(text).Empty() {
			return "one of the keys that it may be stands in the text (line " + itoa(s.lineOf(text.Start)) + ")"
		}
	}
	for _, b := range s.file.Bindings() {
		for _, read := range b.Reads {
			if !at.Contains(read) || read == at && b.Kind != syntax.Function {
				continue
			}
			if why := s.operand(k, b, read, left, seen); why != "" {
				return why
			}
		}
	}
	return ""
}

// takeEnvs moves the old environment variables that are read inside of a span;
// via are the names for what is made there.
func (s *source) takeEnvs(k *supply, at syntax.Span, via []*syntax.Binding, seen map[syntax.Span]bool) string {
	for _, read := range s.file.EnvReads() {
		v := s.file.ValueAt(read)
		if !at.Contains(read) || v.Kind != syntax.Env || !s.legacyEnv(v.Name) || seen[read] ||
			slices.ContainsFunc(k.moves, func(m move) bool { return m.renames(read) }) {
			continue
		}
		if k.oldEnv != "" && k.oldEnv != v.Name {
			return "the key comes from " + k.oldEnv + " or from " + v.Name
		}
		seen[read] = true
		v.Via = slices.DeleteFunc(slices.Clone(via), func(b *syntax.Binding) bool { // those of the other operand
			return !slices.ContainsFunc(b.Defs, func(d syntax.Define) bool {
				return d.Value.Contains(read) || b.Kind == syntax.Function || b.Kind == syntax.Field && d.Statement.Contains(read)
			})
		})
		if why := s.moveAt(k, read, v); why != "" {
			return why
		}
		k.moves[len(k.moves)-1].mixed = true
	}
	return ""
}

// operand follows one name of an expression that is more than that.
func (s *source) operand(k *supply, b *syntax.Binding, read syntax.Span, left int, seen map[syntax.Span]bool) string {
	switch b.Kind {
	case syntax.Import, syntax.Class:
		return ""
	case syntax.Function:
		if at := s.file.Result(b); !seen[at] {
			seen[at] = true
			return s.mixed(k, at, []*syntax.Binding{b}, left-1, seen)
		}
		return ""
	}
	if v := s.file.ValueAt(read); v.Kind == syntax.Literal {
		if s.pack.Format(v.Text) != nil {
			return "one of the keys that it may be stands in the text (line " + itoa(s.lineOf(v.Span.Start)) + ")"
		}
		return "" // a name, a text: no key
	}
	before := *k
	if why := s.follow(k, read, left-1, seen); why != "" {
		return why
	}
	// What an expression is made with is no key, if it does not look like one.
	n := len(before.moves)
	k.moves = slices.DeleteFunc(k.moves, func(m move) bool {
		return strings.HasPrefix(m.key, fromName) && !slices.ContainsFunc(before.moves, func(o move) bool { return o.at == m.at })
	})
	if len(k.moves) == n {
		k.newEnv, k.env, k.oldEnv = before.newEnv, before.env, before.oldEnv
	}
	return ""
}

// legacyEnv says whether an environment variable holds the key that goes.
func (s *source) legacyEnv(name string) bool {
	return s.pack.LegacyEnv(name) && !s.pack.KeepName(rules.WordName(name))
}

// elsewhere collects the keys behind a member or a setting whose definition is
// not bound to it: a field of another class of the file, an assignment to the
// same expression.
func (s *source) elsewhere(k *supply, at syntax.Span, v syntax.Value, left int, seen map[syntax.Span]bool) string {
	var fields []*syntax.Binding
	for _, b := range s.file.Bindings() {
		if b.Name == "this."+v.Name && v.Name != "" && b.Kind != syntax.Function {
			fields = append(fields, b)
		}
	}
	if len(fields) == 1 {
		return s.definitions(k, fields[0], left, seen)
	}
	if why := s.optional(k, v.Name, left, seen); why != "" {
		return why
	}
	if line := s.keyNamed(v.Name); line > 0 {
		return "one of the keys that it may be stands in the text (line " + itoa(line) + ")"
	}
	if w := s.lastName(v.Span); len(w) > 2 && !anyKey.MatchString(w) {
		for _, at := range s.given(w, true) {
			if !seen[at] {
				if why := s.mixed(k, at, nil, left-1, seen); why != "" {
					return why
				}
			}
		}
	}
	set := regexp.MustCompile(regexp.QuoteMeta(ofSettings(s.file.Text(at))) + `\s*(\|\||\?\?|or)?=[^=>~]`)
	for _, m := range set.FindAllIndex(s.text, -1) {
		if st := s.file.Statement(syntax.Span{Start: m[0], End: m[1]}); !seen[st] {
			seen[st] = true
			if why := s.mixed(k, st, s.definedBy(st), left-1, seen); why != "" {
				return why
			}
		}
	}
	return ""
}

// ofSettings is an expression without what a setting is reached through:
// config["KEY"] of app.config["KEY"], which others may have under another name.
func ofSettings(expr string) string {
	if m := settingOf.FindString(expr); m != "" {
		return m
	}
	return expr
}

// settingOf is an entry of an object that is called like settings.
var settingOf = pattern.New(`(?i)\b(?:config|conf|settings|options|env)\[["'][\w.-]+["']\]$`)

// definedBy are the names that a statement gives a value.
func (s *source) definedBy(st syntax.Span) []*syntax.Binding {
	var out []*syntax.Binding
	for _, b := range s.file.Bindings() {
		if slices.ContainsFunc(b.Defs, func(d syntax.Define) bool { return d.Statement == st && !d.Value.Empty() }) {
			out = append(out, b)
		}
	}
	return out
}

// keyNamed is the line of a key in the text that stands behind a name, as in an
// enumeration or a literal of settings; 0 for none.
func (s *source) keyNamed(name string) int {
	if name == "" {
		return 0
	}
	named := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `["']?\s*(?:=>|[:=])\s*["'` + "`" + `]([^"'` + "`" + `\n]+)["'` + "`" + `]`)
	for _, m := range named.FindAllSubmatchIndex(s.text, -1) {
		if s.pack.Format(string(s.text[m[2]:m[3]])) != nil && !s.file.InComment(m[0]) {
			return s.lineOf(m[0])
		}
	}
	return 0
}

// definitions follows what a variable or a field is given, also in the classes
// that inherit it. What a loop gives stands in its head.
func (s *source) definitions(k *supply, b *syntax.Binding, left int, seen map[syntax.Span]bool) string {
	k.carries(b)
	for _, d := range b.Defs {
		why := ""
		if d.Value.Empty() && b.Kind != syntax.Field && !seen[d.Statement] {
			seen[d.Statement] = true
			head, _, _ := strings.Cut(s.file.Text(d.Statement), "\n")
			why = s.mixed(k, syntax.Span{Start: d.Statement.Start, End: d.Statement.Start + len(head)}, []*syntax.Binding{b}, left-1, seen)
		} else {
			why = s.follow(k, d.Value, left-1, seen)
		}
		if why != "" {
			return why
		}
	}
	moves := len(k.moves)
	if why := s.filled(k, b, left, seen); why != "" {
		return why
	}
	if why := s.inherited(k, b, left, seen); why != "" || b.Kind != syntax.Field || len(k.moves) > moves {
		return why
	}
	k.loose = append(k.loose, b.Plain())
	k.open = k.open || given(b) == 0
	return ""
}

// inherited follows what the classes that inherit a field give it.
func (s *source) inherited(k *supply, b *syntax.Binding, left int, seen map[syntax.Span]bool) string {
	for _, o := range s.overrides(b) {
		for _, d := range o.Defs {
			if why := s.follow(k, d.Value, left-1, seen); why != "" {
				return why
			}
		}
	}
	return ""
}

// overrides are the fields of the same name in classes of the file that name the
// class of a field as theirs to inherit from.
func (s *source) overrides(b *syntax.Binding) []*syntax.Binding {
	class := s.file.ClassAround(b)
	if class == "" {
		return nil
	}
	word := regexp.MustCompile(`\b` + regexp.QuoteMeta(class) + `\b`)
	var out []*syntax.Binding
	for _, o := range s.file.Bindings() {
		if o.Name != b.Name || o == b {
			continue
		}
		head, _, _ := strings.Cut(s.file.Text(o.Scope), "\n")
		if word.MatchString(head) {
			out = append(out, o)
		}
	}
	return out
}

// developerClient gives the line where a client that needs the developer key is
// made with the same parameter or field, 0 for none.
func (s *source) developerClient(at syntax.Span) int {
	mine := s.sameKey(at)
	for _, inv := range s.file.Invocations() {
		if !s.pack.KeepMethod(s.file.Text(inv.Callee)) {
			continue
		}
		for _, a := range inv.Args {
			if slices.ContainsFunc(s.sameKey(a.Value), func(b *syntax.Binding) bool { return slices.Contains(mine, b) }) {
				return s.lineOf(inv.Span.Start)
			}
		}
	}
	return 0
}

// sameKey are the definitions that hold what an expression reads.
func (s *source) sameKey(at syntax.Span) []*syntax.Binding {
	at = s.decoded(at)
	out := slices.Clone(s.file.ValueAt(at).Via)
	if b := s.file.Binding(at); b != nil {
		out = append(out, b)
	}
	for _, b := range slices.Clone(out) {
		for _, d := range b.Defs {
			if o := s.file.Binding(d.Value); o != nil && !d.Value.Empty() {
				out = append(out, o)
			}
		}
	}
	return out
}

// masters gives the line of a request that must keep the key and takes it from
// the same variable, field or parameter, 0 for none.
func (s *source) masters(at syntax.Span) int {
	mine, text := s.file.Binding(at), s.file.Text(at)
	same := func(v syntax.Span) bool {
		v = s.decoded(v)
		if b := s.file.Binding(v); b != nil || mine != nil {
			return b == mine
		}
		return s.file.Text(v) == text
	}
	if line := s.developerClient(at); line > 0 {
		return line
	}
	calls := s.file.Calls()
	for i := range calls {
		c := &calls[i]
		if host, path := s.target(c); s.pack.EndpointOf(host, path) != rules.KeepEndpoint {
			continue
		}
		params := slices.ContainsFunc(c.Params, func(e syntax.Entry) bool { return s.named(e.Name) && same(e.Value) })
		query := slices.ContainsFunc(s.file.Query(c.URL), func(q syntax.QueryParam) bool {
			return s.named(q.Name) && len(q.Value) == 1 && !q.Value[0].Literal && same(q.Value[0].Expr)
		})
		if params || query {
			return s.lineOf(c.Span.Start)
		}
	}
	return 0
}
