package syntax

import (
	"cmp"
	"slices"
	"strings"
)

func (f *File) findCalls() {
	table := f.table
	index := map[*Invocation]int{}
	shapes := make([]*shape, len(f.invocations))
	for i, inv := range f.invocations {
		s := table[inv.Path]
		if s == nil {
			s = table[rooted(inv)]
		}
		if s == nil {
			s = f.guess(inv)
		}
		shapes[i] = s
		if s != nil && s.does <= defaults {
			index[inv] = len(f.calls)
			f.calls = append(f.calls, f.call(inv, s))
		}
	}
	for i, inv := range f.invocations {
		s := shapes[i]
		if s == nil {
			continue
		}
		base, ok := index[inv.Root]
		if s.does <= defaults {
			if k := index[inv]; ok && base != k {
				f.calls[k].Base = base
			}
		} else if ok {
			f.add(&f.calls[base], inv, s)
		}
	}
	for _, l := range f.loose {
		p, root := f.path(l.object, depth*4)
		s := table[p+"[]"]
		base, ok := index[root]
		if s != nil && ok {
			f.assigned(&f.calls[base], l.entry, s)
		}
	}
	for inv, base := range index { // client.params = { … }
		s := table[inv.Path+"()[]"]
		if b := f.Binding(f.calls[base].Result); s != nil && b != nil && b.holdsOne() {
			for _, e := range f.added[b] {
				f.assigned(&f.calls[base], e, s)
			}
		}
	}
	if f.lang.joined != nil {
		f.lang.joined(f)
	}
	for i := range f.calls {
		c := &f.calls[i]
		f.settle(c)
		slices.SortStableFunc(c.Params, func(a, b Entry) int { return a.Span.Start - b.Span.Start })
	}
}

// assigned takes in object[key] = value, where a shape says what the object is.
func (f *File) assigned(c *Call, e Entry, s *shape) {
	switch {
	case s.does == addsParam:
		c.Params = append(c.Params, e)
	case s.does == addsHeader:
		c.Headers = append(c.Headers, e)
	case s.does != setsOptions:
	case among(s.inParams, e.Name):
		f.params(c, f.at(e.Value), e.Cut)
	case among(s.inHeaders, e.Name):
		f.setHeaders(c, e.Span, f.at(e.Value), s.lines)
	}
}

// addedTo are the entries that statements add to a variable whose own value is
// not in view.
func (f *File) addedTo(n node) []Entry {
	n = f.lang.unwrap(n)
	if b := f.lookup(f.lang.name(n), n); b != nil {
		return f.added[b]
	}
	return nil
}

// rooted is the path of a builder's function without the calls between: the
// root and the last name.
func rooted(inv *Invocation) string {
	if inv.Root == nil || inv.Root == inv {
		return ""
	}
	return inv.Root.Path + "()…." + inv.Name
}

func (f *File) call(inv *Invocation, s *shape) Call {
	c := Call{
		Client: s.client, Span: inv.Span, Callee: inv.Callee, Arguments: inv.Arguments, Base: -1,
		Method: s.verb, Broken: inv.node.Broken(), Function: inv.Function,
		Statement: span(inv.node.Up(f.lang.statements...)), ParamsOpen: inv.open(), HeadersOpen: inv.open(),
		Result: f.result(inv.node),
	}
	if s.does == defaults {
		c.Role, c.Replaced = Defaults, s.replaced
	}
	if up := strings.ToUpper(inv.Name); c.Method == "" && slices.Contains(methods, up) {
		c.Method = up
	}
	if a, ok := inv.arg(s.method); ok {
		c.Method = f.method(a.node)
	}
	a, ok := inv.arg(s.url)
	one, given := inv.arg(arg{pos: 1})
	alone := given && s.alone && f.container(one.node) != nil
	if ok && !alone {
		f.setURL(&c, a.node)
	} else if s.receiver {
		f.setURL(&c, f.receiver(inv))
	}
	var headers node
	if a, ok := inv.arg(s.params); ok && !f.lang.callback(a.node) {
		f.params(&c, a.node, a.Cut)
	}
	if a, ok := inv.arg(s.headers); ok {
		headers = a.node
	}
	if a, ok := inv.arg(s.body); ok {
		f.body(&c, a.node)
	}
	var opts *Container
	a, ok = inv.arg(s.options)
	if alone {
		a, ok = one, true
	}
	if ok && !f.lang.callback(a.node) {
		c.Options = a.Value
		opts = f.options(&c, s, a, &headers)
	}
	f.headers(&c, headers)
	f.bareHash(&c, inv, s)
	if b := f.Binding(c.Result); b != nil && s.indexed == addsHeader {
		c.Headers = append(c.Headers, f.added[b]...)
	}
	c.Slot = f.slot(&c, inv, s, opts, headers)
	if f.lang.refine != nil {
		f.lang.refine(f, inv, &c)
	}
	return c
}

// options reads the literal that a client takes for everything but the URL.
func (f *File) options(c *Call, s *shape, a Argument, headers *node) *Container {
	opts := f.container(a.node)
	if opts == nil {
		c.ParamsOpen, c.HeadersOpen = true, true
		return nil
	}
	c.ParamsOpen = c.ParamsOpen || opts.Open
	c.HeadersOpen = c.HeadersOpen || opts.Open
	for _, e := range opts.Entries {
		n := f.at(e.Value)
		switch {
		case among(s.inURL, e.Name):
			f.setURL(c, n)
		case among(s.inMethod, e.Name):
			c.Method = f.method(n)
		case among(s.inParams, e.Name):
			f.params(c, n, e.Cut)
		case among(s.inHeaders, e.Name) && e.In == nil:
			f.setHeaders(c, e.Span, n, s.lines)
		case among(s.inHeaders, e.Name):
			*headers = n
		case among(s.inBody, e.Name):
			f.body(c, n)
		}
	}
	return opts
}

// method is the request method that an expression names: "get", :get,
// http.MethodGet, HttpMethod.Get.
func (f *File) method(n node) string {
	if v := f.value(n); v.Kind == Literal {
		return strings.ToUpper(v.Text)
	}
	text := n.Text()
	text = text[strings.LastIndexAny(text, ".:")+1:]
	if up := strings.ToUpper(strings.TrimPrefix(text, "Method")); slices.Contains(methods, up) {
		return up
	}
	return ""
}

func among(list, name string) bool {
	return name != "" && slices.Contains(strings.Fields(list), name)
}

// params takes what holds the parameters of a call; cut takes that out of it.
func (f *File) params(c *Call, n node, cut []Span) {
	c.ParamsValue = span(n)
	p := f.parameters(n)
	if p == nil {
		c.ParamsOpen = true
		c.Params = append(c.Params, f.addedTo(n)...)
		return
	}
	p.Cut = cut
	c.ParamsIn = p
	c.ParamsOpen = c.ParamsOpen || p.Open
	c.Params = append(c.Params, p.Entries...)
}

// lineEntry is an entry in a string that holds nothing else: "name=value".
func (f *File) lineEntry(e Entry, n node) (Entry, bool) {
	t := f.text(n)
	if t == nil || len(t.Pieces) == 0 || !t.Pieces[0].Literal || t.Pieces[0].Via >= 0 {
		return e, false
	}
	for _, p := range t.Pieces {
		if strings.ContainsAny(p.Text, "&?") && p.Literal {
			return e, false
		}
	}
	name, _, ok := strings.Cut(t.Pieces[0].Text, "=")
	start := t.Pieces[0].Span.Start
	e.Name, e.Line, e.Key, e.Value = name, true, Span{start, start + len(name)}, t.Span
	return e, ok && name != ""
}

func (f *File) headers(c *Call, n node) {
	if !n.OK() {
		return
	}
	c.HeadersValue = span(n)
	h := f.container(n)
	if h == nil {
		c.HeadersOpen = true
		c.Headers = append(c.Headers, f.addedTo(n)...)
		return
	}
	c.HeadersIn = h
	c.HeadersOpen = c.HeadersOpen || h.Open
	c.Headers = append(c.Headers, h.Entries...)
}

func (f *File) body(c *Call, n node) {
	c.BodyValue = span(n)
	if b := f.fields(n); b != nil {
		c.Body = append(c.Body, b.Entries...)
	}
}

// add takes in what an invocation on the request of a call does.
func (f *File) add(c *Call, inv *Invocation, s *shape) {
	name, _ := inv.arg(s.name)
	value, ok := inv.arg(s.value)
	if s.verb != "" {
		c.Method = s.verb
	}
	if s.does == setsSlot {
		c.Slot = f.inChain(inv, s)
	}
	if !ok {
		return
	}
	e := Entry{Key: name.Value, Value: value.Value, Span: f.own(inv), Cut: []Span{f.setter(inv)}}
	if v := f.value(name.node); v.Kind == Literal {
		e.Name = v.Text
	}
	e.Name = cmp.Or(s.header, e.Name)
	switch s.does {
	case addsParam:
		c.Params = append(c.Params, e)
	case addsHeader:
		if s.lines {
			e.Line, e.Name = true, lineName(f.text(value.node))
		}
		c.Headers = append(c.Headers, e)
	case setsURL:
		f.setURL(c, value.node)
	case setsHeaders:
		f.setHeaders(c, inv.Span, value.node, s.lines)
		if s.chain != "" { // behind what replaces them
			c.sets[len(c.sets)-1].slot = f.inChain(inv, s)
		}
	case setsParams:
		if l, ok := f.lineEntry(e, value.node); ok && s.lines {
			c.Params = append(c.Params, l)
			return
		}
		cut := value.Cut
		if len(inv.Args) == 1 { // x.update({…}) goes with what it is given
			cut = []Span{f.setter(inv)}
		}
		f.params(c, value.node, cut)
	case setsBody:
		f.body(c, value.node)
	case setsMethod:
		if m := f.method(value.node); m != "" {
			c.Method = m
		}
	case setsOptions:
		var headers node
		opts := f.options(c, s, value, &headers)
		if f.container(value.node) == nil {
			c.unseen = true
		}
		if headers.OK() {
			f.setHeaders(c, inv.Span, headers, s.lines)
		} else if c.unseen && c.sets == nil {
			c.Slot = Slot{Why: "options that are not in view may set headers"}
		} else if f.always(c, inv.Span) && c.sets == nil {
			c.Slot = f.slot(c, inv, s, opts, headers)
		}
	}
}

// lineName is the name in a header line.
func lineName(t *Text) string {
	if t == nil || len(t.Pieces) == 0 || !t.Pieces[0].Literal {
		return ""
	}
	name, _, _ := strings.Cut(t.Pieces[0].Text, ":")
	return strings.TrimSpace(name)
}

// own is a call without the chain of calls that it is made on.
func (f *File) own(inv *Invocation) Span {
	obj := f.lang.unwrap(f.receiver(inv))
	if _, chained := f.byNode[obj.Index()]; obj.OK() && chained && inv.Span.Contains(span(obj)) {
		return Span{obj.End(), inv.Span.End}
	}
	return inv.Span
}

// setter is what has to go to take a call on a builder out: the link of the
// chain, or the statement with its line.
func (f *File) setter(inv *Invocation) Span {
	st := inv.node.Up(f.lang.statements...)
	if st.OK() && f.lang.unwrap(st.Kid(0)) == inv.node && len(st.Kids()) == 1 {
		obj := f.receiver(inv)
		if _, chained := f.byNode[f.lang.unwrap(obj).Index()]; !chained {
			return f.line(span(st))
		}
	}
	if obj := f.receiver(inv); obj.OK() && inv.node.Contains(obj) {
		return Span{obj.End(), inv.node.End()}
	}
	return inv.Span
}

// line is a statement with the rest of its line, where it has that to itself.
// Line is a span with the rest of its line, where it has that to itself.
func (f *File) Line(s Span) Span { return f.line(s) }

func (f *File) line(s Span) Span {
	start := s.Start
	for start > 0 && (f.src[start-1] == ' ' || f.src[start-1] == '\t') {
		start--
	}
	end := s.End
	for end < len(f.src) && (f.src[end] == ' ' || f.src[end] == '\t' || f.src[end] == '\r') {
		end++
	}
	if (start > 0 && f.src[start-1] != '\n') || (end < len(f.src) && f.src[end] != '\n') {
		return s
	}
	return Span{start, min(end+1, len(f.src))}
}

// result is the name that the value of n is assigned to.
func (f *File) result(n node) Span {
	for _, b := range f.bindings {
		for _, d := range b.defs {
			if d.value.OK() && f.lang.unwrap(d.value) == n {
				return span(d.at)
			}
		}
	}
	return Span{}
}
