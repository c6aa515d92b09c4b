package syntax

func pyValue(f *File, n node) (Value, bool) {
	switch n.Kind() {
	case "subscript":
		if o, name := pyMember(n); name != "" && f.environ(o, name) {
			return Value{Kind: Env, Name: name}, true
		}
	case "keyword_argument": // of an option of the command line, or a field of the settings
		if name := pyText(n.Field("value")); name != "" && oneOf(n.Field("name").Text(), "envvar", "env_var") {
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

func pyEnviron(n node) (whole bool, copies node) {
	callee, args := n.Field("function"), n.Field("arguments").Kids()
	switch {
	case oneOf(n.Text(), "os.environ", "environ"):
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
