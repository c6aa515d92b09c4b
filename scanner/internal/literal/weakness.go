package literal

import "strings"

// minStrong is the least length of a good literal.
const minStrong = 5

// common holds what stands in one of 500 source files or more, written without anything but letters. Rarer pairs, like
// a parameter of eight letters (one in 2,500), are good enough.
var common = strings.Fields(`
	accesstoken account address admin apikey apitoken apiurl application applicationjson array async authorization
	authtoken await baseurl basic bearer boolean break callback catch class clientid clientsecret const content contenttype
	continue count create default define delete description email encoding endpoint error event example export extends
	false field fields filename filter float format function getenv global header headers hostname https import include
	index input instance integer interface items label language length level license lines local localhost login method
	model module month namespace needed number object option options order other output package param params parent
	password processenv primary print private privatekey property protected public publickey query quote reference
	refreshtoken register remove replace request require required resource response result results return returns route
	schema script secret secretkey secrets select service session settings should source split start state static status
	string struct style super switch system table target template tests their there these throw timeout title token
	tokens total trigger types undefined union update userid username users utf value values variable version which while
	width without write yield`)

// Weakness says why a literal is a bad choice to wake a rule, or returns "" for a good one. Few letters and common words
// occur in every other file, and what a matcher lets through costs more than the matching.
func Weakness(literal string) string {
	switch {
	case len(literal) < minStrong:
		return "shorter than five bytes"
	case len(literal) > MaxLength:
		return "longer than 255 bytes"
	}
	text := fold(strings.ReplaceAll(literal, "\x00", "")) // UTF-16 is as common as its letters
	letters := strings.Map(func(r rune) rune {
		if r < 0x80 && (r < 'a' || r > 'z') {
			return -1
		}
		return r
	}, text)
	switch {
	case letters == "":
		return "holds no letter"
	case len(letters) < 3:
		return "holds fewer than three letters"
	}
	for _, scheme := range []string{"https", "http"} { // "https://api." is as common as "api"
		if rest, ok := strings.CutPrefix(letters, scheme); ok {
			rest = strings.TrimPrefix(rest, "www")
			if rest == "" || rest == "api" || rest == "com" {
				return "the beginning of many addresses"
			}
			letters = rest
			break
		}
	}
	for _, c := range common {
		if letters == c {
			return "common in source text"
		}
	}
	return ""
}
