package cli

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

func TestParseSize(t *testing.T) {
	for typed, want := range map[string]int64{
		"1": 1, "500k": 500_000, "16MiB": 16 << 20, "2GB": 2e9, "10KB": 10_000, "1Gi": 1 << 30, "none": 1<<63 - 1,
	} {
		if got, err := parseSize(typed); err != nil || got != want {
			t.Errorf("parseSize(%q) = %d, %v, want %d", typed, got, err, want)
		}
	}
	for _, typed := range []string{"", "0", "-1", "MiB", "1.5M", "1XB", "9223372036854775807G", "1 M"} {
		if got, err := parseSize(typed); err == nil {
			t.Errorf("parseSize(%q) = %d, want an error", typed, got)
		}
	}
}

func TestPrintable(t *testing.T) {
	for s, want := range map[string]string{
		"plain – text":    "plain – text",
		"\x1b[31mred":     `\x1b[31mred`,
		"a\nb\x00":        `a\x0ab\x00`,
		"\xff\xfe":        `\xff\xfe`,
		"gpj.\u202eexe":   `gpj.\u202eexe`,
		"::stop-commands": "::stop-commands",
	} {
		if got := printable(s); got != want {
			t.Errorf("printable(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestMessagesHoldNoSecret(t *testing.T) {
	set, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	text, made := rules.Expand(set.Packs, "no such file: {{app-token}}/{{cli-key}}")
	var out bytes.Buffer
	a := &app{stderr: &out}
	a.say("%s", text)
	for _, secret := range made {
		if strings.Contains(out.String(), secret) {
			t.Errorf("a message shows the secret: %s", out.String())
		}
	}
	if len(made) != 2 || !strings.HasSuffix(out.String(), ": …/…\n") {
		t.Errorf("got %q", out.String())
	}
}

func TestDidYouMean(t *testing.T) {
	known := []string{"format", "force-exclude", "since"}
	for typed, want := range map[string]string{
		"fromat": "did you mean --format? see", "FORMAT": "did you mean --format? see", "sinc": "did you mean --since? see",
		"elephant": "see", "x": "see",
	} {
		if got := didYouMean("--", typed, known, "see"); got != want {
			t.Errorf("didYouMean(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	got := strings.Join(wrap("one two three  four", 8), "|")
	if want := "one two|three|four"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := wrap("", 8); len(got) != 1 {
		t.Errorf("no text gives %d lines, want one", len(got))
	}
}

func TestWriteFileLeavesTheOldFileWhenItFails(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report")
	if err := writeFile(path, func(w io.Writer) error { _, err := io.WriteString(w, "old"); return err }); err != nil {
		t.Fatal(err)
	}
	err := writeFile(path, func(w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return io.ErrUnexpectedEOF
	})
	if err == nil {
		t.Fatal("want an error")
	}
	if text, _ := os.ReadFile(path); string(text) != "old" {
		t.Errorf("the file holds %q", text)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("%d files are left, want one", len(entries))
	}
}

func TestProgressIsOneLineThatGoesAway(t *testing.T) {
	var out bytes.Buffer
	p := &progressLine{w: &out}
	p.show(scanner.Progress{Done: 1 << 20, Total: 2 << 20, Unit: "bytes"})
	p.show(scanner.Progress{Done: 2 << 20, Total: 2 << 20, Unit: "bytes"}) // too soon
	p.last = time.Time{}
	p.show(scanner.Progress{Done: 7, Unit: "files"})
	p.clear()
	p.show(scanner.Progress{Done: 8, Unit: "files"})
	want := "\r\x1b[Kscanning: 1.0 MiB of 2.0 MiB (50%)\r\x1b[Kscanning: 7 files\r\x1b[K"
	if got := out.String(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCancelledRunIsIncomplete(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.py"), []byte("x = 1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	code := Main(ctx, nil, strings.NewReader(""), &out, &errs, []string{"scan", dir})
	if code != exitIncomplete || !strings.Contains(errs.String(), "interrupted: the report is incomplete") {
		t.Errorf("code %d, stderr %q", code, errs.String())
	}
}

// FuzzParseConfig feeds the reader of configuration files, which come from
// repositories that nobody has looked at.
func FuzzParseConfig(f *testing.F) {
	for _, seed := range []string{
		"exclude: [old/]\ndisable:\n  - a-rule\n", "rules: x", "a: &a [*a]", "", "null", "[]", "<<: {exclude: [x]}",
		"baseline: b.json\nforeign-tags: true\nrules: [a, b]\n", "exclude: [\"a\\nb\"]", "? [a]\n: b", "exclude: &x [a]\ndisable: *x",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		c, err := parseConfig("fuzz.yaml", content)
		if err == nil && c == nil {
			t.Fatal("neither a configuration nor an error")
		}
		if err != nil && len(rules.Mistakes(err)) == 0 {
			t.Fatalf("an error without a mistake: %v", err)
		}
	})
}
