package fixer

import (
	"bytes"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/syntax"
)

// header is the text that fills a slot with the token.
func (s *source) header(slot syntax.Slot, expr string) string {
	prefix, _, _ := strings.Cut(s.pack.Target.Value, "{token}")
	return s.file.Header(slot, s.pack.Target.Header, prefix, expr)
}

// separators are what stands between the items of a list.
const separators = ", \t\r\n"

// place puts the header into its slot and takes the parameter out. Where the
// slot lies beside what goes, the header takes its place, so that commas and
// layout stay as they are.
func (s *source) place(edits []Edit, slot syntax.Slot, header string) []Edit {
	for i, e := range edits {
		if slot.Kind == syntax.InStatement && e.New == "" && e.Path == s.path && e.Start < slot.At && slot.At <= e.End {
			if out := s.instead(edits, i, header); out != nil {
				return out
			}
		}
		if slot.Kind == syntax.InArg && e.New == "" && e.Path == s.path && e.Start < slot.At && slot.At <= e.End && bytes.HasSuffix(bytes.TrimRight(s.text[:e.Start], " \t\r\n"), []byte("(")) {
			header = strings.TrimLeft(header, separators) // it is the only argument now
		}
		if slot.Kind != syntax.InEntry && slot.Kind != syntax.InOption {
			continue
		}
		if e.New != "" || slot.At < e.Start || slot.End > e.End {
			continue
		}
		text := string(s.text[e.Start:e.End])
		start := e.Start + len(text) - len(strings.TrimLeft(text, separators))
		end := e.End - (len(text) - len(strings.TrimRight(text, separators)))
		if start >= end || !s.itemAt(start, end) {
			continue
		}
		out := append([]Edit(nil), edits[:i]...)
		out = append(out, edits[i+1:]...)
		return append(out, Edit{Path: e.Path, Start: start, End: end, New: strings.TrimLeft(header, separators)})
	}
	return append(edits, Edit{Path: s.path, Start: slot.At, End: slot.End, New: header})
}

// itemAt says whether a span is a whole item of a list.
func (s *source) itemAt(start, end int) bool {
	before := bytes.TrimRight(s.text[:start], " \t\r\n")
	behind := bytes.TrimLeft(s.text[end:], " \t\r\n")
	return len(before) > 0 && bytes.IndexByte([]byte("{([,"), before[len(before)-1]) >= 0 &&
		len(behind) > 0 && bytes.IndexByte([]byte("})],"), behind[0]) >= 0
}

// instead puts a statement in the place of one that goes.
func (s *source) instead(edits []Edit, i int, header string) []Edit {
	e := edits[i]
	text := string(s.text[e.Start:e.End])
	lead := text[:len(text)-len(strings.TrimLeft(text, " \t\r\n"))]
	trail := text[len(strings.TrimRight(text, " \t\r\n")):]
	gone := syntax.Span{Start: e.Start + len(lead), End: e.End - len(trail)}
	if st := s.file.Statement(gone); st.Empty() || !gone.Contains(st) {
		return nil
	}
	out := slices.Clone(edits)
	out[i].New = lead + strings.TrimSpace(header) + trail
	return out
}

// recast moves a call to the form of its client that takes a header.
func (s *source) recast(edits []Edit, c *syntax.Call, expr string) []Edit {
	prefix, _, _ := strings.Cut(s.pack.Target.Value, "{token}")
	form := s.file.Recast(c, s.pack.Target.Header, prefix, expr)
	if !form.Moved.Empty() {
		// What changes in the expression moves with it.
		var in, out []Edit
		for _, e := range edits {
			if form.Moved.Start <= e.Start && e.End <= form.Moved.End {
				e.Start, e.End = e.Start-form.Moved.Start, e.End-form.Moved.Start
				in = append(in, e)
			} else {
				out = append(out, e)
			}
		}
		in, _ = sortEdits(in)
		moved := string(apply([]byte(s.file.Text(form.Moved)), in))
		edits = append(out, Edit{Path: s.path, Start: form.At, End: form.At, New: strings.Replace(form.Before, "…", moved, 1)},
			Edit{Path: s.path, Start: form.Moved.Start, End: form.Moved.End, New: form.Instead})
	}
	for _, e := range form.Edits {
		edits = append(edits, Edit{Path: s.path, Start: e.Span.Start, End: e.Span.End, New: e.New})
	}
	if form.Import != "" {
		edits = append(edits, s.importing(form.Import)...)
	}
	return edits
}
