package report

import (
	"strings"
	"testing"

	"github.com/unhapi/unhapi/scanner"
)

// TestMarker draws the marker under what is marked by "[" and "]".
func TestMarker(t *testing.T) {
	long := strings.Repeat("x", 50)
	for _, c := range []struct {
		line        string
		width       int
		text, under string
	}{
		{"a [key] b", 40, "a key b", "  ^^^"},
		{"\ta\t[key]", 40, "    a   key", "        ^^^"},
		{"日本 [鍵🔑]", 40, "日本 鍵🔑", "     ^^^^"},
		{"é́ [k]", 40, "é́ k", "  ^"},
		{"\x1b[k]\x00", 40, "␛k␀", " ^"},
		{"[ \tkey ]", 40, "    key ", "    ^^^"},
		{"\u202e[k]", 40, "<U+202E>k", "        ^"},
		{"[key]" + long, 20, "keyxxxxxxxxxxxxxxxx⋯", "^^^"},
		{long + "[key]", 20, "⋯xxxxxxxxxxxxxxxxkey", "                 ^^^"},
		{long + "[key]" + long, 20, "⋯xxxxkeyxxxxxxxxxxx⋯", "     ^^^"},
		{long + "[" + long + "]", 20, "⋯xxxxxxxxxxxxxxxxxx⋯", "     ^^^^^^^^^^^^^^"},
		{strings.Repeat("日", 30) + "[k]" + long, 20, "⋯日日kxxxxxxxxxxxxx⋯", "     ^"},
	} {
		start, end := strings.Index(c.line, "["), strings.LastIndex(c.line, "]")-1
		line := c.line[:start] + c.line[start+1:end+1] + c.line[end+2:]
		text, mark := visible(line, scanner.Span{Start: start, End: end})
		text, mark = window(text, mark, c.width)
		under := strings.Repeat(" ", mark.Start) + strings.Repeat("^", mark.End-mark.Start)
		if text != c.text || under != c.under {
			t.Errorf("%q:\ngot  %s\n     %s\nwant %s\n     %s", c.line, text, under, c.text, c.under)
		}
	}
}

// TestHalfCharacters drops what a cut through a long line left over.
func TestHalfCharacters(t *testing.T) {
	line := "\x97\xa5本[k]本\xe6\x97"
	start := strings.Index(line, "[")
	line = strings.NewReplacer("[", "", "]", "").Replace(line)
	text, mark := visible(line, scanner.Span{Start: start, End: start + 1})
	if text != "本k本" || mark != (scanner.Span{Start: 2, End: 3}) {
		t.Errorf("%q %v", text, mark)
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{
		{"", 10, ""},
		{"one two three", 7, "one two|three"},
		{"averyveryverylongword x", 5, "averyveryverylongword|x"},
		{"日本 日本 日本", 9, "日本 日本|日本"},
		{"  a   b ", 10, "a b"},
	} {
		if got := strings.Join(wrap(c.text, c.width), "|"); got != c.want {
			t.Errorf("wrap(%q, %d) = %q, want %q", c.text, c.width, got, c.want)
		}
	}
}
