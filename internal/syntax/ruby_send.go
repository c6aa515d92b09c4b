package syntax

import "strings"

const rbMethods = "get post put patch delete head"

// rbMixed is the path of a function that a class takes from HTTParty, empty
// where it takes none: self.class.get, default_params, and get in a method of
// the class itself.
func rbMixed(n node, receiver node, name string) string {
	own := receiver.OK() && (receiver.Text() == "self.class" || receiver.Text() == "self" && n.Up("singleton_method", "singleton_class").OK())
	bare := !receiver.OK() && (oneOf(name, "default_params", "base_uri") || n.Up("singleton_method", "singleton_class").OK())
	if !own && !bare || !among(rbMethods+" default_params base_uri", name) {
		return ""
	}
	for _, k := range n.Up("class", "module").Field("body").Kids() {
		if k.Is("call") && k.Field("method").Text() == "include" && strings.Contains(k.Field("arguments").Text(), "HTTParty") {
			return "HTTParty." + name
		}
	}
	return ""
}

// rbRefine finds the places of headers that are statements in a class or block.
func rbRefine(f *File, inv *Invocation, c *Call) {
	switch {
	case inv.Path == "HTTParty.default_params":
		f.rbDefaults(inv, c)
	case c.Client == "faraday" && c.Role == Send:
		block := inv.node.Field("block")
		param := block.Field("parameters").Kid(0)
		if !block.OK() {
			return
		}
		c.Slot = Slot{Why: "the request is made in a block whose parts are not in view"}
		first := block.Field("body").Kid(0)
		if !param.Is("identifier") || !first.OK() || !f.ownLine(first.Start()) || strings.Contains(block.Text(), param.Text()+".headers =") {
			return
		}
		f.rbRequest(c, block, param.Text())
		indent := f.Indent(first.Start())
		at := first.Start() - len(indent)
		c.Slot = Slot{Kind: InStatement, At: at, End: at, Form: Index, Open: indent + param.Text() + ".headers[", Close: f.EOL()}
	}
}

// rbRequest takes in what a block does with the request that it is given.
func (f *File) rbRequest(c *Call, block node, name string) {
	for _, l := range f.loose {
		if !block.Contains(l.object) || l.object.Field("receiver").Text() != name {
			continue
		}
		switch l.object.Field("method").Text() {
		case "params":
			c.Params = append(c.Params, l.entry)
		case "headers":
			c.Headers = append(c.Headers, l.entry)
		}
	}
	for _, inv := range f.invocations {
		if !block.Contains(inv.node) || f.receiver(inv).Text() != name {
			continue
		}
		a, ok := inv.arg(arg{pos: 1})
		switch {
		case inv.Name == "url" && ok:
			f.setURL(c, a.node)
		case oneOf(inv.Name, "params", "headers") && !f.indexed(inv.node):
			c.ParamsOpen, c.HeadersOpen = true, true
		}
	}
}

// indexed says whether an expression stands in x[…].
func (f *File) indexed(n node) bool { return n.Parent().Is("element_reference") }

// rbDefaults reads default_params a: 1, b: 2 of a class.
func (f *File) rbDefaults(inv *Invocation, c *Call) {
	line := f.line(inv.Span)
	for _, a := range inv.Args {
		e := Entry{Name: a.Name, Value: a.Value, Span: a.Span, Cut: a.Cut}
		if len(inv.Args) == 1 {
			e.Cut = []Span{line}
		}
		c.Params = append(c.Params, e)
		c.ParamsOpen = c.ParamsOpen || a.Name == ""
	}
	if line == inv.Span {
		c.Slot = Slot{Why: "the parameters do not stand in a line of their own"}
		return
	}
	indent := f.Indent(inv.Span.Start)
	c.Slot = Slot{Kind: InStatement, At: line.Start, End: line.Start, Open: indent + "headers ", Close: f.EOL()}
}

// rbJoined links the requests of a class to the address that the class sets for
// them, and that to its parameters.
func rbJoined(f *File) {
	for i := range f.calls {
		c := &f.calls[i]
		if c.Client != "httparty" || c.Base >= 0 || c.Role == Defaults && len(c.Params) > 0 {
			continue
		}
		class := f.at(c.Span).Up("class", "module")
		for j := range f.calls {
			b := &f.calls[j]
			if i == j || b.Client != "httparty" || b.Role != Defaults || !class.OK() || f.at(b.Span).Up("class", "module") != class {
				continue
			}
			if c.Base < 0 || len(b.Params) == 0 {
				c.Base = j
			}
		}
	}
}

// bare is the position of the hash without braces that ends the arguments of a
// call, 0 for none.
func (f *File) bare(inv *Invocation) int {
	if !f.lang.bareHash {
		return 0
	}
	pos, named := 1, false
	for _, a := range inv.Args {
		if a.Name == "" {
			pos++
		}
		named = named || a.Name != ""
	}
	if !named {
		return 0
	}
	return pos
}

// bareHash reads a hash without braces as the argument that it stands for.
// "params" among headers holds the parameters.
func (f *File) bareHash(c *Call, inv *Invocation, s *shape) {
	pos := f.bare(inv)
	if pos == 0 || s.headers.pos == 0 {
		return
	}
	for _, a := range inv.Args {
		e := Entry{Name: a.Name, Value: a.Value, Span: a.Span, Cut: a.Cut}
		switch {
		case a.Name == "":
		case pos == s.headers.pos && among(s.inParams, a.Name):
			f.params(c, a.node, a.Cut)
		case pos == s.headers.pos:
			c.Headers = append(c.Headers, e)
		case pos == s.params.pos:
			c.Params = append(c.Params, e)
		case pos == s.body.pos:
			c.Body = append(c.Body, e)
		}
	}
}
