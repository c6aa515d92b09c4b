package syntax

import "strings"

// Import is the edit that imports a module which ReadEnv asks for. It is empty
// where the module is imported already, and ok is false where the reader does
// not know how the language imports.
func (f *File) Import(module string) (e Edit, ok bool) {
	if module == "" {
		return Edit{}, true
	}
	for _, b := range f.bindings {
		if b.Kind == Import && b.Module == module && b.Export == "" && b.Name == module {
			return Edit{}, true
		}
	}
	if f.lang.importing == nil {
		return Edit{}, false
	}
	return f.lang.importing(f, module), true
}

// ImportLine is a line that imports a module, "" where the reader does not know
// how the language imports.
func (f *File) ImportLine(module string) string {
	if f.lang.idiom.imports == nil {
		return ""
	}
	return f.lang.idiom.imports(module)
}

func insert(at int, text string) Edit { return Edit{Span{at, at}, text} }

// pyImport goes behind the imports at the top, else before the first statement
// that is no docstring.
func (f *File) pyImport(module string) Edit {
	line := "import " + module
	var last, first node
	for _, k := range f.tree.Root().Kids() {
		switch {
		case k.Is("import_statement", "import_from_statement", "future_import_statement"):
			last = k
		case k.Is("expression_statement") && k.Kid(0).Is("string") && !first.OK() && !last.OK():
			last = k // the docstring
		case !first.OK():
			first = k
		}
		if first.OK() && (last.OK() || !k.Is("expression_statement")) {
			break
		}
	}
	if last.OK() {
		return insert(last.End(), f.EOL()+line)
	}
	return insert(first.Start(), line+f.EOL())
}

// goImport goes before the first path that sorts behind it in the first block.
func (f *File) goImport(module string) Edit {
	decls := f.tree.Root().Find("import_declaration")
	if len(decls) == 0 {
		at := f.tree.Root().Find("package_clause")
		if len(at) == 0 {
			return Edit{}
		}
		return insert(at[0].End(), f.EOL()+f.EOL()+`import "`+module+`"`)
	}
	list := decls[0].Kid(0)
	if !list.Is("import_spec_list") {
		return insert(decls[0].End(), f.EOL()+`import "`+module+`"`)
	}
	var prev node
	for _, s := range list.Kids() {
		p := goText(s.Field("path"))
		if p > module || strings.Contains(strings.Split(p, "/")[0], ".") {
			break
		}
		prev = s
	}
	if prev.OK() {
		return insert(prev.End(), f.EOL()+"\t\""+module+"\"")
	}
	return insert(list.Start()+1, f.EOL()+"\t\""+module+"\"")
}
