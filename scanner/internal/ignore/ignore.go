// Package ignore decides which paths git ignores.
//
// A List holds the patterns of one ignore file, a Stack the lists that apply in a directory: those of the user and of
// .git/info/exclude at the bottom, then the .gitignore files from the root down. The answer is git's own, byte for byte:
// paths and patterns are bytes, not characters, so that "?" is half of an "é".
//
// One thing differs: in "x**/" and "x**" with an x before the stars, the stars are two single ones, as git's manual says.
// What git does there depends on its version and, in older ones, on addresses in memory.
package ignore

import (
	"bytes"
	"strings"
	"sync/atomic"
)

// Options say where patterns stand.
type Options struct {
	Source   string // a name for messages, like "a/.gitignore"
	Base     string // slash path of the directory the patterns are relative to, from the root; "" is the root
	FoldCase bool   // match ASCII letters in either case (core.ignorecase)
}

// Pattern is one line of an ignore file.
type Pattern struct {
	Source string // as in Options
	Line   int    // from 1
	Text   string // as written, without the line's end and unescaped trailing spaces
	Negate bool   // "!": paths that match are not ignored

	dirOnly bool
	glob    *glob
	next    int32 // with glob nil: the next pattern in the same chain, -1 at its end
	used    atomic.Bool
}

// List holds the patterns of one ignore file.
type List struct {
	base     string // "" or with a slash at its end
	fold     bool
	patterns []*Pattern
	names    map[string]int32  // the last pattern that is a plain name
	paths    map[string]int32  // the last pattern that is a plain path from base
	suffixes map[byte][]suffix // patterns like "*.ext", by their last byte, in order
	globs    []int32           // all other patterns, in order
}

type suffix struct {
	text    string
	pattern int32
}

// Parse reads an ignore file. It never fails: what git does not understand matches nothing.
func Parse(content []byte, o Options) *List {
	l := &List{fold: o.FoldCase}
	if o.Base != "" {
		l.base = strings.TrimSuffix(o.Base, "/") + "/"
		if l.fold {
			l.base = foldCase(l.base)
		}
	}
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	for number := 1; len(content) > 0; number++ {
		line, rest, _ := bytes.Cut(content, []byte("\n"))
		content = rest
		text := cleanLine(line)
		if text == "" || text[0] == '#' {
			continue
		}
		l.add(&Pattern{Source: o.Source, Line: number, Text: text, next: -1})
	}
	return l
}

// cleanLine takes away what does not belong to the pattern: one carriage return, what follows a NUL, and spaces at the
// end unless they are escaped. Tabs stay. A backslash at the very end keeps the spaces before it.
func cleanLine(line []byte) string {
	line = bytes.TrimSuffix(line, []byte("\r"))
	if i := bytes.IndexByte(line, 0); i >= 0 {
		line = line[:i]
	}
	end := -1 // where the spaces at the end begin
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case ' ':
			if end < 0 {
				end = i
			}
		case '\\':
			i++
			end = -1
		default:
			end = -1
		}
	}
	if end >= 0 {
		line = line[:end]
	}
	return string(line)
}

// add files a pattern under the cheapest kind that can decide it.
func (l *List) add(p *Pattern) {
	n := int32(len(l.patterns))
	l.patterns = append(l.patterns, p)
	text := p.Text
	if text[0] == '!' {
		p.Negate, text = true, text[1:]
	}
	if strings.HasSuffix(text, "/") {
		p.dirOnly, text = true, text[:len(text)-1]
	}
	anchored := strings.Contains(text, "/")
	g, ok := parseGlob(strings.TrimPrefix(text, "/"), anchored, l.fold)
	switch {
	case !ok: // matches nothing
	case g.isLiteral() && !g.anchored:
		l.names = chain(l.names, g.prefix, p, n)
	case g.isLiteral():
		l.paths = chain(l.paths, g.prefix, p, n)
	case g.isSuffix():
		if l.suffixes == nil {
			l.suffixes = map[byte][]suffix{}
		}
		last := g.suffix[len(g.suffix)-1]
		l.suffixes[last] = append(l.suffixes[last], suffix{g.suffix, n})
	default:
		p.glob = g
		l.globs = append(l.globs, n)
	}
}

// chain puts a pattern before those with the same text, so that the last one of the file is met first.
func chain(m map[string]int32, text string, p *Pattern, n int32) map[string]int32 {
	if m == nil {
		m = map[string]int32{}
	}
	if before, ok := m[text]; ok {
		p.next = before
	}
	m[text] = n
	return m
}

// Patterns returns the patterns in the order of the file. The slice is not to be changed.
func (l *List) Patterns() []*Pattern { return l.patterns }

// maxGlobs is the number of patterns that need a regular expression beyond which a list is Costly. The largest collections
// for a language have about a hundred.
const maxGlobs = 1000

// Costly reports whether the list holds so many patterns that need a regular expression that matching against it would
// take a hostile long time.
func (l *List) Costly() bool { return len(l.globs) > maxGlobs }

// Unused returns the patterns that decided no path so far, in the order of the file.
func (l *List) Unused() []*Pattern {
	var unused []*Pattern
	for _, p := range l.patterns {
		if !p.used.Load() {
			unused = append(unused, p)
		}
	}
	return unused
}

// match returns the last pattern that matches path, or nil. With fold, path is folded.
func (l *List) match(path string, isDir bool) *Pattern {
	if len(path) <= len(l.base) || path[:len(l.base)] != l.base {
		return nil
	}
	rel := path[len(l.base):]
	name := rel[strings.LastIndexByte(rel, '/')+1:]
	best := int32(-1)
	if len(l.names) > 0 {
		best = max(best, l.inChain(l.names, name, isDir))
	}
	if len(l.paths) > 0 {
		best = max(best, l.inChain(l.paths, rel, isDir))
	}
	if len(l.suffixes) > 0 && name != "" {
		all := l.suffixes[name[len(name)-1]]
		for i := len(all) - 1; i >= 0 && all[i].pattern > best; i-- {
			if strings.HasSuffix(name, all[i].text) && (isDir || !l.patterns[all[i].pattern].dirOnly) {
				best = all[i].pattern
			}
		}
	}
	for i := len(l.globs) - 1; i >= 0 && l.globs[i] > best; i-- {
		p := l.patterns[l.globs[i]]
		if (isDir || !p.dirOnly) && p.glob.match(rel, name) {
			best = l.globs[i]
		}
	}
	if best < 0 {
		return nil
	}
	return l.patterns[best]
}

func (l *List) inChain(m map[string]int32, text string, isDir bool) int32 {
	n, ok := m[text]
	if !ok {
		return -1
	}
	for n >= 0 && !isDir && l.patterns[n].dirOnly {
		n = l.patterns[n].next
	}
	return n
}

func lower(c byte) byte {
	if c-'A' < 26 {
		return c | 0x20
	}
	return c
}

// foldCase lowers ASCII letters, which is all that git folds.
func foldCase(s string) string {
	for i := range len(s) {
		if c := s[i]; c-'A' < 26 {
			b := []byte(s)
			for k := range b {
				b[k] = lower(b[k])
			}
			return string(b)
		}
	}
	return s
}
