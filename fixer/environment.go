package fixer

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/lexer"
	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/scanner"
)

// hold reads the files that hold the environment names of the parts.
func (b *builder) hold(ctx context.Context) error {
	var names []string
	for _, p := range b.parts {
		if p.supply != nil && p.supply.oldEnv != "" {
			names = append(names, p.supply.oldEnv)
		}
		for _, w := range p.springs {
			if w.value.Kind == syntax.Env {
				names = append(names, w.value.Name)
			}
		}
	}
	if len(names) == 0 || b.o.Holding == nil {
		return nil
	}
	files, err := b.holdingOf(ctx, names...)
	if err != nil {
		return err
	}
	for _, f := range files {
		if known := b.files[f.Path]; known != nil {
			f = known
		}
		b.files[f.Path] = f
		b.holding = append(b.holding, f)
	}
	return nil
}

// environment moves the names of environment variables: where every place of
// the repository that sets or reads an old name moves with the calls, the name
// is changed there too; else the token gets a variable of its own beside it.
func (b *builder) environment(ctx context.Context, active []*part) {
	byName := map[string][]*part{}
	var names []string
	for _, p := range active {
		if p.from != nil && p.from.oldEnv != "" {
			key := p.source.pack.Provider + "\x00" + p.from.oldEnv
			byName[key] = append(byName[key], p)
			names = append(names, key)
		}
	}
	for _, key := range compact(names) {
		_, name, _ := strings.Cut(key, "\x00")
		b.rename(ctx, name, byName[key])
	}
}

// rename moves one name, if it can.
func (b *builder) rename(ctx context.Context, name string, parts []*part) {
	to := parts[0].from.env
	var edits, declared []Edit
	var blockers, stores, notes []string
	word := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`)
	has := regexp.MustCompile(`\b` + regexp.QuoteMeta(to) + `\b`)
	for _, f := range b.holding {
		for _, m := range word.FindAllIndex(f.Text, -1) {
			kind := b.envKind(ctx, parts[0].source, f, m[0])
			switch {
			case covered(parts, f.Path, m[0], m[1]):
			case slices.ContainsFunc(parts, func(p *part) bool {
				return p.source.path == f.Path && p.readsSetting(syntax.Span{Start: m[0], End: m[1]})
			}):
			case kind == envStore, kind == envTemplate && parts[0].source.holdsKey(f, m[1]):
				stores = append(stores, f.Path)
			case kind == envTemplate && has.Match(f.Text):
				notes = append(notes, f.Path+": "+name+" is not read any more, and "+to+" is there already")
			case kind == envTemplate:
				edits = append(edits, Edit{Path: f.Path, Start: m[0], End: m[1], New: to})
				edits = append(edits, parts[0].source.handedOn(f, m[1], to)...)
			default:
				switch b.mention(ctx, parts[0].source, f, syntax.Span{Start: m[0], End: m[1]}) {
				case envMoves:
					declared = append(declared, b.declaring(ctx, parts[0].source, f, syntax.Span{Start: m[0], End: m[1]}, to)...)
					edits = append(edits, Edit{Path: f.Path, Start: m[0], End: m[1], New: b.renaming(ctx, parts[0].source, f, m[0], to)})
				case envNone:
				case envNoted:
					notes = append(notes, fmt.Sprintf("%s:%d: a comment names %s", f.Path, 1+bytes.Count(f.Text[:m[0]], []byte("\n")), name))
				default:
					blockers = append(blockers, f.Path)
				}
			}
		}
	}
	blockers, stores = compact(blockers), compact(stores)
	for _, p := range parts {
		if len(blockers) > 0 {
			p.fix.lower(Unsafe, name+" is used for something else too ("+strings.Join(blockers, ", ")+"), so the token gets a variable of its own: set "+to+" wherever "+name+" is set")
			p.fix.Edits = append(p.fix.Edits, declared...)
			continue
		}
		p.fix.Edits = append(p.fix.Edits, edits...)
		p.fix.Notes = append(p.fix.Notes, compact(notes)...)
		p.fix.Steps = append(p.fix.Steps, "the environment variable "+name+" is now "+to)
		for _, s := range stores {
			p.fix.Steps = append(p.fix.Steps, "rename it in "+s+" too, which is not edited")
		}
	}
}

// holdsKey says whether the line of a file, from an offset, sets a key that
// stands in the text.
func (s *source) holdsKey(f *scanner.File, at int) bool {
	line := f.Text[at:f.Line(f.Position(at).Line).End]
	for _, format := range s.pack.Formats {
		if len(format.FindAll(line)) > 0 {
			return true
		}
	}
	return false
}

// handed is what hands another variable or secret on under a name: ": ${OTHER}",
// "=${{ secrets.OTHER }}", ": ${env:OTHER}".
var handed = pattern.New(`^["']?\s*[:=]\s*["']?\$\{(?:\{\s*\w+\.|env[:.])?(\w+)`)

// handedOn moves the name behind a name that moves, where it is an old one too.
func (s *source) handedOn(f *scanner.File, at int, to string) []Edit {
	m := handed.FindSubmatchIndex(f.Text[at:f.Line(f.Position(at).Line).End])
	if m == nil || !s.pack.LegacyEnv(string(f.Text[at+m[2]:at+m[3]])) {
		return nil
	}
	return []Edit{{Path: f.Path, Start: at + m[2], End: at + m[3], New: to}}
}

// use is what a place in code that names an environment variable does with it.
type use int

const (
	envOther use = iota // somebody gets the value
	envMoves            // it is set, tested or told to the user
	envNoted            // a comment
	envNone             // nothing: a variable of the program has the same name
)

// mention says what a place does with a variable that moves.
func (b *builder) mention(ctx context.Context, like *source, f *scanner.File, at syntax.Span) use {
	s, _ := b.sourceAt(ctx, f, like.pack, at.Start)
	if s == nil {
		return envOther
	}
	at = s.within(at)
	switch {
	case s.file.InComment(at.Start):
		return envNoted
	case s.readOf(at).Empty() && (s.file.Variable(at) || b.ownModule(s, at)):
		return envNone
	case s.file.Tested(at), s.file.Assigned(at), !s.file.MemberDeclared(at).Empty(), s.told(at):
		return envMoves
	}
	read := s.readOf(at)
	if read.Empty() {
		return envOther
	}
	if s.file.Tested(read) || s.file.Assigned(read) {
		return envMoves
	}
	for _, c := range s.file.Bindings() {
		for _, d := range c.Defs {
			if d.Value == read && len(c.Defs) == 1 && s.onlyTested(c, nil) && (len(c.Reads) > 0 || c.Scope.Start > 0) && c.Kind != syntax.Field {
				return envMoves
			}
		}
	}
	return envOther
}

// ownModule says whether a place is a name that another file defines which holds
// the name of the environment variable, too: what that does is looked at there.
func (b *builder) ownModule(s *source, at syntax.Span) bool {
	im, ok := s.imported(at)
	return ok && slices.ContainsFunc(b.holding, func(f *scanner.File) bool { return f.Path != s.path && im.is(s.path, f.Path) })
}

// renaming is what stands for a name of a file that moves to another.
func (b *builder) renaming(ctx context.Context, like *source, f *scanner.File, at int, to string) string {
	s, _ := b.sourceAt(ctx, f, like.pack, at)
	if s == nil {
		return to
	}
	return s.file.Renaming(s.within(syntax.Span{Start: at, End: at}).Start, to)
}

// declaring declares a variable beside another one, where a place is that one's
// declaration in a type.
func (b *builder) declaring(ctx context.Context, like *source, f *scanner.File, at syntax.Span, to string) []Edit {
	s, _ := b.sourceAt(ctx, f, like.pack, at.Start)
	if s == nil || s.region != nil || holds(s.text, to) {
		return nil
	}
	d := s.file.MemberDeclared(at)
	if d.Empty() {
		return nil
	}
	sep := "; "
	if indent := s.file.Indent(d.Start); strings.HasSuffix(string(s.text[:d.Start]), "\n"+indent) {
		sep = ";" + s.file.EOL() + indent
	}
	return []Edit{{Path: f.Path, Start: d.Start, End: d.Start, New: to + string(s.text[at.End:d.End]) + sep}}
}

// told says whether a name stands in a text for people, or in a list of names
// that must be set.
func (s *source) told(at syntax.Span) bool {
	if !s.readOf(at).Empty() {
		return false
	}
	for _, str := range s.file.Strings() {
		if !str.Contains(at) {
			continue
		}
		text := strings.Trim(s.file.Text(str), "\"'`")
		if len(text) == at.End-at.Start {
			return s.file.InList(str)
		}
		return strings.ContainsAny(text, " ") && !strings.ContainsAny(text, "=?&")
	}
	return false
}

// readOf is the expression that reads an environment variable and holds its
// name at a span.
func (s *source) readOf(at syntax.Span) syntax.Span {
	for _, r := range s.file.EnvReads() {
		if r.Contains(at) {
			return r
		}
	}
	return syntax.Span{}
}

// onlyTested says whether a definition decides branches only, but for the reads
// that lie in the given spans.
func (s *source) onlyTested(b *syntax.Binding, but []syntax.Span) bool {
	for _, r := range b.Reads {
		if !slices.Contains(but, r) && !s.file.Tested(r) {
			return false
		}
	}
	return true
}

func compact(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

// lower gives a fix a lesser safety, with the reason.
func (f *Fix) lower(to Safety, reason string) {
	if f.Safety <= to && f.Reason != "" {
		return
	}
	f.Safety = min(f.Safety, to)
	f.Reason = reason
}

// covered reports whether a place in code is one that the parts change.
func covered(parts []*part, path string, start, end int) bool {
	for _, p := range parts {
		for _, e := range p.fix.Edits {
			if e.Path == path && e.Start <= start && end <= e.End {
				return true
			}
		}
	}
	return false
}

// envKind says what a place of a file is to environment names: what stands in
// another language in it is code.
func (b *builder) envKind(ctx context.Context, like *source, f *scanner.File, at int) envKind {
	kind := envFile(f)
	if kind != envTemplate {
		return kind
	}
	for _, r := range b.regionsOf(ctx, f) {
		if _, ok := r.Local(syntax.Span{Start: at, End: at + 1}); ok {
			return envCode
		}
	}
	if s, _ := b.sourceAt(ctx, f, like.pack, nowhere); s != nil {
		return envCode // requests that are written down
	}
	return kind
}

type envKind int

const (
	envCode envKind = iota
	envTemplate
	envStore
)

// envFile says what a file is to environment names: code that reads them, a
// template or configuration that passes them on, or a file with the real
// values, which is never edited.
func envFile(f *scanner.File) envKind {
	base := strings.ToLower(path.Base(f.Path))
	lang := lexer.For(f.Path, f.Text)
	if lang.Name == "dotenv" {
		for _, mark := range []string{"example", "sample", "template", "dist", "defaults", "schema"} {
			if strings.Contains(base, mark) {
				return envTemplate
			}
		}
		return envStore
	}
	if lang.Data || lang.Prose || lang.Name == "dockerfile" {
		return envTemplate
	}
	return envCode
}
