package syntax

import "strings"

// jsonFile serves the collections that clients of APIs export.
func jsonFile() *language {
	l := requests("string")
	l.pieces = func(n node) ([]Piece, bool) {
		if !n.Is("string") {
			return nil, false
		}
		return braced(inQuotes(n)), true
	}
	l.joined = func(f *File) {
		switch root := f.tree.Root().Kid(0); {
		case member(root, "info").OK() && member(root, "item").Is("array"):
			f.postman(root)
		case jsonText(member(root, "_type")) == "export" && member(root, "resources").Is("array"):
			f.insomnia(root)
		}
	}
	l.idiom = idiom{
		quote: func(s string) string { return `"` + writeDouble(s) + `"` },
		join:  func(p, e string) string { return p + e },
		pair:  func(name, value string) string { return `"` + name + `", "value": "` + value + `"}` },
		env:   func(name string) string { return "{{" + strings.ToLower(name) + "}}" },
		qualify: func(f *File, expr string) string {
			if len(f.calls) > 0 && f.calls[0].Client == insomnia {
				return "{{ _." + strings.Trim(expr, "{}") + " }}"
			}
			return expr
		},
	}
	return l
}

// inQuotes is the text of a string and where it begins.
func inQuotes(n node) (string, int) {
	text := n.Text()
	if len(text) < 2 {
		return "", n.Start()
	}
	return text[1 : len(text)-1], n.Start() + 1
}

func jsonText(n node) string {
	if !n.Is("string") {
		return ""
	}
	text, _ := inQuotes(n)
	return text
}

// textSpan is a string without its quotes.
func textSpan(n node) Span {
	text, at := inQuotes(n)
	return Span{at, at + len(text)}
}

// member is the value of a member of an object.
func member(obj node, name string) node { return pairOf(obj, name).Field("value") }

func pairOf(obj node, name string) node {
	if !obj.Is("object") {
		return node{}
	}
	for _, p := range obj.Kids() {
		if p.Is("pair") && jsonText(p.Field("key")) == name {
			return p
		}
	}
	return node{}
}

const (
	postman  = "Postman"
	insomnia = "Insomnia"
)

// postman reads the requests of a collection.
func (f *File) postman(root node) {
	for _, v := range member(root, "variable").Kids() {
		if k := member(v, "key"); k.Is("string") && member(v, "value").Is("string") {
			f.defineVariable(textSpan(k), textSpan(member(v, "value")), span(v))
		}
	}
	for _, p := range root.Find("pair") {
		r := p.Field("value")
		if jsonText(p.Field("key")) != "request" || !inItem(p) {
			continue
		}
		url := member(r, "url")
		raw := url
		if url.Is("object") {
			raw = member(url, "raw")
		}
		if r.Is("string") {
			raw = r
		}
		c := f.noted(postman, r, raw)
		c.method(r)
		f.pairs(&c, member(url, "query"), "key")
		f.headerItems(&c, member(r, "header"), "key")
		c.Slot = f.headerSlot(r, "header", "key")
		if how := ownAuth(p); how != "" {
			c.Slot = Slot{Why: how}
		}
		f.calls = append(f.calls, c)
	}
}

// inItem says whether a request is one of the collection, and not one that an
// example was recorded for.
func inItem(p node) bool {
	up := p.Parent().Parent().Parent()
	return up.Is("pair") && jsonText(up.Field("key")) == "item"
}

// ownAuth says why a request cannot be given a header: it, or a folder around it,
// authenticates in a way of its own.
func ownAuth(p node) string {
	for n := p.Field("value"); n.OK(); n = n.Parent() {
		auth := member(n, "auth")
		if !n.Is("object") || !auth.Is("object") {
			continue
		}
		switch kind := jsonText(member(auth, "type")); kind {
		case "noauth", "":
			return ""
		default:
			return "the collection authenticates the request by itself too (" + kind + "): take the parameter out of one, or the token into the other, by hand"
		}
	}
	return ""
}

// insomnia reads the requests of an export.
func (f *File) insomnia(root node) {
	for _, r := range member(root, "resources").Kids() {
		if jsonText(member(r, "_type")) != "request" {
			continue
		}
		c := f.noted(insomnia, r, member(r, "url"))
		c.method(r)
		f.pairs(&c, member(r, "parameters"), "name")
		f.headerItems(&c, member(r, "headers"), "name")
		c.Slot = f.headerSlot(r, "headers", "name")
		c.authentication(member(r, "authentication"))
		f.calls = append(f.calls, c)
	}
}

// authentication takes in how a request authenticates by itself: by a parameter,
// or in another way, beside which no header can be told to be right.
func (c *Call) authentication(auth node) {
	kind := jsonText(member(auth, "type"))
	switch {
	case kind == "" || kind == "none" || isTrue(member(auth, "disabled")):
	case kind == "apikey" && jsonText(member(auth, "addTo")) == "queryParams" && member(auth, "value").Is("string"):
		c.Params = append(c.Params, Entry{
			Name: jsonText(member(auth, "key")), Key: textSpan(member(auth, "key")), Value: textSpan(member(auth, "value")),
			Span: span(auth), Cut: []Span{{auth.Start() + 1, auth.End() - 1}},
		})
	default:
		c.Slot = Slot{Why: "the request authenticates by itself too (" + kind + "): change it by hand"}
	}
}

func isTrue(n node) bool { return n.Text() == "true" }

// noted is the call of a request that is written down, with the URL in a
// string.
func (f *File) noted(client string, r, url node) Call {
	c := Call{Client: client, Method: "GET", Span: span(r), Statement: span(r), Function: span(r), Base: -1, Broken: r.Broken()}
	if url.Is("string") {
		s := textSpan(url)
		c.URL = textOf(s, braced(f.Text(s), s.Start))
	}
	return c
}

// method takes in what a request says of its method.
func (c *Call) method(r node) {
	if m := jsonText(member(r, "method")); m != "" {
		c.Method = strings.ToUpper(m)
	}
}

// pairs reads the parameters of a request. One that the text of the URL repeats
// goes there too.
func (f *File) pairs(c *Call, list node, name string) {
	var query []QueryParam
	if c.URL != nil {
		query = f.Query(c.URL)
	}
	for _, p := range list.Kids() {
		value := member(p, "value")
		if isTrue(member(p, "disabled")) || !value.Is("string") {
			continue
		}
		e := Entry{Name: jsonText(member(p, name)), Key: textSpan(member(p, name)), Value: textSpan(value), Span: span(p), Cut: cutItem(f, p)}
		for i, q := range query {
			if q.Name != e.Name || q.Glued || len(q.Value) != 1 || q.Why != "" {
				continue
			}
			for _, x := range q.Cut {
				e.Cut = append(e.Cut, x.Span)
			}
			again := e
			again.Key, again.Value, again.Span = q.Key, q.Value[0].Span, Span{q.Key.Start, q.Value[0].Span.End}
			c.Params = append(c.Params, again)
			query = append(query[:i:i], query[i+1:]...)
			break
		}
		c.Params = append(c.Params, e)
	}
}

func (f *File) headerItems(c *Call, list node, name string) {
	for _, h := range list.Kids() {
		if !isTrue(member(h, "disabled")) && h.Is("object") {
			c.Headers = append(c.Headers, Entry{Name: jsonText(member(h, name)), Value: span(member(h, "value")), Span: span(h)})
		}
	}
}

// headerSlot is the place of a header: behind the last one of the list, in its
// layout, or as a list of its own at the beginning of the request.
func (f *File) headerSlot(r node, name, key string) Slot {
	list := member(r, name)
	open := `{"` + key + `": `
	switch {
	case !r.Is("object") || list.OK() && !list.Is("array"):
		return Slot{Why: "the request has no list of headers"}
	case !list.OK():
		first := r.Kid(0).Start()
		sep := ", "
		if f.ownLine(first) {
			sep = "," + f.EOL() + f.Indent(first)
		}
		return Slot{Kind: InOption, At: first, End: first, Open: `"` + name + `": [` + open, Close: "]" + sep}
	case !list.Kid(-1).OK():
		return Slot{Kind: InEntry, At: list.Start(), End: list.End(), Open: "[" + open, Close: "]"}
	}
	last := list.Kid(-1)
	sep := ", "
	if f.ownLine(last.Start()) {
		sep = "," + f.EOL() + f.Indent(last.Start())
	}
	return Slot{Kind: InEntry, At: last.End(), End: last.End(), Open: sep + open}
}
