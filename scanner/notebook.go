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
			p.span = Span{cell.raw(p.span.Start), cell.raw(p.span.End)}
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

// codeCells finds the sources of the code cells in the raw text. It reads the
// tokens of the JSON itself, since offsets of strings are needed.
func codeCells(text []byte) []*cell {
	dec := json.NewDecoder(bytes.NewReader(text))
	var cells []*cell
	var cur *cell
	code, depth, cellDepth := false, 0, -1
	var keys []string
	expectKey := []bool{}
	for {
		tok, err := dec.Token()
		if err != nil {
			return cells
		}
		end := int(dec.InputOffset())
		key := ""
		if len(keys) > 0 {
			key = keys[len(keys)-1]
		}
		switch v := tok.(type) {
		case json.Delim:
			switch v {
			case '{', '[':
				depth++
				keys = append(keys, "")
				expectKey = append(expectKey, v == '{')
				if v == '{' && depth == 3 {
					cur, code, cellDepth = &cell{}, false, depth
				}
			default:
				if depth == cellDepth && v == '}' {
					if code && len(cur.text) > 0 {
						cells = append(cells, cur)
					}
					cellDepth = -1
				}
				depth--
				keys, expectKey = keys[:len(keys)-1], expectKey[:len(expectKey)-1]
				if n := len(expectKey); n > 0 && keys[n-1] != "" {
					keys[n-1] = ""
				}
			}
			continue
		case string:
			n := len(expectKey)
			if n > 0 && expectKey[n-1] && keys[n-1] == "" {
				keys[n-1] = v
				continue
			}
			inSource := depth == cellDepth && key == "source" || depth == cellDepth+1 && cellDepth > 0 && len(keys) > 1 && keys[len(keys)-2] == "source"
			if depth == cellDepth && key == "cell_type" && v == "code" {
				code = true
			}
			if inSource {
				cur.append(text, end)
			}
		}
		if n := len(keys); n > 0 && expectKey[n-1] {
			keys[n-1] = ""
		}
	}
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
