package scanner

import (
	"context"
	"slices"
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
	views := []view{{region: nil, language: syntax.Language(s.file.Path, s.file.Text), text: s.file.Text}}
	for _, r := range p.Regions(ctx, s.file.Path, s.file.Text) {
		views = append(views, view{region: r, language: r.Language, text: r.Text})
	}
	for _, v := range views {
		s.understandView(ctx, p, v)
	}
}

// view is a file, or a region of one, as source text.
type view struct {
	region   *syntax.Region // nil for the whole file
	language string
	text     []byte
}

// local is a place of the file in the view.
func (v view) local(at Span) (Span, bool) {
	if v.region == nil {
		return at, true
	}
	in, ok := v.region.Local(syntax.Span(at))
	return Span(in), ok
}

// line is the line of the file for an offset of the view.
func (s *scanned) line(v view, at int) int {
	if v.region != nil {
		at = v.region.Offset(at)
	}
	return s.file.Position(at).Line
}

func (s *scanned) understandView(ctx context.Context, p *syntax.Parser, v view) {
	if v.language == "" || !slices.ContainsFunc(s.found, func(f found) bool {
		_, in := v.local(f.span)
		return in && f.call != nil && f.facts.Rule != nil
	}) {
		return
	}
	file, err := p.Parse(ctx, v.language, v.text)
	if err != nil || !file.Known() {
		return
	}
	for i := range s.found {
		f := &s.found[i]
		at, in := v.local(f.span)
		if f.call == nil || f.facts.Rule == nil || !in {
			continue
		}
		calls := callsAt(file, at)
		if len(calls) == 1 {
			s.exact(v, file, calls[0], f)
		}
		f.sent(file, calls)
		s.origins(v, file, f)
	}
}

// callsAt are the requests whose URL, parameters or body hold a place.
func callsAt(file *syntax.File, at Span) []*syntax.Call {
	var out []*syntax.Call
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
		if hit {
			out = append(out, c)
		}
	}
	return out
}

// sent makes a call of what looked like the option of something, where requests
// to the provider send it.
func (f *found) sent(file *syntax.File, calls []*syntax.Call) {
	if f.facts.Place != rules.PlaceReference {
		return
	}
	for _, c := range calls {
		host, path := Target(file, c)
		if host == "" || !f.pack.OwnHost(host) {
			continue
		}
		f.facts.Place, f.facts.Evidence = rules.PlaceParameter, rules.InFlow
		f.facts.Endpoint = f.pack.EndpointOf(host, path)
		if verdict := rules.Classify(f.facts); verdict.Rule != nil {
			f.verdict = verdict
		}
		return
	}
}

// exact fills in what the call says of itself.
func (s *scanned) exact(v view, file *syntax.File, c *syntax.Call, f *found) {
	if c.Client != "" {
		f.call.Client = c.Client
	}
	if c.Method != "" {
		f.call.Method = c.Method
	}
	f.call.Line = s.line(v, c.Span.Start)
	f.call.EndLine = s.line(v, max(c.Span.End-1, c.Span.Start))
	host, path := Target(file, c)
	if host == "" && path == "" {
		return
	}
	class := f.pack.EndpointOf(host, path)
	if class == rules.UnknownEndpoint && f.facts.Endpoint != rules.UnknownEndpoint {
		return // the text around the call says more
	}
	f.call.Endpoint = f.pack.safePath(path)
	if class == rules.UnknownEndpoint || class == f.facts.Endpoint {
		return
	}
	f.facts.Endpoint = class
	if host != "" && f.pack.OwnHost(host) {
		f.facts.Evidence = rules.InFlow
	}
	if verdict := rules.Classify(f.facts); verdict.Rule != nil {
		f.verdict = verdict
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
func (s *scanned) origins(in view, file *syntax.File, f *found) {
	at, ok := in.local(f.expr)
	if f.expr.End <= f.expr.Start || f.call.Credential == nil || !ok {
		return
	}
	v := file.ValueAt(syntax.Span(at))
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
		cred.Line = s.line(in, v.Span.Start)
	}
}

// maxName bounds the name of a key's origin in reports.
const maxName = 80
