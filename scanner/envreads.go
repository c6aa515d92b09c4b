package scanner

import (
	"strings"

	"github.com/unhapi/unhapi/rules"
)

// Around "env", which all ways to read an environment variable but %NAME%
// spell, so much of a text is looked at: patterns are slow, and no name is as
// long.
const envBefore, envAfter = 40, 256

// environmentReads collects where code reads an environment name.
func (s *scanned) environmentReads(a *analysis) {
	text, lower := s.file.Text, a.a.text.lower()
	last := len(envReads) - 1
	s.envReadsIn(a, 0, len(text), last, last+1) // %NAME%
	for at := lower.index("env", 0); at >= 0; {
		from, to := max(0, at-envBefore), at+envAfter
		for at >= 0 && at-envBefore <= to {
			to = at + envAfter
			at = lower.index("env", at+1)
		}
		s.envReadsIn(a, from, min(to, len(text)), 0, last)
	}
}

// envReadsIn tries some of the patterns on a part of the text.
func (s *scanned) envReadsIn(a *analysis, from, to, first, end int) {
	text := s.file.Text
	for _, re := range envReads[first:end] {
		for _, m := range re.FindAllSubmatchIndex(text[from:to], maxEnvNames) {
			name := string(text[from+m[2] : from+m[3]])
			if !a.x.LegacyEnv(name) || a.region(from+m[2]) != rules.Code {
				continue
			}
			start := from + m[0]
			for start < from+m[2] && !isIdent(text[start]) {
				start++ // a pattern may begin with the byte before the call
			}
			for start > 0 && (isIdent(text[start-1]) || strings.IndexByte(".:\\", text[start-1]) >= 0) {
				start-- // os. in os.getenv
			}
			s.envs = append(s.envs, envDefinition{pack: a.x, name: name, span: Span{start, a.expressionEnd(start)}})
		}
	}
}
