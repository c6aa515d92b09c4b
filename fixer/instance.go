package fixer

import (
	"strings"

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
		if inv == nil || len(inv.Args) == 0 {
			continue
		}
		path := u.source.written(u.source.file.TextAt(inv.Args[0].Value), nil)
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

// calledOn is the call of a method of the object that a name is.
func (s *source) calledOn(name syntax.Span) *syntax.Invocation {
	for _, inv := range s.file.Invocations() {
		if inv.Callee.Contains(name) && strings.Count(s.file.Text(syntax.Span{Start: name.End, End: inv.Callee.End}), ".") == 1 {
			return inv
		}
	}
	return nil
}
