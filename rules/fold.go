package rules

import "bytes"

// indexFold is bytes.Index without regard to the case of ASCII letters.
func indexFold(text, what []byte) int {
	lo, up := lower(what[0]), upper(what[0])
	for i := 0; i+len(what) <= len(text); {
		j := bytes.IndexByte(text[i:], lo)
		if up != lo {
			if k := bytes.IndexByte(text[i:min(len(text), i+max(j, 0)+1)], up); k >= 0 {
				j = k
			} else if j < 0 {
				j = bytes.IndexByte(text[i:], up)
			}
		}
		if j < 0 || i+j+len(what) > len(text) {
			return -1
		}
		i += j
		if bytes.EqualFold(text[i:i+len(what)], what) {
			return i
		}
		i++
	}
	return -1
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func upper(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}
