package fixer

import (
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// wrapped looks at the callers of the function around a call whose URL comes,
// in part, from a parameter. It says whether all of them are in view and
// reach endpoints that may be fixed, or why the call must stay.
func (s *source) wrapped(c *syntax.Call) (known bool, why string) {
	if c.URL == nil {
		return false, ""
	}
	return s.reached(c.URL, nil, c.Function, 3)
}

// reached follows a URL that is built in a function to the function's callers.
// The parameters in given are known already.
func (s *source) reached(t *syntax.Text, given map[string]string, function syntax.Span, left int) (bool, string) {
	params := s.paramsIn(t, function)
	if len(params) == 0 || left == 0 {
		return false, ""
	}
	fn := s.file.FunctionOf(function)
	if fn == nil {
		return false, ""
	}
	all := len(fn.Reads) > 0 && !strings.HasPrefix(fn.Name, "this.") && !s.published(fn)
	for _, read := range fn.Reads {
		inv := s.file.InvocationAt(read)
		if inv == nil || !inv.Callee.Contains(read) {
			all = false
			continue
		}
		known, why := s.caller(t, fn, inv, left)
		if why != "" {
			return false, why
		}
		all = all && known
	}
	return all, ""
}

// caller classifies the endpoint that one caller makes of a URL.
func (s *source) caller(t *syntax.Text, fn *syntax.Binding, inv *syntax.Invocation, left int) (bool, string) {
	given := map[string]string{}
	deeper := false
	for name, at := range s.file.Arguments(fn, inv) {
		arg := s.file.TextAt(at)
		given[name] = s.written(arg, nil)
		if len(s.paramsIn(arg, inv.Function)) > 0 {
			deeper = true
		}
	}
	host, path := scanner.ParseURL(s.written(t, given))
	where := " (line " + itoa(s.lineOf(inv.Span.Start)) + ")"
	switch s.pack.EndpointOf(host, path) {
	case rules.KeepEndpoint:
		return false, "a developer endpoint is called through it too" + where
	case rules.UnknownEndpoint:
		if foreign(s.pack, host) {
			return false, "it also sends requests to " + host + where
		}
		if deeper {
			return s.outer(t, given, inv, left)
		}
		return false, ""
	}
	return true, ""
}

// outer follows a wrapper of a wrapper: the text of its argument, with the
// rest of the URL around it, is what its own callers complete.
func (s *source) outer(t *syntax.Text, given map[string]string, inv *syntax.Invocation, left int) (bool, string) {
	for _, a := range inv.Args {
		arg := s.file.TextAt(a.Value)
		if arg == nil || len(s.paramsIn(arg, inv.Function)) == 0 {
			continue
		}
		joined := &syntax.Text{Span: arg.Span}
		for _, p := range t.Pieces {
			if text, ok := given[p.Text]; !p.Literal && ok && text == s.written(arg, nil) {
				joined.Pieces = append(joined.Pieces, arg.Pieces...)
				continue
			}
			joined.Pieces = append(joined.Pieces, p)
		}
		return s.reached(joined, nil, inv.Function, left-1)
	}
	return false, ""
}

// paramsIn lists the parameters of a function that stand in the host and path
// of a URL.
func (s *source) paramsIn(t *syntax.Text, function syntax.Span) []string {
	if t == nil {
		return nil
	}
	var out []string
	for _, p := range t.Pieces {
		if p.Literal {
			if strings.Contains(p.Text, "?") {
				break
			}
			continue
		}
		if b := s.file.Binding(p.Expr); b != nil && b.Kind == syntax.Param && b.Scope == function && !slices.Contains(out, p.Text) {
			out = append(out, p.Text)
		}
	}
	return out
}

// published says whether a function can be used by other files.
func (s *source) published(fn *syntax.Binding) bool {
	for _, d := range fn.Defs {
		if s.exported(d.Statement.Start) {
			return true
		}
	}
	switch s.file.Language {
	case "javascript", "typescript", "tsx":
		return false // module.exports reads the name
	case "python":
		return fn.Scope.Start == 0 && fn.Scope.End == len(s.text) && !s.isScript()
	}
	return fn.Scope.Start == 0
}

// isScript says whether a Python file is run, not imported.
func (s *source) isScript() bool {
	text := string(s.text)
	if strings.Contains(text, "__main__") || strings.HasPrefix(text, "#!") {
		return true
	}
	// Code of its own at the top level: a call that stands by itself.
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "print(") || strings.HasPrefix(line, "main(") {
			return true
		}
	}
	return false
}
