package scanner

import "bytes"

// uuidTail is the length of "-hhhh-hhhh-hhhh-hhhhhhhhhhhh", the part that all
// UUID-like formats share: account keys of every region, tokens, refresh
// tokens. The first group differs from format to format.
const uuidTail = 28

// findUUIDs gives the offsets of the first "-" of every UUID tail in text.
func findUUIDs(dst []int, text []byte) []int {
	for at := nextUUID(text, 0); at >= 0; at = nextUUID(text, at+uuidTail) {
		dst = append(dst, at)
	}
	return dst
}

// nextUUID gives the next of them, -1 if there is none.
func nextUUID(text []byte, from int) int {
	for from+uuidTail <= len(text) {
		j := bytes.IndexByte(text[from:len(text)-uuidTail+1], '-')
		if j < 0 {
			return -1
		}
		from += j
		if isUUIDTail(text[from : from+uuidTail]) {
			return from
		}
		from++
	}
	return -1
}

func isUUIDTail(t []byte) bool {
	if t[5] != '-' || t[10] != '-' || t[15] != '-' {
		return false
	}
	for i := 1; i < uuidTail; i++ {
		if i == 5 || i == 10 || i == 15 {
			continue
		}
		if !isHex(t[i]) {
			return false
		}
	}
	return true
}

// minRun is the shortest run of URL-safe base64 characters that a format with
// the shape "run" can be.
const minRun = 40

// findRuns gives the spans of long runs of letters, digits, "-" and "_" that
// start with one of the prefixes and do not read like a name: identifiers can
// be as long, but seldom hold digits.
func findRuns(text []byte, prefixes []string) [][2]int {
	if len(prefixes) == 0 {
		return nil
	}
	var out [][2]int
	for i := 0; i+minRun <= len(text); {
		// Jump by the shortest run: a byte in a window that is no part of a
		// run rules out every run that starts before it.
		if gap := lastGap(text[i : i+minRun]); gap >= 0 {
			i += gap + 1
			continue
		}
		start, end := i, i+minRun
		for start > 0 && isRun(text[start-1]) && (len(out) == 0 || start > out[len(out)-1][1]) {
			start--
		}
		for end < len(text) && isRun(text[end]) {
			end++
		}
		if isValueRun(text[start:start+minRun], prefixes) {
			out = append(out, [2]int{start, end})
		}
		i = end + 1
	}
	return out
}

// lastGap gives the last byte of a window that is no part of a run, -1 if all
// are.
func lastGap(window []byte) int {
	for i := len(window) - 1; i >= 0; i-- {
		if !runChars[window[i]] {
			return i
		}
	}
	return -1
}

// A value that is no name holds digits, or capitals side by side, among its
// first minRun characters.
const minDigits, minCapitals = 2, 3

func isValueRun(head []byte, prefixes []string) bool {
	starts := false
	for _, p := range prefixes {
		starts = starts || string(head[:len(p)]) == p
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

var runChars = func() (set [256]bool) {
	for c := range 256 {
		set[c] = isAlnum(byte(c)) || c == '-' || c == '_'
	}
	return set
}()

func isRun(c byte) bool { return runChars[c] }

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func isIdent(c byte) bool { return isAlnum(c) || c == '_' || c == '$' || c >= 0x80 }

func isQuote(c byte) bool { return c == '"' || c == '\'' || c == '`' }

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
