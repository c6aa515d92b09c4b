package proof

import (
	"fmt"
	"slices"
	"strings"
)

func compact(names []string) string {
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}

func quoted(q string) func(string) string { return func(s string) string { return q + s + q } }

func plain(v *variable) string { return v.name }

// behind gives arguments behind a first one, but for the empty ones.
func behind(first string, rest ...string) string {
	out := []string{first}
	for _, r := range rest {
		if r != "" {
			out = append(out, r)
		}
	}
	return strings.Join(out, ", ")
}

// dialects are the languages in which programs are invented.
var dialects = map[string]*dialect{"python": python(), "node": node(), "ruby": ruby(), "php": php(), "java": java()}

func python() *dialect {
	return &dialect{
		ending: ".py", head: "import os\nimport sys\n\nimport requests\n",
		load: func(p *program, f int, names []string) string {
			if p.qualified {
				return "import " + module(f)
			}
			return "from " + module(f) + " import " + compact(names)
		},
		set:    func(v *variable, to string, _ bool) string { return v.name + " = " + to },
		grow:   func(v, more string) string { return v + " += " + more },
		put:    func(of, name, to string) string { return fmt.Sprintf("%s['%s'] = %s", of, name, to) },
		branch: [3]string{"if %s:", "else:", ""},
		loop:   func(over, in string) string { return "for " + over + " in [" + in + "]:" },
		result: "return %s", do: "%s",
		function: func(f *function, params []string) string {
			return "def " + f.name + "(" + strings.Join(params, ", ") + "):"
		},
		class: func(c *class, parent string, fields []string) []string {
			if parent != "" {
				return []string{"class " + c.name + "(" + parent + "):"}
			}
			out := []string{"class " + c.name + ":", "    def __init__(self, " + strings.Join(fields, ", ") + "):"}
			for _, f := range fields {
				out = append(out, "        self."+f+" = "+f)
			}
			return out
		},
		method: func(f *function, params []string) string {
			return "def " + f.name + "(" + strings.Join(append([]string{"self"}, params...), ", ") + "):"
		},
		main: [2]string{},
		name: plain, text: quoted("'"), field: func(s string) string { return "self." + s },
		join: func(w *speaker, j join) string {
			switch j.style {
			case 0:
				return w.glued(j, " + ")
			case 1:
				return `f"` + w.filled(j, "{", "}") + `"`
			}
			format, args := w.formatted(j, "{}")
			if args == "" {
				return "'" + format + "'"
			}
			return "'" + format + "'.format(" + args + ")"
		},
		env: func(e env) string {
			if e.or != "" {
				return "os.environ.get('" + e.name + "', '" + e.or + "')"
			}
			return "os.environ['" + e.name + "']"
		},
		given: "sys.argv[1]", item: "'%s': %s", dict: [2]string{"{", "}"},
		call: func(w *speaker, c call, args string) string {
			if c.on != nil {
				return w.expr(c.on) + "." + c.name + "(" + args + ")"
			}
			return w.known(c.file, c.name) + "(" + args + ")"
		},
		object: func(w *speaker, o object, args string) string { return w.known(o.file, o.name) + "(" + args + ")" },
		holds:  [2]string{"len(sys.argv) < 9", "len(sys.argv) > 9"},
		send: func(w *speaker, s send) []string {
			var params, headers, body string
			verb := "get"
			if s.params != nil {
				params = "params=" + w.expr(s.params)
			}
			if s.header {
				headers = "headers={'Accept': 'text/plain'}"
			}
			if s.post {
				verb, body = "post", "json={'a': 1}"
			}
			if s.style == 0 {
				return []string{"r = requests." + verb + "(" + behind(w.expr(s.url), params, headers, body) + ")", "print(r.status_code)"}
			}
			if s.style == 1 {
				return []string{"print(requests.request(" + behind("'"+strings.ToUpper(verb)+"'", w.expr(s.url), params, headers, body) + ").status_code)"}
			}
			return []string{"print(requests." + verb + "(" + behind(w.expr(s.url), params, headers, body) + ").status_code)"}
		},
	}
}

func node() *dialect {
	wait := func(f *function) string {
		if f.sends {
			return "async "
		}
		return ""
	}
	return &dialect{
		ending: ".js", head: "const axios = require('axios');\n",
		load: func(p *program, f int, names []string) string {
			if p.qualified {
				return "const " + module(f) + " = require('./" + module(f) + "');"
			}
			return "const { " + compact(names) + " } = require('./" + module(f) + "');"
		},
		tail: func(_ int, names []string) string { return "module.exports = { " + strings.Join(names, ", ") + " };" },
		set: func(v *variable, to string, fresh bool) string {
			switch {
			case !fresh:
				return v.name + " = " + to + ";"
			case v.constant:
				return "const " + v.name + " = " + to + ";"
			}
			return "let " + v.name + " = " + to + ";"
		},
		grow:   func(v, more string) string { return v + " += " + more + ";" },
		put:    func(of, name, to string) string { return of + "." + name + " = " + to + ";" },
		branch: [3]string{"if (%s) {", "} else {", "}"},
		loop:   func(over, in string) string { return "for (const " + over + " of [" + in + "]) {" },
		result: "return %s;", do: "%s;",
		function: func(f *function, params []string) string {
			return wait(f) + "function " + f.name + "(" + strings.Join(params, ", ") + ") {"
		},
		class: func(c *class, parent string, fields []string) []string {
			if parent != "" {
				return []string{"class " + c.name + " extends " + parent + " {"}
			}
			out := []string{"class " + c.name + " {", "    constructor(" + strings.Join(fields, ", ") + ") {"}
			for _, f := range fields {
				out = append(out, "        this."+f+" = "+f+";")
			}
			return append(out, "    }")
		},
		method: func(f *function, params []string) string {
			return wait(f) + f.name + "(" + strings.Join(params, ", ") + ") {"
		},
		end: "}", main: [2]string{"(async () => {", "})();"},
		name: plain, text: quoted("'"), field: func(s string) string { return "this." + s },
		join: func(w *speaker, j join) string {
			if j.style == 0 {
				return w.glued(j, " + ")
			}
			return "`" + w.filled(j, "${", "}") + "`"
		},
		env: func(e env) string {
			if e.or != "" {
				return "(process.env." + e.name + " || '" + e.or + "')"
			}
			return "process.env." + e.name
		},
		given: "process.argv[2]", item: "%s: %s", dict: [2]string{"{ ", " }"},
		call: func(w *speaker, c call, args string) string {
			on := ""
			if c.sends {
				on = "await "
			}
			if c.on != nil {
				return on + w.expr(c.on) + "." + c.name + "(" + args + ")"
			}
			return on + w.known(c.file, c.name) + "(" + args + ")"
		},
		object: func(w *speaker, o object, args string) string {
			return "new " + w.known(o.file, o.name) + "(" + args + ")"
		},
		holds: [2]string{"process.argv.length < 9", "process.argv.length > 9"},
		send: func(w *speaker, s send) []string {
			verb := "get"
			var options []string
			if s.params != nil {
				p := "params: " + w.expr(s.params)
				if p == "params: params" {
					p = "params"
				}
				options = append(options, p)
			}
			if s.header {
				options = append(options, "headers: { 'X-From': 'a' }")
			}
			config := func(more ...string) string {
				all := append(more, options...)
				if len(all) == 0 {
					return ""
				}
				return "{ " + strings.Join(all, ", ") + " }"
			}
			if s.post {
				verb = "post"
			}
			switch {
			case s.style == 0:
				body := ""
				if s.post {
					body = "{ a: 1 }"
				}
				return []string{"console.log((await axios." + verb + "(" + behind(w.expr(s.url), body, config()) + ")).status);"}
			case s.style == 1 || s.params != nil:
				more := []string{"method: '" + verb + "'", "url: " + w.expr(s.url)}
				if s.post {
					more = append(more, "data: { a: 1 }")
				}
				return []string{"console.log((await axios(" + config(more...) + ")).status);"}
			}
			var more []string
			if s.post {
				more = append(more, "method: 'POST'", "body: JSON.stringify({ a: 1 })")
			}
			return []string{"console.log((await fetch(" + behind(w.expr(s.url), config(more...)) + ")).status);"}
		},
	}
}
