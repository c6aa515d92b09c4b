package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"

	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// text is the report for people. Findings come first and the summary last,
// where a terminal leaves the eye.
type text struct {
	*screen
	r    *Report
	root string
}

func writeText(w io.Writer, r *Report, s Style) error {
	t := &text{screen: newScreen(w, s), r: r, root: clean(s.Root)}
	for items := r.Items; len(items) > 0; {
		n := 1
		for n < len(items) && items[n].Path == items[0].Path {
			n++
		}
		t.group(items[:n])
		items = items[n:]
	}
	t.advice()
	t.summary()
	return t.out.Flush()
}

// say makes text of a scanned repository fit to be shown.
func (t *text) say(s string) string { return clean(t.r.redact.text(s)) }

// group writes the findings of one file.
func (t *text) group(items []Item) {
	t.heading(t.say(items[0].Path), len(items))
	column := 0
	for _, it := range items {
		column = max(column, cells(t.place(it)))
	}
	shown := 0
	for _, it := range items {
		t.blank()
		t.head(it, column)
		t.frame(it.Finding, t.style(it), shown)
		if it.History == nil && len(it.Frame) > 0 {
			shown = it.Frame[len(it.Frame)-1].Number
		}
		t.table(2, t.details(it))
	}
	t.blank()
}

// heading writes a rule across the screen with the name of a file in it.
func (t *text) heading(name string, n int) {
	if name == "" {
		name = "commits and tags"
	}
	count := ""
	if n > 1 {
		count = fmt.Sprintf(" %d findings ", n)
	}
	rest := max(2, t.width-cells(name)-cells(count)-6)
	t.line(t.faint.Render("── ") + t.bold.Render(name) + t.faint.Render(" "+strings.Repeat("─", rest)+count+"──"))
}

// path is the path of a file in the form in which it can be clicked.
func (t *text) path(p string) string {
	name := t.root + t.say(p)
	if disarmLine(name) != name {
		return "./" + name
	}
	return name
}

// place is where a finding is, in the form that terminals and editors turn
// into a link.
func (t *text) place(it Item) string {
	name := t.path(it.Path)
	switch {
	case it.Path == "" && it.History != nil:
		name = objectName(it.History.Object)
	case it.History != nil && !it.History.InHead:
		name = t.say(it.Path) // no file of the tree: nothing to click
	}
	return fmt.Sprintf("%s:%d:%d", name, it.Start.Line, it.Start.Column)
}

// style is that of the severity; what does not count is faint.
func (t *text) style(it Item) lipgloss.Style {
	if it.Suppressed != nil || it.Older {
		return t.faint
	}
	return t.severity[it.Severity]
}

// head writes where a finding is, how bad it is, and what it is.
func (t *text) head(it Item, column int) {
	place := t.place(it)
	what, style := fmt.Sprintf("%-8s  %s", it.Severity, noun(it.Kind, 1)), t.style(it)
	rule := it.Rule.ID
	first := place + strings.Repeat(" ", column-cells(place)) + "  "
	switch space := t.width - cells(first) - cells(what) - cells(rule); {
	case space >= 2:
		t.line(t.bold.Render(place) + first[len(place):] + style.Render(what) + strings.Repeat(" ", space) + t.faint.Render(rule))
	case t.width-2-cells(what)-cells(rule) >= 2:
		t.line(t.bold.Render(place))
		t.line("  " + style.Render(what) + strings.Repeat(" ", t.width-2-cells(what)-cells(rule)) + t.faint.Render(rule))
	default:
		t.line(t.bold.Render(place))
		t.line("  " + style.Render(what))
		t.line("  " + t.faint.Render(rule))
	}
	t.paragraph(2, t.say(it.Message), lipgloss.NewStyle())
}

// details are the facts below the code frame.
func (t *text) details(it Item) []labelled {
	var rows []labelled
	row := func(label, text string, more ...string) {
		rows = append(rows, labelled{label: label, text: text, more: more})
	}
	if s := it.Secret; s != nil {
		row("secret", secretText(s))
	}
	if c := it.Call; c != nil {
		if what := strings.Join(strings.Fields(c.Client+" "+c.Method+" "+c.Endpoint), " "); what != "" {
			row("call", t.say(what))
		}
		if c.Credential != nil {
			row("key", t.credential(c.Credential, it))
		}
	}
	rows = append(rows, t.history(it)...)
	if f := it.Fix; f != nil {
		text, style := t.fix(f)
		rows = append(rows, labelled{label: "fix", text: text, style: style})
	}
	if s := it.Suppressed; s != nil {
		text := "silenced by " + silencer(s.By, 1)
		if s.Reason != "" {
			text += ": " + t.say(s.Reason)
		}
		row("note", text)
	}
	if it.Older {
		row("note", "older than the change")
	}
	return rows
}

func secretText(s *scanner.Secret) string {
	if s.ID == "" {
		return clean(s.Preview) + " (no id: the value could be guessed from it)"
	}
	return clean(s.Preview) + " (id " + s.ID + ")"
}

// credential says where a call takes its key from, and where that stands
// unless it is the line that is shown.
func (t *text) credential(c *scanner.Credential, it Item) string {
	text := "from " + c.From
	switch c.From {
	case "literal":
		text = "a literal"
	case "unknown", "":
		text = "from elsewhere"
	}
	if c.Name != "" {
		text += " " + t.say(c.Name)
	}
	if c.Line > 0 && (c.Path != it.Path || c.Line != it.Start.Line) {
		path := c.Path
		if path == "" {
			path = it.Path
		}
		text += fmt.Sprintf(" (%s:%d)", t.path(path), c.Line)
	}
	return text
}

func (t *text) fix(f *Fix) (string, lipgloss.Style) {
	title, reason := t.say(f.Title), t.say(f.Reason)
	switch {
	case f.Safety == "manual" || title == "":
		if reason == "" {
			reason = title
		}
		return "by hand: " + reason, lipgloss.NewStyle()
	case f.Safety == "safe":
		return title, t.good
	case reason == "":
		return title + " (" + f.Safety + ")", lipgloss.NewStyle()
	}
	return title + " (" + f.Safety + ": " + reason + ")", lipgloss.NewStyle()
}

// history is the life of a secret.
func (t *text) history(it Item) []labelled {
	h := it.History
	if h == nil {
		return nil
	}
	var rows []labelled
	row := func(label, text string) { rows = append(rows, labelled{label: label, text: text}) }
	switch {
	case h.First == nil:
		row("object", objectName(h.Object)+", which no commit reaches")
	case h.Last == nil || h.Last.Commit == h.First.Commit:
		row("added", t.introduction(h.First))
	default:
		row("first", t.introduction(h.First))
		row("last", t.introduction(h.Last))
	}
	switch {
	case h.InHead:
		row("HEAD", "still there")
	case h.Removed != nil:
		row("removed", t.introduction(h.Removed))
	case h.First != nil:
		row("HEAD", "not there")
	}
	seen := count(h.Occurrences, "place")
	if len(h.Paths) > 0 {
		seen += ": " + t.some(h.Paths, 4)
	}
	row("seen", seen)
	if len(h.Refs) > 0 {
		row("refs", t.some(h.Refs, 6))
	}
	return rows
}

func (t *text) introduction(i *scanner.Introduction) string {
	text := short(i.Commit) + "  " + time.Unix(i.Time, 0).UTC().Format(time.DateOnly)
	if i.Path != "" {
		text += "  " + t.say(i.Path)
	}
	return text
}

// some lists at most n names.
func (t *text) some(names []string, n int) string {
	var out []string
	for _, name := range names[:min(n, len(names))] {
		out = append(out, t.say(name))
	}
	if more := len(names) - n; more > 0 {
		out = append(out, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(out, ", ")
}

// objectName names an object of the git database where there is no path.
func objectName(o scanner.Object) string {
	name := strings.TrimSpace(clean(o.Type) + " " + short(clean(o.ID)))
	if o.Type == "commit" || o.Type == "tag" {
		return "message of " + name
	}
	return name
}

func short(hash string) string { return hash[:min(len(hash), 10)] }

// advice says once for each rule what to do about what it found.
func (t *text) advice() {
	found := map[*rules.Rule]int{}
	var order []*rules.Rule
	for _, it := range t.r.Items {
		if it.Severity == rules.Hidden || it.Suppressed != nil || it.Older || it.Rule.Help == "" {
			continue
		}
		if found[it.Rule]++; found[it.Rule] == 1 {
			order = append(order, it.Rule)
		}
	}
	if len(order) == 0 {
		return
	}
	slices.SortStableFunc(order, func(a, b *rules.Rule) int {
		if n := urgency(a.Kind) - urgency(b.Kind); n != 0 {
			return n
		}
		return strings.Compare(a.ID, b.ID)
	})
	t.line(t.bold.Render("What to do next"))
	t.blank()
	guides := map[string]bool{}
	for _, rule := range order {
		t.line("  " + clean(rule.ID) + t.faint.Render(fmt.Sprintf("  (%d)", found[rule])))
		t.paragraph(4, clean(rule.Help), lipgloss.NewStyle())
	}
	for _, rule := range order {
		if p := rule.Pack; p != nil && p.Docs != "" && !guides[p.Docs] {
			guides[p.Docs] = true
			t.line("  " + clean(p.Name) + "'s guide")
			t.line("    " + clean(p.Docs))
		}
	}
	t.blank()
}

func urgency(k rules.Kind) int { return slices.Index(rules.Kinds(), k) }
