package proof

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// This file invents programs: random ones in which every request makes sense.
// spoken_test.go writes them in a language.

// inventor makes a program of a seed.
type inventor struct {
	*rand.Rand
	p         *program
	names     int
	plain     bool
	keys      []expr // what the secrets of the program come from
	variables []*variable
	functions []*function
	classes   []*class
}

// scope is where code stands.
type scope struct {
	file   int
	inside bool        // in a function
	locals []*variable // its parameters and variables
	fields []*variable // of the object
	depth  int
	out    []stmt
}

func (s *scope) add(x ...stmt) { s.out = append(s.out, x...) }

// invent makes the program of a seed; a plain one has no dictionaries.
func invent(seed uint64, plain bool) *program {
	g := &inventor{Rand: rand.New(rand.NewPCG(seed, 7)), p: &program{}, plain: plain}
	g.p.qualified = g.chance(40)
	// A key in the text and one in the environment may be the same one.
	sources := []expr{env{"HUBSPOT_API_KEY", ""}, env{"HAPIKEY", ""}, given{}, env{"HUBSPOT_API_KEY", other}}
	if g.chance(40) {
		sources = []expr{text(key), text(other), given{}}
	}
	for range 1 + g.IntN(4)/2 {
		g.keys = append(g.keys, sources[g.IntN(len(sources))])
	}
	libs := g.IntN(3)
	for f := libs; f >= 0; f-- {
		s := &scope{file: f}
		for range 1 + g.IntN(2) {
			g.constant(s)
		}
		for range g.IntN(4) {
			if g.chance(25) {
				g.class(s)
			} else {
				g.function(s)
			}
		}
		if f == 0 {
			for range 2 + g.IntN(5) {
				g.step(s)
			}
			g.foreign(s)
			g.keyed(s)
		}
		g.p.files[f] = s.out
	}
	return g.p
}

func (g *inventor) chance(percent int) bool { return g.IntN(100) < percent }

func (g *inventor) name(of ...string) string {
	g.names++
	return fmt.Sprintf("%s%d", of[g.IntN(len(of))], g.names)
}

func pick[T any](g *inventor, of []T) T { return of[g.IntN(len(of))] }

// seen are the variables of a kind that code in a scope can name.
func (g *inventor) seen(s *scope, k kind) []*variable {
	var out []*variable
	for _, v := range append(slices.Clone(g.variables), s.locals...) {
		if v.kind == k && (v.constant || !s.inside || slices.Contains(s.locals, v)) && v.file >= s.file {
			out = append(out, v)
		}
	}
	return out
}

// declare gives a variable its first value.
func (g *inventor) declare(s *scope, v *variable, to expr) *variable {
	v.file = s.file
	v.constant = !s.inside && s.depth == 0 && v.constant
	s.add(set{v, to, true})
	if s.inside || s.depth > 0 {
		s.locals = append(s.locals, v)
	} else {
		g.variables = append(g.variables, v)
	}
	return v
}

// constant declares one of a file.
func (g *inventor) constant(s *scope) {
	switch g.IntN(5) {
	case 0, 1, 2:
		g.declare(s, &variable{name: g.name("API_KEY", "HAPI_KEY", "KEY"), kind: aKey, constant: true}, pick(g, g.keys))
	case 3:
		g.declare(s, &variable{name: g.name("LISTS", "PATH"), kind: aPath, constant: true}, pick(g, paths))
	default:
		g.declare(s, &variable{name: g.name("AUTH", "QUERY"), kind: aQuery, constant: true}, g.joined("hapikey=", g.key(s)))
	}
}

var paths = []expr{text("/contacts/v1/lists"), text("/crm/v3/objects/contacts"), text("/deals/v1/deal/paged")}

const (
	provider = "https://api.hubapi.com"
	vendor   = "https://api.example.com"
)

// other is a second key.
var other = "7e" + key[2:]

// key is an expression for a key.
func (g *inventor) key(s *scope) expr {
	var all []expr
	for _, v := range g.seen(s, aKey) {
		all = append(all, ref{v}, ref{v})
	}
	for _, f := range s.fields {
		if f.kind == aKey {
			all = append(all, field{f.name}, field{f.name}, field{f.name})
		}
	}
	for _, f := range g.functions {
		if f.result(aKey) && f.file >= s.file {
			all = append(all, call{f, nil, nil})
		}
	}
	if len(all) == 0 || g.chance(8) {
		return pick(g, g.keys)
	}
	return pick(g, all)
}

// result says whether a function only gives a value of a kind.
func (f *function) result(k kind) bool {
	return !f.sends && !f.method && len(f.params) == 0 && k == aKey
}

func (g *inventor) joined(parts ...any) expr {
	var out []expr
	for _, p := range parts {
		if t, ok := p.(string); ok {
			p = text(t)
		}
		if p != text("") {
			out = append(out, p)
		}
	}
	if len(out) == 1 {
		return out[0]
	}
	return join{out, g.IntN(3)}
}

// path is an expression for a path.
func (g *inventor) path(s *scope) expr {
	if vs := g.seen(s, aPath); len(vs) > 0 && g.chance(60) {
		return ref{pick(g, vs)}
	}
	return pick(g, paths)
}

// url is an expression for a URL of the provider, with the key or without.
func (g *inventor) url(s *scope, keyed bool) (e expr, query bool) {
	if vs := g.seen(s, aURL); keyed && len(vs) > 0 && g.chance(50) {
		v := pick(g, vs)
		if v.query {
			return ref{v}, true
		}
	}
	base := []any{provider, g.path(s)}
	if !keyed {
		if g.chance(30) {
			return g.joined(append(base, "?limit=5")...), true
		}
		return g.joined(base...), false
	}
	if qs := g.seen(s, aQuery); len(qs) > 0 && g.chance(40) {
		return g.joined(append(base, pick(g, []any{"?", "?limit=5&"}), ref{pick(g, qs)})...), true
	}
	switch g.IntN(4) {
	case 0:
		return g.joined(append(base, "?limit=5&hapikey=", g.key(s))...), true
	case 1:
		return g.joined(append(base, "?hapikey=", g.key(s), "&limit=5")...), true
	}
	return g.joined(append(base, "?hapikey=", g.key(s))...), true
}

// step adds a statement that does something.
func (g *inventor) step(s *scope) {
	switch g.IntN(10) {
	case 0, 1:
		e, q := g.url(s, true)
		g.declare(s, &variable{name: g.name("url", "endpoint"), kind: aURL, query: q}, e)
	case 2:
		for _, v := range g.own(s, aURL) {
			if v.query {
				more := g.joined("&offset=", pick(g, []any{"2", "9"}))
				if g.chance(50) {
					s.add(grow{v, more})
				} else {
					s.add(set{v, g.joined(ref{v}, "&offset=3"), false})
				}
				return
			}
		}
	case 3:
		if vs := g.own(s, aURL); len(vs) > 0 {
			e, _ := g.url(s, true)
			s.add(set{pick(g, vs), e, false})
		}
	case 4:
		if !g.plain {
			g.params(s)
		}
	case 5:
		g.foreign(s)
	case 6:
		if s.depth < 2 {
			g.block(s)
			return
		}
		g.keyed(s)
	default:
		g.keyed(s)
	}
}

// own are the variables that code may change.
func (g *inventor) own(s *scope, k kind) []*variable {
	return slices.DeleteFunc(g.seen(s, k), func(v *variable) bool { return v.constant })
}

// params declares parameters with the key, in one of several ways.
func (g *inventor) params(s *scope) *variable {
	v := &variable{name: g.name("params", "query"), kind: aDict, query: true}
	if g.chance(60) {
		return g.declare(s, v, g.dict(s))
	}
	g.declare(s, v, dict{{"limit", text("5")}})
	s.add(put{v, "hapikey", g.key(s)})
	return v
}

func (g *inventor) dict(s *scope) dict {
	d := dict{{"hapikey", g.key(s)}}
	if g.chance(50) {
		d = append(d, pair{"limit", text("5")})
	}
	if g.chance(30) {
		slices.Reverse(d)
	}
	return d
}

// block adds a branch or a loop.
func (g *inventor) block(s *scope) {
	inner := func() []stmt {
		in := &scope{file: s.file, inside: s.inside, locals: slices.Clone(s.locals), fields: s.fields, depth: s.depth + 1}
		for range 1 + g.IntN(2) {
			g.step(in)
		}
		g.keyed(in)
		return in.out
	}
	if g.chance(50) {
		b := branch{holds: g.chance(50), yes: inner()}
		if g.chance(50) {
			b.no = inner()
		}
		s.add(b)
		return
	}
	v := &variable{name: g.name("path", "id"), kind: aPath, file: s.file}
	s.locals = append(s.locals, v)
	body := inner()
	s.locals = s.locals[:len(s.locals)-1]
	s.add(loop{v, []string{"/contacts/v1/lists", "/owners/v2/owners"}, body})
}

// keyed sends a request to the provider with a key, in the open or through a
// function.
func (g *inventor) keyed(s *scope) {
	var fs []*function
	for _, f := range g.functions {
		if f.sends && f.file >= s.file {
			fs = append(fs, f)
		}
	}
	var cs []*class
	for _, c := range g.classes {
		if c.file >= s.file {
			cs = append(cs, c)
		}
	}
	switch {
	case len(cs) > 0 && g.chance(50):
		g.message(s, pick(g, cs))
	case len(fs) > 0 && g.chance(65):
		f := pick(g, fs)
		s.add(do{call{f, nil, g.arguments(s, f.params)}})
	case !g.plain && g.chance(35):
		u, _ := g.url(s, false)
		var p expr = g.dict(s)
		if vs := g.seen(s, aDict); len(vs) > 0 && g.chance(70) {
			p = ref{pick(g, vs)}
		}
		if j, ok := u.(join); ok && slices.Contains(j.parts, expr(text("?limit=5"))) {
			u = g.joined(provider, g.path(s))
		}
		s.add(g.sending(u, p))
	default:
		u, _ := g.url(s, true)
		s.add(g.sending(u, nil))
	}
}

func (g *inventor) sending(u, p expr) send {
	return send{url: u, params: p, header: g.chance(25), post: g.chance(15), style: g.IntN(3)}
}

// message makes an object and sends it a message.
func (g *inventor) message(s *scope, c *class) {
	o := object{c, nil}
	for _, f := range c.fields {
		o.args = append(o.args, g.argument(s, f))
	}
	v := &variable{name: g.name("client", "api"), kind: anObject}
	if s.inside || g.chance(50) {
		v.constant = false
	}
	g.declare(s, v, o)
	var ms []*function
	for k := c; k != nil; k = k.parent {
		for _, m := range k.methods {
			if m.sends {
				ms = append(ms, m)
			}
		}
	}
	for range 1 + g.IntN(2) {
		m := pick(g, ms)
		s.add(do{call{m, ref{v}, g.arguments(s, m.params)}})
	}
}

func (g *inventor) arguments(s *scope, params []*variable) []expr {
	var out []expr
	for _, p := range params {
		out = append(out, g.argument(s, p))
	}
	return out
}

// argument is a value for a parameter.
func (g *inventor) argument(s *scope, p *variable) expr {
	switch p.kind {
	case aKey:
		return g.key(s)
	case aPath:
		return g.path(s)
	case aDict:
		if vs := g.seen(s, aDict); len(vs) > 0 && g.chance(50) {
			return ref{pick(g, vs)}
		}
		return g.dict(s)
	}
	u, _ := g.url(s, true)
	return u
}

// foreign sends something to somebody else, if it can through a function that
// takes URLs.
func (g *inventor) foreign(s *scope) {
	url := g.joined(vendor, pick(g, []any{"/v1/items", "/v1/users"}), pick(g, []any{"?page=1", "?token=abc"}))
	for _, f := range g.functions {
		if f.sends && f.file >= s.file && len(f.params) == 1 && f.params[0].kind == aURL && g.chance(70) {
			s.add(do{call{f, nil, []expr{url}}})
			return
		}
	}
	s.add(g.sending(url, nil))
}

// function declares one: it gives a key or a URL, or sends something.
func (g *inventor) function(s *scope) {
	in := &scope{file: s.file, inside: true}
	f := &function{file: s.file}
	if g.chance(15) {
		f.name = g.name("key", "secret")
		in.add(result{g.key(in)})
	} else {
		g.sender(in, f)
	}
	f.body = in.out
	s.add(f)
	g.functions = append(g.functions, f)
}

// sender makes a function that sends a request with its parameters.
func (g *inventor) sender(in *scope, f *function) {
	f.name, f.sends = g.name("get", "fetchAll", "request", "load"), true
	param := func(k kind, name string) *variable {
		v := &variable{name: name, kind: k, file: in.file, query: k == aURL || k == aDict}
		f.params = append(f.params, v)
		in.locals = append(in.locals, v)
		return v
	}
	of := g.IntN(6)
	if g.plain && of == 1 {
		of = 0
	}
	switch of {
	case 0: // of a URL
		v := param(aURL, "url")
		if g.chance(40) {
			in.add(g.sending(g.joined(ref{v}, "&count=2"), nil))
			return
		}
		in.add(g.sending(ref{v}, nil))
	case 1: // of a path and parameters
		p, d := param(aPath, "path"), param(aDict, "params")
		if g.chance(40) {
			in.add(put{d, "count", text("2")})
		}
		in.add(g.sending(g.joined(provider, ref{p}), ref{d}))
	case 2: // of a key
		param(aKey, "key")
		if g.chance(60) {
			param(aPath, "path")
		}
		g.keyed(in)
	case 3: // of what follows the host
		p := param(aPath, "path")
		v := g.declare(in, &variable{name: g.name("url"), kind: aURL, query: true}, g.joined(provider, ref{p}, "?hapikey=", g.key(in)))
		if g.chance(40) {
			in.add(grow{v, text("&count=2")})
		}
		in.add(g.sending(ref{v}, nil))
	default:
		param(aPath, "path")
		if g.chance(50) {
			g.step(in)
		}
		g.keyed(in)
	}
}

// class declares a client.
func (g *inventor) class(s *scope) {
	c := &class{name: g.name("Client", "Api"), file: s.file}
	c.fields = []*variable{{name: "key", kind: aKey, file: s.file}}
	if g.chance(30) {
		c.fields = append(c.fields, &variable{name: "path", kind: aPath, file: s.file})
	}
	for _, p := range g.classes {
		if p.file >= s.file && g.chance(30) {
			c.parent, c.fields = p, p.fields
			break
		}
	}
	for range 1 + g.IntN(2) {
		m := &function{name: g.name("get", "list"), sends: true, method: true, file: s.file}
		v := &variable{name: "path", kind: aPath, file: s.file}
		m.params = []*variable{v}
		in := &scope{file: s.file, inside: true, locals: []*variable{v}, fields: c.fields}
		if g.chance(40) {
			g.step(in)
		}
		g.keyed(in)
		m.body = in.out
		c.methods = append(c.methods, m)
	}
	s.add(c)
	g.classes = append(g.classes, c)
}
