package scanner

import (
	"bytes"

	"github.com/unhapi/unhapi/scanner/internal/shapes"
)

// minRun is the shortest run of URL-safe base64 characters that a format with
// the shape "run" can be.
const minRun = 40

// findRuns gives the spans of long runs of letters, digits, "-" and "_" that
// start with one of the prefixes and do not read like a name: identifiers can
// be as long, but seldom hold digits. They are parts of the runs of digits of
// base64.
func findRuns(text []byte, runs []shapes.Span, prefixes []string) [][2]int {
	if len(prefixes) == 0 {
		return nil
	}
	var out [][2]int
	for _, r := range runs {
		run := text[r.Start:r.End]
		for i, n := nextRun(run, prefixes, 0); i >= 0; i, n = nextRun(run, prefixes, i+n) {
			out = append(out, [2]int{r.Start + i, r.Start + i + n})
		}
	}
	return out
}

// nextRun finds in a run of digits of base64 the next run of the first kind,
// from a place where one can begin: it starts at at and has n bytes; at is -1
// if there is none.
func nextRun(run []byte, prefixes []string, from int) (at, n int) {
	for len(run)-from >= minRun {
		rest := run[from:]
		n := bytes.IndexByte(rest, '/')
		if n < 0 {
			n = len(rest)
		}
		if n >= minRun { // most are parts of paths
			if i := bytes.IndexByte(rest[:n], '+'); i >= 0 {
				n = i
			}
			if n >= minRun && isValueRun(rest[:minRun], prefixes) {
				return from, n
			}
		}
		from += n + 1
	}
	return -1, 0
}

// A value that is no name holds digits, or capitals side by side, among its
// first minRun characters.
const minDigits, minCapitals = 2, 3

func isValueRun(head []byte, prefixes []string) bool {
	starts := false
	for _, p := range prefixes {
		starts = starts || p == "" || head[0] == p[0] && string(head[:len(p)]) == p
	}
	if !starts {
		return false
	}
	digits, capitals := 0, 0
	for i, c := range head {
		switch {
		case '0' <= c && c <= '9':
			digits++
		case i > 0 && isUpper(c) && isUpper(head[i-1]):
			capitals++
		}
	}
	return digits >= minDigits || capitals >= minCapitals
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }

func isRun(c byte) bool { return isAlnum(c) || c == '-' || c == '_' }

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func isIdent(c byte) bool { return isAlnum(c) || c == '_' || c == '$' || c >= 0x80 }

func isQuote(c byte) bool { return c == '"' || c == '\'' || c == '`' }

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
