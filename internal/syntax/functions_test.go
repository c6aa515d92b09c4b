package syntax

import (
	"fmt"
	"strings"
	"testing"
)

// TestFunctions follows a URL that is built in one function and sent in another.
func TestFunctions(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"a.js", `
const BASE = 'https://x';
function url(path, key) { return BASE + path + '?key=' + key; }
class A {
  async send(method, url) { return axios({ method, url }); }
  all() { return this.send('get', url('/a', this.key)); }
}
const get = (u) => fetch(u);
get(url('/b', K));
`, `url(path key): calls 2, returns BASE + path + '?key=' + key
send(method url): calls 1, returns axios({ method, url })
all(): calls 0, returns this.send('get', url('/a', this.key))
get(u): calls 1, returns fetch(u)
`},
		{"a.py", `
def url(path, key="x"):
    return BASE + path + "?key=" + key
def send(method, u):
    return requests.request(method, u)
send("get", url("/a"))
`, `url(path key): calls 1, returns BASE + path + "?key=" + key
send(method u): calls 1, returns requests.request(method, u)
`},
		{
			"a.rb", "def url(path)\n  \"#{BASE}#{path}?key=#{KEY}\"\nend\ndef get(u)\n  HTTParty.get(u)\nend\nget(url('/a'))\n",
			"url(path): calls 1, returns \"#{BASE}#{path}?key=#{KEY}\"\nget(u): calls 1, returns HTTParty.get(u)\n",
		},
		{
			"a.php", "<?php\nfunction url($p) { return BASE . $p . '?key=' . KEY; }\nfunction get($u) { return file_get_contents($u); }\nget(url('/a'));\n",
			"url($p): calls 1, returns BASE . $p . '?key=' . KEY\nget($u): calls 1, returns file_get_contents($u)\n",
		},
		{
			"a.go", "package a\nfunc url(p string) string { return base + p + \"?key=\" + key }\nfunc get(u string) { http.Get(u) }\nfunc f() { get(url(\"/a\")) }\n",
			"url(p): calls 1, returns base + p + \"?key=\" + key\nget(u): calls 1\nf(): calls 0\n",
		},
	} {
		f := read(t, c.name, []byte(c.src))
		var b strings.Builder
		for _, fn := range f.Functions() {
			var params []string
			for _, p := range fn.Params {
				params = append(params, p.Name)
			}
			fmt.Fprintf(&b, "%s(%s): calls %d", fn.Name, strings.Join(params, " "), len(fn.Callers))
			for _, r := range fn.Returns {
				fmt.Fprintf(&b, ", returns %s", f.Text(r))
			}
			b.WriteString("\n")
		}
		if b.String() != c.want {
			t.Errorf("%s: got\n%s", c.name, b.String())
		}
	}
}

func TestUseOf(t *testing.T) {
	for _, c := range []struct{ name, src, at, want string }{
		{"a.js", "send('get', `https://x?key=${k}`)", "`https://x?key=${k}`", "passed send 1"},
		{"a.js", "function f() { return 'https://x?key=' + k }", "'https://x?key=' + k", "returned"},
		{"a.js", "const u = new URL('https://x' + k)", "'https://x' + k", "assigned u"},
		{"a.js", "const o = { url: 'https://x' }", "'https://x'", "entry url"},
		{"a.js", "res.endpoint = 'https://x'", "'https://x'", "entry endpoint"},
		{"a.js", "const u = 'https://x' + k", "'https://x'", "text"},
		{"a.js", "const f = (k) => 'https://x' + k", "'https://x' + k", "returned"},
		{"a.py", "send(url=f'https://x?key={k}')", "f'https://x?key={k}'", "passed send 0"},
		{"a.py", "u = 'https://x?key=%s' % k", "'https://x?key=%s' % k", "assigned u"},
		{"a.php", "<?php send($m, 'https://x?key=' . $k);", "'https://x?key=' . $k", "passed send 1"},
		{"a.php", "<?php class A { const U = 'https://x'; }", "'https://x'", "assigned this.U"},
		{"a.rb", "send(:get, \"https://x?key=#{k}\")", "\"https://x?key=#{k}\"", "passed send 1"},
		{"a.go", "package a\nfunc f() string { return \"https://x\" + k }", "\"https://x\" + k", "returned"},
		{"a.go", "package a\nvar u = g(\"https://x\" + k)", "\"https://x\" + k", "passed g 0"},
		{"A.java", "class A { String u = \"https://x\" + k; }", "\"https://x\" + k", "assigned this.u"},
		{"A.cs", "class A { void F() { _http.Post($\"a?key={k}\", b); } }", "$\"a?key={k}\"", "passed Post 0"},
		{"a.kt", "fun f(k: String) = send(\"https://x?key=$k\")", "\"https://x?key=$k\"", "passed send 0"},
	} {
		f := read(t, c.name, []byte(c.src))
		at := strings.Index(c.src, c.at)
		u := f.UseOf(Span{at, at + len(c.at)})
		got := u.Kind.String()
		switch {
		case u.Kind == Passed:
			got += fmt.Sprintf(" %s %d", u.Invocation.Name, u.Arg)
		case u.Binding != nil:
			got += " " + u.Binding.Name
		case u.Name != "":
			got += " " + u.Name
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.src, got, c.want)
		}
	}
}
