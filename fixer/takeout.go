package fixer

import (
	"slices"
	"strconv"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax"
)

// takeOut removes the parameter from wherever it stands, and makes sure that no
// other request loses it.
func (s *source) takeOut(r *rewrite) string {
	for i, q := range r.requests {
		out, why := s.cut(r, q.call)
		if why != "" {
			return why
		}
		switch {
		case i == 0:
			r.value, r.literal = out.value, out.literal
		case out.value != r.value:
			return "the requests that share this parameter take the key from different places"
		}
		joined, ok := sortEdits(append(r.edits, out.edits...))
		if !ok {
			return "the requests that share this parameter (" + s.lines(r.calls()) + ") need different changes in one place"
		}
		r.edits = joined
		if b := s.optionsIn(q.call, out.edits); b != nil {
			out.carriers = append(out.carriers, b)
		}
		for _, b := range out.carriers {
			if !slices.Contains(r.carriers, b) {
				r.carriers = append(r.carriers, b)
			}
		}
	}
	for _, b := range r.carriers {
		if why := s.onlyFor(r, b); why != "" {
			return why
		}
	}
	for _, e := range r.edits {
		if e.New == "" && s.file.Empties(syntax.Span{Start: e.Start, End: e.End}) {
			return syntax.EmptyBranch
		}
	}
	return ""
}

func (r *rewrite) calls() []*syntax.Call {
	var out []*syntax.Call
	for _, q := range r.requests {
		out = append(out, q.call)
	}
	return out
}

// cutting is what has to go for one request.
type cutting struct {
	edits    []Edit
	value    syntax.Span
	literal  string // the key itself, where it stands in a text
	carriers []*syntax.Binding
}

// cut finds the parameter of a finding in a call.
func (s *source) cut(r *rewrite, c *syntax.Call) (*cutting, string) {
	for i, e := range slices.Concat(c.Params, c.Body) {
		if s.contains(e.Span, r.finding) {
			holder := c.ParamsValue
			if i >= len(c.Params) {
				holder = c.BodyValue
			}
			if !s.named(e.Name) {
				if slices.ContainsFunc(s.names, func(n string) bool { return strings.EqualFold(n, e.Name) }) {
					return nil, "the parameter is spelled \"" + e.Name + "\", which is not the one that authenticates"
				}
				return nil, "the parameter stands inside of \"" + e.Name + "\", which is sent as it is"
			}
			if guard := s.guard(e, c); e.In == nil && r.dual == 0 && !guard.Empty() {
				out, why := s.cutEntry(c, e, c.Params)
				if why != "" || out.value.Empty() {
					return nil, "the key is sent on some paths only (line " + itoa(s.lineOf(e.Span.Start)) + ")"
				}
				out.edits = remove(s.path, s.lineWith(guard))
				r.unsafe = "the header is sent where there is no key, too"
				return out, ""
			}
			if e.In == nil && r.dual == 0 && s.sometimes(e.Span, c) {
				return nil, "the key is sent on some paths only (line " + itoa(s.lineOf(e.Span.Start)) + ")"
			}
			if e.In != nil && s.underSpread(c, e.In) {
				r.unsafe = "what is spread behind the parameters may replace them: such a request did not send the key, and gets the token"
			}
			out, why := s.cutEntry(c, e, c.Params)
			if out != nil && !c.Span.Contains(e.Span) {
				out.carriers = append(out.carriers, s.urlCarriers(c, e)...)
			}
			if b := s.file.Binding(c.ParamsValue); out != nil && b != nil && !c.ParamsValue.Empty() && e.In != nil && e.In.Binding != b {
				out.carriers = append(out.carriers, b) // made of the one that changes
			}
			if b := s.file.Binding(holder); out != nil && e.In == nil && b != nil && !holder.Empty() {
				out.carriers = append(out.carriers, b)
			}
			return out, why
		}
	}
	return s.cutURL(r, c)
}

// named says whether a name is that of the parameter, letter by letter.
func (s *source) named(name string) bool { return slices.Contains(s.names, name) }

// cutParameter takes name=value out of the text of a URL.
func (s *source) cutParameter(t *syntax.Text, q syntax.QueryParam) (*cutting, string) {
	switch {
	case q.Why != "":
		return nil, q.Why
	case q.Separator == 0:
		return nil, "what stands before the parameter in the URL is not in view"
	case q.Glued:
		return nil, "the key is glued to other text"
	case len(q.Value) == 0:
		return nil, "the parameter has no value in view"
	}
	out := &cutting{}
	if v := q.Value[0]; !v.Literal {
		out.value = v.Expr
	} else {
		out.literal = v.Text
	}
	for _, e := range q.Cut {
		out.edits = append(out.edits, Edit{Path: s.path, Start: e.Span.Start, End: e.Span.End, New: e.New})
	}
	out.carriers = carrying(t, changed(t, out.edits))
	return out, ""
}

// carrying adds the definitions that are made of those that change.
func carrying(t *syntax.Text, out []*syntax.Binding) []*syntax.Binding {
	for i := 0; i < len(out); i++ {
		for _, via := range t.Via {
			if slices.Contains(out, via) {
				continue
			}
			if slices.ContainsFunc(out[i].Reads, func(r syntax.Span) bool {
				return slices.ContainsFunc(via.Defs, func(d syntax.Define) bool { return d.Statement.Contains(r) })
			}) {
				out = append(out, via)
			}
		}
	}
	return out
}

// changed lists the definitions of a text in which edits lie.
func changed(t *syntax.Text, edits []Edit) []*syntax.Binding {
	var out []*syntax.Binding
	for _, p := range t.Pieces {
		if p.Via < 0 {
			continue
		}
		in := slices.ContainsFunc(edits, func(e Edit) bool {
			return touches(p.Span, e) || touches(p.Operand, e) || touches(p.Cut, e) || touches(p.Append, e)
		})
		if b := t.Via[p.Via]; in && !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	return out
}

// touches says whether an edit changes something of a span.
func touches(s syntax.Span, e Edit) bool {
	return !s.Empty() && e.Start < s.End && s.Start < e.End || e.Start == e.End && s.Start <= e.Start && e.Start <= s.End && !s.Empty()
}

// cutEntry removes an entry of a dictionary, and the dictionary if nothing is
// left of it.
func (s *source) cutEntry(c *syntax.Call, e syntax.Entry, all []syntax.Entry) (*cutting, string) {
	out := &cutting{value: e.Value}
	if e.Value.Empty() {
		return nil, "the value of the parameter is not in view"
	}
	if e.Line {
		value, ok := s.lineValue(e)
		if !ok {
			return nil, "the key is glued to other text"
		}
		if out.value = value; value.Empty() {
			_, out.literal, _ = strings.Cut(s.file.TextAt(e.Value).Pieces[0].Text, "=")
			out.literal = strings.TrimPrefix(out.literal, "=")
		}
	}
	in := e.In
	if in != nil && in.Binding != nil {
		out.carriers = append(out.carriers, in.Binding)
	}
	alone := in != nil && len(in.Entries) == 1 && !in.Open
	if alone && in.Binding != nil && s.decides(in) {
		return nil, "whether there are parameters decides a branch, and none would be left"
	}
	switch {
	case alone && c != nil && s.positional(c, in.Span):
		out.edits = []Edit{{Path: s.path, Start: in.Span.Start, End: in.Span.End, New: s.file.Null()}}
		return out, ""
	case alone && len(in.Cut) > 0 && in.Binding == nil && !s.filledLater(c, in) && !s.overSpread(c, in):
		out.edits = remove(s.path, in.Cut...)
		return out, ""
	case alone && len(all) == 1 && len(in.Cut) > 0 && s.dispensable(in):
		// The variable, and the argument that it is given as.
		out.edits = append(remove(s.path, in.Cut...), remove(s.path, s.lineWith(in.Binding.Defs[0].Statement))...)
		return out, ""
	case len(e.Cut) == 0:
		return nil, "the entry cannot be taken out of its container"
	case alone && s.file.NoEntries() != "":
		out.edits = []Edit{{Path: s.path, Start: in.Span.Start, End: in.Span.End, New: s.file.NoEntries()}}
		return out, ""
	}
	out.edits = remove(s.path, e.Cut...)
	return out, ""
}

// lineValue is the value in a string "name=value": an expression, or nothing
// for a literal.
func (s *source) lineValue(e syntax.Entry) (syntax.Span, bool) {
	t := s.file.TextAt(e.Value)
	if t == nil || len(t.Pieces) == 0 || !t.Pieces[0].Literal || !strings.Contains(t.Pieces[0].Text, "=") {
		return syntax.Span{}, false
	}
	bare := strings.HasSuffix(t.Pieces[0].Text, "=")
	switch {
	case len(t.Pieces) == 1 && !bare:
		return syntax.Span{}, true
	case len(t.Pieces) == 2 && bare && !t.Pieces[1].Literal:
		return t.Pieces[1].Expr, true
	}
	return syntax.Span{}, false
}

// positional says whether an argument is known by its position, and others
// stand behind it, so that something has to stay in its place.
func (s *source) positional(c *syntax.Call, at syntax.Span) bool {
	inv := s.file.InvocationAt(c.Span)
	if inv == nil || s.file.Null() == "" {
		return false
	}
	for i, a := range inv.Args {
		if a.Value != at || a.Name != "" {
			continue
		}
		for _, later := range inv.Args[i+1:] {
			if later.Name == "" {
				return true
			}
		}
		sl := c.Slot
		named := s.file.Keywords() || strings.Contains(sl.Open, ": {") || strings.Contains(sl.Open, "headers: ")
		return sl.Kind == syntax.InArg && sl.At >= a.Span.End && !named
	}
	return false
}

// dispensable says whether a variable holds a container for one argument only,
// so that it can go with it.
func (s *source) dispensable(in *syntax.Container) bool {
	b := in.Binding
	if b == nil || b.Again || len(b.Defs) != 1 || len(b.Reads) != 1 || b.Scope.Start == 0 && b.Scope.End == len(s.text) && s.file.Importable() {
		return false
	}
	cut := false
	for _, c := range in.Cut {
		cut = cut || c.Contains(b.Reads[0])
	}
	return cut && b.Defs[0].Statement.Contains(in.Span) && !strings.HasPrefix(b.Name, "this.") && s.single(b.Defs[0].Statement)
}

// lineWith is a statement with its line, and with one of two empty lines around
// it.
func (s *source) lineWith(st syntax.Span) syntax.Span { return s.file.Paragraph(st) }

// single says whether a statement defines one name only.
func (s *source) single(st syntax.Span) bool {
	n := 0
	for _, b := range s.file.Bindings() {
		for _, d := range b.Defs {
			if d.Statement == st {
				n++
			}
		}
	}
	return n == 1
}

// onlyFor makes sure that a definition which changes is read by these requests
// alone: another request must not lose its key without getting a header.
func (s *source) onlyFor(r *rewrite, b *syntax.Binding) string {
	logged := s.logged(b)
	if s.formats(r, b) {
		logged = nil // its verbs have to fit what is given with it
	}
	for _, read := range b.Reads {
		if m := rehosted.FindSubmatch(s.text[read.End:]); m != nil && foreign(s.pack, string(m[1])) {
			return "the host of \"" + b.Plain() + "\" becomes " + string(m[1]) + " in line " + itoa(s.lineOf(read.Start))
		}
		if s.file.ExportsAt(read) || slices.Contains(logged, read) || filled.Match(s.text[read.End:]) || s.touched(r, b, read) {
			continue // weighed with the other files; neither a log nor what adds to it needs the key
		}
		if !slices.ContainsFunc(r.requests, func(q request) bool { return s.readBy(q.call, read, b) }) {
			return "\"" + b.Plain() + "\" is used in line " + itoa(s.lineOf(read.Start)) + " too, so the request that it belongs to cannot be told apart"
		}
	}
	for _, inv := range s.methodCalls(b) {
		return "\"" + b.Plain() + "\" is used in line " + itoa(s.lineOf(inv.Span.Start)) + " too, so the request that it belongs to cannot be told apart"
	}
	if s.reachable(b) {
		r.offers = append(r.offers, offer{def: b, duty: carried})
	}
	return ""
}

// assigning is the left side of an assignment to a variable or what it holds.
var assigning = pattern.New(`^[$@]{0,2}\w+(?:\.\w+|->\w+)*\s*:?=\s*[^=]*$`)

// filled adds to a dictionary, or changes another entry of it.
var filled = pattern.New(`^(?:\.(?:defaults\.)?\w+)?(?:(?:\.|->)(?:update|setdefault|append|set|add|put|push|merge!|delete)\(|\[[^\]\n]*\]\s*=[^=>]|\.\w+\s*=[^=>])`)

// rehosted gives a URL another host.
var rehosted = pattern.New(`^\.(?:host|hostname|origin)\s*=\s*["'](?:https?://)?([\w.-]+)`)

// urlPart reads a part of a URL that no parameter changes.
var urlPart = pattern.New(`^\.(host|hostname|port|scheme|protocol|origin)\b\s*(?:[^=\s]|==|$)`)

func (s *source) readBy(c *syntax.Call, read syntax.Span, b *syntax.Binding) bool {
	if c.Span.Contains(read) || c.ParamsValue.Contains(read) || c.URL != nil && c.URL.Span.Contains(read) || urlPart.Match(s.text[read.End:]) {
		return true
	}
	for _, d := range b.Defs { // appends: url += …
		if d.Statement.Contains(read) && b.Kind != syntax.Function && d.Value != d.Statement {
			return true
		}
	}
	if in := s.file.Binding(c.ParamsValue); in != nil && !c.ParamsValue.Empty() && in != b &&
		slices.ContainsFunc(in.Defs, func(d syntax.Define) bool { return d.Statement.Contains(read) }) {
		return true
	}
	entries := slices.Concat(c.Params, c.Headers, c.Body)
	if c.URL != nil {
		if c.URL.Span.Contains(read) {
			return true
		}
		for _, p := range c.URL.Pieces {
			if p.Query != nil {
				entries = append(entries, p.Query.Entries...)
				if h := s.file.Binding(p.Expr); h != nil && h != b && slices.ContainsFunc(h.Defs, func(d syntax.Define) bool { return d.Statement.Contains(read) }) {
					return true // what holds it is written as the query string
				}
			}
			if p.Span.Contains(read) || p.Expr.Contains(read) {
				return true
			}
		}
		for _, via := range c.URL.Via {
			for _, d := range via.Defs {
				if via != b && via.Kind != syntax.Function && d.Statement.Contains(read) {
					return true
				}
			}
		}
	}
	return slices.ContainsFunc(entries, func(e syntax.Entry) bool { return e.Span.Contains(read) })
}

func itoa(n int) string { return strconv.Itoa(n) }
