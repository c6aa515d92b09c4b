package scanner

import (
	"bytes"
	"path"
	"strings"

	"github.com/unhapi/unhapi/internal/syntax"
)

// scanNotebook looks at a Jupyter notebook: at the raw file for credentials,
// and at each code cell as source text for calls and clients. Places are those
// of the raw file.
func (d *Detector) scanNotebook(f *File, want scope) *scanned {
	if d.wake(f.Text) == nil {
		return nil
	}
	out := &scanned{file: f}
	if raw := d.scanFile(f, want); raw != nil {
		for _, p := range raw.found {
			if p.value != "" {
				out.found = append(out.found, p)
			}
		}
	}
	ext := ".py"
	if lang := syntax.NotebookExt(f.Text); lang != "" {
		ext = lang
	}
	for _, cell := range syntax.Cells(f.Text) {
		inner := d.scanFile(NewFile(strings.TrimSuffix(f.Path, path.Ext(f.Path))+ext, cell.Text), want)
		if inner == nil {
			continue
		}
		for _, p := range inner.found {
			p.span = Span(cell.Span(syntax.Span(p.span)))
			if p.expr != (Span{}) {
				p.expr = Span(cell.Span(syntax.Span(p.expr)))
			}
			if p.call != nil {
				p.call = moved(f, inner.file, cell, p.call)
			}
			out.found = append(out.found, p)
		}
	}
	out.settle()
	return out
}

// moved puts the lines of a call in a cell into those of the raw file.
func moved(f, inner *File, cell *syntax.Region, call *Call) *Call {
	line := func(n int) int { return f.Position(cell.Offset(inner.Line(n).Start)).Line }
	moved := *call
	moved.Line, moved.EndLine = line(call.Line), line(call.EndLine)
	if call.Credential != nil {
		cred := *call.Credential
		cred.Path, cred.Line = f.Path, line(cred.Line)
		moved.Credential = &cred
	}
	return &moved
}

// notebookCells gives the code cells of a text of which nobody knows the name,
// nil if it is no notebook.
func (d *Detector) notebookCells(text []byte) []*syntax.Region {
	if !bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("{")) || !d.cells().Contains(text) {
		return nil
	}
	return syntax.Cells(text)
}
