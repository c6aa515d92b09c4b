package syntax

import (
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
)

// EmptyBranch is the reason against a cut that takes away all that a branch does.
const EmptyBranch = "a branch would be left empty"

// QueryParam is a parameter in the query string of a text.
type QueryParam struct {
	Name string
	// Key is the name in the source.
	Key Span
	// Separator is '?' or '&', 0 where the text begins with the name: what
	// stands before comes from elsewhere. Next is '&' or '#', 0 for the end.
	Separator, Next byte
	// Value are the pieces of the value; literals are cut down to it. Glued
	// says that text and expressions make it together.
	Value []Piece
	Glued bool
	// Cut takes the parameter out and repairs the separators; strings that
	// would be left empty go with their operator, formats lose the argument and
	// their indices move up.
	Cut []Edit
	// Why says why Cut would not be right, empty where it is.
	Why string
}

// atom is a byte of literal text, or an expression.
type atom struct {
	piece int
	at    int // offset in the source
	b     byte
	expr  bool
}

// Query lists the parameters in the query string of a text.
func (f *File) Query(t *Text) []QueryParam {
	if t == nil {
		return nil
	}
	var as []atom
	for i, p := range t.Pieces {
		if !p.Literal {
			as = append(as, atom{piece: i, at: p.Span.Start, expr: true})
			continue
		}
		for at := p.Span.Start; at < p.Span.End; at++ {
			as = append(as, atom{piece: i, at: at, b: f.src[at]})
		}
	}
	var out []QueryParam
	for i := 0; i < len(as); i++ {
		start := i
		if sep := as[i].b; i > 0 || sep == '?' || sep == '&' {
			if sep != '?' && sep != '&' && !t.Pieces[as[i].piece].Separates() {
				continue
			}
			start++
		}
		eq := start
		for eq < len(as) && nameByte(as[eq]) {
			eq++
		}
		if eq == start || eq == len(as) || as[eq].b != '=' {
			continue
		}
		out = append(out, f.queryParam(t, as, start, eq))
	}
	return out
}

// Separates says whether an expression does nothing but to choose between the
// two separators.
func (p Piece) Separates() bool {
	return !p.Literal && separator.MatchString(strings.Join(strings.Fields(p.Text), " "))
}

var separator = pattern.New(`^\(?(?:.* ?\? ?["'\x60][?&]["'\x60] ?: ?["'\x60][?&]["'\x60]|["'][?&]["'] if .* else ["'][?&]["'])\)?$`)

func nameByte(a atom) bool {
	return !a.expr && (isLetter(a.b) || a.b >= '0' && a.b <= '9' || a.b == '_' || a.b == '-' || a.b == '.' || a.b == '[' || a.b == ']')
}

// queryParam reads the parameter whose name is as[start:eq].
func (f *File) queryParam(t *Text, as []atom, start, eq int) QueryParam {
	q := QueryParam{Key: Span{as[start].at, as[eq-1].at + 1}}
	for _, a := range as[start:eq] {
		q.Name += string(a.b)
	}
	end := eq + 1
	for end < len(as) && (as[end].expr || as[end].b != '&' && as[end].b != '#') {
		end++
	}
	stop := end // a shell may need "\&" to separate
	if end > eq+1 && end < len(as) && as[end-1].b == '\\' {
		stop--
	}
	q.Value = f.values(t, as[eq+1:stop])
	q.Glued = len(q.Value) > 1
	if end < len(as) {
		q.Next = as[end].b
	}
	from, to := start, stop
	var mark []Edit
	if start > 0 && as[start-1].expr { // the expression goes, or serves what follows
		q.Separator = '?'
		if q.Next == '&' {
			to = end + 1
		} else {
			from--
		}
	} else if start > 0 {
		q.Separator = as[start-1].b
		from--
		if from > 0 && as[from-1].b == '\\' {
			from--
		}
		if from > 0 && q.Separator == '&' && as[from-1].b == '?' { // "?&key="
			from--
			q.Separator = '?'
		}
		switch {
		case q.Separator != '?' || q.Next != '&':
		case f.apart(t, as, start, end):
			mark = []Edit{{Span{as[end].at, as[end].at + 1}, "?"}} // what comes next begins the query
		default:
			if as[from].b == '\\' {
				from++
			}
			from++ // keep the question mark, drop the ampersand
			for as[from].b == '&' {
				from++
			}
			to = end + 1
		}
	} else if q.Next == '&' {
		to = end + 1
	}
	q.Cut, q.Why = f.cutAtoms(t, as, from, to)
	q.Cut = append(q.Cut, mark...)
	if mark != nil && f.several(t, as, end) {
		q.Why = "which parameter comes next in the URL depends on the path"
	}
	return q
}

// apart says whether what follows a parameter is written in another place: a
// statement that appends it, or a caller.
func (f *File) apart(t *Text, as []atom, start, end int) bool {
	p, next := t.Pieces[as[start].piece], t.Pieces[as[end].piece]
	return p.Via != next.Via || p.Append != next.Append
}

// several says whether the text may go on in more than one way at as[i]: the
// piece there may be there more than once, or is there on some paths only and
// there is more behind it.
func (f *File) several(t *Text, as []atom, i int) bool {
	next := t.Pieces[as[i].piece]
	if next.Repeated {
		return true
	}
	if !next.Branch {
		return false
	}
	for _, a := range as[i:] {
		if t.Pieces[a.piece].Append != next.Append {
			return true
		}
	}
	return false
}

func (f *File) values(t *Text, as []atom) []Piece {
	var out []Piece
	for _, a := range as {
		p := t.Pieces[a.piece]
		if k := len(out) - 1; p.Literal && k >= 0 && out[k].Literal && out[k].Span.End == a.at {
			out[k].Span.End++
			out[k].Text = f.Text(out[k].Span)
			continue
		}
		if p.Literal {
			p.Span = Span{a.at, a.at + 1}
			p.Text = f.Text(p.Span)
		}
		out = append(out, p)
	}
	return out
}

// cutAtoms takes as[from:to] out of the source.
func (f *File) cutAtoms(t *Text, as []atom, from, to int) (edits []Edit, why string) {
	left := map[Span]int{} // atoms that stay, by operand and by statement
	for i, a := range as {
		if p := t.Pieces[a.piece]; i < from || i >= to {
			left[p.Operand]++
			left[p.Append]++
			left[f.definition(t, p)]++
		}
	}
	for _, h := range t.holes { // what stands there now is no atom of its own
		for _, p := range t.Pieces {
			for _, around := range []Span{p.Operand, p.Append, f.definition(t, p)} {
				if around.Contains(h) {
					left[around]++
				}
			}
		}
	}
	var cut []Span
	empty := map[Span]bool{} // definitions of which nothing is left
	for _, a := range as[from:to] {
		p := t.Pieces[a.piece]
		switch {
		case !p.Append.Empty() && left[p.Append] == 0:
			cut = append(cut, f.line(p.Append))
			if f.onlyStatement(p.Append) {
				why = EmptyBranch
			}
		case p.Append.Empty() && p.Via >= 0 && left[f.definition(t, p)] == 0:
			empty[f.definition(t, p)] = true
		case left[p.Operand] == 0 && !p.Cut.Empty() && p.Format == nil:
			cut = append(cut, p.Cut)
		case left[p.Operand] == 0 && p.Cut.Empty() && p.Format == nil && t.Span != p.Operand && !p.Literal && p.Span == p.Operand:
			why = "nothing would be left of the expression"
		case a.expr:
			cut = append(cut, p.Span)
			if p.Format != nil {
				var spans []Span
				spans, edits, why = f.cutVerb(t, a.piece, edits)
				cut = append(cut, spans...)
			}
		default:
			cut = append(cut, Span{a.at, a.at + 1})
		}
	}
	for s := range empty {
		edits = append(edits, Edit{s, f.Quote("")})
	}
	if s, ok := f.joined(t, as, from, to); ok {
		cut = append(cut, s)
	}
	for _, s := range merge(cut) {
		edits = append(edits, Edit{Span: s})
	}
	sort.Slice(edits, func(i, j int) bool { return edits[i].Span.Start < edits[j].Span.Start })
	for _, e := range edits {
		if f.lang.dollar && e.New == "" && f.runsOn(e.Span) {
			why = "a variable's name would run into the text behind it"
		}
	}
	return edits, why
}

// runsOn says whether $name would touch a letter once the span is cut.
func (f *File) runsOn(s Span) bool {
	if s.End >= len(f.src) || !wordByte(f.src[s.End]) {
		return false
	}
	at := s.Start
	for at > 0 && wordByte(f.src[at-1]) {
		at--
	}
	return at < s.Start && at > 0 && f.src[at-1] == '$'
}

func wordByte(c byte) bool { return isLetter(c) || c >= '0' && c <= '9' || c == '_' || c >= 0x80 }

// definition is the value of the definition in which a piece stands.
func (f *File) definition(t *Text, p Piece) Span {
	if p.Via < 0 || !p.Append.Empty() {
		return Span{-1, -1}
	}
	return t.values[p.Via]
}

// cutVerb takes the argument of a verb out of its list, unless another verb
// uses it, and moves the indices behind it up.
func (f *File) cutVerb(t *Text, piece int, edits []Edit) ([]Span, []Edit, string) {
	v := t.Pieces[piece].Format
	if v.Part {
		return nil, edits, "the key is a part of what the format is given"
	}
	if len(v.Cut) == 0 {
		return nil, edits, "the argument of the format cannot be taken out"
	}
	var renumber []Edit
	for i, p := range t.Pieces {
		o := p.Format
		if i == piece || o == nil || o.Call != v.Call {
			continue
		}
		if o.Argument == v.Argument {
			return nil, edits, ""
		}
		if o.Explicit && o.Name == "" && v.Name == "" && o.Index > v.Index {
			renumber = append(renumber, Edit{p.Span, renumbered(o)})
		}
	}
	if v.Left.New != "" {
		edits = append(edits, v.Left)
	}
	return v.Cut, append(edits, renumber...), ""
}

// renumbered is a verb with the index before its own.
func renumbered(v *Verb) string {
	for shift := range 2 { // written from 0 or from 1
		was, is := strconv.Itoa(v.Index+shift), strconv.Itoa(v.Index+shift-1)
		if i := strings.IndexAny(v.Source, "0123456789"); i >= 0 && strings.HasPrefix(v.Source[i:], was) {
			return v.Source[:i] + is + v.Source[i+len(was):]
		}
	}
	return v.Source
}

// Empties says whether taking out a span would leave a branch without a
// statement.
func (f *File) Empties(s Span) bool {
	text := f.Text(s)
	s.Start += len(text) - len(strings.TrimLeft(text, " \t\r\n"))
	s.End -= len(text) - len(strings.TrimRight(text, " \t\r\n"))
	if s.End <= s.Start {
		return false
	}
	n := f.tree.At(s.Start, s.End).Up(f.lang.statements...)
	return n.OK() && s.Contains(span(n)) && f.onlyStatement(s)
}

// onlyStatement says whether a statement is all that its branch holds.
func (f *File) onlyStatement(s Span) bool {
	n := f.tree.At(s.Start, s.End).Up(f.lang.statements...) // a block has the span of its only statement
	p := n.Parent()
	if p.Is("lambda_literal", "do_block") { // may do nothing
		return false
	}
	return p.Is(f.lang.branches...) && count(p, f.lang.statements...) == 1 || len(p.Kids()) == 1 && p.Parent().Is(f.lang.branches...)
}

// merge sorts spans and joins those that touch or overlap.
func merge(in []Span) []Span {
	sort.Slice(in, func(i, j int) bool { return in[i].Start < in[j].Start })
	var out []Span
	for _, s := range in {
		if k := len(out) - 1; k >= 0 && s.Start <= out[k].End {
			out[k].End = max(out[k].End, s.End)
		} else {
			out = append(out, s)
		}
	}
	return out
}

// joined takes out all between two string literals of which text stays, so that
// they become one: "a?" + "b" reads "a?b". They have to be written alike.
func (f *File) joined(t *Text, as []atom, from, to int) (Span, bool) {
	if from == 0 || to >= len(as) || to-from < 2 {
		return Span{}, false
	}
	a, b := as[from-1].piece, as[to].piece
	p, q := t.Pieces[a], t.Pieces[b]
	if as[from].piece != a || as[to].at != t.Pieces[b].Span.Start && as[to-1].piece != b || a == b || !p.Literal || !q.Literal || p.Operand == q.Operand ||
		p.Via != q.Via || p.Append != q.Append || p.Format != nil || q.Format != nil || f.at(p.Operand).Kind() != f.at(q.Operand).Kind() {
		return Span{}, false
	}
	open := func(i int) string { return f.Text(Span{t.Pieces[i].Operand.Start, f.firstOf(t, i).Span.Start}) }
	if f.firstOf(t, a).Span != p.Span || f.firstOf(t, b).Span != q.Span || open(a) != open(b) || open(a) == "" {
		return Span{}, false
	}
	all := Span{as[from].at, as[to].at}
	if slices.ContainsFunc(f.Comments(), all.Contains) {
		return Span{}, false
	}
	return all, true
}

// firstOf is the first piece of the string in which a piece stands.
func (f *File) firstOf(t *Text, i int) Piece {
	for i > 0 && t.Pieces[i-1].Operand == t.Pieces[i].Operand {
		i--
	}
	return t.Pieces[i]
}
