package syntax

import (
	"strconv"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
)

// restForm is how a method of RestTemplate takes what it sends: the positions of
// its body and of what it answers with, from 0, -1 for none, and where the
// variables of the URL begin.
type restForm struct {
	method     string // of HttpMethod, where the call becomes an exchange
	body, vars int
	content    bool // the call gives the body of the response
}

var restForms = map[string]restForm{
	"getForObject":    {"GET", -1, 2, true},
	"getForEntity":    {"GET", -1, 2, false},
	"delete":          {"DELETE", -1, 1, false},
	"postForObject":   {"", 1, 3, false},
	"postForEntity":   {"", 1, 3, false},
	"postForLocation": {"", 1, 2, false},
	"put":             {"", 1, 2, false},
	"patchForObject":  {"", 1, 3, false},
	"exchange":        {"", 2, 4, false},
}

const springHTTP = "org.springframework.http."

// restTemplate finds what is put into the URL of a RestTemplate, and the place
// of its header: the headers of its entity, or an entity of the fix's own.
func (f *File) restTemplate(inv *Invocation, c *Call) {
	form, ok := restForms[inv.Name]
	if !ok || len(inv.Args) == 0 || inv.open() {
		return
	}
	if len(inv.Args) > form.vars {
		f.restVariables(inv, c, inv.Args[form.vars:])
	}
	if form.body >= 0 {
		if len(inv.Args) <= form.body {
			return
		}
		restEntity(f, inv, c)
		if c.Slot.Kind != NoSlot {
			return
		}
	}
	c.HeadersOpen = false
	c.Slot = Slot{Why: "the call takes no headers", Recast: true}
}

// restVariables puts the variables of a URL into their places.
func (f *File) restVariables(inv *Invocation, c *Call, vars []Argument) {
	if c.URL == nil || len(vars) == 1 && !f.oneVariable(vars[0].node) {
		return
	}
	t := &Text{Span: c.URL.Span}
	ps, ok := f.formatted(t, inv.node, formatCall{text: f.at(c.URL.Span), style: inTurn, args: vars, stays: true}, -1, depth)
	if !ok {
		return
	}
	t.Pieces = ps
	c.URL = t
}

// oneVariable says whether the only variable of a URL is one, and no map of all
// of them.
func (f *File) oneVariable(n node) bool {
	n = f.lang.unwrap(n)
	if b := f.lookup(f.lang.name(n), n); b != nil && len(b.defs) > 0 {
		if typ := f.declaredType(b.defs[0]); typ != "" && typ != "var" {
			return !strings.Contains(typ, "Map") && !strings.Contains(typ, "[]") && typ != "Object"
		}
	}
	return !mapLike.MatchString(n.Text())
}

// mapLike is what the names of maps of variables have in common.
var mapLike = pattern.New(`(?i)map|params|vars|variables|arg|values`)

// recastJVM moves the calls of a RestTemplate that take no headers to an entity
// that has them.
func (f *File) recastJVM(c *Call, inv *Invocation, h headerText) Recast {
	form, ok := restForms[inv.Name]
	if c.Client != "resttemplate" || !ok {
		return Recast{Why: "the call takes no headers"}
	}
	r := Recast{}
	f.jvmImport(&r, springHTTP, "HttpEntity")
	f.jvmImport(&r, springHTTP, "HttpHeaders")
	if form.body >= 0 {
		f.restBody(inv, inv.Args[form.body], h, &r)
		return r
	}
	headers := f.restHeaders(inv.node, h, "", &r)
	if r.Why != "" {
		return r
	}
	f.jvmImport(&r, springHTTP, "HttpMethod")
	name := f.Text(inv.Callee)
	at := inv.Callee.Start + strings.LastIndex(name, inv.Name)
	if end := inv.Callee.End; end > at+len(inv.Name) {
		return Recast{Why: "the call takes no headers, and it is given a type"}
	}
	r.Edits = append(r.Edits, Edit{Span{at, at + len(inv.Name)}, "exchange"})
	end := inv.Args[0].Span.End
	answer := ""
	if inv.Name == "delete" {
		answer = ", Void.class"
		if f.Language == "kotlin" {
			answer = ", Void::class.java"
		}
	} else if len(inv.Args) < 2 {
		return Recast{Why: "the call takes no headers, and what it answers with is not in view"}
	}
	r.Edits = append(r.Edits, Edit{Span{end, end}, ", HttpMethod." + form.method + ", " + f.restNew("", headers) + answer})
	if form.content {
		content := ".getBody()"
		if f.Language == "kotlin" {
			content = ".body"
		}
		r.Edits = append(r.Edits, Edit{Span{inv.Span.End, inv.Span.End}, content})
	}
	return r
}

// restHeaders is the expression of the headers at a node, with those of another
// expression among them: a variable of a statement in front, or what Kotlin
// writes in place.
func (f *File) restHeaders(n node, h headerText, with string, r *Recast) string {
	set := "set(" + f.lang.idiom.quote(h.name) + ", " + h.value(f) + ")"
	if f.Language == "kotlin" {
		if with != "" {
			set = "putAll(" + with + "); " + set
		}
		return "HttpHeaders().apply { " + set + " }"
	}
	st := n.Up(f.lang.statements...)
	branch := n.Up("ternary_expression")
	if !st.Is("expression_statement", "local_variable_declaration", "return_statement", "throw_statement") || f.scope(st) != f.scope(n) ||
		!st.Parent().Is("block", "constructor_body") || !f.ownLine(st.Start()) || branch.OK() && st.Contains(branch) {
		r.Why = "the headers of the entity need a statement before the call, where none can stand"
		return ""
	}
	name := f.freshName("headers", span(f.scope(n)), f.recastsBefore(n))
	indent := f.EOL() + f.Indent(st.Start())
	before := "HttpHeaders " + name + " = new HttpHeaders();" + indent
	if with != "" {
		before += name + ".putAll(" + with + ");" + indent
	}
	r.Edits = append(r.Edits, Edit{Span{st.Start(), st.Start()}, before + name + "." + set + ";" + indent})
	return name
}

// recastsBefore counts the calls in the function of a node that may get a
// statement of their own, and stand before the one at the node.
func (f *File) recastsBefore(n node) int {
	fn, count := span(f.scope(n)), 0
	for i := range f.calls {
		c := &f.calls[i]
		if c.Slot.Recast && c.Function == fn && c.Span.End < n.Start() {
			count++
		}
	}
	return count
}

// freshName is a name that the text of a function does not have, for the n-th
// of those who ask.
func (f *File) freshName(name string, in Span, n int) string {
	text := f.Text(in)
	if strings.Contains(text, name) {
		name = "auth" + strings.ToUpper(name[:1]) + name[1:]
	}
	if n > 0 {
		name += strconv.Itoa(n + 1)
	}
	for strings.Contains(text, name) {
		name += "_"
	}
	return name
}

// restBody makes an entity of a body, or gives one that is made for this call
// alone the header.
func (f *File) restBody(inv *Invocation, body Argument, h headerText, r *Recast) {
	n := f.lang.unwrap(body.node)
	if text := n.Text(); text == "null" || text == "HttpEntity.EMPTY" {
		r.Edits = append(r.Edits, Edit{body.Span, f.restNew("", f.restHeaders(inv.node, h, "", r))})
		return
	}
	if f.plainBody(n) {
		r.Edits = append(r.Edits, Edit{body.Span, f.restNew(f.Text(body.Span), f.restHeaders(inv.node, h, "", r))})
		return
	}
	at, b := f.follow(n)
	made := f.byNode[at.Index()]
	r.Why = "the headers of the entity are not in view"
	if made == nil || !strings.HasPrefix(made.Path, "HttpEntity") || len(made.Args) == 0 || b != nil && (len(b.Reads) != 1 || f.scope(at) != f.scope(n)) {
		return
	}
	r.Why = ""
	last := made.Args[len(made.Args)-1]
	if len(made.Args) == 1 && !f.springHeaders(last.node) {
		r.Edits = append(r.Edits, Edit{Span{last.Span.End, last.Span.End}, ", " + f.restHeaders(at, h, "", r)})
		return
	}
	if at := f.authorizes(last.node); at != "" {
		r.Why = at
		return
	}
	if f.byNode[f.lang.unwrap(last.node).Index()] != nil && f.calledHere(last.node) == nil {
		r.Unless = "the other headers come from another file: make sure that none of them is " + h.name
	}
	r.Edits = append(r.Edits, Edit{last.Span, f.restHeaders(at, h, f.Text(last.Value), r)})
}

// springHeaders says whether the only argument of an entity is its headers.
func (f *File) springHeaders(n node) bool {
	n = f.lang.unwrap(n)
	if b := f.lookup(f.lang.name(n), n); b != nil && len(b.defs) > 0 {
		if t := f.declaredType(b.defs[0]); t != "" && t != "var" {
			return strings.HasSuffix(t, "Headers") || strings.HasPrefix(t, "MultiValueMap")
		}
	}
	return strings.Contains(strings.ToLower(n.Text()), "header")
}

// calledHere is the function of this file that an expression calls, nil for none.
func (f *File) calledHere(n node) *Binding {
	inv := f.byNode[f.lang.unwrap(n).Index()]
	if inv == nil {
		return nil
	}
	return f.Callee(inv)
}

// authorizes says that what makes the headers sets this one already, "" where
// it does not as far as is seen.
func (f *File) authorizes(n node) string {
	v, _ := f.follow(f.lang.unwrap(n))
	text := v.Text()
	if b := f.calledHere(v); b != nil && len(b.defs) > 0 {
		text = f.function(b.defs[0]).Text()
	}
	if strings.Contains(strings.ToUpper(text), "AUTHORIZATION") || strings.Contains(text, "Auth(") {
		return "the headers of the entity have credentials of their own"
	}
	return ""
}

// plainBody says whether a body is known to be no entity with headers of its
// own.
func (f *File) plainBody(n node) bool {
	if _, ok := f.lang.pieces(n); ok {
		return true
	}
	if inv := f.byNode[n.Index()]; inv != nil {
		return inv.New && !strings.HasSuffix(strings.TrimSuffix(inv.Path, "<>"), "Entity") || oneOf(inv.Name, "writeValueAsString", "toJson", "toString")
	}
	b := f.lookup(f.lang.name(n), n)
	if b == nil {
		return false
	}
	if d, ok := b.only(); ok && f.byNode[f.lang.unwrap(d.value).Index()] != nil {
		return f.plainBody(f.lang.unwrap(d.value))
	}
	typ := ""
	for _, d := range b.defs {
		typ = f.declaredType(d)
	}
	return typ != "" && !strings.Contains(typ, "Entity") && !oneOf(strings.TrimSuffix(typ, "?"), "Object", "Any", "T", "var")
}

// declaredType is the type that is written before or behind a name.
func (f *File) declaredType(d def) string {
	p := d.at.Parent()
	if t := p.Field("type"); t.OK() {
		return t.Text()
	}
	if t := p.Parent().Field("type"); t.OK() && p.Is("variable_declarator") {
		return t.Text()
	}
	if t := p.Kid(-1); f.Language == "kotlin" && t.Is("user_type", "nullable_type") {
		return t.Text()
	}
	return ""
}

// restNew is the expression that makes an entity.
func (f *File) restNew(body, headers string) string {
	switch {
	case f.Language == "kotlin" && body == "":
		return "HttpEntity<Void>(" + headers + ")"
	case f.Language == "kotlin":
		return "HttpEntity(" + body + ", " + headers + ")"
	case body == "":
		return "new HttpEntity<Void>(" + headers + ")"
	}
	return "new HttpEntity<>(" + body + ", " + headers + ")"
}

// jvmImport imports a class where the file does not, in the order of the
// imports that there are.
func (f *File) jvmImport(r *Recast, pkg, class string) {
	line := "import " + pkg + class
	semicolon := ";"
	if f.Language == "kotlin" {
		semicolon = ""
	}
	var before, last node
	for _, n := range f.tree.Root().Find("import_declaration", "import") {
		text := strings.TrimSuffix(strings.TrimSpace(n.Text()), ";")
		if !n.Named() || strings.HasPrefix(text, "import static") {
			continue
		}
		if text == line || text == "import "+pkg+"*" {
			return
		}
		if last = n; !before.OK() && text > line {
			before = n
		}
	}
	switch {
	case before.OK():
		r.Edits = append(r.Edits, Edit{Span{before.Start(), before.Start()}, line + semicolon + f.EOL()})
	case last.OK():
		r.Edits = append(r.Edits, Edit{Span{last.End(), last.End()}, f.EOL() + line + semicolon})
	default:
		r.Why = "the call takes no headers, and the file imports nothing"
	}
}
