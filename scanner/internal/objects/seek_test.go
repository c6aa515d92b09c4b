package objects

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestSeek compares with looking at every hit, from every place.
func TestSeek(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 300 {
		m := make([]hit, r.IntN(40))
		for i := range m {
			m[i].start = int32(r.IntN(60))
		}
		slices.SortFunc(m, compareHits)
		for src := range int32(62) {
			want := slices.IndexFunc(m, func(h hit) bool { return h.start >= src })
			if want < 0 {
				want = len(m)
			}
			for from := range len(m) + 1 {
				if got := seek(m, from, src); got != want {
					t.Fatalf("from %d to %d: hit %d, want %d of %v", from, src, got, want, m)
				}
			}
		}
	}
}
