package syntax

import (
	"bytes"
	"context"
	"path"
	"slices"
	"sort"
	"strings"
)

// Region is a piece of a file in another language: a script in a configuration
// of CI, the code cells of a notebook, a recipe. Text is what the reader of that
// language gets; the region knows where each of its bytes stands in the file,
// and how the file writes what is put there.
type Region struct {
	Language string
	Text     []byte
	// ReadEnv, if set, is how the region reads an environment variable that the
	// file around it does not hand on by itself.
	ReadEnv func(name string) string
	// Unset says why a new environment variable may not be there, "" if it is
	// where the file is run.
	Unset string

	// start and end are the bytes of the file that each byte of Text stands for.
	start, end []int
	// parts are the offsets in Text at which another part of the file begins: no
	// edit reaches across.
	parts []int
	write func(text string) string
	// source, if set, writes what stands for an expression of the file as that.
	source func(text string) string
	// quote gives what has to change for a text to stand there, if that does not
	// go as it is.
	quote func(text string) []Edit
	// last is the end of the string that was read last, in a notebook.
	last int
}

// Regions finds the pieces of a file that are in another language, in order.
// Files that are in one language throughout have none.
func (p *Parser) Regions(ctx context.Context, name string, src []byte) []*Region {
	base := strings.ToLower(path.Base(name))
	switch {
	case strings.HasSuffix(base, ".ipynb"):
		return notebook(src)
	case base == "package.json":
		return p.packageScripts(ctx, src)
	case strings.HasSuffix(base, ".yml"), strings.HasSuffix(base, ".yaml"):
		return p.yamlScripts(ctx, name, src)
	case base == "dockerfile", base == "containerfile", strings.HasPrefix(base, "dockerfile."), strings.HasSuffix(base, ".dockerfile"):
		return dockerfile(src)
	case base == "makefile", base == "gnumakefile", strings.HasSuffix(base, ".mk"), strings.HasSuffix(base, ".mak"):
		return makefile(src)
	}
	return nil
}

// Local is the place in the region of bytes of the file, and whether they stand
// in it.
func (r *Region) Local(s Span) (Span, bool) {
	from, ok := r.local(s.Start)
	if !ok {
		return Span{}, false
	}
	if s.Empty() {
		return Span{from, from}, true
	}
	to, ok := r.local(s.End - 1)
	for to+1 < len(r.start) && r.start[to+1] == r.start[to] && r.end[to+1] == r.end[to] {
		to++
	}
	return Span{from, to + 1}, ok
}

func (r *Region) local(at int) (int, bool) {
	i := sort.Search(len(r.start), func(i int) bool { return r.start[i] > at }) - 1
	if i < 0 || at >= r.end[i] {
		return 0, false
	}
	for i > 0 && r.start[i-1] == r.start[i] && r.end[i-1] == r.end[i] {
		i--
	}
	return i, true
}

// Offset is where a byte of the region stands in the file; the end of the region
// is its own.
func (r *Region) Offset(at int) int {
	switch {
	case at < len(r.start):
		return r.start[at]
	case len(r.end) > 0:
		return r.end[len(r.end)-1]
	}
	return 0
}

// Span is where a span of the region stands in the file.
func (r *Region) Span(s Span) Span {
	if s.Empty() {
		return Span{r.Offset(s.Start), r.Offset(s.Start)}
	}
	return Span{r.Offset(s.Start), r.end[min(s.End, len(r.end))-1]}
}

// Host turns edits of the region into those of the file; false if one of them
// changes a part of what stands there as a whole.
func (r *Region) Host(edits []Edit) ([]Edit, bool) {
	var out, quotes []Edit
	for _, e := range edits {
		if r.splits(e.Span.Start) || r.splits(e.Span.End) {
			return nil, false
		}
		text := e.New
		if r.write != nil {
			text = r.write(text)
		}
		if r.quote != nil && quotes == nil && text != "" {
			quotes = r.quote(text)
		}
		if e.Span.Empty() {
			at := r.Offset(e.Span.Start)
			out = append(out, Edit{Span{at, at}, text})
			continue
		}
		for _, s := range r.pieces(e.Span) {
			out = append(out, Edit{s, text})
			text = ""
		}
	}
	var first []Edit // the opening quote stands before whatever comes there
	for i, q := range quotes {
		gone := func(e Edit) bool { return e.Span.Start <= q.Span.Start && q.Span.Start < e.Span.End }
		switch {
		case i == 0:
			first = append(first, q)
		case !slices.ContainsFunc(out, gone):
			out = append(out, q)
		}
	}
	return append(first, out...), true
}

// splits says whether an offset lies inside of bytes that stand for one thing.
func (r *Region) splits(at int) bool {
	return at > 0 && at < len(r.start) && r.start[at] == r.start[at-1] && r.end[at] == r.end[at-1] && r.end[at] > r.start[at]
}

// Source is a text of the region with the expressions that the file has for parts
// of it.
func (r *Region) Source(text string) string {
	if r.source == nil {
		return text
	}
	return r.source(text)
}

// pieces are the parts of the file that a span which is not empty stands for.
// Lines that go take what the file writes between them along.
func (r *Region) pieces(s Span) []Span {
	var out []Span
	for s.Start < s.End {
		to := s.End
		for _, p := range r.parts {
			if s.Start < p && p < to {
				to = p
			}
		}
		host := Span{r.start[s.Start], r.end[to-1]}
		if r.Text[to-1] == '\n' && to < len(r.Text) && !slices.Contains(r.parts, to) {
			host.End = r.start[to]
		}
		if !host.Empty() {
			out = append(out, host)
		}
		s.Start = to
	}
	return out
}

// add appends one byte that stands for the bytes [start,end) of the file.
func (r *Region) add(b byte, start, end int) {
	r.Text = append(r.Text, b)
	r.start, r.end = append(r.start, start), append(r.end, end)
}

// copy appends bytes of the file as they are.
func (r *Region) copy(src []byte, from, to int) {
	for i := from; i < to; i++ {
		r.add(src[i], i, i+1)
	}
}

// escape appends a text that stands for the bytes [start,end) of the file.
func (r *Region) escape(text string, start, end int) {
	for i := range len(text) {
		r.add(text[i], start, end)
	}
}

// mayCall says whether a script can send a request, so that it is worth a look.
func mayCall(text []byte) bool {
	for _, tool := range []string{"curl", "wget", "http"} {
		if bytes.Contains(text, []byte(tool)) {
			return true
		}
	}
	return false
}
