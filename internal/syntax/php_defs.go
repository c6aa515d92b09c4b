package syntax

import "strings"

func phpDefs(n node) []def {
	switch n.Kind() {
	case "assignment_expression", "augmented_assignment_expression":
		return phpAssigned(n)
	case "const_element":
		d := def{at: n.Kid(0), name: n.Kid(0).Text(), value: n.Kid(1), statement: n.Parent(), kind: Constant}
		if n.Parent().Parent().Is("declaration_list", "enum_declaration_list") {
			d.name = this + d.name
		}
		return []def{d}
	case "function_call_expression": // define('NAME', value)
		args := n.Field("arguments")
		if n.Field("function").Text() == "define" && len(args.Kids()) > 1 {
			at := phpUnwrap(args.Kid(0))
			return []def{{name: phpText(at), at: at, value: phpUnwrap(args.Kid(1)), statement: n.Parent(), kind: Constant}}
		}
	case "property_element":
		at := n.Field("name")
		v := n.Field("default_value")
		return []def{{
			name: this + strings.TrimPrefix(at.Text(), "$"), at: at, value: v, statement: n.Parent(), kind: Field, bare: !v.OK(),
			typ: phpType(n.Parent().Field("type")),
		}}
	case "simple_parameter", "variadic_parameter", "property_promotion_parameter":
		at := n.Field("name")
		fn := n.Parent().Parent()
		d := def{name: at.Text(), at: at, statement: fn, kind: Param, typ: phpType(n.Field("type"))}
		if !n.Is("property_promotion_parameter") {
			return []def{d}
		}
		return []def{d, {name: this + strings.TrimPrefix(at.Text(), "$"), at: at, value: at, statement: n, kind: Field, typ: d.typ}}
	case "static_variable_declaration":
		at, v := n.Field("name"), n.Field("value")
		return []def{{name: at.Text(), at: at, value: v, statement: n.Parent(), kind: Variable, bare: !v.OK()}}
	case "foreach_statement":
		return phpLoop(n)
	case "function_definition":
		at := n.Field("name")
		return []def{{name: at.Text(), at: at, statement: n, kind: Function}}
	case "method_declaration":
		at := n.Field("name")
		return []def{{name: this + at.Text() + "()", at: at, value: n, statement: n, kind: Function}}
	case "class_declaration":
		at := n.Field("name")
		return []def{{name: at.Text(), at: at, statement: n, kind: Class}}
	case "namespace_use_clause":
		return phpUse(n)
	}
	return nil
}

func phpType(t node) string {
	if t.Is("optional_type") {
		t = t.Kid(0)
	}
	if t.Is("named_type") {
		return strings.TrimPrefix(t.Text(), `\`)
	}
	return ""
}

func phpAssigned(n node) []def {
	left := n.Field("left")
	d := def{at: left, name: phpName(left), value: n.Field("right"), statement: n, kind: Variable, append: n.Field("operator").Kind() == ".="}
	if p := n.Parent(); p.Is("expression_statement") {
		d.statement = p
	}
	if strings.HasPrefix(d.name, this) {
		d.kind = Field
	}
	if d.name == "" {
		return nil
	}
	return []def{d}
}

func phpLoop(n node) []def {
	var out []def
	for _, k := range n.Kids()[1:] {
		if k.Is("variable_name") {
			out = append(out, def{name: k.Text(), at: k, statement: n, kind: Variable})
		}
		if k.Is("pair") {
			for _, v := range k.Kids() {
				out = append(out, def{name: v.Text(), at: v, statement: n, kind: Variable})
			}
		}
	}
	return out
}

func phpUse(n node) []def {
	full := n.Kid(0)
	at := full
	if full.Is("qualified_name") {
		at = full.Kid(-1)
	}
	if a := n.Field("alias"); a.OK() {
		at = a
	}
	return []def{{name: at.Text(), at: at, statement: n.Parent(), kind: Import, module: strings.TrimPrefix(full.Text(), `\`)}}
}
