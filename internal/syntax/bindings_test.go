package syntax

import (
	"strings"
	"testing"
)

// TestScopes asks for the value of the last name in a source: a definition must
// not be taken for the only one where another function assigns the name, too.
func TestScopes(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"a.js", "const k = 'a'; f(k)", `literal "a" via k`},
		{"a.js", "let k = 'a'; function g() { k = process.env.K } f(k)", "definition k via k"},
		{"a.js", "function g() { k = 'b' } let k = 'a'; f(k)", "definition k via k"},
		{"a.js", "let k = 'a'; function g() { let k = 'b' } f(k)", `literal "a" via k`},
		{"a.js", "let k; function g() { k = 'b' } f(k)", `literal "b" via k sometimes`},
		{"a.js", "let k; if (x) { k = 'b' } f(k)", `literal "b" via k sometimes`},
		{"a.py", "k = 'a'\ndef g():\n    global k\n    k = 'b'\nf(k)", "definition k via k"},
		{"a.py", "k = 'a'\ndef g():\n    k = 'b'\nf(k)", `literal "a" via k`},
		{"a.php", "<?php $k = 'a'; function g() { $k = 'b'; } f($k)", `literal "a" via $k`},
		{"a.php", "<?php $k = 'a'; function g() { f($k); }", "definition $k"},
		{"a.rb", "k = 'a'\ndef g\n  f(k)\nend", "definition k"},
		{"a.go", "package a\nvar k = \"a\"\nfunc g() { k = \"b\" }\nfunc h() { f(k) }", "definition k via k"},
		{"a.go", "package a\nvar k = \"a\"\nfunc g() { k := \"b\" }\nfunc h() { f(k) }", `literal "a" via k`},
		{"A.java", "class A { String k = \"a\"; void g() { k = \"b\"; } void h() { f(k); } }", "member k via this.k"},
		{"A.cs", "class A { string k = \"a\"; void G() { k = \"b\"; } void H() { f(k); } }", "member k via this.k"},
		{"a.kt", "class A { var k = \"a\"\n fun g() { k = \"b\" }\n fun h() { f(k) } }", "member k via this.k"},
		{"A.java", "class A { static final String K = \"a\"; static class B { void h() { f(K); } } }", `literal "a" via this.K`},
		{"A.cs", "class A { const string K = \"a\"; class B { void H() { f(K); } } }", `literal "a" via this.K`},
		{"a.sh", "K=a\ng() { K=b; }\nf $K", "definition K via K"},
		{"a.sh", "K=a\ng() { local K=b; }\nf $K", `literal "a" via K`},
	} {
		f := read(t, c.name, []byte(c.src))
		at := strings.LastIndex(c.src, "f(") + 2
		end := at + strings.IndexAny(c.src[at:]+")", ")")
		if strings.HasSuffix(c.name, ".sh") {
			at, end = len(c.src)-2, len(c.src)
		}
		v := f.ValueAt(Span{at, end})
		got := showValue(v)
		if v.Conditional {
			got += " sometimes"
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.src, got, c.want)
		}
	}
}
