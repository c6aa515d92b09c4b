package scanner

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/unhapi/unhapi/rules"
)

// TestSeen proves that what is remembered of other texts changes no answer:
// versions of the packs' examples, put together, are looked at with one memory
// for all and with none.
func TestSeen(t *testing.T) {
	o := testOptions(t)
	var pieces []string
	for _, p := range o.Detector.set.Packs {
		for _, r := range p.Rules {
			examples := slices.Concat(r.Examples.Match, r.Examples.Ignore)
			for _, c := range r.Clients {
				examples = append(examples, c.Match...)
			}
			for _, e := range examples {
				pieces = append(pieces, expand(t, o, e.Text))
			}
		}
	}
	rnd := rand.New(rand.NewPCG(11, 12))
	var before seen
	found := 0
	for range 300 {
		text := []byte(fmt.Sprintf("// %d\n", rnd.IntN(9)))
		for range 1 + rnd.IntN(5) {
			text = append(text, pieces[rnd.IntN(len(pieces))]...)
			text = append(text, []string{"", "\n", "\n\n", "\n}\n", "\n[section]\n", "\n  key:\n"}[rnd.IntN(6)]...)
		}
		for range 4 { // versions of it
			if at := rnd.IntN(len(text)); rnd.IntN(2) == 0 {
				text = slices.Insert(text, at, "x\n  \"= "[rnd.IntN(7)])
			} else {
				text = slices.Delete(text, at, min(at+rnd.IntN(3), len(text)))
			}
			for i, w := range o.Detector.wake(text) {
				x := o.Detector.packs[i]
				want, got := x.values(text, &w, nil), x.values(text, &w, &before)
				if !reflect.DeepEqual(got, want) {
					t.Fatalf("got %v, want %v in\n%s", valuePlaces(got), valuePlaces(want), text)
				}
				found += len(want)
			}
		}
	}
	if found < 500 || len(before.words) == 0 || len(before.keys) == 0 || reflect.DeepEqual(before.tried, rules.Tried{}) {
		t.Errorf("%d values found: the texts prove nothing", found)
	}
}

func valuePlaces(all []candidate) (out []string) {
	for _, c := range all {
		out = append(out, fmt.Sprintf("%d-%d %s", c.start, c.end, c.rule.ID))
	}
	return out
}
