package syntax

import "strings"

func jsDefs(n node) []def {
	switch n.Kind() {
	case "variable_declarator":
		return jsDeclared(n)
	case "assignment_expression":
		return jsAssigned(n, n.Field("right"), false)
	case "augmented_assignment_expression":
		return jsAssigned(n, n.Field("right"), n.Field("operator").Kind() == "+=")
	case "import_statement":
		return jsImports(n)
	case "function_declaration", "generator_function_declaration", "class_declaration", "abstract_class_declaration":
		kind := Function
		if n.Is("class_declaration", "abstract_class_declaration") {
			kind = Class
		}
		at := n.Field("name")
		ds := []def{{name: at.Text(), at: at, statement: n, kind: kind}}
		return append(ds, jsParams(n)...)
	case "function_expression", "generator_function", "arrow_function":
		return jsParams(n)
	case "export_statement": // export default value
		if v := n.Field("value"); v.OK() {
			for _, k := range n.All() {
				if k.Is("default") {
					return []def{{name: exports + "default", at: k, value: v, statement: n, kind: Constant}}
				}
			}
		}
		return nil
	case "pair": // module.exports = { name: value }
		if at := n.Field("key"); at.Is("property_identifier") && n.Parent().Is("object") && isModule(n.Parent().Parent()) {
			return []def{{name: exports + at.Text(), at: at, value: n.Field("value"), statement: n, kind: Constant}}
		}
		return nil
	case "method_definition":
		at := n.Field("name")
		return append(jsParams(n), def{name: this + at.Text(), at: at, value: n, statement: n, kind: Function})
	case "field_definition", "public_field_definition":
		at := n.Field("property")
		if !at.OK() {
			at = n.Field("name")
		}
		v := n.Field("value")
		return []def{{name: this + at.Text(), at: at, value: v, statement: n, kind: Field, bare: !v.OK(), typ: jsType(n)}}
	case "for_in_statement":
		return jsPattern(n.Field("left"), def{statement: n, kind: Variable})
	}
	return nil
}

// jsType is the name of a written type, for what is known by its type.
func jsType(n node) string {
	t := n.Field("type").Kid(0)
	if t.Is("type_identifier") {
		return t.Text()
	}
	return ""
}

func jsDeclared(n node) []def {
	name, value := n.Field("name"), n.Field("value")
	st := n.Parent()
	d := def{value: value, statement: st, kind: Variable, bare: !value.OK(), typ: jsType(n)}
	if st.Field("kind").Text() == "const" {
		d.kind = Constant
	}
	if st.Is("for_in_statement") {
		d.bare = false
	}
	inner, export := jsUnwrap(value), ""
	if inner.Is("member_expression") { // require("x").y
		export = inner.Field("property").Text()
		inner = jsUnwrap(inner.Field("object"))
	}
	if m := jsLoaded(inner); m != "" {
		d.module, d.kind = m, Import
		if export != "default" {
			d.export = export
		}
	}
	return jsPattern(name, d)
}

// jsPattern gives every name of a pattern the definition d.
func jsPattern(n node, d def) []def {
	switch n.Kind() {
	case "identifier":
		d.name, d.at = n.Text(), n
		return []def{d}
	case "object_pattern", "array_pattern":
		var out []def
		env := d.value.Text() == "process.env"
		d.value = node{}
		for _, k := range n.Kids() {
			e := d
			switch k.Kind() {
			case "shorthand_property_identifier_pattern":
				e.name, e.at = k.Text(), k
			case "object_assignment_pattern":
				e.at = k.Field("left")
				e.name = e.at.Text()
			case "pair_pattern":
				if v := k.Field("value"); v.Is("identifier") {
					e.name, e.at = v.Text(), v
				}
				if e.module != "" && k.Field("key").Text() == "default" {
					out = append(out, e) // the module itself
					continue
				}
				if e.module != "" {
					e.export = k.Field("key").Text()
				}
			default:
				out = append(out, jsPattern(k, d)...)
				continue
			}
			if e.module != "" && e.export == "" {
				e.export = e.name
			}
			if env {
				e.value = e.at
				if k.Is("pair_pattern") {
					e.value = k.Field("key")
				}
			}
			if e.at.OK() {
				out = append(out, e)
			}
		}
		return out
	case "assignment_pattern":
		d.value = node{}
		return jsPattern(n.Field("left"), d)
	case "rest_pattern":
		d.value = node{}
		return jsPattern(n.Kid(0), d)
	}
	return nil
}

func jsAssigned(n, value node, add bool) []def {
	left := n.Field("left")
	st := n.Parent()
	if !st.Is("expression_statement") {
		st = n
	}
	if name := jsName(left); name != "" {
		kind := Variable
		switch {
		case strings.HasPrefix(name, exports):
			return []def{{name: name, at: left, value: value, statement: st, kind: Constant}}
		case left.Is("member_expression"):
			kind = Field
		}
		return []def{{name: name, at: left, value: value, statement: st, kind: kind, append: add, assign: true}}
	}
	return jsPattern(left, def{statement: st, kind: Variable, assign: true})
}

func jsParams(fn node) []def {
	d := def{statement: fn, kind: Param}
	if p := fn.Field("parameter"); p.OK() {
		return jsPattern(p, d)
	}
	var out []def
	for _, p := range fn.Field("parameters").Kids() {
		if !p.Is("required_parameter", "optional_parameter") {
			out = append(out, jsPattern(p, d)...)
			continue
		}
		e := d
		e.typ = jsType(p)
		at := p.Field("pattern")
		out = append(out, jsPattern(at, e)...)
		if len(p.Find("accessibility_modifier", "readonly")) > 0 { // a field, too
			out = append(out, def{name: this + at.Text(), at: at, value: at, statement: p, kind: Field, typ: e.typ})
		}
	}
	return out
}

func jsImports(n node) []def {
	module := jsKey(n.Field("source"))
	var out []def
	add := func(at node, export string) {
		out = append(out, def{name: at.Text(), at: at, statement: n, kind: Import, module: module, export: export})
	}
	for _, c := range n.Find("import_clause", "namespace_import", "import_specifier", "import_require_clause") {
		switch c.Kind() {
		case "import_clause":
			if k := c.Kid(0); k.Is("identifier") {
				add(k, "")
			}
		case "namespace_import":
			add(c.Kid(0), "")
		case "import_specifier":
			name, alias := c.Field("name"), c.Field("alias")
			export := name.Text()
			if export == "default" {
				export = ""
			}
			if alias.OK() {
				name = alias
			}
			add(name, export)
		case "import_require_clause": // import x = require("y")
			if m := c.Field("source"); m.OK() {
				module = jsKey(m)
			}
			add(c.Kid(0), "")
		}
	}
	return out
}
