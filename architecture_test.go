package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	namedTest    = regexp.MustCompile("`(Test\\w+)`")
	namedPackage = regexp.MustCompile("(?m)^\\| `([a-z/]+)` \\|")
)

// TestArchitecture proves that the tests and packages that ARCHITECTURE.md
// names exist, that no package is missing there, and that it stays one page.
func TestArchitecture(t *testing.T) {
	text, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(text, []byte("\n")); n > 100 {
		t.Errorf("ARCHITECTURE.md has %d lines: one page is what is read", n)
	}
	tests := testNames(t)
	for _, m := range namedTest.FindAllSubmatch(text, -1) {
		if !tests[string(m[1])] {
			t.Errorf("ARCHITECTURE.md names %s, which does not exist", m[1])
		}
	}
	for _, m := range namedPackage.FindAllSubmatch(text, -1) {
		if info, err := os.Stat(string(m[1])); err != nil || !info.IsDir() {
			t.Errorf("ARCHITECTURE.md names the package %s, which does not exist", m[1])
		}
	}
	seen := map[string]bool{}
	for _, s := range sources(t) {
		dir := s.dir()
		if seen[dir] {
			continue
		}
		seen[dir] = true
		if dir != "." && !strings.HasPrefix(dir, "testdata/") && !covered(string(text), dir) {
			t.Errorf("ARCHITECTURE.md does not name the package %s", dir)
		}
	}
}

// covered reports whether the text names a folder, or the one that it is a part
// of.
func covered(text, dir string) bool {
	if strings.Contains(text, "`"+dir+"`") {
		return true
	}
	parent := filepath.ToSlash(filepath.Dir(dir))
	switch parent {
	case ".", "internal", "scanner/internal":
		return false
	}
	return covered(text, parent)
}

func testNames(t *testing.T) map[string]bool {
	t.Helper()
	form := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	names := map[string]bool{}
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		text, err := os.ReadFile(name)
		for _, m := range form.FindAllSubmatch(text, -1) {
			names[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
