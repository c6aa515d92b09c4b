package scanner

import "bytes"

// uuidTail is the length of "-hhhh-hhhh-hhhh-hhhhhhhhhhhh", the part that all
// UUID-like formats share: account keys of every region, tokens, refresh
// tokens. The first group differs from format to format.
const uuidTail = 28

// findUUIDs gives the offsets of the first "-" of every UUID tail in text.
func findUUIDs(dst []int, text []byte) []int {
	for i := 0; ; {
		j := bytes.IndexByte(text[i:], '-')
		if j < 0 || i+j+uuidTail > len(text) {
			return dst
		}
		i += j
		if isUUIDTail(text[i : i+uuidTail]) {
			dst = append(dst, i)
			i += uuidTail
			continue
		}
		i++
	}
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

// findRuns gives the spans of long runs of letters, digits, "-" and "_".
func findRuns(text []byte) [][2]int {
	var out [][2]int
	for i := 0; i < len(text); {
		// Jump by the shortest run: the last byte of a window that is no
		// part of a run rules out every run that starts before it.
		if end := i + minRun - 1; end < len(text) && !isRun(text[end]) {
			i = end + 1
			continue
		}
		start := i
		for start > 0 && isRun(text[start-1]) && (len(out) == 0 || start > out[len(out)-1][1]) {
			start--
		}
		end := i
		for end < len(text) && isRun(text[end]) {
			end++
		}
		if end-start >= minRun {
			out = append(out, [2]int{start, end})
		}
		i = end + 1
	}
	return out
}

func isRun(c byte) bool { return isAlnum(c) || c == '-' || c == '_' }

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func isIdent(c byte) bool { return isAlnum(c) || c == '_' || c == '$' || c >= 0x80 }

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
