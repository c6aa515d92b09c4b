package scanner

import (
	"bytes"
	"strings"
)

// place is what a URL in a text says of where a request goes. Parts that the
// text does not spell out read as "{name}" or "{}".
type place struct {
	host, path string
}

const maxURL = 1000

// urlAround reads the URL that text[at] is part of, back to where it starts:
// a quote, a space, a bracket. It needs no language.
func urlAround(text []byte, at int) place {
	lo := max(0, at-maxURL)
	i := at
	for i > lo {
		c := text[i-1]
		if c == '"' || c == '\'' || c == '`' || isSpace(c) || c == '<' || c == '>' {
			break
		}
		i--
	}
	return parseURL(string(text[i:at]))
}

// parseURL takes the host and the normalised path out of the text of a URL,
// or of a piece of one.
func parseURL(s string) place {
	var p place
	if i := strings.Index(s, "://"); i >= 0 {
		rest := s[i+3:]
		end := strings.IndexAny(rest, "/?#\"' ")
		if end < 0 {
			end = len(rest)
		}
		p.host = hostOf(rest[:end])
		s = rest[end:]
	} else if i := strings.IndexByte(s, '/'); i > 0 && strings.Contains(s[:i], ".") && !strings.ContainsAny(s[:i], "${}()%# ") {
		p.host = hostOf(s[:i])
		s = s[i:]
	} else if i > 0 {
		// What stands before the first "/" is a base that is not spelled out.
		if strings.ContainsAny(s[:i], "${}%#") {
			s = s[i:]
		}
	}
	if i := strings.IndexAny(s, "?"); i >= 0 {
		s = s[:i]
	}
	p.path = normalPath(s)
	return p
}

func hostOf(s string) string {
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		s = s[i+1:]
	}
	if i := strings.IndexByte(s, ':'); i >= 0 {
		s = s[:i]
	}
	if strings.ContainsAny(s, "${}%#()") {
		return ""
	}
	return strings.ToLower(strings.Trim(s, "."))
}

// localHost reports whether a host names no party: this machine, or a name
// that is only an example.
func localHost(h string) bool {
	return h == "" || h == "localhost" || strings.HasPrefix(h, "127.") || h == "0.0.0.0" || strings.HasSuffix(h, ".local") ||
		!strings.Contains(h, ".")
}

// normalPath replaces what a path does not spell out by "{name}": ${x}, #{x},
// {$x}, {x}, $x, %s, {0}, <x>, :x.
func normalPath(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case (c == '$' || c == '#') && i+1 < len(s) && (s[i+1] == '{' || s[i+1] == '('):
			n := closing(s, i+1)
			b.WriteString("{" + lastName(s[i+2:max(n-1, i+2)]) + "}")
			i = n
		case c == '{':
			n := closing(s, i)
			b.WriteString("{" + lastName(s[i+1:max(n-1, i+1)]) + "}")
			i = n
		case c == '<' && strings.IndexByte(s[i:], '>') > 0:
			n := i + strings.IndexByte(s[i:], '>') + 1
			b.WriteString("{" + lastName(s[i+1:n-1]) + "}")
			i = n
		case c == '$' || c == ':' && i > 0 && s[i-1] == '/':
			n := i + 1
			for n < len(s) && isIdent(s[n]) {
				n++
			}
			b.WriteString("{" + s[i+1:n] + "}")
			i = n
		case c == '%' && i+1 < len(s) && strings.IndexByte("sdvq@i", s[i+1]) >= 0:
			b.WriteString("{}")
			i += 2
		case c == '\\' && i+1 < len(s) && s[i+1] == '/':
			i++
		default:
			b.WriteByte(c)
			i++
		}
	}
	return b.String()
}

// closing gives the offset after the bracket that closes the one at i.
func closing(s string, i int) int {
	depth := 0
	for j := i; j < len(s); j++ {
		switch s[j] {
		case '{', '(':
			depth++
		case '}', ')':
			if depth--; depth == 0 {
				return j + 1
			}
		}
	}
	return len(s)
}

// lastName gives the last identifier of an expression: appId in this.appId.
func lastName(expr string) string {
	end := len(expr)
	for end > 0 && !isIdent(expr[end-1]) {
		end--
	}
	start := end
	for start > 0 && isIdent(expr[start-1]) && expr[start-1] != '$' {
		start--
	}
	return expr[start:end]
}

// hostsIn lists the hosts of the URLs of a piece of text.
func hostsIn(piece []byte) []string {
	var out []string
	for i := 0; ; {
		j := bytes.Index(piece[i:], []byte("://"))
		if j < 0 {
			return out
		}
		i += j + 3
		end := i
		for end < len(piece) && (isAlnum(piece[end]) || strings.IndexByte(".-_@:${}", piece[end]) >= 0) {
			end++
		}
		if h := hostOf(string(piece[i:end])); h != "" && strings.Contains(h, ".") {
			out = append(out, h)
		}
		i = end
	}
}

// ParseURL takes the host and the normalised path out of the text of a URL, in
// which what is not spelled out reads as "{name}".
func ParseURL(url string) (host, path string) {
	p := parseURL(url)
	return p.host, p.path
}
