package syntax

import "strings"

// Arms are the two ways of a condition.
type Arms struct {
	Whole     Span // the statement or expression
	Condition Span
	// Then and Else are the arms, each with what it is made of: the statements
	// between the braces, or the expression. Else is empty where there is none.
	Then, ThenBody, Else, ElseBody Span
	Expression                     bool // a ? b : c
	// Chained says that the else arm is another condition.
	Chained bool
}

// Arms reads the condition of which a span is all, as Branches gives it.
func (f *File) Arms(s Span) (Arms, bool) {
	n := f.at(s)
	a := Arms{Whole: span(n)}
	cond, then, other := n.Field("condition"), n.Field("consequence"), n.Field("alternative")
	switch {
	case n.Is("conditional_expression") && f.Language == "python":
		if len(n.Kids()) != 3 {
			return a, false
		}
		then, cond, other, a.Expression = n.Kid(0), n.Kid(1), n.Kid(2), true
	case n.Is("ternary_expression", "conditional_expression", "conditional"):
		if !then.OK() {
			then = n.Field("body")
		}
		a.Expression = true
	case n.Is("if_statement") && f.Language == "php":
		then = n.Field("body")
	case n.Is("unless"):
		then, other = other, then
	case n.Is("if_statement", "if"):
	default:
		return a, false
	}
	if !cond.OK() || !then.OK() || n.Field("initializer").OK() || count(n, "elif_clause", "else_if_clause", "elsif") > 0 {
		return a, false
	}
	a.Condition, a.Then, a.ThenBody = span(cond), span(then), f.inside(then)
	if other.OK() {
		a.Else = span(other)
		if other.Is("else_clause") {
			if b := other.Field("body"); b.OK() {
				other = b
			} else {
				other = other.Kid(-1)
			}
		}
		a.ElseBody, a.Chained = f.inside(other), other.Is("if_statement", "elsif")
	}
	return a, !n.Broken()
}

func count(n node, kinds ...string) int {
	c := 0
	for _, k := range n.Kids() {
		if k.Is(kinds...) {
			c++
		}
	}
	return c
}

// inside are the statements of a block, or the node itself where it is none.
func (f *File) inside(n node) Span {
	if !n.Is("statement_block", "block", "compound_statement", "then", "else") {
		return span(n)
	}
	var in Span
	for _, k := range n.All() { // with comments
		if !k.Named() {
			continue
		}
		if in.Empty() {
			in.Start = k.Start()
		}
		in.End = k.End()
	}
	return in
}

// Statements are the statements of an arm, not those inside of them.
func (f *File) Statements(body Span) []Span {
	n := f.tree.At(body.Start, body.End)
	if span(n) == body && !n.Is("statement_block", "block", "compound_statement", "then", "else") {
		return []Span{body}
	}
	var out []Span
	for _, k := range n.Kids() {
		if body.Contains(span(k)) {
			out = append(out, span(k))
		}
	}
	return out
}

// Neighbours are the statements right before and behind one, empty for none.
func (f *File) Neighbours(st Span) (before, behind Span) {
	n := f.at(st)
	for n.OK() && !n.Is(f.lang.statements...) {
		n = n.Parent()
	}
	for p := n.Prev(); p.OK(); p = p.Prev() {
		if p.Named() && !p.Is(f.lang.comments...) {
			before = span(p)
			break
		}
	}
	for p := n.Next(); p.OK(); p = p.Next() {
		if p.Named() && !p.Is(f.lang.comments...) {
			behind = span(p)
			break
		}
	}
	return before, behind
}

// Hoisted is the text of a span as it reads in the place of another statement:
// its lines move to that one's indentation, those of string literals stay.
func (f *File) Hoisted(body, to Span) string {
	from, at := f.Indent(body.Start), f.Indent(to.Start)
	lines := strings.SplitAfter(f.Text(body), "\n")
	var b strings.Builder
	pos := body.Start
	for i, l := range lines {
		start := pos
		pos += len(l)
		if i > 0 && from != at && strings.HasPrefix(l, from) && !f.inString(start) {
			l = at + l[len(from):]
		}
		b.WriteString(l)
	}
	return b.String()
}

// inString says whether a literal goes on over an offset.
func (f *File) inString(at int) bool {
	for _, s := range f.Strings() {
		if s.Start < at && at < s.End {
			return true
		}
	}
	return false
}
