package fixer

import (
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax"
)

// holders are the variables through which code reaches what a call is made
// with: its options, and the instance whose defaults they are.
func (s *source) holders(c *syntax.Call) []*syntax.Binding {
	var out []*syntax.Binding
	if in := s.file.Container(c.Options); in != nil && in.Binding != nil {
		out = append(out, in.Binding)
	}
	if b := s.file.Binding(c.Result); b != nil && !c.Result.Empty() && c.Role == syntax.Defaults {
		out = append(out, b)
	}
	return out
}

// filledLater says whether code reaches a container by the option that holds
// it, so that it has to stay, if empty.
func (s *source) filledLater(c *syntax.Call, in *syntax.Container) bool {
	if c == nil {
		return false
	}
	name := ""
	if opts := s.file.Container(c.Options); opts != nil {
		for _, e := range opts.Entries {
			if e.Value == in.Span {
				name = e.Name
			}
		}
	}
	if name == "" {
		return false
	}
	for _, b := range s.holders(c) {
		for _, r := range b.Reads {
			if m := optionOf.FindSubmatch(s.text[r.End:]); m != nil && string(m[1]) == name {
				return true
			}
		}
	}
	return false
}

// authorized is where code writes the header into the headers of a call's
// options, or of the client that sends it; -1 for nowhere.
func (s *source) authorized(c *syntax.Call) int {
	holders := s.holders(c)
	if inv := s.file.InvocationAt(c.Span); inv != nil {
		root := firstName.FindString(s.file.Text(inv.Callee))
		if b := s.file.Binding(syntax.Span{Start: inv.Callee.Start, End: inv.Callee.Start + len(root)}); root != "" && b != nil {
			holders = append(holders, b)
		}
	}
	for _, b := range holders {
		for _, r := range b.Reads {
			m := headerOf.FindSubmatch(s.text[r.End:])
			if m != nil && strings.EqualFold(string(m[1]), s.pack.Target.Header) && !strings.Contains(strings.ToLower(string(m[2])), strings.ToLower(s.scheme())) {
				return r.Start
			}
		}
	}
	return -1
}

var (
	// optionOf reads an option of an object, or of the defaults of an instance.
	optionOf = pattern.New(`^(?:\.defaults)?(?:\??\.|\[\s*["'])(\w+)`)
	// headerOf writes one of the headers of an object, with what is written.
	headerOf = pattern.New(`(?i)^\.(?:headers|DefaultRequestHeaders)(?:\.|\[\s*["']|\.Add\(\s*")([\w-]+)(?:["']\s*\])?\s*(?:=[^=>]|",)([^;\n]*)`)
)
