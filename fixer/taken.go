package fixer

import (
	"slices"

	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// leftKeys gives each key in the text to the fix that takes it out, and makes
// reasons of those that stay.
func (b *builder) leftKeys() []*Fix {
	var out []*Fix
	for _, k := range b.keys {
		if !b.taken(k) {
			out = append(out, manual(k, "no fix takes it out of the file: "+k.Rule.Help))
		}
	}
	return out
}

// taken gives a finding to the fix that takes it out, if there is one.
func (b *builder) taken(k *scanner.Finding) bool {
	for _, p := range b.parts {
		if p.fix.Safety != Manual && slices.ContainsFunc(p.fix.Edits, func(e Edit) bool {
			return e.Path == k.Path && e.Start <= k.Span.Start && k.Span.End <= e.End
		}) {
			p.fix.Findings = append(p.fix.Findings, k)
			return true
		}
	}
	return false
}

// notTaken lists the reasons of findings that no fix takes out with another.
func (b *builder) notTaken() []*Fix {
	var out []*Fix
	for _, f := range b.fixes {
		k := f.Findings[0]
		if k.Kind != rules.LegacyCall || b.o.Wants != nil && !b.o.Wants(k) || !b.taken(k) {
			out = append(out, f)
		}
	}
	return out
}
