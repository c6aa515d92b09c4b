package scanner

import (
	"fmt"
	"strings"

	"github.com/unhapi/unhapi/rules"
)

// CheckExamples runs the examples of a pack's rules and lists those that do
// not hold: a text under match in which the rule finds nothing, a text under
// ignore in which it does.
func (d *Detector) CheckExamples(p *rules.Pack) []error {
	var errs []error
	for i := range p.Rules {
		r := &p.Rules[i]
		fail := func(what string, e rules.Example) {
			errs = append(errs, &rules.Mistake{
				Source: p.Source(), Rule: r.ID,
				Text: fmt.Sprintf("%s: %s: %q", what, e.File, e.Text),
			})
		}
		for _, e := range r.Examples.Match {
			if !d.exampleFinds(p, r, e) {
				fail("the rule does not find its example", e)
			}
		}
		for _, e := range r.Examples.Ignore {
			if d.exampleFinds(p, r, e) {
				fail("the rule finds what it should ignore", e)
			}
		}
		for j := range r.Clients {
			for _, e := range r.Clients[j].Match {
				if !d.exampleFinds(p, r, e) {
					fail("client "+r.Clients[j].Name+" does not find its example", e)
				}
			}
		}
	}
	return errs
}

func (d *Detector) exampleFinds(p *rules.Pack, r *rules.Rule, e rules.Example) bool {
	text, _ := rules.Expand([]*rules.Pack{p}, strings.TrimSuffix(e.Text, "\n")+"\n")
	s := d.scanFile(NewFile(e.File, []byte(text)), everything)
	if s == nil {
		return false
	}
	for _, f := range s.found {
		if f.verdict.Rule == r && f.verdict.Kind == r.Kind {
			return true
		}
	}
	return false
}
