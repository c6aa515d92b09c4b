package report

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/unhapi/unhapi/scanner"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"":                          "",
		"src/a b.py":                "src/a b.py",
		"日本語 🔑\u00a0\u3000é":        "日本語 🔑\u00a0\u3000é",
		"\x1b[31m\x07\x00\x7f":      "␛[31m␇␀␡",
		"a\nb\r\tc":                 "a␊b␍␉c",
		"\u0085\u009b31m":           "<U+0085><U+009B>31m",
		"\u202eevil\u2069":          "<U+202E>evil<U+2069>",
		"zero\u200bwidth\ufeff":     "zero<U+200B>width<U+FEFF>",
		"tag\U000e0041":             "tag<U+E0041>",
		"\xff\xc3(\xed\xa0\x80":     `\xff\xc3(\xed\xa0\x80`,
		"\ufffd":                    "\ufffd",
		"##[error]x##vso[task]###[": "#♯[error]x#♯vso[task]##♯[",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestDisarmLine(t *testing.T) {
	for in, want := range map[string]string{
		"::error::x":     "\ua789:error::x",
		" \t ::x":        " \t \ua789:x",
		"std::string":    "std::string",
		"3 │ ::error::x": "3 │ ::error::x",
		":":              ":",
		"":               "",
	} {
		if got := disarmLine(in); got != want {
			t.Errorf("disarmLine(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, seed := range []string{"", "a", "\x1b[31m", "##[x]", "##vso[", "::x", "\u202e", "\xff\xfe", "\t日本\t🔑", "#\x1b#["} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := clean(s)
		if !utf8.ValidString(got) || strings.IndexFunc(got, unprintable) >= 0 {
			t.Errorf("clean(%q) = %q is not printable", s, got)
		}
		if strings.Contains(got, "##[") || strings.Contains(got, "##vso[") || clean(got) != got {
			t.Errorf("clean(%q) = %q is not clean", s, got)
		}
		if line := strings.TrimSpace(disarmLine(got)); strings.HasPrefix(line, "::") {
			t.Errorf("%q is a command", line)
		}
		out, err := encodeJSON(s, "")
		if err != nil {
			t.Fatal(err)
		}
		if strings.IndexFunc(strings.TrimSuffix(string(out), "\n"), unprintable) >= 0 || strings.Contains(string(out), "##") {
			t.Errorf("the JSON of %q is not printable: %q", s, out)
		}
		var back string
		if err := json.Unmarshal(out, &back); err != nil || back != strings.ToValidUTF8(s, "\ufffd") && utf8.ValidString(s) {
			t.Errorf("%q came back as %q: %v", s, back, err)
		}
	})
}

func FuzzWindow(f *testing.F) {
	f.Add("\tparams = {'akey': key} # 日本語 🔑🔑", 3, 9, 20)
	f.Add("\x1b\xff\u202e日日日", 0, 2, 5)
	f.Add(strings.Repeat("x", 300), 200, 240, 40)
	f.Fuzz(func(t *testing.T, line string, start, end, width int) {
		if width < 10 || width > 200 || len(line) > 1000 || strings.ContainsAny(line, "\n") {
			return
		}
		text, mark := visible(line, scanner.Span{Start: start, End: end})
		if strings.IndexFunc(text, unprintable) >= 0 {
			t.Errorf("%q became %q", line, text)
		}
		text, mark = window(text, mark, width)
		if cells(text) > width || mark.Start < 0 || mark.End < mark.Start || mark.End > width {
			t.Errorf("%q became %q with the mark %v in %d columns", line, text, mark, width)
		}
	})
}
