package scanner

import (
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner/internal/objects"
)

// Finding is one place (in a tree) or one secret (in a history) that a rule
// found. It is complete when made and never changed.
type Finding struct {
	// ID survives moved lines and reformatting around the place, and changes
	// with the secret.
	ID       string
	Rule     *rules.Rule
	Kind     rules.Kind
	Severity rules.Severity
	Message  string

	// Path is slash-separated and relative to the root of the source.
	Path string
	// Span is the placement in bytes of File.Text: the parameter, option or
	// value itself.
	Span Span
	// Start and End are the placement in lines and columns of the raw file.
	Start, End Position
	// Frame is the text around the placement, with every secret masked.
	Frame []FrameLine

	// Value is the expression that supplies the key, in bytes of File.Text;
	// empty where it is not known.
	Value Span
	// Construct is the client's entry in its pack, nil for other findings.
	Construct *rules.Client

	Secret     *Secret
	Call       *Call
	History    *History
	Suppressed *Suppression
	// Older says that the change being looked at did not bring it in.
	Older bool

	// File is the text that Span speaks of; nil in a history.
	File *File
}

// Fails reports whether the finding makes a run fail.
func (f *Finding) Fails() bool {
	return f.Severity.Fails() && f.Suppressed == nil && !f.Older
}

// Span is a half-open range of byte offsets.
type Span struct{ Start, End int }

// Position is a place in a text: 1-based, the column in bytes of UTF-8.
type Position struct{ Line, Column int }

// FrameLine is one line of a code frame.
type FrameLine struct {
	Number int
	Text   string
	// Mark is the part of Text that the finding is about, in bytes; empty on
	// lines that are only context.
	Mark Span
}

// Call is what is known of the request or client that a finding belongs to.
type Call struct {
	Client, Method, Endpoint string
	Line, EndLine            int
	Credential               *Credential
}

// Credential says where a call takes its key from.
type Credential struct {
	// From is literal, env, config, parameter, variable or unknown.
	From string
	Name string
	Path string
	Line int
}

// History is the life of a secret.
type History struct {
	First, Last, Removed *Introduction
	InHead               bool
	Occurrences          int      // distinct (blob, offset)
	Paths                []string // the first ten, sorted
	Refs                 []string
	Object               Object // the one that Path and Start speak of
}

// Introduction is a commit that brought a secret in, or took it away.
type Introduction struct {
	Commit string
	Time   int64 // seconds since 1970, UTC
	Path   string
}

// Object names an object of the git database.
type Object struct{ Type, ID string }

// Suppression says what silenced a finding, and why.
type Suppression struct {
	By     string // inline, ignore-file, baseline
	Reason string
}

// Skipped is something that was not looked at.
type Skipped struct {
	Path   string // a path, or what else names the thing
	Reason string
	// Failed says that it should have been looked at: a stated limit did not
	// fail, a permission or a corrupt object did.
	Failed bool
}

// Subject names the thing for people.
func (s Skipped) Subject() string {
	if _, err := objects.ParseID(s.Path); err == nil {
		return "object " + s.Path
	}
	return s.Path
}
