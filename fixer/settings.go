package fixer

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax"
)

// settings is the net under the keys whose way cannot be followed: a member of
// settings, an entry of a configuration. Where a place of the repository gives
// that name a key in the text, or an environment variable with an old name, it
// must not be sent as a token. The place moves where nobody else takes the value
// from there.
func (b *builder) settings(ctx context.Context) error {
	names := map[*part]string{}
	var words []string
	for _, p := range b.parts {
		if name := p.setting(); name != "" {
			names[p] = name
			words = append(words, name)
		}
	}
	if len(words) == 0 || b.o.Holding == nil {
		return nil
	}
	if _, err := b.holdingOf(ctx, words...); err != nil {
		return err
	}
	for _, p := range slices.Clone(b.parts) {
		if names[p] == "" {
			continue
		}
		if why := b.filledBy(ctx, p, names); why != "" {
			b.leave(p, why)
		}
	}
	return ctx.Err()
}

// setting is the name of the setting that the token of a part is, "" where it
// is something else, or where its way is known.
func (p *part) setting() string {
	s := p.source
	if p.supply == nil || p.supply.newEnv || p.rw.lent || len(p.springs) > 0 || p.rw.value.Empty() || s.pack.Target.SameSecret || s.file.Template() {
		return ""
	}
	v := s.file.ValueAt(s.decoded(p.rw.value))
	if m := ownMember.FindStringSubmatch(s.file.Text(v.Span)); m != nil && m[1] != "" {
		return "" // followed in its class
	}
	switch v.Kind {
	case syntax.Member, syntax.Config, syntax.Definition, syntax.Unknown, syntax.Imported:
		if name := lastWord(s.file.Text(v.Span)); len(name) > 2 {
			return name
		}
	case syntax.Result:
		if m := asked.FindStringSubmatch(s.file.Text(v.Span)); m != nil {
			return m[1]
		}
	}
	return ""
}

// asked is a setting that a call gives by its name.
var asked = pattern.New(`(?i)\bget\w*\(\s*["'](?:\w+\.)*(\w{3,})["']\s*\)$`)

// holder is the word for what holds the setting of a part, "" for none.
func (p *part) holder() string {
	s := p.source
	text := s.file.Text(s.file.ValueAt(s.decoded(p.rw.value)).Span)
	i := strings.LastIndex(text, lastWord(text))
	return lastWord(text[:max(0, i)])
}

// anyKey is a name that says nothing of whose key it is.
var anyKey = pattern.New(`(?i)^_*(?:api|access|auth|h_?api)?_?(?:key|token|secret|value|id|password|credentials?)s?$`)

// filledBy moves the place that gives a setting its value, or says why the part
// must stay.
func (b *builder) filledBy(ctx context.Context, p *part, names map[*part]string) string {
	name := names[p]
	files, err := b.holdingOf(ctx, name)
	if err != nil {
		return err.Error()
	}
	var from *source
	var place syntax.Span
	alone := true
	holder := p.holder()
	for _, f := range files {
		if syntax.Family(f.Path, f.Text) != syntax.Family(p.source.path, p.source.text) || testFile.MatchString(f.Path) {
			continue
		}
		if anyKey.MatchString(name) && (holder == "" || !f.Holds(holder)) {
			continue // the same word for another thing
		}
		o := p.source
		if f.Path != o.path {
			if o = b.other(ctx, p.source, f); o == nil {
				continue
			}
		}
		if env := o.file.FieldEnv(name); o.legacyEnv(env) {
			return name + " of " + o.path + " is the environment variable " + env + ", which holds no token"
		}
		for _, at := range o.given(name, o == p.source) {
			if !p.takesAlong(o, at) {
				alone, from, place = alone && from == nil, o, at
			}
		}
	}
	if from == nil || from.moveAt(&supply{}, place, from.file.ValueAt(place)) != "" {
		return ""
	}
	if alone && b.servesOnly(ctx, p, names, from, place) {
		return p.wells(from, move{at: place}, from.file.ValueAt(place), false)
	}
	if p.set() || p.source.file.ValueAt(p.source.decoded(p.rw.value)).Kind == syntax.Result { // what a configuration gives is given by people
		return "" // strays say where
	}
	why := name + " may be the key of " + from.path + ":" + itoa(from.lineOf(place.Start))
	if v := from.file.ValueAt(place); v.Kind == syntax.Env {
		why = name + " of " + from.path + " may be the environment variable " + v.Name
	}
	return why + ", which holds no token"
}

// given lists the old environment variables and the keys in the text that a file
// gives a name directly: name = x, name: x, o["name"] = f(x); of its own files no
// variables, which are followed.
func (s *source) given(name string, own bool) []syntax.Span {
	gives := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + givenBehind)
	var out []syntax.Span
	add := func(at syntax.Span) {
		m := gives.FindIndex(s.text[max(0, at.Start-maxGiven):at.Start])
		if m == nil || s.file.InComment(at.Start) {
			return
		}
		start := max(0, at.Start-maxGiven) + m[0]
		if b := s.file.Binding(syntax.Span{Start: start, End: start + len(name)}); !own || b == nil || b.Kind == syntax.Field {
			out = append(out, at)
		}
	}
	for _, read := range s.file.EnvReads() {
		if s.legacyEnv(s.file.ValueAt(read).Name) {
			add(read)
		}
	}
	for _, text := range s.file.Strings() {
		if v := s.file.ValueAt(text); v.Kind == syntax.Literal && s.pack.Format(v.Text) != nil && s.readOf(text).Empty() {
			add(text)
		}
	}
	return out
}

// givenBehind is what stands between a name and its value.
const givenBehind = `(?:["']\s*,\s*$|["'\])]*\s*(?:\|\||\?\?)?\s*(?::\s*[\w.<>\[\] |]+?\s*=|=>|[:=])\s*(?:[\w.]+\()?\s*$)`

// maxGiven bounds how far a name may stand before its value.
const maxGiven = 160

// takesAlong says whether a part moves a place already.
func (p *part) takesAlong(s *source, at syntax.Span) bool {
	return p.source == s && (p.rw.value.Contains(at) || slices.ContainsFunc(p.supply.moves, func(m move) bool { return m.renames(at) }) ||
		slices.ContainsFunc(p.supply.edits, func(e Edit) bool { return at.Start <= e.Start && e.End <= at.End }))
}

// servesOnly says whether every place in code that has the name of a setting gives
// it its value, or is the token of one of the parts.
func (b *builder) servesOnly(ctx context.Context, p *part, names map[*part]string, from *source, place syntax.Span) bool {
	name := names[p]
	files, _ := b.holdingOf(ctx, name)
	word := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`)
	for _, f := range files {
		for _, m := range word.FindAllIndex(f.Text, -1) {
			at := syntax.Span{Start: m[0], End: m[1]}
			if b.envKind(ctx, p.source, f, m[0]) != envCode || f.Path == from.path && from.file.Statement(place).Contains(from.within(at)) {
				continue
			}
			if !slices.ContainsFunc(b.parts, func(x *part) bool { return names[x] == name && x.source.path == f.Path && x.takesFrom(at) }) {
				return false
			}
		}
	}
	return true
}

// takesFrom says whether a place is one from which a part takes its token.
func (p *part) takesFrom(at syntax.Span) bool {
	s := p.source
	at = s.within(at)
	if s.file.InComment(at.Start) || p.rw.value.Contains(at) {
		return true
	}
	return s.file.ValueAt(s.decoded(p.rw.value)).Span.Contains(at)
}

// readsSetting says whether a place is one where a part goes on to read a setting
// that is given the token elsewhere.
func (p *part) readsSetting(at syntax.Span) bool {
	return len(p.springs) > 0 && p.takesFrom(at)
}
