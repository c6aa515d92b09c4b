package scanner

import "strings"

// Mask replaces everything in a text that has the form of a credential.
func (d *Detector) Mask(text string) string {
	f := NewFile("", []byte(text))
	d.mask(f, nil)
	var b strings.Builder
	at := 0
	for _, m := range f.masks {
		b.WriteString(text[at:m.Start])
		b.WriteString(preserve(f.Text, m))
		at = m.End
	}
	b.WriteString(text[at:])
	return b.String()
}
