package fixer

import (
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// choice is a name that stands for one of several URLs or literals of
// parameters: a variable that is given several values, or a function with
// several results.
type choice struct {
	b      *syntax.Binding // nil for an expression that a request is given
	values []syntax.Span
	sinks  []*syntax.Call
}

func (c *choice) String() string {
	if c.b == nil {
		return "the URL"
	}
	return "\"" + c.b.Plain() + "\""
}

// chosen fixes a placement that is one of several values: the parameter goes in
// each of them, and every request that is given one gets the header.
func (s *source) chosen(f *scanner.Finding, calls []*syntax.Call) (*rewrite, string) {
	ch := s.choiceIn(f, calls)
	if ch == nil && len(calls) == 0 {
		ch = s.choiceOf(f)
	}
	if ch == nil || len(ch.sinks) == 0 {
		return nil, ""
	}
	if s.client != "" {
		return nil, s.client
	}
	r := &rewrite{finding: f}
	tails, why := s.pour(r, ch)
	if why != "" {
		return nil, why
	}
	if why := s.onlySent(r, ch); why != "" {
		return nil, why
	}
	for _, c := range ch.sinks {
		if c.Broken {
			return nil, "the source breaks the grammar inside the call"
		}
		if c.URL != nil && len(c.URL.Pieces) > 1 && (ch.b == nil || s.means(ch.b, c.URL.Pieces[0].Expr)) {
			tails = append(tails, s.tailAt(c.URL.Pieces[1]))
		}
		r.requests = append(r.requests, request{call: c, header: true})
	}
	bare := 0
	for _, v := range ch.values {
		if s.lastParameter(v) && !s.nothing(v) {
			bare++
		}
	}
	if why := s.retail(r, tails, bare, 1+len(r.also)); why != "" {
		return nil, why
	}
	if why := s.developerName(f); why != "" {
		return nil, why
	}
	if why := s.otherMode(f, ch.sinks); why != "" {
		return nil, why
	}
	for i := range r.requests {
		if why := s.headerOf(r, &r.requests[i]); why != "" {
			return nil, why
		}
	}
	return r, ""
}

// onlySent makes sure that nobody but the requests uses what has several values.
func (s *source) onlySent(r *rewrite, ch *choice) string {
	if ch.b == nil {
		return ""
	}
	for _, read := range ch.b.Reads {
		sent := slices.ContainsFunc(ch.sinks, func(c *syntax.Call) bool { return s.readBy(c, read, ch.b) })
		if !sent && !s.file.Tested(read) && !slices.Contains(s.logged(ch.b), read) && !s.file.ExportsAt(read) {
			return ch.String() + " is used in line " + itoa(s.lineOf(read.Start)) + " too, so the request that it belongs to cannot be told apart"
		}
	}
	if len(s.methodCalls(ch.b)) > 0 {
		return ch.String() + ", which other code may use, would change"
	}
	if s.reachable(ch.b) {
		r.offers = append(r.offers, offer{def: ch.b, duty: carried})
	}
	return ""
}

// pour takes the placement out of every value, and says what is added to them.
func (s *source) pour(r *rewrite, ch *choice) ([]tail, string) {
	for _, v := range ch.values {
		if s.nothing(v) {
			continue
		}
		d := s.deliveryAt(v)
		if d == nil {
			return nil, ch.String() + " may be another one, whose request stays as it is (line " + itoa(s.lineOf(v.Start)) + ")"
		}
		host, path := parseURL(s.written(s.file.TextAt(v), nil))
		switch class := s.pack.EndpointOf(host, path); {
		case s.file.Container(v) != nil:
		case class == rules.KeepEndpoint:
			return nil, "the endpoint in line " + itoa(s.lineOf(v.Start)) + " needs the developer key"
		case foreign(s.pack, host):
			return nil, "the request goes to " + host + ", which is not " + s.pack.Name
		case class == rules.OpenEndpoint:
			return nil, "some of the requests need no credential (line " + itoa(s.lineOf(v.Start)) + ")"
		case class == rules.UnknownEndpoint:
			r.unsafe = unseen
		}
		if why := s.join(r, d); why != "" {
			return nil, why
		}
	}
	if ch.b == nil {
		return nil, ""
	}
	return s.appended(ch.b), ""
}

// deliveryAt is the placement in one value.
func (s *source) deliveryAt(at syntax.Span) *delivery {
	for _, f := range s.findings {
		if cut, _ := s.cutArgument(f, at); cut != nil {
			return &delivery{finding: f, in: s.file.Statement(at), at: at, cut: cut}
		}
	}
	return nil
}

// choiceIn finds the condition that a request is given as its URL or its
// parameters.
func (s *source) choiceIn(f *scanner.Finding, calls []*syntax.Call) *choice {
	if len(calls) != 1 {
		return nil
	}
	given := []syntax.Span{calls[0].ParamsValue}
	if t := calls[0].URL; t != nil && len(t.Pieces) > 0 && !t.Pieces[0].Literal {
		given = append(given, t.Pieces[0].Expr)
	}
	for _, at := range given {
		values := s.alternatives(at, nil)
		if len(values) > 1 && slices.ContainsFunc(values, func(v syntax.Span) bool { return s.contains(v, f) }) {
			return &choice{values: values, sinks: calls}
		}
	}
	return nil
}

// choiceOf finds the name that has a placement as one of its values.
func (s *source) choiceOf(f *scanner.Finding) *choice {
	for _, b := range s.file.Bindings() {
		ch := &choice{b: b}
		switch b.Kind {
		case syntax.Variable, syntax.Constant, syntax.Field:
			for _, d := range b.Defs {
				if !d.Append && !d.Value.Empty() {
					ch.values = s.alternatives(d.Value, ch.values)
				}
			}
		case syntax.Function:
			for _, fn := range s.file.Functions() {
				if fn.Span != s.file.FunctionSpan(b) {
					continue
				}
				for _, v := range fn.Returns {
					ch.values = s.alternatives(v, ch.values)
				}
			}
		}
		if len(ch.values) < 2 {
			continue
		}
		for _, v := range ch.values {
			if cut, _ := s.cutArgument(f, v); cut != nil {
				ch.sinks = s.sends(b)
				return ch
			}
		}
	}
	return nil
}

// alternatives adds what an expression may be: the arms of a condition.
func (s *source) alternatives(at syntax.Span, out []syntax.Span) []syntax.Span {
	if a, ok := s.file.Arms(at); !at.Empty() && ok && a.Whole == at && !a.ElseBody.Empty() &&
		(a.Expression || len(s.file.Statements(a.ThenBody)) == 1 && len(s.file.Statements(a.ElseBody)) == 1) {
		return s.alternatives(a.ElseBody, s.alternatives(a.ThenBody, out))
	}
	return append(out, at)
}

// nothing says whether an expression stands for no URL at all.
func (s *source) nothing(at syntax.Span) bool {
	text := strings.TrimSpace(s.file.Text(at))
	return slices.Contains([]string{"null", "nil", "None", "undefined", "false", "False", "''", `""`, "``"}, text)
}

// means says whether an expression is a name, or a call of it.
func (s *source) means(b *syntax.Binding, at syntax.Span) bool {
	if at.Empty() {
		return false
	}
	if b.Kind != syntax.Function {
		return s.file.Binding(at) == b
	}
	for _, inv := range s.file.Invocations() {
		if inv.Span == at {
			return s.file.Callee(inv) == b
		}
	}
	return false
}

// sends lists the requests whose URL or parameters are what a name stands for.
func (s *source) sends(b *syntax.Binding) []*syntax.Call {
	var out []*syntax.Call
	calls := s.file.Calls()
	for i := range calls {
		c := &calls[i]
		if c.Role != syntax.Send {
			continue
		}
		if c.URL != nil && len(c.URL.Pieces) > 0 && s.means(b, c.URL.Pieces[0].Expr) || s.means(b, c.ParamsValue) {
			out = append(out, c)
		}
	}
	return out
}
