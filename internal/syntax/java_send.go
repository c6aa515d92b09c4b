package syntax

import "strings"

// javaRefine puts the header of a RestTemplate into the headers of its entity:
// behind the statement that makes them, where they serve this call alone.
func javaRefine(f *File, inv *Invocation, c *Call) {
	if c.Client != "resttemplate" || c.HeadersValue.Empty() {
		return
	}
	c.Slot = Slot{Why: "the headers of the entity are not in view"}
	entity, b := f.follow(f.lang.unwrap(f.at(c.HeadersValue)))
	if !entity.Is("object_creation_expression") || !strings.HasPrefix(entity.Field("type").Text(), "HttpEntity") || b != nil && len(b.Reads) != 1 {
		return
	}
	last := entity.Field("arguments").Kid(-1)
	name := javaName(last)
	h := f.lookup(name, last)
	if name == "" || h == nil || h.Kind != Variable || h.Scope != inv.Function {
		return
	}
	d, ok := h.only()
	if !ok || !strings.Contains(d.value.Text(), "HttpHeaders(") || !f.ownLine(d.statement.Start()) {
		return
	}
	for _, r := range h.Reads {
		p := f.at(r).Parent()
		switch {
		case span(last) == r:
		case p.Is("method_invocation") && span(p.Field("object")) == r:
			f.javaHeader(c, p)
		default: // somebody else is given the headers
			c.Slot.Why = "the headers of the entity are used by others too"
			return
		}
	}
	at := d.statement.End()
	c.Slot = Slot{Kind: InStatement, At: at, End: at, Form: Args, Open: f.EOL() + f.Indent(d.statement.Start()) + name + ".set(", Close: ");"}
}

// javaHeader takes in headers.set(name, value), and the like.
func (f *File) javaHeader(c *Call, n node) {
	args := n.Field("arguments").Kids()
	switch name := n.Field("name").Text(); {
	case oneOf(name, "set", "add") && len(args) == 2:
		e := Entry{Key: span(args[0]), Value: span(args[1]), Span: span(n)}
		if v := f.value(args[0]); v.Kind == Literal {
			e.Name = v.Text
		} else if strings.HasSuffix(args[0].Text(), "AUTHORIZATION") {
			e.Name = "Authorization"
		}
		c.Headers = append(c.Headers, e)
	case oneOf(name, "setBearerAuth", "setBasicAuth") && len(args) > 0:
		c.Headers = append(c.Headers, Entry{Name: "Authorization", Value: span(args[0]), Span: span(n)})
	}
}
