package scanner

import (
	"context"
	"strings"

	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/rules"
)

// understand reads the files with calls as programs, where their language has
// a grammar: it makes what is said of a request exact (client, method,
// endpoint, origin of the key) and decides again whose key the endpoint takes.
// A file that cannot be parsed keeps what its text alone could tell.
func (c *collector) understand(ctx context.Context) {
	if c.o.Parser == nil {
		return
	}
	for _, s := range c.scanned {
		if ctx.Err() != nil {
			return
		}
		if s.hasCalls() {
			s.understand(ctx, c.o.Parser)
		}
	}
}

func (s *scanned) hasCalls() bool {
	for _, f := range s.found {
		if f.call != nil && f.facts.Rule != nil {
			return true
		}
	}
	return false
}

func (s *scanned) understand(ctx context.Context, p *syntax.Parser) {
	lang := syntax.Language(s.file.Path, s.file.Text)
	if lang == "" {
		return
	}
	file, err := p.Parse(ctx, lang, s.file.Text)
	if err != nil || !file.Known() {
		return
	}
	for i := range s.found {
		f := &s.found[i]
		if f.call == nil || f.facts.Rule == nil {
			continue
		}
		if call := callAt(file, f.span); call != nil {
			s.exact(file, call, f)
		}
		s.origins(file, f)
	}
}

// callAt is the request whose URL, parameters or body hold a place; nil where
// there is none, or more than one.
func callAt(file *syntax.File, at Span) *syntax.Call {
	var found *syntax.Call
	calls := file.Calls()
	holds := func(s syntax.Span) bool { return s.Start <= at.Start && at.Start < s.End }
	for i := range calls {
		c := &calls[i]
		hit := false
		if c.URL != nil {
			for _, p := range c.URL.Pieces {
				hit = hit || holds(p.Span)
			}
		}
		for _, list := range [][]syntax.Entry{c.Params, c.Body} {
			for _, e := range list {
				hit = hit || holds(e.Span)
			}
		}
		switch {
		case !hit:
		case found != nil:
			return nil
		default:
			found = c
		}
	}
	return found
}

// exact fills in what the call says of itself.
func (s *scanned) exact(file *syntax.File, c *syntax.Call, f *found) {
	if c.Client != "" {
		f.call.Client = c.Client
	}
	if c.Method != "" {
		f.call.Method = c.Method
	}
	f.call.Line = s.file.Position(c.Span.Start).Line
	f.call.EndLine = s.file.Position(max(c.Span.End-1, c.Span.Start)).Line
	host, path := Target(file, c)
	if host == "" && path == "" {
		return
	}
	f.call.Endpoint = f.pack.safePath(path)
	class := f.pack.EndpointOf(host, path)
	if class == rules.UnknownEndpoint || class == f.facts.Endpoint {
		return
	}
	f.facts.Endpoint = class
	if host != "" && f.pack.OwnHost(host) {
		f.facts.Evidence = rules.InFlow
	}
	if v := rules.Classify(f.facts); v.Rule != nil {
		f.verdict = v
	}
}

// Target is the host and the normalised path of a call's URL: what it does not
// spell out reads as "{name}".
func Target(file *syntax.File, c *syntax.Call) (host, path string) {
	t := c.URL
	var b strings.Builder
	if c.Base >= 0 && (t == nil || !spelled(t, "://")) {
		if base := file.Calls()[c.Base].URL; base != nil {
			b.WriteString(strings.TrimSuffix(urlText(base), "/"))
			if t != nil && !strings.HasPrefix(urlText(t), "/") {
				b.WriteString("/")
			}
		}
	}
	if t != nil {
		b.WriteString(urlText(t))
	}
	return ParseURL(b.String())
}

func spelled(t *syntax.Text, what string) bool { return strings.Contains(urlText(t), what) }

func urlText(t *syntax.Text) string {
	var b strings.Builder
	for _, p := range t.Pieces {
		if p.Literal {
			b.WriteString(p.Text)
			continue
		}
		b.WriteString("{" + lastName(p.Text) + "}")
	}
	return b.String()
}

// origins says where the key of a call comes from.
func (s *scanned) origins(file *syntax.File, f *found) {
	if f.expr.End <= f.expr.Start || f.call.Credential == nil {
		return
	}
	v := file.ValueAt(syntax.Span(f.expr))
	from := ""
	switch v.Kind {
	case syntax.Literal:
		from = "literal"
	case syntax.Env:
		from = "env"
	case syntax.Config:
		from = "config"
	case syntax.Parameter:
		from = "parameter"
	default:
		return
	}
	cred := f.call.Credential
	cred.From, cred.Name = from, v.Name
	if from == "literal" || f.pack.Format(cred.Name) != nil || len(cred.Name) > maxName {
		cred.Name = ""
	}
	if v.Span.End > v.Span.Start {
		cred.Line = s.file.Position(v.Span.Start).Line
	}
}

// maxName bounds the name of a key's origin in reports.
const maxName = 80
