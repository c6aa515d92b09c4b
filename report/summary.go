package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// listed is how many things of a kind the summary names before it counts.
const listed = 5

// summary says what was found, what was looked at, and what was not.
func (t *text) summary() {
	r := t.r
	fails, notes := kindCounts(r.Items, true), kindCounts(r.Items, false)
	t.line(t.bold.Render("Summary"))
	t.blank()
	var rows []labelled
	row := func(label, text string, style lipgloss.Style, more ...string) {
		if text != "" {
			rows = append(rows, labelled{label, text, style, more})
		}
	}
	plain := lipgloss.NewStyle()
	if fails == "" {
		row("found", "nothing that fails the run", plain)
	} else {
		row("found", fails, t.bold)
	}
	row("noted", notes, plain)
	row("fixes", fixCounts(r.Items), plain)
	row("looked at", t.lookedAt(), plain)
	row("hidden", hiddenText(r.Hidden), plain)
	row("silenced", silencedText(r), plain)
	if r.Older > 0 {
		text := count(r.Older, "finding") + " that the change did not bring in"
		if !slices.ContainsFunc(r.Items, func(it Item) bool { return it.Older }) {
			text += " (--show all)"
		}
		row("older", text, plain)
	}
	t.skipped(row)
	if n := len(r.Unused); n > 0 {
		row("unused", count(n, "suppression")+":", plain, t.names(r.Unused)...)
	}
	if r.Complete {
		row("complete", "yes", plain)
	} else {
		row("complete", "no: what could not be looked at may hold more", t.bad)
	}
	t.table(2, rows)
	if fails == "" {
		t.blank()
		t.paragraph(2, "Nothing found is no proof: a key that is put together at run time, or that another system holds, cannot be seen here.", t.faint)
	}
}

// lookedAt says what the scan read, and with which rules.
func (t *text) lookedAt() string {
	s, st := t.r.Source, t.r.Stats
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{st.Files, "file"}, {st.Blobs, "blob"}, {st.Commits, "commit"}} {
		if p.n > 0 {
			parts = append(parts, count(p.n, p.what))
		}
	}
	if len(parts) == 0 {
		parts = append(parts, "no files")
	}
	text := strings.Join(parts, ", ") + " (" + bytesText(st.Bytes) + ") of " + t.sourceText(s)
	return text + "; " + count(len(t.r.Rules), "rule") + " for " + strings.Join(t.r.Packs, ", ")
}

func (t *text) sourceText(s scanner.Source) string {
	text := s.Kind
	switch s.Kind {
	case "tree":
		text = "the working tree"
	case "index":
		text = "the index"
	case "history":
		text = "the history"
	case "changes":
		text = "what changed"
	case "stdin":
		text = "standard input"
	}
	if s.Label != "" {
		text += " of " + t.say(s.Label)
	}
	if s.Base != "" {
		text += " since " + short(clean(s.Base))
	}
	if s.Head != "" {
		text += " at " + short(clean(s.Head))
		if s.Dirty {
			text += " with changes"
		}
	}
	return text
}

// skipped adds what was not looked at: what a limit left out, counted by
// reason, and what failed, by name.
func (t *text) skipped(row func(string, string, lipgloss.Style, ...string)) {
	limits, failed := map[string][]string{}, []string(nil)
	total := 0
	for _, s := range t.r.Skipped {
		if s.Failed {
			failed = append(failed, s.Subject()+": "+s.Reason)
			continue
		}
		reason, _, _ := strings.Cut(s.Reason, ": ")
		limits[reason] = append(limits[reason], s.Path)
		total++
	}
	reasons := sortedKeys(limits)
	slices.SortStableFunc(reasons, func(a, b string) int { return len(limits[b]) - len(limits[a]) })
	var parts []string
	for _, reason := range reasons {
		part := number(len(limits[reason])) + " " + t.say(reason)
		if paths := limits[reason]; len(paths) <= 2 {
			part += " (" + t.some(paths, 2) + ")"
		}
		parts = append(parts, part)
	}
	if total > 0 {
		row("skipped", strings.Join(parts, ", "), lipgloss.NewStyle())
	}
	if len(failed) > 0 {
		row("failed", count(len(failed), "input")+" that could not be looked at:", t.bad, t.names(failed)...)
	}
}

// names lists a few lines and counts the rest.
func (t *text) names(all []string) []string {
	var out []string
	for _, s := range all[:min(listed, len(all))] {
		out = append(out, t.say(s))
	}
	if more := len(all) - listed; more > 0 {
		out = append(out, "and "+number(more)+" more: see -f json")
	}
	return out
}

// kindCounts says in words how many findings there are of the kinds that fail
// a run, or of the others.
func kindCounts(items []Item, failing bool) string {
	n := map[rules.Kind]int{}
	for _, it := range items {
		if it.Suppressed == nil && !it.Older && it.Severity.Fails() == failing {
			n[it.Kind]++
		}
	}
	return kindsText(n)
}

func kindsText(n map[rules.Kind]int) string {
	var parts []string
	for _, k := range rules.Kinds() {
		if n[k] > 0 {
			parts = append(parts, number(n[k])+" "+noun(k, n[k]))
		}
	}
	return strings.Join(parts, ", ")
}

// fixCounts says how many fixes there are of each safety. Findings that are
// fixed together have one; a finding that nothing fixes counts for itself.
func fixCounts(items []Item) string {
	seen, n := map[string]bool{}, map[string]int{}
	for _, it := range items {
		if it.Fix == nil || it.Suppressed != nil || it.Older || it.Fix.ID != "" && seen[it.Fix.ID] {
			continue
		}
		seen[it.Fix.ID] = true
		n[it.Fix.Safety]++
	}
	var parts []string
	for _, p := range []struct{ safety, text string }{
		{"safe", "safe (unhapi fix --write)"}, {"unsafe", "unsafe (--unsafe)"}, {"manual", "by hand"},
	} {
		if n[p.safety] > 0 {
			parts = append(parts, number(n[p.safety])+" "+p.text)
		}
	}
	return strings.Join(parts, ", ")
}

func hiddenText(hidden map[rules.Kind]int) string {
	text := kindsText(hidden)
	if text == "" {
		return ""
	}
	return text + " (--show all)"
}

func silencedText(r *Report) string {
	var parts []string
	for _, by := range sortedKeys(r.Silenced) {
		if n := r.Silenced[by]; n > 0 {
			parts = append(parts, number(n)+" by "+silencer(by, n))
		}
	}
	text := strings.Join(parts, ", ")
	if text != "" && !slices.ContainsFunc(r.Items, func(it Item) bool { return it.Suppressed != nil }) {
		text += " (--show suppressed)"
	}
	return text
}

// silencer names what silenced n findings.
func silencer(by string, n int) string {
	switch by {
	case scanner.ByInline:
		return verb(n, "an inline comment", "inline comments")
	case scanner.ByFile:
		return "the ignore file"
	case scanner.ByBaseline:
		return "the baseline"
	}
	return clean(by)
}

// noun is a kind in words.
func noun(k rules.Kind, n int) string {
	word := strings.ReplaceAll(string(k), "-", " ")
	switch k {
	case rules.OAuthSecret:
		word = "OAuth secret"
	case rules.CLIKey:
		word = "CLI key"
	}
	if n != 1 {
		word += "s"
	}
	return word
}

func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func count(n int, what string) string {
	return number(n) + " " + verb(n, what, what+"s")
}

// number groups the digits of a number by thousands.
func number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// bytesText writes a size in binary units.
func bytesText(n int64) string {
	if n < 1024 {
		return fmt.Sprintf("%d bytes", n)
	}
	size, unit := float64(n), 0
	for size >= 1023.95 && unit < 5 {
		size /= 1024
		unit++
	}
	return fmt.Sprintf("%.1f %ciB", size, " KMGTP"[unit])
}
