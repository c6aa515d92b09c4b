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

// away follows the keys that come from another file of the repository: a key in
// the text there, or an environment variable with an old name, must not be sent
// as a token. Such a request reads the token itself.
func (b *builder) away(ctx context.Context) error {
	if b.o.Holding == nil {
		return nil
	}
	leaves, err := b.springs(ctx)
	if err != nil {
		return err
	}
	direct := map[*part]bool{}
	for _, p := range b.parts {
		if p.supply == nil || p.supply.newEnv || p.rw.value.Empty() {
			continue
		}
		at := p.source.decoded(p.rw.value)
		if im, ok := p.source.imported(at); ok {
			direct[p] = true
			leaves = append(leaves, leaf{lookout{part: p, source: p.source, supply: p.supply}, at, im})
		}
	}
	var words []string
	for _, l := range leaves {
		words = append(words, l.im.name)
	}
	if err := b.fromLeaves(ctx, leaves, words, direct); err != nil {
		return err
	}
	if err := b.settings(ctx); err != nil {
		return err
	}
	if err := b.heirs(ctx); err != nil {
		return err
	}
	return b.strays(ctx)
}

// fromLeaves looks for what other files define under the names behind the keys.
func (b *builder) fromLeaves(ctx context.Context, leaves []leaf, words []string, direct map[*part]bool) error {
	if len(words) == 0 {
		return nil
	}
	files, err := b.holdingOf(ctx, words...)
	if err != nil {
		return err
	}
	for _, l := range leaves {
		for _, d := range b.definers(ctx, l, files) {
			if !slices.Contains(b.parts, l.part) {
				continue
			}
			only, why := !d.handed && b.usedOnlyBy(ctx, l.source, files, d.file, d.name, leaves), ""
			if direct[l.part] && l.at == l.source.decoded(l.part.rw.value) && l.source == l.part.source {
				why = b.fromFile(ctx, l.part, d, only)
			} else {
				why = b.fromLeaf(ctx, l, d, only)
			}
			if why != "" {
				b.leave(l.part, why)
			}
		}
	}
	return nil
}

// names says whether a file may define what a leaf names.
func (l leaf) names(f *scanner.File) bool {
	return l.im.is(l.source.path, f.Path) || l.im.module == "" && syntax.Family(f.Path, f.Text) == syntax.Family(l.source.path, l.source.text)
}

// usedOnlyBy says whether nobody reads a name of a file but the parts that take
// the key from there.
func (b *builder) usedOnlyBy(ctx context.Context, like *source, files []*scanner.File, of *scanner.File, name string, leaves []leaf) bool {
	word := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`)
	for _, f := range files {
		if f.Path == of.Path {
			continue
		}
		for _, m := range word.FindAllIndex(f.Text, -1) {
			if b.envKind(ctx, like, f, m[0]) == envCode && !taken(leaves, f.Path, of.Path, name, syntax.Span{Start: m[0], End: m[1]}) {
				return false
			}
		}
	}
	return true
}

// taken says whether a place that names a definition of a file is one from which
// a part takes the key, or an import.
func taken(leaves []leaf, path, of, name string, at syntax.Span) bool {
	return slices.ContainsFunc(leaves, func(l leaf) bool {
		if l.source.path != path || l.im.name != name || l.im.module != "" && !l.im.is(path, of) {
			return false
		}
		in := l.source.within(at)
		return l.at.Contains(in) || l.part.source == l.source && l.part.rw.value.Contains(in) || l.source.importsAt(in)
	})
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
type imported struct {
	module, name string
	of           string // the class or the object whose member the name is
}

// everybodys is a constant that no file has to import.
var everybodys = pattern.New(`^\\?[A-Z]\w*((::|\\)[A-Z]\w*)*$`)

// imported says which module a value comes from: a name that is imported, or a
// member of a module.
func (s *source) imported(at syntax.Span) (imported, bool) {
	text := strings.TrimSuffix(s.file.Text(at), "()")
	root := firstName.FindString(text)
	b := s.file.Binding(syntax.Span{Start: at.Start, End: at.Start + len(root)})
	if b == nil && s.file.SharesConstants() && everybodys.MatchString(text) {
		return imported{name: text[strings.LastIndexAny(text, `:\`)+1:]}, true
	}
	if b == nil || b.Kind != syntax.Import {
		return imported{}, false
	}
	switch {
	case text == root && b.Export != "":
		return imported{module: b.Module, name: b.Export}, true
	case memberPath.MatchString(text):
		im := imported{module: b.Module, name: text[strings.LastIndexByte(text, '.')+1:]}
		if b.Export != "" {
			im.module = strings.TrimRight(im.module+"."+b.Export, ".")
			im.of = b.Export
		}
		return im, true
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
	name := unit(file)
	if strings.HasPrefix(im.module, ".") {
		target := beside(from, im.module)
		return name == target || file == target || im.of != "" && name == beside(from, strings.TrimSuffix(im.module, "."+im.of))
	}
	module := strings.TrimLeft(strings.TrimLeft(im.module, "@~#$"), "/")
	if !strings.Contains(module, "/") {
		module = strings.ReplaceAll(module, ".", "/")
	}
	within := func(module string) bool {
		return module != "" && module != "." && (name == module || strings.HasSuffix(name, "/"+module))
	}
	return within(scriptName(module)) || im.of != "" && within(path.Dir(module)) // a class or an object of a module
}

// may says whether a file could be the module, under a name that something else
// gives it: a package of the repository, an alias for a folder.
func (im imported) may(file string) bool {
	if !scriptFile.MatchString(file) || strings.HasPrefix(im.module, ".") || im.module == "" {
		return false
	}
	last := path.Base(strings.TrimSuffix(im.module, "/index"))
	return slices.Contains(strings.Split(strings.TrimSuffix(file, path.Ext(file)), "/"), last)
}

// unit is the module that a file is: itself without an ending, or its folder.
func unit(file string) string {
	name := strings.TrimSuffix(file, path.Ext(file))
	if slices.Contains([]string{"index", "__init__"}, path.Base(name)) {
		return path.Dir(name)
	}
	return name
}

// beside is the unit that a relative module is, seen from a file: ./x/y, or
// .x.y.
func beside(from, module string) string {
	if rest := strings.TrimLeft(module, "."); rest != "" && !strings.Contains(module, "/") {
		up := strings.Repeat("../", len(module)-len(rest)-1)
		return path.Join(path.Dir(from), up, strings.ReplaceAll(rest, ".", "/"))
	}
	target := scriptName(path.Join(path.Dir(from), module))
	if path.Base(target) == "index" {
		return path.Dir(target)
	}
	return target
}

// scriptName is the name of a module without the ending of a script, which can
// be another than that of its source.
func scriptName(name string) string {
	if scriptFile.MatchString(name) {
		return strings.TrimSuffix(name, path.Ext(name))
	}
	return name
}

var scriptFile = pattern.New(`\.[mc]?[jt]sx?$`)

// fromFile looks at what a file defines under a name. It says why the request
// must stay where an old environment variable may be behind the name.
func (b *builder) fromFile(ctx context.Context, p *part, d definer, only bool) string {
	f, name := d.file, d.name
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
	id, _ := o.keyOf(v)
	fresh := p.source.fresh(id, name)
	if v.Kind == syntax.Env {
		fresh.oldEnv = v.Name
	}
	if only && len(v.Via) == 0 && !o.constantAt(at) && o.readOnlyElsewhere(name) {
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
func (s *source) definition(name string) (at syntax.Span) {
	for _, b := range s.file.Bindings() {
		member := b.Kind == syntax.Constant && b.Plain() == name // of a class or a module
		top := (b.Name == name || slices.Contains(s.file.ExportedAs(b), name)) && b.Scope.Start == 0
		if !member && !top || b.Again || len(b.Defs) != 1 || b.Kind == syntax.Import {
			continue
		}
		if b.Kind == syntax.Function {
			return s.file.Result(b)
		}
		at = b.Defs[0].Value
		if !b.Again { // else the last value is the one that others see
			return at
		}
	}
	if !at.Empty() {
		return at
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
	return s.field(name)
}

// field is the value of the only field of that name that a file has.
func (s *source) field(name string) syntax.Span {
	var out syntax.Span
	for _, b := range s.file.Bindings() {
		if b.Name != "this."+name || b.Kind != syntax.Field {
			continue
		}
		if len(b.Defs) != 1 || !out.Empty() {
			return syntax.Span{}
		}
		out = b.Defs[0].Value
	}
	return out
}
