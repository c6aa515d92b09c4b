package fixer

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// origin is where a key may come from: a key in the text, or a read of an
// environment variable with an old name.
type origin struct {
	source *source
	at     syntax.Span
}

func (o origin) String() string {
	what := "the key in the text"
	if v := o.source.file.ValueAt(o.at); v.Kind == syntax.Env {
		what = "the environment variable " + v.Name
	}
	return what + " (" + o.source.path + ":" + itoa(o.source.lineOf(o.at.Start)) + ")"
}

// provenance looks for all origins of a value, through every name that it reads,
// in all files, as far as no fix changes them. It knows nothing of how a fix
// moves them: what it finds and no edit touches is a key that would be sent as
// the token.
type provenance struct {
	b     *builder
	ctx   context.Context
	edits map[string][]owned // by path
	seen  map[place]bool

	left  []origin // that no edit touches
	moved []moved
}

type place struct {
	source *source
	at     syntax.Span
}

// owned is an edit of a part.
type owned struct {
	Edit
	part *part
}

// moved is a place that a part changes.
type moved struct {
	origin
	part *part
}

// maxPlaces bounds how many expressions are looked at for one value.
const maxPlaces = 100

// misplaced finds a part that would send a key as the token, or through which the
// token would be sent as the key, and says why.
func (b *builder) misplaced(ctx context.Context, p *Plan) (*Fix, string) {
	edits := map[string][]owned{}
	active := b.active()
	for _, x := range active {
		for _, e := range x.fix.Edits {
			edits[e.Path] = append(edits[e.Path], owned{e, x})
		}
	}
	for _, x := range active {
		if !x.keeps() {
			continue
		}
		t := &provenance{b: b, ctx: ctx, edits: edits, seen: map[place]bool{}}
		if t.look(x.source, x.source.decoded(x.rw.value)); len(t.left) > 0 {
			return x.fix, "the key may come from " + t.left[0].String() + ", which holds no token"
		}
	}
	if len(active) == 0 {
		return nil, ""
	}
	for _, f := range p.Fixes {
		k := f.Findings[0]
		if f.Safety >= max(b.o.Least, Unsafe) || strings.HasSuffix(f.Reason, staysOwn) || k.Kind != rules.LegacyCall && k.Kind != rules.LegacyClient {
			continue
		}
		if m := b.fed(ctx, k, edits); m != nil {
			return m.part.fix, "the request in " + k.Path + ":" + itoa(k.Start.Line) + ", which stays as it is, takes " + m.String() + " from the same place"
		}
	}
	return nil, ""
}

// fed finds a part whose fix changes what a finding that stays takes its key
// from.
func (b *builder) fed(ctx context.Context, f *scanner.Finding, edits map[string][]owned) *moved {
	s, _ := b.sourceAt(ctx, f.File, f.Rule.Pack, f.Span.Start)
	if s == nil || s.file == nil || s.pack.Target.SameSecret {
		return nil
	}
	t := &provenance{b: b, ctx: ctx, edits: edits, seen: map[place]bool{}}
	for _, at := range s.keysAt(s.within(syntax.Span(f.Span))) {
		t.look(s, at)
	}
	for i := range t.moved {
		if t.moved[i].part.keeps() {
			return &t.moved[i]
		}
	}
	return nil
}

// keysAt are the expressions of the key of a placement: those of the parameter, of
// the entry, or else of the whole statement.
func (s *source) keysAt(at syntax.Span) []syntax.Span {
	for _, t := range s.file.Texts() {
		for _, q := range s.file.Query(t) {
			if !q.Key.Contains(syntax.Span{Start: at.Start, End: at.Start}) || !s.named(q.Name) {
				continue
			}
			var out []syntax.Span
			for _, p := range q.Value {
				if out = append(out, p.Expr); p.Literal {
					return []syntax.Span{t.Span}
				}
			}
			return out
		}
	}
	for _, c := range s.file.Containers() {
		for _, e := range c.Entries {
			if e.Span.Contains(at) && s.named(e.Name) {
				return []syntax.Span{e.Value}
			}
		}
	}
	return []syntax.Span{s.file.Statement(at)}
}

// keeps says whether a part sends what the expression of the key gives.
func (p *part) keeps() bool {
	sp := p.from
	if sp == nil || p.rw.value.Empty() || p.source.pack.Target.SameSecret {
		return false
	}
	return sp.expr == p.source.file.Text(p.source.decoded(p.rw.value)) || len(sp.at) > 0
}

// trace looks at an expression, unless a fix replaces it, and at all that it
// reads.
func (t *provenance) trace(s *source, at syntax.Span) {
	whole := s.outside(at)
	for _, e := range t.edits[s.path] {
		if !at.Empty() && e.Start <= whole.Start && whole.End <= e.End && e.New != "" {
			t.moved = append(t.moved, moved{origin{s, at}, e.part})
			return
		}
	}
	t.look(s, at)
}

// outside is a place of the source in its file.
func (s *source) outside(at syntax.Span) syntax.Span {
	if s.region == nil {
		return at
	}
	return s.region.Span(at)
}

func (t *provenance) look(s *source, at syntax.Span) {
	if at.Empty() || t.seen[place{s, at}] || len(t.seen) >= maxPlaces || t.ctx.Err() != nil {
		return
	}
	t.seen[place{s, at}] = true
	for _, read := range s.file.EnvReads() {
		if v := s.file.ValueAt(read); at.Contains(read) && v.Kind == syntax.Env && s.legacyEnv(v.Name) {
			t.reach(s, read)
		}
	}
	for _, text := range s.file.Strings() {
		if v := s.file.ValueAt(text); at.Contains(text) && v.Kind == syntax.Literal && s.pack.Format(v.Text) != nil {
			t.reach(s, text)
		}
	}
	if s.pack.Format(s.whole(at)) != nil { // a key that is put together
		t.reach(s, at)
	}
	for _, b := range s.file.Bindings() {
		for _, r := range b.Reads {
			if at.Contains(r) {
				t.follow(s, b, r)
			}
		}
	}
	if b := s.file.Binding(at); b != nil {
		t.follow(s, b, at)
	}
	for _, inv := range s.file.Invocations() {
		if fn := s.file.Callee(inv); fn != nil && at.Contains(inv.Span) {
			t.follow(s, fn, inv.Span)
		}
	}
	t.shared(s, at)
}

// whole is the text of several literals, "" for what is more than that, or one.
func (s *source) whole(at syntax.Span) string {
	t := s.file.TextAt(at)
	if t == nil || len(t.Pieces) < 2 {
		return ""
	}
	out := ""
	for _, p := range t.Pieces {
		if !p.Literal {
			return ""
		}
		out += p.Text
	}
	return out
}

// reach notes an origin, and the part that changes it, if any.
func (t *provenance) reach(s *source, at syntax.Span) {
	whole := s.outside(at)
	for _, e := range t.edits[s.path] {
		if e.Start < whole.End && whole.Start < e.End {
			t.moved = append(t.moved, moved{origin{s, at}, e.part})
			return
		}
	}
	t.left = append(t.left, origin{s, at})
}

// follow looks at what a name may stand for where it is read.
func (t *provenance) follow(s *source, b *syntax.Binding, read syntax.Span) {
	switch b.Kind {
	case syntax.Class:
		return
	case syntax.Import:
		t.imported(s, read)
		return
	case syntax.Function:
		if at := s.file.Result(b); !at.Empty() {
			t.trace(s, at)
			return
		}
		t.trace(s, s.file.FunctionSpan(b))
		return
	case syntax.Param:
		t.given(s, b)
	}
	member := strings.TrimPrefix(memberBehind.FindString(string(s.text[read.End:min(len(s.text), read.End+100)])), ".")
	for _, d := range slices.Concat(b.Defs, t.inherited(s, b)) {
		at := d.Value
		if e := s.file.Entry(at, member); member != "" && !e.Empty() {
			at = e
		}
		t.trace(s, at)
	}
}

// inherited are the definitions of a field in the classes that inherit it.
func (t *provenance) inherited(s *source, b *syntax.Binding) []syntax.Define {
	var out []syntax.Define
	for _, o := range s.overrides(b) {
		out = append(out, o.Defs...)
	}
	return out
}

// given looks at what callers give for a parameter, in all files.
func (t *provenance) given(s *source, b *syntax.Binding) {
	for _, at := range s.gifts(b) {
		t.trace(s, at)
	}
	param := behindKey{b, ""}
	k := &supply{params: []behindKey{param}}
	fn := s.file.FunctionOf(b.Scope)
	looks := []lookout{{source: s, supply: k}}
	for i := 0; i < len(looks) && i < maxHeirs; i++ {
		files := t.having(looks[i].words()...)
		for _, m := range looks[i].takers(param) {
			for _, u := range t.b.sightings(t.ctx, m.source, m.def, files) {
				if u.source.file == nil {
					continue
				}
				calls, heirs := u.makings()
				for _, inv := range calls {
					if at, ok := s.argumentIn(u.source, fn, inv, param); ok {
						t.trace(u.source, at)
					}
				}
				for _, h := range heirs { // who makes one of these gives it, too
					looks = append(looks, lookout{source: s, supply: k, heir: &called{u.source, h}})
				}
			}
		}
	}
}

// maxHeirs bounds how many classes in other files are looked for that inherit a
// constructor.
const maxHeirs = 8

// dotted is a name with the members behind it.
var dotted = pattern.New(`^[$@]{0,2}\w+(?:(?:\.|->|::)\w+)*`)

// imported looks at what another module defines.
func (t *provenance) imported(s *source, read syntax.Span) {
	whole := dotted.FindString(string(s.text[read.Start:min(len(s.text), read.Start+200)]))
	im, ok := s.imported(syntax.Span{Start: read.Start, End: read.Start + len(whole)})
	if !ok {
		return
	}
	for _, f := range t.having(im.name) {
		if f.Path != s.path && im.is(s.path, f.Path) {
			t.defined(t.b.other(t.ctx, s, f), im.name)
		}
	}
}

// shared looks at names that no file has to import: constants, functions at the
// top of a file, and members of classes.
func (t *provenance) shared(s *source, at syntax.Span) {
	reach, constants := s.file.TypeReach(), s.file.SharesConstants()
	if !constants && !reach.All && !reach.Folder {
		return
	}
	for _, m := range freeName.FindAllSubmatchIndex(s.text[at.Start:at.End], -1) {
		name := syntax.Span{Start: at.Start + m[4], End: at.Start + m[5]}
		file, defines := s.file.Text(name), `(?m)\b(?:def\s+(?:self\.)?|function\s+|const\s+|define\s*\(\s*["'])%s\b|^\s*%[1]s\s*=[^=]`
		if m[2] >= 0 { // a member of a class: the file is the one of the class
			file, defines = s.file.Text(syntax.Span{Start: at.Start + m[2], End: at.Start + m[3]}), `\b(?:class|object|interface|enum|struct|record|trait|module)\s+%s\b`
		} else if !constants || s.file.Binding(name) != nil || s.sigil(name) || !s.file.Receiver(name).Empty() || s.literally(name) {
			continue
		}
		is := regexp.MustCompile(fmt.Sprintf(defines, file))
		for _, f := range t.having(file) {
			if f.Path != s.path && syntax.Family(f.Path, f.Text) == syntax.Family(s.path, s.text) && is.Match(f.Text) {
				t.defined(t.b.other(t.ctx, s, f), s.file.Text(name))
			}
		}
	}
}

// freeName is a name, with the class whose member it is, if any.
var freeName = pattern.New(`\b(?:([A-Z]\w*)(?:\.|::))?([A-Za-z_]\w{2,})`)

// literally says whether a name belongs to the text of a string, and to nothing
// that is put into it.
func (s *source) literally(name syntax.Span) bool {
	for _, q := range s.file.Strings() {
		if !q.Contains(name) {
			continue
		}
		if t := s.file.TextAt(q); t == nil || !slices.ContainsFunc(t.Pieces, func(p syntax.Piece) bool { return !p.Literal && p.Expr.Contains(name) }) {
			return true
		}
	}
	return false
}

// defined looks at what a file defines under a name, or passes on.
func (t *provenance) defined(s *source, name string) {
	if s == nil {
		return
	}
	t.trace(s, s.definition(name))
	for _, b := range s.file.Bindings() {
		if b.Kind == syntax.Function && b.Plain() == name {
			t.follow(s, b, b.Defs[0].Name)
		}
		if b.Kind == syntax.Import && (b.Name == name || b.Export == name) {
			for _, d := range b.Defs {
				t.imported(s, d.Name)
			}
		}
	}
}

// having lists the files that hold one of the words, none where they cannot be
// searched: the scan that the plan is of has said so.
func (t *provenance) having(words ...string) []*scanner.File {
	files, _ := t.b.holdingOf(t.ctx, words...)
	return files
}
