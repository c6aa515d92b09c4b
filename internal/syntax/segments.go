package syntax

import "strings"

// segment is what a builder of URLs makes of its object: the object's text, a
// separator and the text of an argument.
type segment struct {
	base node // zero where the text begins with the argument
	text node
	// lead stands before the argument: "https://" before a host, "/" before a
	// part of a path that has none.
	lead string
}

// joinSegment lists the pieces of a URL to which a builder adds a part.
func (f *File) joinSegment(t *Text, s segment, via, left int) []Piece {
	var out []Piece
	if s.base.OK() {
		out = f.flatten(t, s.base, via, left)
	}
	tail := f.flatten(t, s.text, via, left)
	if len(tail) == 0 {
		return out
	}
	lead := s.lead
	if lead == "/" && (len(out) == 0 || out[len(out)-1].Literal && strings.HasSuffix(out[len(out)-1].Text, "/") || tail[0].Literal && strings.HasPrefix(tail[0].Text, "/")) {
		lead = ""
	}
	if lead != "" {
		at := Span{tail[0].Span.Start, tail[0].Span.Start}
		out = append(out, Piece{Literal: true, Raw: true, Text: lead, Span: at, Operand: span(s.text), Via: via})
	}
	return append(out, tail...)
}

// jvmSegment reads target(x).path(y), and the builders of URLs that are alike:
// the name of a method, its object and its arguments.
func jvmSegment(name string, object node, args []node) (segment, bool) {
	switch {
	case len(args) != 1 || !object.OK():
	case oneOf(name, "path", "pathSegment", "addPathSegments", "addPathSegment", "appendPath", "addEncodedPathSegments"):
		return segment{base: object, text: args[0], lead: "/"}, true
	case name == "host":
		return segment{text: args[0], lead: "https://"}, true
	}
	return segment{}, false
}
