package scanner

import (
	"strconv"

	"github.com/unhapi/unhapi/rules"
)

// findings turns places into findings. Ordinals number equal ones in the
// order of their places.
type findings struct {
	o        *Options
	ordinals map[string]int
}

func (b *findings) of(s *scanned) []*Finding {
	if len(s.found) == 0 {
		return nil
	}
	b.o.Detector.mask(s.file, s.found)
	var out []*Finding
	for _, f := range s.found {
		out = append(out, b.one(s.file, f))
	}
	return out
}

func (b *findings) one(file *File, f found) *Finding {
	out := &Finding{
		Rule: f.verdict.Rule, Kind: f.verdict.Kind, Severity: f.verdict.Severity,
		Message: message(f), Path: file.Path, Span: f.span, Call: f.call, File: file,
		Value: f.expr, Construct: f.client,
		Start: file.Position(f.span.Start), End: file.Position(f.span.End),
		Frame: file.frame(f.span),
	}
	if f.verdict.Kind.IsSecret() {
		out.Secret = b.o.Key.secret(f.value, f.format)
	}
	out.ID = b.id(out, file, f)
	return out
}

// id is the identity of a place: rule, path, secret or normalised text, and an
// ordinal among equals. A secret without an id is not hashed: its place is its
// ordinal.
func (b *findings) id(out *Finding, file *File, f found) string {
	what := ""
	switch {
	case out.Secret != nil:
		what = out.Secret.ID
	default:
		masked, _ := file.Masked(f.span.Start, f.span.End, f.span)
		what = normalised([]byte(masked))
	}
	key := out.Rule.ID + "\x00" + string(out.Kind) + "\x00" + out.Path + "\x00" + what
	n := b.ordinals[key]
	b.ordinals[key]++
	return IDKey{}.hash("finding", out.Rule.ID, string(out.Kind), out.Path, what, strconv.Itoa(n))
}

// message is what the rule says, made true for the kind.
func message(f found) string {
	m := f.verdict.Rule.Message
	switch f.verdict.Kind {
	case rules.Placeholder:
		return "placeholder where a key belongs"
	case rules.DemoKey:
		return "key that " + f.verdict.Rule.Pack.Name + " publishes for everybody"
	case rules.Mention:
		return "mention in " + regionText(f.region) + ": " + m
	}
	return m
}

func regionText(r rules.Region) string {
	switch r {
	case rules.Comment:
		return "a comment"
	case rules.Docs:
		return "documentation"
	case rules.Stub:
		return "what a test answers or expects"
	case rules.Vendored:
		return "vendored code"
	case rules.Generated:
		return "generated code"
	case rules.Minified:
		return "a bundle"
	}
	return "a text"
}
