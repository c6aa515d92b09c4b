package syntax

import "strings"

func pyValue(f *File, n node) (Value, bool) {
	switch n.Kind() {
	case "subscript":
		if o, name := pyMember(n); name != "" && f.environ(o, name) {
			return Value{Kind: Env, Name: name}, true
		}
	case "keyword_argument": // of an option of the command line, or a field of the settings
		named := oneOf(n.Field("name").Text(), "envvar", "env_var") || n.Field("name").Text() == "env" && n.Parent().Parent().Field("function").Text() == "Field"
		if name := pyText(n.Field("value")); name != "" && named {
			return Value{Kind: Env, Name: name}, true
		}
	case "boolean_operator":
		if n.Field("operator").Kind() == "or" {
			if v := f.value(n.Field("left")); v.Kind == Env || v.Kind == Config || v.Kind == Parameter {
				d := f.value(n.Field("right"))
				v.Default = &d
				return v, true
			}
		}
	case "call":
		callee, args := n.Field("function").Text(), n.Field("arguments").Kids()
		if len(args) == 0 || pyText(args[0]) == "" {
			return Value{}, false
		}
		v := Value{Name: pyText(args[0])}
		obj, last := pyMember(n.Field("function"))
		switch {
		case oneOf(callee, "os.getenv", "getenv"), oneOf(last, "get", "pop") && f.environ(obj, v.Name):
			v.Kind = Env
		case f.pyReader(n, v.Name):
			v.Kind = Env
		case oneOf(callee, "config", "env", "env.str", "decouple.config", "config.get", "app.config.get", "settings.get"):
			v.Kind = Config
		default:
			return Value{}, false
		}
		if len(args) > 1 {
			a := args[1]
			if a.Is("keyword_argument") {
				a = a.Field("value")
			}
			d := f.value(a)
			v.Default = &d
		}
		return v, true
	}
	return Value{}, false
}

// pyReader says whether a call is one of those of django-environ, environs,
// decouple and starlette that read an environment variable.
func (f *File) pyReader(call node, name string) bool {
	callee := call.Field("function")
	root, method := callee, ""
	if o, m := pyMember(callee); o.OK() {
		root, method = o, m
	}
	if !root.Is("identifier") || !oneOf(method, "", "str", "get_value", "config") {
		return false
	}
	b := f.lookup(root.Text(), root)
	if b == nil {
		return false
	}
	if b.Kind == Import {
		return oneOf(b.Module, "decouple", "starlette.config") || b.Module == "environs" && b.Export == "env" ||
			oneOf(root.Text(), "env", "config") && strings.ToUpper(name) == name
	}
	d, ok := b.only()
	made := d.value.Field("function").Text()
	return ok && oneOf(made, "environ.Env", "Env", "environs.Env", "Config", "AutoConfig", "decouple.AutoConfig", "starlette.config.Config")
}

func pyEnviron(n node) (whole bool, copies node) {
	callee, args := n.Field("function"), n.Field("arguments").Kids()
	switch {
	case oneOf(n.Text(), "os.environ", "environ"), n.Is("call") && oneOf(callee.Text(), "dotenv_values", "dotenv.dotenv_values"):
		return true, node{}
	case n.Is("call") && callee.Text() == "dict" && len(args) == 1:
		copies = args[0]
	case n.Is("call") && callee.Is("attribute") && callee.Field("attribute").Text() == "copy" && len(args) == 0:
		copies = callee.Field("object")
	case n.Is("call") && oneOf(callee.Text(), "copy.copy", "copy.deepcopy", "deepcopy") && len(args) == 1:
		copies = args[0]
	case n.Is("dictionary"):
		for _, k := range n.Kids() {
			if k.Is("dictionary_splat") {
				copies = k.Kid(0)
			}
		}
	}
	if copies.Is("dictionary_splat") {
		copies = copies.Kid(0)
	}
	return false, copies
}

func pyMerge(n node) ([]node, bool) {
	fn := n.Field("function")
	switch {
	case n.Is("binary_operator") && n.Field("operator").Text() == "|":
		return []node{n.Field("left"), n.Field("right")}, true
	case n.Is("call") && fn.Is("attribute") && fn.Field("attribute").Text() == "copy":
		return []node{fn.Field("object")}, true
	case n.Is("call") && fn.Text() == "dict":
		var out []node
		for _, a := range n.Field("arguments").Kids() {
			if a.Is("dictionary_splat") {
				a = a.Kid(0)
			}
			if !a.Is("keyword_argument") {
				out = append(out, a)
			}
		}
		return out, true
	}
	return nil, false
}

// pyFieldEnv reads the settings of pydantic: a field of a class that is made from
// BaseSettings, with the prefix that the class gives.
func pyFieldEnv(f *File, field *Binding) string {
	class := f.at(field.Scope)
	if !strings.Contains(class.Field("superclasses").Text(), "BaseSettings") {
		return ""
	}
	prefix := ""
	for _, d := range class.Find("assignment", "keyword_argument") {
		left := d.Field("left")
		if !left.OK() {
			left = d.Field("name")
		}
		if v := d.Field("right"); left.Text() == "env_prefix" {
			if !v.OK() {
				v = d.Field("value")
			}
			prefix = pyText(v)
		}
	}
	return strings.ToUpper(prefix + field.Plain())
}
