package ignore

import "strings"

// parseClass reads a bracket expression whose first byte after the "[" is at text[i]. It returns the bytes that are in
// the set and where the expression ends, or false where git gives up on the pattern: an unclosed set, an unknown class
// name.
//
// It does what git's wildmatch does, oddities included: a "]" that comes first is a member, a range may be empty, and
// with fold the text is lowered but single members are not.
func parseClass(text string, i int, fold bool) (set [256]bool, end int, ok bool) {
	at := func(i int) byte { // 0 at the end, as in a C string; patterns hold no NUL
		if i < len(text) {
			return text[i]
		}
		return 0
	}
	negate := at(i) == '!' || at(i) == '^'
	if negate {
		i++
	}
	previous := byte(0) // the member that a range can begin with, 0 for none
	for first := true; first || at(i) != ']'; i++ {
		first = false
		c := at(i)
		switch {
		case c == 0:
			return set, 0, false
		case c == '\\':
			i++
			if c = at(i); c == 0 {
				return set, 0, false
			}
			set[c] = true
		case c == '-' && previous != 0 && at(i+1) != 0 && at(i+1) != ']':
			i++
			if c = at(i); c == '\\' {
				i++
				if c = at(i); c == 0 {
					return set, 0, false
				}
			}
			addRange(&set, previous, c, fold)
			c = 0
		case c == '[' && at(i+1) == ':':
			name, isName, ok := className(text[i+2:])
			if !ok || isName && !addNamed(&set, name, fold) {
				return set, 0, false
			}
			if !isName { // "[:" is two members
				set['['] = true
				break
			}
			i, c = i+len("[:")+len(name)+len(":"), 0
		default:
			set[c] = true
		}
		previous = c
	}
	if negate {
		for c := range set {
			set[c] = !set[c]
		}
	}
	return set, i + 1, true
}

// className reads the name of a class behind its "[:". It is none if the next "]" has no colon before it; without a "]" git
// gives up on the pattern.
func className(text string) (name string, isName, ok bool) {
	close := strings.IndexByte(text, ']')
	if close < 0 {
		return "", false, false
	}
	name, isName = strings.CutSuffix(text[:close], ":")
	return name, isName, true
}

func addRange(set *[256]bool, from, to byte, fold bool) {
	for c := int(from); c <= int(to); c++ {
		set[c] = true
		if fold {
			set[lower(byte(c))] = true
		}
	}
}

// addNamed adds a class like "digit"; it reports false for names that git does not know. Its classes are those of ASCII.
func addNamed(set *[256]bool, name string, fold bool) bool {
	in, ok := named[name]
	if !ok {
		return false
	}
	for c := range 128 {
		if in(byte(c)) || fold && name == "upper" && isLower(byte(c)) {
			set[c] = true
		}
	}
	return true
}

var named = map[string]func(byte) bool{
	"alnum":  func(c byte) bool { return isLetter(c) || isDigit(c) },
	"alpha":  isLetter,
	"blank":  func(c byte) bool { return c == ' ' || c == '\t' },
	"cntrl":  func(c byte) bool { return c < 0x20 || c == 0x7f },
	"digit":  isDigit,
	"graph":  func(c byte) bool { return c > 0x20 && c < 0x7f },
	"lower":  isLower,
	"print":  func(c byte) bool { return c >= 0x20 && c < 0x7f },
	"punct":  func(c byte) bool { return c > 0x20 && c < 0x7f && !isLetter(c) && !isDigit(c) },
	"space":  func(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' },
	"upper":  func(c byte) bool { return c-'A' < 26 },
	"xdigit": func(c byte) bool { return isDigit(c) || lower(c)-'a' < 6 },
}

func isDigit(c byte) bool  { return c-'0' < 10 }
func isLower(c byte) bool  { return c-'a' < 26 }
func isLetter(c byte) bool { return lower(c)-'a' < 26 }
