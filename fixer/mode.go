package fixer

import (
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/scanner"
)

// otherAuth are words of code that authenticates in another way.
var otherAuth = pattern.New(`(?i)\bbearer\b|["']?\bauthorization\b["']?|\baccess_?token\b|\boauth2?\b`)

// modeTest is a comparison with the name of a kind of credential.
var modeTest = pattern.New(`(?i)[!=]=+\s*:?["'](\w+)["']|["'](\w+)["']\s*[!=]=`)

// testsMode says whether a condition asks which kind of credential there is.
func (s *source) testsMode(line string) bool {
	for _, m := range modeTest.FindAllStringSubmatch(line, -1) {
		kind := strings.ToLower(strings.ReplaceAll(m[1]+m[2], "_", ""))
		if strings.HasSuffix(kind, "apikey") || slices.ContainsFunc(s.names, func(n string) bool { return strings.EqualFold(n, kind) }) {
			return true
		}
	}
	return false
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// otherMode looks for code that has a token already, beside the key: then the
// branch of the key goes, and is never converted.
func (s *source) otherMode(f *scanner.Finding, calls []*syntax.Call) string {
	at := syntax.Span(f.Span)
	if len(calls) > 1 && slices.ContainsFunc(calls, func(c *syntax.Call) bool {
		return slices.ContainsFunc(c.Headers, func(h syntax.Entry) bool { return strings.EqualFold(h.Name, s.pack.Target.Header) })
	}) {
		return "a token is sent on another path (" + s.lines(calls) + "): delete the branch that sends the key"
	}
	for _, b := range s.file.Branches(at) {
		text := s.without(b, calls)
		if otherAuth.MatchString(text) {
			return "a token is sent on another path (line " + itoa(s.lineOf(b.Start)) + "): delete the branch that sends the key"
		}
	}
	for _, b := range s.file.Branches(at) {
		if s.testsMode(firstLine(s.file.Text(b))) {
			return "the kind of the credential is tested (line " + itoa(s.lineOf(b.Start)) + "): delete the branch that sends the key"
		}
	}
	fn := s.file.Enclosing(at.Start)
	if fn.Start == 0 && fn.End == len(s.text) {
		return ""
	}
	if strings.Contains(strings.ToLower(s.without(fn, calls)), strings.ToLower(s.scheme())) {
		return "the function sends a token too: decide where the credential is chosen, and delete the branch that sends the key"
	}
	return ""
}

// scheme is the word in front of the token.
func (s *source) scheme() string {
	scheme, _, _ := strings.Cut(s.pack.Target.Value, "{")
	return strings.TrimSpace(scheme)
}

// without is the text of a span without the headers of the calls themselves,
// which are looked at by themselves, without comments, and without requests
// that go to others.
func (s *source) without(span syntax.Span, calls []*syntax.Call) string {
	var gaps []syntax.Span
	for _, c := range calls {
		for _, h := range c.Headers {
			gaps = append(gaps, h.Span)
		}
	}
	gaps = append(gaps, s.file.Comments()...)
	all := s.file.Calls()
	for i := range all {
		if host, _ := s.target(&all[i]); foreign(s.pack, host) {
			gaps = append(gaps, all[i].Span)
		}
	}
	slices.SortFunc(gaps, func(a, b syntax.Span) int { return a.Start - b.Start })
	var b strings.Builder
	at := span.Start
	for _, g := range gaps {
		if g.Start < at || g.End > span.End {
			continue
		}
		b.Write(s.text[at:g.Start])
		at = g.End
	}
	b.Write(s.text[at:span.End])
	return b.String()
}
