package syntax

import "strings"

// Client says how it shows that the code runs in a browser or an app, where a
// token would be in everybody's hands; "" for a server.
func (f *File) Client() string {
	if f.lang == nil || f.lang.client == nil {
		return ""
	}
	return f.lang.client(f)
}

func (f *File) jsClient() string {
	for _, inv := range f.Invocations() {
		for _, global := range []string{"document.", "window.", "localStorage.", "sessionStorage.", "jQuery.", "$.ajax", "$.get", "$.post", "ReactDOM.", "React.", "react.", "vue.", "hbspt."} {
			if name := strings.TrimSuffix(global, "."); strings.HasPrefix(inv.Path, global) || inv.Path == name {
				return name
			}
		}
	}
	for _, n := range f.tree.Root().Find("identifier") {
		if oneOf(n.Text(), "document", "window", "localStorage", "sessionStorage", "XMLHttpRequest") && f.Binding(span(n)) == nil {
			return n.Text()
		}
	}
	for _, b := range f.bindings {
		if oneOf(b.Module, "react", "react-dom", "vue", "jquery", "@angular/core", "svelte", "react-native", "preact") {
			return b.Module
		}
	}
	return ""
}
