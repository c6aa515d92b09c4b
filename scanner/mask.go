package scanner

import (
	"sort"
	"strings"

	"github.com/unhapi/unhapi/scanner/internal/shapes"
)

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

// mask notes every stretch of the text that has the form of a credential, so
// that no code frame shows it: also values that are no finding.
func (d *Detector) mask(f *File, places []found) {
	var spans []Span
	for _, p := range places {
		if p.verdict.Kind.IsSecret() || p.value != "" {
			spans = append(spans, p.span)
		}
	}
	shaped := shapesOf(f.Text)
	for _, at := range shaped.Tails {
		start := at
		for start > 0 && isAlnum(f.Text[start-1]) {
			start--
		}
		if first, _, ok := joinedAt(f.Text, at); ok {
			start = first.Start
		}
		spans = append(spans, Span{start, at + shapes.Tail})
	}
	lower := fold(f.Text)
	for _, x := range d.packs {
		for _, r := range findRuns(f.Text, shaped.Runs, x.runs) {
			spans = append(spans, Span{r[0], r[1]})
		}
		for _, fm := range x.formats {
			for _, l := range fm.Literals {
				if lower.index(strings.ToLower(l), 0) < 0 {
					continue
				}
				for _, m := range fm.FindAll(f.Text) {
					spans = append(spans, Span{m[0], m[1]})
				}
				break
			}
		}
	}
	sort.Slice(spans, func(i, j int) bool { return spans[i].Start < spans[j].Start })
	f.masks = f.masks[:0]
	for _, s := range spans {
		if n := len(f.masks); n > 0 && s.Start <= f.masks[n-1].End {
			f.masks[n-1].End = max(f.masks[n-1].End, s.End)
			continue
		}
		f.masks = append(f.masks, s)
	}
}
