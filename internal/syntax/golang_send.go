package syntax

import (
	"strconv"
	"strings"
)

// recastGo makes a request before the statement of a call that takes nothing
// but a URL, with a check of its error like the one behind the call.
func (f *File) recastGo(c *Call, inv *Invocation, h headerText) Recast {
	at, why := f.hoist(c, inv)
	head := f.goPackage("net/http")
	switch {
	case head == "" || len(inv.Args) != map[string]int{"Get": 1, "Head": 1, "Post": 3, "PostForm": 2}[inv.Name]:
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
	req := f.fresh(f.goNumbered("req", c), at)
	r := Recast{Moved: inv.Args[0].Value, Instead: req, At: at, Edits: []Edit{{inv.Callee, client + ".Do"}}}
	body, method, content := "nil", inv.Name, ""
	switch inv.Name {
	case "PostForm":
		name := f.goPackage("strings")
		if name == "" {
			name = "strings"
			if e, ok := f.Import(name); ok {
				r.Edits = append(r.Edits, e)
			}
		}
		body, method, content = name+".NewReader("+f.Text(inv.Args[1].Value)+".Encode())", "Post", `"application/x-www-form-urlencoded"`
		r.Edits = append(r.Edits, Edit{Span{inv.Args[0].Value.End, inv.Args[1].Span.End}, ""})
	case "Post":
		content = f.Text(inv.Args[1].Value)
		body = f.Text(inv.Args[2].Value)
		r.Edits = append(r.Edits, Edit{Span{inv.Args[0].Value.End, inv.Args[2].Span.End}, ""})
	}
	if st := inv.node.Up(f.lang.statements...); st.Is("short_var_declaration") && st.Field("left").Kid(0).Text() == "_" {
		r.Edits = append(r.Edits, f.goAssign(st)...) // the request declares the error
	}
	if strings.HasPrefix(define, "=") {
		r.Before = "var " + req + " *" + head + ".Request" + eol + indent
	}
	r.Before += req + ", " + check.err + " " + define + " " + head + ".NewRequest(" + head + ".Method" + method + ", …, " + body + ")" + eol + indent
	if check.text != "" {
		r.Before += check.text + eol + indent
	} else {
		r.Unless = "the error of the request is not checked: a URL that does not parse would end the program"
	}
	if content != "" {
		r.Before += req + `.Header.Set("Content-Type", ` + content + ")" + eol + indent
	}
	r.Before += req + ".Header.Set(" + f.lang.idiom.quote(h.name) + ", " + h.value(f) + ")" + eol + indent
	return r
}

// goNumbered is a name for the request of a call that none of the calls before
// it, which may move too, declares in a block around it.
func (f *File) goNumbered(name string, c *Call) string {
	at, n := f.at(c.Span), 1
	for i := range f.calls {
		o := &f.calls[i]
		block := f.at(o.Span).Up(f.lang.statements...).Parent()
		if o.Slot.Recast && o.Span.Start < c.Span.Start && f.scope(f.at(o.Span)) == f.scope(at) && block.Contains(at) {
			n++
		}
	}
	if n == 1 {
		return name
	}
	return name + strconv.Itoa(n)
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
	after, _ := f.lang.after(st)
	next := st.Next()
	for next.OK() && !next.Named() {
		next = next.Next()
	}
	switch {
	case next.Is("return_statement"):
		if check.text = f.goReturn(next, left[0], check.err); check.text == "" {
			return check, "", "the call takes no headers, and its error is not checked right behind it"
		}
		return check, define, ""
	case after == st || !after.Is("if_statement") || !oneOf(after.Field("condition").Text(), check.err+" != nil"):
		return check, "", "the call takes no headers, and its error is not checked right behind it"
	case strings.Contains(after.Text(), left[0].Text()+"."):
		return check, "", "the call takes no headers, and the check of its error uses its result"
	}
	check.text = after.Text()
	return check, define, ""
}

// goReturn is the check of an error that the next statement returns; "" where
// it returns something else, too, that is not known before the request.
func (f *File) goReturn(ret, response node, err string) string {
	values := ret.Kid(0).Kids()
	if len(values) == 0 || values[len(values)-1].Text() != err {
		return ""
	}
	var out []string
	for _, v := range values[:len(values)-1] {
		switch {
		case v.Text() == response.Text():
			out = append(out, "nil")
		case v.Is("nil", "true", "false", "int_literal", "interpreted_string_literal"):
			out = append(out, v.Text())
		default:
			return ""
		}
	}
	in := f.EOL() + f.Indent(ret.Start())
	return "if " + err + " != nil {" + in + "\treturn " + strings.Join(append(out, err), ", ") + in + "}"
}

// goAssign makes an assignment of a declaration.
func (f *File) goAssign(st node) []Edit {
	for _, k := range st.All() {
		if k.Text() == ":=" {
			return []Edit{{span(k), "="}}
		}
	}
	return nil
}
