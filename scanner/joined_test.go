package scanner

import (
	"strings"
	"testing"
)

// TestJoinedLiterals: a key that is cut behind its first group is found, and no
// part of it is shown.
func TestJoinedLiterals(t *testing.T) {
	o := testOptions(t)
	key := expand(t, o, "{{uuid}}")
	for _, c := range []struct {
		op    string
		found bool
	}{{"' + '", true}, {"' . '", true}, {"' +\n  '", true}, {"', '", false}, {"' + x + '", false}} {
		text := "# hubspot\nHUBSPOT_API_KEY = '" + key[:8] + c.op + key[8:] + "'\n"
		f := NewFile("a.py", []byte(text))
		s := o.Detector.scan(f, everything)
		n := 0
		if s != nil {
			for _, f := range (&findings{o: &o, ordinals: map[string]int{}}).of(s) {
				if f.Secret != nil && *f.Secret.value == key {
					n++
				}
			}
		}
		if n == 1 != c.found {
			t.Errorf("%q: %d keys", c.op, n)
		}
		if m := o.Detector.Mask(text); c.found && strings.Contains(m, key[:8]) || strings.Contains(m, key[9:13]) {
			t.Errorf("%q: shown as %s", c.op, m)
		}
	}
}
