package syntax

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/unhapi/unhapi/internal/pattern"
)

// notebook is the region of all code cells of a Jupyter notebook: one program,
// as it runs from the top. What is no code of its language (magics, commands of
// a shell) reads as a comment. Cells that are scripts of the shell are regions of
// their own.
func notebook(src []byte) []*Region {
	ext := NotebookExt(src)
	if ext == "" {
		ext = ".py"
	}
	r := &Region{Language: Language("a"+ext, nil), write: writeCell(src)}
	var out []*Region
	for _, c := range Cells(src) {
		if magic := cellMagic.FindIndex(c.Text); magic != nil {
			own := &Region{Language: "bash", write: r.write}
			own.keep(c, magic[1], len(c.Text))
			out = append(out, own)
			continue
		}
		if bytes.HasPrefix(bytes.TrimSpace(c.Text), []byte("%%")) {
			continue
		}
		r.keep(c, 0, len(c.Text))
		r.add('\n', c.last, c.last)
		r.parts = append(r.parts, len(r.Text))
	}
	lines(r.Text, func(start, end, _ int) {
		line := bytes.TrimLeft(r.Text[start:end], " \t")
		if len(line) > 0 && (line[0] == '!' || line[0] == '%') {
			r.Text[end-len(line)] = '#'
		}
	})
	if out = worth(out); r.Language != "" {
		out = append(out, r)
	}
	return out
}

// cellMagic is the first line of a cell that is a script of the shell.
var cellMagic = pattern.New(`^\s*%%(?:bash|sh|script[ \t]+(?:ba|z)?sh)\b[^\n]*\n`)

var (
	wholeSource = pattern.New(`"source"\s*:\s*"`)
	nextLine    = pattern.New(`\\n",\s*"`)
)

// writeCell is how a notebook writes source text: each line is a string of its
// own, in the layout of the file, unless a cell is one string.
func writeCell(src []byte) func(string) string {
	end := `\n",` + "\n    \""
	if m := nextLine.Find(src); m != nil {
		end = string(m)
	}
	if wholeSource.Match(src) {
		end = `\n`
	}
	return func(text string) string {
		of := strings.Split(text, "\n")
		for i := range of {
			of[i] = writeDouble(of[i])
		}
		return strings.Join(of, end)
	}
}

// NotebookExt is the extension of files in the language of a notebook, "" where
// it does not say.
func NotebookExt(text []byte) string {
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

// Cells finds the sources of the code cells in the raw text. It reads the
// tokens of the JSON itself, since offsets of strings are needed. A text that
// ends early, or is no JSON, has the cells before that place.
func Cells(text []byte) []*Region {
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
	cur    Region
	code   bool // the current cell is one of code
	cells  []*Region
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
		r.cur, r.code = Region{}, false
	}
}

func (r *cellReader) close() {
	if len(r.levels) == cellDepth && r.inCell() && r.code && len(r.cur.Text) > 0 {
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
			r.cur.unquote(r.text, int(r.dec.InputOffset()))
		}
	}
	r.valueDone()
}

// unquote adds the JSON string that ends at end, unescaped.
func (r *Region) unquote(text []byte, end int) {
	start := end - 2
	for start >= 0 && (text[start] != '"' || escaped(text, start)) {
		start--
	}
	for i := start + 1; i < end-1; {
		if text[i] != '\\' {
			r.add(text[i], i, i+1)
			i++
			continue
		}
		c, n := unescapeJSON(text[i:end])
		r.escape(string(c), i, i+n)
		i += n
	}
	r.last = end - 1
}

func escaped(text []byte, i int) bool {
	n := 0
	for i > 0 && text[i-1] == '\\' {
		n, i = n+1, i-1
	}
	return n%2 == 1
}

// unescapeJSON reads one escape sequence of JSON and gives its length.
func unescapeJSON(s []byte) (rune, int) {
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
