package scanner

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
)

// TestTreeBadInput: each of these stands beside a file with a secret, which is
// found whatever happens.
func TestTreeBadInput(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("most of these files do not exist there")
	}
	o := testOptions(t)
	token := expand(t, o, "{{app-token 2}}")
	for _, c := range []struct {
		name   string
		put    func(t *testing.T, dir string)
		reason string // why "bad" is skipped; "" for not at all
		failed bool
		finds  bool // the token in "bad"
	}{
		{"unreadable file", func(t *testing.T, dir string) {
			if os.Getuid() == 0 {
				t.Skip("root may read everything")
			}
			must(t, os.WriteFile(filepath.Join(dir, "bad"), []byte(token), 0o000))
		}, "unreadable", true, false},
		{"unreadable folder", func(t *testing.T, dir string) {
			if os.Getuid() == 0 {
				t.Skip("root may read everything")
			}
			must(t, os.Mkdir(filepath.Join(dir, "bad"), 0o000))
		}, "unreadable", true, false},
		{"broken symbolic link", func(t *testing.T, dir string) { must(t, os.Symlink("hubspot/"+token, filepath.Join(dir, "bad"))) }, "", false, true},
		{"symbolic link to itself", func(t *testing.T, dir string) { must(t, os.Symlink("bad", filepath.Join(dir, "bad"))) }, "", false, false},
		{"symbolic link to the folder above", func(t *testing.T, dir string) { must(t, os.Symlink("..", filepath.Join(dir, "bad"))) }, "", false, false},
		{"FIFO", func(t *testing.T, dir string) {
			if runtime.GOOS == "windows" {
				t.Skip("Windows has no FIFO in a folder")
			}
			must(t, mkfifo(filepath.Join(dir, "bad")))
		}, "not a regular file", false, false},
		{"file of 2 GB", func(t *testing.T, dir string) {
			must(t, os.WriteFile(filepath.Join(dir, "bad"), []byte(strings.Repeat("text\n", 4000)+token), 0o666))
			must(t, os.Truncate(filepath.Join(dir, "bad"), 2<<30))
		}, "oversized", false, false},
		{"invalid UTF-8", func(t *testing.T, dir string) {
			must(t, os.WriteFile(filepath.Join(dir, "bad"), []byte("\xfd\xfc\xfb hubspot\x80\n"+token+"\n\xc3\n"), 0o666))
		}, "", false, true},
		{"NUL bytes", func(t *testing.T, dir string) {
			must(t, os.WriteFile(filepath.Join(dir, "bad"), []byte("\x00\x00\x01"+token+"\x00"), 0o666))
		}, "binary", false, false},
		{"NUL byte far behind", func(t *testing.T, dir string) {
			must(t, os.WriteFile(filepath.Join(dir, "bad"), []byte(strings.Repeat("text\n", 4000)+token+"\n\x00\n"), 0o666))
		}, "", false, true},
		{"empty file", func(t *testing.T, dir string) { must(t, os.WriteFile(filepath.Join(dir, "bad"), nil, 0o666)) }, "", false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := gittest.TempDir(t)
			must(t, os.WriteFile(filepath.Join(dir, "good.py"), []byte(expand(t, o, "T = '{{app-token 1}}'\n")), 0o666))
			c.put(t, dir)
			res := scanTree(t, o, dir)
			want := []string{"good.py"}
			if c.finds {
				want = []string{"bad", "good.py"}
			}
			equal(t, "files with findings", foundIn(res), want)
			if c.reason != "" && !skippedAs(res, "bad", c.reason) || c.reason == "" && len(res.Skipped) > 0 || res.Complete() == c.failed {
				t.Errorf("skipped %+v, want %q (failed: %t)", res.Skipped, c.reason, c.failed)
			}
		})
	}
}

// TestTreeBadNames: a path that is no UTF-8 is scanned, and reported as it is.
func TestTreeBadNames(t *testing.T) {
	o := testOptions(t)
	dir := gittest.TempDir(t)
	name := "caf\xe9\n.py"
	if os.WriteFile(filepath.Join(dir, name), []byte(expand(t, o, "T = '{{app-token}}'\n")), 0o666) != nil {
		t.Skip("the file system takes no such name")
	}
	equal(t, "files with findings", foundIn(scanTree(t, o, dir)), []string{name})
}

// TestTreeLongLine: a line of many megabytes is looked at, and its frame is
// short.
func TestTreeLongLine(t *testing.T) {
	o := testOptions(t)
	o.MaxSize = 64 << 20
	dir := gittest.TempDir(t)
	size := 50 << 20
	if raceEnabled {
		size = 2 << 20 // everything takes ten times as long
	}
	line := bytes.Repeat([]byte(`{"a": [1, 2, 3], "text": "x-y"}, `), size/32)
	copy(line[size/2:], expand(t, o, `"hubspot": "{{app-token}}",`))
	must(t, os.WriteFile(filepath.Join(dir, "long.json"), line, 0o666))
	res := scanTree(t, o, dir)
	f := secretOf(t, res, expand(t, o, "{{app-token}}"))
	if f.Start.Line != 1 || len(f.Frame) != 1 || len(f.Frame[0].Text) > 200 {
		t.Errorf("found at %+v with a frame of %d lines", f.Start, len(f.Frame))
	}
}

// TestTreeDamagedIndex: without an index nobody knows what is tracked; the rest
// is scanned, and the run is not complete.
func TestTreeDamagedIndex(t *testing.T) {
	o := testOptions(t)
	r := forest(t, o)
	must(t, os.Truncate(r.Path(".git/index"), 30))
	res := scanTree(t, o, r.Dir)
	equal(t, "files with findings", foundIn(res), []string{"src/deep/tracked.py", "tracked.py", "untracked.py"})
	if res.Complete() {
		t.Errorf("the scan counts as complete; skipped %+v", res.Skipped)
	}
}

func TestStdinLimits(t *testing.T) {
	o := testOptions(t)
	text := expand(t, o, "T = '{{app-token}}'\n")
	for _, c := range []struct {
		name, content, reason string
		limit                 int64
		want                  int
	}{
		{"text", text, "", 0, 1},
		{"UTF-16", utf16Text(text, true, true), "", 0, 1},
		{"too large", text, "oversized", 10, 0},
		{"binary", "\x00\x01" + text, "binary", 0, 0},
		{"empty", "", "", 0, 0},
	} {
		o.MaxSize = c.limit
		res := Stdin(t.Context(), "<stdin>", []byte(c.content), o)
		if len(res.Findings) != c.want || (c.reason != "") != skippedAs(res, "<stdin>", c.reason) || !res.Complete() {
			t.Errorf("%s: %d findings, skipped %+v", c.name, len(res.Findings), res.Skipped)
		}
	}
}
