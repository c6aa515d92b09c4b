package syntax

import (
	"bytes"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax/engine"
)

// http serves the .http and .rest files that editors send: requests as they go
// over the wire, with variables.
func httpFile() *language {
	l := requests("url", "value")
	l.joined = httpRequests
	l.idiom = idiom{
		quote: func(s string) string { return s },
		join:  func(p, e string) string { return p + e },
		pair:  func(name, value string) string { return name + ": " + value },
		env:   func(name string) string { return "{{$processEnv " + name + "}}" },
		qualify: func(f *File, expr string) string {
			name := strings.TrimSuffix(strings.TrimPrefix(expr, "{{$processEnv "), "}}")
			for _, reader := range []string{"{{$processEnv ", "{{$dotenv ", "{{$env."} {
				if bytes.Contains(f.src, []byte(reader)) {
					return reader + name + "}}"
				}
			}
			return "{{" + camelCase(name) + "}}"
		},
	}
	return l
}

// camelCase writes the name of an environment variable as one of a program.
func camelCase(name string) string {
	words := strings.Split(strings.ToLower(name), "_")
	for i, w := range words {
		if i > 0 && w != "" {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, "")
}

var (
	requestLine  = pattern.New(`^(?:([A-Z]+)[ \t]+)?((?:https?://|\{\{)\S.*?)(?:[ \t]+HTTP/[\d.]+)?[ \t]*$`)
	headerLine   = pattern.New(`^([A-Za-z][\w-]*)[ \t]*:[ \t]*(.*?)[ \t]*$`)
	variableLine = pattern.New(`^@([\w.-]+)[ \t]*=[ \t]*(.*?)[ \t]*$`)
	queryLine    = pattern.New(`^[ \t]+([?&]\S.*?)[ \t]*$`)
)

// httpReader reads the lines of such a file into parts of a tree.
type httpReader struct {
	src     []byte
	parts   []engine.Part
	request int // index of the request that is read, -1 for none
	url     int
	body    bool
	script  bool
}

// httpTree makes the tree of such a file.
func httpTree(src []byte) *engine.Tree {
	r := &httpReader{src: src, request: -1}
	lines(src, r.line)
	return engine.NewTree(src, r.parts)
}

func (r *httpReader) add(kind string, start, end, in int) int {
	r.parts = append(r.parts, engine.Part{Kind: kind, Start: start, End: end, In: in})
	for ; in >= 0; in = r.parts[in].In {
		r.parts[in].End = end
	}
	return len(r.parts) - 1
}

func (r *httpReader) line(start, end, _ int) {
	line := r.src[start:end]
	text := bytes.TrimSpace(line)
	switch {
	case r.script:
		r.script = !bytes.Contains(line, []byte("%}"))
	case bytes.HasPrefix(text, []byte("###")):
		r.request, r.body = -1, false
		r.add("comment", start, end, -1)
	case bytes.HasPrefix(text, []byte("> {%")), bytes.HasPrefix(text, []byte("< {%")):
		r.script = !bytes.Contains(line, []byte("%}"))
	case r.body:
	case bytes.HasPrefix(text, []byte("#")), bytes.HasPrefix(text, []byte("//")):
		r.add("comment", start, end, -1)
	case len(text) == 0:
		r.body = r.request >= 0
	default:
		r.content(line, start)
	}
}

// content reads a line of a request, or one before it.
func (r *httpReader) content(line []byte, start int) {
	if m := variableLine.FindSubmatchIndex(line); m != nil && r.request < 0 {
		at := r.add("variable", start, start+len(line), -1)
		r.add("name", start+m[2], start+m[3], at)
		r.add("value", start+m[4], start+m[5], at)
		return
	}
	if r.request < 0 {
		m := requestLine.FindSubmatchIndex(line)
		if m == nil {
			return
		}
		r.request = r.add("request", start, start+m[5], -1)
		if m[2] >= 0 {
			r.add("method", start+m[2], start+m[3], r.request)
		}
		r.url = r.add("url", start+m[4], start+m[5], r.request)
		r.parts[r.request].End = start + len(bytes.TrimRight(line, " \t"))
		return
	}
	if m := queryLine.FindSubmatchIndex(line); m != nil && r.url == len(r.parts)-1 {
		r.parts[r.url].End, r.parts[r.request].End = start+m[3], start+m[3]
		return
	}
	if m := headerLine.FindSubmatchIndex(line); m != nil {
		at := r.add("header", start, start+len(line), r.request)
		r.add("name", start+m[2], start+m[3], at)
		r.add("value", start+m[4], start+m[5], at)
	}
}

// httpRequests makes the calls of such a file.
func httpRequests(f *File) {
	for _, v := range f.tree.Root().Find("variable") {
		f.defineVariable(span(v.Kid(0)), span(v.Kid(1)), span(v))
	}
	for _, n := range f.tree.Root().Find("request") {
		c := Call{Client: "HTTP file", Method: "GET", Span: span(n), Base: -1, Statement: span(n), Function: span(n)}
		end := n.End()
		for end < len(f.src) && (f.src[end] == ' ' || f.src[end] == '\t') {
			end++
		}
		for _, k := range n.Kids() {
			switch k.Kind() {
			case "method":
				c.Method = k.Text()
			case "url":
				c.URL = textOf(span(k), brokenLines(f, k))
			case "header":
				c.Headers = append(c.Headers, Entry{Name: k.Kid(0).Text(), Value: span(k.Kid(1)), Span: span(k)})
			}
		}
		c.Params = lineParams(f, c.URL)
		c.Slot = Slot{Kind: InStatement, At: end, End: end, Form: Pair, Open: f.EOL()}
		f.calls = append(f.calls, c)
	}
}

// brokenLines are the pieces of a URL that goes on in further lines, without
// what stands between.
func brokenLines(f *File, n node) []Piece {
	var out []Piece
	lines(f.src[n.Start():n.End()], func(start, end, _ int) {
		text := string(f.src[n.Start()+start : n.Start()+end])
		lead := len(text) - len(strings.TrimLeft(text, " \t"))
		out = append(out, braced(strings.TrimSpace(text), n.Start()+start+lead)...)
	})
	return out
}

// lineParams are the parameters of a URL that stands in several lines, with the
// lines that go with them.
func lineParams(f *File, t *Text) []Entry {
	if t == nil || !strings.Contains(f.Text(t.Span), "\n") {
		return nil
	}
	all := f.Query(t)
	var out []Entry
	for i, q := range all {
		if q.Glued || len(q.Value) != 1 || q.Separator == 0 {
			continue
		}
		v := q.Value[0].Span
		e := Entry{Name: q.Name, Key: q.Key, Value: v, Span: Span{q.Key.Start, v.End}}
		switch next := i + 1; {
		case q.Separator == '?' && next < len(all): // the next one begins the query
			e.Cut = []Span{{q.Key.Start, all[next].Key.Start}}
		default:
			e.Cut = []Span{{f.spaceBefore(q.Key.Start - 1), v.End}}
		}
		out = append(out, e)
	}
	return slices.Clip(out)
}
