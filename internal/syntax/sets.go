package syntax

import (
	"slices"
	"strings"
)

// setting is a statement that sets all headers of a request at once, over those
// that were set before.
type setting struct {
	at   Span
	slot Slot
}

// setHeaders takes in a statement that sets all headers of a request.
func (f *File) setHeaders(c *Call, at Span, value node, lines bool) {
	f.headers(c, value)
	form := Pair
	if lines {
		form = Line
	}
	sl := f.inSpread(span(value), form)
	if h := f.container(value); h != nil {
		sl = f.inEntries(h)
		if lines {
			sl.Form = Line
		}
	}
	c.sets = append(c.sets, setting{at, sl})
}

// settle finds the places of the header where statements set all headers: the
// last one that always runs, and those behind it that run on some paths only.
// Without the former the header is there before any of them.
func (f *File) settle(c *Call) {
	slices.SortFunc(c.sets, func(a, b setting) int { return a.at.Start - b.at.Start })
	for _, s := range c.sets {
		if f.always(c, s.at) {
			c.Slot, c.More = s.slot, nil
			continue
		}
		if c.Slot.Kind == NoSlot {
			c.Slot.Why = "its headers are set on some paths only"
		}
		c.More = append(c.More, s.slot)
	}
}

// always says whether a statement runs whenever the request is made.
func (f *File) always(c *Call, at Span) bool {
	return !slices.ContainsFunc(f.Branches(at), func(b Span) bool { return !b.Contains(c.Span) })
}

// absent says whether an expression may be null: a name with a definition that
// is, or whose default is.
func (f *File) absent(n node) bool {
	b := f.lookup(f.lang.name(f.lang.unwrap(n)), n)
	if b == nil {
		return false
	}
	for _, d := range b.defs {
		v := d.value
		if d.kind == Param {
			v = defaultOf(d)
		}
		if v.OK() && oneOf(strings.ToLower(v.Text()), "none", "null", "nil", "undefined") || d.bare {
			return true
		}
	}
	return false
}
