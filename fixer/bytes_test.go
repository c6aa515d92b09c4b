package fixer

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBytes fixes files whose bytes are not plain lines of UTF-8, and looks at
// every byte of the result.
func TestBytes(t *testing.T) {
	h := newHarness(t)
	const (
		js     = "fetch('https://api.hubapi.com/owners/v2/owners?hapikey=' + key);"
		jsNew  = "fetch('https://api.hubapi.com/owners/v2/owners', { headers: { Authorization: `Bearer ${key}` } });"
		py     = "requests.get('https://api.hubapi.com/owners/v2/owners', params={'hapikey': key})"
		pyNew  = "requests.get('https://api.hubapi.com/owners/v2/owners', headers={\"Authorization\": f\"Bearer {key}\"})"
		pyTop  = "import requests\n"
		lines  = "fetch(\n\t'https://api.hubapi.com/owners/v2/owners?hapikey=' + key,\n\t{\n\t\tmethod: 'PUT',\n\t},\n);\n"
		lines2 = "fetch(\n\t'https://api.hubapi.com/owners/v2/owners',\n\t{\n\t\tmethod: 'PUT',\n\t\theaders: { Authorization: `Bearer ${key}` },\n\t},\n);\n"
	)
	crlf := func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
	for _, c := range []struct{ name, file, in, want string }{
		{"CRLF", "a.js", crlf("// x\n" + js + "\n" + lines), crlf("// x\n" + jsNew + "\n" + lines2)},
		{"CRLF of Python", "a.py", crlf(pyTop + "def f(key):\n    return " + py + "\n"), crlf(pyTop + "def f(key):\n    return " + pyNew + "\n")},
		{"no newline at the end", "a.js", "// x\n" + js, "// x\n" + jsNew},
		{"tabs", "a.js", "function f(key) {\n\t" + js + "\n}\n", "function f(key) {\n\t" + jsNew + "\n}\n"},
		{"mixed indent", "a.py", pyTop + "def f(key):\n\tif key:\n\t    return " + py + "\n", pyTop + "def f(key):\n\tif key:\n\t    return " + pyNew + "\n"},
		{"byte order mark", "a.js", "\xef\xbb\xbf" + js + "\n", "\xef\xbb\xbf" + jsNew + "\n"},
		{"text of many bytes", "a.js", "// größer 漢字 🎉\n" + js + "\n", "// größer 漢字 🎉\n" + jsNew + "\n"},
		{"Latin-1", "a.js", "// gr\xf6\xdfer\n" + js + "\n", ""},
		{"UTF-16", "a.js", utf16(js), ""},
		{"NUL", "a.js", js + "\n\x00\n", ""},
		{"minified", "a.min.js", "var a=1;" + js + strings.Repeat("f(a);", 2000), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, c.file, c.in)
			_, p := h.plan(t, dir, Unsafe)
			for _, ch := range p.Changes {
				if err := ch.Write(dir); err != nil {
					t.Fatal(err)
				}
			}
			got, err := os.ReadFile(filepath.Join(dir, c.file))
			if err != nil {
				t.Fatal(err)
			}
			want := c.want
			if want == "" {
				want = c.in
			}
			if !bytes.Equal(got, []byte(want)) {
				t.Errorf("got\n%q\nwant\n%q", got, want)
			}
		})
	}
}

func utf16(s string) string {
	out := "\xff\xfe"
	for _, c := range s {
		out += string([]byte{byte(c), 0})
	}
	return out
}
