package scanner

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/rules"
)

// BaselineSchema is the value of the key "schema" of a baseline file.
const BaselineSchema = "unhapi-baseline/1"

// Baseline is a list of known findings. It holds no secret: an entry is a rule,
// a path, and the keyed id of the secret or a hash of the normalised text.
type Baseline struct {
	source  string
	Schema  string          `json:"schema"`
	KeyID   string          `json:"idKey,omitempty"` // tells which key made the ids
	Entries []BaselineEntry `json:"entries"`
}

// BaselineEntry silences Count equal findings. A secret of a history is the
// same wherever it lies: its entry has no path.
type BaselineEntry struct {
	Rule    string `json:"rule"`
	Kind    string `json:"kind"`
	Path    string `json:"path,omitempty"`
	Secret  string `json:"secret,omitempty"`
	Context string `json:"context,omitempty"`
	// History says that the finding is one of a history.
	History bool `json:"history,omitempty"`
	// Unidentified says that the secret has no id, so that any secret of
	// the rule in that file counts as this one.
	Unidentified bool `json:"unidentified,omitempty"`
	Count        int  `json:"count"`
}

// entryOf gives the entry that a finding belongs to, without its count.
func entryOf(f *Finding) BaselineEntry {
	e := BaselineEntry{Rule: f.Rule.ID, Kind: string(f.Kind), Path: baselinePath(f), History: f.History != nil}
	switch {
	case f.Secret != nil && f.Secret.ID != "":
		e.Secret = f.Secret.ID
		if e.History {
			e.Path = ""
		}
	case f.Secret != nil:
		e.Unidentified = true
	case f.File != nil:
		masked, _ := f.File.Masked(f.Span.Start, f.Span.End, f.Span)
		e.Context = IDKey{}.hash("context", normalised([]byte(masked)))
	default:
		e.Context = f.ID
	}
	return e
}

// baselinePath is the path of a finding as a baseline has it: without what has
// the form of a secret, and in the characters that JSON has.
func baselinePath(f *Finding) string {
	return strings.ToValidUTF8(f.Rule.Pack.Conceal(f.Path), "\uFFFD")
}

// NewBaseline makes the baseline of what a scan found: all findings that would
// fail a run, those silenced by another baseline included.
func NewBaseline(findings []*Finding, key IDKey) *Baseline {
	counts := map[BaselineEntry]int{}
	for _, f := range findings {
		if f.Severity.Fails() && (f.Suppressed == nil || f.Suppressed.By == ByBaseline) {
			counts[entryOf(f)]++
		}
	}
	b := &Baseline{Schema: BaselineSchema, KeyID: key.Check(), Entries: []BaselineEntry{}}
	for e, n := range counts {
		e.Count = n
		b.Entries = append(b.Entries, e)
	}
	slices.SortFunc(b.Entries, compareEntries)
	return b
}

func compareEntries(a, b BaselineEntry) int {
	for _, n := range []int{
		strings.Compare(a.Path, b.Path), strings.Compare(a.Rule, b.Rule), strings.Compare(a.Kind, b.Kind),
		strings.Compare(a.Secret, b.Secret), strings.Compare(a.Context, b.Context),
	} {
		if n != 0 {
			return n
		}
	}
	return 0
}

// Write writes the baseline as indented JSON, in a fixed order.
func (b *Baseline) Write(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(b)
}

// Unidentified counts the secrets that the baseline cannot tell apart.
func (b *Baseline) Unidentified() int {
	n := 0
	for _, e := range b.Entries {
		if e.Unidentified {
			n += e.Count
		}
	}
	return n
}

// ReadBaseline reads a baseline; source names it in messages.
func ReadBaseline(source string, content []byte, key IDKey) (*Baseline, error) {
	b := &Baseline{source: source}
	dec := json.NewDecoder(strings.NewReader(string(content)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(b); err != nil {
		return nil, usage("%s: not a baseline: %v: write one with `unhapi baseline write`", source, err)
	}
	if b.Schema != BaselineSchema {
		return nil, usage("%s: schema %q is not %q: write the baseline again with this version", source, b.Schema, BaselineSchema)
	}
	if b.KeyID != key.Check() {
		return nil, usage("%s: made with another id key: set UNHAPI_ID_KEY to that key, or write the baseline again", source)
	}
	for i, e := range b.Entries {
		if e.Rule == "" || !rules.Kind(e.Kind).Valid() || e.Count < 1 {
			return nil, usage("%s: entry %d is not complete: write the baseline again", source, i+1)
		}
	}
	return b, nil
}

// baseline silences known findings, each entry as often as it counts. A secret
// of a history that is known where it lies in the tree is known, too.
func (r *Result) baseline(o *Options, whole bool) {
	b := o.Baseline
	if b == nil {
		return
	}
	left := map[BaselineEntry]int{}
	for _, e := range b.Entries {
		n := e.Count
		e.Count = 0
		left[e] += n
	}
	for _, f := range r.Findings {
		if f.Suppressed != nil || !f.Severity.Fails() {
			continue
		}
		e := entryOf(f)
		if left[e] == 0 {
			e.Path, e.History = baselinePath(f), false
		}
		if left[e] > 0 {
			left[e]--
			f.Suppressed = &Suppression{By: ByBaseline, Reason: b.source}
		}
	}
	if whole {
		r.stale(b, left)
	}
}

// stale notes what is left of the entries of a baseline. Those of a history
// say nothing of a tree, and those of a tree nothing of a history.
func (r *Result) stale(b *Baseline, left map[BaselineEntry]int) {
	for _, e := range b.Entries {
		e.Count = 0
		n := left[e]
		if n == 0 || e.History != (r.Source.Kind == "history") {
			continue
		}
		left[e] = 0
		where := e.Path
		if where == "" {
			where = "history"
		}
		r.Unused = append(r.Unused, fmt.Sprintf("%s: %s %s silences %d that are gone", b.source, where, e.Rule, n))
	}
}
