package syntax

import "testing"

// The last names of a list go with the comma before them, however many go.
func TestCutImport(t *testing.T) {
	const text = "from a import One, Two, Three\n"
	for _, c := range []struct {
		gone []string
		want string
	}{
		{[]string{"One"}, "from a import Two, Three\n"},
		{[]string{"Two"}, "from a import One, Three\n"},
		{[]string{"Three"}, "from a import One, Two\n"},
		{[]string{"Two", "Three"}, "from a import One\n"},
		{[]string{"One", "Three"}, "from a import Two\n"},
		{[]string{"One", "Two"}, "from a import Three\n"},
		{[]string{"One", "Two", "Three"}, ""},
	} {
		f := read(t, "a.py", []byte(text))
		var gone []*Binding
		for _, b := range f.Bindings() {
			for _, name := range c.gone {
				if b.Name == name {
					gone = append(gone, b)
				}
			}
		}
		left := make([]bool, len(text))
		for _, b := range gone {
			for _, cut := range f.CutImport(b, gone) {
				for i := cut.Start; i < cut.End; i++ {
					left[i] = true
				}
			}
		}
		got := ""
		for i := range text {
			if !left[i] {
				got += text[i : i+1]
			}
		}
		if got != c.want {
			t.Errorf("without %v: %q, want %q", c.gone, got, c.want)
		}
	}
}
