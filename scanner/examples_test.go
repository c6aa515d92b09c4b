package scanner

import (
	"testing"

	"github.com/unhapi/unhapi/rules"
)

// TestExamples runs the examples of every built-in pack.
func TestExamples(t *testing.T) {
	set, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	d, err := NewDetector(set)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range set.Packs {
		for _, err := range d.CheckExamples(p) {
			t.Error(err)
		}
	}
}
