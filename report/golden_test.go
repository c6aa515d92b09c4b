package report_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"

	"github.com/unhapi/unhapi/report"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// styles are the ways in which the text is looked at.
var styles = map[string]report.Style{
	"80":       {Width: 80},
	"80.color": {Width: 80, Color: true},
	"40":       {Width: 40},
	"pipe":     {},
	"root":     {Width: 120, Root: "../website/"},
}

// golden says which of them each case has; formats for machines have no style.
var golden = map[string][]string{
	"app": {"80", "80.color", "40", "pipe", "root"}, "all": {"80"}, "hostile": {"80", "40"}, "empty": {"80", "80.color"},
	"incomplete": {"80", "80.color", "40"}, "history": {"80", "40"}, "changes": {"80"},
}

func write(t *testing.T, r *report.Report, f report.Format, s report.Style) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b, r, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGolden(t *testing.T) {
	for _, c := range cases(t) {
		for _, f := range report.Formats() {
			if f.Name != "text" {
				compare(t, c.name+"."+f.Name, write(t, c.report, f, report.Style{}))
				continue
			}
			for _, style := range golden[c.name] {
				compare(t, c.name+"."+style+".txt", write(t, c.report, f, styles[style]))
			}
		}
	}
}

func compare(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: run go test ./report -update", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs: run go test ./report -update and look at the change\n%s", name, firstDifference(got, want))
	}
}

func firstDifference(got, want []byte) string {
	g, w := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return "got  " + g[i] + "\nwant " + w[i]
		}
	}
	return "one is longer"
}

// everything writes each case in each format and style.
func everything(t *testing.T, do func(t *testing.T, c testCase, f report.Format, s report.Style, out []byte)) {
	for _, c := range cases(t) {
		for _, f := range report.Formats() {
			for name, s := range styles {
				t.Run(c.name+"/"+f.Name+"/"+name, func(t *testing.T) { do(t, c, f, s, write(t, c.report, f, s)) })
			}
		}
	}
}

// TestNoSecret is the third promise of the tool.
func TestNoSecret(t *testing.T) {
	everything(t, func(t *testing.T, c testCase, _ report.Format, _ report.Style, out []byte) {
		low := strings.ToLower(string(out))
		for i, secret := range c.secrets {
			secret = strings.ToLower(secret)
			for _, form := range []string{secret, strings.TrimPrefix(secret, "pat-acme-")} {
				if strings.Contains(low, form) {
					t.Errorf("the output holds secret %d", i)
				}
			}
		}
	})
}

func TestSameOutputTwice(t *testing.T) {
	everything(t, func(t *testing.T, c testCase, f report.Format, s report.Style, out []byte) {
		if !bytes.Equal(out, write(t, c.report, f, s)) {
			t.Error("the second output differs")
		}
	})
}

// TestHarmless looks for what a terminal or a CI system would obey.
func TestHarmless(t *testing.T) {
	everything(t, func(t *testing.T, c testCase, f report.Format, s report.Style, out []byte) {
		text := string(out)
		if s.Color && f.Name == "text" {
			for _, code := range []string{"1", "2", "31", "32", "33", "36", "1;31", "1;33", "0", ""} {
				text = strings.ReplaceAll(text, "\x1b["+code+"m", "")
			}
		}
		for _, r := range text {
			if r < ' ' && r != '\n' || 0x7f <= r && r < 0xa0 || r == '\u202e' || r == '\u2066' || r == '\u200b' || r == '\ufffd' && f.Name == "text" {
				t.Fatalf("the output holds %U", r)
			}
		}
		for _, line := range strings.Split(text, "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") || strings.Contains(line, "##vso[") {
				t.Errorf("a command: %q", line)
			}
		}
	})
}

// TestWidth checks that only words that cannot be broken are wider than the
// screen: places, links, names.
func TestWidth(t *testing.T) {
	everything(t, func(t *testing.T, c testCase, f report.Format, s report.Style, out []byte) {
		if f.Name != "text" {
			return
		}
		width := s.Width
		if width == 0 {
			width = 100
		}
		for _, line := range strings.Split(string(out), "\n") {
			if strings.HasSuffix(line, " ") {
				t.Errorf("spaces at the end: %q", line)
			}
			if lipgloss.Width(line) > width && len(strings.Fields(line)) > 1 && !strings.HasPrefix(line, "──") {
				t.Errorf("%d columns: %q", lipgloss.Width(line), line)
			}
		}
	})
}

func TestFormats(t *testing.T) {
	last := ""
	for _, f := range report.Formats() {
		if f.Name <= last || f.Help == "" || f.Write == nil {
			t.Errorf("format %q: not sorted, or not whole", f.Name)
		}
		last = f.Name
	}
}
