package proof

import (
	"fmt"
	"strings"
)

// java keeps what a file declares in one class.
func java() *dialect {
	typed := func(params []string) string {
		var out []string
		for _, p := range params {
			out = append(out, "String "+p)
		}
		return "(" + strings.Join(out, ", ") + ")"
	}
	kind := func(f *function) string {
		if f.sends {
			return "void " + f.name
		}
		return "String " + f.name
	}
	thrown := func(f *function) string {
		if f.sends {
			return " throws Exception {"
		}
		return " {"
	}
	return &dialect{
		ending: ".java", head: "import java.net.URI;\nimport java.net.http.*;\n\n", plain: true,
		open: func(file int) string { return "class " + javaClass(file) + " {" },
		set: func(v *variable, to string, fresh bool) string {
			switch {
			case v.constant:
				return "static final String " + v.name + " = " + to + ";"
			case v.kind == anObject:
				return strings.TrimPrefix(to[:strings.IndexByte(to, '(')], "new ") + " " + v.name + " = " + to + ";"
			case fresh:
				return "String " + v.name + " = " + to + ";"
			}
			return v.name + " = " + to + ";"
		},
		grow:   func(v, more string) string { return v + " += " + more + ";" },
		branch: [3]string{"if (%s) {", "} else {", "}"},
		loop:   func(over, in string) string { return "for (String " + over + " : new String[] {" + in + "}) {" },
		result: "return %s;",
		do:     "%s;",
		end:    "}",
		function: func(f *function, params []string) string {
			return "static " + kind(f) + typed(params) + thrown(f)
		},
		class: func(c *class, parent string, fields []string) []string {
			head := "static class " + c.name
			if parent != "" {
				return []string{head + " extends " + parent + " {", "    " + c.name + typed(fields) + " {", "        super(" + strings.Join(fields, ", ") + ");", "    }"}
			}
			out := []string{head + " {"}
			for _, f := range fields {
				out = append(out, "    protected final String "+f+";")
			}
			out = append(out, "    "+c.name+typed(fields)+" {")
			for _, f := range fields {
				out = append(out, "        this."+f+" = "+f+";")
			}
			return append(out, "    }")
		},
		method: func(f *function, params []string) string { return kind(f) + typed(params) + thrown(f) },
		main:   [2]string{"public static void main(String[] args) throws Exception {", "}"},
		name:   plain, text: quoted(`"`), field: func(s string) string { return "this." + s },
		join: func(w *speaker, j join) string {
			if format, args := w.formatted(j, "%s"); j.style == 2 && args != "" {
				return `String.format("` + format + `", ` + args + ")"
			}
			return w.glued(j, " + ")
		},
		env: func(e env) string {
			if e.or != "" {
				return `System.getenv().getOrDefault("` + e.name + `", "` + e.or + `")`
			}
			return `System.getenv("` + e.name + `")`
		},
		given: `System.getenv("TENANT_SECRET")`,
		call: func(w *speaker, c call, args string) string {
			if c.on != nil {
				return w.expr(c.on) + "." + c.name + "(" + args + ")"
			}
			return w.known(c.file, c.name) + "(" + args + ")"
		},
		object: func(w *speaker, o object, args string) string {
			return "new " + w.known(o.file, o.name) + "(" + args + ")"
		},
		holds: [2]string{`System.getenv("NOBODY") == null`, `System.getenv("NOBODY") != null`},
		send: func(w *speaker, s send) []string {
			w.serial++
			chain := ""
			if s.header {
				chain += `.header("Accept", "text/plain")`
			}
			if s.post {
				chain += `.POST(HttpRequest.BodyPublishers.ofString("{}"))`
			}
			r := fmt.Sprintf("r%d", w.serial)
			request := `HttpRequest.newBuilder(URI.create(` + w.expr(s.url) + `))` + chain + `.build()`
			if s.style == 0 {
				request = `HttpRequest.newBuilder().uri(URI.create(` + w.expr(s.url) + `))` + chain + `.build()`
			}
			return []string{"HttpRequest " + r + " = " + request + ";", "System.out.println(HttpClient.newHttpClient().send(" + r + ", HttpResponse.BodyHandlers.ofString()).statusCode());"}
		},
	}
}

func javaClass(file int) string { return []string{"Main", "Lib", "Base"}[file] }
