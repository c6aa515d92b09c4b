package syntax

import "strings"

// phpQueryArg reads add_query_arg(name, value, url) and add_query_arg(array,
// url).
func phpQueryArg(inv *Invocation) (url, name, value int, ok bool) {
	switch {
	case inv.Name != "add_query_arg":
	case len(inv.Args) == 2:
		return 1, -1, 0, true
	case len(inv.Args) == 3:
		return 2, 0, 1, true
	}
	return 0, 0, 0, false
}

// phpRefine reads the stream context that a file function is given.
func phpRefine(f *File, inv *Invocation, c *Call) {
	if c.Client == "laravel" {
		f.laravelLinks(inv, c)
		return
	}
	a, ok := inv.arg(arg{pos: 3})
	if inv.Name == "fopen" {
		a, ok = inv.arg(arg{pos: 4})
	}
	if c.Client != "php" || !ok {
		return
	}
	c.Slot = Slot{Why: "the stream context of the call is not in view"}
	v, b := f.follow(phpUnwrap(a.node))
	if b != nil && len(b.Reads) != 1 {
		c.Slot.Why = "the stream context is used for other requests too"
		return
	}
	if v = phpUnwrap(v); !v.Is("function_call_expression") || v.Field("function").Text() != "stream_context_create" {
		return
	}
	options, b := f.follow(phpUnwrap(v.Field("arguments").Kid(0)))
	if b != nil && len(b.Reads) != 1 {
		c.Slot.Why = "the stream context is used for other requests too"
		return
	}
	http := f.phpEntry(options, "http")
	if !http.OK() {
		return
	}
	if m := f.phpEntry(http, "method"); m.OK() {
		c.Method = f.method(m)
	}
	if content := f.phpEntry(http, "content"); content.OK() {
		f.body(c, content)
	}
	f.phpHeaders(c, http)
}

// laravelLinks reads what is called on the way to a request.
func (f *File) laravelLinks(inv *Invocation, c *Call) {
	for n := f.lang.unwrap(f.receiver(inv)); n.OK(); {
		link := f.byNode[n.Index()]
		if link == nil {
			return
		}
		n = f.lang.unwrap(f.receiver(link))
		cut := []Span{f.phpLink(link)}
		switch link.Name {
		case "withToken", "withBasicAuth", "withDigestAuth":
			c.Headers = append(c.Headers, Entry{Name: "Authorization", Value: link.Arguments, Span: f.own(link)})
		case "withHeaders":
			if len(link.Args) > 0 {
				if h := f.container(link.Args[0].node); h != nil {
					c.Headers = append(c.Headers, h.Entries...)
				}
			}
		case "withQueryParameters":
			if len(link.Args) == 1 {
				f.params(c, link.Args[0].node, cut)
			}
		case "withOptions":
			if len(link.Args) != 1 {
				continue
			}
			for _, e := range f.entries(link.Args[0].node) {
				switch e.Name {
				case "query":
					f.params(c, f.at(e.Value), e.Cut)
				case "headers":
					if h := f.container(f.at(e.Value)); h != nil {
						c.Headers = append(c.Headers, h.Entries...)
					}
				case "auth":
					c.Headers = append(c.Headers, Entry{Name: "Authorization", Value: e.Value, Span: e.Span})
				}
			}
		}
	}
}

func (f *File) entries(n node) []Entry {
	if c := f.container(n); c != nil {
		return c.Entries
	}
	return nil
}

// phpLink is what has to go to take a call out of a chain: with the arrow behind
// it, where the chain begins with it.
func (f *File) phpLink(inv *Invocation) Span {
	if inv.node.Is("scoped_call_expression") {
		end := inv.node.End()
		for end < len(f.src) && (f.src[end] == ' ' || f.src[end] == '\n' || f.src[end] == '\t' || f.src[end] == '\r') {
			end++
		}
		return Span{inv.Callee.Start, end + len("->")}
	}
	return f.own(inv)
}

// phpHeaders finds the place in the headers of a stream context: a list of
// lines, or one string of them.
func (f *File) phpHeaders(c *Call, http node) {
	all := f.container(http)
	h := f.phpEntry(http, "header")
	switch {
	case all == nil || all.Open || all.Binding != nil:
	case !h.OK():
		c.Slot = f.inEntries(all)
		c.Slot.Kind, c.Slot.Form, c.Slot.Open = InOption, Line, c.Slot.Open+"'header' => "
	case f.container(h) != nil:
		f.headers(c, h)
		c.Slot = f.inEntries(f.container(h))
	case h.Is("string", "encapsed_string"):
		c.Headers = append(c.Headers, Entry{Name: lineName(f.text(h)), Value: span(h), Span: span(h), Line: true})
		join := ` . "\r\n" . `
		if strings.HasSuffix(strings.Trim(h.Text(), `"`), `\r\n`) {
			join = " . "
		}
		c.Slot = Slot{Kind: InSpread, At: h.End(), End: h.End(), Open: join, Form: Line}
	default:
		c.Slot.Why = "the headers of the stream context are an expression"
	}
}

// phpEntry is the value of an entry of an array.
func (f *File) phpEntry(n node, name string) node {
	entries, _, _ := phpDict(f, n)
	for _, e := range entries {
		if e.Name == name {
			return f.at(e.Value)
		}
	}
	return node{}
}
