package fixer

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/scanner"
)

// station is a parameter of a function through which a URL, or parameters, come
// to a request.
type station struct {
	fn    *syntax.Binding
	param string
}

// stations lists what a parameter goes through within the file, itself first,
// and the requests that send it.
func (s *source) stations(first station) ([]station, []*syntax.Call) {
	all := []station{first}
	var sinks []*syntax.Call
	for i := 0; i < len(all) && i < maxStations; i++ {
		sinks = append(sinks, s.sinks(all[i].fn, all[i].param)...)
		in := s.file.FunctionSpan(all[i].fn)
		for _, inv := range s.file.Invocations() {
			if !in.Contains(inv.Span) {
				continue
			}
			fn := s.file.Callee(inv)
			if s.file.FunctionSpan(fn).Empty() {
				continue
			}
			for name, at := range s.file.Arguments(fn, inv) {
				if next := (station{fn, name}); s.passes(all[i], at) && !slices.Contains(all, next) {
					all = append(all, next)
				}
			}
		}
	}
	return all, sinks
}

// maxStations bounds how many functions a URL is followed through.
const maxStations = 20

// passes says whether an argument is the parameter of a station, or a text that
// begins with it or ends with it.
func (s *source) passes(st station, at syntax.Span) bool {
	return s.gives(st, at) || s.pieceOf(st, s.file.TextAt(at)) >= 0
}

// gives says whether an expression is the parameter of a station.
func (s *source) gives(st station, at syntax.Span) bool {
	b := s.file.Binding(at)
	return b != nil && b.Kind == syntax.Param && b.Name == st.param && b.Scope == s.file.FunctionSpan(st.fn)
}

// pieceOf is the piece of a text that is the parameter of a station, -1 for
// none.
func (s *source) pieceOf(st station, t *syntax.Text) int {
	if t == nil {
		return -1
	}
	return slices.IndexFunc(t.Pieces, func(p syntax.Piece) bool { return !p.Literal && s.gives(st, p.Expr) })
}

// passer is the function around a call, if it hands on a parameter of its own.
func (s *source) passer(st station, inv *syntax.Invocation) station {
	at, ok := s.file.Arguments(st.fn, inv)[st.param]
	fn := s.file.FunctionOf(inv.Function)
	if !ok || fn == nil || fn == st.fn {
		return station{}
	}
	exprs := []syntax.Span{at}
	if t := s.file.TextAt(at); t != nil {
		for _, p := range t.Pieces {
			exprs = append(exprs, p.Expr)
		}
	}
	for _, e := range exprs {
		if b := s.file.Binding(e); !e.Empty() && b != nil && b.Kind == syntax.Param && b.Scope == inv.Function {
			return station{fn, b.Name}
		}
	}
	return station{}
}

// passedOn says whether a call gives a station what another station was given.
func (s *source) passedOn(stations []station, st station, inv *syntax.Invocation) bool {
	arg, ok := s.file.Arguments(st.fn, inv)[st.param]
	return ok && slices.ContainsFunc(stations, func(x station) bool {
		return s.file.FunctionSpan(x.fn).Contains(inv.Span) && s.passes(x, arg)
	})
}

// callers makes sure that all calls of the stations are among those of a group,
// or are made by a station. It names a place that may be another call.
func (b *builder) callers(ctx context.Context, group []*delegated, stations []station, files []*scanner.File) (unsure, why string) {
	to := group[0].to
	var names []string
	for _, st := range stations {
		names = append(names, st.fn.Plain())
		if slices.Contains(to.file.NamesOutside(st.fn), "default") {
			names = append(names, syntax.ModuleName(to.path))
		}
	}
	if b.o.Holding != nil {
		var err error
		if files, err = b.holdingOf(ctx, names...); err != nil {
			return "", err.Error()
		}
	}
	for _, st := range stations {
		files = b.spread(ctx, to, st.fn, files)
		names = append(names, wordsOf(to.frontsOf(to.open(st.fn)))...)
	}
	parsed := 0
	for _, f := range files {
		if b.files[f.Path] == nil {
			b.files[f.Path] = f
		}
	}
	for _, f := range files {
		for _, st := range stations {
			if at := importedBy(f, to.frontsOf(to.open(st.fn)), names); at >= 0 {
				unsure = f.Path + ":" + itoa(f.Position(at).Line)
			}
		}
		if syntax.Family(f.Path, f.Text) != syntax.Family(to.path, to.text) || !slices.ContainsFunc(names, func(n string) bool { return holds(f.Text, n) }) {
			continue
		}
		s := to
		if f.Path != to.path {
			if parsed++; parsed > 4*maxStrangers {
				return "", "too many files speak of \"" + names[0] + "\": change both places by hand"
			}
			if s = b.other(ctx, to, f); s == nil {
				continue
			}
		}
		for _, st := range stations {
			doubt, why := s.callsOfStation(to, st, stations, group)
			if why != "" {
				return "", why
			}
			if doubt != "" {
				unsure = doubt
			}
		}
	}
	return unsure, ""
}

// callsOfStation looks at what a file does with the name of a station's
// function.
func (s *source) callsOfStation(to *source, st station, stations []station, group []*delegated) (unsure, why string) {
	name := "\"" + st.fn.Plain() + "\" of " + to.path
	if at := s.overriding(to, st.fn); s != to && at > 0 {
		return "", name + ", which sends it, is overridden in " + s.path + ":" + itoa(s.lineOf(at))
	}
	for _, at := range s.namesOf(to, st.fn) {
		if slices.ContainsFunc(group, func(h *delegated) bool { return h.source.path == s.path && h.inv.Callee.Contains(at) }) {
			continue
		}
		if s == to && slices.ContainsFunc(st.fn.Defs, func(d syntax.Define) bool { return d.Name == at || d.Name.Contains(at) }) || s.file.ExportsAt(at) || s.importsAt(at) {
			continue
		}
		where := s.path + ":" + itoa(s.lineOf(at.Start))
		inv := s.callAt(at)
		if inv == nil {
			if b := s.file.Binding(at); s == to && b == st.fn || s != to && s.isImport(b, to, st.fn) {
				return "", name + ", which sends it, is used for something else in " + where
			} else if b == nil && s.kin(to, st.fn) {
				unsure = where
			}
			continue
		}
		if s == to {
			if fn := s.file.Callee(inv); fn != nil && fn != st.fn {
				continue
			}
			if s.passedOn(stations, st, inv) {
				continue
			}
		}
		switch s.linked(inv, to, st.fn) {
		case sure:
			return "", name + ", which sends it, also sends requests without the key (" + where + ")"
		case doubtful:
			if host := s.hostGiven(inv); foreign(to.pack, host) {
				return "", name + ", which sends it, may also send requests to " + host + " (" + where + ")"
			}
			unsure = where
		}
	}
	return unsure, ""
}

// overriding is where a class of the file that is made from that of a method
// defines the method anew, 0 for nowhere.
func (s *source) overriding(to *source, method *syntax.Binding) int {
	class := to.file.ClassAt(method.Defs[0].Name.Start)
	if class == "" {
		return 0
	}
	for _, b := range s.file.Bindings() {
		if strings.HasPrefix(b.Name, "this.") && b.Plain() == method.Plain() && len(b.Defs) > 0 && !s.assigned(b) &&
			holds([]byte(s.file.Heritage(b.Defs[0].Statement)), class) {
			return b.Defs[0].Statement.Start
		}
	}
	return 0
}

// assigned says whether a member is only given a value by code of its object, and
// declared elsewhere.
func (s *source) assigned(b *syntax.Binding) bool {
	return b.Kind == syntax.Field && !slices.ContainsFunc(b.Defs, func(d syntax.Define) bool { return !strings.Contains(s.file.Text(d.Name), ".") })
}

// hostGiven is the host of a URL that a call is given, "" for none in view.
func (s *source) hostGiven(inv *syntax.Invocation) string {
	for _, a := range inv.Args {
		if t := s.file.TextAt(a.Value); t != nil && s.file.Container(a.Value) == nil {
			if host, _ := parseURL(s.written(t, nil)); host != "" {
				return host
			}
		}
	}
	return ""
}

// link says how sure it is that a call is one of a function in another file.
type link int

const (
	strange  link = iota // another function of the same name
	doubtful             // a method of an object that is not known
	sure
)

// link is how sure it is that what is called this way is the definition.
func (w way) link() link {
	if w.sure {
		return sure
	}
	return doubtful
}

// linked says whether a call names a function that another file defines.
func (s *source) linked(inv *syntax.Invocation, to *source, def *syntax.Binding) link {
	if s == to {
		switch fn := s.file.Callee(inv); {
		case fn == def:
			return sure
		case fn != nil, s.file.OfClient(inv):
			return strange
		}
		return doubtful
	}
	obj := s.file.Object(inv)
	class := to.file.ClassAround(def)
	fn := s.file.Callee(inv)
	if fn != nil && fn.Kind != syntax.Import {
		return strange
	}
	switch {
	case class == "" && obj.Empty():
		w := s.wayOf(fn, to.frontsOf(def))
		switch {
		case w.named:
			return w.link()
		case fn == nil && to.reaches(to.file.TopReach(), s.path):
			return sure
		case fn != nil && fn.Export == def.Plain():
			return s.unplaced(fn, to)
		}
		return strange
	case class == "":
		b := s.file.Binding(obj)
		switch {
		case s.file.OfClient(inv):
			return strange
		}
		if w := s.wayTo(obj, to.frontsOf(def)); w.whole {
			return w.link()
		}
		if b == nil || b.Kind != syntax.Import {
			return strange
		}
		return s.unplaced(b, to)
	case s.sameObject(inv):
		if holds([]byte(s.file.Heritage(inv.Span)), class) || obj.Empty() && s.takesStatic(class) {
			return sure
		}
		return strange
	case s.file.OfClient(inv):
		return strange
	case slices.ContainsFunc(to.kinds(def), func(k string) bool { return s.isA(obj, k) }):
		return sure
	case s.kin(to, def):
		return doubtful
	}
	return strange
}

// kinds are the names under which code can hold an object with a method: its
// class, and what that is made from.
func (s *source) kinds(method *syntax.Binding) []string {
	return append([]string{s.file.ClassAround(method)}, typeName.FindAllString(s.file.Heritage(s.file.FunctionSpan(method)), -1)...)
}

// typeName is a word that begins like the name of a class.
var typeName = pattern.New(`[A-Z]\w+`)

// kin says whether a file speaks of one of the classes that have a method of
// another file.
func (s *source) kin(to *source, method *syntax.Binding) bool {
	return to.file.ClassAround(method) != "" && slices.ContainsFunc(to.kinds(method), func(k string) bool { return holds(s.text, k) })
}

// unplaced is how sure it is that what is imported from a file of the repository
// is something else than another file defines: it may hand that on.
func (s *source) unplaced(b *syntax.Binding, to *source) link {
	if !strings.HasPrefix(b.Module, ".") {
		return strange
	}
	for path, f := range s.known {
		if (imported{module: b.Module}).is(s.path, path) && !holds(f.Text, syntax.ModuleName(to.path)) {
			return strange // it is in view, and hands nothing on
		}
	}
	return doubtful
}

// takesStatic says whether a file imports the functions of a class by name.
func (s *source) takesStatic(class string) bool {
	return regexp.MustCompile(`(?m)^\s*(?:import|using)\s+static\s+(?:[\w.]+\.)?` + regexp.QuoteMeta(class) + `\b`).Match(s.text)
}

// namesOf lists where a file has the name of what another one defines, or the
// name that it imports that under.
func (s *source) namesOf(to *source, def *syntax.Binding) []syntax.Span {
	var out []syntax.Span
	for _, name := range compact(append(to.namesAbroad(def), def.Plain())) {
		out = append(out, s.file.Names(name)...)
	}
	for _, b := range s.file.Bindings() {
		if s == to || !s.isImport(b, to, def) {
			continue
		}
		for _, r := range b.Reads {
			if !slices.Contains(out, r) && !s.importsAt(r) {
				out = append(out, r)
			}
		}
	}
	return out
}

// isImport says whether a name is the import of what another file defines.
func (s *source) isImport(b *syntax.Binding, to *source, def *syntax.Binding) bool {
	return s.wayOf(b, to.frontsOf(def)).named
}

// isA says whether an object is the class of that name, or was made as one.
func (s *source) isA(obj syntax.Span, class string) bool {
	text := s.file.Text(obj)
	if text == class || strings.HasSuffix(text, `\`+class) || strings.HasSuffix(text, "."+class) {
		return true
	}
	b := s.file.Binding(obj)
	if b == nil || len(b.Defs) == 0 {
		return false
	}
	return !slices.ContainsFunc(b.Defs, func(d syntax.Define) bool {
		return !holds([]byte(s.file.Text(d.Statement)), class)
	})
}
