package fixer

import (
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax"
)

// loggers are functions that write what they are given for people to read.
var loggers = pattern.New(`(?i)^(console\.(log|info|debug|warn|error)|print|println|printf|puts|p|pp|echo|error_log|var_dump|print_r|fmt\.(print|println|printf)|log\.(print|println|printf|info|debug)|logg(er|ing)\.\w+|log(ger)?\.\w+|\$?this->log\w*|rails\.logger\.\w+|console\.writeline|system\.(out|err)\.print(ln)?)$`)

// logged lists the reads of a definition that only write its value to a log.
func (s *source) logged(b *syntax.Binding) []syntax.Span {
	var out []syntax.Span
	for _, r := range b.Reads {
		inv := s.file.InvocationAt(r)
		if inv != nil && inv.Arguments.Contains(r) && s.file.Binding(inv.Callee) == nil && loggers.MatchString(s.file.Text(inv.Callee)) {
			out = append(out, r)
		}
	}
	return out
}

// notes name what a fix leaves behind: code that logs the key, and comments
// around the call that speak of the parameter.
func (s *source) notes(p *part) []string {
	var out []string
	if p.supply != nil {
		for _, b := range p.supply.bindings() {
			for _, r := range s.logged(b) {
				out = append(out, s.path+":"+itoa(s.lineOf(r.Start))+": logs the key, and now the token")
			}
		}
	}
	for _, c := range s.file.Comments() {
		text := strings.ToLower(s.file.Text(c))
		if slices.ContainsFunc(s.names, func(n string) bool { return strings.Contains(text, strings.ToLower(n)) }) && s.near(c, p) {
			out = append(out, s.path+":"+itoa(s.lineOf(c.Start))+": a comment speaks of the parameter")
		}
	}
	return compact(out)
}

// near says whether a comment stands in the function of a request, or right
// before it.
func (s *source) near(c syntax.Span, p *part) bool {
	for _, q := range p.rw.requests {
		fn := q.call.Function
		if fn.Contains(c) || c.End <= fn.Start && s.lineOf(fn.Start)-s.lineOf(c.End) <= 2 {
			return true
		}
	}
	return false
}
