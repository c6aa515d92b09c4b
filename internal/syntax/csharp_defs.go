package syntax

import "strings"

func csDefs(n node) []def {
	switch n.Kind() {
	case "variable_declarator":
		return csDeclared(n)
	case "property_declaration":
		at, v := n.Field("name"), n.Field("value")
		if v.Is("arrow_expression_clause") {
			v = v.Kid(0)
		}
		return []def{{name: this + at.Text(), at: at, value: v, statement: n, kind: Field, bare: !v.OK(), typ: csType(n.Field("type"))}}
	case "assignment_expression":
		left := n.Field("left")
		name := csName(left)
		if name == "" || n.Parent().Is("initializer_expression") {
			return nil
		}
		d := def{name: name, at: left, value: n.Field("right"), statement: n.Parent(), kind: Variable, append: n.Field("operator").Kind() == "+=", assign: true}
		if left.Is("identifier") && csFieldOf(n, name) {
			d.name = this + name
		}
		if strings.HasPrefix(d.name, this) {
			d.kind = Field
		}
		return []def{d}
	case "parameter":
		at := n.Field("name")
		fn := n.Up("method_declaration", "constructor_declaration", "local_function_statement", "lambda_expression", "class_declaration", "record_declaration")
		d := def{name: at.Text(), at: at, statement: fn, kind: Param, typ: csType(n.Field("type"))}
		if fn.Is("class_declaration", "record_declaration") { // of a primary constructor
			d.name, d.kind, d.statement = this+d.name, Field, n
		}
		return []def{d}
	case "foreach_statement":
		at := n.Field("left")
		return []def{{name: at.Text(), at: at, statement: n, kind: Variable}}
	case "method_declaration":
		at := n.Field("name")
		return []def{{name: this + at.Text() + "()", at: at, value: n, statement: n, kind: Function}}
	case "constructor_declaration":
		return []def{{name: this + "constructor()", at: n.Field("name"), value: n, statement: n, kind: Function}}
	case "class_declaration":
		at := n.Field("name")
		return []def{{name: at.Text(), at: at, statement: n, kind: Class}}
	}
	return nil
}

// csFieldOf says whether the class around n declares a field of that name, so
// that a bare name on the left of = is the field.
func csFieldOf(n node, name string) bool {
	if strings.HasPrefix(name, "_") {
		return true
	}
	for _, p := range n.Up("method_declaration", "constructor_declaration").Find("variable_declarator", "parameter") {
		if p.Field("name").Text() == name {
			return false
		}
	}
	for _, v := range n.Up("class_declaration").Find("variable_declarator", "property_declaration") {
		if v.Field("name").Text() == name && !v.Up("method_declaration", "constructor_declaration").OK() {
			return true
		}
	}
	return false
}

func csDeclared(n node) []def {
	at, decl := n.Field("name"), n.Parent()
	var v node
	if k := n.Kid(-1); k != at {
		v = k
	}
	d := def{name: at.Text(), at: at, value: v, statement: decl.Parent(), kind: Variable, bare: !v.OK(), typ: csType(decl.Field("type"))}
	if d.statement.Is("field_declaration") {
		d.name, d.kind = this+d.name, Field
	}
	return []def{d}
}

func csType(t node) string {
	if t.Is("nullable_type") {
		t = t.Kid(0)
	}
	if t.Is("identifier", "qualified_name") {
		return t.Text()
	}
	return ""
}
