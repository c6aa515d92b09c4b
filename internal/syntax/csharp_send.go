package syntax

import "strings"

// csSends are the functions of HttpClient that take no headers: the request's
// method, and what reads the content where the response is not the result.
var csSends = map[string]struct{ method, read string }{
	"GetAsync": {"Get", ""}, "DeleteAsync": {"Delete", ""}, "PostAsync": {"Post", ""}, "PutAsync": {"Put", ""}, "PatchAsync": {"Patch", ""},
	"PostAsJsonAsync": {"Post", ""}, "PutAsJsonAsync": {"Put", ""},
	"GetStringAsync": {"Get", "ReadAsStringAsync"}, "GetStreamAsync": {"Get", "ReadAsStreamAsync"},
	"GetByteArrayAsync": {"Get", "ReadAsByteArrayAsync"}, "GetFromJsonAsync": {"Get", "ReadFromJsonAsync"},
}

// recastCSharp moves a call of HttpClient that takes nothing but a URL to a
// request of its own, with what it does about errors.
func (f *File) recastCSharp(c *Call, inv *Invocation, h headerText) Recast {
	send, known := csSends[inv.Name]
	url, ok := inv.arg(arg{pos: 1})
	body, given := inv.arg(arg{pos: 2})
	asJSON := strings.HasSuffix(inv.Name, "AsJsonAsync")
	bodied := asJSON || oneOf(send.method, "Post", "Put", "Patch")
	switch {
	case !known || !ok || bodied && !given || c.Client != "httpclient":
		return Recast{Why: "the call takes no headers"}
	case asJSON && len(inv.Args) > 2 || inv.Name == "GetFromJsonAsync" && len(inv.Args) > 1:
		return Recast{Why: "the call takes options that a request of its own does not"}
	}
	for _, a := range inv.Args {
		if a.Name != "" {
			return Recast{Why: "the call takes no headers, and its arguments have names"}
		}
	}
	callee := f.Text(inv.Callee)
	name := strings.LastIndex(callee, inv.Name)
	ns := ""
	if !f.csUses("System.Net.Http") && !strings.Contains(string(f.src), "HttpClient ") {
		ns = "System.Net.Http."
	}
	r := Recast{Edits: []Edit{{Span{inv.Callee.Start + name, inv.Arguments.Start}, "SendAsync(new " + ns + "HttpRequestMessage(" + ns + "HttpMethod." + send.method + ", "}}}
	end := url.Span.End
	open, shut := ") { Headers = { { ", " } } }"
	if bodied {
		content, stop := ") { Content = ", ""
		if asJSON {
			content, stop = content+"JsonContent.Create(", ")"
		}
		if asJSON && !f.csUses("System.Net.Http.Json") {
			content, stop = ") { Content = new "+ns+"ObjectContent<object>(", ", new System.Net.Http.Formatting.JsonMediaTypeFormatter())"
			r.Unless = inv.Name + " is taken for the one of Microsoft.AspNet.WebApi.Client: make sure that it is"
		}
		r.Edits = append(r.Edits, Edit{Span{end, body.Span.Start}, content})
		end, open = body.Span.End, stop+", Headers = { { "
	}
	r.Edits = append(r.Edits, Edit{Span{end, end}, open + f.lang.idiom.quote(h.name) + ", " + h.value(f) + shut})
	if send.read != "" {
		f.csRead(inv, &r, send.read+callee[name+len(inv.Name):]+"()")
	}
	return r
}

// csRead reads the content of the response where the call is waited for.
func (f *File) csRead(inv *Invocation, r *Recast, read string) {
	p := inv.node.Parent()
	wait := ""
	if p.Is("member_access_expression") && p.Parent().Is("invocation_expression") {
		switch p.Field("name").Text() {
		case "ConfigureAwait":
			wait = f.Text(Span{inv.Span.End, p.Parent().End()})
			p = p.Parent().Parent()
		case "GetAwaiter":
			wait = ".GetAwaiter().GetResult()"
		}
	}
	content := ".EnsureSuccessStatusCode().Content." + read
	end := Span{inv.Span.End, inv.Span.End}
	switch {
	case p.Is("await_expression"):
		r.Edits = append(r.Edits, Edit{Span{inv.Span.Start, inv.Span.Start}, "(await "}, Edit{end, wait + ")" + content})
	case p.Is("member_access_expression") && p.Field("name").Text() == "Result":
		r.Edits = append(r.Edits, Edit{end, ".Result" + content})
	case wait != "" && p.Is("member_access_expression"):
		r.Edits = append(r.Edits, Edit{end, wait + content})
	default:
		r.Why = "the call takes no headers, and what waits for it is not in view"
	}
}

// csBefore sets the header of a client that remembers headers in front of the
// statement, where nothing else is sent through that client.
func (f *File) csBefore(inv *Invocation) Slot {
	why := Slot{Why: "the client may send other requests too, which would get the header"}
	obj := f.lang.unwrap(f.receiver(inv))
	name := f.lang.name(obj)
	b := f.lookup(name, obj)
	if name == "" || b == nil || b.Kind != Variable || b.Scope != inv.Function {
		return why
	}
	for _, r := range b.Reads {
		p := f.at(r).Parent()
		if !p.Is("member_access_expression") {
			return why
		}
		if s := f.table["WebClient()."+p.Field("name").Text()]; s != nil && s.does == sends && p.Parent() != inv.node {
			return why
		}
	}
	st := inv.node.Up(f.lang.statements...)
	if !st.Is("expression_statement", "local_declaration_statement", "return_statement") || !st.Parent().Is("block") {
		return why
	}
	return Slot{Kind: InStatement, At: st.Start(), End: st.Start(), Open: name + ".Headers[", Close: ";" + f.EOL() + f.Indent(st.Start()), Form: Index}
}

// csUses says whether the file imports a namespace.
func (f *File) csUses(namespace string) bool {
	for _, u := range f.tree.Root().Find("using_directive") {
		if strings.TrimSuffix(strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(u.Text(), "global "), "using")), ";") == namespace {
			return true
		}
	}
	return false
}

// csRefine reads the initializer of a request, and the method that a request
// of RestSharp is given in place of a URL.
func csRefine(f *File, inv *Invocation, c *Call) {
	if c.Client == "restsharp" && c.URL != nil && strings.HasPrefix(f.Text(c.URL.Span), "Method.") {
		c.Method, c.URL = f.method(f.at(c.URL.Span)), nil
	}
	f.csUriBuilder(c)
	if c.Client == "restsharp" && c.Role == Send && c.Slot.Kind == NoSlot && inv.node.Parent().Is("member_access_expression") {
		c.Slot = Slot{Kind: InChain, At: inv.Span.End, End: inv.Span.End, Open: ".AddHeader(", Close: ")", Form: Args}
	}
	if c.Client == "webclient" {
		c.Slot = f.csBefore(inv)
	}
	if !inv.New || c.Client != "httpclient" {
		return
	}
	init := inv.node.Field("initializer")
	headers := node{}
	for _, k := range init.Kids() {
		left, right := k.Field("left").Text(), k.Field("right")
		switch {
		case !k.Is("assignment_expression"):
		case left == "RequestUri":
			f.setURL(c, right)
			f.csUriBuilder(c)
		case left == "Method":
			c.Method = f.method(right)
		case left == "Content":
			f.body(c, right)
		case left == "Headers":
			headers = right
		}
	}
	switch last := init.Kid(-1); {
	case headers.OK():
		f.headers(c, headers)
		if h := f.container(headers); h != nil {
			c.Slot = f.inEntries(h)
		}
	case last.OK():
		sep := ", "
		if f.ownLine(last.Start()) {
			sep = "," + f.EOL() + f.Indent(last.Start())
		}
		c.Slot = Slot{Kind: InOption, At: last.End(), End: last.End(), Open: sep + "Headers = { { ", Close: " } }", Form: Args}
	case c.Slot.Kind == NoSlot && !init.OK() && !inv.Arguments.Empty():
		c.Slot = Slot{Kind: InArg, At: inv.Span.End, End: inv.Span.End, Open: " { Headers = { { ", Close: " } } }", Form: Args}
	}
}

// csJoined links the requests of RestSharp to the client that executes them.
func csJoined(f *File) {
	for i := range f.calls {
		b := f.Binding(f.calls[i].Result)
		if f.calls[i].Client != "restsharp" || f.calls[i].Role != Send || b == nil {
			continue
		}
		for _, inv := range f.invocations {
			if inv.Root == nil || len(inv.Args) == 0 || f.Binding(inv.Args[0].Value) != b {
				continue
			}
			for j := range f.calls {
				if f.calls[j].Span == inv.Root.Span && f.calls[j].Client == "restsharp" && f.calls[j].Role == Defaults {
					f.calls[i].Base = j
				}
			}
		}
	}
}

// csUriBuilder reads what a UriBuilder makes: its URL, and the query that is
// assigned to it.
func (f *File) csUriBuilder(c *Call) {
	if c.URL == nil || len(c.URL.Pieces) != 1 || c.URL.Pieces[0].Literal {
		return
	}
	n := f.lang.unwrap(f.at(c.URL.Pieces[0].Expr))
	for {
		obj, name := csMember(n)
		if inv := f.byNode[n.Index()]; inv != nil && inv.Name == "ToString" {
			obj, name = f.receiver(inv), "ToString"
		}
		if !oneOf(name, "Uri", "ToString", "AbsoluteUri") {
			break
		}
		n = f.lang.unwrap(obj)
	}
	b := f.lookup(f.lang.name(n), n)
	v, _ := f.follow(n)
	if b == nil || !v.Is("object_creation_expression") || v.Field("type").Text() != "UriBuilder" {
		return
	}
	url := f.lang.unwrap(v.Field("arguments").Kid(0).Kid(0))
	if t := f.text(url); t != nil {
		c.URL = t
		c.URL.Via = append(c.URL.Via, b)
		c.URL.values = append(c.URL.values, span(v))
	}
	c.ParamsOpen = true
	for _, r := range b.Reads {
		set := f.at(r).Up("assignment_expression")
		if o, name := csMember(set.Field("left")); !o.OK() || name != "Query" || span(o) != r {
			continue
		}
		right := f.lang.unwrap(set.Field("right"))
		if inv := f.byNode[right.Index()]; inv != nil && inv.Name == "ToString" {
			right = f.lang.unwrap(f.receiver(inv))
		}
		q := f.lookup(f.lang.name(right), right)
		if q == nil {
			continue
		}
		if d, ok := q.only(); ok && strings.Contains(d.value.Text(), "ParseQueryString") {
			c.Params = append(c.Params, f.added[q]...)
			c.URL.Via = append(c.URL.Via, q)
			c.URL.values = append(c.URL.values, span(d.value))
		}
	}
}
