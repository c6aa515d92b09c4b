package syntax

import (
	"slices"
	"strings"
)

// slot finds the place for a header in a call.
func (f *File) slot(c *Call, inv *Invocation, s *shape, opts *Container, headers node) Slot {
	id := f.lang.idiom
	if headers.OK() {
		if h := f.container(headers); h != nil {
			return f.inEntries(h)
		}
		sl := f.inSpread(span(headers), Pair)
		if headers.Is("shorthand_property_identifier") {
			sl.Open = id.option(headers.Text()) + sl.Open
		}
		return sl
	}
	if s.chain != "" || s.prefix != "" {
		return f.inChain(inv, s)
	}
	switch {
	case opts != nil && s.inHeaders != "":
		sl := f.inEntries(opts)
		sl.Kind = InOption
		if s.lines {
			sl.Form = Line
		}
		taken, ok := f.spreadHeaders(opts, first(s.inHeaders))
		sl.Open += id.option(first(s.inHeaders)) + id.open + taken
		sl.Close = id.close + sl.Close
		if opts.Open && (!ok || s.client == "fetch") { // whose headers may be an object of their own kind
			sl.Why = "headers may also come from what the options spread"
		}
		return sl
	case !c.Options.Empty():
		sl := f.inSpread(c.Options, Pair)
		if sl.Kind != NoSlot {
			sl.Open += id.option(first(s.inHeaders)) + id.open
			sl.Close = id.close + sl.Close
			sl.Why = "the options are an expression"
		}
		return sl
	case inv.open():
		return Slot{Why: "arguments come from a spread"}
	case f.bare(inv) > 0 && f.bare(inv) < s.headers.pos:
		return Slot{Why: "a hash without braces stands where the headers would follow"}
	case s.trailing, f.bare(inv) > 0 && f.bare(inv) == s.headers.pos:
		return f.inArg(inv, arg{pos: s.headers.pos}, "", "")
	case !s.headers.none():
		return f.inArg(inv, s.headers, id.open, id.close)
	case !s.options.none() && s.inHeaders != "":
		return f.inArg(inv, s.options, id.optionsOpen+id.option(first(s.inHeaders))+id.open, id.close+id.optionsClose)
	case s.statement != "":
		return f.inStatement(c, inv, s)
	}
	return Slot{Why: "the call takes no headers", Recast: s.recast}
}

// spreadHeaders takes over the headers of what the options of a call spread; ok
// is false where more than that may hold some.
func (f *File) spreadHeaders(opts *Container, name string) (open string, ok bool) {
	id := f.lang.idiom
	if id.taken == nil {
		return "", false
	}
	n := f.at(opts.Span)
	for _, k := range n.Kids() {
		switch {
		case k.Is("spread_element"):
			e := k.Kid(0)
			if !e.Is("identifier", "member_expression", "this") {
				return "", false
			}
			open += id.taken(e.Text(), name, strings.Contains(n.Text(), e.Text()+"."))
		case k.Is("pair") && jsKey(k.Field("key")) == "":
			return "", false
		}
	}
	return open, true
}

func first(list string) string {
	s, _, _ := strings.Cut(list, " ")
	return s
}

// inEntries puts the header behind the entries of a literal, in their layout:
// the last write to a name wins, also over a spread.
func (f *File) inEntries(c *Container) Slot {
	id := f.lang.idiom
	sl := Slot{Kind: InEntry}
	if k := len(c.Entries); k > 0 && c.Entries[k-1].Line {
		sl.Form = Line
	}
	n := f.tree.At(c.Span.Start, c.Span.End)
	if n.Is("new_expression") {
		return f.inMade(n, *c)
	}
	last := n.Kid(-1)
	if span(n) != c.Span || !last.OK() {
		sl.At, sl.End = c.Span.Start, c.Span.End
		sl.Open, sl.Close = id.open, id.close
		return sl
	}
	sl.At, sl.End = last.End(), last.End()
	sl.Open = ", "
	if start := last.Start(); strings.Contains(string(f.src[c.Span.Start:start]), "\n") && f.ownLine(start) {
		sl.Open = "," + f.EOL() + f.Indent(start)
	}
	return sl
}

func (f *File) ownLine(at int) bool {
	return at > 0 && strings.TrimSpace(string(f.src[strings.LastIndexByte(string(f.src[:at]), '\n')+1:at])) == ""
}

// inSpread puts a new literal around an expression.
func (f *File) inSpread(s Span, form Form) Slot {
	if f.lang.idiom.spread == nil {
		return Slot{Why: "the headers are an expression"}
	}
	n := f.lang.unwrap(f.at(s))
	if v, _ := f.follow(n); v.OK() && form == Pair {
		if _, text := f.lang.pieces(v); text {
			return Slot{Why: "the headers are one string"}
		}
	}
	if !f.spreads(n) {
		return Slot{Why: noEntries}
	}
	id, expr := f.lang.idiom, f.Text(s)
	absent := id.orEmpty != nil && f.absent(n)
	if isNull(n) && absent {
		return Slot{Kind: InSpread, At: s.Start, End: s.End, Open: id.open, Close: id.close, Form: form}
	}
	if id.tight != nil && !id.tight(n) || absent && n.Is(branches...) {
		expr = "(" + expr + ")"
	}
	if absent {
		expr = id.orEmpty(expr)
	}
	open, close := f.lang.idiom.spread(expr)
	return Slot{Kind: InSpread, At: s.Start, End: s.End, Open: open, Close: close, Form: form}
}

const noEntries = "the headers are no object whose entries can be taken over"

// spreads says whether a literal can take over the entries of an expression, as
// far as is known.
func (f *File) spreads(n node) bool {
	if v, _ := f.follow(n); v.Is("new_expression", "array") {
		return false
	}
	b := f.lookup(f.lang.name(n), n)
	return b == nil || !slices.ContainsFunc(b.defs, func(d def) bool { return oneOf(d.typ, "Headers", "HeadersInit") })
}

// inMade puts the header into what an object of headers is made of.
func (f *File) inMade(made node, c Container) Slot {
	args := made.Field("arguments")
	of := f.lang.unwrap(args.Kid(0))
	switch {
	case of.Is("object"):
		c.Span = span(of)
		return f.inEntries(&c)
	case args.OK() && !of.OK():
		at := args.Start() + 1
		return Slot{Kind: InEntry, At: at, End: at, Open: f.lang.idiom.open, Close: f.lang.idiom.close}
	}
	return Slot{Why: noEntries}
}

// inArg adds an argument, and fills those that have to stand before it.
func (f *File) inArg(inv *Invocation, a arg, open, close string) Slot {
	id := f.lang.idiom
	sl := Slot{Kind: InArg, Close: close}
	lead := ""
	args := inv.Args
	if a.name != "" && id.named != nil {
		lead = id.named(a.name)
	} else if len(args) >= a.pos-1 {
		args = args[:a.pos-1]
	} else {
		lead = strings.Repeat(id.null+", ", a.pos-1-len(args))
	}
	if len(args) == 0 {
		sl.At, sl.End = inv.Arguments.Start, inv.Arguments.Start
		sl.Open = lead + open
		if inv.Arguments == (Span{}) { // a call without parentheses
			sl.At, sl.End = inv.Span.End, inv.Span.End
			sl.Open, sl.Close = "("+sl.Open, sl.Close+")"
		}
		return sl
	}
	last := args[len(args)-1].Span
	sl.At, sl.End = last.End, last.End
	sep := ", "
	if f.ownLine(last.Start) {
		sep = "," + f.EOL() + f.Indent(last.Start)
	}
	sl.Open = sep + lead + open
	return sl
}

// form is how the header is written where a shape says ….
func (s *shape) form(template string) (open, close string, form Form) {
	open, close, _ = strings.Cut(template, "…")
	switch {
	case s.lines:
		return open, close, Line
	case strings.HasSuffix(open, "[") && strings.HasPrefix(close, "]") || strings.HasSuffix(open, "{"):
		return open, close, Pair
	case strings.HasSuffix(open, "["):
		return open, close, Index
	}
	return open, close, Args
}

// inChain adds a call in front of the function, or behind the call.
func (f *File) inChain(inv *Invocation, s *shape) Slot {
	sl := Slot{Kind: InChain, At: inv.Span.End}
	if s.prefix != "" {
		sl.Open, sl.Close, sl.Form = s.form(s.prefix)
		sl.At = inv.Callee.Start + strings.LastIndex(f.Text(inv.Callee), inv.Name)
	} else {
		sl.Open, sl.Close, sl.Form = s.form(s.chain)
	}
	sl.End = sl.At
	return sl
}

// lineEnd is the end of the line of an offset.
func (f *File) lineEnd(at int) int {
	if i := strings.IndexByte(string(f.src[at:]), '\n'); i >= 0 {
		return at + i
	}
	return len(f.src)
}

// inStatement adds a statement behind the one that makes the request.
func (f *File) inStatement(c *Call, inv *Invocation, s *shape) Slot {
	if st := inv.node.Up(f.lang.statements...); !c.Result.Empty() && st.Is("with_statement") && !st.Field("body").Contains(inv.node) {
		first := st.Field("body").Kid(0).Start()
		if !f.ownLine(first) {
			return Slot{Why: "no statement can stand behind the request"}
		}
		indent := f.Indent(first)
		at := first - len(indent)
		sl := Slot{Kind: InStatement, At: at, End: at}
		sl.Open, sl.Close, sl.Form = s.form(strings.ReplaceAll(s.statement, "%s", f.Text(c.Result)))
		sl.Open = indent + sl.Open
		sl.Close += f.EOL()
		return sl
	}
	others := 0 // statements around the request: those in its arguments do not count
	for _, n := range inv.node.Up(f.lang.statements...).Find(f.lang.statements...) {
		if s := span(n); !inv.Span.Contains(s) || s == inv.Span {
			others++
		}
	}
	if c.Result.Empty() || others != 1 || f.Language == "ruby" && strings.TrimSpace(f.Text(Span{c.Statement.End, f.lineEnd(c.Statement.End)})) != "" {
		return Slot{Why: "the request has no name"}
	}
	at := c.Statement.End
	if st := inv.node.Up("property_declaration"); f.Language == "kotlin" && st.OK() {
		at = st.End() // behind x() as Y
	}
	if f.lang.after != nil {
		st, there := f.lang.after(inv.node.Up(f.lang.statements...))
		if !there {
			return Slot{Why: "its error is not checked right behind it"}
		}
		at = st.End()
	}
	sl := Slot{Kind: InStatement, At: at, End: at}
	sl.Open, sl.Close, sl.Form = s.form(strings.ReplaceAll(s.statement, "%s", f.Text(c.Result)))
	sl.Open = f.EOL() + f.Indent(c.Statement.Start) + sl.Open
	if f.Language == "kotlin" {
		sl.Close = strings.TrimSuffix(sl.Close, ";")
	}
	return sl
}
