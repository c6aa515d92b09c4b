package gitrepo

import "testing"

func TestSharedFolders(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"a", "", 0},
		{"a", "b", 0},
		{"a", "a", 1},
		{"a/b", "a", 1},
		{"a", "a/b", 1},
		{"a/b", "a/c", 1},
		{"ab", "a", 0},
		{"a/bc/d", "a/b/d", 1},
		{"a/b/c/d", "a/b/c/e", 5},
		{"a/b/c", "a/b/cd", 3},
	} {
		if got := sharedFolders(c.a, c.b); got != c.want {
			t.Errorf("%q and %q share %d bytes, want %d", c.a, c.b, got, c.want)
		}
	}
}
