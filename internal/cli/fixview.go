package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/fixer"
	"github.com/unhapi/unhapi/scanner"
)

// fixView shows a plan.
type fixView struct {
	*app
	plan     *fixer.Plan
	least    fixer.Safety
	detector *scanner.Detector
	color    bool

	written      int
	patched      string
	patchSecrets bool
	masked       bool
}

// The colours of a diff.
const (
	red, green, cyan, bold, faint, plainText = "\x1b[31m", "\x1b[32m", "\x1b[36m", "\x1b[1m", "\x1b[2m", "\x1b[0m"
)

func (v *fixView) paint(colour, text string) string {
	if !v.color || text == "" {
		return text
	}
	return colour + text + plainText
}

func (v *fixView) print(format string, args ...any) {
	_, _ = fmt.Fprintf(v.stdout, format, args...)
}

// diffs shows the change of every file, with secrets masked.
func (v *fixView) diffs() {
	for _, c := range v.plan.Changes {
		v.diff(c)
	}
}

func (v *fixView) diff(c fixer.Change) {
	text, masked := c.Masked(v.detector)
	hidden := v.app.hidden(text)
	v.masked = v.masked || masked || hidden != text
	text = hidden
	for _, line := range strings.SplitAfter(text, "\n") {
		body := strings.TrimRight(line, "\r\n")
		if line == "" {
			continue
		}
		colour := ""
		switch {
		case strings.HasPrefix(body, "diff "), strings.HasPrefix(body, "---"), strings.HasPrefix(body, "+++"):
			colour = bold
		case strings.HasPrefix(body, "@@"):
			colour = cyan
		case strings.HasPrefix(body, "+"):
			colour = green
		case strings.HasPrefix(body, "-"):
			colour = red
		}
		v.print("%s\n", v.paint(colour, shown(body)))
	}
}

// shown is a line of scanned text for a terminal; tabs stay.
func shown(line string) string {
	parts := strings.Split(line, "\t")
	for i := range parts {
		parts[i] = printable(parts[i])
	}
	return strings.Join(parts, "\t")
}

// left counts the findings that remain.
func (v *fixView) left(written bool) int {
	n := 0
	for _, f := range v.plan.Fixes {
		if !written || f.Safety == fixer.Manual || f.Safety < v.least {
			n += len(f.Findings)
		}
	}
	return n
}

// summary says what was or would be done, what is left and why, and what the
// user has to do.
func (v *fixView) summary(f fixFlags) {
	by := map[fixer.Safety][]*fixer.Fix{}
	for _, x := range v.plan.Fixes {
		by[x.Safety] = append(by[x.Safety], x)
	}
	if len(v.plan.Fixes) == 0 {
		v.print("nothing to fix\n")
		return
	}
	if len(v.plan.Changes) > 0 && !f.check && !f.write {
		v.print("\n")
	}
	v.list(by[fixer.Unsafe], "unsafe", v.least > fixer.Unsafe, "apply with --unsafe")
	v.list(by[fixer.Manual], "left to you", true, "")
	v.steps()
	v.print("%s\n", v.paint(bold, v.counts(by)))
	switch {
	case f.write:
		v.print("changed %s\n", count(v.written, "file"))
	case len(v.plan.Changes) > 0 && v.patched == "":
		v.print("apply with `unhapi fix --write`%s\n", map[bool]string{true: "; the diff above is masked and does not apply: use --patch FILE for an exact one"}[v.masked])
	}
	if v.patched != "" {
		v.print("wrote %s%s\n", printable(v.patched), map[bool]string{true: ", which holds the secrets that it removes: delete it after use"}[v.patchSecrets])
	}
}

func (v *fixView) counts(by map[fixer.Safety][]*fixer.Fix) string {
	parts := []string{fmt.Sprintf("%d safe", len(by[fixer.Safe])), fmt.Sprintf("%d unsafe", len(by[fixer.Unsafe])), fmt.Sprintf("%d left to you", len(by[fixer.Manual]))}
	return strings.Join(parts, ", ")
}

// list shows fixes with their places and reasons.
func (v *fixView) list(fixes []*fixer.Fix, title string, always bool, hint string) {
	if len(fixes) == 0 || !always && !slices.ContainsFunc(fixes, func(f *fixer.Fix) bool { return f.Reason != "" }) {
		return
	}
	if hint != "" && always {
		title += " (" + hint + ")"
	}
	v.print("%s\n", v.paint(bold, title))
	for _, f := range fixes {
		x := f.Findings[0]
		v.print("  %s:%d:%d  %s\n", printable(v.app.masked(x.Path)), x.Start.Line, x.Start.Column, x.Kind)
		if f.Reason != "" {
			v.print("      %s\n", v.paint(faint, printable(v.app.masked(f.Reason))))
		}
	}
	v.print("\n")
}

// steps lists what the user has to do for the fixes that are applied, each
// thing once.
func (v *fixView) steps() {
	var steps []string
	for _, f := range v.plan.Fixes {
		if f.Safety == fixer.Manual || f.Safety < v.least {
			continue
		}
		for _, s := range slices.Concat(f.Steps, f.Notes) {
			if !slices.Contains(steps, s) {
				steps = append(steps, s)
			}
		}
	}
	if len(steps) == 0 {
		return
	}
	v.print("%s\n", v.paint(bold, "next"))
	for _, s := range steps {
		v.print("  - %s\n", printable(v.app.masked(s)))
	}
	v.print("\n")
}
