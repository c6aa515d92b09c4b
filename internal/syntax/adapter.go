package syntax

import (
	"slices"
	"strconv"
	"strings"
)

// What the language files share.

func oneOf(s string, list ...string) bool { return slices.Contains(list, s) }

// quoted is the one piece of a string literal with so many bytes of quotes.
func quoted(n node, open, shut int, escape string) Piece {
	p := Piece{Literal: true, Raw: true, Via: -1, Span: Span{n.Start() + open, max(n.Start()+open, n.End()-shut)}}
	p.Text = sliceText(n, p.Span)
	if len(n.Find(escape)) > 0 {
		p.Raw, p.Text = false, unescape(p.Text)
	}
	return p
}

func sliceText(n node, s Span) string {
	return n.Text()[s.Start-n.Start() : s.End-n.Start()]
}

// hole is a place in a template where an expression stands: what has to go to
// take it out, and the expression.
type hole struct {
	span Span
	expr node
}

// embedded lists the pieces of a template whose text lies between two offsets:
// its kids of one kind are expressions, the rest is text.
func embedded(n node, start, end int, kind, escape string, expr func(node) node) []Piece {
	var holes []hole
	for _, k := range n.Kids() {
		if k.Is(kind) {
			holes = append(holes, hole{span(k), expr(k)})
		}
	}
	return template(n, start, end, escape, holes)
}

// template lists the pieces of a template with its holes.
func template(n node, start, end int, escape string, holes []hole) []Piece {
	var out []Piece
	end = max(start, end) // a string that is not closed
	raw := len(n.Find(escape)) == 0
	lit := func(from, to int) {
		if to > from {
			p := Piece{Literal: true, Raw: raw, Via: -1, Span: Span{from, to}, Text: sliceText(n, Span{from, to})}
			if !raw {
				p.Raw = !strings.Contains(p.Text, `\`)
				p.Text = unescape(p.Text)
			}
			out = append(out, p)
		}
	}
	at := start
	for _, h := range holes {
		lit(at, h.span.Start)
		out = append(out, Piece{Span: h.span, Expr: span(h.expr), Text: h.expr.Text(), Via: -1})
		at = h.span.End
	}
	lit(at, end)
	if len(out) == 0 {
		out = append(out, Piece{Literal: true, Raw: true, Via: -1, Span: Span{start, end}})
	}
	return out
}

// unescape decodes the escapes that the languages have in common.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch s[i] {
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r':
			b.WriteByte('\r')
		case '\n':
		case 'x', 'u':
			n := 2
			if s[i] == 'u' {
				n = 4
			}
			if v, err := strconv.ParseUint(s[i+1:min(len(s), i+1+n)], 16, 32); err == nil && i+n < len(s) {
				b.WriteRune(rune(v))
				i += n
				continue
			}
			b.WriteByte(s[i])
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// arguments reads a list in parentheses; split gives a node's name and value,
// and says whether it is a spread.
func (f *File) arguments(inv *Invocation, list node, split func(node) (string, node, bool)) {
	if !list.OK() {
		return
	}
	inv.Arguments = span(list)
	if s := inv.Arguments; s.End-s.Start > 1 && f.src[s.Start] == '(' {
		inv.Arguments = Span{s.Start + 1, s.End - 1}
	}
	for _, a := range list.Kids() {
		name, v, open := split(a)
		inv.Args = append(inv.Args, Argument{Name: name, Value: span(v), Span: span(a), Cut: cutItem(f, a), Open: open, node: v})
	}
}
