package syntax

import (
	"path"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
)

// sharing is what the files of a language see of each other.
type sharing struct {
	// family is the language whose modules the files share, where that is
	// another one.
	family string
	// hidden says that no file sees the names of another, exports that it sees
	// only those that are exported.
	hidden, exports bool
	// folder says that the files of a folder share the names at their top,
	// global that all files do, and constants that this goes for capitalised
	// names only, wherever they are written.
	folder, global, constants bool
	// types says that a class can be used without a word for where it is from.
	types bool
	// single says that another file can import every name at the top.
	single bool
	// public says whether others can use a name; nil where they can use all.
	public func(name string) bool
}

// share is what the language says; nothing where there is no adapter for it.
func (f *File) share() sharing {
	if f.lang == nil {
		return sharing{}
	}
	return f.lang.share
}

// Reach is how far the names at the top of a file go without an import.
type Reach struct {
	Folder bool // to the files of the same folder
	All    bool // to every file
}

// TopReach says who else can use a name at the top of the file as it stands.
func (f *File) TopReach() Reach {
	s := f.share()
	return Reach{Folder: s.folder, All: s.global}
}

// TypeReach says who else can use a class of the file, and its methods, without
// a word for where it is from.
func (f *File) TypeReach() Reach {
	s := f.share()
	return Reach{Folder: s.folder, All: s.global || s.types}
}

// SharesConstants says whether capitalised names mean the same in every file.
func (f *File) SharesConstants() bool { return f.share().constants }

// Importable says whether other files can import each name at the top.
func (f *File) Importable() bool { return f.share().single }

// NamesOutside lists the names under which other files know a definition, none
// for one that they cannot know.
func (f *File) NamesOutside(b *Binding) []string {
	member := strings.HasPrefix(b.Name, this)
	name := b.Plain()
	switch s := f.share(); {
	case b.Kind == Param || f.Private(b):
		return nil
	case member || name != b.Name:
		if s.exports && !member {
			return f.ExportedAs(b)
		}
		return []string{name}
	case b.Scope.Start > 0 && b.Scope.End < len(f.src), s.hidden:
		return nil
	case s.exports:
		return f.ExportedAs(b)
	case b.Scope.Start > 0:
		return nil
	}
	return []string{name}
}

// Plain is the name of a definition without what it belongs to.
func (b *Binding) Plain() string {
	return strings.TrimSuffix(b.Name[strings.LastIndexByte(b.Name, '.')+1:], "()")
}

// Family is the language of a file, one for those that share modules. The text
// decides for files without an extension.
func Family(name string, text []byte) string {
	lang := Language(name, text)
	if l := languageOf(lang); l != nil && l.share.family != "" {
		return l.share.family
	}
	return lang
}

// ModuleName is what other files call a file: its name, or its folder's where
// the language says so.
func ModuleName(file string) string {
	name := strings.TrimSuffix(path.Base(file), path.Ext(file))
	if l := languageOf(Language(file, nil)); oneOf(name, "index", "__init__") || l != nil && l.share.folder {
		return path.Base(path.Dir(file))
	}
	return name
}

// exported says whether other files can name a function. Where a language has
// no notion of it, all can.
func (f *File) exported(name string) bool {
	s := f.share()
	return !s.hidden && (s.public == nil || s.public(name))
}

// Static says whether a member belongs to its class, and not to each object.
func (f *File) Static(b *Binding) bool {
	return slices.ContainsFunc(b.Defs, func(d Define) bool {
		before := f.Text(Span{d.Statement.Start, max(d.Statement.Start, d.Name.Start)})
		if i := strings.LastIndexAny(before, "{};"); i >= 0 {
			before = before[i+1:]
		}
		return oneOf("static", strings.Fields(before)...) || strings.HasSuffix(before, "self.")
	})
}

// Private says whether a modifier keeps a definition inside of its class.
func (f *File) Private(b *Binding) bool {
	if strings.HasPrefix(b.Name, this+"#") {
		return true
	}
	return slices.ContainsFunc(b.Defs, func(d Define) bool {
		before := strings.Fields(f.Text(Span{d.Statement.Start, max(d.Statement.Start, d.Name.Start)}))
		return oneOf("private", before...)
	})
}

// Constant says whether a definition admits constants only.
func (f *File) Constant(b *Binding) bool {
	if f.lang == nil || f.lang.constant == nil || len(b.Defs) == 0 {
		return false
	}
	return f.lang.constant(strings.TrimSpace(f.Text(b.Defs[0].Statement)), b.Kind)
}

// FixedDefaults says whether defaults of parameters and values of fields are
// constants.
func (f *File) FixedDefaults() bool { return f.lang != nil && f.lang.fixed }

// ByName says whether an expression reads a variable of the program by a text
// that names it, and so through no scope.
func (f *File) ByName(s Span) bool {
	return f.lang != nil && f.lang.globals != "" && strings.HasPrefix(f.Text(s), f.lang.globals)
}

// OfBlock says whether a definition is known in its block only.
func (f *File) OfBlock(d Define) bool {
	return f.lang != nil && f.lang.blocks != nil && f.lang.blocks(f.Text(d.Statement))
}

// always and constants are what the languages with declarations have in common.
func always(string) bool { return true }

var constant = pattern.New(`^(\w+\s+)*const\b`)

func constants(statement string, _ BindingKind) bool { return constant.MatchString(statement) }
