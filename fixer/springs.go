package fixer

import (
	"context"
	"slices"

	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/scanner"
)

// spring is an expression of another file that gives the key to what a request
// sends: a key in the text, or an environment variable with an old name.
type spring struct {
	source *source
	move   move
	value  syntax.Value
	// replaced says that the expression reads the token itself, since others read
	// what defines it.
	replaced bool
}

// lookout is where the springs of a part may be: behind parameters that other
// files give something for, and behind names that other files define.
type lookout struct {
	part   *part
	source *source
	supply *supply
	// heir, if any, is who inherits the constructor that has the parameters: only
	// what makes one is still to be looked for.
	heir *called
}

// called is what is called or constructed to give something for a parameter, and
// the file that defines it.
type called struct {
	source *source
	def    *syntax.Binding
}

// leaf is an expression that names what another file defines.
type leaf struct {
	lookout
	at syntax.Span
	im imported
}

// springs follows the keys behind parameters into the files of the callers: a
// key or an old environment variable that is given there must not be sent as a
// token. It gives the names of other files that are behind the keys.
func (b *builder) springs(ctx context.Context) ([]leaf, error) {
	var round []lookout
	for _, p := range b.parts {
		if p.supply != nil && !p.source.pack.Target.SameSecret {
			round = append(round, lookout{part: p, source: p.source, supply: p.supply})
		}
	}
	var leaves []leaf
	for left := 3; left > 0 && len(round) > 0; left-- {
		var words []string
		for _, l := range round {
			leaves = append(leaves, l.leaves()...)
			words = append(words, l.words()...)
		}
		if len(words) == 0 {
			break
		}
		files, err := b.holdingOf(ctx, words...)
		if err != nil {
			return nil, err
		}
		var next []lookout
		for _, l := range round {
			found, why := b.upstream(ctx, l, files)
			if why != "" && slices.Contains(b.parts, l.part) {
				b.leave(l.part, why)
			}
			next = append(next, found...)
		}
		round = next
	}
	return leaves, ctx.Err()
}

// leaves are the names of other files behind a lookout, but for that which the
// request itself reads.
func (l lookout) leaves() []leaf {
	var out []leaf
	for _, at := range l.supply.leaves {
		if l.source == l.part.source && at == l.source.decoded(l.part.rw.value) {
			continue
		}
		if im, ok := l.source.imported(at); ok {
			out = append(out, leaf{l, at, im})
		}
	}
	return out
}

// words are the names of what other files call to give something for the
// parameters of a lookout.
func (l lookout) words() []string {
	var out []string
	for _, t := range l.supply.params {
		for _, m := range l.takers(t) {
			for _, n := range m.source.file.NamesOutside(m.def) {
				if n == "default" {
					n = syntax.ModuleName(m.source.path)
				}
				out = append(out, n)
			}
		}
	}
	return out
}

// takers are what other files call or construct to give something for a
// parameter: the function, or the class and those of its file that inherit its
// constructor.
func (l lookout) takers(t behindKey) []called {
	if l.heir != nil {
		return []called{*l.heir}
	}
	def, fn := l.source.taker(t.param)
	if def == nil {
		return nil
	}
	out := []called{{l.source, def}}
	if def != fn {
		_, bare := l.source.file.Inheriting(def)
		for _, heir := range bare {
			out = append(out, called{l.source, heir})
		}
	}
	return out
}

// taker is what other files call or construct to give something for a
// parameter, and the function that takes it; nil where they cannot.
func (s *source) taker(param *syntax.Binding) (def, fn *syntax.Binding) {
	if class := s.file.Record(param); class != nil && s.reachable(class) {
		return class, nil
	}
	if fn = s.file.FunctionOf(param.Scope); fn == nil {
		return nil, nil
	}
	def = fn
	if class := s.file.ClassOf(fn); class != nil {
		def = class
	}
	if !s.reachable(def) {
		return nil, nil
	}
	return def, fn
}

// upstream looks at what other files give for the parameters of a lookout, and
// gives what has to be followed further.
func (b *builder) upstream(ctx context.Context, l lookout, files []*scanner.File) ([]lookout, string) {
	var out []lookout
	for _, t := range l.supply.params {
		fn := l.source.file.FunctionOf(t.param.Scope)
		for _, m := range l.takers(t) {
			for _, u := range b.sightings(ctx, m.source, m.def, files) {
				if !u.sure || u.source.file == nil {
					continue
				}
				calls, bare := u.makings()
				for _, heir := range bare {
					out = append(out, lookout{l.part, l.source, &supply{params: []behindKey{t}}, &called{u.source, heir}})
				}
				for _, inv := range calls {
					at, ok := l.source.argumentIn(u.source, fn, inv, t)
					if !ok {
						continue
					}
					k, why := l.part.wellsAt(u.source, at)
					if why != "" {
						return nil, why
					}
					out = append(out, lookout{part: l.part, source: u.source, supply: k})
				}
			}
		}
	}
	return out, ""
}

// makings are the calls that a sighting stands for: its own, or those of the
// classes that inherit there.
func (u sighting) makings() ([]*syntax.Invocation, []*syntax.Binding) {
	if inv := u.source.callAt(u.at); inv != nil {
		return []*syntax.Invocation{inv}, nil
	}
	if b := u.source.file.Binding(u.at); b != nil {
		return u.source.file.Inheriting(b)
	}
	return u.source.file.InheritingFrom(u.source.file.Text(u.at))
}

// wellsAt follows what another file gives, and gives what is behind it.
func (p *part) wellsAt(o *source, at syntax.Span) (*supply, string) {
	k := &supply{}
	if why := o.follow(k, at, 5, map[syntax.Span]bool{}); why != "" {
		return nil, why + " (" + o.path + ")"
	}
	if why := o.stray(k); why != "" {
		return nil, why + " (" + o.path + ")"
	}
	for _, m := range k.moves {
		if why := p.wells(o, m, o.file.ValueAt(m.at), false); why != "" {
			return nil, why
		}
	}
	return k, ""
}

// argumentIn is what a call in another file gives for a parameter, or for a
// member of it.
func (s *source) argumentIn(o *source, fn *syntax.Binding, inv *syntax.Invocation, t behindKey) (syntax.Span, bool) {
	if t.param.Kind == syntax.Field {
		at := s.file.Filling(t.param, inv)
		return at, !at.Empty()
	}
	at, ok := s.file.ArgumentsFrom(fn, inv)[t.param.Name]
	if ok && t.member != "" {
		at = o.file.Entry(at, t.member)
	}
	return at, ok && !at.Empty()
}

// wells adds a spring to a part, and says why the part cannot have it.
func (p *part) wells(o *source, m move, v syntax.Value, replaced bool) string {
	if v.Kind == syntax.Literal && testFile.MatchString(o.path) && o.pack.Format(v.Text) == nil {
		return "" // what a test made up stays what it made up
	}
	for _, w := range p.springs {
		if w.source == o && w.move.at == m.at {
			return ""
		}
		if w.value.Kind == syntax.Env && v.Kind == syntax.Env && w.value.Name != v.Name {
			return "the key comes from " + w.value.Name + " or from " + v.Name
		}
	}
	p.springs = append(p.springs, spring{o, m, v, replaced})
	return ""
}

// fromLeaf follows a name that is behind the key of a part into the file that
// defines it.
func (b *builder) fromLeaf(ctx context.Context, l leaf, d definer, only bool) string {
	o := b.other(ctx, l.source, d.file)
	if o == nil {
		return ""
	}
	v := syntax.Value{}
	at := o.definition(d.name)
	if !at.Empty() {
		v = o.file.ValueAt(at)
	}
	if v.Kind != syntax.Literal && !(v.Kind == syntax.Env && o.legacyEnv(v.Name)) {
		return o.mayRead(d.name)
	}
	if v.Kind == syntax.Literal && v.Text == "" {
		return ""
	}
	if only && len(v.Via) == 0 && !o.constantAt(at) && o.readOnlyElsewhere(d.name) {
		return l.part.wells(o, move{at: at}, v, false)
	}
	return l.part.wells(l.source, move{at: l.at}, v, true)
}

// sourced adds to a supply what its part takes from other files.
func (b *builder) sourced(p *part, sp *supply, active []*part) {
	for _, w := range p.springs {
		o := w.source
		o.envs = p.source.envs
		key, label := o.keyOf(w.value)
		fresh := o.fresh(key, label)
		edit, module := Edit{Path: o.path, Start: w.move.at.Start, End: w.move.at.End, New: fresh.expr}, fresh.module
		if k := (&supply{}); !w.replaced && o.moveAt(k, w.move.at, w.value) == "" {
			m := k.moves[0]
			m.mixed = w.move.mixed
			switch {
			case m.binding == nil || o.movable(m.binding, []syntax.Span{m.at}) && !b.needed(m.binding, active):
				edit = m.edit
			case m.mixed && (!o.movesWhole(m.binding, []syntax.Span{m.at}) || b.needed(m.binding, active)):
				p.stuck = "\"" + m.binding.Plain() + "\", which may hold the key, is used for something else too"
			default:
				edit = m.direct
			}
			if edit.New != m.expr { // only the name changed
				module = ""
			}
		}
		sp.edits = append(sp.edits, edit)
		if module != "" {
			sp.edits = append(sp.edits, o.imports(module)...)
		}
		sp.env, sp.newEnv, sp.step = fresh.env, true, fresh.step
		if w.value.Kind == syntax.Env {
			sp.oldEnv = w.value.Name
		}
	}
}

// optional follows the default of an option of the command line that has a
// name, or the environment variable that stands in for it.
func (s *source) optional(k *supply, name string, left int, seen map[syntax.Span]bool) string {
	for _, at := range s.file.Options(name) {
		if !seen[at] {
			seen[at] = true
			if why := s.mixed(k, at, nil, left-1, seen); why != "" {
				return why
			}
		}
	}
	return ""
}
