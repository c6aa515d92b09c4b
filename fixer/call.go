package fixer

import (
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// rewrite is the fix of one call, before values are settled.
type rewrite struct {
	call     *syntax.Call
	finding  *scanner.Finding
	edits    []Edit
	value    syntax.Span // the expression that supplied the key; empty: literal
	at       syntax.Span // of a literal in the text of a URL
	header   bool        // a header has to be added
	unsafe   string      // why the fix is not safe
	endpoint rules.EndpointClass
}

// callOf finds the call that a finding belongs to: the one whose URL,
// parameters or body hold the placement.
func (s *source) callOf(f *scanner.Finding) []*syntax.Call {
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
	return slices.ContainsFunc(t.Pieces, func(p syntax.Piece) bool { return s.contains(p.Span, f) })
}

func (s *source) inEntries(entries []syntax.Entry, f *scanner.Finding) bool {
	return slices.ContainsFunc(entries, func(e syntax.Entry) bool { return s.contains(e.Span, f) })
}

// rewrite works out the fix of a call, or says why there is none.
func (s *source) rewrite(f *scanner.Finding, c *syntax.Call) (*rewrite, string) {
	r := &rewrite{call: c, finding: f, header: true}
	if c.Broken {
		return nil, "the source breaks the grammar inside the call"
	}
	if s.client != "" {
		return nil, s.client
	}
	if why := s.stops(f, c, r); why != "" {
		return nil, why
	}
	if why := s.takeOut(c, r); why != "" {
		return nil, why
	}
	if r.endpoint == rules.OpenEndpoint {
		r.header = false
		return r, ""
	}
	if why := s.migrated(c, r); why != "" {
		return nil, why
	}
	if r.header {
		switch {
		case c.Slot.Kind == syntax.NoSlot:
			why := c.Slot.Why
			if why == "" {
				why = "the call has no place for a header"
			}
			return nil, why
		case c.HeadersOpen && c.Slot.Why != "":
			return nil, c.Slot.Why
		case c.Slot.Why != "":
			r.unsafe = c.Slot.Why
		}
	}
	return r, ""
}

// stops looks for what forbids a fix: a developer endpoint, method or name, or
// an endpoint that cannot be told.
func (s *source) stops(f *scanner.Finding, c *syntax.Call, r *rewrite) string {
	host, path := s.target(c)
	r.endpoint = s.pack.EndpointOf(host, path)
	if s.pack.KeepMethod(s.file.Text(c.Span)) {
		return "an SDK method that needs the developer key"
	}
	switch r.endpoint {
	case rules.KeepEndpoint:
		return "the endpoint needs the developer key"
	case rules.UnknownEndpoint:
		r.unsafe = "the endpoint is not in view: make sure that no developer endpoint is called through it"
		if host != "" && s.pack.OwnHost(host) && path == "" {
			r.unsafe = ""
		}
	}
	if cred := f.Call; cred != nil && cred.Credential != nil && s.pack.KeepName(rules.WordName(cred.Credential.Name)) {
		return "the key has the name of a developer key (" + cred.Credential.Name + ")"
	}
	return ""
}

// target is the host and the normalised path of a call's URL.
func (s *source) target(c *syntax.Call) (host, path string) {
	t := c.URL
	if t == nil && c.Base >= 0 {
		t = s.file.Calls()[c.Base].URL
	}
	if t == nil {
		return "", ""
	}
	var b strings.Builder
	for _, p := range t.Pieces {
		if p.Literal {
			b.WriteString(p.Text)
			continue
		}
		b.WriteString("{" + lastWord(p.Text) + "}")
	}
	return scanner.ParseURL(b.String())
}

func lastWord(expr string) string {
	end := len(expr)
	isWord := func(c byte) bool {
		return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
	}
	for end > 0 && !isWord(expr[end-1]) {
		end--
	}
	start := end
	for start > 0 && isWord(expr[start-1]) {
		start--
	}
	return expr[start:end]
}

// takeOut removes the parameter from the call, wherever it stands.
func (s *source) takeOut(c *syntax.Call, r *rewrite) string {
	for _, name := range s.names {
		for _, e := range c.Params {
			if strings.EqualFold(e.Name, name) {
				return s.takeEntry(c, e, r)
			}
		}
		for _, e := range c.Body {
			if strings.EqualFold(e.Name, name) {
				return s.takeEntry(c, e, r)
			}
		}
		if c.URL == nil {
			continue
		}
		cut, why := cutParameter(s.path, s.text, c.URL, name)
		if why != "" {
			return why
		}
		if cut != nil {
			if why := s.onlyFor(c, cut.vias); why != "" {
				return why
			}
			r.edits, r.value, r.at = cut.edits, cut.value, cut.at
			return ""
		}
	}
	return "the parameter is not in the text of the URL nor among the parameters that the call shows"
}

// takeEntry removes an entry of a dictionary, and the dictionary if nothing is
// left of it.
func (s *source) takeEntry(c *syntax.Call, e syntax.Entry, r *rewrite) string {
	r.value = e.Value
	if e.Value.Empty() {
		return "the value of the parameter is not in view"
	}
	if e.In != nil && e.In.Binding != nil {
		if why := s.onlyFor(c, []*syntax.Binding{e.In.Binding}); why != "" {
			return why
		}
	}
	if e.In != nil && len(e.In.Entries) == 1 && !e.In.Open && len(e.In.Cut) > 0 && e.In.Binding == nil {
		r.edits = remove(s.path, e.In.Cut...)
		return ""
	}
	if len(e.Cut) == 0 {
		return "the entry cannot be taken out of its container"
	}
	r.edits = remove(s.path, e.Cut...)
	return ""
}

// onlyFor makes sure that definitions which change are read by this call
// alone: another request must not lose its key without getting a header.
func (s *source) onlyFor(c *syntax.Call, vias []*syntax.Binding) string {
	for _, b := range vias {
		for _, read := range b.Reads {
			if s.readBy(c, read, b) {
				continue
			}
			return "\"" + b.Name + "\" is used elsewhere too, so the request that it belongs to cannot be told apart"
		}
	}
	return ""
}

func (s *source) readBy(c *syntax.Call, read syntax.Span, b *syntax.Binding) bool {
	if c.Span.Contains(read) {
		return true
	}
	for _, d := range b.Defs { // appends: url += …
		if d.Statement.Contains(read) {
			return true
		}
	}
	for _, e := range slices.Concat(c.Params, c.Headers, c.Body) {
		if e.Span.Contains(read) {
			return true
		}
	}
	if c.URL != nil {
		for _, via := range c.URL.Via {
			for _, d := range via.Defs {
				if d.Statement.Contains(read) {
					return true
				}
			}
		}
	}
	return false
}

// migrated looks at an Authorization header that the call has already.
func (s *source) migrated(c *syntax.Call, r *rewrite) string {
	for _, h := range c.Headers {
		if !strings.EqualFold(h.Name, s.pack.Target.Header) {
			continue
		}
		scheme, _, _ := strings.Cut(s.pack.Target.Value, "{")
		if t := s.file.TextAt(h.Value); t != nil && len(t.Pieces) > 0 && t.Pieces[0].Literal &&
			strings.HasPrefix(strings.ToLower(strings.TrimPrefix(strings.ToLower(t.Pieces[0].Text), strings.ToLower(h.Name)+": ")), strings.ToLower(strings.TrimSpace(scheme))) {
			r.header = false
			return ""
		}
		return "the call sends another " + s.pack.Target.Header + " header already"
	}
	return ""
}
