package fixer

import (
	"regexp"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax"
)

// decorated says why a request would not send the header that it is given where
// it is made: a function of the file that gets the request writes the header
// too, or all of them.
func (s *source) decorated(c *syntax.Call) string {
	b := s.file.Binding(c.Result)
	if b == nil || c.Result.Empty() || c.Role == syntax.Defaults {
		return ""
	}
	for _, read := range b.Reads {
		u := s.file.UseOf(read)
		if u.Kind != syntax.Passed || s.file.Text(u.Invocation.Args[u.Arg].Value) != s.file.Text(read) {
			continue
		}
		fn := s.file.Callee(u.Invocation)
		if fn == nil {
			continue
		}
		for name, at := range s.file.Arguments(fn, u.Invocation) {
			if !at.Contains(read) {
				continue
			}
			if line := s.writesHeaders(s.file.FunctionSpan(fn), strings.TrimLeft(name, "$")); line > 0 {
				return "\"" + fn.Plain() + "\", which gets the request, writes its headers too (line " + itoa(line) + ")"
			}
		}
	}
	return ""
}

// writesHeaders is the line in a function where it writes the header of the
// token, or all headers, of a parameter; 0 for none.
func (s *source) writesHeaders(fn syntax.Span, param string) int {
	text := s.text[fn.Start:fn.End]
	for _, m := range regexp.MustCompile(`\b`+regexp.QuoteMeta(param)+`\b`).FindAllIndex(text, -1) {
		rest, _, _ := strings.Cut(string(text[m[1]:]), ";")
		rest, _, _ = strings.Cut(rest, "\n")
		if strings.Contains(strings.ToLower(rest), strings.ToLower(s.pack.Target.Header)) || clearsHeaders.MatchString(rest) {
			return s.lineOf(fn.Start + m[0])
		}
	}
	return 0
}

// clearsHeaders follows a request whose headers are replaced or taken away.
var clearsHeaders = pattern.New(`(?i)^\W*headers?\W*(\.?clear\b|\.?removeAll\b|=[^=])|^\W*(removeHeaders|setHeaders|replace_headers?)\b`)
