package report

import (
	"bufio"
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"github.com/unhapi/unhapi/rules"
)

// The widths that a text report is made for: what is assumed where the
// destination tells none, and the most that is used, since lines that run over
// a wide screen are hard to read.
const (
	defaultWidth = 100
	maxWidth     = 110
	minWidth     = 24
)

// palette is the 16 colours that every terminal has and its user chose; shades
// of grey are not among them, so what matters less is faint.
type palette struct {
	bold, faint, good, bad lipgloss.Style
	severity               map[rules.Severity]lipgloss.Style
}

func newPalette(w io.Writer, color bool) palette {
	// The profile is set, never detected: detection reads the environment
	// and asks the terminal.
	re := lipgloss.NewRenderer(w)
	re.SetColorProfile(termenv.Ascii)
	if color {
		re.SetColorProfile(termenv.ANSI)
	}
	plain := re.NewStyle()
	fg := func(c string) lipgloss.Style { return plain.Foreground(lipgloss.Color(c)) }
	return palette{
		bold: plain.Bold(true), faint: plain.Faint(true), good: fg("2"), bad: fg("1").Bold(true),
		severity: map[rules.Severity]lipgloss.Style{
			rules.Critical: fg("1").Bold(true),
			rules.High:     fg("3").Bold(true),
			rules.Note:     fg("6"),
			rules.Hidden:   plain.Faint(true),
		},
	}
}

// screen writes lines of a given width.
type screen struct {
	palette
	out   *bufio.Writer
	width int
}

func newScreen(w io.Writer, s Style) *screen {
	width := s.Width
	if width <= 0 {
		width = defaultWidth
	}
	return &screen{
		palette: newPalette(w, s.Color), out: bufio.NewWriter(w), width: max(minWidth, min(width, maxWidth)),
	}
}

// line writes one line. The text is safe to print; see clean.
func (s *screen) line(text string) {
	s.out.WriteString(disarmLine(strings.TrimRight(text, " ")))
	s.out.WriteByte('\n')
}

func (s *screen) blank() { s.out.WriteByte('\n') }

// labelled is one row of a list of facts.
type labelled struct {
	label string
	text  string
	style lipgloss.Style // of the text
	more  []string       // lines below the text
}

// table writes rows with their labels in one column and their texts, wrapped,
// in another. Where that leaves too little room the texts go below the labels.
func (s *screen) table(indent int, rows []labelled) {
	column := 0
	for _, r := range rows {
		column = max(column, cells(r.label))
	}
	margin := strings.Repeat(" ", indent)
	hang := indent + column + 2
	for _, r := range rows {
		label := margin + s.faint.Render(r.label+strings.Repeat(" ", column-cells(r.label))) + "  "
		for i, text := range wrap(r.text, s.width-hang) {
			if i > 0 {
				label = strings.Repeat(" ", hang)
			}
			s.line(label + r.style.Render(text))
		}
		for _, m := range r.more {
			for i, text := range wrap(m, s.width-hang-2) {
				pad := hang
				if i > 0 {
					pad += 2
				}
				s.line(strings.Repeat(" ", pad) + text)
			}
		}
	}
}

// paragraph writes wrapped text.
func (s *screen) paragraph(indent int, text string, style lipgloss.Style) {
	for _, l := range wrap(text, s.width-indent) {
		s.line(strings.Repeat(" ", indent) + style.Render(l))
	}
}

// wrap breaks text between words so that lines fit into a width where words
// do. Words are never broken: a path must stay one to be clicked or copied.
func wrap(text string, width int) []string {
	var lines []string
	line, used := "", 0
	for _, word := range strings.Fields(text) {
		n := cells(word)
		if used > 0 && used+1+n > width {
			lines, line, used = append(lines, line), "", 0
		}
		if used > 0 {
			line, used = line+" ", used+1
		}
		line, used = line+word, used+n
	}
	return append(lines, line)
}

// cells is the number of columns that text takes on a terminal.
func cells(text string) int { return lipgloss.Width(text) }
