package rules

import "strings"

// NormalName is the form in which names are compared: letters and digits in
// lower case, everything else left out, so that HUBSPOT_API_KEY,
// hubspotApiKey and hubspot-api-key are one name.
func NormalName(name string) string {
	var b strings.Builder
	b.Grow(len(name))
	for i := 0; i < len(name); i++ {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			b.WriteByte(c)
		case 'A' <= c && c <= 'Z':
			b.WriteByte(c + 'a' - 'A')
		}
	}
	return b.String()
}

// NormalPath joins the normal forms of the keys that enclose a value, outermost
// first, with ".": hubspot, crm, api_key gives "hubspot.crm.apikey".
func NormalPath(names ...string) string {
	var parts []string
	for _, n := range names {
		if n = NormalName(n); n != "" {
			parts = append(parts, n)
		}
	}
	return strings.Join(parts, ".")
}
