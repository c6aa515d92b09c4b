package fixer

import (
	"cmp"
	"context"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// declared works out the fix of an entry of a configuration: a file of data that
// says how another program authenticates. ok is false where the finding is none.
func (b *builder) declared(ctx context.Context, f *scanner.Finding) (p *part, why string, ok bool) {
	lang := syntax.Language(f.Path, f.File.Text)
	if f.Kind != rules.LegacyClient || lang != "json" && lang != "yaml" || f.File.Encoding != "" {
		return nil, "", false
	}
	file, err := b.o.Parser.Parse(ctx, lang, f.File.Text)
	if err != nil {
		return nil, "the file cannot be parsed: " + err.Error(), true
	}
	s := &source{path: f.Path, text: f.File.Text, file: file, pack: f.Rule.Pack, host: f.File}
	around := file.Mappings(f.Span.Start)
	if len(around) == 0 || file.Broken(around[0].Span) {
		return nil, "what the entry belongs to cannot be told", true
	}
	p = &part{source: s, finding: f, rw: &rewrite{finding: f}}
	if f.Construct == nil {
		why = s.securityScheme(p, around)
		return p, why, true
	}
	if len(f.Construct.Rename) == 0 {
		return nil, "an entry of the configuration of " + f.Construct.Name, true
	}
	p.title, p.unsafe = "Give "+f.Construct.Name+" an access token", f.Construct.Doubt
	if p.rw.edits, why = renameIn(s, syntax.Span(f.Span), f.Construct.Rename); why != "" {
		return nil, why, true
	}
	for _, x := range f.Construct.Beside {
		edits, why := s.beside(around, x)
		if why != "" {
			return nil, why, true
		}
		p.rw.edits = append(p.rw.edits, edits...)
	}
	return p, "", true
}

// beside makes one change beside an entry.
func (s *source) beside(around []*syntax.Mapping, x rules.Beside) ([]Edit, string) {
	steps := strings.Split(x.Path, "/")
	name := steps[len(steps)-1]
	level := 0
	in := around[0]
	for _, step := range steps[:len(steps)-1] {
		if step == ".." {
			if level++; level >= len(around) {
				return nil, "the file lacks what belongs to the entry"
			}
			in = around[level]
			continue
		}
		item := in.Item(step)
		if item == nil {
			return nil, "the file lacks \"" + step + "\", which belongs to the entry"
		}
		if in = s.file.MappingOf(item); in == nil {
			return nil, "\"" + step + "\" is not what belongs to the entry"
		}
	}
	item := in.Item(name)
	switch {
	case x.Value != "" && item == nil:
		e, ok := s.file.AddMember(in, name, x.Value)
		if !ok {
			return nil, "there is no place for \"" + name + "\""
		}
		return []Edit{{Path: s.path, Start: e.Span.Start, End: e.Span.End, New: e.New}}, ""
	case x.Value != "" && x.Was != "" && item.Text != x.Was:
		return nil, "\"" + name + "\" is " + item.Text + " there, so the entry may be left over"
	case x.Value != "":
		return []Edit{{Path: s.path, Start: item.Value.Start, End: item.Value.End, New: x.Value}}, ""
	case item == nil:
		return nil, "the file lacks \"" + name + "\", which belongs to the entry"
	case in.Item(x.Name) != nil:
		return nil, "\"" + x.Name + "\" is there already: delete the other"
	}
	if why := s.stored(item); why != "" {
		return nil, why
	}
	return []Edit{{Path: s.path, Start: item.Key.Start, End: item.Key.End, New: x.Name}}, ""
}

// envName is a variable of the environment in a configuration: $NAME, ${NAME},
// ${env:NAME}, {{ env "NAME" }}.
var envName = pattern.New(`\$\{?(?:env[:.])?(\w+)|\benv\w*\W{1,3}(\w+)`)

// stored says why a value cannot go on under a new name: it is the key itself, or
// comes from a variable that is called after it.
func (s *source) stored(item *syntax.Item) string {
	for _, format := range s.pack.Formats {
		if len(format.FindAll([]byte(item.Text))) > 0 {
			return "the key itself stands in \"" + item.Name + "\": put the token in its place, from outside of the file"
		}
	}
	for _, m := range envName.FindAllStringSubmatch(item.Text, -1) {
		if name := cmp.Or(m[1], m[2]); s.pack.LegacyEnv(name) {
			return "the value comes from " + name + ", which holds the key: let it come from " + s.pack.Target.Env
		}
	}
	return ""
}

// securityScheme moves a security scheme of a description of an API to the header.
func (s *source) securityScheme(p *part, around []*syntax.Mapping) string {
	m := around[0]
	kind, name, in := m.Item("type"), m.Item("name"), m.Item("in")
	if kind == nil || kind.Text != "apiKey" || name == nil || in == nil || in.Text != "query" {
		return "it says where another program sends the key: change that program and this together"
	}
	root := around[len(around)-1]
	paths := root.Item("paths")
	if paths != nil && s.file.MappingOf(paths) != nil {
		for _, x := range s.file.MappingOf(paths).Items {
			if s.pack.EndpointOf("", x.Name) == rules.KeepEndpoint {
				return "the description has endpoints that need the developer key (" + x.Name + "): split the scheme by hand"
			}
		}
	}
	p.title = "Describe the token in the " + s.pack.Target.Header + " header"
	p.unsafe = "whatever was generated from the description has to be generated again"
	set := func(at syntax.Span, text string) {
		p.rw.edits = append(p.rw.edits, Edit{Path: s.path, Start: at.Start, End: at.End, New: text})
	}
	if root.Item("openapi") == nil || !strings.EqualFold(s.pack.Target.Value, "Bearer {token}") {
		set(name.Value, s.pack.Target.Header)
		set(in.Value, "header")
		return ""
	}
	if len(in.Cut) == 0 {
		return "the scheme is written in a way that is not rewritten: make it type http, scheme bearer"
	}
	set(kind.Value, "http")
	set(name.Key, "scheme")
	set(name.Value, "bearer")
	p.rw.edits = append(p.rw.edits, remove(s.path, in.Cut...)...)
	return ""
}
