package scanner

import (
	"bytes"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner/internal/shapes"
)

// candidate is a value that is, or stands in for, a credential.
type candidate struct {
	rule       *rules.Rule
	verdict    rules.Verdict
	format     *rules.Format
	start, end int
	value      string // the credential itself; text[start:end] may encode it
	content    rules.Content
	// needsPath says that nothing in the text but the path of the file can
	// tie the value to the provider.
	needsPath bool
	ident     string
}

// values finds the credentials of one pack in a text. The path does not
// matter: what counts only under some paths says so.
// What was seen in other texts, if that is not nil, is not looked up again.
func (x *packIndex) values(text []byte, a *awake, seen *seen) []candidate {
	if len(a.words) == 0 && !a.literal && !a.coded {
		return nil
	}
	v := &valueScan{x: x, text: text, a: a, seen: seen}
	for _, s := range v.spans() {
		if c, ok := v.judge(s); ok {
			v.out = append(v.out, c)
		}
	}
	if len(a.words) > 0 || a.coded {
		v.base64()
	}
	v.constructs()
	slices.SortStableFunc(v.out, func(a, b candidate) int { return a.start - b.start })
	return slices.CompactFunc(v.out, func(a, b candidate) bool { return a.start == b.start && a.end == b.end })
}

type valueScan struct {
	x    *packIndex
	text []byte
	a    *awake
	seen *seen // or nil
	out  []candidate
	// looked are the windows that formats were tried in.
	looked []window
	used   map[string]use // lazily: names that carry the key into a placement
}

type span struct {
	start, end int
	format     *rules.Format
	value      string // where text[start:end] spells it otherwise
}

// spans finds the values that have the format of a credential, each once, the
// longest format first.
func (v *valueScan) spans() []span {
	var out []span
	taken := func(s, e int) bool {
		for _, o := range out {
			if s < o.end && e > o.start {
				return true
			}
		}
		return false
	}
	v.looked = v.windows()
	for _, at := range v.a.text.shapes().Tails {
		if s, ok := v.joined(at); ok && !taken(s.start, s.end) {
			out = append(out, s)
		}
	}
	for _, w := range v.looked {
		for _, f := range v.x.formats {
			if f.Shape != w.shape || (len(f.Literals) == 0 && len(v.a.words) == 0) {
				continue
			}
			for _, m := range f.FindAll(v.text[w.lo:w.hi]) {
				s, e := w.lo+m[0], w.lo+m[1]
				if !standsAlone(v.text, s, e) || taken(s, e) || isGUID(v.text, s, e) {
					continue
				}
				out = append(out, span{start: s, end: e, format: f})
			}
		}
	}
	return out
}

type window struct {
	lo, hi int
	shape  string
}

// windows are the stretches of text in which formats are worth trying: around
// UUID tails, at long runs, and around the literals of formats.
func (v *valueScan) windows() []window {
	var out []window
	found := v.a.text.shapes()
	for _, at := range found.Tails {
		out = append(out, window{max(0, at-40), min(len(v.text), at+shapes.Tail+8), "uuid"})
	}
	for _, r := range findRuns(v.text, found.Runs, v.x.runs) {
		out = append(out, window{r[0], r[1], "run"})
	}
	for _, f := range v.x.formats {
		if f.Shape != "" || !v.a.literal {
			continue
		}
		for _, l := range f.Literals {
			l = strings.ToLower(l)
			for at := v.a.text.lower().index(l, 0); at >= 0; at = v.a.text.lower().index(l, at+1) {
				out = append(out, window{max(0, at-64), min(len(v.text), at+512), ""})
			}
		}
	}
	return out
}

// standsAlone reports whether a value is not part of a longer word. An encoded
// delimiter before it ("%3D", "\u003d", "\n") is a delimiter.
func standsAlone(text []byte, s, e int) bool {
	if e < len(text) && (isIdent(text[e]) || text[e] == '-' && e+1 < len(text) && isAlnum(text[e+1])) {
		return false
	}
	if s == 0 || !isIdent(text[s]) || !isIdent(text[s-1]) && text[s-1] != '-' {
		return true
	}
	return escapedBefore(text, s) > 0 || s > 1 && string(text[s-2:s]) == ":-" // ${NAME:-value}
}

// isGUID reports whether a value stands in braces, as project files and
// registries write the identifiers of things. Nobody writes a key so.
func isGUID(text []byte, s, e int) bool {
	return s > 0 && e < len(text) && text[s-1] == '{' && text[e] == '}' && (s < 2 || text[s-2] != '$' && text[s-2] != '#' && text[s-2] != '{')
}

// escapes are the spellings of delimiters that end in a letter or digit.
var escapes = []string{"%3D", "%3d", "%3A", "%3a", "%26", "%3F", "%3f", "%22", "%27", "%20", "%2B", "%2b", `\u0026`, `\u003d`, `\u003D`, `\u0022`, `\u0027`, `\n`, `\t`, `\r`, `\x26`, `\x3d`, "%2C", "%2c"}

func escapedBefore(text []byte, s int) int {
	for _, e := range escapes {
		if s >= len(e) && string(text[s-len(e):s]) == e {
			return len(e)
		}
	}
	return 0
}

// judge decides what a value is: which rule's, by the name that it stands
// under, and whether it is real.
func (v *valueScan) judge(s span) (candidate, bool) {
	c := candidate{format: s.format, start: s.start, end: s.end, value: string(v.text[s.start:s.end])}
	if s.value != "" {
		c.value = s.value
	}
	st := nameOf(v.text, s.start, v.seen)
	c.ident = st.ident
	facts := rules.Facts{Place: rules.PlaceValue, Evidence: rules.NoEvidence, Content: v.content(c.value)}
	facts.Rule, facts.Evidence, c.needsPath = v.rule(s, st)
	if facts.Rule == nil {
		return c, false
	}
	if u := urlAround(v.text, s.start); u.host != "" || u.path != "" {
		if u.host != "" && !v.x.OwnHost(u.host) && !localHost(u.host) && st.url && !facts.Rule.Credential.Alone {
			facts.Evidence = rules.Foreign
		}
		if v.x.EndpointOf(u.host, u.path) == rules.KeepEndpoint {
			facts.Rule = v.keepRule(facts.Rule, s.format)
		}
	}
	verdict := rules.Classify(facts)
	if verdict.Rule == nil {
		return c, false
	}
	c.rule, c.verdict, c.content = verdict.Rule, verdict, facts.Content
	return c, true
}

func (v *valueScan) content(value string) rules.Content {
	switch {
	case v.x.IsDemo(value):
		return rules.DemoLiteral
	case looksMadeUp(value):
		return rules.PlaceholderLiteral
	}
	return rules.SecretLiteral
}

// rule finds the rule that a value belongs to.
func (v *valueScan) rule(s span, st standing) (r *rules.Rule, ev rules.Evidence, needsPath bool) {
	naming := v.naming(s.format, st.name)
	if st.call { // what is true of calls alone is written with their parenthesis
		naming = slices.Clone(naming)
		for i, called := range v.naming(s.format, st.name+"(") {
			naming[i].named = naming[i].named || called.named && !naming[i].excluded
		}
	}
	for i, r := range v.x.credentials {
		if r.Credential.HasFormat(s.format) && r.Credential.Alone && !naming[i].excluded {
			if len(s.format.Literals) == 0 {
				return r, rules.InFile, false
			}
			return r, rules.InFlow, false
		}
	}
	if r := v.beside(naming); r != nil && v.linked(s, st, naming) == nil {
		return r, rules.InFlow, false
	}
	for i, r := range v.x.credentials {
		if r.Credential.HasFormat(s.format) && !naming[i].excluded && naming[i].named {
			return r, rules.InFlow, false
		}
	}
	if r := v.linked(s, st, naming); r != nil {
		return r, rules.InFlow, false
	}
	near := v.near(s.start, st)
	for i, r := range v.x.credentials {
		n := naming[i]
		if cr := r.Credential; cr.HasFormat(s.format) && !n.excluded && (cr.Alone || n.named || n.near) {
			return r, rules.InFile, !near
		}
	}
	return nil, rules.NoEvidence, false
}

// beside finds the rule of a value whose name says what it is because of a word
// elsewhere in the text.
func (v *valueScan) beside(naming []naming) *rules.Rule {
	for i, r := range v.x.credentials {
		if naming[i].beside && slices.ContainsFunc(r.Credential.Beside.Words, v.has) {
			return r
		}
	}
	return nil
}

// has reports whether the text holds a word, in whatever letter case.
func (v *valueScan) has(word string) bool {
	return v.a.text.lower().index(strings.ToLower(word), 0) >= 0
}

// linked finds the rule of a value whose name carries the key into a request.
func (v *valueScan) linked(s span, st standing, naming []naming) *rules.Rule {
	if st.last == "" || len(v.x.parameters) == 0 {
		return nil
	}
	if v.used == nil {
		v.used = v.x.uses(v.text, v.a)
	}
	u, ok := v.used[st.last]
	if !ok {
		return nil
	}
	for i, r := range v.x.credentials {
		if r.Kind == rules.LegacyKey && r.Credential.HasFormat(s.format) && !naming[i].excluded {
			if u.keep { // it is still valid, whatever else it is sent to
				return v.keepRule(r, s.format)
			}
			return r
		}
	}
	for i, r := range v.x.credentials {
		if r.Credential.HasFormat(s.format) && !naming[i].excluded && r.Kind == rules.AccessToken {
			return r
		}
	}
	return nil
}

// keepRule is the rule of the key that stays, where the pack has one.
func (v *valueScan) keepRule(r *rules.Rule, f *rules.Format) *rules.Rule {
	if r.Kind != rules.LegacyKey {
		return r
	}
	for _, k := range v.x.credentials {
		if k.Kind == rules.DeveloperKey && k.Credential.HasFormat(f) {
			return k
		}
	}
	return r
}

// nearLines is how far a word of the provider may be for a value under a name
// that says nothing ("key", "token").
const nearLines, nearLinesTop = 3, 8

// nearBytes is the same in bytes, for lines without end.
const nearBytes = 1000

// near reports whether the provider is in view of a value: on its line, among
// the keys around it, or a few lines away.
func (v *valueScan) near(at int, st standing) bool {
	for _, w := range v.x.Words {
		if strings.Contains(strings.ReplaceAll(st.name, "-", ""), rules.NormalName(w)) || containsFold(st.line[max(0, len(st.line)-nearBytes):], w) {
			return true
		}
	}
	limit := nearLinesTop
	if strings.Contains(st.name, ".") {
		limit = nearLines
	}
	lo, hi := at, at
	top, end := max(at-nearBytes, 0), min(at+nearBytes, len(v.text))
	for n := 0; n <= limit && lo > 0; n++ {
		lo = max(bytes.LastIndexByte(v.text[:lo], '\n'), 0)
	}
	for n := 0; n <= limit && hi < len(v.text); n++ {
		if j := bytes.IndexByte(v.text[min(hi+1, len(v.text)):], '\n'); j >= 0 {
			hi += 1 + j
		} else {
			hi = len(v.text)
		}
	}
	lo, hi = max(lo, top), min(hi, end)
	for i, _ := slices.BinarySearch(v.a.words, lo); i < len(v.a.words) && v.a.words[i] < hi; i++ {
		if !inSibling(v.text, at, v.a.words[i]) {
			return true
		}
	}
	return slices.ContainsFunc(v.x.Hints, func(h string) bool { return containsFold(v.text[lo:hi], h) })
}
