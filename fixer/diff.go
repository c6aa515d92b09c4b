package fixer

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"github.com/unhapi/unhapi/scanner"
)

// context is how many lines of a diff surround a change.
const diffContext = 3

// Diff is the change as a unified diff that `git apply` takes. It holds the
// secrets that the change removes.
func (c Change) Diff() string {
	edits := c.lines()
	if edits == nil {
		edits = udiff.Lines(string(c.Old), string(c.New))
	}
	d, err := udiff.ToUnified("a/"+c.Path, "b/"+c.Path, string(c.Old), edits, diffContext)
	if err != nil || d == "" {
		return ""
	}
	return fmt.Sprintf("diff --git a/%s b/%s\n%s", c.Path, c.Path, d)
}

// lines are the edits as changes of whole lines, and of those only that differ.
func (c Change) lines() []udiff.Edit {
	var out []udiff.Edit
	for i := 0; i < len(c.edits); {
		start := lineStart(c.Old, c.edits[i].Start)
		at, end := start, start
		var now []byte
		for ; i < len(c.edits) && lineStart(c.Old, c.edits[i].Start) <= end; i++ {
			e := c.edits[i]
			now = append(append(now, c.Old[at:e.Start]...), e.New...)
			at, end = e.End, lineEnd(c.Old, e.End)
		}
		now = append(now, c.Old[at:end]...)
		for _, l := range udiff.Lines(string(c.Old[start:end]), string(now)) {
			out = append(out, udiff.Edit{Start: start + l.Start, End: start + l.End, New: l.New})
		}
	}
	return out
}

func lineStart(text []byte, at int) int { return bytes.LastIndexByte(text[:at], '\n') + 1 }

// lineEnd is the end of the line that holds what stands before an offset.
func lineEnd(text []byte, at int) int {
	if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(text)
}

// Masked is the diff with every secret masked, for the terminal. It reports
// whether something was masked, so that the diff does not apply.
func (c Change) Masked(d *scanner.Detector) (string, bool) {
	diff := c.Diff()
	masked := d.Mask(diff)
	return masked, masked != diff
}

// Stat counts the lines that a diff adds and removes.
func Stat(diff string) (added, removed int) {
	for _, line := range strings.Split(diff, "\n") {
		switch {
		case strings.HasPrefix(line, "+++"), strings.HasPrefix(line, "---"):
		case strings.HasPrefix(line, "+"):
			added++
		case strings.HasPrefix(line, "-"):
			removed++
		}
	}
	return added, removed
}

// Alone gives the changes that a fix makes by itself, for showing it.
func Alone(f *Fix) []Change {
	texts := map[string][]byte{}
	for _, x := range f.Findings {
		texts[x.Path] = x.File.Text
	}
	edits, ok := sortEdits(append([]Edit(nil), f.Edits...))
	if !ok {
		return nil
	}
	var out []Change
	for i := 0; i < len(edits); {
		j := i
		for j < len(edits) && edits[j].Path == edits[i].Path {
			j++
		}
		if old, ok := texts[edits[i].Path]; ok {
			c := Change{Path: edits[i].Path, Old: old, New: apply(old, edits[i:j])}
			for _, e := range edits[i:j] {
				c.edits = append(c.edits, udiff.Edit{Start: e.Start, End: e.End, New: e.New})
			}
			out = append(out, c)
		}
		i = j
	}
	return out
}
