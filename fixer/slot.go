package fixer

import (
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax"
)

// slot is the place of the header of one request. Headers or options that a
// variable holds are changed there only if this request alone uses them and the
// key is known by then; else the header goes into the call, where it is also
// the last write.
func (s *source) slot(r *rewrite, c *syntax.Call) syntax.Slot {
	sl := c.Slot
	whole := sl.Form == syntax.Pair || sl.Form == syntax.Line
	if whole && len(c.More) == 0 && (sl.Kind == syntax.InStatement || sl.Kind == syntax.InChain) && c.HeadersIn == nil && !c.HeadersValue.Empty() {
		// What sets all headers would write over one that is set before.
		return s.file.AtCall(c)
	}
	if sl.Kind != syntax.InEntry && sl.Kind != syntax.InOption || c.Span.Contains(syntax.Span{Start: sl.At, End: sl.End}) {
		return sl
	}
	b := s.holder(c, sl.At)
	if b == nil {
		return sl
	}
	why := ""
	switch {
	case s.constant(b):
		why = "only constants may stand where its headers are made"
	case len(b.Defs) != 1:
		why = "the variable that holds its headers is assigned again"
	case !s.readOnlyBy(r, c, b):
		why = "the variable that holds its headers is used by others too"
	case s.abroad != nil && s.abroad(b):
		why = "the variable that holds its headers is used by other files too"
	case !s.usableAt(r.value, sl.At):
		why = "the key is not known yet where its headers are made"
	default:
		return sl
	}
	if at := s.file.AtCall(c); at.Kind != syntax.NoSlot {
		return at
	}
	return syntax.Slot{Why: why}
}

// holder is the variable in whose definition an offset lies.
func (s *source) holder(c *syntax.Call, at int) *syntax.Binding {
	for _, in := range []*syntax.Container{c.HeadersIn, s.file.Container(c.Options)} {
		if in != nil && in.Binding != nil && in.Span.Start <= at && at <= in.Span.End {
			return in.Binding
		}
	}
	return nil
}

// readOnlyBy says whether nobody but the call uses a variable.
func (s *source) readOnlyBy(r *rewrite, c *syntax.Call, b *syntax.Binding) bool {
	entries := slices.Concat(c.Headers, c.Params)
	if in := s.file.Container(c.Options); in != nil {
		entries = append(entries, in.Entries...)
	}
	for _, read := range b.Reads {
		if !c.Span.Contains(read) && !slices.ContainsFunc(entries, func(e syntax.Entry) bool { return e.Span.Contains(read) }) {
			return false
		}
	}
	return true
}

var (
	// repeatable adds what reads a setting: an index, a getter with a name.
	repeatable = pattern.New(`^[$@]{0,2}[A-Za-z_][\w]*((\.|->|::|\?\.|&\.)[$@]?[A-Za-z_]\w*|\[\s*(\d+|:?\w+|"[\w.:-]*"|'[\w.:-]*')\s*\]|\((["'][\w.:/-]*["'])?\))*$`)
	firstName  = pattern.New(`^[$@]{0,2}[A-Za-z_]\w*`)
)

// usableAt says whether the key's expression means the same at an offset as
// where it stands: the value is a literal, or its name is in scope and was
// given its only value before.
func (s *source) usableAt(value syntax.Span, at int) bool {
	return value.Empty() || s.whyNotAt(s.decoded(value), at) == ""
}

// whyNotAt says why an expression cannot be used at an offset, "" if it can.
func (s *source) whyNotAt(value syntax.Span, at int) string {
	text := s.file.Text(value)
	same := s.file.Statement(value).Contains(syntax.Span{Start: at, End: at})
	if same {
		return ""
	}
	if !repeatable.MatchString(text) {
		return "the key comes from an expression that cannot be repeated at the call"
	}
	root := firstName.FindString(text)
	if s.ofObject(value) && s.ofClass(at) && !s.ofClass(value.Start) {
		return "\"" + text + "\" is of an object, and the request is sent by the class itself"
	}
	if strings.HasPrefix(text, "this.") || strings.HasPrefix(text, "self.") || strings.HasPrefix(text, "$this->") || strings.HasPrefix(root, "@") {
		return s.fieldAt(value, at)
	}
	b := s.file.Binding(syntax.Span{Start: value.Start, End: value.Start + len(root)})
	if b == nil {
		if s.file.Enclosing(value.Start) != s.file.Enclosing(at) && !isGlobal(text) {
			return "the key is not in scope where the request is sent"
		}
		return ""
	}
	o := s.file.Lookup(root, at)
	if o == nil && s.file.Lookup(root, value.Start) == b { // a function that sees none of the names around it
		return "\"" + text + "\" is not in scope where the request is sent"
	}
	if o != nil && o != b && b.Scope.Contains(syntax.Span{Start: at, End: at}) {
		if o.Again && o.Name == b.Name && o.Scope == b.Scope {
			return "\"" + text + "\" may have changed before the request is sent"
		}
		return "\"" + root + "\" means something else where the request is sent"
	}
	if !b.Scope.Contains(syntax.Span{Start: at, End: at}) {
		return "\"" + text + "\" is not in scope where the request is sent"
	}
	if given(b) > 1 {
		return "\"" + text + "\" may have changed before the request is sent"
	}
	for _, d := range b.Defs {
		if b.Kind != syntax.Param && b.Kind != syntax.Import && d.Statement.End > at && s.file.Enclosing(at) == s.file.Enclosing(d.Statement.Start) {
			return "\"" + text + "\" has no value yet where the headers are made"
		}
	}
	return ""
}

// ofObject says whether an expression reads a member that each object has for
// itself.
func (s *source) ofObject(value syntax.Span) bool {
	b := s.file.Binding(value)
	return strings.HasPrefix(s.file.Text(value), "$this->") ||
		b != nil && b.Kind == syntax.Field && strings.HasPrefix(b.Name, "this.") && !s.file.Static(b)
}

// ofClass says whether a place lies in a method of the class itself.
func (s *source) ofClass(at int) bool {
	fn := s.file.FunctionOf(s.file.Enclosing(at))
	return fn != nil && s.file.Static(fn)
}

// isGlobal says whether an expression starts from what is known everywhere.
func isGlobal(text string) bool {
	for _, g := range []string{"process.", "os.", "sys.", "ENV[", "ENV.", "Deno.", "getenv(", "config("} {
		if strings.HasPrefix(text, g) {
			return true
		}
	}
	return false
}

// fieldAt is the same for a field of the object.
func (s *source) fieldAt(value syntax.Span, at int) string {
	b := s.file.Binding(value)
	if b != nil && !b.Scope.Contains(syntax.Span{Start: at, End: at}) {
		return "\"" + s.file.Text(value) + "\" is not in scope where the request is sent"
	}
	if b == nil && s.file.Enclosing(value.Start) != s.file.Enclosing(at) && !s.file.SameClass(value.Start, at) {
		return "the key is not in scope where the request is sent"
	}
	return ""
}

// given counts the definitions of a binding that give it a value: not the
// declaration of a field or variable without one.
func given(b *syntax.Binding) int {
	n := 0
	for _, d := range b.Defs {
		if b.Kind == syntax.Param || !d.Value.Empty() {
			n++
		}
	}
	return n
}

// authOptions are arguments and options of clients that write the header
// themselves, after everybody else.
var authOptions = []string{"auth", "basic_auth", "digest_auth", "basicAuth", "auth_basic", "auth_bearer", "username", "oauth", "-u", "--user", "CURLOPT_USERPWD", "CURLOPT_HTTPAUTH"}

var nothing = pattern.New(`^(None|null|nil|undefined|false)$`)

// overwritten says why a header that is added to a call would not be what is
// sent: the client authenticates in another way, or the headers are replaced.
func (s *source) overwritten(c *syntax.Call) string {
	if m := authenticator.FindIndex(s.text); m != nil {
		return "the client authenticates in another way (line " + itoa(s.lineOf(m[0])) + ")"
	}
	if c.Base >= 0 {
		if why := s.overwritten(&s.file.Calls()[c.Base]); why != "" {
			return why
		}
	}
	where := " (line " + itoa(s.lineOf(c.Span.Start)) + ")"
	if inv := s.file.InvocationAt(c.Span); inv != nil {
		for _, a := range inv.Args {
			if slices.Contains(authOptions, a.Name) && !nothing.MatchString(s.file.Text(a.Value)) {
				return "the call sends credentials of its own, by " + a.Name + where
			}
		}
	}
	if in := s.file.Container(c.Options); in != nil {
		for _, e := range in.Entries {
			if slices.Contains(authOptions, e.Name) && !nothing.MatchString(s.file.Text(e.Value)) {
				return "the call sends credentials of its own, by " + e.Name + where
			}
		}
	}
	if at := s.authorized(c); at >= 0 {
		return "another " + s.pack.Target.Header + " header is set in line " + itoa(s.lineOf(at))
	}
	b := s.file.Binding(c.Result)
	if b == nil || c.Result.Empty() {
		return ""
	}
	for _, read := range b.Reads {
		if given(b) > 1 && setsLines.MatchString(s.file.Text(s.file.Statement(read))) {
			return "the variable of the request is assigned again, so whose headers are set in line " + itoa(s.lineOf(read.Start)) + " cannot be told"
		}
		if m := basicAuth.Find(s.text[read.End:]); m != nil {
			return "the request sends credentials of its own (line " + itoa(s.lineOf(read.Start)) + ")"
		}
		rest := s.text[read.End:min(len(s.text), read.End+60)]
		if m := replacesHeaders.FindSubmatch(rest); m != nil {
			return string(m[1]) + string(m[2]) + " of the request is assigned in line " + itoa(s.lineOf(read.Start)) + ", over the header"
		}
	}
	return ""
}

// basicAuth is a call that writes the header for a user and a password.
var basicAuth = pattern.New(`(?i)^(?:\.|->)(?:set_?)?(?:with_?)?basic_?auth\w*\b`)

// setsLines is a statement that sets all headers of the request in a variable.
var setsLines = pattern.New(`^@?curl_setopt(_array)?\([^;]*CURLOPT_HTTPHEADER`)

// replacesHeaders is an assignment to the headers, or to what writes them.
var replacesHeaders = pattern.New(`^(?:\.|->)(?:(headers?|Headers?|auth|DefaultRequestHeaders\.Authorization)\s*(?:=[^=>]|\.[Cc]lear\(\))|(initialize_http_header)\b)`)

// authenticator is what writes the header of every request of a client.
var authenticator = pattern.New(`\bAuthenticator\s*=[^=>]`)
