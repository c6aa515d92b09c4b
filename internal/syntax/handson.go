package syntax

import "strings"

// HandedOn is what a file gives others of another module.
type HandedOn struct {
	Module string
	Name   string // there: "*" for all, "" for the module or what it gives without a name
	As     string // here: "*" where all keep their names
}

// Hands says whether files of the language can hand on what others define.
func (f *File) Hands() bool { return f.lang != nil && f.lang.handsOn != nil }

// HandsOn lists what a file gives others of other modules.
func (f *File) HandsOn() []HandedOn {
	if !f.Hands() {
		return nil
	}
	return f.lang.handsOn(f)
}

// ModuleAt is the module that an expression loads in place, "" for none.
func (f *File) ModuleAt(s Span) string {
	if f.lang == nil || f.lang.loads == nil {
		return ""
	}
	return f.lang.loads(f.lang.unwrap(f.at(s)))
}

// pyHandsOn: what a module imports can be imported from it.
func pyHandsOn(f *File) []HandedOn {
	var out []HandedOn
	for _, b := range f.bindings {
		if b.Kind == Import && b.Scope.Start == 0 {
			out = append(out, HandedOn{b.Module, b.Export, b.Name})
		}
	}
	for _, n := range f.tree.Root().Find("import_from_statement") {
		if len(n.Find("wildcard_import")) > 0 {
			out = append(out, HandedOn{n.Field("module_name").Text(), "*", "*"})
		}
	}
	return out
}

// jsHandsOn: export … from, and what is imported and exported.
func jsHandsOn(f *File) []HandedOn {
	var out []HandedOn
	for _, b := range f.bindings {
		if b.Kind != Import {
			continue
		}
		for _, as := range f.ExportedAs(b) {
			out = append(out, HandedOn{b.Module, b.Export, as})
		}
		for _, r := range b.Reads {
			out = append(out, f.handedOnAt(f.at(r), HandedOn{b.Module, b.Export, ""})...)
		}
	}
	f.tree.Root().Walk(func(n node) bool {
		switch {
		case n.Is("export_statement"):
			out = append(out, jsExportsFrom(n)...)
		case n.Is("call_expression"):
			if m := jsLoaded(n); m != "" {
				out = append(out, f.handedOnAt(n, HandedOn{m, "", ""})...)
			}
		}
		return true
	})
	return out
}

// jsExportsFrom reads export … from "module".
func jsExportsFrom(n node) []HandedOn {
	source := n.Field("source")
	if !source.OK() {
		return nil
	}
	module := jsKey(source)
	if ns := n.Find("namespace_export"); len(ns) > 0 {
		return []HandedOn{{module, "", ns[0].Kid(0).Text()}}
	}
	specifiers := n.Find("export_specifier")
	if len(specifiers) == 0 {
		return []HandedOn{{module, "*", "*"}}
	}
	var out []HandedOn
	for _, k := range specifiers {
		h := HandedOn{module, k.Field("name").Text(), k.Field("name").Text()}
		if alias := k.Field("alias"); alias.OK() {
			h.As = alias.Text()
		}
		if h.Name == "default" {
			h.Name = ""
		}
		out = append(out, h)
	}
	return out
}

// handedOnAt is what a place gives others where it stands for a module or for
// something of it: module.exports = x, { ...x }, { name: x }, { name: x.y }, and
// what takes the exports and a module.
func (f *File) handedOnAt(n node, h HandedOn) []HandedOn {
	whole := h.Name == ""
	if p := n.Parent(); whole && p.Is("member_expression") && p.Field("object") == n {
		h.Name, n = p.Field("property").Text(), p
		if h.Name == "default" {
			h.Name = ""
		}
	}
	p := n.Parent()
	switch {
	case isModule(p) && p.Field("right") == n:
		left := p.Field("left").Text()
		if h.As = left[strings.LastIndexByte(left, '.')+1:]; left == "module.exports" {
			h.As = "default"
			if whole && h.Name == "" {
				return []HandedOn{h, {h.Module, "*", "*"}}
			}
		}
		return []HandedOn{h}
	case p.Is("spread_element") && whole && exportedLiteral(p.Parent()):
		return []HandedOn{{h.Module, "*", "*"}}
	case p.Is("arguments") && whole && strings.Contains(p.Text(), "exports"):
		return []HandedOn{{h.Module, "*", "*"}}
	case p.Is("pair") && p.Field("value") == n && exportedLiteral(p.Parent()):
		h.As = jsKey(p.Field("key"))
		return []HandedOn{h}
	case n.Is("shorthand_property_identifier") && exportedLiteral(p):
		h.As = n.Text()
		return []HandedOn{h}
	}
	return nil
}

// exportedLiteral says whether an object is what a module exports.
func exportedLiteral(n node) bool {
	return n.Is("object") && (isModule(n.Parent()) || n.Parent().Is("export_statement"))
}

// jsLoaded is the module of require("x") or import("x").
func jsLoaded(n node) string {
	if !n.Is("call_expression") || !oneOf(n.Field("function").Text(), "require", "import", "__importStar", "__importDefault") {
		return ""
	}
	m := n.Field("arguments").Kid(0)
	if m.Is("call_expression") {
		return jsLoaded(m)
	}
	if !m.Is("string") {
		return ""
	}
	return jsKey(m)
}
