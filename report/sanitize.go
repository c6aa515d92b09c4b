package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What comes from a scanned repository (text, paths, names of branches) can
// hold anything: escape sequences that repaint a terminal, bidirectional
// overrides that show code in another order than it runs in, bytes that are no
// text, and commands that a CI system reads from the log of a job. This file
// is the one place that makes such text safe to print.

// unprintable reports whether a rune must not reach a terminal as it is:
// controls, format characters (bidirectional overrides, zero-width characters,
// tags), surrogates, private and unassigned code points. Spaces of all widths
// are left alone.
func unprintable(r rune) bool {
	return !unicode.IsPrint(r) && !unicode.Is(unicode.Zs, r)
}

// glyph is how a rune of the given size in bytes is shown. Each control
// character below 0x20 has a picture of its own; other unprintable runes are
// named, and bytes that are no UTF-8 are shown as such, so that two different
// names never look the same.
func glyph(r rune, size int, raw string) string {
	switch {
	case r == utf8.RuneError && size == 1:
		return fmt.Sprintf(`\x%02x`, raw[0])
	case r < 0x20:
		return string(rune(0x2400) + r)
	case r == 0x7f:
		return "\u2421"
	case unprintable(r):
		return fmt.Sprintf("<U+%04X>", r)
	}
	return raw[:size]
}

// clean makes text of a repository safe to print within a line.
func clean(s string) string {
	if isClean(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		b.WriteString(glyph(r, size, s[i:]))
		i += size
	}
	return disarm(b.String())
}

func isClean(s string) bool {
	if strings.Contains(s, "##") || !utf8.ValidString(s) {
		return false
	}
	return strings.IndexFunc(s, unprintable) < 0
}

// disarm breaks the commands that a CI system obeys wherever they stand in a
// line: "##[group]" of GitHub Actions and "##vso[…]" of Azure Pipelines. A
// sharp sign that looks alike takes the place of the second "#".
func disarm(s string) string {
	s = strings.ReplaceAll(s, "##[", "#\u266f[")
	return strings.ReplaceAll(s, "##vso[", "#\u266fvso[")
}

// disarmLine breaks the commands that GitHub Actions obeys at the start of a
// line, spaces before them or not ("::add-mask::…"): the first colon becomes
// one that looks alike. It is applied to whole lines, so that no way of
// wrapping text can make a command of it.
func disarmLine(line string) string {
	rest := strings.TrimLeftFunc(line, unicode.IsSpace)
	if !strings.HasPrefix(rest, "::") {
		return line
	}
	return line[:len(line)-len(rest)] + "\ua789" + rest[1:]
}
