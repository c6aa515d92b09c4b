package literal

import "strings"

// minStrong is the least length of a good literal.
const minStrong = 5

// common are words of which source text is full. What is made of them alone wakes rules in every other file.
var common = strings.Fields(`
	access account admin and api app application args array auth authorization basic bearer body bool boolean break
	call case class client code com config const content continue count data date def default delete dev develop
	developer doc docs else email end endpoint env error example export false field file filter for format from func
	function get group header headers host hosts http https id if import index info input int integer item items json
	key keys length line link list local localhost log login main map message method model module name net new nil node
	none null number object option options org output package page param parameter params parent pass passwd password
	path port post print private prod property public put query read ref request require resource response result
	return role schema secret secrets self server service session set settings size source src start state static
	status string struct sub super test text the this throw time title token tokens true type undefined update uri url
	user username users val value values var version void web with write www xml yaml`)

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
	words := strings.FieldsFunc(text, func(r rune) bool {
		return r < 0x80 && (r < 'a' || r > 'z')
	})
	letters := len(strings.Join(words, ""))
	switch {
	case letters == 0 && repeats(text):
		return "a repeated character, as in rulers and padding"
	case letters == 0:
		return "holds no letter"
	case letters < 3:
		return "holds fewer than three letters"
	}
	for _, w := range words {
		if !made(w) {
			return ""
		}
	}
	return "made of words that are common in source text"
}

// made reports whether a word is a row of common words and single letters at its ends, as in "x-api-key".
func made(word string) bool {
	if len(word) < 2 {
		return true
	}
	reach := make([]bool, len(word)+1) // word[:i] is a row of common words
	reach[0] = true
	for i := range word {
		if !reach[i] {
			continue
		}
		for _, c := range common {
			if strings.HasPrefix(word[i:], c) {
				reach[i+len(c)] = true
			}
		}
	}
	return reach[len(word)]
}

func repeats(text string) bool {
	return text == "" || strings.Trim(text, text[:1]) == ""
}
