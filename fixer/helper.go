package fixer

import (
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// delivery is a URL or a literal of parameters that is given to a function of
// the file, which sends it.
type delivery struct {
	station
	finding *scanner.Finding
	in      syntax.Span // the call or the definition that holds it
	at      syntax.Span // the URL or the literal
	cut     *cutting
}

// helped fixes what is given to a helper: the parameter goes at every caller,
// and the header goes into the helper, if every call of it carried the key.
func (s *source) helped(f *scanner.Finding) (*rewrite, string) {
	first, why := s.deliveryOf(f)
	if first == nil {
		return nil, why
	}
	stations, sinks := s.stations(station{first.fn, first.param})
	if len(sinks) == 0 {
		return nil, "\"" + first.fn.Plain() + "\" does not show how it sends it"
	}
	r := &rewrite{finding: f}
	stations, why = s.deliveries(r, stations)
	if why != "" {
		return nil, why
	}
	if at := s.keyedBy(r, stations, sinks); at >= 0 {
		return nil, "the URL with the key is also what tells things apart in line " + itoa(s.lineOf(at))
	}
	for _, c := range sinks {
		class, why := s.stops(c, r)
		if why == "" && class == rules.OpenEndpoint {
			why = "some of the requests need no credential"
		}
		if why != "" {
			return nil, why
		}
		r.requests = append(r.requests, request{call: c, header: true})
	}
	if why := s.developerName(f); why != "" {
		return nil, why
	}
	if why := s.otherMode(f, sinks); why != "" {
		return nil, why
	}
	for i := range r.requests {
		if why := s.headerOf(r, &r.requests[i]); why != "" {
			return nil, why
		}
	}
	for _, st := range stations {
		if s.reachable(st.fn) {
			r.offers = append(r.offers, offer{def: st.fn, duty: sending})
		}
	}
	return r, ""
}

// deliveries takes the placement out of what every caller of the stations gives
// them. Callers that hand on what they are given themselves are stations, too.
func (s *source) deliveries(r *rewrite, stations []station) ([]station, string) {
	bare := 0
	for i := 0; i < len(stations); i++ {
		st := stations[i]
		for _, inv := range s.callersOf(st.fn) {
			name := "\"" + st.fn.Plain() + "\", which sends it, "
			if inv == nil {
				return nil, name + "is used for something else too"
			}
			if s.passedOn(stations, st, inv) {
				continue
			}
			d := s.deliveredBy(inv, st)
			if outer := s.passer(st, inv); d == nil && outer.fn != nil && len(stations) < maxStations {
				stations = append(stations, outer)
				continue
			}
			if d == nil {
				return nil, name + "also sends requests without the key (line " + itoa(s.lineOf(inv.Span.Start)) + ")"
			}
			if why := s.join(r, d); why != "" {
				return nil, why
			}
			if s.lastParameter(d.at) {
				bare++
			}
		}
	}
	var tails []tail
	for _, st := range stations {
		tails = append(tails, s.tails(st)...)
	}
	return stations, s.retail(r, tails, bare, 1+len(r.also))
}

// join adds what one caller delivers.
func (s *source) join(r *rewrite, d *delivery) string {
	if len(r.also) == 0 && len(r.edits) == 0 {
		r.value, r.literal = d.cut.value, d.cut.literal
	} else if s.valueText(d.cut) != s.valueText(&cutting{value: r.value, literal: r.literal}) {
		return "the callers of the function that sends it take the key from different places"
	}
	r.values = append(r.values, d.cut.value)
	if d.finding != r.finding {
		r.also = append(r.also, d.finding)
	}
	joined, ok := sortEdits(append(r.edits, d.cut.edits...))
	if !ok {
		return "the callers of the function that sends it need different changes in one place"
	}
	r.edits = joined
	for _, b := range d.cut.carriers {
		for _, read := range b.Reads {
			in := d.in.Contains(read) || slices.ContainsFunc(d.cut.carriers, func(o *syntax.Binding) bool {
				return slices.ContainsFunc(o.Defs, func(x syntax.Define) bool { return x.Statement.Contains(read) })
			})
			if !in {
				return "\"" + b.Name + "\" is used in line " + itoa(s.lineOf(read.Start)) + " too, so the request that it belongs to cannot be told apart"
			}
		}
	}
	return ""
}

// valueText tells a key from others: how it is written, and where it is kept.
// The same name can stand for two keys in two functions, or in two files.
func (s *source) valueText(c *cutting) string {
	if c.value.Empty() {
		return "literal " + c.literal
	}
	at := s.decoded(c.value)
	id, _ := s.keyOf(s.file.ValueAt(at))
	return id + "\x00" + s.file.Text(at)
}

// deliveryOf finds the call of a function of the file that a placement is given
// to.
func (s *source) deliveryOf(f *scanner.Finding) (*delivery, string) {
	why := ""
	for _, inv := range s.file.Invocations() {
		fn := s.file.Callee(inv)
		if s.file.FunctionSpan(fn).Empty() {
			continue
		}
		for name, at := range s.file.Arguments(fn, inv) {
			cut, no := s.cutArgument(f, at)
			if cut != nil {
				return &delivery{station{fn, name}, f, inv.Span, at, cut}, ""
			}
			if no != "" {
				why = no
			}
		}
	}
	return nil, why
}

// cutArgument takes a placement out of an argument.
func (s *source) cutArgument(f *scanner.Finding, at syntax.Span) (*cutting, string) {
	if c := s.file.Container(at); c != nil {
		for _, e := range c.Entries {
			if s.contains(e.Span, f) && s.named(e.Name) {
				return s.cutEntry(nil, e, c.Entries)
			}
		}
	}
	t := s.file.TextAt(at)
	if t == nil {
		return nil, ""
	}
	for _, q := range s.file.Query(t) {
		if s.contains(q.Key, f) && s.named(q.Name) {
			return s.cutParameter(t, q)
		}
	}
	return nil, ""
}

// deliveredBy is what another call of the same function delivers, nil where it
// carries no key.
func (s *source) deliveredBy(inv *syntax.Invocation, st station) *delivery {
	at, ok := s.file.Arguments(st.fn, inv)[st.param]
	if !ok {
		return nil
	}
	for _, f := range s.findings {
		if cut, _ := s.cutArgument(f, at); cut != nil {
			return &delivery{st, f, inv.Span, at, cut}
		}
	}
	return nil
}

// callersOf lists the calls of a function; nil among them stands for another
// use of it.
func (s *source) callersOf(fn *syntax.Binding) []*syntax.Invocation {
	var out []*syntax.Invocation
	for _, read := range fn.Reads {
		if s.file.ExportsAt(read) {
			continue // weighed with the other files
		}
		inv := s.file.InvocationAt(read)
		if inv != nil && !inv.Callee.Contains(read) {
			inv = nil
		}
		out = append(out, inv)
	}
	name := fn.Plain()
	for _, inv := range s.file.Invocations() {
		if inv.Name == name && s.file.Callee(inv) == fn && !slices.Contains(out, inv) {
			out = append(out, inv)
		}
	}
	if len(s.methodCalls(fn)) > 0 || s.takenOff(fn) {
		out = append(out, nil)
	}
	return out
}

// takenOff says whether a method of that name is taken off an object, which may
// be one of its class: to be called later, by somebody else.
func (s *source) takenOff(fn *syntax.Binding) bool {
	if !strings.HasPrefix(fn.Name, "this.") || fn.Kind != syntax.Function {
		return false
	}
	return slices.ContainsFunc(s.file.Names(fn.Plain()), func(at syntax.Span) bool {
		if s.file.Destructured(at) {
			return true
		}
		obj := s.file.Receiver(at)
		if obj.Empty() || s.callAt(at) != nil {
			return false
		}
		root := firstName.FindString(s.file.Text(obj))
		b := s.file.Binding(syntax.Span{Start: obj.Start, End: obj.Start + len(root)})
		return b != nil && b.Kind != syntax.Import
	})
}

// methodCalls lists the calls of a method of that name on other objects, which
// may be of its class.
func (s *source) methodCalls(fn *syntax.Binding) []*syntax.Invocation {
	if !strings.HasPrefix(fn.Name, "this.") || fn.Kind != syntax.Function {
		return nil
	}
	name := fn.Plain()
	var out []*syntax.Invocation
	for _, inv := range s.file.Invocations() {
		if inv.Name == name && s.file.Callee(inv) == nil && !s.file.OfClient(inv) {
			out = append(out, inv)
		}
	}
	return out
}

// sinks are the requests of a function that send what a parameter gives: all of
// the URL's beginning, or all of the parameters.
func (s *source) sinks(fn *syntax.Binding, param string) []*syntax.Call {
	var out []*syntax.Call
	in := s.file.FunctionSpan(fn)
	is := func(at syntax.Span) bool {
		b := s.file.Binding(at)
		return b != nil && b.Kind == syntax.Param && b.Name == param && b.Scope == in
	}
	calls := s.file.Calls()
	for i := range calls {
		c := &calls[i]
		if !in.Contains(c.Span) || c.Role != syntax.Send {
			continue
		}
		url := c.URL != nil && slices.ContainsFunc(c.URL.Pieces, func(p syntax.Piece) bool { return !p.Literal && is(p.Expr) })
		if url || !c.ParamsValue.Empty() && is(c.ParamsValue) {
			out = append(out, c)
		}
	}
	return out
}

// keyedBy is where a function that is given a URL uses it for something else than
// the request: to keep what came of it under that name, so that what is kept for
// one key would be given for another. It is -1 for nowhere, and where there is
// one key only.
func (s *source) keyedBy(r *rewrite, stations []station, sinks []*syntax.Call) int {
	if r.value.Empty() {
		return -1
	}
	switch s.file.ValueAt(s.decoded(r.value)).Kind {
	case syntax.Env, syntax.Literal, syntax.Config:
		return -1
	}
	for _, st := range stations {
		for _, b := range s.file.Bindings() {
			if b.Kind != syntax.Param || b.Name != st.param || b.Scope != s.file.FunctionSpan(st.fn) {
				continue
			}
			for _, read := range b.Reads {
				if stored.Match(s.text[read.End:]) && indexing.Match(s.text[b.Scope.Start:read.Start]) &&
					!slices.ContainsFunc(sinks, func(c *syntax.Call) bool { return c.Span.Contains(read) && c.Function == b.Scope }) {
					return read.Start
				}
			}
		}
	}
	return -1
}

var (
	// indexing and stored are what stands around the name of a thing that is kept:
	// cache[url], cache.get(url), url in cache.
	indexing = pattern.New(`(?:\w\[|\.(?:get|set|has|add|put|setex|setdefault|includes|delete)\(|\bif\s+|\bif\s*\(|\bnot\s+)$`)
	stored   = pattern.New(`^(?:\]|\)|\s*,|\s+(?:not\s+)?in\b)`)
)
