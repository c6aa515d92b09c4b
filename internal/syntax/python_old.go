package syntax

import "github.com/unhapi/unhapi/internal/pattern"

// pyOld is what only Python 2 understands, or code that has to run there too.
var pyOld = pattern.New(`(?m)^#!.*\bpython2|^\s*(?:import|from)\s+(?:urllib2|urlparse|httplib|cookielib|ConfigParser|StringIO|cStringIO|__future__|six|past|builtins)\b|^\s*from\s+\S+\s+import\s+(?:\w+\s*,\s*)*six\b|\burllib\.(?:urlencode|quote|quote_plus|unquote|urlopen)\(|\b(?:unicode|xrange|raw_input)\(|\bbasestring\b|\.(?:iteritems|has_key)\(`)

// pyAdapt writes for the version of Python that a file is in: before 3.6 there
// is no f-string, and no {**a}.
func pyAdapt(f *File) {
	root := f.tree.Root()
	if len(root.Find("interpolation", "await")) > 0 || !pyOld.Match(f.src) && len(root.Find("print_statement", "exec_statement")) == 0 {
		return
	}
	id := &f.lang.idiom
	id.join = func(prefix, e string) string { return `"` + prefix + `" + ` + pyTerm(e) }
	id.spread = func(e string) (string, string) { return "dict(" + e + ", **{", "})" }
}

// pyTerm puts parentheses around an expression that + would not take whole.
func pyTerm(e string) string {
	deep, quote := 0, byte(0)
	for i := 0; i < len(e); i++ {
		switch c := e[i]; {
		case quote != 0:
			if c == '\\' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '(' || c == '[' || c == '{':
			deep++
		case c == ')' || c == ']' || c == '}':
			deep--
		case deep == 0 && (c == ' ' || c == '\t' || c == '\n' || c == '%' || c == '<' || c == '|'):
			return "(" + e + ")"
		}
	}
	return e
}
