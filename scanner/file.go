package scanner

import (
	"bytes"
	"sort"
)

// File is one text of a source. It is not changed after it was read.
type File struct {
	Path string // slash-separated, relative to the root of the source
	Text []byte // UTF-8 where the text could be decoded, else the raw bytes
	// Encoding is the name of the encoding that the text was decoded from,
	// empty for UTF-8. A decoded text cannot be rewritten in place.
	Encoding string
	// BOM is the number of bytes of a byte order mark that Text lacks.
	BOM int

	lines []int // offsets at which lines start
	masks []Span
}

// NewFile makes the file of a text.
func NewFile(path string, text []byte) *File {
	f := &File{Path: path, Text: text, lines: []int{0}}
	for i := 0; ; {
		j := bytes.IndexByte(text[i:], '\n')
		if j < 0 {
			return f
		}
		i += j + 1
		f.lines = append(f.lines, i)
	}
}

// Position gives the line and column of an offset.
func (f *File) Position(off int) Position {
	line := sort.SearchInts(f.lines, off+1)
	col := off - f.lines[line-1] + 1
	if line == 1 {
		col += f.BOM
	}
	return Position{Line: line, Column: col}
}

// Line gives the span of a line (1-based) without its end.
func (f *File) Line(n int) Span {
	if n < 1 || n > len(f.lines) {
		return Span{}
	}
	end := len(f.Text)
	if n < len(f.lines) {
		end = f.lines[n] - 1
	}
	start := f.lines[n-1]
	if end > start && f.Text[end-1] == '\r' {
		end--
	}
	return Span{start, end}
}

// Lines is the number of lines.
func (f *File) Lines() int { return len(f.lines) }

// maskWith is what stands for a masked secret in a code frame.
const maskWith = "…"

// frameWidth bounds a line of a code frame; more is cut around the mark.
const frameWidth = 160

// Masked gives text[from:to] with every secret masked, and where the span at
// lies in the result.
func (f *File) Masked(from, to int, at Span) (string, Span) {
	var b []byte
	mark := Span{-1, -1}
	note := func(off int) {
		if mark.Start < 0 && off >= at.Start {
			mark.Start = len(b)
		}
		if mark.End < 0 && off >= at.End {
			mark.End = len(b)
		}
	}
	i := sort.Search(len(f.masks), func(i int) bool { return f.masks[i].End > from })
	for off := from; off < to; {
		note(off)
		if i < len(f.masks) && off >= f.masks[i].Start {
			if mark.Start < 0 && f.masks[i].End > at.Start {
				mark.Start = len(b)
			}
			b = append(b, preserve(f.Text, f.masks[i])...)
			off = min(f.masks[i].End, to)
			for i < len(f.masks) && f.masks[i].End <= off {
				i++
			}
			continue
		}
		b = append(b, f.Text[off])
		off++
	}
	note(to)
	if mark.Start < 0 {
		mark.Start = len(b)
	}
	if mark.End < 0 {
		mark.End = len(b)
	}
	return string(b), mark
}

// preserve is what a masked value reads as.
func preserve(text []byte, m Span) string {
	if bytes.HasPrefix(bytes.ToLower(text[m.Start:m.End]), []byte("pat-")) {
		return "pat-" + maskWith
	}
	return maskWith
}

// frame gives the lines of a placement with one line of context on each side.
func (f *File) frame(at Span) []FrameLine {
	first := f.Position(at.Start).Line
	last := f.Position(max(at.End-1, at.Start)).Line
	if last > first+2 {
		last = first + 2
	}
	var out []FrameLine
	for n := max(first-1, 1); n <= min(last+1, len(f.lines)); n++ {
		line := f.Line(n)
		clip := Span{max(at.Start, line.Start), min(at.End, line.End)}
		lo, hi := line.Start, line.End
		if hi-lo > frameWidth {
			lo = max(lo, min(clip.Start-frameWidth/3, hi-frameWidth))
			hi = min(hi, lo+frameWidth)
		}
		if n < first || n > last {
			text, _ := f.Masked(lo, hi, Span{hi, hi})
			out = append(out, FrameLine{Number: n, Text: text})
			continue
		}
		text, mark := f.Masked(lo, hi, clip)
		out = append(out, FrameLine{Number: n, Text: text, Mark: mark})
	}
	return out
}
