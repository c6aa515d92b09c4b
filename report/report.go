// Package report writes what a scan found. A format is one file and one entry
// in [Formats]; all of them read the same [Report] and change nothing.
//
// No format ever writes a secret: a finding shows its preview and its keyed id,
// code frames arrive masked, and what comes from the scanned text is stripped
// of control characters here.
//
// # JSON
//
// The format json is one document, schema [Schema], and a public contract.
// The format jsonl carries the same fields, one object a line, so that a long
// report can be read as it comes; the field "type" says what a line is:
//
//	{"type":"source","schema":"unhapi/1","tool":{…},"source":{…}}    the first line
//	{"type":"finding","id":"…","rule":"…",…}                         one a finding
//	{"type":"skipped","path":"…","reason":"…","failed":false}        one an input that was not looked at
//	{"type":"unused","text":"…"}                                     one a suppression that silenced nothing
//	{"type":"summary","files":0,"bytes":0,…,"complete":true}         the last line
//
// A reader that sees no summary has read a report that was cut short.
package report

import (
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// Report is a read-only view of a result, as formats see it.
type Report struct {
	Tool   Tool
	Source scanner.Source
	Packs  []string // providers, sorted
	Digest string   // of the rules
	// Rules are the rules that could have fired, by id.
	Rules []*rules.Rule

	// Items are the findings to show, by path, offset and rule.
	Items []Item
	// Hidden counts findings that are not among Items, by kind.
	Hidden map[rules.Kind]int
	// ByKind counts the findings among Items that are neither suppressed nor
	// older, by kind.
	ByKind map[rules.Kind]int
	// Silenced counts suppressed findings by what silenced them.
	Silenced map[string]int
	// Older counts findings that the change did not bring in.
	Older int
	// Failing counts the findings that make the run fail.
	Failing int

	Skipped  []scanner.Skipped
	Unused   []string // suppressions that silenced nothing
	Stats    scanner.Stats
	Complete bool

	redact *redactor
}

// Tool names the program that made the report.
type Tool struct{ Name, Version string }

// Item is a finding with the fix it would get, or the reason that it gets none.
type Item struct {
	*scanner.Finding
	Fix *Fix
}

// Fix is what the fixer would do about a finding.
type Fix struct {
	ID     string // findings with the same id are fixed together
	Safety string // manual, unsafe or safe
	Title  string // a verb phrase
	Reason string // why it is not safe, or why there is none
}

// Show says which findings a report holds beyond those that matter by default.
type Show struct {
	All        bool
	Kinds      map[rules.Kind]bool // hidden kinds to show
	Suppressed bool
	Older      bool
}

// Style is how a format may write to its destination.
type Style struct {
	Color bool
	Width int // columns; 0 is unknown
	// Root is put before paths on a terminal, so that they can be clicked;
	// empty elsewhere. It ends with "/" unless it is empty.
	Root string
}

// Format is one way of writing a report.
type Format struct {
	Name  string // what is typed after -f
	Help  string // one line
	Write func(w io.Writer, r *Report, s Style) error
}

// New makes the report of a result. Hidden, suppressed and older findings are
// counted whether or not they are shown.
func New(tool Tool, set *rules.Set, res *scanner.Result, show Show) *Report {
	r := &Report{
		Tool: tool, Source: res.Source, Packs: set.Providers(), Digest: set.Digest(),
		Hidden: map[rules.Kind]int{}, ByKind: map[rules.Kind]int{}, Silenced: map[string]int{},
		Skipped: below(res.Source.Root, res.Skipped), Unused: res.Unused, Stats: res.Stats, Complete: res.Complete(),
		Rules: rulesOf(set), redact: newRedactor(set, res.Findings),
	}
	for _, f := range res.Findings {
		visible := f.Severity != rules.Hidden || show.All || show.Kinds[f.Kind]
		switch {
		case f.Suppressed != nil:
			r.Silenced[f.Suppressed.By]++
			visible = show.All || show.Suppressed
		case f.Older:
			r.Older++
			visible = show.All || show.Older
		case !visible:
			r.Hidden[f.Kind]++
		default:
			r.ByKind[f.Kind]++
		}
		if f.Fails() {
			r.Failing++
		}
		if visible {
			r.Items = append(r.Items, Item{Finding: f})
		}
	}
	return r
}

// below makes the paths in reasons relative to the root: a report says nothing
// of the machine that it was made on.
func below(root string, all []scanner.Skipped) []scanner.Skipped {
	if len(root) < 2 {
		return all
	}
	paths := strings.NewReplacer(root+string(filepath.Separator), "", root+":", ".:", root+" ", ". ")
	out := slices.Clone(all)
	for i := range out {
		out[i].Reason = paths.Replace(out[i].Reason)
	}
	return out
}

func rulesOf(set *rules.Set) []*rules.Rule {
	var all []*rules.Rule
	for _, p := range set.Packs {
		for i := range p.Rules {
			all = append(all, &p.Rules[i])
		}
	}
	slices.SortFunc(all, func(a, b *rules.Rule) int { return strings.Compare(a.ID, b.ID) })
	return all
}
