package fixer

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// delegated is a URL or a literal of parameters with the key that is given to a
// function which the file does not define.
type delegated struct {
	source  *source
	finding *scanner.Finding
	inv     *syntax.Invocation
	arg     syntax.Span
	cut     *cutting

	to    *source // the file of the function
	start station
	token string // the expression of the token there, "" for the environment
	// member is the member of the object that the token is, "" for others.
	member string
}

func (h *delegated) String() string { return h.source.path + ":" + itoa(h.finding.Start.Line) }

// hands finds the call that a placement is given to, where no request of the
// file sends it; nil for none, or for several.
func (s *source) hands(f *scanner.Finding) *delegated {
	var out *delegated
	for _, inv := range s.file.Invocations() {
		if fn := s.file.Callee(inv); fn != nil && fn.Kind != syntax.Import || s.file.OfClient(inv) || loggers.MatchString(s.file.Text(inv.Callee)) {
			continue
		}
		if t := s.file.TextAt(inv.Span); t != nil && len(t.Pieces) > 1 {
			continue // a function that gives back the same text
		}
		for _, a := range inv.Args {
			cut, _ := s.cutArgument(f, a.Value)
			switch {
			case cut == nil:
			case out != nil:
				return nil
			default:
				out = &delegated{source: s, finding: f, inv: inv, arg: a.Value, cut: cut}
			}
		}
	}
	return out
}

// delegate fixes what is given to functions of other files: the parameter goes at
// every call, and the header goes into the function that sends it, if all that
// call it carry the key.
func (b *builder) delegate(ctx context.Context) error {
	if len(b.delegated) == 0 {
		return nil
	}
	var names []string
	for _, h := range b.delegated {
		names = append(names, h.name(), h.module())
	}
	var files []*scanner.File
	if b.o.Holding != nil {
		var err error
		if files, err = b.holdingOf(ctx, slices.DeleteFunc(names, func(n string) bool { return n == "" || n == "default" })...); err != nil {
			return err
		}
	}
	var known []*delegated
	for _, h := range b.delegated {
		if why := b.resolve(ctx, h, files); why != "" {
			b.fixes = append(b.fixes, manual(h.finding, guided(h.finding, why)))
			continue
		}
		known = append(known, h)
	}
	for _, group := range together(known) {
		p, why := b.deliver(ctx, group, files)
		if why == "" {
			b.parts = append(b.parts, p)
			continue
		}
		for _, h := range group {
			b.fixes = append(b.fixes, manual(h.finding, guided(h.finding, why)))
		}
	}
	return ctx.Err()
}

// resolve finds the function that a call of another file names, and the token
// there; or says why not.
func (b *builder) resolve(ctx context.Context, h *delegated, files []*scanner.File) string {
	callee := "it is given to \"" + h.inv.Name + "\" (line " + itoa(h.source.lineOf(h.inv.Span.Start)) + ")"
	parsed := 0
	for _, f := range files {
		if f.Path == h.source.path || syntax.Family(f.Path, f.Text) != syntax.Family(h.source.path, h.source.text) || !holds(f.Text, h.name()) && syntax.ModuleName(f.Path) != h.module() {
			continue
		}
		if parsed++; parsed > maxStrangers {
			return callee + ", which too many files speak of: change both places by hand"
		}
		o := b.other(ctx, h.source, f)
		if o == nil || o.region != nil {
			continue
		}
		for _, def := range o.file.Bindings() {
			if def.Plain() != h.name() && h.name() != "default" || o.file.FunctionSpan(def).Empty() {
				continue
			}
			if files = b.spread(ctx, o, def, files); h.source.linked(h.inv, o, def) != sure {
				continue
			}
			if h.to != nil {
				return callee + ", which may be the one of " + h.to.path + " or of " + o.path
			}
			h.to, h.start = o, station{fn: def}
		}
	}
	if h.to == nil {
		return callee + ", which is no client that is known here and is not defined in view: change it by hand"
	}
	for name, at := range h.to.file.ArgumentsFrom(h.start.fn, h.inv) {
		if at == h.arg {
			h.start.param = name
		}
	}
	if h.start.param == "" {
		return callee + ", whose parameters are not those that it is given"
	}
	if h.source.client != "" || h.to.client != "" {
		return cmp.Or(h.source.client, h.to.client)
	}
	var why string
	if h.token, why = h.tokenThere(); why != "" {
		return callee + " of " + h.to.path + ", and " + why
	}
	return ""
}

// name is what the function is called where it is defined, "default" for what a
// module gives without a name.
func (h *delegated) name() string {
	b := h.source.file.Callee(h.inv)
	switch {
	case b == nil || b.Kind != syntax.Import || b.Export == "*":
		return h.inv.Name
	case b.Export == "":
		return "default"
	}
	return b.Export
}

// module is the last part of the module that the function is imported from, ""
// for none.
func (h *delegated) module() string {
	if b := h.source.file.Callee(h.inv); b != nil && b.Kind == syntax.Import {
		return syntax.ModuleName(b.Module)
	}
	return ""
}

// together groups what is sent by the same requests.
func together(all []*delegated) [][]*delegated {
	var out [][]*delegated
	for _, h := range all {
		_, sinks := h.to.stations(h.start)
		group := []*delegated{h}
		out = slices.DeleteFunc(out, func(g []*delegated) bool {
			_, other := g[0].to.stations(g[0].start)
			shared := g[0].to == h.to && (g[0].start == h.start || slices.ContainsFunc(sinks, func(c *syntax.Call) bool { return slices.Contains(other, c) }))
			if shared {
				group = append(slices.Clone(g), group...)
			}
			return shared
		})
		out = append(out, group)
	}
	return out
}

// deliver makes one part of what a function of another file sends.
func (b *builder) deliver(ctx context.Context, group []*delegated, files []*scanner.File) (*part, string) {
	h := group[0]
	r := &rewrite{finding: h.finding, value: h.cut.value, literal: h.cut.literal, lent: true}
	p := &part{source: h.source, finding: h.finding, rw: r, title: "Send the token in the " + h.source.pack.Target.Header + " header"}
	var stations []station
	var sinks []*syntax.Call
	for _, g := range group {
		if why := g.join(r, h); why != "" {
			return nil, why
		}
		st, calls := g.to.stations(g.start)
		for _, x := range st {
			if !slices.Contains(stations, x) {
				stations = append(stations, x)
			}
		}
		for _, c := range calls {
			if why := g.endpoint(r, c); why != "" {
				return nil, why
			}
			if !slices.Contains(sinks, c) {
				sinks = append(sinks, c)
			}
		}
	}
	if why := h.to.added(r, group, stations); why != "" {
		return nil, why
	}
	if len(sinks) == 0 {
		return nil, "\"" + h.start.fn.Plain() + "\" of " + h.to.path + " does not show how it sends it"
	}
	unsure, why := b.callers(ctx, group, stations, files)
	if why != "" {
		return nil, why
	}
	if unsure != "" {
		r.unsafe = cmp.Or(r.unsafe, "make sure that "+unsure+" has nothing to do with \""+h.start.fn.Plain()+"\" of "+h.to.path+", which sends the token now")
	}
	for _, c := range sinks {
		q := request{call: c, header: true}
		if c.Broken {
			return nil, "the source breaks the grammar inside the call in " + h.to.path
		}
		if why := h.to.headerOf(&rewrite{finding: h.finding}, &q); why != "" {
			return nil, why + " (" + h.to.path + ":" + itoa(h.to.lineOf(c.Span.Start)) + ")"
		}
		if !q.header {
			return nil, "the request in " + h.to.path + ":" + itoa(h.to.lineOf(c.Span.Start)) + " sends a token already"
		}
		p.errands = append(p.errands, errand{h.to, q, h.token})
	}
	p.unsafe = r.unsafe
	for _, g := range slices.Backward(group) {
		own := &rewrite{finding: g.finding, value: g.cut.value, literal: g.cut.literal, lent: true}
		if p.supply, why = g.supply(own); why != "" {
			return nil, why + " (" + g.String() + ")"
		}
	}
	return p, ""
}

// added adapts what the function adds behind the URLs that it is given.
func (s *source) added(r *rewrite, group []*delegated, stations []station) string {
	bare := 0
	for _, h := range group {
		if h.source.lastParameter(h.arg) {
			bare++
		}
	}
	var tails []tail
	for _, st := range stations {
		tails = append(tails, s.tails(st)...)
	}
	if why := s.retail(r, tails, bare, len(group)); why != "" {
		return s.path + ", " + why
	}
	return ""
}

// join adds what one call hands on.
func (h *delegated) join(r *rewrite, first *delegated) string {
	s := h.source
	if h.member != first.member || h.member == "" && (h.token != first.token || s.valueText(h.cut) != first.source.valueText(first.cut)) {
		return "the calls of \"" + h.start.fn.Plain() + "\" of " + h.to.path + ", which sends it, take the key from different places (" + first.String() + ", " + h.String() + ")"
	}
	if why := s.developerName(h.finding); why != "" {
		return why
	}
	if why := s.otherMode(h.finding, nil); why != "" {
		return why
	}
	if h != first {
		r.also = append(r.also, h.finding)
	}
	joined, ok := sortEdits(append(r.edits, h.cut.edits...))
	if !ok {
		return "the calls that hand it on need different changes in one place"
	}
	r.edits = joined
	for _, c := range h.cut.carriers {
		if s.reachable(c) {
			return "\"" + c.Plain() + "\", which other files can use, would change"
		}
		for _, read := range c.Reads {
			if !h.inv.Span.Contains(read) && !slices.Contains(s.logged(c), read) && !slices.ContainsFunc(h.cut.carriers, func(o *syntax.Binding) bool {
				return slices.ContainsFunc(o.Defs, func(x syntax.Define) bool { return x.Statement.Contains(read) })
			}) {
				return "\"" + c.Plain() + "\" is used in line " + itoa(s.lineOf(read.Start)) + " too, so the request that it belongs to cannot be told apart"
			}
		}
	}
	return ""
}

// endpoint classifies what a request of the function sends for one call.
func (h *delegated) endpoint(r *rewrite, c *syntax.Call) string {
	given := map[string]string{}
	if t := h.source.file.TextAt(h.arg); t != nil && h.source.file.Container(h.arg) == nil {
		given[h.start.param] = h.source.written(t, nil)
	}
	host, path := parseURL(h.to.written(c.URL, given))
	if url := given[h.start.param]; url != "" && (host == "" || strings.ContainsAny(host, "{}")) {
		host, path = parseURL(url)
	}
	switch class := h.source.pack.EndpointOf(host, path); {
	case class == rules.KeepEndpoint:
		return "the endpoint needs the developer key (" + h.String() + ")"
	case foreign(h.source.pack, host):
		return "the request goes to " + host + ", which is not " + h.source.pack.Name
	case class == rules.OpenEndpoint:
		return "some of the requests need no credential (" + h.String() + ")"
	case class == rules.UnknownEndpoint:
		r.unsafe = unseen
	}
	return ""
}

// supply says where the token comes from.
func (h *delegated) supply(r *rewrite) (*supply, string) {
	if h.token == "" {
		return h.source.lentSupply(r)
	}
	at := h.source.decoded(r.value)
	sp, why := h.source.kept(&rewrite{finding: h.finding}, at, h.source.file.ValueAt(at))
	if why == "" && sp.newEnv {
		why = "the key comes from an environment variable with an old name"
	}
	return sp, why
}

// tokenThere is the expression of the token in the function that is called, ""
// where it comes from the environment.
func (h *delegated) tokenThere() (string, string) {
	r := &rewrite{value: h.cut.value, literal: h.cut.literal}
	_, why := h.source.envOf(r)
	if why == "" {
		return "", ""
	}
	at := h.source.decoded(h.cut.value)
	text := h.source.file.Text(at)
	if m := ownMember.FindStringSubmatch(text); m != nil && h.source.sameObject(h.inv) {
		if b := h.source.file.Binding(at); b != nil && b.Kind != syntax.Field && len(b.Defs) > 0 && !strings.HasPrefix(b.Name, "this.") {
			return "", why // a variable of the function
		}
		member := h.to.memberBeside(h.start.fn, m[2])
		if member == nil {
			return "", "the key is not in scope there"
		}
		if h.to.file.Static(h.start.fn) && !h.to.file.Static(member) && !h.source.ofClass(at.Start) {
			return "", "the key is not in scope there"
		}
		if line := h.to.masters(member.Defs[0].Name); line > 0 {
			return "", "a request that must keep the key takes it from the same place (line " + itoa(line) + ")"
		}
		if old := h.to.mayRead(m[2]); old != "" {
			return "", old
		}
		if v := h.to.file.ValueAt(member.Defs[0].Value); v.Kind == syntax.Literal && v.Text != "" {
			return "", m[2] + " of " + h.to.path + " stands in the text"
		}
		h.member = m[2]
		return strings.NewReplacer("base.", "this.", "super.", "this.").Replace(text), ""
	}
	return "", "the key is not in scope there"
}

// ownMember is a member of the object that the code belongs to.
var ownMember = pattern.New(`^((?:this|self|base|super)\.|\$this->|@|)(\w+)$`)

// sameObject says whether a call is one of the object that the code belongs to.
func (s *source) sameObject(inv *syntax.Invocation) bool {
	obj := s.file.Object(inv)
	return obj.Empty() || slices.Contains(selves, s.file.Text(obj))
}

// selves are the words for the object that code belongs to.
var selves = []string{"this", "self", "$this", "base", "super", "super()", "parent", "static", "cls"}

// memberBeside is the member of that name of the class of a method.
func (s *source) memberBeside(method *syntax.Binding, name string) *syntax.Binding {
	for _, b := range s.file.Bindings() {
		if (b.Name == "this."+name || b.Name == "this."+name+"()") && b.Scope == method.Scope && len(b.Defs) > 0 {
			return b
		}
	}
	return nil
}
