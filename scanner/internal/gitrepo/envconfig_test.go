package gitrepo

import (
	"slices"
	"testing"
)

func TestConfigParameters(t *testing.T) {
	for _, c := range []struct {
		text string
		want []configEntry
		bad  bool
	}{
		{"", nil, false},
		{"'a.b'='c'", []configEntry{{"a.b", "c"}}, false},
		{"'A.Sub.B=c=d'  'x.y'=", []configEntry{{"a.Sub.b", "c=d"}, {"x.y", "true"}}, false},
		{"'a.b'='it'\\''s'\\!' new' 'c.d'", []configEntry{{"a.b", "it's! new"}, {"c.d", "true"}}, false},
		{"'a.b'='c'x", nil, true},
		{"a.b=c", nil, true},
		{"'a.b'='c", nil, true},
		{"'ab'='c'", nil, true},
		{"'a.1b'='c'", nil, true},
		{"'a_.b'='c'", nil, true},
	} {
		got, ok := configParameters(c.text)
		if ok == c.bad || ok && !slices.Equal(got, c.want) {
			t.Errorf("%q: %v, %v; want %v", c.text, got, ok, c.want)
		}
	}
}
