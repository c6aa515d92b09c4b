package fixer

import (
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// credentialTest is a condition that asks for a credential or its kind.
var credentialTest = pattern.New(`(?i)token|oauth|bearer|hapi_?key|api_?key|auth_?(type|method|mode)|credential|private_?app|key\b`)

// tokenTest asks for the token, not for the key.
var tokenTest = pattern.New(`(?i)token|oauth|bearer`)

// joints are where a condition is put together of others.
var joints = pattern.New(`&&|\|\||\b(?i:and|or|xor)\b`)

// asks says whether a condition asks for a credential and for nothing else: what
// else it asks would be lost with it.
func (s *source) asks(condition syntax.Span) bool {
	return !slices.ContainsFunc(joints.Split(s.file.Text(condition), -1), func(operand string) bool {
		return !credentialTest.MatchString(operand)
	})
}

// dual deletes the branch that sends the key where the other one sends a token:
// it is never converted, for its key would be sent as a token.
func (s *source) dual(f *scanner.Finding, calls []*syntax.Call) *rewrite {
	at := syntax.Span(f.Span)
	for _, b := range s.file.Branches(at) {
		a, ok := s.file.Arms(b)
		if !ok || !s.asks(a.Condition) {
			continue
		}
		legacy, keep, body := a.Then, a.ElseBody, a.ThenBody
		switch {
		case a.Condition.Contains(at):
			continue
		case a.Else.Contains(at):
			legacy, keep, body = a.Else, a.ThenBody, a.ElseBody
			if a.Chained {
				continue
			}
		}
		if keep.Empty() || !s.sendsToken(keep, calls) || s.sendsToken(legacy, nil) || s.doesMore(body) {
			continue
		}
		if r := s.withoutArm(f, calls, a, legacy, keep); r != nil {
			return r
		}
	}
	return s.early(f, calls)
}

// early is the same where the branch that sends the token, or the one that sends
// the key, returns before the other.
func (s *source) early(f *scanner.Finding, calls []*syntax.Call) *rewrite {
	at := syntax.Span(f.Span)
	for _, b := range s.file.Branches(at) { // if (key) { return …key } return …token
		a, ok := s.file.Arms(b)
		if !ok || a.Expression || !a.Else.Empty() || !a.Then.Contains(at) {
			continue
		}
		cond := s.file.Text(a.Condition)
		rest := syntax.Span{Start: a.Whole.End, End: s.file.Enclosing(a.Whole.Start).End}
		if !s.asks(a.Condition) || tokenTest.MatchString(cond) && !s.testsMode(cond) || !s.leaves(a.ThenBody) ||
			!s.sendsToken(rest, calls) || s.sendsToken(a.Then, nil) || s.doesMore(a.ThenBody) {
			continue
		}
		r := &rewrite{finding: f, dual: s.lineOf(rest.Start), edits: remove(s.path, s.lineWith(a.Whole))}
		if s.file.Empties(a.Whole) || !s.standsAlone(a, a.Then, rest) || !s.takesAlong(r, a.Then) {
			return nil
		}
		return r
	}
	// if (token) { return …token } return …key
	st := s.file.Statement(at)
	before, behind := s.file.Neighbours(st)
	a, ok := s.file.Arms(before)
	if !ok || !behind.Empty() || !a.Else.Empty() || !s.leaves(st) || !s.leaves(a.ThenBody) ||
		!s.asks(a.Condition) || !tokenTest.MatchString(s.file.Text(a.Condition)) || !s.sendsToken(a.Then, nil) || s.sendsToken(st, nil) {
		return nil
	}
	r := &rewrite{finding: f, dual: s.lineOf(a.Then.Start)}
	r.edits = []Edit{{Path: s.path, Start: a.Whole.Start, End: st.End, New: s.file.Hoisted(a.ThenBody, a.Whole)}}
	if !s.standsAlone(a, st, a.ThenBody) || !s.takesAlong(r, st) {
		return nil
	}
	return r
}

// leaves says whether the last statement of an arm leaves the function.
func (s *source) leaves(body syntax.Span) bool {
	all := s.file.Statements(body)
	if len(all) == 0 {
		return false
	}
	return leaving.MatchString(s.file.Text(all[len(all)-1]))
}

var leaving = pattern.New(`^(return|throw|raise)\b`)

// sendsToken says whether code writes the header of the token.
func (s *source) sendsToken(span syntax.Span, calls []*syntax.Call) bool {
	text := strings.ToLower(s.without(span, nil))
	return strings.Contains(text, strings.ToLower(s.pack.Target.Header)) && strings.Contains(text, strings.ToLower(s.scheme())) ||
		slices.ContainsFunc(calls, func(c *syntax.Call) bool {
			return slices.ContainsFunc(c.Headers, func(h syntax.Entry) bool {
				return strings.EqualFold(h.Name, s.pack.Target.Header) && span.Contains(h.Span)
			})
		})
}

// doesMore says whether an arm has a statement that calls something but sends no
// request.
func (s *source) doesMore(body syntax.Span) bool {
	calls := s.file.Calls()
	return slices.ContainsFunc(s.file.Statements(body), func(st syntax.Span) bool {
		if slices.ContainsFunc(s.findings, func(f *scanner.Finding) bool { return st.Contains(syntax.Span(f.Span)) }) ||
			slices.ContainsFunc(calls, func(c syntax.Call) bool { return st.Contains(c.Span) }) {
			return false
		}
		return slices.ContainsFunc(s.file.Invocations(), func(inv *syntax.Invocation) bool {
			return inv.Span.Start == st.Start && st.Contains(inv.Span) && !loggers.MatchString(s.file.Text(inv.Callee))
		})
	})
}

// withoutArm takes the legacy arm of a condition away. Where the condition asks
// for the key, or each arm sends a request of its own, the other arm stays by
// itself; else the condition stays, with the arm of the token.
func (s *source) withoutArm(f *scanner.Finding, calls []*syntax.Call, a syntax.Arms, legacy, keep syntax.Span) *rewrite {
	r := &rewrite{finding: f, dual: s.lineOf(keep.Start)}
	whole := slices.ContainsFunc(calls, func(c *syntax.Call) bool { return legacy.Contains(c.Span) })
	gone := legacy
	switch cond := s.file.Text(a.Condition); {
	case a.Expression || whole || len(calls) == 0 || !tokenTest.MatchString(cond) || s.testsMode(cond):
		if a.Chained || !s.standsAlone(a, legacy, keep) {
			return nil
		}
		r.edits = []Edit{{Path: s.path, Start: a.Whole.Start, End: a.Whole.End, New: s.file.Hoisted(keep, a.Whole)}}
		r.edits = append(r.edits, s.unread(a, keep)...)
	default:
		for _, c := range calls {
			r.requests = append(r.requests, request{call: c})
		}
		switch why := s.takeOut(r); {
		case why == syntax.EmptyBranch && legacy == a.Else:
			end := a.Then.End
			r.edits = remove(s.path, syntax.Span{Start: end, End: a.Else.End})
		case why != "":
			return nil
		default:
			gone = syntax.Span(f.Span)
		}
	}
	if len(r.edits) == 0 || !s.takesAlong(r, gone) {
		return nil
	}
	return r
}

// takesAlong notes the other findings of what goes, and says whether all of it
// may go.
func (s *source) takesAlong(r *rewrite, gone syntax.Span) bool {
	for _, o := range s.findings {
		if o == r.finding || !gone.Contains(syntax.Span(o.Span)) || o.Kind == rules.LegacyKey {
			continue
		}
		if o.Kind != rules.LegacyCall {
			return false
		}
		r.also = append(r.also, o)
	}
	calls := s.file.Calls()
	for i := range calls {
		host, path := s.target(&calls[i])
		if gone.Contains(calls[i].Span) && (foreign(s.pack, host) || s.pack.EndpointOf(host, path) == rules.KeepEndpoint) {
			return false
		}
	}
	return true
}

// standsAlone says whether an arm can do without its condition: it defines all
// that is read behind it, and no name of its own hides one of the code around.
func (s *source) standsAlone(a syntax.Arms, legacy, keep syntax.Span) bool {
	for _, b := range s.file.Bindings() {
		var inLegacy, inKeep, outside, read, declared bool
		for _, o := range s.sameName(b) {
			for _, d := range o.Defs {
				inLegacy = inLegacy || legacy.Contains(d.Statement)
				inKeep = inKeep || keep.Contains(d.Statement)
				outside = outside || !a.Whole.Contains(d.Statement)
			}
			for _, r := range o.Reads {
				read = read || !legacy.Contains(r) && !keep.Contains(r)
			}
			declared = declared || s.declaredIn(keep, o)
		}
		if inLegacy && read && !inKeep && !outside || inKeep && outside && declared {
			return false
		}
	}
	return true
}

// sameName are the bindings of a name that gets several values, in one scope.
func (s *source) sameName(b *syntax.Binding) []*syntax.Binding {
	if !b.Again {
		return []*syntax.Binding{b}
	}
	var out []*syntax.Binding
	for _, o := range s.file.Bindings() {
		if o.Name == b.Name && o.Scope == b.Scope {
			out = append(out, o)
		}
	}
	return out
}

// declaredIn says whether a block declares a name for itself.
func (s *source) declaredIn(block syntax.Span, b *syntax.Binding) bool {
	return slices.ContainsFunc(b.Defs, func(d syntax.Define) bool {
		return block.Contains(d.Statement) && s.file.OfBlock(d)
	})
}

// unread removes the definitions that only the condition and the arm that goes
// have read.
func (s *source) unread(a syntax.Arms, keep syntax.Span) []Edit {
	var out []Edit
	for _, b := range s.file.Bindings() {
		if b.Again || len(b.Defs) != 1 || len(b.Reads) == 0 || b.Kind != syntax.Variable && b.Kind != syntax.Constant {
			continue
		}
		d := b.Defs[0]
		stays := slices.ContainsFunc(b.Reads, func(r syntax.Span) bool { return !a.Whole.Contains(r) || keep.Contains(r) })
		if !stays && !a.Whole.Contains(d.Statement) && !s.reachable(b) && s.single(d.Statement) && repeatable.MatchString(s.file.Text(d.Value)) {
			out = append(out, remove(s.path, s.lineWith(d.Statement))...)
		}
	}
	return out
}

// dualPart is the part of a branch that goes.
func (s *source) dualPart(r *rewrite) *part {
	return &part{
		source: s, finding: r.finding, rw: r, title: "Delete the branch that sends the key",
		steps: []string{s.path + ":" + itoa(r.dual) + " sends the token: put it where the token is read there"},
	}
}
