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

// branches are expressions whose value is that of one of their parts.
var branches = []string{"boolean_operator", "binary", "binary_expression", "conditional_expression", "conditional", "ternary_expression", "parenthesized_expression", "parenthesized_statements"}

// absent says whether an expression may be null: it looks something up that
// need not be there, one of its branches is null, or it is a name with a
// definition that is, or whose default is.
func (f *File) absent(n node) bool {
	n = f.lang.unwrap(n)
	switch {
	case isNull(n), n.Is("element_reference", "subscript_expression", "nullsafe_member_access_expression"): // Python's index raises
		return true
	case n.Is("call") && n.Field("operator").Text() == "&.":
		return true
	case n.Is("boolean_operator", "binary", "binary_expression"): // a or b
		return f.absent(n.Kid(-1))
	case n.Is(branches...):
		return slices.ContainsFunc(n.Kids(), f.absent)
	}
	if inv := f.byNode[n.Index()]; inv != nil {
		return f.looksUp(inv)
	}
	b := f.lookup(f.lang.name(n), n)
	if b == nil {
		return false
	}
	for _, d := range b.defs {
		v := d.value
		if d.kind == Param {
			v = defaultOf(d)
		}
		if v.OK() && !v.Contains(n) && f.nullish(v) || d.bare {
			return true
		}
	}
	return false
}

// nullish says whether a value is null, or looked up where it need not be.
func (f *File) nullish(v node) bool {
	inv := f.byNode[f.lang.unwrap(v).Index()]
	return isNull(v) || inv != nil && f.looksUp(inv)
}

func isNull(n node) bool { return oneOf(strings.ToLower(n.Text()), "none", "null", "nil", "undefined") }

// looksUp says whether a call asks for an entry and gives null where there is
// none.
func (f *File) looksUp(inv *Invocation) bool {
	switch n := len(inv.Args); inv.Name {
	case "get", "pop", "delete", "dig":
		return n == 1 || n > 1 && isNull(inv.Args[n-1].node)
	case "getattr", "fetch":
		return n > 1 && isNull(inv.Args[n-1].node)
	}
	return false
}
