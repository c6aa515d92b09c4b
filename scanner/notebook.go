package scanner

import (
	"bytes"
	"encoding/json"
	"path"
	"strings"
	"unicode/utf8"
)

// scanNotebook looks at a Jupyter notebook: at the raw file for credentials,
// and at each code cell as source text for calls and clients. Places are those
// of the raw file.
func (d *Detector) scanNotebook(f *File) *scanned {
	if d.wake(f.Text) == nil {
		return nil
	}
	out := &scanned{file: f}
	if raw := d.scanFile(f); raw != nil {
		for _, p := range raw.found {
			if p.value != "" {
				out.found = append(out.found, p)
			}
		}
	}
	ext := ".py"
	if lang := notebookLanguage(f.Text); lang != "" {
		ext = lang
	}
	for _, cell := range codeCells(f.Text) {
		inner := d.scanFile(NewFile(strings.TrimSuffix(f.Path, path.Ext(f.Path))+ext, cell.text))
		if inner == nil {
			continue
		}
		for _, p := range inner.found {
			p.span = cell.span(p.span)
			if p.expr != (Span{}) {
				p.expr = cell.span(p.expr)
			}
			if p.call != nil {
				p.call = cell.call(f, inner.file, p.call)
			}
			out.found = append(out.found, p)
		}
	}
	out.settle()
	return out
}

// cell is the source of one code cell, with the offset in the raw file of each
// of its bytes.
type cell struct {
	text []byte
	at   []int
}

func (c *cell) raw(off int) int {
	if off >= len(c.at) {
		if len(c.at) == 0 {
			return 0
		}
		return c.at[len(c.at)-1] + 1
	}
	return c.at[off]
}

func (c *cell) span(s Span) Span { return Span{c.raw(s.Start), c.raw(s.End)} }

// call puts the lines of a call into those of the raw file.
func (c *cell) call(f, inner *File, call *Call) *Call {
	line := func(n int) int { return f.Position(c.raw(inner.Line(n).Start)).Line }
	moved := *call
	moved.Line, moved.EndLine = line(call.Line), line(call.EndLine)
	if call.Credential != nil {
		cred := *call.Credential
		cred.Path, cred.Line = f.Path, line(cred.Line)
		moved.Credential = &cred
	}
	return &moved
}

func notebookLanguage(text []byte) string {
	var meta struct {
		Metadata struct {
			LanguageInfo struct {
				Ext string `json:"file_extension"`
			} `json:"language_info"`
		} `json:"metadata"`
	}
	if json.Unmarshal(text, &meta) != nil || !strings.HasPrefix(meta.Metadata.LanguageInfo.Ext, ".") {
		return ""
	}
	return meta.Metadata.LanguageInfo.Ext
}

// notebookCells gives the code cells of a text of which nobody knows the name,
// nil if it is no notebook.
func notebookCells(text []byte) []*cell {
	if !bytes.Contains(text, []byte(`"cell_type"`)) || !bytes.Contains(text, []byte(`"cells"`)) {
		return nil
	}
	return codeCells(text)
}

// codeCells finds the sources of the code cells in the raw text. It reads the
// tokens of the JSON itself, since offsets of strings are needed. A text that
// ends early, or is no JSON, has the cells before that place.
func codeCells(text []byte) []*cell {
	r := cellReader{text: text, dec: json.NewDecoder(bytes.NewReader(text))}
	for {
		tok, err := r.dec.Token()
		if err != nil {
			return r.cells
		}
		switch v := tok.(type) {
		case json.Delim:
			if v == '{' || v == '[' {
				r.open(v == '{')
			} else {
				r.close()
			}
		case string:
			r.string(v)
		default:
			r.valueDone()
		}
	}
}

// cellReader follows the tokens of a notebook.
type cellReader struct {
	text   []byte
	dec    *json.Decoder
	levels []level
	cur    cell
	code   bool // the current cell is one of code
	cells  []*cell
}

// level is an object or array around a token.
type level struct {
	object bool
	key    string // of the value that is read
	named  bool   // the key was read
}

// cellDepth is how deep the members of a cell lie: {"cells": [{…}]}.
const cellDepth = 3

func (r *cellReader) inCell() bool {
	return len(r.levels) >= cellDepth && r.levels[0].key == "cells" && !r.levels[1].object && r.levels[2].object
}

func (r *cellReader) open(object bool) {
	r.levels = append(r.levels, level{object: object})
	if len(r.levels) == cellDepth {
		r.cur, r.code = cell{}, false
	}
}

func (r *cellReader) close() {
	if len(r.levels) == cellDepth && r.inCell() && r.code && len(r.cur.text) > 0 {
		done := r.cur
		r.cells = append(r.cells, &done)
	}
	r.levels = r.levels[:len(r.levels)-1]
	r.valueDone()
}

// valueDone ends a member of an object.
func (r *cellReader) valueDone() {
	if n := len(r.levels); n > 0 {
		r.levels[n-1].key, r.levels[n-1].named = "", false
	}
}

func (r *cellReader) string(v string) {
	n := len(r.levels)
	if n > 0 && r.levels[n-1].object && !r.levels[n-1].named {
		r.levels[n-1].key, r.levels[n-1].named = v, true
		return
	}
	if r.inCell() {
		member := r.levels[cellDepth-1].key
		switch {
		case member == "cell_type" && n == cellDepth:
			r.code = v == "code"
		case member == "source" && (n == cellDepth || n == cellDepth+1 && !r.levels[n-1].object):
			r.cur.append(r.text, int(r.dec.InputOffset()))
		}
	}
	r.valueDone()
}

// append adds the JSON string that ends at end, unescaped.
func (c *cell) append(text []byte, end int) {
	start := end - 2
	for start >= 0 && (text[start] != '"' || escaped(text, start)) {
		start--
	}
	for i := start + 1; i < end-1; {
		if text[i] != '\\' {
			c.text, c.at = append(c.text, text[i]), append(c.at, i)
			i++
			continue
		}
		from := i
		r, n := unescape(text[i:end])
		i += n
		var buf [utf8.UTFMax]byte
		for k := range utf8.EncodeRune(buf[:], r) {
			c.text, c.at = append(c.text, buf[k]), append(c.at, from)
		}
	}
}

func escaped(text []byte, i int) bool {
	n := 0
	for i > 0 && text[i-1] == '\\' {
		n, i = n+1, i-1
	}
	return n%2 == 1
}

// unescape reads one escape sequence of JSON and gives its length.
func unescape(s []byte) (rune, int) {
	if len(s) < 2 {
		return utf8.RuneError, len(s)
	}
	switch s[1] {
	case 'n':
		return '\n', 2
	case 't':
		return '\t', 2
	case 'r':
		return '\r', 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'u':
		if len(s) >= 6 {
			var r rune
			for _, c := range s[2:6] {
				d := rune(strings.IndexByte("0123456789abcdef", c|0x20))
				if c >= '0' && c <= '9' {
					d = rune(c - '0')
				}
				r = r<<4 | max(d, 0)
			}
			return r, 6
		}
	}
	return rune(s[1]), 2
}
