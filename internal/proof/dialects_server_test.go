package proof

import (
	"slices"
	"strings"
)

func ruby() *dialect {
	return &dialect{
		ending: ".rb", head: "require 'json'\nrequire 'httparty'\n",
		load:   func(_ *program, f int, _ []string) string { return "require_relative '" + module(f) + "'" },
		set:    func(v *variable, to string, _ bool) string { return v.name + " = " + to },
		grow:   func(v, more string) string { return v + " += " + more },
		put:    func(of, name, to string) string { return of + "[:" + name + "] = " + to },
		branch: [3]string{"if %s", "else", "end"},
		loop:   func(over, in string) string { return "[" + in + "].each do |" + over + "|" },
		result: "%s", do: "%s", end: "end",
		function: func(f *function, params []string) string {
			return "def " + f.name + "(" + strings.Join(params, ", ") + ")"
		},
		class: func(c *class, parent string, fields []string) []string {
			if parent != "" {
				return []string{"class " + c.name + " < " + parent}
			}
			out := []string{"class " + c.name, "    def initialize(" + strings.Join(fields, ", ") + ")"}
			for _, f := range fields {
				out = append(out, "        @"+f+" = "+f)
			}
			return append(out, "    end")
		},
		method: func(f *function, params []string) string {
			return "def " + f.name + "(" + strings.Join(params, ", ") + ")"
		},
		name: plain, text: quoted("'"), field: func(s string) string { return "@" + s },
		join: func(w *speaker, j join) string {
			if j.style == 0 {
				return w.glued(j, " + ")
			}
			return `"` + w.filled(j, "#{", "}") + `"`
		},
		env: func(e env) string {
			if e.or != "" {
				return "ENV.fetch('" + e.name + "', '" + e.or + "')"
			}
			return "ENV['" + e.name + "']"
		},
		given: "ARGV[0]", item: "%s: %s", dict: [2]string{"{ ", " }"},
		call: func(w *speaker, c call, args string) string {
			if c.on != nil {
				return w.expr(c.on) + "." + c.name + "(" + args + ")"
			}
			return w.known(c.file, c.name) + "(" + args + ")"
		},
		object: func(w *speaker, o object, args string) string { return w.known(o.file, o.name) + ".new(" + args + ")" },
		holds:  [2]string{"ARGV.length < 9", "ARGV.length > 9"},
		send: func(w *speaker, s send) []string {
			var params, headers, body string
			verb := "get"
			if s.params != nil {
				params = "query: " + w.expr(s.params)
			}
			if s.header {
				headers = "headers: { 'Accept' => 'text/plain' }"
			}
			if s.post {
				verb, body = "post", "body: { a: 1 }.to_json"
			}
			if s.style == 0 {
				return []string{"response = HTTParty." + verb + "(" + behind(w.expr(s.url), params, headers, body) + ")", "puts response.code"}
			}
			if s.style == 1 && params+headers+body == "" {
				return []string{"puts Net::HTTP.get_response(URI(" + w.expr(s.url) + ")).code"}
			}
			return []string{"puts HTTParty." + verb + "(" + behind(w.expr(s.url), params, headers, body) + ").code"}
		},
	}
}

func php() *dialect {
	name := func(v *variable) string {
		if v.constant {
			return v.name
		}
		return "$" + v.name
	}
	return &dialect{
		ending: ".php", head: "<?php\nrequire_once 'GuzzleHttp/autoload.php';\n",
		load: func(_ *program, f int, _ []string) string { return "require_once __DIR__ . '/" + module(f) + ".php';" },
		set: func(v *variable, to string, _ bool) string {
			switch {
			case v.constant && strings.ContainsAny(to, "($"):
				return "define('" + v.name + "', " + to + ");"
			case v.constant:
				return "const " + v.name + " = " + to + ";"
			}
			return "$" + v.name + " = " + to + ";"
		},
		grow:   func(v, more string) string { return v + " .= " + more + ";" },
		put:    func(of, name, to string) string { return of + "['" + name + "'] = " + to + ";" },
		branch: [3]string{"if (%s) {", "} else {", "}"},
		loop:   func(over, in string) string { return "foreach ([" + in + "] as " + over + ") {" },
		result: "return %s;", do: "%s;", end: "}",
		function: func(f *function, params []string) string {
			return "function " + f.name + "(" + strings.Join(params, ", ") + ") {"
		},
		class: func(c *class, parent string, fields []string) []string {
			if parent != "" {
				return []string{"class " + c.name + " extends " + parent + " {"}
			}
			out := []string{"class " + c.name + " {"}
			for _, f := range fields {
				out = append(out, "    protected "+f+";")
			}
			out = append(out, "    public function __construct("+strings.Join(fields, ", ")+") {")
			for _, f := range fields {
				out = append(out, "        $this->"+f[1:]+" = "+f+";")
			}
			return append(out, "    }")
		},
		method: func(f *function, params []string) string {
			return "public function " + f.name + "(" + strings.Join(params, ", ") + ") {"
		},
		name: name, text: quoted("'"), field: func(s string) string { return "$this->" + s },
		join: func(w *speaker, j join) string {
			simple := !slices.ContainsFunc(j.parts, func(e expr) bool {
				r, ok := e.(ref)
				_, member := e.(field)
				_, literal := e.(text)
				return !(ok && !r.constant || member || literal)
			})
			switch {
			case j.style == 1 && simple:
				return `"` + w.filled(j, "{", "}") + `"`
			case j.style == 2:
				if format, args := w.formatted(j, "%s"); args != "" {
					return "sprintf('" + format + "', " + args + ")"
				}
			}
			return w.glued(j, " . ")
		},
		env: func(e env) string {
			if e.or != "" {
				return "(getenv('" + e.name + "') ?: '" + e.or + "')"
			}
			return "getenv('" + e.name + "')"
		},
		given: "$_SERVER['argv'][1]", item: "'%s' => %s", dict: [2]string{"[", "]"},
		call: func(w *speaker, c call, args string) string {
			if c.on != nil {
				return w.expr(c.on) + "->" + c.name + "(" + args + ")"
			}
			return w.known(c.file, c.name) + "(" + args + ")"
		},
		object: func(w *speaker, o object, args string) string {
			return "new " + w.known(o.file, o.name) + "(" + args + ")"
		},
		holds: [2]string{"count($_SERVER['argv']) < 9", "count($_SERVER['argv']) > 9"},
		send:  phpSend,
	}
}

func phpSend(w *speaker, s send) []string {
	url := w.expr(s.url)
	verb := "GET"
	if s.post {
		verb = "POST"
	}
	if s.style == 0 || s.style == 2 && (s.header || s.post) {
		var options []string
		if s.params != nil {
			options = append(options, "'query' => "+w.expr(s.params))
		}
		if s.header {
			options = append(options, "'headers' => ['Accept' => 'text/plain']")
		}
		if s.post {
			options = append(options, "'json' => ['a' => 1]")
		}
		o := ""
		if options != nil {
			o = "[" + strings.Join(options, ", ") + "]"
		}
		return []string{"$http = new GuzzleHttp\\Client();", "echo $http->request(" + behind("'"+verb+"'", url, o) + ")->getStatusCode(), \"\\n\";"}
	}
	if s.params != nil {
		url += " . '?' . http_build_query(" + w.expr(s.params) + ")"
	}
	if s.style == 2 {
		return []string{"echo json_decode(file_get_contents(" + url + "))->method, \"\\n\";"}
	}
	out := []string{"$ch = curl_init();", "curl_setopt($ch, CURLOPT_URL, " + url + ");", "curl_setopt($ch, CURLOPT_RETURNTRANSFER, true);"}
	if s.header {
		out = append(out, "curl_setopt($ch, CURLOPT_HTTPHEADER, ['Accept: text/plain']);")
	}
	if s.post {
		out = append(out, "curl_setopt($ch, CURLOPT_POST, true);", "curl_setopt($ch, CURLOPT_POSTFIELDS, '{\"a\":1}');")
	}
	return append(out, "echo json_decode(curl_exec($ch))->method, \"\\n\";")
}
