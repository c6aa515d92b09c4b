// Package fixer turns findings into edits, or into the reason why there are
// none. It works on calls, never on text alone: the parameter goes, the URL or
// container is repaired, and the header goes into the call's own slot. What a
// fix would leave is parsed and scanned again before anybody sees it; a fix
// that breaks a promise is dropped and says why.
//
// The package changes no file but through [Change.Write].
package fixer

import (
	"cmp"
	"slices"

	"github.com/aymanbagabas/go-udiff"

	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/scanner"
)

// Safety says how far a fix can be trusted. The order counts.
type Safety int

const (
	// Manual: there is no fix, only a reason.
	Manual Safety = iota
	// Unsafe: right, unless something outside the files disagrees.
	Unsafe
	// Safe: sends the same request but for the key and the header.
	Safe
)

// String is the word that reports use.
func (s Safety) String() string { return [...]string{"manual", "unsafe", "safe"}[s] }

// Edit replaces the bytes [Start,End) of a file.
type Edit struct {
	Path       string
	Start, End int
	New        string
}

// Fix is one way out of one or more findings, whole or not at all.
type Fix struct {
	ID       string
	Title    string // a verb phrase
	Safety   Safety
	Reason   string // why it is not safe, or why there is none
	Findings []*scanner.Finding
	Edits    []Edit
	// Steps are what is left to the user: where the new token must be put.
	Steps []string
	// Notes name what the fix leaves behind: comments that became false,
	// tests that pin the old URL, code that logs the key.
	Notes []string
}

// Change is what a plan does to one file.
type Change struct {
	Path     string
	Old, New []byte

	edits []udiff.Edit // of Old, in order
}

// Plan is what would happen.
type Plan struct {
	// Fixes are all fixes in the order of their first finding, manual ones
	// too.
	Fixes []*Fix
	// Changes are the files that the applied fixes change, in the order in
	// which they are to be written: definitions and templates first.
	Changes []Change
}

// Fixable counts the fixes of each safety.
func (p *Plan) Fixable() map[Safety]int {
	n := map[Safety]int{}
	for _, f := range p.Fixes {
		n[f.Safety]++
	}
	return n
}

// Of gives the fix of a finding, nil if it has none.
func (p *Plan) Of(f *scanner.Finding) *Fix {
	for _, fix := range p.Fixes {
		if slices.Contains(fix.Findings, f) {
			return fix
		}
	}
	return nil
}

func manual(f *scanner.Finding, reason string) *Fix {
	return &Fix{Title: "Leave it", Safety: Manual, Reason: reason, Findings: []*scanner.Finding{f}}
}

// sortEdits orders edits by place and joins equal ones. It reports false if
// two of them disagree about the same bytes.
func sortEdits(edits []Edit) ([]Edit, bool) {
	slices.SortStableFunc(edits, func(a, b Edit) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	var out []Edit
	for _, e := range edits {
		n := len(out)
		if n == 0 || out[n-1].Path != e.Path {
			out = append(out, e)
			continue
		}
		last := &out[n-1]
		switch {
		case slices.Contains(out[atSame(out, e):], e):
		case last.New == "" && e.New == "" && e.Start <= last.End: // deletions that touch
			last.End = max(last.End, e.End)
		case e.Start < last.End:
			return nil, false
		default:
			out = append(out, e)
		}
	}
	return out, true
}

// atSame is where the edits of the same bytes as e begin in a sorted list.
func atSame(sorted []Edit, e Edit) int {
	n := len(sorted)
	for n > 0 && sorted[n-1].Path == e.Path && sorted[n-1].Start == e.Start && sorted[n-1].End == e.End {
		n--
	}
	return n
}

// apply gives the text after the edits of one file, which are sorted.
func apply(text []byte, edits []Edit) []byte {
	var out []byte
	at := 0
	for _, e := range edits {
		out = append(out, text[at:e.Start]...)
		out = append(out, e.New...)
		at = e.End
	}
	return append(out, text[at:]...)
}

func remove(path string, spans ...syntax.Span) []Edit {
	var out []Edit
	for _, s := range spans {
		if !s.Empty() {
			out = append(out, Edit{Path: path, Start: s.Start, End: s.End})
		}
	}
	return out
}
