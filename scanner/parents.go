package scanner

import (
	"bytes"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
)

var (
	iniSection = pattern.New(`^\s*\[\[?([\w. "-]+)\]\]?\s*$`)
	// keyLine is a line that opens a block: "acme:", "acme: {",
	// "'acme' => [", "acme = {", "class AcmeClient {",
	// "resource "x" "y" {", "Acme.configure do |c|".
	keyLine = pattern.New(`([A-Za-z_][\w.-]*)["']?\s*(?:[:=]>?\s*)?(?:new\s+)?(?:[\w.]*\s*)?[\[({]*\s*(?:>-?|\|-?)?\s*$`)
)

// maxParents and maxParentLines bound the search for enclosing keys.
const (
	maxParents     = 4
	maxParentLines = 80
)

// parentKeys gives the names of the blocks around an offset, outermost first.
// It goes by indentation, which serves YAML, JSON, PHP arrays and code alike,
// and by section headers.
func parentKeys(text []byte, off int, before *seen) []string {
	lineStart := bytes.LastIndexByte(text[:off], '\n') + 1
	indent := indentOf(text[lineStart:])
	var found []string
	end := lineStart - 1
	for n := 0; n < maxParentLines && end > 0 && len(found) < maxParents; n++ {
		start := bytes.LastIndexByte(text[:end], '\n') + 1
		line := text[start:end]
		end = start - 1
		if len(line) > 300 || len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if name, ok := section(line); ok {
			found = append(found, name)
			break
		}
		in := indentOf(line)
		if in >= indent {
			continue
		}
		if key := before.keyOf(line); key != "" {
			found = append(found, key)
		}
		indent = in
		if indent == 0 {
			// Only a section header can still enclose the place.
			if h := sectionAbove(text, start); h != "" {
				found = append(found, h)
			}
			break
		}
	}
	for i, j := 0, len(found)-1; i < j; i, j = i+1, j-1 {
		found[i], found[j] = found[j], found[i]
	}
	return found
}

// sectionAbove looks for an INI section header above an unindented line.
func sectionAbove(text []byte, end int) string {
	for n := 0; n < maxParentLines && end > 1; n++ {
		start := bytes.LastIndexByte(text[:end-1], '\n') + 1
		if name, ok := section(bytes.TrimRight(text[start:end], "\r\n")); ok {
			return name
		}
		end = start
	}
	return ""
}

// section gives the name of a section header.
func section(line []byte) (name string, ok bool) {
	if !bytes.HasPrefix(bytes.TrimLeft(line, " \t\n\f\r"), []byte("[")) {
		return "", false
	}
	m := iniSection.FindSubmatch(line)
	if m == nil {
		return "", false
	}
	return strings.Trim(string(m[1]), `" `), true
}

// keyOf gives the key of a line that opens a block, "" for any other.
func keyOf(line []byte) string {
	if m := keyLine.FindSubmatch(bytes.TrimRight(line, " \t\r")); m != nil {
		return string(m[1])
	}
	return ""
}

func indentOf(line []byte) int {
	n := 0
	for _, c := range line {
		switch c {
		case ' ', '-':
			n++
		case '\t':
			n += 4
		default:
			return n
		}
	}
	return n
}

// inSibling reports whether a word stands in another block than a value, beside
// the one that the value stands in: okta: {secret: value}, acme: {word: …}.
func inSibling(text []byte, at, word int) bool {
	start := bytes.LastIndexByte(text[:at], '\n') + 1
	indent, own := indentOf(text[start:]), -1
	for n, end := 0, start-1; n < maxParentLines && end > 0 && own < 0; n++ {
		start = bytes.LastIndexByte(text[:end], '\n') + 1
		line := text[start:end]
		end = start - 1
		switch in := indentOf(line); {
		case len(bytes.TrimSpace(line)) == 0 || in >= indent:
		case !opensBlock(line), bytes.IndexByte(line, '(') >= 0: // not data
			return false
		default:
			indent, own = in, start
		}
	}
	if own < 0 || word >= own && word < blockEnd(text, at, indent) {
		return false
	}
	line := text[bytes.LastIndexByte(text[:word], '\n')+1:]
	line = line[:lineLength(line)]
	in := indentOf(line)
	return in > indent || in == indent && opensBlock(line)
}

// opensBlock reports whether a line ends in what opens a block of data.
func opensBlock(line []byte) bool {
	line = bytes.TrimSpace(line)
	return len(line) > 1 && bytes.IndexByte([]byte(":{["), line[len(line)-1]) >= 0
}

// blockEnd gives the end of the lines behind an offset that are indented by more
// than a block's key.
func blockEnd(text []byte, at, indent int) int {
	for {
		at += lineLength(text[at:])
		if at >= len(text) {
			return at
		}
		at++
		if line := text[at : at+lineLength(text[at:])]; len(bytes.TrimSpace(line)) > 0 && indentOf(line) <= indent {
			return at
		}
	}
}
