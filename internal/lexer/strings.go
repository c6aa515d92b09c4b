package lexer

import "bytes"

// maxLines bounds a string that goes over lines: beyond it, the quote that
// opened it was a stray one.
const maxLines = 400

// str reads a string literal if one starts here.
func (s *scan) str(c byte) bool {
	src, l := s.t.Src, s.t.Lang
	for _, long := range l.Long {
		if hasPrefix(src, s.i, long) {
			return s.long(long)
		}
	}
	if c == '\'' && l.Chars {
		return s.char()
	}
	if !contains(l.Quotes, c) {
		return false
	}
	if l.Words && !s.startsWord(c) {
		return false
	}
	if l == csharp && s.i > 0 && (src[s.i-1] == '@' || s.i > 1 && src[s.i-2] == '@' && src[s.i-1] == '$') {
		return s.verbatim()
	}
	end := s.close(s.i+1, c)
	if end < 0 {
		return false
	}
	s.add(String, s.i, end, 1, 1)
	return true
}

// startsWord: in shell, YAML and INI files a quote inside a word is part of
// it ("don't"), except for the double quote of a shell.
func (s *scan) startsWord(c byte) bool {
	if s.i == 0 {
		return true
	}
	prev := s.t.Src[s.i-1]
	if s.t.Lang.Data || c == '\'' {
		return !isWord(prev)
	}
	return prev != '\\'
}

// close finds the end (after the closing quote) of a string whose content
// starts at i, -1 if it has none.
func (s *scan) close(i int, quote byte) int {
	src, l := s.t.Src, s.t.Lang
	lines := 0
	for i < len(src) {
		c := src[i]
		switch {
		case c == quote:
			if l.Doubled && i+1 < len(src) && src[i+1] == quote {
				i += 2
				continue
			}
			return i + 1
		case c == '\n':
			if lines++; !l.Multi || lines > maxLines {
				return -1
			}
		case c == '\\' && !l.Doubled && !(l == shell && quote == '\''):
			i++
		case l.Interp != "" && quote != '\'' && hasPrefix(src, i, l.Interp):
			if end := s.interpolation(i + len(l.Interp)); end > 0 {
				i = end
				continue
			}
		}
		i++
	}
	return -1
}

// interpolation gives the end of the code that starts at i inside a string:
// after the bracket that closes it. Strings inside the code are skipped.
func (s *scan) interpolation(i int) int {
	src := s.t.Src
	limit := min(len(src), i+2000)
	opening, closing := byte('{'), byte('}')
	if s.t.Lang.Interp == "$(" {
		opening, closing = '(', ')'
	}
	for depth := 1; i < limit; i++ {
		switch c := src[i]; {
		case c == '\\':
			i++
		case c == opening:
			depth++
		case c == closing:
			if depth--; depth == 0 {
				return i + 1
			}
		case c == '"' || c == '\'':
			if n := bytes.IndexByte(src[i+1:limit], c); n >= 0 && bytes.IndexByte(src[i+1:i+1+n], '\n') < 0 {
				i += n + 1
			}
		}
	}
	return -1
}

func (s *scan) long(delim string) bool {
	src, l := s.t.Src, s.t.Lang
	i := s.i + len(delim)
	for i < len(src) {
		switch {
		case hasPrefix(src, i, delim):
			s.add(String, s.i, i+len(delim), len(delim), len(delim))
			return true
		case src[i] == '\\' && l != goLang:
			i++
		case l.Interp != "" && hasPrefix(src, i, l.Interp):
			if end := s.interpolation(i + len(l.Interp)); end > 0 {
				i = end
				continue
			}
		}
		i++
	}
	return false
}

// char reads a character literal; a lone ' (a lifetime, a label) is code.
func (s *scan) char() bool {
	src := s.t.Src
	end := min(len(src), s.i+12)
	for i := s.i + 1; i < end; i++ {
		switch src[i] {
		case '\\':
			i++
		case '\n':
			return false
		case '\'':
			s.add(String, s.i, i+1, 1, 1)
			return true
		}
	}
	return false
}

// verbatim reads a C# string in which a quote is doubled.
func (s *scan) verbatim() bool {
	src := s.t.Src
	for i := s.i + 1; i < len(src); i++ {
		if src[i] != '"' {
			continue
		}
		if i+1 < len(src) && src[i+1] == '"' {
			i++
			continue
		}
		s.add(String, s.i, i+1, 1, 1)
		return true
	}
	return false
}

// regex skips a JavaScript regular expression, whose quotes are no strings.
func (s *scan) regex() bool {
	if s.code != 0 && !contains("(,=:[!&|?{};+-*%<>~^", s.code) {
		return false
	}
	src := s.t.Src
	class := false
	for i := s.i + 1; i < len(src); i++ {
		switch c := src[i]; {
		case c == '\n':
			return false
		case c == '\\':
			i++
		case c == '[':
			class = true
		case c == ']':
			class = false
		case c == '/' && !class && i > s.i+1:
			s.i = i + 1
			s.code = 'x'
			return true
		}
	}
	return false
}

// heredoc reads <<EOT … EOT as a string.
func (s *scan) heredoc() bool {
	src := s.t.Src
	i := s.i
	for i < len(src) && src[i] == '<' {
		i++
	}
	if n := i - s.i; n < 2 || n > 3 {
		return false
	}
	for i < len(src) && contains("-~ \"'", src[i]) {
		i++
	}
	start := i
	for i < len(src) && isWord(src[i]) {
		i++
	}
	name := src[start:i]
	if len(name) < 2 || name[0] < 'A' || name[0] > 'Z' && name[0] != '_' {
		return false
	}
	body := lineEnd(src, i)
	for at := body; at < len(src); {
		next := lineEnd(src, at+1)
		line := bytes.TrimLeft(src[min(at+1, len(src)):next], " \t")
		if bytes.HasPrefix(line, name) && (len(line) == len(name) || !isWord(line[len(name)])) {
			s.heredocToken(body, at)
			return true
		}
		if next >= len(src) {
			break
		}
		at = next
	}
	return false
}

// heredocToken adds the body as a string. Code on the line that opened it is
// code, but brackets there still count, so it is read on its own.
func (s *scan) heredocToken(body, end int) {
	start := min(body+1, len(s.t.Src))
	for s.i < body {
		c := s.t.Src[s.i]
		if c == '"' || c == '\'' {
			if !s.str(c) {
				s.i++
			}
			continue
		}
		s.bracket(c)
		s.i++
	}
	if end < start {
		end = start
	}
	s.add(String, start, end, 0, 0)
}
