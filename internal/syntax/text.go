package syntax

import "strings"

// depth bounds how many definitions are followed, one in the other.
const depth = 4

// A text can be made of names for texts that are made of names, over and over:
// beyond these bounds a name stays one.
const (
	maxPieces   = 500
	maxFollowed = 200
)

// TextAt takes the string expression at a span apart.
func (f *File) TextAt(s Span) *Text {
	if f.lang == nil {
		return nil
	}
	return f.text(f.at(s))
}

func (f *File) text(n node) *Text {
	if !n.OK() {
		return nil
	}
	t := &Text{Span: span(n)}
	t.Pieces = f.flatten(t, n, -1, depth)
	return t
}

// flatten lists the pieces of n, which stands in the via-th definition.
func (f *File) flatten(t *Text, n node, via, left int) []Piece {
	n = f.lang.unwrap(n)
	if inner := f.lang.same(f, n); inner.OK() {
		return f.flatten(t, inner, via, left)
	}
	if f.lang.based != nil {
		if base, path := f.lang.based(n); base.OK() {
			return append(f.flatten(t, base, via, left), f.flatten(t, path, via, left)...)
		}
	}
	if f.lang.segment != nil {
		if sg, ok := f.lang.segment(f, n); ok {
			return f.joinSegment(t, sg, via, left)
		}
	}
	if _, _, ok := f.lang.concat(n); ok {
		if ops := f.operands(n); f.textual(ops) {
			return f.chain(t, ops, via, left)
		}
	}
	if ps, ok := f.lang.pieces(n); ok {
		t.pieces += len(ps)
		for i := range ps {
			ps[i].Via = via
			if ps[i].Operand.Empty() {
				ps[i].Operand = span(n)
			}
		}
		return f.inline(t, ps, via, left)
	}
	if c, ok := f.lang.format(f, n); ok {
		if ps, ok := f.formatted(t, n, c, via, left); ok {
			return ps
		}
	}
	if ps, ok := f.known(t, f.lang.name(n), n, via, left); ok {
		t.holes = append(t.holes, span(n))
		return ps
	}
	t.pieces++
	p := Piece{Span: span(n), Expr: span(n), Operand: span(n), Text: n.Text(), Via: via}
	p.Query = f.written(n)
	return []Piece{p}
}

// written is the literal of entries that an expression writes as a query
// string, directly or through a variable.
func (f *File) written(n node) *Container {
	if q := f.lang.query(f, n); q.OK() {
		return f.writes(q)
	}
	if v, b := f.follow(n); b != nil {
		if q := f.lang.query(f, v); q.OK() {
			return f.writes(q)
		}
	}
	return nil
}

// operands are the leaves of a chain of concatenations, outside of parentheses.
func (f *File) operands(n node) []node {
	var out []node
	for {
		l, r, ok := f.lang.concat(n)
		if !ok {
			break
		}
		out = append(out, r)
		n = l
	}
	out = append(out, n)
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

// textual says whether a chain is one of strings: + also adds numbers.
func (f *File) textual(ops []node) bool {
	for _, o := range ops {
		o = f.lang.unwrap(o)
		if _, ok := f.lang.pieces(o); ok {
			return true
		}
		if _, ok := f.lang.format(f, o); ok || f.written(o) != nil {
			return true
		}
		if v, b := f.follow(o); b != nil {
			if _, _, ok := f.lang.concat(v); ok && f.textual(f.operands(v)) {
				return true
			}
			if _, ok := f.lang.pieces(v); ok {
				return true
			}
			if _, ok := f.lang.format(f, v); ok {
				return true
			}
		}
	}
	return false
}

func (f *File) chain(t *Text, ops []node, via, left int) []Piece {
	var out []Piece
	for i, o := range ops {
		cut := Span{o.Start(), o.End()}
		if i > 0 {
			cut.Start = ops[i-1].End()
		} else {
			cut.End = ops[1].Start()
		}
		deep := left
		if asValue(out) {
			deep = 0
		}
		for _, p := range f.flatten(t, o, via, deep) {
			if p.Via == via && p.Cut.Empty() {
				p.Cut, p.Operand = cut, span(o)
			}
			out = append(out, p)
		}
	}
	return out
}

// inline follows the variables that a template embeds: their text joins in.
func (f *File) inline(t *Text, ps []Piece, via, left int) []Piece {
	var out []Piece
	for _, p := range ps {
		if !p.Literal && !p.Expr.Empty() && !asValue(out) {
			name, n := f.nameAt(p.Expr)
			if name == "" {
				n = f.lang.unwrap(n)
				name = f.lang.name(n)
			}
			if sub, ok := f.known(t, name, n, p.Via, left); ok && hasLiteral(sub) {
				t.holes = append(t.holes, p.Span)
				out = append(out, sub...)
				continue
			}
			p.Query = f.written(n)
		}
		out = append(out, p)
	}
	return out
}

// asValue says whether what follows is the value of a parameter ("…name="): it
// stays an expression, whatever is known of it, so that it can be taken out.
func asValue(before []Piece) bool {
	if k := len(before) - 1; k >= 0 && before[k].Literal {
		return strings.HasSuffix(before[k].Text, "=")
	}
	return false
}

// hasLiteral says whether a piece of a text shows what stands there.
func hasLiteral(ps []Piece) bool {
	for _, p := range ps {
		if p.Literal {
			return true
		}
	}
	return false
}

// variable follows a name to its only definition, and what is appended to it
// before the use.
func (f *File) variable(t *Text, name string, n node, left int) ([]Piece, bool) {
	if name == "" || left == 0 {
		return nil, false
	}
	b := f.lookup(name, n)
	if b == nil {
		return nil, false
	}
	d, ok := b.only()
	if !ok || d.value.Contains(n) {
		return nil, false
	}
	for _, a := range b.appends() {
		if a.statement.Contains(n) {
			return nil, false
		}
	}
	was, ps, ok := f.enter(t, b, d.value, left)
	if !ok {
		return nil, false
	}
	for _, a := range b.appends() {
		if a.at.Start() > n.Start() && f.scope(a.at) == f.scope(n) {
			if f.recurs(n, a, d) {
				return nil, false
			}
			continue
		}
		t.Conditional = t.Conditional || a.conditional || d.conditional
		for _, p := range f.appended(t, a, was, left-1) {
			if p.Append.Empty() {
				p.Append, p.Branch, p.Repeated = span(a.statement), a.conditional, a.repeated && f.outruns(a, d)
			}
			ps = append(ps, p)
		}
	}
	t.Conditional = t.Conditional || d.conditional
	return ps, true
}

// appended lists the pieces that a definition appends.
func (f *File) appended(t *Text, a def, via, left int) []Piece {
	if !a.again {
		return f.flatten(t, a.value, via, left)
	}
	v := f.lang.unwrap(a.value)
	if ps := f.behind(v, a.name); ps != nil {
		for i := range ps {
			ps[i].Via, ps[i].Operand = via, span(v)
		}
		return f.inline(t, ps, via, left)
	}
	if f.adds(v) { // a parameter, which is no part of the text
		return nil
	}
	ops := f.operands(v)
	var out []Piece
	for _, p := range f.chain(t, ops, via, left) {
		if p.Via != via || p.Operand != span(ops[0]) {
			out = append(out, p)
		}
	}
	return out
}
