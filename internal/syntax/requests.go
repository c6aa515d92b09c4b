package syntax

import (
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
)

// requests is a format that writes requests down instead of sending them by
// calls: it has no functions and no scopes, and values that whoever sends the
// requests keeps under a name stand in it as {{name}}.
func requests(kinds ...string) *language {
	none := func(*File, node) node { return node{} }
	return &language{
		scopes: []string{"document"}, statements: []string{"document"}, comments: []string{"comment"},
		template: true,
		unwrap:   func(n node) node { return n },
		concat:   func(node) (l, r node, ok bool) { return },
		format:   func(*File, node) (formatCall, bool) { return formatCall{}, false },
		same:     none,
		query:    none,
		defs:     func(node) []def { return nil },
		name:     func(node) string { return "" },
		member:   func(node) (node, string) { return node{}, "" },
		module:   func(node) string { return "" },
		callback: func(node) bool { return false },
		invoke:   func(*File, node) (*Invocation, bool) { return nil, false },
		dict:     func(*File, node) ([]Entry, bool, bool) { return nil, false, false },
		set:      func(*File, node) (node, Entry, bool) { return node{}, Entry{}, false },
		value:    func(*File, node) (Value, bool) { return Value{}, false },
		pieces: func(n node) ([]Piece, bool) {
			if !n.Is(kinds...) {
				return nil, false
			}
			return braced(n.Text(), n.Start()), true
		},
	}
}

// Template says whether the file takes values by name from an environment that
// is kept beside it: a new name is as good as an old one.
func (f *File) Template() bool { return f.lang != nil && f.lang.template }

var inBraces = pattern.New(`\{\{[^{}\n]*\}\}`)

// braced lists the pieces of a text in which {{name}} stands for a value.
func braced(text string, start int) []Piece {
	var out []Piece
	lit := func(from, to int) {
		if to > from {
			out = append(out, Piece{Literal: true, Raw: true, Via: -1, Span: Span{start + from, start + to}, Text: text[from:to]})
		}
	}
	at := 0
	for _, m := range inBraces.FindAllStringIndex(text, -1) {
		lit(at, m[0])
		s := Span{start + m[0], start + m[1]}
		out = append(out, Piece{Span: s, Expr: s, Text: text[m[0]:m[1]], Via: -1})
		at = m[1]
	}
	lit(at, len(text))
	if len(out) == 0 {
		out = append(out, Piece{Literal: true, Raw: true, Via: -1, Span: Span{start, start + len(text)}})
	}
	return out
}

// textOf is a text that was taken apart.
func textOf(s Span, ps []Piece) *Text {
	for i := range ps {
		ps[i].Operand = s
	}
	return &Text{Span: s, Pieces: ps}
}

// braceValue is what {{name}}, or a text, stands for.
func (f *File) braceValue(s Span) Value {
	text := f.Text(s)
	m := inBraces.FindStringIndex(text)
	switch {
	case m == nil:
		return Value{Kind: Literal, Text: text, Span: s}
	case m[0] > 0 || m[1] < len(text):
		return Value{Span: s}
	}
	name := strings.TrimSpace(text[2 : len(text)-2])
	if m := environment.FindStringSubmatch(name); m != nil {
		return Value{Kind: Env, Name: m[1], Span: s}
	}
	b := f.variableNamed(name)
	if b == nil || len(b.Defs) != 1 {
		return Value{Kind: Config, Name: strings.TrimPrefix(name, "_."), Span: s}
	}
	v := f.braceOnce(b.Defs[0].Value)
	v.Via = append([]*Binding{b}, v.Via...)
	return v
}

// braceOnce is the value of a definition; one that leads on is not followed.
func (f *File) braceOnce(s Span) Value {
	text := f.Text(s)
	if m := inBraces.FindStringIndex(text); m == nil {
		return Value{Kind: Literal, Text: text, Span: s}
	}
	if m := environment.FindStringSubmatch(strings.TrimSpace(strings.Trim(text, "{}"))); m != nil {
		return Value{Kind: Env, Name: m[1], Span: s}
	}
	return Value{Span: s}
}

// environment is a name that reads a variable of the environment.
var environment = pattern.New(`^\$(?:processEnv\s+|dotenv\s+|env\.)(\w+)$`)

// Called is the name that an expression of a template reads: what whoever sends
// the requests has to set.
func (f *File) Called(expr string) string {
	name := strings.TrimSpace(strings.Trim(expr, "{}"))
	if m := environment.FindStringSubmatch(name); m != nil {
		return m[1]
	}
	return strings.TrimPrefix(name, "_.")
}

// CutDefinition is what has to go to take the definition of a variable of a
// template out.
func (f *File) CutDefinition(b *Binding) []Span {
	st := b.Defs[0].Statement
	if n := f.at(st); n.Is("object") {
		return cutItem(f, n)
	}
	return []Span{f.line(st)}
}

// variableNamed is the definition of a name in the file, nil where it comes from
// elsewhere.
func (f *File) variableNamed(name string) *Binding {
	for _, b := range f.bindings {
		if b.Name == name {
			return b
		}
	}
	return nil
}

// defineVariable notes a definition of a name, and where the file reads it.
func (f *File) defineVariable(name, value, statement Span) {
	b := f.variableNamed(f.Text(name))
	if b == nil {
		b = &Binding{Name: f.Text(name), Kind: Variable, Scope: Span{0, len(f.src)}}
		f.bindings = append(f.bindings, b)
		for _, m := range inBraces.FindAllIndex(f.src, -1) {
			if strings.TrimSpace(string(f.src[m[0]+2:m[1]-2])) == b.Name {
				b.Reads = append(b.Reads, Span{m[0], m[1]})
			}
		}
	}
	b.Defs = append(b.Defs, Define{Name: name, Value: value, Statement: statement})
}
