package fixer

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// clientPart works out the fix of an SDK construct: its option or method gets
// the new name, as the pack says, and the key its new source.
func (s *source) clientPart(f *scanner.Finding) (*part, string) {
	cl := f.Construct
	if cl == nil || len(cl.Rename) == 0 && cl.Option == "" {
		return nil, "no rewriter for this construct"
	}
	if s.client != "" {
		return nil, s.client
	}
	if c := f.Call; c != nil && c.Credential != nil && s.pack.KeepName(rules.WordName(c.Credential.Name)) {
		return nil, "the key has the name of a developer key (" + c.Credential.Name + ")"
	}
	at := syntax.Span(f.Span)
	if s.file.Broken(at) {
		return nil, "the source breaks the grammar around the construct"
	}
	if why := s.ownClass(at); why != "" {
		return nil, why
	}
	if s.givenToken(at, cl.Rename) {
		return nil, "the client is given a token too: delete the key"
	}
	if testFile.MatchString(s.path) && s.pinned(syntax.Span(f.Value)) {
		return nil, "a test of the old form"
	}
	if line := s.keepsKey(at); line > 0 {
		return nil, "a method that needs the developer key is called on this client (line " + itoa(line) + ")"
	}
	p := &part{source: s, finding: f, client: cl, title: "Give the client an access token"}
	edits, why := renameIn(s, at, cl.Rename)
	if cl.Option != "" {
		edits, why = s.withOption(at, cl.Option)
	}
	if why != "" {
		return nil, why
	}
	p.rw = &rewrite{finding: f, edits: edits, value: syntax.Span(f.Value)}
	if p.rw.value.Empty() {
		return p, ""
	}
	p.supply, why = s.supply(p.rw)
	return p, why
}

// ownClass says where a client is defined that is no SDK: in the file, or in
// another of the repository.
func (s *source) ownClass(at syntax.Span) string {
	inv := s.file.InvocationAt(at)
	if inv == nil || !inv.New {
		return ""
	}
	root := firstName.FindString(s.file.Text(inv.Callee))
	b := s.file.Binding(syntax.Span{Start: inv.Callee.Start, End: inv.Callee.Start + len(root)})
	switch {
	case root == "" || b == nil:
		return ""
	case b.Kind == syntax.Class:
		return "\"" + root + "\" is a class of the file" + staysOwn
	case b.Kind == syntax.Import && strings.HasPrefix(b.Module, ".") && !itself.MatchString(b.Module):
		return "\"" + root + "\" is defined in " + b.Module + staysOwn
	}
	return ""
}

// staysOwn ends the reasons against the options of a client that is no SDK.
const staysOwn = ": the option stays what it is called there"

// itself is the package in which a file stands.
var itself = pattern.New(`^[./]*(?:(?:lib|src|dist|build|index|main)(?:/index|/main)?(?:\.\w+)?)?$`)

// givenToken says whether the client that is made around a span gets the new
// option beside the old one.
func (s *source) givenToken(at syntax.Span, names map[string]string) bool {
	inv := s.file.InvocationAt(at)
	if inv == nil || !inv.Span.Contains(at) {
		return false
	}
	text := string(s.text[inv.Span.Start:at.Start]) + "\n" + string(s.text[at.End:inv.Span.End])
	for _, to := range names {
		if regexp.MustCompile(`\b` + regexp.QuoteMeta(strings.Trim(to, ":")) + `\b`).MatchString(text) {
			return true
		}
	}
	return false
}

var testFile = pattern.New(`(?i)(^|/)(tests?|specs?|__tests__)/|[._-](test|spec)\.\w+$|(^|/)test_[^/]*$`)

// pinned says whether a value is a made-up literal that others read too: what a
// test expects to find again.
func (s *source) pinned(value syntax.Span) bool {
	v := s.file.ValueAt(value)
	return !value.Empty() && v.Kind == syntax.Literal && len(v.Via) > 0 && len(v.Via[len(v.Via)-1].Reads) > 1
}

// keepsKey gives the line of a method that needs the developer key and is called
// on the client that is made at a span, 0 for none. Where the client has no
// name, every such method of the file counts.
func (s *source) keepsKey(at syntax.Span) int {
	var client *syntax.Binding
	for _, b := range s.file.Bindings() {
		for _, d := range b.Defs {
			if d.Value.Contains(at) && b.Kind != syntax.Function && b.Kind != syntax.Class {
				client = b
			}
		}
	}
	if client != nil {
		for _, read := range client.Reads {
			if st := s.file.Statement(read); s.pack.KeepMethod(s.file.Text(st)) || s.keepsPath(st) {
				return s.lineOf(read.Start)
			}
		}
		return 0
	}
	for _, inv := range s.file.Invocations() {
		if callee := s.file.Text(inv.Callee); !strings.Contains(callee, "::") && s.pack.KeepMethod(callee) {
			return s.lineOf(inv.Span.Start)
		}
	}
	return 0
}

// keepsPath says whether a text of a statement is the path of an endpoint that
// needs the developer key.
func (s *source) keepsPath(st syntax.Span) bool {
	return slices.ContainsFunc(s.file.Strings(), func(str syntax.Span) bool {
		if !st.Contains(str) {
			return false
		}
		path := s.written(s.file.TextAt(str), nil)
		if !strings.HasPrefix(path, "/") && !strings.Contains(path, "://") {
			return false
		}
		_, path = parseURL(path)
		return s.pack.EndpointOf("", path) == rules.KeepEndpoint
	})
}

// renameIn replaces the old name by the new one, where it stands as a word of
// its own. A short form { apiKey } becomes { accessToken: apiKey }.
func renameIn(s *source, span syntax.Span, names map[string]string) ([]Edit, string) {
	text := string(s.text[span.Start:span.End])
	olds := slices.SortedFunc(maps.Keys(names), func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	at, old := -1, ""
	for _, name := range olds { // the first in the text: the value may hold another
		if i := strings.Index(text, name); i >= 0 && (at < 0 || i < at) {
			at, old = i, name
		}
	}
	if at < 0 {
		return nil, "the construct does not hold the name that has to change"
	}
	at += span.Start
	if text == old && shorthand(s, at, old) {
		return []Edit{{Path: s.path, Start: at, End: at, New: names[old] + ": "}}, ""
	}
	return []Edit{{Path: s.path, Start: at, End: at + len(old), New: names[old]}}, ""
}

// withOption adds an option next to one that stays, unless the construct names it.
func (s *source) withOption(at syntax.Span, option string) ([]Edit, string) {
	inv := s.file.InvocationAt(at)
	name := optionName.FindString(option)
	if inv == nil || !inv.Arguments.Contains(at) || name == "" {
		return nil, "the construct is not a call in view"
	}
	if strings.Contains(strings.ToLower(s.file.Text(inv.Arguments)), strings.TrimRight(strings.ToLower(name), "0123456789")) {
		return nil, "the construct says itself what kind of credential it is given"
	}
	for _, c := range s.file.Containers() {
		for _, e := range c.Entries {
			if e.Span.Contains(at) && inv.Arguments.Contains(c.Span) {
				sep := ", "
				if line := s.file.Line(e.Span); line != e.Span || strings.HasSuffix(string(s.text[:e.Span.Start]), "\n"+s.file.Indent(e.Span.Start)) {
					sep = "," + s.file.EOL() + s.file.Indent(e.Span.Start)
				}
				return []Edit{{Path: s.path, Start: e.Span.End, End: e.Span.End, New: sep + option}}, ""
			}
		}
	}
	return nil, "the construct takes no options in view"
}

var optionName = pattern.New(`\w+`)

func shorthand(s *source, at int, name string) bool {
	rest := strings.TrimLeft(string(s.text[at+len(name):]), " \t\r\n")
	return s.file.Shorthand() && len(rest) > 0 && (rest[0] == ',' || rest[0] == '}')
}
