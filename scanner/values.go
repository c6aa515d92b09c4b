package scanner

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/rules"
)

// candidate is a value that is, or stands in for, a credential.
type candidate struct {
	rule       *rules.Rule
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
func (x *packIndex) values(text []byte, a *awake) []candidate {
	if len(a.words) == 0 && !a.literal && !a.coded {
		return nil
	}
	v := &valueScan{x: x, text: text, a: a}
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
	out  []candidate
	used map[string]use // lazily: names that carry the key into a placement
}

type span struct {
	start, end int
	format     *rules.Format
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
	for _, w := range v.windows() {
		for _, f := range v.x.formats {
			if f.Shape != w.shape || (len(f.Literals) == 0 && len(v.a.words) == 0) {
				continue
			}
			for _, m := range f.FindAll(v.text[w.lo:w.hi]) {
				s, e := w.lo+m[0], w.lo+m[1]
				if !standsAlone(v.text, s, e) || taken(s, e) {
					continue
				}
				out = append(out, span{s, e, f})
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
	for _, at := range findUUIDs(nil, v.text) {
		out = append(out, window{max(0, at-40), min(len(v.text), at+uuidTail+8), "uuid"})
	}
	for _, r := range findRuns(v.text, v.x.runs) {
		out = append(out, window{r[0], r[1], "run"})
	}
	for _, f := range v.x.formats {
		if f.Shape != "" {
			continue
		}
		for _, l := range f.Literals {
			l = strings.ToLower(l)
			for at := v.a.fold.index(l, 0); at >= 0; at = v.a.fold.index(l, at+1) {
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
	return escapedBefore(text, s) > 0
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
	st := nameOf(v.text, s.start)
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
	c.rule, c.content = verdict.Rule, facts.Content
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
	for _, r := range v.x.credentials {
		if r.Credential.HasFormat(s.format) && r.Credential.Alone && !r.Credential.Excluded(st.name) {
			if len(s.format.Literals) == 0 {
				return r, rules.InFile, false
			}
			return r, rules.InFlow, false
		}
	}
	for _, r := range v.x.credentials {
		cr := r.Credential
		if cr.HasFormat(s.format) && !cr.Excluded(st.name) && cr.Named(st.name) {
			return r, rules.InFlow, false
		}
	}
	if r := v.linked(s, st); r != nil {
		return r, rules.InFlow, false
	}
	near := v.near(s.start, st)
	for _, r := range v.x.credentials {
		if r.Credential.Accepts(s.format, st.name, true) {
			return r, rules.InFile, !near
		}
	}
	return nil, rules.NoEvidence, false
}

// linked finds the rule of a value whose name carries the key into a request.
func (v *valueScan) linked(s span, st standing) *rules.Rule {
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
	for _, r := range v.x.credentials {
		if r.Kind == rules.LegacyKey && r.Credential.HasFormat(s.format) && !r.Credential.Excluded(st.name) {
			if u.keep && !u.account {
				return v.keepRule(r, s.format)
			}
			return r
		}
	}
	for _, r := range v.x.credentials {
		if r.Credential.HasFormat(s.format) && !r.Credential.Excluded(st.name) && r.Kind == rules.AccessToken {
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

// near reports whether the provider is in view of a value: on its line, among
// the keys around it, or a few lines away.
func (v *valueScan) near(at int, st standing) bool {
	for _, w := range v.x.Words {
		if strings.Contains(strings.ReplaceAll(st.name, "-", ""), rules.NormalName(w)) || containsFold(st.line, w) {
			return true
		}
	}
	limit := nearLinesTop
	if strings.Contains(st.name, ".") {
		limit = nearLines
	}
	lo, hi := at, at
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
	if i, _ := slices.BinarySearch(v.a.words, lo); i < len(v.a.words) && v.a.words[i] < hi {
		return true
	}
	return slices.ContainsFunc(v.x.Hints, func(h string) bool { return containsFold(v.text[lo:hi], h) })
}

// maxBase64 bounds how much base64 text is decoded, in runs and in bytes each.
const maxBase64, maxBase64Run = 2000, 1 << 16

// base64 looks into base64 text: Kubernetes secrets, basic authentication,
// encoded configurations.
func (v *valueScan) base64() {
	for n, r := range base64Runs(v.text) {
		if n >= maxBase64 {
			return
		}
		if plain, ok := decode64(v.text[r[0]:r[1]]); ok {
			v.encoded(r, plain)
		}
	}
}

// encoded looks at a text that was decoded from text[r[0]:r[1]].
func (v *valueScan) encoded(r [2]int, plain []byte) {
	st := nameOf(v.text, r[0])
	inner := &valueScan{x: v.x, text: plain, a: &awake{words: []int{0}, literal: true, fold: fold(plain)}, used: map[string]use{}}
	for _, s := range inner.spans() {
		in := nameOf(plain, s.start)
		if s.start == 0 && s.end == len(bytes.TrimRight(plain, "\r\n")) || in.name == "" {
			in = st
		}
		value := string(plain[s.start:s.end])
		rule, ev, needsPath := v.rule(s, in)
		verdict := rules.Classify(rules.Facts{Place: rules.PlaceValue, Rule: rule, Evidence: ev, Content: v.content(value)})
		if verdict.Rule == nil {
			continue
		}
		v.out = append(v.out, candidate{rule: verdict.Rule, format: s.format, start: r[0], end: r[1], value: value, content: v.content(value), needsPath: needsPath, ident: in.ident})
	}
}

// base64Runs gives the spans of text that may be base64: at least as long as
// the shortest key, with a capital or a sign that a word would not have.
func base64Runs(text []byte) [][2]int {
	const shortest = 38
	is := func(c byte) bool { return isAlnum(c) || c == '+' || c == '/' || c == '-' || c == '_' }
	var out [][2]int
	for i := 0; i+shortest <= len(text); {
		if end := i + shortest - 1; !is(text[end]) {
			i = end + 1
			continue
		}
		start := i
		for start > 0 && is(text[start-1]) && (len(out) == 0 || start > out[len(out)-1][1]) {
			start--
		}
		end := i
		for end < len(text) && is(text[end]) {
			end++
		}
		if end-start >= shortest && end-start <= maxBase64Run && bytes.ContainsAny(text[start:end], "ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
			for end < len(text) && text[end] == '=' {
				end++
			}
			out = append(out, [2]int{start, end})
		}
		i = end + 1
	}
	return out
}

// decode64 decodes either alphabet and accepts only printable text.
func decode64(code []byte) ([]byte, bool) {
	code = bytes.TrimRight(code, "=")
	enc := base64.RawStdEncoding
	if bytes.ContainsAny(code, "-_") {
		enc = base64.RawURLEncoding
	}
	if len(code)%4 == 1 {
		return nil, false
	}
	plain := make([]byte, enc.DecodedLen(len(code)))
	n, err := enc.Decode(plain, code)
	if err != nil {
		return nil, false
	}
	for _, c := range plain[:n] {
		if c < 0x20 && !isSpace(c) || c == 0x7f || c >= 0x80 {
			return nil, false
		}
	}
	return plain[:n], true
}

// constructs finds credentials that stand in a construct: the positional
// argument of a client, the password of a mail server.
func (v *valueScan) constructs() {
	keyed := len(findUUIDs(nil, v.text)) > 0
	for _, r := range v.x.clients {
		if !keyed && !r.Kind.IsSecret() {
			continue
		}
		for i := range r.Clients {
			cl := &r.Clients[i]
			for _, c := range cl.Find(v.text) {
				at := c.Value
				if r.Kind.IsSecret() {
					at = c.At
				}
				if at[0] < 0 {
					continue
				}
				v.construct(r, at)
			}
		}
	}
}

func (v *valueScan) construct(r *rules.Rule, at [2]int) {
	value := string(v.text[at[0]:at[1]])
	if r.Kind.IsSecret() {
		c := candidate{rule: r, start: at[0], end: at[1], value: value, content: v.content(value)}
		v.out = append(v.out, c)
		return
	}
	value = strings.Trim(value, "\"'` ")
	start := at[0] + strings.Index(string(v.text[at[0]:at[1]]), value)
	for _, f := range v.x.formats {
		if !f.MatchValue(value) {
			continue
		}
		for _, want := range v.x.credentials {
			kept := r.Kind == rules.DeveloperCall
			if want.Credential.HasFormat(f) && (want.Credential.Alone || (want.Kind == rules.DeveloperKey) == kept && (kept || want.Kind == rules.LegacyKey)) {
				v.out = append(v.out, candidate{rule: want, format: f, start: start, end: start + len(value), value: value, content: v.content(value)})
				return
			}
		}
	}
}

// looksMadeUp reports whether a value that has the form of a key was typed by
// hand: few different characters, or runs such as 1234 and abcd.
func looksMadeUp(value string) bool {
	body := value
	for _, prefix := range []string{"pat-"} {
		body = strings.TrimPrefix(strings.ToLower(body), prefix)
	}
	if i := strings.IndexByte(body, '-'); i > 0 && i < 5 && strings.Count(body, "-") == 5 {
		body = body[i+1:]
	}
	var seen [256]bool
	distinct, runs, pairs := 0, 0, 0
	last := byte(0)
	for i := 0; i < len(body); i++ {
		c := body[i]
		if c == '-' || c == ':' {
			continue
		}
		if !seen[c] {
			seen[c] = true
			distinct++
		}
		if last != 0 {
			pairs++
			if c == last || c == last+1 || c == last-1 || last == '9' && (c == '0' || c == 'a') || last == 'f' && (c == '0' || c == '1') {
				runs++
			}
		}
		last = c
	}
	return distinct <= 4 || pairs > 0 && runs*10 >= pairs*7
}
