package syntax

func pyDefs(n node) []def {
	switch n.Kind() {
	case "assignment":
		v := n.Field("right")
		return pyTarget(n, n.Field("left"), def{value: v, bare: !v.OK(), typ: pyType(n.Field("type"))})
	case "augmented_assignment":
		return pyTarget(n, n.Field("left"), def{value: n.Field("right"), append: n.Field("operator").Kind() == "+="})
	case "named_expression":
		at := n.Field("name")
		return []def{{name: at.Text(), at: at, value: n.Field("value"), statement: n, kind: Variable}}
	case "as_pattern": // with x as y
		at := n.Find("as_pattern_target")
		if len(at) == 0 || !at[0].Kid(0).Is("identifier") {
			return nil
		}
		id := at[0].Kid(0)
		return []def{{name: id.Text(), at: id, value: n.Kid(0), statement: n, kind: Variable}}
	case "for_statement":
		return pyTarget(n, n.Field("left"), def{})
	case "function_definition":
		return pyFunction(n)
	case "lambda":
		return pyParams(n)
	case "class_definition":
		at := n.Field("name")
		return []def{{name: at.Text(), at: at, statement: n, kind: Class}}
	case "import_statement", "import_from_statement":
		return pyImports(n)
	}
	return nil
}

func pyType(t node) string {
	if k := t.Kid(0); k.Is("identifier", "attribute") {
		return k.Text()
	}
	return ""
}

// inClassBody says whether a statement stands directly in a class.
func inClassBody(st node) bool {
	p := st.Parent()
	if p.Is("decorated_definition") {
		p = p.Parent()
	}
	return p.Is("block") && p.Parent().Is("class_definition")
}

func pyTarget(n, left node, d def) []def {
	d.statement = n
	if p := n.Parent(); p.Is("expression_statement") {
		d.statement = p
	}
	switch left.Kind() {
	case "identifier":
		d.name, d.at, d.assign = left.Text(), left, pyOuter(n, left.Text())
		if inClassBody(d.statement) {
			d.name, d.kind = this+d.name, Field
		}
		return []def{d}
	case "attribute":
		d.name, d.at, d.kind = pyName(left), left, Field
		return []def{d}
	case "pattern_list", "tuple_pattern":
		var out []def
		right := d.value.Kids()
		for i, k := range left.Kids() {
			e := d
			e.value = node{}
			if d.value.Is("expression_list", "tuple") && len(right) == len(left.Kids()) {
				e.value = right[i]
			}
			out = append(out, pyTarget(n, k, e)...)
		}
		return out
	}
	return nil
}

// pyOuter says whether a function declares a name global or nonlocal.
func pyOuter(n node, name string) bool {
	for _, g := range n.Up("function_definition").Find("global_statement", "nonlocal_statement") {
		for _, k := range g.Kids() {
			if k.Text() == name {
				return true
			}
		}
	}
	return false
}

func pyFunction(n node) []def {
	at := n.Field("name")
	d := def{name: at.Text(), at: at, statement: n, kind: Function, value: n}
	if inClassBody(n) {
		d.name = this + d.name
	}
	return append(pyParams(n), d)
}

func pyParams(fn node) []def {
	var out []def
	for _, p := range fn.Field("parameters").Kids() {
		d := def{statement: fn, kind: Param, typ: pyType(p.Field("type"))}
		d.at = p
		if n := p.Field("name"); n.OK() {
			d.at = n
		} else if !p.Is("identifier") {
			d.at = p.Kid(0)
		}
		if d.at.Is("identifier") {
			d.name = d.at.Text()
			out = append(out, d)
		}
	}
	return out
}

func pyImports(n node) []def {
	module := n.Field("module_name").Text()
	var out []def
	for _, k := range n.Kids() {
		if k.FieldName() == "module_name" {
			continue
		}
		name, at := k.Text(), k
		if k.Is("aliased_import") {
			name, at = k.Field("name").Text(), k.Field("alias")
		}
		d := def{name: at.Text(), at: at, statement: n, kind: Import, module: module, export: name}
		if module == "" { // import a.b binds a, import a.b as c binds a.b
			d.module, d.export = name, ""
			if at == k {
				if head := k.Kid(0); len(k.Kids()) > 1 {
					d.name, d.at, d.module = head.Text(), head, head.Text()
				}
			}
		}
		out = append(out, d)
	}
	return out
}
