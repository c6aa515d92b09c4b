package syntax

import "strings"

// jvmRefine completes the requests whose parts are not arguments of one call.
func jvmRefine(f *File, inv *Invocation, c *Call) {
	switch c.Client {
	case "jax-rs":
		f.jaxLinks(inv, c)
	case "resttemplate":
		f.restTemplate(inv, c)
	}
}

// jaxLinks reads what is called on request(…).
func (f *File) jaxLinks(inv *Invocation, c *Call) {
	for link := f.calledOn(inv); link != nil; link = f.calledOn(link) {
		switch up := strings.ToUpper(link.Name); {
		case oneOf(up, methods...):
			c.Method = up
		case link.Name == "method" && len(link.Args) > 0:
			c.Method = f.method(link.Args[0].node)
		case link.Name == "header" && len(link.Args) == 2:
			e := Entry{Key: link.Args[0].Value, Value: link.Args[1].Value, Span: f.own(link)}
			if v := f.value(link.Args[0].node); v.Kind == Literal {
				e.Name = v.Text
			} else if strings.HasSuffix(link.Args[0].node.Text(), "AUTHORIZATION") {
				e.Name = "Authorization"
			}
			c.Headers = append(c.Headers, e)
		}
	}
}

// calledOn is the method that is called on the value of a call, nil for none.
func (f *File) calledOn(inv *Invocation) *Invocation {
	for p := inv.node.Parent(); p.OK(); p = p.Parent() {
		if next := f.byNode[p.Index()]; next != nil {
			if f.lang.unwrap(f.receiver(next)) == inv.node {
				return next
			}
			return nil
		}
		if !f.lang.unwrap(p).OK() || p.Is(f.lang.statements...) {
			return nil
		}
	}
	return nil
}

// restEntity puts the header of a RestTemplate into the headers of its entity:
// behind the statement that makes them, where they serve this call alone.
func restEntity(f *File, inv *Invocation, c *Call) {
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
