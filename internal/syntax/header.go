package syntax

import "strings"

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
	if s.chain != "" {
		return f.inChain(inv, s)
	}
	switch {
	case opts != nil && s.inHeaders != "":
		sl := f.inEntries(opts)
		sl.Kind = InOption
		sl.Open += id.option(first(s.inHeaders)) + id.open
		sl.Close = id.close + sl.Close
		if opts.Open {
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
	case !s.headers.none():
		return f.inArg(inv, s.headers, id.open, id.close)
	case !s.options.none() && s.inHeaders != "":
		return f.inArg(inv, s.options, id.optionsOpen+id.option(first(s.inHeaders))+id.open, id.close+id.optionsClose)
	case s.statement != "":
		return f.inStatement(c, inv, s)
	}
	return Slot{Why: "the call takes no headers", Recast: s.recast}
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
	open, close := f.lang.idiom.spread(f.Text(s))
	return Slot{Kind: InSpread, At: s.Start, End: s.End, Open: open, Close: close, Form: form}
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

// inChain adds a call to the end of the expression.
func (f *File) inChain(inv *Invocation, s *shape) Slot {
	end := inv.Span.End
	return Slot{Kind: InChain, At: end, End: end, Open: s.chain, Close: ")", Form: Args}
}

// inStatement adds a statement behind the one that makes the request.
func (f *File) inStatement(c *Call, inv *Invocation, s *shape) Slot {
	if c.Result.Empty() || len(inv.node.Up(f.lang.statements...).Find(f.lang.statements...)) != 1 {
		return Slot{Why: "the request has no name"}
	}
	end := c.Statement.End
	form := Args
	if s.lines {
		form = Line
	}
	sl := Slot{Kind: InStatement, At: end, End: end, Form: form,
		Open:  f.EOL() + f.Indent(c.Statement.Start) + f.Text(c.Result) + s.statement,
		Close: f.lang.idiom.end}
	if strings.HasSuffix(s.statement, "[") {
		sl.Form, sl.Close = Index, strings.TrimPrefix(sl.Close, ")")
	}
	return sl
}
