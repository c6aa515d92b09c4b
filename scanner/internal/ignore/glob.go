package ignore

import (
	"fmt"
	"strings"
	"sync"

	gitignore "github.com/sabhiram/go-gitignore"
)

// glob is a pattern without its "!" and slashes at both ends. The shapes that make up nearly all ignore files are
// compared as strings; the others are compiled when a path first has the right beginning and end.
type glob struct {
	anchored bool   // compared with the path from the base, else with the name
	prefix   string // what the text begins with
	suffix   string // what the text ends with, after a wildcard
	shape    shape
	line     string // for shapeOther: the pattern in the language of the library

	once    sync.Once
	library *gitignore.GitIgnore
}

type shape uint8

const (
	shapeLiteral shape = iota // prefix
	shapeStar                 // prefix*suffix
	shapeInside               // prefix/**
	shapeOther
)

func (g *glob) isLiteral() bool { return g.shape == shapeLiteral }

func (g *glob) isSuffix() bool {
	return g.shape == shapeStar && !g.anchored && g.prefix == "" && g.suffix != ""
}

// match compares with a path from the base and its last part.
func (g *glob) match(rel, name string) bool {
	text := name
	if g.anchored {
		text = rel
	}
	if len(text) < len(g.prefix)+len(g.suffix) || !strings.HasPrefix(text, g.prefix) || !strings.HasSuffix(text, g.suffix) {
		return false
	}
	switch g.shape {
	case shapeLiteral:
		return text == g.prefix
	case shapeStar:
		return !g.anchored || strings.IndexByte(text[len(g.prefix):len(text)-len(g.suffix)], '/') < 0
	case shapeInside:
		return len(text) > len(g.prefix)
	}
	g.once.Do(func() { g.library = gitignore.CompileIgnoreLines(g.line) })
	return g.library.MatchesPath(bytesAsRunes(text))
}

// parseGlob translates a pattern of git, which is bytes, into one of the library, which is a regular expression over
// runes: each byte becomes the rune of the same number. It writes only what the library passes on as it stands: no dot,
// question mark or star, all literals but letters, digits and "/_-" as numbers, and a "$" that turns the library's own
// ending "(|/.*)$" into nothing. It reports false for a pattern that matches nothing.
func parseGlob(text string, anchored, fold bool) (*glob, bool) {
	if rest, ok := strings.CutPrefix(text, "**/"); ok && !strings.Contains(rest, "/") {
		return parseGlob(rest, false, fold) // **/name is name
	}
	t := translator{text: text, fold: fold}
	for t.at < len(t.text) {
		if !t.token() {
			return nil, false
		}
	}
	if text == "" {
		return nil, false
	}
	g := &glob{anchored: anchored, prefix: t.prefix.String(), suffix: t.suffix.String()}
	switch {
	case t.wildcards == 0:
		g.shape = shapeLiteral
	case t.wildcards == 1 && t.stars == 1:
		g.shape = shapeStar
	case t.wildcards == 1 && t.inside:
		g.shape = shapeInside
	default:
		g.shape, g.line = shapeOther, "/"+t.out.String()+"$"
	}
	return g, true
}

// Parts of regular expressions, without a dot, a star or a question mark.
const (
	oneByte   = `[^/]`
	someBytes = `[^/]{0,}`
	anything  = `[\x00-\xFF]{0,}`
	something = `[\x00-\xFF]{1,}`
	someDirs  = `(|[\x00-\xFF]{1,}/)`
)

type translator struct {
	text           string
	at             int
	fold           bool
	out            strings.Builder
	prefix, suffix strings.Builder
	wildcards      int
	stars          int  // wildcards that are single stars
	inside         bool // ends with /**
}

// token translates one token; it reports false if the pattern can match nothing.
func (t *translator) token() bool {
	c := t.text[t.at]
	switch c {
	case '\\':
		if t.at+1 == len(t.text) {
			return false
		}
		c = t.text[t.at+1]
		if t.fold && lower(c) != c {
			return false // git lowers the text, but not what is escaped
		}
		t.literal(c)
		t.at += 2
	case '?':
		t.wildcard(oneByte)
		t.at++
	case '*':
		t.star()
	case '[':
		set, next, ok := parseClass(t.text, t.at+1, t.fold)
		if !ok {
			return false
		}
		t.at = next
		set['/'] = false
		return t.class(&set)
	default:
		t.literal(c)
		t.at++
	}
	return true
}

func (t *translator) literal(c byte) {
	if t.fold {
		c = lower(c)
	}
	if t.wildcards == 0 {
		t.prefix.WriteByte(c)
	} else {
		t.suffix.WriteByte(c)
	}
	if c == '/' || c == '_' || c == '-' || c-'0' < 10 || lower(c)-'a' < 26 {
		t.out.WriteByte(c)
		return
	}
	fmt.Fprintf(&t.out, `\x%02X`, c)
}

func (t *translator) wildcard(expression string) {
	t.wildcards++
	t.suffix.Reset()
	t.out.WriteString(expression)
}

// star translates a run of stars. Two or more between slashes, or at an end, cross directories.
func (t *translator) star() {
	begin := t.at
	for t.at < len(t.text) && t.text[t.at] == '*' {
		t.at++
	}
	bounded := begin == 0 || t.text[begin-1] == '/'
	rest := t.text[t.at:]
	switch {
	case t.at-begin < 2 || !bounded:
		t.stars++
		t.wildcard(someBytes)
	case rest == "": // the slash before it is a literal already
		t.inside = true
		t.wildcard(something)
	case rest[0] == '/':
		t.wildcard(someDirs)
		t.at++
	case strings.HasPrefix(rest, `\/`): // git does not let this one stand for no directory
		t.wildcard(anything)
	default:
		t.stars++
		t.wildcard(someBytes)
	}
}

// class writes a set of bytes as ranges of runes; it reports false if the set is empty.
func (t *translator) class(set *[256]bool) bool {
	var ranges strings.Builder
	for c := 1; c < 256; c++ {
		if !set[c] {
			continue
		}
		from := c
		for c+1 < 256 && set[c+1] {
			c++
		}
		fmt.Fprintf(&ranges, `\x%02X-\x%02X`, from, c)
	}
	if ranges.Len() == 0 {
		return false
	}
	t.wildcard("[" + ranges.String() + "]")
	return true
}

// bytesAsRunes gives each byte the rune of the same number.
func bytesAsRunes(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			r := make([]rune, len(s))
			for k := range len(s) {
				r[k] = rune(s[k])
			}
			return string(r)
		}
	}
	return s
}
