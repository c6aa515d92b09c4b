package rules

import "strings"

// NormalName is the form that tells whether two names are one: letters and
// digits in lower case, everything else left out, so that ACME_API_KEY,
// acmeApiKey and acme-api-key are equal.
func NormalName(name string) string { return strings.ReplaceAll(WordName(name), "-", "") }

// WordName is the form in which rules look at names: the words of the name in
// lower case, joined by "-". ACME_API_KEY and acmeApiKey are
// acme-api-key, HTTPServer is http-server. Words that the writer did not
// separate stay together: mapApiKey holds no "pApi".
func WordName(name string) string {
	var b strings.Builder
	b.Grow(len(name) + 4)
	gap := false
	for i := 0; i < len(name); i++ {
		c := name[i]
		upper := 'A' <= c && c <= 'Z'
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', upper:
			if b.Len() > 0 && (gap || upper && startsWord(name, i)) {
				b.WriteByte('-')
			}
			gap = false
			if upper {
				c += 'a' - 'A'
			}
			b.WriteByte(c)
		default:
			gap = true
		}
	}
	return b.String()
}

// startsWord reports whether the upper-case letter at i begins a word: it
// follows a lower-case letter or a digit, or a lower-case letter follows it.
func startsWord(name string, i int) bool {
	lower := func(j int) bool { return j < len(name) && 'a' <= name[j] && name[j] <= 'z' }
	prev := name[i-1]
	return lower(i-1) || '0' <= prev && prev <= '9' || 'A' <= prev && prev <= 'Z' && lower(i+1)
}

// WordPath joins the word forms of the keys that enclose a value, outermost
// first, with ".": acme, crm, api_key gives "acme.crm.api-key".
func WordPath(names ...string) string {
	var parts []string
	for _, n := range names {
		if n = WordName(n); n != "" {
			parts = append(parts, n)
		}
	}
	return strings.Join(parts, ".")
}
