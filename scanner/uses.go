package scanner

import (
	"bytes"
	"strings"

	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner/internal/literal"
)

// use says at which endpoints a name carries the key.
type use struct{ account, keep bool }

// uses collects, without knowing the language, the names whose values are put
// into a parameter of the pack: key in "?apikey=" + key.
func (x *packIndex) uses(text []byte, a *awake) map[string]use {
	out := map[string]use{}
	for _, h := range x.parameterNames(text, a) {
		if !wholeName(text, h.Start, h.End) {
			continue
		}
		u := urlAround(text, h.Start)
		if u.host == "" && u.path == "" || !strings.Contains(u.path, "/") {
			u = urlBefore(text, h.Start)
		}
		class := x.EndpointOf(u.host, u.path)
		for _, id := range carriers(text, h.End) {
			n := rules.NormalName(id)
			if n == "" || len(n) > 60 {
				continue
			}
			keep := class == rules.KeepEndpoint || class == rules.UnknownEndpoint && x.KeepName(rules.WordName(id))
			seen := out[n]
			seen.keep = seen.keep || keep
			seen.account = seen.account || !keep
			out[n] = seen
		}
	}
	return out
}

// parameterNames finds the names of the pack's parameters. Those that are too
// short for a matcher are looked for one by one.
func (x *packIndex) parameterNames(text []byte, a *awake) []literal.Hit {
	if m := x.names(); m != nil {
		return m.Append(nil, text)
	}
	var out []literal.Hit
	for _, r := range x.parameters {
		for _, name := range r.Parameter.Names {
			for at := a.text.lower().index(name, 0); at >= 0; at = a.text.lower().index(name, at+1) {
				out = append(out, literal.Hit{Start: at, End: at + len(name)})
			}
		}
	}
	return out
}

// urlBack is how far before a parameter the URL of its request is looked for.
const urlBack = 300

// urlBefore reads the URL that stands shortly before a parameter: in
// get("…/path", {name: key}).
func urlBefore(text []byte, at int) place {
	back := text[max(0, at-urlBack):at]
	if i := bytes.LastIndexByte(back, ';'); i >= 0 {
		back = back[i:]
	}
	i := bytes.LastIndex(back, []byte("://"))
	for _, quoted := range []string{`"/`, `'/`, "`/"} {
		i = max(i, bytes.LastIndex(back, []byte(quoted)))
	}
	if i < 0 {
		return place{}
	}
	for i > 0 && !isSpace(back[i-1]) && bytes.IndexByte([]byte("\"'`"), back[i-1]) < 0 {
		i--
	}
	rest := bytes.TrimLeft(back[i:], "\"'`")
	if end := bytes.IndexAny(rest, "\"'` \n"); end >= 0 {
		rest = rest[:end]
	}
	return parseURL(string(rest))
}

// carriers gives the identifiers that supply the value of a parameter whose
// name ends at i.
func carriers(text []byte, i int) []string {
	end := min(len(text), i+200)
	quoted := false
	for i < end && strings.IndexByte("\"'` =:,>+.&%{$#(\\]-|", text[i]) >= 0 || i < end && isSpace(text[i]) {
		if text[i] == '\n' && !quoted {
			// A value on the next line follows an operator, or is none.
			quoted = true
		}
		if text[i] == '%' && i+1 < end && (text[i+1] == 's' || text[i+1] == 'v') {
			return formatArguments(text, i+2, end)
		}
		i++
	}
	if i < end && text[i] == '}' { // {} of a format
		return formatArguments(text, i+1, end)
	}
	var last string
	for i < end {
		start := i
		for i < end && isIdent(text[i]) {
			i++
		}
		if i == start {
			break
		}
		last = string(text[start:i])
		if i+1 < end && text[i] == '.' && isIdent(text[i+1]) {
			i++
			continue
		}
		if i+2 < end && (text[i] == '-' && text[i+1] == '>' || text[i] == ':' && text[i+1] == ':') {
			i += 2
			continue
		}
		break
	}
	last = strings.Trim(last, "$@_")
	if last == "" || noise[strings.ToLower(last)] {
		return nil
	}
	return []string{last}
}

// formatArguments lists the identifiers of the arguments that follow a format
// string; which of them is the key is not worth knowing here.
func formatArguments(text []byte, i, end int) []string {
	var out []string
	stop := strings.IndexByte(string(text[i:end]), '\n')
	if stop >= 0 {
		end = i + stop
	}
	for _, w := range wordForm.FindAll(text[i:end], 8) {
		if word := strings.Trim(string(w), "$-"); !noise[strings.ToLower(word)] && word != "format" {
			out = append(out, word)
		}
	}
	return out
}

// wholeName reports whether text[s:e] is a name of its own; an encoded
// delimiter before it counts as one.
func wholeName(text []byte, s, e int) bool {
	if e < len(text) && isIdent(text[e]) {
		return false
	}
	return s == 0 || !isIdent(text[s-1]) || text[s-1] == '$' || escapedBefore(text, s) > 0
}
