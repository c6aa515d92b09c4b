package fixer

import (
	"cmp"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// request is one request that carried the key, and the place of its header.
type request struct {
	call   *syntax.Call
	slot   syntax.Slot
	header bool // a header has to be added
	// recast says that the call moves to another form of its client.
	recast bool
	// more are where the header has to go too.
	more []syntax.Slot
}

// rewrite is the fix of one placement of the key, with every request that it
// reaches, before values are settled.
type rewrite struct {
	finding  *scanner.Finding
	requests []request
	edits    []Edit
	value    syntax.Span // the expression that supplied the key; empty: literal
	literal  string      // the key, where it stands in the text of a URL
	// values are the same at the other callers of a helper, and also their
	// findings, which this fix takes along.
	values []syntax.Span
	also   []*scanner.Finding
	unsafe string // why the fix is not safe
	// carriers are the definitions that change: whoever else uses them would
	// send another request than before.
	carriers []*syntax.Binding
	// dual is the line of the code that sends the token, where the branch of the
	// key goes; 0 for other fixes.
	dual int
	// lent says that other files send what is built here.
	lent bool
	// offers are what other files can reach of what changes or is relied on.
	offers []offer
}

// headers says whether a request gets a header.
func (r *rewrite) headers() bool {
	return slices.ContainsFunc(r.requests, func(q request) bool { return q.header })
}

// callsOf finds the requests that a finding belongs to: those whose URL,
// parameters or body hold the placement.
func (s *source) callsOf(f *scanner.Finding) []*syntax.Call {
	var out []*syntax.Call
	calls := s.file.Calls()
	for i := range calls {
		c := &calls[i]
		if s.inText(c.URL, f) || s.inEntries(c.Params, f) || s.inEntries(c.Body, f) {
			out = append(out, c)
		}
	}
	return out
}

func (s *source) inText(t *syntax.Text, f *scanner.Finding) bool {
	if t == nil {
		return false
	}
	return slices.ContainsFunc(t.Pieces, func(p syntax.Piece) bool {
		return s.contains(p.Span, f) || p.Query != nil && s.inEntries(p.Query.Entries, f)
	})
}

func (s *source) inEntries(entries []syntax.Entry, f *scanner.Finding) bool {
	return slices.ContainsFunc(entries, func(e syntax.Entry) bool { return s.contains(e.Span, f) })
}

// rewrite works out the fix of a placement that reaches the given requests, or
// says why there is none.
func (s *source) rewrite(f *scanner.Finding, calls []*syntax.Call) (*rewrite, string) {
	r := &rewrite{finding: f}
	if s.client != "" {
		return nil, s.client
	}
	open := 0
	for _, c := range calls {
		if c.Broken {
			return nil, "the source breaks the grammar inside the call"
		}
		class, why := s.stops(c, r)
		if why != "" {
			return nil, why
		}
		if class == rules.OpenEndpoint {
			open++
		}
		r.requests = append(r.requests, request{call: c, header: class != rules.OpenEndpoint})
	}
	for i, q := range r.requests {
		if s.onlyBase(r, i) {
			r.requests[i].header = false
		} else if b := s.file.Binding(q.call.Result); q.call.Role == syntax.Defaults && !q.call.Result.Empty() && b != nil && s.reachable(b) {
			r.offers = append(r.offers, offer{def: b, duty: instance, url: q.call.URL})
		}
	}
	if why := s.developerName(f); why != "" {
		return nil, why
	}
	if why := s.otherMode(f, calls); why != "" {
		return nil, why
	}
	if why := s.takeOut(r); why != "" {
		return nil, why
	}
	if open > 0 && open < len(calls) {
		return nil, "some of the requests that share this parameter need no credential (" + s.lines(calls) + ")"
	}
	for i := range r.requests {
		if why := s.headerOf(r, &r.requests[i]); why != "" {
			return nil, why
		}
		if at := s.sentAgain(r.requests[i].call); at >= 0 {
			return nil, "the URL that was sent is read from the response in line " + itoa(s.lineOf(at)) + ", and carried the key"
		}
	}
	return r, ""
}

// onlyBase says whether a client is given the URL with the key that its requests
// are given too: these get the header themselves.
func (s *source) onlyBase(r *rewrite, i int) bool {
	c := r.requests[i].call
	if c.Role != syntax.Defaults || !s.inText(c.URL, r.finding) {
		return false
	}
	calls := s.file.Calls()
	return slices.ContainsFunc(r.requests, func(q request) bool {
		return q.call.Base >= 0 && calls[q.call.Base].Span == c.Span
	})
}

// headerOf finds the place of a request's header.
func (s *source) headerOf(r *rewrite, q *request) string {
	if !q.header {
		return ""
	}
	if why := s.migrated(q); why != "" || !q.header {
		return why
	}
	if why := s.overwritten(q.call); why != "" {
		return why
	}
	if why := s.decorated(q.call); why != "" {
		return why
	}
	if at := s.ownHeaderGiven(q.call); at >= 0 {
		return "a caller gives it another " + s.pack.Target.Header + " header (line " + itoa(s.lineOf(at)) + ")"
	}
	c := q.call
	if q.slot = s.slot(r, c); q.slot == c.Slot {
		q.more = c.More
	}
	if q.slot.Kind == syntax.NoSlot && q.slot.Recast {
		form := s.file.Recast(c, s.pack.Target.Header, "", "x")
		q.recast, q.slot.At = true, c.Span.Start
		if form.Why == "" {
			r.unsafe = cmp.Or(r.unsafe, form.Unless)
		}
		return form.Why
	}
	if q.slot.Kind == syntax.NoSlot {
		if q.slot.Why == "" {
			return "the call has no place for a header"
		}
		return q.slot.Why
	}
	for _, m := range q.more {
		switch {
		case m.Kind == syntax.NoSlot:
			return cmp.Or(m.Why, "its headers are set again on some paths")
		case !s.usableAt(r.value, m.At):
			return "its headers are set again in line " + itoa(s.lineOf(m.At)) + ", where the key is not known"
		}
	}
	switch {
	case c.HeadersOpen && c.Slot.Why != "":
		return c.Slot.Why
	case q.slot.Why != "":
		r.unsafe = q.slot.Why
	}
	return ""
}

// stops looks for what forbids a fix of a request: a developer endpoint or
// method, another provider's host, or an endpoint that cannot be told.
func (s *source) stops(c *syntax.Call, r *rewrite) (rules.EndpointClass, string) {
	if s.pack.KeepMethod(s.file.Text(c.Span)) {
		return 0, "an SDK method that needs the developer key"
	}
	host, path := s.target(c)
	class := s.pack.EndpointOf(host, path)
	if class == rules.KeepEndpoint {
		return class, "the endpoint needs the developer key"
	}
	if i := strings.LastIndex(s.written(c.URL, nil), "://"); i > len("https") {
		return class, "the request is sent through something that stands before the URL (line " + itoa(s.lineOf(c.Span.Start)) + ")"
	}
	if foreign(s.pack, host) {
		return class, "the request goes to " + host + ", which is not " + s.pack.Name
	}
	if why := s.through(c); why != "" {
		return class, why
	}
	if why := s.otherBase(c); why != "" {
		return class, why
	}
	if at := s.replacing(r, c); at > 0 {
		r.unsafe = "the request in line " + itoa(at) + " has parameters of its own, which replace those of the client: it did not send the key, and gets the token"
	}
	known, why := s.wrapped(r, c)
	if why != "" {
		return class, why
	}
	if class == rules.UnknownEndpoint && !known && (path != "" || !s.pack.OwnHost(host) || c.Role == syntax.Send) {
		r.unsafe = unseen
	}
	return class, ""
}

// through looks at the requests that are sent through an instance whose
// defaults change.
func (s *source) through(c *syntax.Call) string {
	if c.Role != syntax.Defaults {
		return ""
	}
	calls := s.file.Calls()
	instance := c.Span
	if c.Base >= 0 { // an interceptor of it
		instance = calls[c.Base].Span
	}
	for i := range calls {
		b := calls[i].Base
		for b >= 0 && calls[b].Span != instance {
			b = calls[b].Base
		}
		if b < 0 || calls[i].Span == c.Span {
			continue
		}
		host, path := s.target(&calls[i])
		if foreign(s.pack, host) {
			return "requests to " + host + " are sent through it too (" + s.lines([]*syntax.Call{&calls[i]}) + ")"
		}
		where := " (" + s.lines([]*syntax.Call{&calls[i]}) + ")"
		if s.pack.EndpointOf(host, path) == rules.KeepEndpoint {
			return "a request that needs the developer key is sent through it too" + where
		}
		if why := s.replaces(&calls[i]); why != "" {
			return why + where
		}
	}
	return s.replaces(c)
}

// replacing is the line of a request through a client that does not send the key
// among the parameters of the client, since it has its own; 0 for none.
func (s *source) replacing(r *rewrite, c *syntax.Call) int {
	if !c.Replaced || !s.inEntries(c.Params, r.finding) {
		return 0
	}
	calls := s.file.Calls()
	for i := range calls {
		if b := calls[i].Base; b >= 0 && calls[b].Span == c.Span && !calls[i].ParamsValue.Empty() {
			return s.lineOf(calls[i].Span.Start)
		}
	}
	return 0
}

func (s *source) developerName(f *scanner.Finding) string {
	if c := f.Call; c != nil && c.Credential != nil && s.pack.KeepName(rules.WordName(c.Credential.Name)) {
		return "the key has the name of a developer key (" + c.Credential.Name + ")"
	}
	return ""
}

// migrated looks at an Authorization header that the call has already.
func (s *source) migrated(q *request) string {
	headers := q.call.Headers
	if q.call.Base >= 0 {
		headers = append(slices.Clone(headers), s.file.Calls()[q.call.Base].Headers...)
	}
	for _, h := range headers {
		if !strings.EqualFold(h.Name, s.pack.Target.Header) {
			continue
		}
		scheme, _, _ := strings.Cut(s.pack.Target.Value, "{")
		if t := s.file.TextAt(h.Value); t != nil && len(t.Pieces) > 0 && t.Pieces[0].Literal &&
			strings.HasPrefix(strings.TrimPrefix(strings.ToLower(t.Pieces[0].Text), strings.ToLower(h.Name)+": "), strings.ToLower(strings.TrimSpace(scheme))) {
			q.header = false
			return ""
		}
		return "the call sends another " + s.pack.Target.Header + " header already"
	}
	return ""
}

func (s *source) lines(calls []*syntax.Call) string {
	var out []string
	for _, c := range calls {
		out = append(out, "line "+itoa(s.lineOf(c.Span.Start)))
	}
	return strings.Join(out, ", ")
}

// lineOf is the line of an offset in the file, from 1.
func (s *source) lineOf(at int) int { return s.host.Position(s.inFile(at)).Line }
