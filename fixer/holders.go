package fixer

import (
	"slices"
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

// optionsIn is the variable that holds a call's options, where edits lie in its
// definition: whoever else uses it would send another request than before.
func (s *source) optionsIn(c *syntax.Call, edits []Edit) *syntax.Binding {
	in := s.file.Container(c.Options)
	if in == nil || in.Binding == nil {
		return nil
	}
	for _, d := range in.Binding.Defs {
		if slices.ContainsFunc(edits, func(e Edit) bool { return d.Statement.Start <= e.Start && e.End <= d.Statement.End }) {
			return in.Binding
		}
	}
	return nil
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

// overSpread says whether a container stands over what the options of a call
// spread, which would be sent instead if it went.
func (s *source) overSpread(c *syntax.Call, in *syntax.Container) bool {
	if c == nil || c.Options.Empty() {
		return false
	}
	opts := s.file.Container(c.Options)
	return opts != nil && opts.Open && opts.Span.Contains(in.Span)
}

// underSpread says whether the options of a call spread something behind a
// container, which may replace it.
func (s *source) underSpread(c *syntax.Call, in *syntax.Container) bool {
	opts := s.file.Container(c.Options)
	return s.overSpread(c, in) && spreading.MatchString(s.file.Text(syntax.Span{Start: in.Span.End, End: opts.Span.End}))
}

// spreading is an entry that stands for others.
var spreading = pattern.New(`(?:\.\.\.|\*\*)[\w({]`)

// authorized is where code writes the header into the headers of a call's
// options, or of the client that sends it; -1 for nowhere.
func (s *source) authorized(c *syntax.Call) int {
	holders := s.holders(c)
	if b := s.file.Binding(c.Result); b != nil && !c.Result.Empty() {
		holders = append(holders, b)
	}
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
	headerOf = pattern.New(`(?i)^\.(?:(?:headers|DefaultRequestHeaders)(?:\.|\[\s*["']|\.Add\(\s*")|setHeader\(\s*["'])([\w-]+)(?:["']\s*\])?\s*(?:=[^=>]|["'],)([^;\n]*)`)
)

// ownHeader says whether a call is given another header of the token's name.
func (s *source) ownHeader(inv *syntax.Invocation) bool {
	for _, m := range headerEntry.FindAllSubmatch(s.text[inv.Arguments.Start:inv.Arguments.End], -1) {
		if strings.EqualFold(string(m[1]), s.pack.Target.Header) && !strings.Contains(strings.ToLower(string(m[2])), strings.ToLower(s.scheme())) {
			return true
		}
	}
	return false
}

// headerEntry is an entry of a literal, with its value.
var headerEntry = pattern.New(`([\w-]+)["']?\s*(?::|=>)([^,;{\n]*)`)

// replaces says why a request, or what is done to every request of an instance,
// would not send the header that the instance adds.
func (s *source) replaces(c *syntax.Call) string {
	own := &request{call: &syntax.Call{Headers: c.Headers, Base: -1}}
	if why := s.migrated(own); why != "" {
		return why
	}
	if c.Role == syntax.Defaults && c.Base < 0 {
		if at := s.headerNamed(c.Options); at >= 0 && !slices.ContainsFunc(c.Headers, func(h syntax.Entry) bool { return h.Span.Contains(syntax.Span{Start: at, End: at}) }) {
			return "the client sets " + s.pack.Target.Header + " itself in line " + itoa(s.lineOf(at))
		}
	}
	if c.Role != syntax.Defaults || c.Base < 0 {
		return ""
	}
	from := max(c.Span.Start, min(c.Slot.At, c.Span.End)) // what an interceptor does behind the header
	text := s.text[from:c.Span.End]
	if at := s.headerNamed(c.Span); at >= 0 {
		return "an interceptor sets " + s.pack.Target.Header + " in line " + itoa(s.lineOf(at))
	}
	for _, m := range setsAll.FindAllSubmatchIndex(text, -1) {
		if !strings.Contains(string(text[m[2]:m[3]]), ".headers") {
			return "headers of the request are assigned in line " + itoa(s.lineOf(from+m[0])) + ", over the header"
		}
	}
	return ""
}

// headerNamed is where code of a span names the header of the token, -1 for
// nowhere.
func (s *source) headerNamed(in syntax.Span) int {
	name := strings.ToLower(s.pack.Target.Header)
	text := strings.ToLower(s.file.Text(in))
	for from := 0; ; {
		i := strings.Index(text[from:], name)
		if i < 0 {
			return -1
		}
		if at := in.Start + from + i; !s.file.InComment(at) {
			return at
		}
		from += i + len(name)
	}
}

// setsAll assigns all headers of a request.
var setsAll = pattern.New(`\.headers\s*=([^=>;\n][^;\n]*)`)

// formats says whether a definition is the format of a request's URL.
func (s *source) formats(r *rewrite, b *syntax.Binding) bool {
	return slices.ContainsFunc(r.requests, func(q request) bool {
		return q.call.URL != nil && slices.ContainsFunc(q.call.URL.Pieces, func(p syntax.Piece) bool {
			return p.Via >= 0 && p.Format != nil && q.call.URL.Via[p.Via] == b
		})
	})
}
