package rules

import "testing"

// TestBuiltInPacks makes the checks of the built-in packs, which a run leaves
// out, and proves that it loads the same as with them.
func TestBuiltInPacks(t *testing.T) {
	files, err := builtinFiles()
	if err != nil || len(files) == 0 {
		t.Fatal(len(files), err)
	}
	set, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range files {
		p, err := Parse(f.Name, f.Content)
		if err != nil {
			t.Fatal(err)
		}
		own := set.Packs[i]
		if own.source != p.source || len(own.Rules) != len(p.Rules) || len(own.Formats) != len(p.Formats) {
			t.Errorf("%s differs: %d rules, %d formats", f.Name, len(own.Rules), len(own.Formats))
		}
		for _, r := range p.Rules {
			if got := own.Rule(r.ID); got == nil || got.Severity != r.Severity {
				t.Errorf("%s: rule %s differs", f.Name, r.ID)
			}
		}
	}
}
