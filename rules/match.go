package rules

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// This file answers single questions about one name, value, URL or path from
// the data of a pack. None of the answers depends on the language of the text.

// MatchValue reports whether value, as a whole, has this format.
func (f *Format) MatchValue(value string) bool { return f.re.MatchString(value) }

// FindAll gives the spans of text that have this format, without looking at
// what stands around them.
func (f *Format) FindAll(text []byte) [][]int { return f.in.FindAllIndex(text, -1) }

// Format gives the format of a value, nil if the pack knows none.
func (p *Pack) Format(value string) *Format {
	for _, f := range p.Formats {
		if f.MatchValue(value) {
			return f
		}
	}
	return nil
}

// Conceal replaces what has a format of the pack by an ellipsis, the longest
// formats first.
func (p *Pack) Conceal(text string) string {
	names := slices.SortedFunc(maps.Keys(p.Formats), func(a, b string) int {
		return cmp.Or(len(p.Formats[b].Sample)-len(p.Formats[a].Sample), strings.Compare(a, b))
	})
	for _, name := range names {
		for _, m := range slices.Backward(p.Formats[name].FindAll([]byte(text))) {
			text = text[:m[0]] + "…" + text[m[1]:]
		}
	}
	return text
}

// IsDemo reports whether the vendor publishes this value for everybody.
func (p *Pack) IsDemo(value string) bool { return p.re.demo[strings.ToLower(value)] }

// KeepName reports whether a name, in word form, belongs to the key that
// stays.
func (p *Pack) KeepName(normal string) bool { return matchAny(p.re.keepNames, normal) }

// KeepMethod reports whether a call, as written, uses the key that stays.
func (p *Pack) KeepMethod(call string) bool { return matchAny(p.re.methods, call) }

// LegacyEnv reports whether an environment name held the retired secret.
func (p *Pack) LegacyEnv(name string) bool { return matchAny(p.re.legacyEnv, WordName(name)) }

// OwnHost reports whether a host belongs to the provider.
func (p *Pack) OwnHost(host string) bool {
	host = strings.ToLower(host)
	for _, h := range p.Hosts {
		if host == h || strings.HasSuffix(host, "."+h) {
			return true
		}
	}
	return false
}

// EndpointOf classifies a request by its host and its normalised path, in which
// each part that the text does not spell out reads as "{name}" or "{}". An
// empty path is unknown.
func (p *Pack) EndpointOf(host, path string) EndpointClass {
	if matchAny(p.re.open, host+path) {
		return OpenEndpoint
	}
	if path == "" || path == "/" {
		return UnknownEndpoint
	}
	path = rooted(path)
	for _, k := range p.re.keepPaths {
		if k.path.MatchString(path) && (k.unless == nil || !k.unless.MatchString(path)) {
			return KeepEndpoint
		}
	}
	if matchAny(p.re.endpoints, path) {
		return AccountEndpoint
	}
	if p.OwnHost(host) && strings.Count(strings.Trim(firstUnknown(path), "/"), "/") >= 1 {
		return AccountEndpoint
	}
	return UnknownEndpoint
}

// rooted gives a path that a client puts behind a base its "/" back.
func rooted(path string) string {
	if path == "" || path[0] == '/' || path[0] == '{' {
		return path
	}
	return "/" + path
}

// firstUnknown cuts a path before its first part that is not spelled out.
func firstUnknown(path string) string {
	if i := strings.IndexByte(path, '{'); i >= 0 {
		return path[:i]
	}
	return path
}

// KnownEndpoint reports whether a path belongs to the provider without its
// host in view.
func (p *Pack) KnownEndpoint(path string) bool {
	path = rooted(path)
	for _, k := range p.re.keepPaths {
		if k.path.MatchString(path) {
			return true
		}
	}
	return matchAny(p.re.endpoints, path)
}

// Named reports whether one of the names that need no evidence matches.
func (cr *Credential) Named(name string) bool { return matchAny(cr.names, name) }

// NamedNear reports whether one of the names matches that count where the
// provider is in view.
func (cr *Credential) NamedNear(name string) bool { return matchAny(cr.near, name) }

// NamedBeside reports whether one of the names matches that count in a text
// which holds one of the words of Beside.
func (cr *Credential) NamedBeside(name string) bool { return matchAny(cr.beside, name) }

// Excluded reports whether the name rules the value out.
func (cr *Credential) Excluded(name string) bool { return matchAny(cr.unless, name) }

// HasFormat reports whether the credential comes in this format.
func (cr *Credential) HasFormat(f *Format) bool {
	for _, own := range cr.formats {
		if own == f {
			return true
		}
	}
	return false
}

// Construct is one match of a client's pattern, in offsets of the text.
type Construct struct {
	At, Value, Method [2]int // half-open; a start of -1 means absent
}

// Wants reports whether a file of this path can hold the client's construct.
func (cl *Client) Wants(path string) bool {
	if len(cl.Files) == 0 {
		return true
	}
	lower := strings.ToLower(path)
	base := lower[strings.LastIndexByte(lower, '/')+1:]
	for _, f := range cl.Files {
		switch {
		case strings.ContainsAny(f, "*/"):
			if globMatch(f, lower) {
				return true
			}
		case strings.HasPrefix(f, "."):
			if strings.HasSuffix(base, f) {
				return true
			}
		case base == f || strings.HasPrefix(base, f+"."):
			return true
		}
	}
	return false
}

// globMatch matches a pattern in which "*" stands for any text against a path
// or, if the pattern has no "/", against its last part.
func globMatch(pattern, path string) bool {
	if !strings.Contains(pattern, "/") {
		path = path[strings.LastIndexByte(path, '/')+1:]
	}
	expr := regexp.QuoteMeta(pattern)
	expr = strings.ReplaceAll(expr, `\*`, `.*`)
	ok, _ := regexp.MatchString(`(?:^|/)`+expr+`$`, path)
	return ok
}

// around is how far on either side of an anchor a pattern is tried.
const around = 600

// Find gives the constructs of the client in text.
func (cl *Client) Find(text []byte) []Construct {
	return cl.FindNear(text, [][2]int{{0, len(text)}}, nil)
}

// Tried remembers stretches of text in which the pattern of a client matched
// nothing. It serves the versions of a file, which are alike, and is not safe
// for concurrent use. The zero value is ready.
type Tried struct{ barren map[stretch]struct{} }

type stretch struct {
	client *Client
	sum    [sha256.Size]byte // of the text
}

// maxTried bounds the memory: beyond it, all is forgotten.
const maxTried = 20_000

// find gives the matches of the client's pattern in a stretch of text.
func (t *Tried) find(cl *Client, text []byte) [][]int {
	if t == nil {
		return cl.re.FindAllSubmatchIndex(text, -1)
	}
	key := stretch{cl, sha256.Sum256(text)}
	if _, ok := t.barren[key]; ok {
		return nil
	}
	all := cl.re.FindAllSubmatchIndex(text, -1)
	if len(all) == 0 {
		if t.barren == nil || len(t.barren) == maxTried {
			t.barren = map[stretch]struct{}{}
		}
		t.barren[key] = struct{}{}
	}
	return all
}

// FindNear is Find for those constructs only that have a part in one of some
// stretches of text, which are in order and apart: anchors can be common words,
// and trying the pattern is expensive. It may find others, too. What was tried
// before, if that is not nil, is not tried again.
func (cl *Client) FindNear(text []byte, near [][2]int, before *Tried) []Construct {
	var out []Construct
	last, tried, required := 0, -1, cl.requires == nil
	anchor := []byte(cl.Anchor)
	for _, n := range near {
		from := max(n[0]-around-len(anchor), tried+1, 0)
		to := min(n[1]+around+len(anchor), len(text))
		for at := indexIn(text, anchor, from, to); at >= 0; at = indexIn(text, anchor, at+1, to) {
			tried = at
			lo, hi := max(at-around, 0), min(at+len(anchor)+around, len(text))
			for _, m := range before.find(cl, text[lo:hi]) {
				if lo+m[0] > at || lo+m[1] < at+len(anchor) || lo+m[0] < last {
					continue
				}
				if !required && !cl.requires.Match(text) {
					return nil
				}
				required = true
				if c, ok := cl.construct(text, lo, m); ok {
					out = append(out, c)
					last = c.At[1]
				}
			}
		}
	}
	return out
}

// indexIn gives the first place of a word in a stretch of text, -1 for none.
func indexIn(text, word []byte, from, to int) int {
	if from >= to {
		return -1
	}
	if i := bytes.Index(text[from:to], word); i >= 0 {
		return from + i
	}
	return -1
}

func (cl *Client) construct(text []byte, lo int, m []int) (Construct, bool) {
	if cl.unless != nil && cl.unless.Match(text[lo+m[0]:lo+m[1]]) {
		return Construct{}, false
	}
	group := func(name string) [2]int {
		if i := cl.re.SubexpIndex(name); i > 0 && m[2*i] >= 0 {
			return [2]int{lo + m[2*i], lo + m[2*i+1]}
		}
		return [2]int{-1, -1}
	}
	c := Construct{At: group("at"), Value: group("value"), Method: group("method")}
	if cl.value != nil && c.Value[0] >= 0 && !cl.value.Match(text[c.Value[0]:]) {
		return Construct{}, false
	}
	return c, c.At[0] >= 0
}
