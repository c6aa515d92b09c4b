package lexer

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// TestSpecialBytes proves that nothing begins at a byte that is passed over: it
// takes generated texts apart at every byte, too.
func TestSpecialBytes(t *testing.T) {
	pieces := []string{
		"\"", "'", "`", "\"\"\"", "'''", "//", "/*", "*/", "#", ";", "--", "--[[", "]]", "<!--", "-->", "<#", "#>", "{-", "-}", "<!---", "--->",
		"<<EOT\n", "EOT\n", "<?php ", "?>", "<?", "\n=begin", "\n=end", "${", "#{", "$(", "(", ")", "[", "]", "{", "}", "\\", "/", "@", "\n", " ", "word", "=", "é",
	}
	langs := []*Lang{other, log, csv}
	for _, l := range byExt {
		langs = append(langs, l)
	}
	for _, l := range byName {
		langs = append(langs, l)
	}
	slices.SortFunc(langs, func(a, b *Lang) int { return len(a.Name) - len(b.Name) })
	rnd := rand.New(rand.NewPCG(9, 10))
	for _, l := range langs {
		for range 40 {
			var text []byte
			for range rnd.IntN(40) {
				text = append(text, pieces[rnd.IntN(len(pieces))]...)
			}
			if l == php {
				text = append([]byte("<?php "), text...)
			}
			want := &Text{Lang: l, Src: text}
			for s := (scan{t: want, open: -1}); !l.Prose && s.i < len(text); {
				s.step()
			}
			if got := Lex(l, text); !reflect.DeepEqual(got, want) {
				t.Fatalf("%s: got %v, want %v in %q", l.Name, got, want, text)
			}
		}
	}
}
