package fixer

import (
	"bytes"
	"strings"

	"github.com/unhapi/unhapi/internal/syntax"
)

// imports makes a module known to a file that does not import it yet.
func (s *source) imports(module string) []Edit {
	if e, ok := s.file.Import(module); ok {
		if e == (syntax.Edit{}) {
			return nil
		}
		return []Edit{{Path: s.path, Start: e.Span.Start, End: e.Span.End, New: e.New}}
	}
	for _, b := range s.file.Bindings() {
		if b.Kind == syntax.Import && len(b.Defs) > 0 && b.Module == module && (b.Export == "" || b.Export == "*") {
			return nil
		}
	}
	line := s.file.ImportLine(module)
	if line == "" {
		return nil
	}
	return s.importing(line)
}

// importing adds a line before the first import.
func (s *source) importing(line string) []Edit {
	first := -1
	for _, b := range s.file.Bindings() {
		if b.Kind != syntax.Import || len(b.Defs) == 0 {
			continue
		}
		st := b.Defs[0].Statement
		if b.Scope.Start > 0 || st.Empty() || b.Module == "__future__" {
			continue
		}
		if first < 0 || st.Start < first {
			first = st.Start
		}
	}
	at := first
	if at < 0 {
		at = s.top()
	}
	return []Edit{{Path: s.path, Start: at, End: at, New: line + s.file.EOL()}}
}

// top is where the first import of a file without one belongs: behind a #!
// line, leading comments and a documentation string.
func (s *source) top() int {
	at := 0
	for at < len(s.text) {
		end := at + bytes.IndexByte(append(s.text[at:len(s.text):len(s.text)], '\n'), '\n')
		line := strings.TrimSpace(string(s.text[at:min(end, len(s.text))]))
		if line != "" && !strings.HasPrefix(line, "#") {
			break
		}
		if end >= len(s.text) {
			return len(s.text)
		}
		at = end + 1
	}
	for _, quote := range []string{`"""`, `'''`} {
		if bytes.HasPrefix(s.text[at:], []byte(quote)) {
			if i := bytes.Index(s.text[at+3:], []byte(quote)); i >= 0 {
				at += 3 + i + 3
				if j := bytes.IndexByte(s.text[at:], '\n'); j >= 0 {
					at += j + 1
				}
			}
		}
	}
	return at
}
