package syntax

import "strings"

// recastGo makes a request before the statement of a call that takes nothing
// but a URL, with a check of its error like the one behind the call.
func (f *File) recastGo(c *Call, inv *Invocation, name, value string) Recast {
	at, why := f.hoist(c, inv)
	head := f.goPackage("net/http")
	switch {
	case !oneOf(inv.Name, "Get", "Head", "Post") || len(inv.Args) != 1 && inv.Name != "Post" || inv.Name == "Post" && len(inv.Args) != 3 || head == "":
		return Recast{Why: "the call takes no headers"}
	case why != "":
		return Recast{Why: "the call takes no headers, and stands where no request can be made before it"}
	}
	check, define, why := f.goCheck(inv)
	if why != "" {
		return Recast{Why: why}
	}
	client := f.Text(f.span(f.receiver(inv)))
	if client == head {
		client = head + ".DefaultClient"
	}
	indent, eol := f.Indent(at), f.EOL()
	req := f.fresh("req", at)
	r := Recast{Moved: inv.Args[0].Value, Instead: req, At: at, Edits: []Edit{{inv.Callee, client + ".Do"}}}
	body := "nil"
	if inv.Name == "Post" {
		body = f.Text(inv.Args[2].Value)
		r.Edits = append(r.Edits, Edit{Span{inv.Args[0].Value.End, inv.Args[2].Span.End}, ""})
	}
	if strings.HasPrefix(define, "=") {
		r.Before = "var " + req + " *" + head + ".Request" + eol + indent
	}
	r.Before += req + ", " + check.err + " " + define + " " + head + ".NewRequest(" + head + ".Method" + inv.Name + ", …, " + body + ")" + eol + indent
	if check.text != "" {
		r.Before += check.text + eol + indent
	} else {
		r.Unless = "the error of the request is not checked: a URL that does not parse would end the program"
	}
	if inv.Name == "Post" {
		r.Before += req + `.Header.Set("Content-Type", ` + f.Text(inv.Args[1].Value) + ")" + eol + indent
	}
	r.Before += req + ".Header.Set(" + f.lang.idiom.quote(name) + ", " + value + ")" + eol + indent
	return r
}

// goPackage is the name by which the file knows a package.
func (f *File) goPackage(module string) string {
	for _, b := range f.bindings {
		if b.Kind == Import && b.Module == module && b.Name != "_" && b.Name != "." {
			return b.Name
		}
	}
	return ""
}

// goCheck is how the error of a call is named and checked, which can be
// repeated for another, and how both are assigned.
func (f *File) goCheck(inv *Invocation) (check struct{ err, text string }, define, why string) {
	st := inv.node.Up(f.lang.statements...)
	if st.Is("return_statement") && len(st.Kids()) == 1 && f.lang.unwrap(st.Kid(0).Kid(0)) == inv.node && len(st.Kid(0).Kids()) == 1 {
		// The function returns what the call does: a response and an error.
		in := f.EOL() + f.Indent(st.Start())
		check.err, check.text = "err", "if err != nil {"+in+"\treturn nil, err"+in+"}"
		return check, ":=", ""
	}
	left := st.Field("left").Kids()
	if !st.Is("short_var_declaration", "assignment_statement") || len(left) != 2 || f.lang.unwrap(st.Field("right").Kid(0)) != inv.node {
		return check, "", "the call takes no headers, and stands where no request can be made before it"
	}
	define, check.err = st.Field("operator").Text(), left[1].Text()
	if st.Is("short_var_declaration") {
		define = ":="
	}
	if check.err == "_" {
		return check, define, ""
	}
	after := f.lang.after(st)
	switch {
	case after == st || !after.Is("if_statement") || !oneOf(after.Field("condition").Text(), check.err+" != nil"):
		return check, "", "the call takes no headers, and its error is not checked right behind it"
	case strings.Contains(after.Text(), left[0].Text()+"."):
		return check, "", "the call takes no headers, and the check of its error uses its result"
	}
	check.text = after.Text()
	return check, define, ""
}
