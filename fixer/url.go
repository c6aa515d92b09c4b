package fixer

import (
	"strings"

	"github.com/unhapi/unhapi/internal/syntax"
)

// cut is the parameter of a URL, found.
type cut struct {
	edits []Edit
	// value is the expression that supplied the key; empty for a literal in
	// the text, which is then in literal.
	value   syntax.Span
	literal string
	// Span of a literal value in the source.
	at syntax.Span
	// vias are the definitions that the edits change.
	vias []*syntax.Binding
}

// cutParameter finds name=value in the text of a URL and says what has to go:
// the value, its separator, what glued it to the text. It refuses, with a
// reason, where a piece of the URL could stand for more than it shows.
func cutParameter(path string, src []byte, t *syntax.Text, name string) (*cut, string) {
	for i, p := range t.Pieces {
		if !p.Literal {
			continue
		}
		at := parameterIn(p.Text, name)
		if at < 0 {
			continue
		}
		if !p.Raw && string(src[p.Span.Start:p.Span.End]) != p.Text {
			return nil, "the text of the URL holds escapes"
		}
		c := &cutter{path: path, src: src, t: t, drop: map[int][][2]int{}}
		return c.cut(i, at, len(name))
	}
	return nil, ""
}

// parameterIn gives the offset of "name=" behind a "?" or "&", -1 if there is
// none.
func parameterIn(text, name string) int {
	for from := 0; ; {
		i := strings.Index(strings.ToLower(text[from:]), strings.ToLower(name)+"=")
		if i < 0 {
			return -1
		}
		i += from
		if i > 0 && (text[i-1] == '?' || text[i-1] == '&') {
			return i
		}
		from = i + 1
	}
}

type cutter struct {
	path  string
	src   []byte
	t     *syntax.Text
	drop  map[int][][2]int // by literal piece: stretches of its text that go
	edits []Edit
}

// cut removes the parameter whose name starts at text[at:] of piece i.
func (c *cutter) cut(i, at, nameLen int) (*cut, string) {
	out := &cut{}
	text := c.t.Pieces[i].Text
	valueAt := at + nameLen + 1
	end, piece := valueAt, i // where the parameter ends
	for end < len(text) && text[end] != '&' && text[end] != '#' {
		end++
	}
	switch {
	case end < len(text) || i == len(c.t.Pieces)-1:
		if valueAt == end {
			return nil, "the parameter has no value in view"
		}
		out.literal = text[valueAt:end]
		start := c.t.Pieces[i].Span.Start
		out.at = syntax.Span{Start: start + valueAt, End: start + end}
	case end > valueAt:
		return nil, "the key is glued to other text"
	default:
		piece = i + 1
		v := c.t.Pieces[piece]
		if v.Literal {
			return nil, "the key is glued to other text"
		}
		out.value = v.Expr
		if out.value.Empty() {
			out.value = v.Span
		}
		if why := c.dropExpression(piece); why != "" {
			return nil, why
		}
		c.drop[i] = append(c.drop[i], [2]int{at, len(text)})
		piece, end = piece+1, 0
		if piece < len(c.t.Pieces) && !c.t.Pieces[piece].Literal {
			return nil, "what follows the key in the URL is an expression"
		}
	}
	if why := c.separator(i, at, piece, end); why != "" {
		return nil, why
	}
	if piece == i {
		c.drop[i] = append(c.drop[i], [2]int{at, end})
	}
	if why := c.flush(); why != "" {
		return nil, why
	}
	for _, via := range c.touched() {
		out.vias = append(out.vias, c.t.Via[via])
	}
	out.edits = c.edits
	return out, ""
}

// separator removes the "?" or "&" that belonged to the parameter.
func (c *cutter) separator(i, at, piece, end int) string {
	next := byte(0)
	if piece < len(c.t.Pieces) && end < len(c.t.Pieces[piece].Text) {
		next = c.t.Pieces[piece].Text[end]
	}
	sep := c.t.Pieces[i].Text[at-1]
	switch {
	case next == '&' && (sep == '?' || sep == '&'):
		// The parameter behind moves up: its "&" goes.
		if piece == i {
			c.drop[i] = append(c.drop[i], [2]int{end, end + 1})
		} else {
			c.drop[piece] = append(c.drop[piece], [2]int{0, 1})
		}
		return ""
	case next == 0 || next == '#':
		start := at - 1
		// "?&name=" and "&&name=" leave nothing behind.
		for start > 0 && c.t.Pieces[i].Text[start] == '&' && (c.t.Pieces[i].Text[start-1] == '?' || c.t.Pieces[i].Text[start-1] == '&') {
			start--
		}
		c.drop[i] = append(c.drop[i], [2]int{start, at})
		if c.t.Conditional {
			return "more is appended to the URL on some paths"
		}
		return ""
	}
	return "the key is glued to other text"
}

// dropExpression takes the expression of a piece out of its string, its
// concatenation or its format.
func (c *cutter) dropExpression(piece int) string {
	p := c.t.Pieces[piece]
	switch {
	case p.Format != nil:
		return c.dropVerb(piece)
	case p.Cut.Empty() || p.Operand != p.Expr && !p.Operand.Empty() && p.Operand != p.Span:
		// Inside a template or an interpolated string.
		c.edits = append(c.edits, remove(c.path, p.Span)...)
	default:
		c.edits = append(c.edits, remove(c.path, p.Cut)...)
	}
	return ""
}

// dropVerb takes a verb out of a format string, and its argument out of the
// list; verbs with larger indices are counted down.
func (c *cutter) dropVerb(piece int) string {
	v := c.t.Pieces[piece].Format
	uses := 0
	for _, p := range c.t.Pieces {
		if p.Format != nil && p.Format.Argument == v.Argument {
			uses++
		}
	}
	if uses > 1 {
		return "the format uses the key twice"
	}
	c.edits = append(c.edits, remove(c.path, c.t.Pieces[piece].Span)...)
	if v.Args == 1 {
		if strings.Contains(string(c.src[v.String.Start:v.String.End]), "%%") || strings.Contains(string(c.src[v.String.Start:v.String.End]), "{{") {
			return "the format string holds escaped verbs"
		}
		c.edits = append(c.edits, remove(c.path, syntax.Span{Start: v.Call.Start, End: v.String.Start}, syntax.Span{Start: v.String.End, End: v.Call.End})...)
		return ""
	}
	for _, p := range c.t.Pieces {
		w := p.Format
		if w == nil || !w.Explicit || w.Name != "" || w.Index <= v.Index {
			continue
		}
		renumbered, ok := countDown(w.Source, w.Index)
		if !ok {
			return "the format counts its arguments in a way that is not known"
		}
		c.edits = append(c.edits, Edit{Path: c.path, Start: p.Span.Start, End: p.Span.End, New: renumbered})
	}
	c.edits = append(c.edits, remove(c.path, v.Cut...)...)
	return ""
}

// countDown writes a verb with an explicit index one lower.
func countDown(verb string, index int) (string, bool) {
	for _, base := range []int{index, index + 1} { // {0} counts from 0, %1$s from 1
		old := itoa(base)
		for _, lead := range []string{"{", "%", "["} {
			if rest, ok := strings.CutPrefix(verb, lead+old); ok && base > 0 {
				return lead + itoa(base-1) + rest, true
			}
		}
	}
	return "", false
}

func itoa(n int) string {
	if n >= 10 {
		return itoa(n/10) + string(rune('0'+n%10))
	}
	return string(rune('0' + n))
}

// flush turns the stretches that go into edits. A literal of which nothing is
// left goes with its quotes where it is an operand of a concatenation.
func (c *cutter) flush() string {
	for i, stretches := range c.drop {
		p := c.t.Pieces[i]
		if !p.Raw && string(c.src[p.Span.Start:p.Span.End]) != p.Text {
			return "the text of the URL holds escapes"
		}
		gone := 0
		for _, s := range merge(stretches) {
			gone += s[1] - s[0]
			c.edits = append(c.edits, remove(c.path, syntax.Span{Start: p.Span.Start + s[0], End: p.Span.Start + s[1]})...)
		}
		if gone == len(p.Text) && !p.Cut.Empty() && c.alone(i) {
			c.edits = append(c.edits, remove(c.path, p.Cut)...)
		}
	}
	return ""
}

// alone reports whether a literal piece is the whole of its operand.
func (c *cutter) alone(i int) bool {
	for j, p := range c.t.Pieces {
		if j != i && p.Operand == c.t.Pieces[i].Operand && p.Via == c.t.Pieces[i].Via {
			return false
		}
	}
	return true
}

// touched lists the definitions in which pieces change.
func (c *cutter) touched() []int {
	seen := map[int]bool{}
	var out []int
	for _, e := range c.edits {
		for _, p := range c.t.Pieces {
			if p.Via >= 0 && !seen[p.Via] && (p.Span.Start <= e.Start && e.Start <= p.Span.End || p.Operand.Start <= e.Start && e.Start < p.Operand.End) {
				seen[p.Via] = true
				out = append(out, p.Via)
			}
		}
	}
	return out
}

func merge(stretches [][2]int) [][2]int {
	var out [][2]int
	for len(stretches) > 0 {
		least := 0
		for i := range stretches {
			if stretches[i][0] < stretches[least][0] {
				least = i
			}
		}
		s := stretches[least]
		stretches = append(append([][2]int(nil), stretches[:least]...), stretches[least+1:]...)
		if n := len(out); n > 0 && s[0] <= out[n-1][1] {
			out[n-1][1] = max(out[n-1][1], s[1])
			continue
		}
		out = append(out, s)
	}
	return out
}
