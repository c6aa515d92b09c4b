package fixer

import (
	"context"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/scanner"
)

// sighting is a place in another file that uses an offer.
type sighting struct {
	source *source
	at     syntax.Span
	// sure says that the file speaks of the module or the class of the offer,
	// so that it is no other thing of the same name.
	sure bool
}

func (s sighting) String() string { return s.source.path + ":" + itoa(s.source.lineOf(s.at.Start)) }

// hostGiven is the host that a call is given where something is used, "" for none
// in view.
func (u sighting) hostGiven() string {
	if u.source.file == nil {
		return ""
	}
	if inv := u.source.callAt(u.at); inv != nil {
		return u.source.hostGiven(inv)
	}
	return ""
}

// sightings lists where other files use a definition of a file.
func (b *builder) sightings(ctx context.Context, s *source, def *syntax.Binding, files []*scanner.File) []sighting {
	var out []sighting
	strangers := 0
	files = b.spread(ctx, s, def, files)
	names := s.namesAbroad(def)
	for _, f := range files {
		if f.Path == s.path {
			continue
		}
		if syntax.Family(f.Path, f.Text) != syntax.Family(s.path, s.text) {
			if at := importedBy(f, s.frontsOf(s.open(def)), names); at >= 0 {
				out = append(out, sighting{source: &source{path: f.Path, text: f.Text, host: f}, at: syntax.Span{Start: at, End: at}})
			}
			continue
		}
		if !s.spokenOf(f, def) {
			if !s.nameless(f.Path, def) {
				continue
			}
			if strangers++; strangers > maxStrangers {
				if at := memberNamed(f.Text, def.Plain()); at >= 0 {
					return append(out, sighting{source: &source{path: f.Path, text: f.Text, host: f}, at: syntax.Span{Start: at, End: at}})
				}
				continue
			}
		}
		if !slices.ContainsFunc(names, func(n string) bool { return n == "default" || holds(f.Text, n) }) {
			continue
		}
		if o := b.other(ctx, s, f); o != nil {
			out = append(out, o.usesOf(s, def, names)...)
		}
	}
	return out
}

// usedAbroad says whether other files of the repository use a definition.
func (b *builder) usedAbroad(ctx context.Context, s *source, def *syntax.Binding) bool {
	if s.region != nil || s.file.Template() || !s.reachable(def) {
		return false
	}
	files, err := b.holdingOf(ctx, append(s.file.NamesOutside(def), moduleName(s.path))...)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(b.sightings(ctx, s, def, files), func(u sighting) bool { return u.sure })
}

// namesAbroad are the names under which other files know a definition, its class
// or its module apart.
func (s *source) namesAbroad(def *syntax.Binding) []string {
	out := slices.Clone(s.file.NamesOutside(def))
	if s.open(def) == def {
		for _, fr := range s.frontsOf(def) {
			out = append(out, fr.names...)
		}
	}
	return compact(out)
}

// usesOf lists where a file uses what another defines, under one of its names.
func (s *source) usesOf(from *source, def *syntax.Binding, names []string) []sighting {
	var out []sighting
	k := seeking{from: from, fronts: from.frontsOf(from.open(def)), member: strings.HasPrefix(def.Name, "this.") && !from.atTop(def), reach: from.file.TopReach()}
	if def.Kind == syntax.Class {
		k.reach = from.file.TypeReach()
	}
	k.known = from.classIn(s.text, def) || holds(s.text, syntax.ModuleName(from.path))
	for _, b := range s.file.Bindings() {
		w := s.wayOf(b, k.fronts)
		k.known = k.known || w.sure
		k.all = k.all || w.whole && b.Export == "*"
		if !w.named || k.member {
			continue
		}
		for _, r := range b.Reads {
			if !s.importsAt(r) && !s.file.ExportsAt(r) {
				out = append(out, sighting{s, r, w.sure})
			}
		}
	}
	k.apart = !k.member && s.loadsApart(k.fronts)
	for _, name := range names {
		for _, at := range s.file.Names(name) {
			if use, sure := s.uses(k, at, name); use {
				out = append(out, sighting{s, at, sure && !testFile.MatchString(s.path)})
			}
		}
	}
	return out
}

// seeking is what a file is searched for.
type seeking struct {
	from   *source
	fronts []front
	member bool         // of a class
	reach  syntax.Reach // without an import
	known  bool         // the file speaks of the class, or imports it
	all    bool         // it imports all names
	apart  bool         // it loads the module without a name
}

// uses says whether a place that has the name of what another file defines uses
// that, and how sure it is; but for what is imported by the name.
func (s *source) uses(k seeking, at syntax.Span, name string) (use, sure bool) {
	obj := s.file.Receiver(at)
	switch {
	case s.sigil(at), !obj.Empty() && s.own(obj, name):
		return false, false
	case !obj.Empty() && k.member:
		return true, k.known
	case k.member:
		return s.file.Destructured(at), k.known
	}
	b := s.file.Binding(at)
	if obj.Empty() {
		if k.all || k.from.reaches(k.reach, s.path) {
			return b == nil, true
		}
		return k.apart && b != nil && b.Kind == syntax.Param, false
	}
	if w := s.wayTo(obj, k.fronts); w.whole {
		return true, w.sure
	}
	holder := s.file.Binding(obj)
	return k.apart && (holder == nil || holder.Kind != syntax.Import), false
}

// atTop says whether a method belongs to no class, so that it is called without
// an object.
func (s *source) atTop(b *syntax.Binding) bool {
	return b.Kind == syntax.Function && s.file.TopReach().All && b.Scope == syntax.Span{End: len(s.text)}
}

// sigil says whether a name is the rest of one that begins with a sign: $name,
// @name.
func (s *source) sigil(at syntax.Span) bool {
	return at.Start > 0 && strings.IndexByte("$@", s.text[at.Start-1]) >= 0
}

// own says whether a member of an object is one that the file defines itself.
func (s *source) own(obj syntax.Span, name string) bool {
	if !slices.Contains(selves, s.file.Text(obj)) {
		return false
	}
	return slices.ContainsFunc(s.file.Bindings(), func(b *syntax.Binding) bool { return b.Name == "this."+name && len(b.Defs) > 0 })
}
