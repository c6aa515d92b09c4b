package cli

import (
	"path/filepath"
	"testing"
)

func TestWithin(t *testing.T) {
	for text, want := range map[string]string{
		"/a/b/c.py":                        "c.py",
		"/a/b: no pack":                    "no pack",
		"open /a/b/c: gone":                "open c: gone",
		"see `/a/b/c` and \"/a/b/d\"":      "see `c` and \"d\"",
		"/other/a/b/c":                     "/other/a/b/c",
		"open /other/a/b/c: gone":          "open /other/a/b/c: gone",
		"/a/bc: gone":                      "/a/bc: gone",
		"points to /a/b, which is no such": "points to /a/b, which is no such",
	} {
		if got := within(filepath.FromSlash("/a/b"), filepath.FromSlash(text)); got != filepath.FromSlash(want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got := within("/", "/a/b: gone"); got != "/a/b: gone" {
		t.Error(got)
	}
}
