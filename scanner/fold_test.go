package scanner

import (
	"bytes"
	"testing"
)

// TestFold compares with byte by byte, for every byte at every place of a word.
func TestFold(t *testing.T) {
	for c := range 256 {
		for at := range 19 {
			text := bytes.Repeat([]byte("Z"), 19)
			text[at] = byte(c)
			want := bytes.Repeat([]byte("z"), 19)
			want[at] = byte(c)
			if 'A' <= c && c <= 'Z' {
				want[at] += 'a' - 'A'
			}
			if got := fold(text); !bytes.Equal(got, want) {
				t.Fatalf("%q: got %q", text, got)
			}
		}
	}
}
