package scanner

import (
	"bytes"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
)

// maxTableLines is how far above a row of a document the head of its table is
// looked for, maxTableLine how long a row may be.
const maxTableLines, maxTableLine = 200, 4000

var (
	// tableRule is the line below the head of a table in Markdown.
	tableRule = pattern.New(`^[\s|:-]*-{2,}[\s|:-]*$`)
	// headCell is a name over a column.
	headCell = pattern.New(`^[A-Za-z][\w .()/-]{0,60}$`)
)

// columnOf is the name over the column that a value stands in alone, "" if it
// is in no table: of Markdown, or of separated values, whose first line names
// the columns.
func columnOf(text []byte, start int) string {
	from := bytes.LastIndexByte(text[:start], '\n') + 1
	to := len(text)
	if i := bytes.IndexByte(text[start:], '\n'); i >= 0 {
		to = start + i
	}
	if from == 0 || to-from > maxTableLine {
		return ""
	}
	line := text[from:to]
	seps := "|\t;,"
	if line[0] == ' ' || line[0] == '\t' {
		seps = "|\t" // arguments of a call, or elements of a list, over several lines
	}
	for _, sep := range []byte(seps) {
		column, n := cellAt(line, start-from, sep)
		if column < 0 {
			continue
		}
		head := text[:max(0, bytes.IndexByte(text, '\n'))]
		if sep == '|' {
			if head = tableHead(text, from); head == nil {
				continue
			}
		}
		if len(head) > maxTableLine {
			continue
		}
		names := splitCells(head, sep)
		if len(names) != n {
			continue
		}
		if name := bare(names[column]); headCell.MatchString(name) && !neutral[strings.ToLower(name)] {
			return strings.Join(strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune(" ()/", r) }), "_")
		}
	}
	return ""
}

// cellAt tells which cell of a line a value fills that begins at an offset, -1
// if it fills none, and how many there are.
func cellAt(line []byte, at int, sep byte) (column, n int) {
	if bytes.IndexByte(line, sep) < 0 {
		return -1, 0
	}
	cells := splitCells(line, sep)
	end := 0
	for i, c := range cells {
		begin := end
		end += len(c) + 1
		if at < begin || at >= end-1 {
			continue
		}
		value := bare(c)
		if off := bytes.Index(c, []byte(value)); begin+off == at && !strings.ContainsAny(value, " =:(){}[]<>\"',;") {
			return i, len(cells)
		}
	}
	return -1, len(cells)
}

// splitCells cuts a line at a separator outside of double quotes.
func splitCells(line []byte, sep byte) [][]byte {
	var out [][]byte
	from, quoted := 0, false
	for i, c := range line {
		switch {
		case c == '"':
			quoted = !quoted
		case c == sep && !quoted:
			out = append(out, line[from:i])
			from = i + 1
		}
	}
	return append(out, line[from:])
}

// bare is the text of a cell without what surrounds it.
func bare(cell []byte) string {
	return strings.Trim(strings.TrimPrefix(string(cell), "\ufeff"), " \t\r\"'`*_")
}

// tableHead is the line that names the columns of the table in Markdown that
// the line at an offset belongs to, nil if it belongs to none.
func tableHead(text []byte, at int) []byte {
	below := false // the rule was passed
	for n := 0; n < maxTableLines && at > 0; n++ {
		start := bytes.LastIndexByte(text[:at-1], '\n') + 1
		line := bytes.TrimRight(text[start:at-1], "\r")
		if bytes.IndexByte(line, '|') < 0 || len(line) > maxTableLine {
			return nil
		}
		if below {
			return line
		}
		below = tableRule.Match(line)
		at = start
	}
	return nil
}
