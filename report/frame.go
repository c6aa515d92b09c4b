package report

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/lipgloss"
	"github.com/rivo/uniseg"

	"github.com/unhapi/unhapi/scanner"
)

// tabStop is how far apart the columns are to which a tab leads in a code
// frame.
const tabStop = 4

// cut stands where a long line was cut. It differs from what masks a secret.
const cut = "⋯"

// frame writes the lines around a placement with a marker under the placement.
// Lines up to and including shown, which stand in the frame above, are not
// repeated as context.
func (s *screen) frame(f *scanner.Finding, style lipgloss.Style, shown int) {
	lines := frameLines(f, shown)
	if len(lines) == 0 {
		return
	}
	digits := len(strconv.Itoa(lines[len(lines)-1].Number))
	for _, l := range lines {
		number := strconv.Itoa(l.Number)
		gutter := strings.Repeat(" ", 2+digits-len(number)) + number + " │ "
		text, mark := visible(l.Text, l.Mark)
		text, mark = window(text, mark, s.width-cells(gutter))
		s.line(s.faint.Render(gutter) + text)
		if mark.End > mark.Start {
			under := strings.Repeat(" ", mark.Start) + style.Render(strings.Repeat("^", mark.End-mark.Start))
			s.line(s.faint.Render(strings.Repeat(" ", digits+2)+" │ ") + under)
		}
	}
}

// frameLines are the lines to show: without context that stands above already,
// and without empty lines at the edges.
func frameLines(f *scanner.Finding, shown int) []scanner.FrameLine {
	lines := f.Frame
	context := func(l scanner.FrameLine) bool { return l.Number < f.Start.Line || l.Number > f.End.Line }
	for len(lines) > 0 && context(lines[0]) && (lines[0].Number <= shown || strings.TrimSpace(lines[0].Text) == "") {
		lines = lines[1:]
	}
	for len(lines) > 0 {
		last := lines[len(lines)-1]
		if !context(last) || strings.TrimSpace(last.Text) != "" {
			break
		}
		lines = lines[:len(lines)-1]
	}
	return lines
}

// visible makes a line of a scanned text safe to print and expands its tabs.
// The mark, in bytes of the line, becomes one in columns of the result; spaces
// at its ends are left out of it.
func visible(line string, mark scanner.Span) (string, scanner.Span) {
	line, mark = wholeRunes(line, mark)
	for mark.Start < mark.End && isSpace(line[mark.Start]) {
		mark.Start++
	}
	for mark.Start < mark.End && isSpace(line[mark.End-1]) {
		mark.End--
	}
	var b strings.Builder
	at := func(off int) int {
		for off < len(line) && !utf8.RuneStart(line[off]) {
			off++
		}
		return cells(clean(expand(line[:off])))
	}
	b.WriteString(clean(expand(line)))
	return b.String(), scanner.Span{Start: at(mark.Start), End: at(mark.End)}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' }

// wholeRunes drops the halves of characters that a long line was cut through.
func wholeRunes(line string, mark scanner.Span) (string, scanner.Span) {
	mark.Start, mark.End = min(max(mark.Start, 0), len(line)), min(max(mark.End, 0), len(line))
	n := 0
	for n < len(line) && n < utf8.UTFMax-1 && n < mark.Start && !utf8.RuneStart(line[n]) {
		n++
	}
	line, mark = line[n:], scanner.Span{Start: mark.Start - n, End: max(mark.End-n, mark.Start-n)}
	for i := len(line) - 1; i >= max(mark.End, len(line)-utf8.UTFMax+1); i-- {
		if utf8.RuneStart(line[i]) {
			if !utf8.FullRuneInString(line[i:]) {
				line = line[:i]
			}
			break
		}
	}
	return line, mark
}

// expand replaces tabs by spaces up to the next tab stop.
func expand(line string) string {
	if !strings.Contains(line, "\t") {
		return line
	}
	parts := strings.Split(line, "\t")
	var b strings.Builder
	for i, p := range parts {
		b.WriteString(p)
		if i < len(parts)-1 {
			b.WriteString(strings.Repeat(" ", tabStop-cells(clean(b.String()))%tabStop))
		}
	}
	return b.String()
}

// window cuts a line that is wider than width around its mark. Both marks are
// in columns.
func window(line string, mark scanner.Span, width int) (string, scanner.Span) {
	total := cells(line)
	if total <= width {
		return line, mark
	}
	left := 0
	if mark.End > width-2 {
		left = max(min(mark.Start-width/4, total-width), 0)
	}
	right := min(left+width, total)
	from, to := left, right
	if left > 0 {
		from++
	}
	if right < total {
		to--
	}
	text, first := slice(line, from, to)
	lead := ""
	if left > 0 {
		lead = cut + strings.Repeat(" ", first-from)
	}
	if right < total {
		text += cut
	}
	move := func(col int) int { return min(max(col, first), to) - left }
	return lead + text, scanner.Span{Start: move(mark.Start), End: move(mark.End)}
}

// slice gives the characters that lie wholly between two columns, and the
// column at which the first of them starts.
func slice(line string, from, to int) (string, int) {
	var b strings.Builder
	first, col, state := -1, 0, -1
	for line != "" {
		var cluster string
		var width int
		cluster, line, width, state = uniseg.FirstGraphemeClusterInString(line, state)
		if col >= from && col+width <= to {
			if first < 0 {
				first = col
			}
			b.WriteString(cluster)
		}
		col += width
	}
	return b.String(), max(first, from)
}
