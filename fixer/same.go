package fixer

import (
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax"
)

// hole stands for an expression in the shape of a request: what it is may be
// written otherwise after a fix.
const hole = "\x00"

// shape is what a request sends, as far as the reader sees it, but for the key
// and the header of the token: what a fix may not change.
type shape struct {
	url                   string
	params, body, headers []string
	keyed                 bool // it carries the key
	tokens                int  // how many headers of the token it has
}

// altered says which request of a file a fix changes beyond the key and the
// header, "" for none. It compares what the reader understands before and
// after, so it does not rest on how the edits came about.
func (b *builder) altered(path string, before, after *syntax.File) string {
	if name := undefined(before, after); name != "" {
		return "\"" + name + "\" would not be defined any more"
	}
	names, header := b.retired(path)
	if len(names) == 0 {
		return ""
	}
	e := requests{before: before.Calls(), after: after.Calls()}
	for i := range e.before {
		e.was = append(e.was, shapeOf(&e.before[i], names, header))
		e.gone = append(e.gone, len(e.before) != len(e.after) && b.goes(before, e.before[i].Span))
	}
	for i := range e.after {
		e.is = append(e.is, shapeOf(&e.after[i], names, header))
	}
	to := e.pair()
	for i, j := range to {
		what := ""
		if j >= 0 && len(e.before) != len(e.after) && b.dualAround(before, &e.before[i]) {
			continue // what it is made of stood in both branches
		}
		if j >= 0 {
			what = e.differ(i, j, header, b.meant(path, &e.before[i]) || b.dualAround(before, &e.before[i]))
		} else if !e.gone[i] && !b.moves(before, e.before[i].Span) {
			what = "it would not be sent any more"
		}
		if what != "" {
			return "the request in line " + lineIn(before, e.before[i].Span) + ": " + what
		}
	}
	if to != nil && e.added(to) > b.recasts(before) {
		return "a request would be sent that was not sent before"
	}
	return ""
}

func lineIn(f *syntax.File, at syntax.Span) string {
	return itoa(1 + strings.Count(f.Text(syntax.Span{End: at.Start}), "\n"))
}

// undefined is a name that a file defined, and that is read after a fix where
// nothing defines it.
func undefined(before, after *syntax.File) string {
	seen := map[string]bool{}
	for _, b := range before.Bindings() {
		if name := b.Name; !seen[name] && after.Undefined(name) > before.Undefined(name) {
			return name
		}
		seen[b.Name] = true
	}
	return ""
}

// meant says whether a fix of the file puts the header into a call: a helper
// has the key from its callers.
func (b *builder) meant(path string, c *syntax.Call) bool {
	return slices.ContainsFunc(b.parts, func(p *part) bool {
		if slices.ContainsFunc(p.errands, func(e errand) bool { return e.source.path == path && e.request.call.Span == c.Span }) {
			return true
		}
		return p.source.path == path && slices.ContainsFunc(p.rw.requests, func(q request) bool { return q.call.Span == c.Span })
	})
}

func within(some, all []string) bool {
	return !slices.ContainsFunc(some, func(x string) bool { return !slices.Contains(all, x) })
}

// retired lists the parameters that the packs of a file's findings retire, and
// the header that takes their place.
func (b *builder) retired(path string) (names []string, header string) {
	for key, r := range b.sources {
		if r.source != nil && strings.HasPrefix(key, path+"\x00") {
			names, header = append(names, r.source.names...), r.source.pack.Target.Header
		}
	}
	return names, header
}

func shapeOf(c *syntax.Call, names []string, header string) shape {
	var s shape
	var k1, k2 bool
	switch {
	case c.URL != nil:
		s.url, s.keyed = without(rendered(c.URL), names)
	case c.ParamsOpen: // it may stand in what the options spread
		s.url = hole
	}
	s.params, k1 = namesOf(c.Params, names)
	s.body, k2 = namesOf(c.Body, names)
	s.keyed = s.keyed || k1 || k2
	for _, e := range c.Headers {
		if strings.EqualFold(e.Name, header) {
			s.tokens++
		} else if !e.Line || e.In != nil { // else a string that can hold several
			s.headers = append(s.headers, e.Name)
		}
	}
	return s
}

// namesOf lists the names of entries, in order, but for those given, and says
// whether there was one of these.
func namesOf(entries []syntax.Entry, but []string) (out []string, had bool) {
	for _, e := range entries {
		if slices.Contains(but, e.Name) {
			had = true
		} else {
			out = append(out, e.Name)
		}
	}
	return out, had
}

// rendered is the text of a URL with a hole for each expression.
func rendered(t *syntax.Text) string {
	var b strings.Builder
	for _, p := range t.Pieces {
		switch {
		case p.Literal:
			b.WriteString(p.Text)
		case p.Query != nil:
			switch so := b.String(); {
			case strings.HasSuffix(so, hole): // what separates it is in there, or is not
				b.WriteByte('&')
			case !strings.HasSuffix(so, "?") && !strings.HasSuffix(so, "&"):
				b.WriteByte('?')
			}
			for i, e := range p.Query.Entries {
				if i > 0 {
					b.WriteByte('&')
				}
				b.WriteString(e.Name + "=" + hole)
			}
			if p.Query.Open {
				b.WriteString("&" + hole)
			}
		case p.Separates():
			b.WriteByte('?')
		default:
			b.WriteString(hole)
		}
	}
	return b.String()
}

var (
	holes   = pattern.New(`\x00+`) // of hole
	emptied = pattern.New(`[?&]+(#|$)`)
	doubled = pattern.New(`([?&])&+`)
	// begun is a URL that is built elsewhere: whether it has a query already is
	// not in view.
	begun = pattern.New(`^\x00[?&]`)
)

// without takes parameters out of a rendered URL and writes the rest in one
// way, whatever separators were left.
func without(url string, names []string) (string, bool) {
	had := false
	for _, n := range names {
		for at := parameterAt(url, n); at >= 0; at = parameterAt(url, n) {
			had = true
			end := at + strings.IndexAny(url[at:]+"#", "&#")
			url = url[:at] + url[min(end, len(url)):]
		}
	}
	url = holes.ReplaceAllString(url, hole)
	url = doubled.ReplaceAllString(url, "$1")
	url = begun.ReplaceAllString(url, hole+"&")
	return emptied.ReplaceAllString(url, "$1"), had
}

// parameterAt is where name= begins as a parameter, -1 for nowhere.
func parameterAt(url, name string) int {
	for from := 0; ; {
		i := strings.Index(url[from:], name+"=")
		if i < 0 {
			return -1
		}
		i += from
		if i == 0 || strings.IndexByte("?&"+hole, url[i-1]) >= 0 {
			return i
		}
		from = i + 1
	}
}
