package syntax

import (
	"strconv"
	"strings"
)

// verbStyle is the notation of a format string.
type verbStyle uint8

const (
	percent verbStyle = iota // %s, %2$s, %(name)s
	braces                   // {}, {0}, {name:>3}
	inTurn                   // {name}: the arguments in their order, whatever the names
)

// formatCall is a format expression as an adapter sees it.
type formatCall struct {
	text  node // the format string
	style verbStyle
	args  []Argument
	stays bool // the call does more than to format
	// offset is the index of the first argument: String.format of some
	// languages counts a leading locale.
}

// formatted lists the pieces of a format string with its arguments in place.
func (f *File) formatted(t *Text, n node, c formatCall, via, left int) ([]Piece, bool) {
	ps := f.flatten(t, c.text, via, left)
	var out []Piece
	next := 0
	for _, p := range ps {
		if !p.Literal {
			out = append(out, p)
			continue
		}
		split, ok := splitVerbs(f, p, c.style)
		if !ok {
			return nil, false
		}
		for _, q := range split {
			if v := q.Format; v != nil {
				if !v.Explicit {
					v.Index = next
					next++
				}
				arg, ok := argument(c.args, v)
				if !ok {
					return nil, false
				}
				v.Args, v.Argument, v.Cut, v.Left = len(c.args), arg.Span, arg.Cut, arg.Left
				v.Call, v.String = span(n), p.Operand
				if whole := span(c.text); len(c.args) == 1 && !c.stays && span(n).Contains(whole) && !escapes(f.Text(whole), c.style) {
					v.Cut = []Span{{v.Call.Start, whole.Start}, {whole.End, v.Call.End}} // nothing is left to format
				}
				q.Expr, q.Text = arg.Value, f.Text(arg.Value)
				if arg.node.OK() {
					q.Query = f.written(f.lang.unwrap(arg.node))
				}
			}
			out = append(out, q)
		}
	}
	return out, true
}

// escapes says whether a format string doubles what begins a verb, so that it
// is not its own text.
func escapes(text string, style verbStyle) bool {
	if style == percent {
		return strings.Contains(text, "%%")
	}
	return strings.Contains(text, "{{") || strings.Contains(text, "}}")
}

func argument(args []Argument, v *Verb) (Argument, bool) {
	if v.Name != "" {
		for _, a := range args {
			if a.Name == v.Name {
				return a, true
			}
		}
		return Argument{}, false
	}
	if v.Index < 0 || v.Index >= len(args) || args[v.Index].Name != "" {
		return Argument{}, false
	}
	return args[v.Index], true
}

// splitVerbs cuts a literal piece at its verbs. It gives up where the bytes are
// not the text, because offsets would be wrong.
func splitVerbs(f *File, p Piece, style verbStyle) ([]Piece, bool) {
	src := f.Text(p.Span)
	var out []Piece
	from, i := 0, 0
	lit := func(end int) {
		if end > from {
			q := p
			q.Span = Span{p.Span.Start + from, p.Span.Start + end}
			q.Text = unverb(src[from:end], style)
			q.Raw = p.Raw && q.Text == src[from:end]
			out = append(out, q)
		}
	}
	for i < len(src) {
		n, v := nextVerb(src[i:], style)
		if n == 0 {
			i++
			continue
		}
		if v == nil { // an escaped % or brace
			i += n
			continue
		}
		lit(i)
		q := p
		q.Literal, q.Text, q.Format = false, "", v
		q.Span = Span{p.Span.Start + i, p.Span.Start + i + n}
		out = append(out, q)
		i += n
		from = i
	}
	lit(len(src))
	return out, p.Raw || !strings.Contains(src, "\\")
}

func unverb(s string, style verbStyle) string {
	if style == percent {
		return strings.ReplaceAll(s, "%%", "%")
	}
	return strings.NewReplacer("{{", "{", "}}", "}").Replace(s)
}

// nextVerb is the length of the verb at the beginning of s, 0 for none, and the
// verb, nil for an escaped character.
func nextVerb(s string, style verbStyle) (int, *Verb) {
	switch style {
	case braces:
		return braceVerb(s)
	case inTurn:
		n, v := braceVerb(s)
		if v != nil {
			v.Name, v.Explicit, v.Index = "", false, 0
		}
		return n, v
	}
	return percentVerb(s)
}

func percentVerb(s string) (int, *Verb) {
	if s[0] != '%' || len(s) < 2 {
		return 0, nil
	}
	if s[1] == '%' {
		return 2, nil
	}
	v := &Verb{}
	i := 1
	if s[1] == '(' || s[1] == '{' || s[1] == '<' { // Python, Ruby
		end := strings.IndexAny(s, ")}>")
		if end < 0 {
			return 0, nil
		}
		v.Name, v.Explicit = s[2:end], true
		i = end + 1
		if s[1] == '{' {
			v.Source = s[:i]
			return i, v
		}
	}
	digits := i
	for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
		digits++
	}
	if digits > i && digits < len(s) && s[digits] == '$' {
		n, _ := strconv.Atoi(s[i:digits])
		v.Index, v.Explicit = n-1, true
		i = digits + 1
	} else if strings.HasPrefix(s[i:], "[") { // Go: %[2]s
		if end := strings.IndexByte(s, ']'); end > 0 {
			n, _ := strconv.Atoi(s[i+1 : end])
			v.Index, v.Explicit = n-1, true
			i = end + 1
		}
	}
	for i < len(s) && strings.IndexByte("+-#0 .123456789", s[i]) >= 0 {
		i++
	}
	if i < len(s) && s[i] == '*' { // the width is an argument, too
		v.Index, v.Explicit = -1, true
		return i + 1, v
	}
	if i >= len(s) || !isLetter(s[i]) || v.Index < 0 {
		return 0, nil
	}
	v.Source = s[:i+1]
	return i + 1, v
}

func isLetter(c byte) bool { return c|32 >= 'a' && c|32 <= 'z' }

func braceVerb(s string) (int, *Verb) {
	if strings.HasPrefix(s, "{{") || strings.HasPrefix(s, "}}") {
		return 2, nil
	}
	if s[0] != '{' {
		return 0, nil
	}
	end := strings.IndexByte(s, '}')
	if end < 0 {
		return 0, nil
	}
	v := &Verb{Source: s[:end+1]}
	field := s[1:end]
	if i := strings.IndexAny(field, ":!,.["); i >= 0 {
		v.Part = field[i] == '.' || field[i] == '['
		field = field[:i]
	}
	if n, err := strconv.Atoi(field); err == nil {
		v.Index, v.Explicit = n, true
	} else if field != "" {
		v.Name, v.Explicit = field, true
	}
	return end + 1, v
}
