package scanner

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/scanner/internal/ignore"
)

// The ways in which a finding can be silenced.
const (
	ByInline   = "inline"
	ByFile     = "ignore-file"
	ByBaseline = "baseline"
)

// suppress marks what inline comments, the ignore file and the baseline
// silence, and notes which of them silenced nothing: comments always, since
// their file was looked at, the others if the scan was whole.
func (r *Result) suppress(o *Options, files []*scanned, whole bool) {
	if !o.Isolated {
		r.inline(o, files)
		r.ignoreFile(o.Ignore, whole)
	}
	r.baseline(o, whole)
}

// directive is one inline comment.
type directive struct {
	file   *File
	line   int // the line that it speaks of
	at     int // the line that it stands on
	rules  []string
	reason string
	used   bool
}

var directiveForm = pattern.New(`unhapi:ignore\[([\w@, -]*)\][ \t]*([^\n\r]*)`)

// inline applies unhapi:ignore comments.
func (r *Result) inline(o *Options, files []*scanned) {
	byFile := map[*File][]*directive{}
	var all []*directive
	for _, s := range files {
		ds := directives(s.file)
		byFile[s.file] = ds
		all = append(all, ds...)
	}
	for _, f := range r.Findings {
		if f.File == nil {
			continue
		}
		for _, d := range byFile[f.File] {
			if d.covers(f) {
				d.used = true
				f.Suppressed = &Suppression{By: ByInline, Reason: d.reason}
			}
		}
		if o.ForeignTags && f.Suppressed == nil && f.Kind.IsSecret() {
			if tag := foreignTag(f.File, f.Start.Line); tag != "" {
				f.Suppressed = &Suppression{By: ByInline, Reason: tag}
			}
		}
	}
	for _, d := range all {
		if !d.used {
			r.Unused = append(r.Unused, fmt.Sprintf("%s:%d: unhapi:ignore[%s] silences nothing", d.file.Path, d.at, strings.Join(d.rules, ", ")))
		}
	}
}

// silencing gives the inline comment of a file that silences a finding in it.
func (o *Options) silencing(file *File, f *Finding) *Suppression {
	if o.Isolated {
		return nil
	}
	for _, d := range directives(file) {
		if d.covers(f) {
			return &Suppression{By: ByInline, Reason: d.reason}
		}
	}
	if o.ForeignTags && f.Kind.IsSecret() {
		if tag := foreignTag(file, f.Start.Line); tag != "" {
			return &Suppression{By: ByInline, Reason: tag}
		}
	}
	return nil
}

func directives(f *File) []*directive {
	if !bytes.Contains(f.Text, []byte("unhapi:ignore[")) {
		return nil
	}
	var out []*directive
	for _, m := range directiveForm.FindAllSubmatchIndex(f.Text, -1) {
		at := f.Position(m[0]).Line
		d := &directive{file: f, at: at, line: at, reason: trimComment(string(f.Text[m[4]:m[5]]))}
		for _, rule := range strings.Split(string(f.Text[m[2]:m[3]]), ",") {
			if rule = strings.TrimSpace(rule); rule != "" {
				d.rules = append(d.rules, rule)
			}
		}
		if d.alone(m[0], m[4]) {
			d.line = at + 1
		}
		out = append(out, d)
	}
	return out
}

// alone reports whether nothing but a comment stands on the line of a
// directive, which begins at start and whose reason begins at reason.
func (d *directive) alone(start, reason int) bool {
	line := d.file.Line(d.at)
	before := d.file.Text[line.Start:start]
	_, after := cutComment(string(d.file.Text[reason:max(reason, line.End)]))
	return len(bytes.Trim(before, " \t/*#;<!-%'\"(,{")) == 0 && strings.Trim(after, " \t})%>,") == ""
}

// commentEnds end the block comments of the languages that have some; in a
// notebook the line of a cell is a string.
var commentEnds = []string{"*/", "-->", "--}}", "#}", "#>", "%>", `\n"`}

// cutComment splits the text behind a directive at the end of the comment.
func cutComment(s string) (comment, after string) {
	comment = s
	for _, end := range commentEnds {
		if c, a, ok := strings.Cut(comment, end); ok {
			comment, after = c, a
		}
	}
	return comment, after
}

func trimComment(s string) string {
	comment, _ := cutComment(s)
	return strings.Trim(comment, " \t\"',")
}

func (d *directive) covers(f *Finding) bool {
	if f.Start.Line != d.line {
		return false
	}
	for _, r := range d.rules {
		rule, secret, one := strings.Cut(r, "@")
		if rule == f.Rule.ID && (!one || f.Secret != nil && f.Secret.ID == secret) {
			return true
		}
	}
	return false
}

var foreignForm = pattern.New(`gitleaks:allow|betterleaks:allow|trufflehog:ignore|pragma: ?allowlist secret|ggignore|kingfisher:ignore`)

// foreignTag gives the inline comment of another scanner that covers a line.
func foreignTag(f *File, line int) string {
	own := f.Line(line)
	if m := foreignForm.Find(f.Text[own.Start:own.End]); m != nil {
		return string(m)
	}
	above := f.Line(line - 1)
	if line > 1 && bytes.Contains(f.Text[above.Start:above.End], []byte("pragma: allowlist nextline secret")) {
		return "pragma: allowlist nextline secret"
	}
	return ""
}

// IgnoreFile is a .unhapiignore: one a line, the id of a finding or a path
// pattern in git's syntax, optionally followed by " rule=ID".
type IgnoreFile struct {
	source string
	lines  []*ignoreLine
}

type ignoreLine struct {
	number   int
	text     string
	id, rule string
	pattern  *ignore.Stack
	negate   bool
}

var idForm = pattern.New(`^[0-9a-f]{16}$`)

// ParseIgnoreFile reads an ignore file; source names it in messages.
func ParseIgnoreFile(source string, content []byte) *IgnoreFile {
	f := &IgnoreFile{source: source}
	for i, text := range strings.Split(string(content), "\n") {
		text = strings.TrimSpace(strings.TrimSuffix(text, "\r"))
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		l := &ignoreLine{number: i + 1, text: text}
		what := text
		if at := strings.LastIndex(text, " rule="); at > 0 {
			what, l.rule = strings.TrimSpace(text[:at]), strings.TrimSpace(text[at+len(" rule="):])
		}
		if idForm.MatchString(what) {
			l.id = what
		} else {
			l.negate = strings.HasPrefix(what, "!")
			l.pattern = ignore.New(false).Push(ignore.Parse([]byte(strings.TrimPrefix(what, "!")+"\n"), ignore.Options{Source: source}))
		}
		f.lines = append(f.lines, l)
	}
	return f
}

func (l *ignoreLine) covers(f *Finding) bool {
	if l.rule != "" && l.rule != f.Rule.ID {
		return false
	}
	if l.id != "" {
		return l.id == f.ID
	}
	ignored, _ := l.pattern.Excludes(f.Path, false)
	return ignored
}

// ignoreFile applies the lines of an ignore file, of which the last one that
// covers a finding counts.
func (r *Result) ignoreFile(file *IgnoreFile, whole bool) {
	if file == nil {
		return
	}
	used := map[*ignoreLine]bool{}
	for _, f := range r.Findings {
		if f.Suppressed != nil {
			continue
		}
		for _, l := range slices.Backward(file.lines) {
			if !l.covers(f) {
				continue
			}
			used[l] = true
			if !l.negate {
				f.Suppressed = &Suppression{By: ByFile, Reason: fmt.Sprintf("%s:%d", file.source, l.number)}
			}
			break
		}
	}
	for _, l := range file.lines {
		if whole && !used[l] {
			r.Unused = append(r.Unused, fmt.Sprintf("%s:%d: %s silences nothing", file.source, l.number, l.text))
		}
	}
}
