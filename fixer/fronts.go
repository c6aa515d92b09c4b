package fixer

import (
	"context"
	"path"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/scanner"
)

// front is a file through which others reach what one file defines: that file,
// and those that hand on what they import.
type front struct {
	path  string
	names []string // that the definition has there, "default" for no name
	whole []string // names there for a module whose member it is
}

// frontsOf lists the fronts of a definition; its own file alone before the
// others were looked for.
func (s *source) frontsOf(def *syntax.Binding) []front {
	if known := s.fronts[def]; known != nil {
		return known
	}
	return []front{{path: s.path, names: s.file.NamesOutside(def)}}
}

// open is the definition that others have to reach to use one: the class of a
// member.
func (s *source) open(def *syntax.Binding) *syntax.Binding {
	class := s.file.ClassAround(def)
	if class == "" {
		return def
	}
	for _, b := range s.file.Bindings() {
		if b.Kind == syntax.Class && b.Name == class {
			return b
		}
	}
	return def
}

// spread finds the fronts of a definition. It gives the files that may use it
// through one of them: those that are known, and others.
func (b *builder) spread(ctx context.Context, s *source, def *syntax.Binding, files []*scanner.File) []*scanner.File {
	def = s.open(def)
	if !s.file.Hands() || s.fronts[def] != nil {
		return files
	}
	if s.fronts == nil {
		s.fronts = map[*syntax.Binding][]front{}
	}
	fronts, more := b.frontsFrom(ctx, s, s.frontsOf(def)[0])
	s.fronts[def] = fronts
	return union(files, more)
}

// frontsFrom finds the files that hand on, one after the other, what a front
// gives, and the files that hold one of the names.
func (b *builder) frontsFrom(ctx context.Context, s *source, first front) (fronts []front, files []*scanner.File) {
	fronts = []front{first}
	for range maxHands {
		var err error
		if files, err = b.holdingOf(ctx, wordsOf(fronts)...); err != nil {
			return fronts, files
		}
		changed := false
		for _, f := range files {
			if f.Path == first.path || syntax.Family(f.Path, f.Text) != syntax.Family(s.path, s.text) || !slices.ContainsFunc(fronts, func(fr front) bool { return fr.namedIn(f) }) {
				continue
			}
			if o := b.other(ctx, s, f); o != nil {
				changed = o.handsOn(&fronts) || changed
			}
		}
		if !changed {
			break
		}
	}
	return fronts, files
}

// maxHands bounds through how many files one after the other a definition is
// followed.
const maxHands = 6

// wordsOf are the words of which files that use a definition through one of its
// fronts hold one.
func wordsOf(fronts []front) []string {
	var out []string
	for _, fr := range fronts {
		for _, n := range fr.names {
			if n != "default" {
				out = append(out, n)
			}
		}
		out = append(out, fr.modules()...)
		if slices.Contains(fr.names, "default") && path.Base(fr.path) != path.Base(unit(fr.path))+path.Ext(fr.path) {
			out = append(out, "require", "from") // ".", which is no word
		}
	}
	return compact(slices.DeleteFunc(out, func(n string) bool { return n == "" || n == "." }))
}

// moduleName is what others call the file of a front.
func moduleName(file string) string { return path.Base(unit(file)) }

// namedIn says whether a file may import from a front.
func (fr front) namedIn(f *scanner.File) bool {
	return slices.ContainsFunc(fr.modules(), func(n string) bool { return holds(f.Text, n) }) || folderNamed.Match(f.Text)
}

// modules are words of which the name of the front as a module holds one: its own
// name, or that of a package.
func (fr front) modules() []string {
	out := []string{moduleName(fr.path)}
	if dir := path.Dir(unit(fr.path)); slices.Contains([]string{"src", "lib"}, out[0]) {
		out = append(out, path.Base(dir))
	}
	return out
}

// folderNamed is a module that is called by the folder of the file, or one
// around it.
var folderNamed = pattern.New(`["'](?:\.{1,2}/?)+["']|\bfrom\s+\.+\s+import\b`)

// union are the files of two lists, by their paths.
func union(a, b []*scanner.File) []*scanner.File {
	out := slices.Clone(a)
	for _, f := range b {
		if !slices.ContainsFunc(a, func(x *scanner.File) bool { return x.Path == f.Path }) {
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(x, y *scanner.File) int { return strings.Compare(x.Path, y.Path) })
	return out
}

// handsOn adds to the fronts what a file hands on of them, and says whether it
// added any.
func (s *source) handsOn(fronts *[]front) bool {
	var names, whole []string
	for _, h := range s.file.HandsOn() {
		for _, fr := range *fronts {
			if fr.path == s.path {
				continue
			}
			member := h.Name != "" && h.Name != "*" && fr.is(s.path, join(h.Module, h.Name))
			if member {
				whole = append(whole, h.As)
			}
			if !fr.is(s.path, h.Module) {
				continue
			}
			switch {
			case h.Name == "*":
				names = append(names, slices.DeleteFunc(slices.Clone(fr.names), func(n string) bool { return n == "default" })...)
				whole = append(whole, fr.whole...)
			case h.Name == "":
				if slices.Contains(fr.names, "default") {
					names = append(names, h.As)
				}
				if h.As != "default" {
					whole = append(whole, h.As)
				}
			case slices.Contains(fr.names, h.Name):
				names = append(names, h.As)
			case slices.Contains(fr.whole, h.Name):
				whole = append(whole, h.As)
			}
		}
	}
	names, whole = compact(names), compact(whole)
	if len(names)+len(whole) == 0 {
		return false
	}
	for i := range *fronts {
		fr := &(*fronts)[i]
		if fr.path != s.path {
			continue
		}
		n, w := compact(append(names, fr.names...)), compact(append(whole, fr.whole...))
		changed := len(n) != len(fr.names) || len(w) != len(fr.whole)
		fr.names, fr.whole = n, w
		return changed
	}
	*fronts = append(*fronts, front{s.path, names, whole})
	return true
}

// is says whether a module that a file names is the front.
func (fr front) is(from, module string) bool {
	return imported{module: module}.is(from, fr.path)
}

// join is a module of a module.
func join(module, name string) string {
	if strings.HasSuffix(module, ".") {
		return module + name
	}
	return module + "." + name
}

// way is how an import leads to a definition.
type way struct {
	named bool // it is the definition
	whole bool // it is something whose member, or whose member's, it is
	sure  bool
}

// wayOf says how an import leads to what another file defines.
func (s *source) wayOf(b *syntax.Binding, fronts []front) way {
	if b == nil || b.Kind != syntax.Import {
		return way{}
	}
	var doubt way
	for _, fr := range fronts {
		sure := fr.is(s.path, b.Module)
		if sure || (imported{module: b.Module}).may(fr.path) {
			w := way{sure: sure}
			w.named = slices.Contains(fr.names, b.Export) || b.Export == "" && slices.Contains(fr.names, "default")
			w.whole = b.Export == "" || b.Export == "*" || slices.Contains(fr.whole, b.Export)
			if sure && (w.named || w.whole) {
				return w
			}
			if w.named || w.whole {
				doubt = w
			}
		}
		if b.Export != "" && fr.is(s.path, join(b.Module, b.Export)) {
			return way{whole: true, sure: true}
		}
	}
	return doubt
}

// wayTo says how the object of a member leads to what another file defines: a
// module, or something of one.
func (s *source) wayTo(obj syntax.Span, fronts []front) way {
	text := s.file.Text(obj)
	if m := s.file.ModuleAt(obj); m != "" {
		return s.wayOf(&syntax.Binding{Kind: syntax.Import, Module: m}, fronts)
	}
	root := firstName.FindString(text)
	if root == "" {
		return way{}
	}
	b := s.file.Binding(syntax.Span{Start: obj.Start, End: obj.Start + len(root)})
	if b == nil || b.Kind != syntax.Import {
		return way{}
	}
	if w := s.wayOf(b, fronts); w.whole || w.named && text == root {
		return w
	}
	if rest := strings.TrimPrefix(text, root); b.Export == "" && memberPath.MatchString(text) { // import a; a.b.f()
		return s.wayOf(&syntax.Binding{Kind: syntax.Import, Module: b.Module + rest}, fronts)
	}
	return way{}
}

// loadsApart says whether a file loads one of the fronts without giving it a
// name: import("./x").then(…).
func (s *source) loadsApart(fronts []front) bool {
	for _, inv := range s.file.Invocations() {
		m := s.file.ModuleAt(inv.Span)
		if m == "" || s.importsAt(inv.Span) {
			continue
		}
		if slices.ContainsFunc(fronts, func(fr front) bool { return fr.is(s.path, m) }) {
			return true
		}
	}
	return false
}

// importedBy is where a file of another language, a component or a notebook,
// imports one of the fronts and has one of the names; -1 for nowhere.
func importedBy(f *scanner.File, fronts []front, names []string) int {
	if !slices.Contains(composed, path.Ext(f.Path)) {
		return -1
	}
	for _, m := range importing.FindAllSubmatchIndex(f.Text, -1) {
		module := ""
		for k := 2; k+1 < len(m); k += 2 {
			if m[k] >= 0 {
				module = string(f.Text[m[k]:m[k+1]])
			}
		}
		if slices.ContainsFunc(fronts, func(fr front) bool { return fr.is(f.Path, module) }) &&
			slices.ContainsFunc(names, func(n string) bool { return n == "default" || f.Holds(n) }) {
			return m[0]
		}
	}
	return -1
}

// composed are the endings of files that hold code among other things.
var composed = []string{".vue", ".svelte", ".astro", ".html", ".htm", ".mdx", ".ipynb"}

// importing is what loads a module in such a file.
var importing = pattern.New(`\b(?:from|import|require\()\s*\(?["']([^"'\n]+)["']|\bfrom\s+([.\w]+)\s+import\b|"\s*import\s+([.\w]+)`)
