package literal

import (
	"bytes"
	"math/rand"
	"slices"
	"strings"
	"testing"
)

// naive finds every occurrence the slowest way.
func naive(literals []string, text []byte) []Hit {
	var hits []Hit
	folded := fold(string(text))
	for i, l := range literals {
		l = fold(l)
		for s := range len(text) - len(l) + 1 {
			if folded[s:s+len(l)] == l {
				hits = append(hits, Hit{s, s + len(l), i})
			}
		}
	}
	slices.SortFunc(hits, compareHits)
	return hits
}

// engines returns a matcher of every kind that this machine has.
func engines(t testing.TB, literals []string) map[string]*Matcher {
	t.Helper()
	all := map[string]*Matcher{}
	for name, use := range map[string]engine{"scalar": scalarOnly, "vector": vectorOnly} {
		if use == vectorOnly && !hasVector {
			continue
		}
		m, err := build(literals, use)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = m
	}
	return all
}

// agree checks each engine against the naive search, at every alignment of a few.
func agree(t testing.TB, literals []string, text []byte, all map[string]*Matcher) {
	t.Helper()
	want := naive(literals, text)
	prefix := []Hit{{-1, -1, -1}}
	for name, m := range all {
		got := m.Append(slices.Clone(prefix), text)
		if !slices.Equal(got[1:], want) || got[0] != prefix[0] {
			t.Fatalf("%s: %q in %q:\n got %v\nwant %v", name, literals, text, got[1:], want)
		}
		if m.Contains(text) != (len(want) > 0) {
			t.Fatalf("%s: %q in %q: Contains is %v", name, literals, text, len(want) == 0)
		}
	}
}

func utf16(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		b.WriteByte(c)
		b.WriteByte(0)
	}
	return b.String()
}

// TestEnginesAgree uses texts made of pieces of the literals, so that occurrences overlap, share starts, and touch both
// ends.
func TestEnginesAgree(t *testing.T) {
	sets := [][]string{
		{"hapikey"},
		{"hapikey", "hubapi.com", "pat-na1-"},
		{"ababa", "baba", "babab", "abcab", "cabc", "ABAB"},
		{"hapikey", "hapi", "apik", "Key=", "keyhapi", "\x00\x00\x00\x00", "éèê", "ÉÈ!x", "@[`{"},
		{"hapikey", utf16("hapikey"), "\x00" + utf16("hapi"), strings.Repeat("x", 255), strings.Repeat("xy", 90)},
		many(40), many(700),
	}
	r := rand.New(rand.NewSource(1))
	for _, literals := range sets {
		var pieces []string
		for _, l := range literals {
			for range 4 {
				a := r.Intn(len(l))
				pieces = append(pieces, l, l[:a], l[a:], strings.ToUpper(l))
			}
		}
		pieces = append(pieces, "x", "\x00", "some other text ", "\xff", "`", "[", "@")
		all := engines(t, literals)
		rounds := 400
		if len(literals) > 100 {
			rounds = 15
		}
		for range rounds {
			var b []byte
			for n := r.Intn(120); n > 0; n-- {
				b = append(b, pieces[r.Intn(len(pieces))]...)
			}
			agree(t, literals, b, all)
		}
	}
}

// many returns n made-up words like those of packs.
func many(n int) []string {
	r := rand.New(rand.NewSource(int64(n)))
	words := make([]string, n)
	for i := range words {
		b := make([]byte, 5+r.Intn(8))
		for k := range b {
			b[k] = "abcdefghijklmnopqrstuvwxyz-_.0123456789="[r.Intn(40)]
		}
		words[i] = string(b)
	}
	return words
}

// TestEveryLengthAndPlace puts a literal at every place of texts of every length around the steps of the engines.
func TestEveryLengthAndPlace(t *testing.T) {
	for _, l := range []string{"abcd", "hapikey", strings.Repeat("q", 40)} {
		all := engines(t, []string{l, "zzzzz"})
		for n := 0; n < 160; n++ {
			text := bytes.Repeat([]byte("."), n)
			agree(t, []string{l, "zzzzz"}, text, all)
			for at := 0; at+len(l) <= n; at++ {
				copy(text[at:], l)
				for name, m := range all {
					if got := m.Append(nil, text); len(got) != 1 || got[0] != (Hit{at, at + len(l), 0}) || !m.Contains(text) {
						t.Fatalf("%s: %q at %d of %d: got %v", name, l, at, n, got)
					}
				}
				copy(text[at:], bytes.Repeat([]byte("."), len(l)))
			}
		}
	}
}

func TestNew(t *testing.T) {
	for _, bad := range []string{"", "abc", strings.Repeat("a", 256)} {
		if _, err := New([]string{"hapikey", bad}); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
	if _, err := New(make([]string, MaxLiterals+1)); err == nil {
		t.Error("too many literals: no error")
	}
	m, err := New(nil)
	if err != nil || m.Longest() != 0 || m.Contains([]byte("hapikey")) || m.Append(nil, []byte("hapikey")) != nil {
		t.Errorf("an empty set: %v, %v", m, err)
	}
	if m, err = New([]string{"abcd", "hapikey"}); err != nil || m.Longest() != 7 {
		t.Errorf("longest: %v, %v", m.Longest(), err)
	}
}

func TestNoAllocation(t *testing.T) {
	text := []byte(strings.Repeat("some text with a HapiKey in it\n", 100))
	for name, m := range engines(t, []string{"hapikey", "hubapi.com"}) {
		dst := make([]Hit, 0, 200)
		if n := testing.AllocsPerRun(10, func() { dst = m.Append(dst[:0], text) }); n != 0 {
			t.Errorf("%s: Append allocates %v times", name, n)
		}
		if n := testing.AllocsPerRun(10, func() { m.Contains(text) }); n != 0 {
			t.Errorf("%s: Contains allocates %v times", name, n)
		}
	}
}

func FuzzEnginesAgree(f *testing.F) {
	f.Add("hapikey\nhubapi.com", []byte("a HAPIKEY=1 hubapi.com"))
	f.Add("abab\nbaba\n\x00\x00\x00\x00", bytes.Repeat([]byte("ab\x00"), 40))
	f.Fuzz(func(t *testing.T, lines string, text []byte) {
		literals := slices.DeleteFunc(strings.Split(lines, "\n"), func(l string) bool {
			return len(l) < MinLength || len(l) > MaxLength
		})
		if len(text) > 4096 || len(literals) > 200 {
			return
		}
		agree(t, literals, text, engines(t, literals))
	})
}
