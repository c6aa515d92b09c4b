package scanner

import (
	"bytes"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/rules"
)

// This file answers one question without knowing the language of the text:
// under which name does a value stand? History is scanned before the paths of
// a blob are known, so the answer must not depend on the path.

// standing says under which name a value stands.
type standing struct {
	name  string // WordPath of the enclosing keys and the name itself
	last  string // normal form of the name alone
	ident string // the identifier as it is written, for linking uses
	line  []byte // the text of the line before the value
	url   bool   // the value follows "name=" directly, as in a query
	call  bool   // the value is what a call of that name is given
}

// lookBack is how far before a value its name is looked for.
const lookBack = 400

// nameOf finds the name of the value at text[start:].
func nameOf(text []byte, start int, before *seen) standing {
	s := standing{line: lineBefore(text, start)}
	w := before.wordsAt(text, start)
	s.url, s.call = w.url, w.call
	if column := columnOf(text, start); column != "" && !w.url {
		w.words, s.call = []string{column}, false
	}
	if len(w.words) > 0 {
		s.ident = w.words[len(w.words)-1]
		s.last = rules.NormalName(s.ident)
	}
	s.name = rules.WordPath(append(parentKeys(text, start, before), w.words...)...)
	return s
}

// words are what stands before a value.
type words struct {
	words     []string
	url, call bool // see standing
}

// What wordsAt depends on, on either side of the value: a line, of lookBack
// bytes, may begin where the search for the name ends.
const wordsBefore, wordsAfter = 2 * lookBack, lookAhead

// lookAhead is how far behind a value the thing that it belongs to is looked
// for.
const lookAhead = 200

func wordsAt(text []byte, start int) (w words) {
	lo := max(0, start-lookBack)
	i := skipToOperator(text, lo, start)
	direct := i == start
	switch {
	case i > lo && encodedEquals(text[lo:i]) > 0:
		i -= encodedEquals(text[lo:i])
		w.words, w.url = identBefore(text, lo, i), true
	case i > lo && text[i-1] == '=' && direct && (i < 2 || isIdent(text[i-2]) || text[i-2] == '-'):
		w.words, w.url = identBefore(text, lo, i-1), true
	case direct && i-2 > lo && string(text[i-2:i]) == ":-": // ${NAME:-value}
		w.words = identBefore(text, lo, i-2)
	case i > lo && isOperator(text[i-1]):
		w.words = segment(text, lo, accessorStart(text, lo, operatorStart(text, lo, i)))
	case i > lo && text[i-1] == ',':
		w.words = previousArgument(text, lo, i-1)
	case i > lo && text[i-1] == '(':
		w.words, w.call = segment(text, lo, i-1), true
	case i > lo && (text[i-1] == '+' || text[i-1] == '.'):
		w.words = concatenated(text, lo, i-1)
	case i > lo && text[i-1] == '>':
		if plain := unmarked(text[lo:i]); plain != nil {
			return words{words: wordsAt(plain, len(plain)).words}
		}
		w.words = tagName(text, lo, i-1)
	default:
		w.words = lastWords(text, lo, i)
	}
	if n := len(w.words); n > 0 && neutral[strings.ToLower(w.words[n-1])] {
		w.words = append(w.words[:n-1], siblingName(text, start)...)
	}
	return w
}

// neutral are names that only say that something is a value; the thing that
// they are the value of is named beside them.
var neutral = map[string]bool{
	"value": true, "default": true, "content": true, "text": true, "val": true, "data": true,
	"initialvalue": true, "currentvalue": true, "string": true, "defaultvalue": true, "return": true,
	"example": true, "plaintext": true, "stringdata": true, "describe": true, "secret_string": true,
}

// skipToOperator goes back from a value over quotes, prefixes of strings,
// authentication schemes and spaces.
func skipToOperator(text []byte, lo, i int) int {
	for range 6 {
		before := i
		for i > lo && (text[i-1] == '"' || text[i-1] == '\'' || text[i-1] == '`' || text[i-1] == '<' || text[i-1] == '\\') {
			i--
		}
		if i < before && i > lo && i-2 >= lo && strings.IndexByte("bBuUrRfF@$", text[i-1]) >= 0 && !isIdent(text[i-2]) {
			i--
		}
		if i < before {
			if n := len("%22"); i-n >= lo && string(text[i-n:i]) == "%22" {
				i -= n
			}
		}
		for i > lo && isSpace(text[i-1]) {
			i--
		}
		for _, scheme := range []string{"Bearer", "bearer", "Token", "token", "Basic"} {
			if i-len(scheme) >= lo && i < before && string(text[i-len(scheme):i]) == scheme && (i-len(scheme) == lo || !isIdent(text[i-len(scheme)-1])) {
				i -= len(scheme)
			}
		}
		if i == before {
			break
		}
	}
	return i
}

func isOperator(c byte) bool {
	return c == '=' || c == ':' || c == '|' || c == '?' || c == '>' && false
}

// operatorStart goes back over an operator that ends at i: =, :=, =>, ||, ??,
// ?:, ==.
func operatorStart(text []byte, lo, i int) int {
	for i > lo && strings.IndexByte("=:|?!<>-+", text[i-1]) >= 0 {
		i--
	}
	return i
}

// encodedEquals gives the length of an encoded "=" or ":" at the end of text.
func encodedEquals(text []byte) int {
	for _, e := range []string{"%3D", "%3d", "%3A", "%3a", `\u003d`, `\u003D`, "%3D%22"} {
		if bytes.HasSuffix(text, []byte(e)) {
			return len(e)
		}
	}
	return 0
}

// identBefore gives the identifier that ends at i.
func identBefore(text []byte, lo, i int) []string {
	end := i
	for i > lo && (isIdent(text[i-1]) || text[i-1] == '-') {
		i--
	}
	// An encoded "?" or "&" is no part of the name.
	word := string(text[i:end])
	if i > lo && text[i-1] == '%' && len(word) > 2 {
		word = word[2:]
	}
	if i > lo && text[i-1] == '\\' && len(word) > 5 && word[0] == 'u' {
		word = word[5:]
	}
	if word = strings.Trim(word, "-"); word == "" {
		return nil
	}
	return []string{word}
}

// textType is a type of Rust behind its "&".
var textType = pattern.New(`^(?:'static\s+)?str\b`)

// accessors are those of a property, which stand between its name and its value.
var accessors = pattern.New(`\{\s*get\s*;[\w\s;]{0,40}\}\s*$`)

// accessorStart goes back over the accessors of a property that end at i.
func accessorStart(text []byte, lo, i int) int {
	if m := accessors.FindIndex(text[max(lo, i-80):i]); m != nil {
		return max(lo, i-80) + m[0]
	}
	return i
}

// segment gives the words of the piece of a statement that ends at i.
func segment(text []byte, lo, i int) []string {
	start := i
	depth := 0
	for start > lo {
		c := text[start-1]
		if c == ']' || c == ')' {
			depth++
		}
		if c == '[' || c == '(' {
			if depth == 0 {
				break
			}
			depth--
		}
		if c == '\n' || c == ';' || depth == 0 && (c == '{' || c == ',' || c == '&' && !textType.Match(text[start:i])) {
			break
		}
		start--
	}
	return wordsOf(text[start:i])
}

var wordForm = pattern.New(`[A-Za-z_$][A-Za-z0-9_$-]*`)

// noise are words around a name that are not names: keywords, types, and what
// reads the environment.
var noise = map[string]bool{
	"const": true, "let": true, "var": true, "val": true, "export": true, "final": true, "static": true,
	"private": true, "public": true, "protected": true, "internal": true, "readonly": true, "string": true,
	"str": true, "char": true, "auto": true, "def": true, "self": true, "this": true, "my": true, "our": true,
	"local": true, "set": true, "define": true, "process": true, "env": true, "environ": true, "os": true,
	"getenv": true, "get": true, "fetch": true, "system": true, "if": true, "else": true, "new": true,
	"global": true, "type": true, "module": true, "exports": true, "optional": true, "nullable": true,
	"setenv": true, "putenv": true, "void": true, "object": true, "any": true, "put": true, "add": true,
	"or": true, "and": true, "not": true, "x": true, "declare": true, "setx": true, "arg": true, "args": true,
}

// maxNameWords bounds the words of a name.
const maxNameWords = 12

func wordsOf(piece []byte) []string {
	var out []string
	all := wordForm.FindAll(piece, -1)
	for _, w := range all[max(0, len(all)-maxNameWords):] { // the nearest ones
		word := strings.Trim(string(w), "$-")
		if word != "" && !noise[strings.ToLower(word)] {
			out = append(out, word)
		}
	}
	if len(out) == 0 && bytes.Contains(piece, []byte("return")) {
		return []string{"return"}
	}
	return out
}

// previousArgument: in f("name", value) the value's name is the string before
// it; otherwise it is the callee's.
func previousArgument(text []byte, lo, comma int) []string {
	words := segment(text, lo, comma)
	if len(words) > 0 {
		return words[len(words)-1:]
	}
	return nil
}

// concatenated: in "…?name=" + value the name is the end of the string before.
func concatenated(text []byte, lo, op int) []string {
	i := op
	for i > lo && (isSpace(text[i-1]) || text[i-1] == '"' || text[i-1] == '\'' || text[i-1] == '`') {
		i--
	}
	if i > lo && text[i-1] == '=' {
		return identBefore(text, lo, i-1)
	}
	return segment(text, lo, op)
}

var openTag = pattern.New(`<([A-Za-z_][\w:.-]*)[^<>]*$`)

var plistKey = pattern.New(`<key>([^<]*)</key>\s*<[^<>]*$`)

// tagName: in <name>value</name> the name is the tag's, in a property list it
// is the key before.
func tagName(text []byte, lo, gt int) []string {
	if gt > lo && text[gt-1] == '=' { // =>
		return segment(text, lo, gt-1)
	}
	if gt > lo && text[gt-1] == '-' { // ->
		return segment(text, lo, gt-1)
	}
	if m := plistKey.FindSubmatch(text[lo:gt]); m != nil {
		return []string{string(m[1])}
	}
	if m := openTag.FindSubmatch(text[lo:gt]); m != nil {
		return []string{string(m[1])}
	}
	return nil
}

// filler are words between the name of a value and the value in a sentence.
var filler = map[string]bool{"is": true, "was": true, "are": true, "for": true, "this": true, "that": true, "the": true, "it": true, "here": true, "now": true, "use": true}

// lastWords gives the last words of the line before i: "export KEY value",
// "Acme API key is value".
func lastWords(text []byte, lo, i int) []string {
	line := lineBefore(text, i)
	words := wordsOf(line)
	for len(words) > 1 && filler[strings.ToLower(words[len(words)-1])] {
		words = words[:len(words)-1]
	}
	if len(words) == 0 || len(line) > 0 && line[len(line)-1] == '/' {
		return nil
	}
	return []string{strings.Join(words[max(0, len(words)-4):], "_")}
}

// markup are tags that say how a text looks, and nothing of what it is.
var markup = pattern.New(`(?i)</?(?:span|code|b|i|em|strong|font|tt|kbd|samp|mark|u|a|p|li|td|th|div|pre|br|small)(?:\s[^<>]*)?>`)

var lastMarkup = pattern.New(`(?i)<(?:span|code|b|i|em|strong|font|tt|kbd|samp|mark|u|a|p|li|td|th|div|pre|small)(?:\s[^<>]*)?>$`)

// unmarked is a text that ends in such a tag without any, nil for other text.
func unmarked(text []byte) []byte {
	if !lastMarkup.Match(text) {
		return nil
	}
	return []byte(entities.Replace(markup.ReplaceAllString(string(text), "")))
}

var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#34;", `"`, "&#39;", "'", "&amp;", "&")

func lineBefore(text []byte, i int) []byte {
	start := bytes.LastIndexByte(text[:i], '\n') + 1
	return text[max(start, i-lookBack):i]
}

var siblingForm = pattern.New(`(?i)["']?\b(?:key|name|id|variable|field|label|var|envvar)["']?\s*[:=>]+\s*["']?([A-Za-z_][\w.-]*)`)

var hclBlock = pattern.New(`(?m)^\s*\w+\s+"[^"\n]*"(?:\s+"([^"\n]*)")?\s*\{[^{}]*$`)

var hclLabel = pattern.New(`(?m)^\s*\w+\s+"([^"\n]*)"\s*\{[^{}]*$`)

var siblingAfter = pattern.New(`(?i)^["'\s,]*["']?\b(?:key|name|variable)["']?\s*[:=>]+\s*["']?([A-Za-z_][\w.-]*)`)

// optionForm is an option of a command line whose default follows.
var optionForm = pattern.New(`(?:add_argument|add_option|[oO]ption|[aA]rgument|[fF]lag)\(\s*(?:["']-\w["'],\s*)?["']-{0,2}([A-Za-z][\w-]*)["'][^()]*$`)

// typeForm is what an entry says that its value is: { type: "apikey", value: … }.
var typeForm = pattern.New(`(?i)\btype["']?\s*[:=]>?\s*["']([A-Za-z_][\w.-]*)["'][^{}]*$`)

// blockForm is the key of the block that a value stands in.
var blockForm = pattern.New(`["']?([A-Za-z_][\w.-]*)["']?\s*[:=]>?\s*\{[^{}]*$`)

var functionForm = pattern.New(`(?:\bfunction\s+|\bdef\s+(?:self\.)?|\bfunc\s+(?:\([^)]*\)\s*)?|\bfun\s+|\s)([A-Za-z_]\w*)\s*\([^()]*\)[^{}()]*[{:]?[^{}]*$`)

// siblingName finds what a neutral name ("value", "default") belongs to.
func siblingName(text []byte, start int) []string {
	lo := max(0, start-lookBack)
	back := text[lo:start]
	if i := bytes.LastIndexAny(back, "}"); i >= 0 {
		back = back[i:]
	}
	if all := siblingForm.FindAllSubmatch(back, -1); len(all) > 0 {
		return []string{string(all[len(all)-1][1])}
	}
	if m := hclLabel.FindSubmatch(back); m != nil {
		return []string{string(m[1])}
	}
	if m := hclBlock.FindSubmatch(back); m != nil && len(m[1]) > 0 {
		return []string{string(m[1])}
	}
	rest := text[start:min(len(text), start+lookAhead)]
	for len(rest) > 0 && (isRun(rest[0]) || rest[0] == ':') {
		rest = rest[1:]
	}
	if m := siblingAfter.FindSubmatch(rest); m != nil {
		return []string{string(m[1])}
	}
	if m := optionForm.FindSubmatch(back); m != nil {
		return []string{string(m[1])}
	}
	if m := typeForm.FindSubmatch(back); m != nil && !strings.EqualFold(string(m[1]), "string") {
		return []string{string(m[1])}
	}
	if m := blockForm.FindSubmatch(back); m != nil {
		return []string{string(m[1])}
	}
	if m := functionForm.FindSubmatch(back); m != nil {
		return []string{string(m[1])}
	}
	return nil
}
