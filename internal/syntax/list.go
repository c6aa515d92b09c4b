package syntax

// cutItem is what has to go to take an item out of a list that is separated by
// commas: the item, one separator, and the space between; comments stay.
func cutItem(f *File, n node) []Span {
	next, comma := nextItem(n)
	before := f.spaceBefore(n.Start())
	switch {
	case comma.OK() && next.OK():
		return tidy(f, Span{n.Start(), n.End()}, span(comma), Span{comma.End(), f.spaceAfter(comma.End())})
	case comma.OK():
		return tidy(f, Span{before, n.End()}, span(comma))
	}
	prev := n.Prev()
	for prev.OK() && prev.Extra() {
		prev = prev.Prev()
	}
	if prev.OK() && prev.Kind() == "," {
		return tidy(f, span(prev), Span{max(before, prev.End()), n.End()})
	}
	return []Span{{before, f.spaceAfter(n.End())}}
}

// cutPair is the same for an item of several nodes, from the first to the last.
func cutPair(f *File, first, last node) []Span {
	next, comma := nextItem(last)
	switch prev := first.Prev(); {
	case comma.OK() && next.OK():
		return []Span{{first.Start(), f.spaceAfter(comma.End())}}
	case prev.Kind() == ",":
		return []Span{{prev.Start(), last.End()}}
	}
	return []Span{{first.Start(), last.End()}}
}

// nextItem is what follows n in its list, and the comma between.
func nextItem(n node) (item, comma node) {
	for c := n.Next(); c.OK(); c = c.Next() {
		switch {
		case c.Kind() == "," && !comma.OK():
			comma = c
		case c.Named() && !c.Extra():
			return c, comma
		}
	}
	return node{}, comma
}

// tidy joins spans that touch.
func tidy(f *File, in ...Span) []Span {
	var out []Span
	for _, s := range in {
		if k := len(out) - 1; k >= 0 && s.Start <= out[k].End {
			out[k].End = max(out[k].End, s.End)
		} else if k >= 0 && blank(f.src[out[k].End:s.Start]) && f.src[s.Start-1] != '\n' {
			out[k].End = s.End
		} else if !s.Empty() {
			out = append(out, s)
		}
	}
	return out
}

func blank(b []byte) bool {
	for _, c := range b {
		if c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			return false
		}
	}
	return true
}

func (f *File) spaceBefore(at int) int {
	for at > 0 && blank(f.src[at-1:at]) {
		at--
	}
	return at
}

func (f *File) spaceAfter(at int) int {
	for at < len(f.src) && blank(f.src[at:at+1]) {
		at++
	}
	return at
}
