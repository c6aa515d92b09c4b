package fixer

import (
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/rules"
)

// sentThrough looks at the requests that other files send through a client
// whose defaults get the header, and says why it must not get it.
func (s *source) sentThrough(o offer, seen []sighting) string {
	base := strings.TrimSuffix(s.written(o.url, nil), "/")
	for _, u := range seen {
		if u.source.file == nil {
			continue
		}
		inv := u.source.calledOn(u.at)
		if inv == nil {
			inv = u.source.callAt(u.at)
		}
		if inv == nil {
			st := u.source.file.Statement(u.at)
			if at := u.source.headerNamed(st); at >= 0 || setsHeaders.MatchString(u.source.file.Text(st)) {
				return "the headers of the client are changed in " + u.String()
			}
			continue
		}
		path := u.source.written(u.source.requested(inv), nil)
		if !strings.Contains(path, "://") {
			path = base + "/" + strings.TrimPrefix(path, "/")
		}
		host, p := parseURL(path)
		switch {
		case s.pack.EndpointOf(host, p) == rules.KeepEndpoint:
			return "a request that needs the developer key is sent through it too (" + u.String() + ")"
		case foreign(s.pack, host):
			return "requests to " + host + " are sent through it too (" + u.String() + ")"
		case u.source.ownHeader(inv):
			return "a request through it sends another " + s.pack.Target.Header + " header (" + u.String() + ")"
		}
	}
	return ""
}

// setsHeaders assigns the headers of what a client sends.
var setsHeaders = pattern.New(`\.headers\b(?:\.common)?\s*=[^=>]`)

// requested is the URL that a call of a client is given: its first argument, or
// the entry of a literal; nil for none in view.
func (s *source) requested(inv *syntax.Invocation) *syntax.Text {
	for _, a := range inv.Args {
		if c := s.file.Container(a.Value); c != nil {
			for _, e := range c.Entries {
				if slices.Contains([]string{"url", "uri", "path"}, e.Name) {
					return s.file.TextAt(e.Value)
				}
			}
			continue
		}
		return s.file.TextAt(a.Value)
	}
	return nil
}

// calledOn is the call of a method of the object that a name is.
func (s *source) calledOn(name syntax.Span) *syntax.Invocation {
	for _, inv := range s.file.Invocations() {
		if inv.Callee.Contains(name) && strings.Count(s.file.Text(syntax.Span{Start: name.End, End: inv.Callee.End}), ".") == 1 {
			return inv
		}
	}
	return nil
}
