package fixer

import (
	"context"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/scanner"
)

// away follows the keys that come from another file of the repository, one
// import away: a key in the text there, or an environment variable with an old
// name, must not be sent as a token. Such a request reads the token itself.
func (b *builder) away(ctx context.Context) error {
	if b.o.Holding == nil {
		return nil
	}
	var words []string
	wanted := map[*part]imported{}
	for _, p := range b.parts {
		if p.supply == nil || p.supply.newEnv || p.rw.value.Empty() {
			continue
		}
		if im, ok := p.source.imported(p.source.decoded(p.rw.value)); ok {
			wanted[p] = im
			words = append(words, im.name)
		}
	}
	if len(words) == 0 {
		return nil
	}
	files, err := b.o.Holding(ctx, compact(words))
	if err != nil {
		return err
	}
	for _, p := range slices.Clone(b.parts) {
		im, ok := wanted[p]
		if !ok {
			continue
		}
		for _, f := range files {
			if f.Path != p.source.path && (im.is(p.source.path, f.Path) || im.module == "" && syntax.Family(f.Path, f.Text) == syntax.Family(p.source.path, p.source.text)) {
				if why := b.fromFile(ctx, p, f, im.name, b.usedOnlyBy(ctx, p.source, files, f, im.name, wanted)); why != "" {
					b.leave(p, why)
				}
			}
		}
	}
	return nil
}

// usedOnlyBy says whether nobody reads a name of a file but the parts that take
// the key from there.
func (b *builder) usedOnlyBy(ctx context.Context, like *source, files []*scanner.File, of *scanner.File, name string, wanted map[*part]imported) bool {
	word := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`)
	for _, f := range files {
		if f.Path == of.Path {
			continue
		}
		for _, m := range word.FindAllIndex(f.Text, -1) {
			if b.envKind(ctx, like, f, m[0]) != envCode {
				continue
			}
			taken := false
			for p, im := range wanted {
				if p.source.path == f.Path && im.name == name && (im.module == "" || im.is(f.Path, of.Path)) {
					at := p.source.within(syntax.Span{Start: m[0], End: m[1]})
					taken = taken || p.rw.value.Contains(at) || p.source.importsAt(at)
				}
			}
			if !taken {
				return false
			}
		}
	}
	return true
}

// importsAt says whether a place is an import.
func (s *source) importsAt(at syntax.Span) bool {
	for _, b := range s.file.Bindings() {
		for _, d := range b.Defs {
			if b.Kind == syntax.Import && d.Statement.Contains(at) {
				return true
			}
		}
	}
	return false
}

// imported is a name of another module; without a module it is one that every
// file of the language can use.
type imported struct{ module, name string }

// everybodys is a constant that no file has to import.
var everybodys = pattern.New(`^\\?[A-Z]\w*((::|\\)[A-Z]\w*)*$`)

// imported says which module a value comes from: a name that is imported, or a
// member of a module.
func (s *source) imported(at syntax.Span) (imported, bool) {
	text := strings.TrimSuffix(s.file.Text(at), "()")
	root := firstName.FindString(text)
	b := s.file.Binding(syntax.Span{Start: at.Start, End: at.Start + len(root)})
	if b == nil && s.file.SharesConstants() && everybodys.MatchString(text) {
		return imported{"", text[strings.LastIndexAny(text, `:\`)+1:]}, true
	}
	if b == nil || b.Kind != syntax.Import {
		return imported{}, false
	}
	switch {
	case text == root && b.Export != "":
		return imported{b.Module, b.Export}, true
	case memberPath.MatchString(text):
		module := b.Module
		if b.Export != "" {
			module = strings.Trim(module+"."+b.Export, ".")
		}
		return imported{module, text[strings.LastIndexByte(text, '.')+1:]}, true
	}
	return imported{}, false
}

// memberPath is a member of an object, or of one of its members.
var memberPath = pattern.New(`^\w+(\.\w+)+$`)

// is says whether a file is the module, seen from another file.
func (im imported) is(from, file string) bool {
	if path.Ext(file) == ".go" { // a package is a folder
		return path.Base(im.module) == path.Base(path.Dir(file)) && path.Dir(file) != "."
	}
	name := strings.TrimSuffix(file, path.Ext(file))
	name = strings.TrimSuffix(name, "/index")
	if strings.HasPrefix(im.module, "./") || strings.HasPrefix(im.module, "../") { // JavaScript
		target := path.Join(path.Dir(from), im.module)
		return name == target || file == target
	}
	module := strings.ReplaceAll(strings.TrimLeft(im.module, "."), ".", "/")
	return module != "" && (name == module || strings.HasSuffix(name, "/"+module))
}

// fromFile looks at what a file defines under a name. It says why the request
// must stay where an old environment variable may be behind the name.
func (b *builder) fromFile(ctx context.Context, p *part, f *scanner.File, name string, only bool) string {
	o := b.other(ctx, p.source, f)
	if o == nil {
		return ""
	}
	at := o.definition(name)
	v := syntax.Value{}
	if !at.Empty() {
		v = o.file.ValueAt(at)
	}
	if v.Kind != syntax.Literal && !(v.Kind == syntax.Env && o.pack.LegacyEnv(v.Name)) {
		return o.mayRead(name)
	}
	id, _ := keyOf(v)
	fresh := p.source.fresh(id, name)
	if v.Kind == syntax.Env {
		fresh.oldEnv = v.Name
	}
	if only && len(v.Via) == 0 && o.readOnlyElsewhere(name) {
		// The definition moves, and the request keeps reading it.
		b.files[f.Path] = f
		p.far = func(env string) []Edit { return o.moved(v, env) }
		fresh.expr, fresh.module = p.supply.expr, ""
	} else {
		p.notes = append(p.notes, f.Path+":"+itoa(o.lineOf(at.Start))+": "+name+" held the key, and is not sent any more")
	}
	p.supply = fresh
	return ""
}

// mayRead says which old environment variable a file reads where it speaks of a
// name that it defines in a way that is not followed, "" for none.
func (s *source) mayRead(name string) string {
	names := s.file.Names(name)
	for _, read := range s.file.EnvReads() {
		v := s.file.ValueAt(read)
		around := []syntax.Span{s.file.Statement(read)}
		if fn := s.file.Enclosing(read.Start); fn.Start > 0 {
			around = append(around, fn)
		}
		near := slices.ContainsFunc(names, func(at syntax.Span) bool {
			return slices.ContainsFunc(around, func(a syntax.Span) bool { return a.Contains(at) })
		})
		if near && s.legacyEnv(v.Name) {
			return name + " of " + s.path + " may be the environment variable " + v.Name + ", which holds no token"
		}
	}
	return ""
}

// readOnlyElsewhere says whether a file does nothing with a name but to give it
// to others.
func (s *source) readOnlyElsewhere(name string) bool {
	for _, b := range s.file.Bindings() {
		if b.Name == name && b.Scope.Start == 0 && len(b.Reads) > 0 && !s.onlyTested(b, s.logged(b)) {
			return false
		}
	}
	return true
}

// moved are the edits that make a definition give the token.
func (s *source) moved(v syntax.Value, env string) []Edit {
	expr, module := s.file.ReadEnv(env)
	if v.Kind == syntax.Env {
		if i := strings.Index(s.file.Text(v.Span), v.Name); i >= 0 && (v.Default == nil || v.Default.Text == "") {
			return []Edit{{Path: s.path, Start: v.Span.Start + i, End: v.Span.Start + i + len(v.Name), New: env}}
		}
	}
	edits := []Edit{{Path: s.path, Start: v.Span.Start, End: v.Span.End, New: expr}}
	if module != "" {
		edits = append(edits, s.imports(module)...)
	}
	return edits
}

// definition is the value that a file gives a name at its top: a variable, or
// an entry of a literal that it exports.
func (s *source) definition(name string) syntax.Span {
	for _, b := range s.file.Bindings() {
		member := b.Kind == syntax.Constant && b.Plain() == name // of a class or a module
		top := (b.Name == name || slices.Contains(s.file.ExportedAs(b), name)) && b.Scope.Start == 0
		if !member && !top || len(b.Defs) != 1 || b.Kind == syntax.Import {
			continue
		}
		if b.Kind == syntax.Function {
			return s.file.Result(b)
		}
		return b.Defs[0].Value
	}
	for _, c := range s.file.Containers() {
		if c == nil {
			continue
		}
		for _, e := range c.Entries {
			if e.Name == name {
				return e.Value
			}
		}
	}
	return syntax.Span{}
}
