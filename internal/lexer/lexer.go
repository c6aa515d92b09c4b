package lexer

import (
	"bytes"
	"sort"
	"strings"
)

// Kind is what a token is.
type Kind uint8

// The kinds of tokens. What lies between them is code.
const (
	Comment Kind = iota + 1
	String
)

// Token is a comment or a string literal with its delimiters. Offsets are in
// bytes, half-open.
type Token struct {
	Kind       Kind
	Start, End int
	Open       int // bytes of the opening delimiter, prefix letters excluded
	Close      int // bytes of the closing delimiter
}

// Bracket is a pair of brackets in code; Close is -1 where none was found.
type Bracket struct {
	Open, Close int
	Parent      int // index of the enclosing pair, -1 at the top
}

// Text is a source text taken apart.
type Text struct {
	Lang     *Lang
	Src      []byte
	Tokens   []Token
	Brackets []Bracket
}

// Lex takes a text apart.
func Lex(lang *Lang, src []byte) *Text {
	t := &Text{Lang: lang, Src: src}
	if lang.Prose {
		return t
	}
	s := scan{t: t, open: -1}
	if lang == php && !bytes.HasPrefix(bytes.TrimLeft(src, " \t\r\n\xef\xbb\xbf"), []byte("<?")) && bytes.Contains(src, []byte("<?")) {
		s.i = max(bytes.Index(src, []byte("<?")), 0)
	}
	special := lang.special()
	for s.i < len(src) {
		if c := src[s.i]; special[c] {
			s.step()
		} else {
			s.pass(c)
		}
	}
	return t
}

// special are the bytes with which something other than plain code can begin.
func (l *Lang) special() (set [256]bool) {
	for _, c := range []byte(l.Quotes + "()[]{}") {
		set[c] = true
	}
	for _, b := range l.Block {
		set[strings.TrimPrefix(b[0], "\n")[0]] = true
	}
	for _, mark := range append(l.Line[:len(l.Line):len(l.Line)], l.Long...) {
		set[mark[0]] = true
	}
	set['\''] = set['\''] || l.Chars
	set['/'] = set['/'] || l.Regex
	set['<'] = set['<'] || l.heredocs()
	set['?'] = set['?'] || l == php
	return set
}

func (l *Lang) heredocs() bool { return l == php || l == ruby || l == shell || l == perl }

type scan struct {
	t    *Text
	i    int
	open int // index of the innermost open bracket
	// code is the last byte of code before i, spaces left out: it tells a
	// division from a regular expression.
	code byte
}

func (s *scan) step() {
	src, l := s.t.Src, s.t.Lang
	c := src[s.i]
	if end := s.comment(); end > 0 {
		s.add(Comment, s.i, end, 0, 0)
		return
	}
	if l == php && c == '?' && bytes.HasPrefix(src[s.i:], []byte("?>")) {
		next := bytes.Index(src[s.i:], []byte("<?"))
		if next < 0 {
			next = len(src) - s.i
		}
		s.i += next
		return
	}
	if s.str(c) {
		return
	}
	if l.Regex && c == '/' && s.regex() {
		return
	}
	if l.heredocs() && c == '<' && s.heredoc() {
		return
	}
	s.bracket(c)
	s.pass(c)
}

// pass goes on over a byte of code.
func (s *scan) pass(c byte) {
	if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
		s.code = c
	}
	s.i++
}

func (s *scan) add(k Kind, start, end, open, closing int) {
	s.t.Tokens = append(s.t.Tokens, Token{Kind: k, Start: start, End: end, Open: open, Close: closing})
	s.i = end
	if k == String {
		s.code = '"'
	}
}

// comment gives the end of the comment that starts here, or 0.
func (s *scan) comment() int {
	src, l := s.t.Src, s.t.Lang
	for _, b := range l.Block {
		opening := b[0]
		if opening[0] == '\n' {
			opening = opening[1:]
			if s.i > 0 && src[s.i-1] != '\n' {
				continue
			}
		}
		if !hasPrefix(src, s.i, opening) {
			continue
		}
		if end := bytes.Index(src[s.i+len(opening):], []byte(b[1])); end >= 0 {
			return s.i + len(opening) + end + len(b[1])
		}
		return len(src)
	}
	for _, line := range l.Line {
		if !hasPrefix(src, s.i, line) || !s.startsComment(line) {
			continue
		}
		return lineEnd(src, s.i)
	}
	return 0
}

// startsComment says whether a comment mark at i counts: "#" inside a shell
// word does not, nor does "//" in the middle of an unquoted URL.
func (s *scan) startsComment(mark string) bool {
	if s.i == 0 {
		return true
	}
	prev := s.t.Src[s.i-1]
	if s.t.Lang.Words {
		return prev == ' ' || prev == '\t' || prev == '\n' || prev == ';' || prev == '\r'
	}
	if mark == "//" {
		return prev != ':'
	}
	if mark == "#" && s.t.Lang == php {
		return s.i+1 >= len(s.t.Src) || s.t.Src[s.i+1] != '['
	}
	return true
}

func (s *scan) bracket(c byte) {
	switch c {
	case '(', '[', '{':
		s.t.Brackets = append(s.t.Brackets, Bracket{Open: s.i, Close: -1, Parent: s.open})
		s.open = len(s.t.Brackets) - 1
	case ')', ']', '}':
		want := byte('(')
		if c != ')' {
			want = c - 2 // "[" and "{" stand two before
		}
		for b, depth := s.open, 0; b >= 0 && depth < 8; b, depth = s.t.Brackets[b].Parent, depth+1 {
			if s.t.Src[s.t.Brackets[b].Open] == want {
				s.t.Brackets[b].Close = s.i
				s.open = s.t.Brackets[b].Parent
				return
			}
		}
	}
}

// At gives the token that the offset lies in.
func (t *Text) At(off int) (Token, bool) {
	i := sort.Search(len(t.Tokens), func(i int) bool { return t.Tokens[i].End > off })
	if i < len(t.Tokens) && t.Tokens[i].Start <= off {
		return t.Tokens[i], true
	}
	return Token{}, false
}

// InComment reports whether the offset lies in a comment.
func (t *Text) InComment(off int) bool {
	tok, ok := t.At(off)
	return ok && tok.Kind == Comment
}

// Content is the span inside the delimiters of a string.
func (tok Token) Content() (start, end int) { return tok.Start + tok.Open, tok.End - tok.Close }

// Enclosing lists the pairs of brackets around an offset, innermost first.
func (t *Text) Enclosing(off int) []Bracket {
	var out []Bracket
	i := sort.Search(len(t.Brackets), func(i int) bool { return t.Brackets[i].Open >= off }) - 1
	for i >= 0 && len(out) < 40 {
		b := t.Brackets[i]
		if b.Open < off && (b.Close < 0 || b.Close >= off) {
			out = append(out, b)
		}
		i = b.Parent
	}
	return out
}

// Innermost gives the pair of brackets around an offset that opens last.
func (t *Text) Innermost(off int) (Bracket, bool) {
	if around := t.Enclosing(off); len(around) > 0 {
		return around[0], true
	}
	return Bracket{}, false
}

func hasPrefix(src []byte, i int, s string) bool {
	return len(src)-i >= len(s) && string(src[i:i+len(s)]) == s
}

func lineEnd(src []byte, i int) int {
	if n := bytes.IndexByte(src[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(src)
}

func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= 0x80
}

func contains(s string, c byte) bool { return strings.IndexByte(s, c) >= 0 }
