package report

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/unhapi/unhapi/scanner"
)

type sarifResult struct {
	RuleID       string             `json:"ruleId"`
	RuleIndex    int                `json:"ruleIndex"`
	Level        string             `json:"level"`
	Message      sarifMessage       `json:"message"`
	Locations    []sarifLocation    `json:"locations"`
	Related      []sarifLocation    `json:"relatedLocations,omitempty"`
	Fingerprints map[string]string  `json:"partialFingerprints"`
	Suppressions []sarifSuppression `json:"suppressions,omitempty"`
	Properties   sarifResultBag     `json:"properties"`
}

// sarifResultBag is what the schema has no place for.
type sarifResultBag struct {
	Kind     string       `json:"kind"`
	Severity string       `json:"severity"`
	Secret   *jsonSecret  `json:"secret,omitempty"`
	Call     *jsonCall    `json:"call,omitempty"`
	Fix      *jsonFix     `json:"fix,omitempty"`
	History  *jsonHistory `json:"history,omitempty"`
	Older    bool         `json:"older,omitempty"`
}

type sarifLocation struct {
	ID       int           `json:"id,omitempty"`
	Physical sarifPhysical `json:"physicalLocation"`
	Message  *sarifMessage `json:"message,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   *sarifRegion  `json:"region,omitempty"`
	Context  *sarifRegion  `json:"contextRegion,omitempty"`
}

type sarifArtifact struct {
	URI         string        `json:"uri,omitempty"`
	Base        string        `json:"uriBaseId,omitempty"`
	Description *sarifMessage `json:"description,omitempty"`
}

type sarifRegion struct {
	StartLine   int           `json:"startLine"`
	StartColumn int           `json:"startColumn,omitempty"`
	EndLine     int           `json:"endLine"`
	EndColumn   int           `json:"endColumn,omitempty"`
	Snippet     *sarifMessage `json:"snippet,omitempty"`
}

type sarifSuppression struct {
	Kind          string `json:"kind"`
	Justification string `json:"justification,omitempty"`
}

// hashKey names a line of a file.
type hashKey struct {
	file *scanner.File
	line int
}

// place is what GitHub takes for one alert.
type place struct {
	rule, path string
	line       int
	suppressed bool
}

func (x *sarifWriter) results() []*sarifResult {
	out := []*sarifResult{}
	at := map[place]int{}
	var groups [][]Item
	for _, it := range x.r.Items {
		key := place{it.Rule.ID, it.Path, it.Start.Line, it.Suppressed != nil}
		if i, ok := at[key]; ok && it.History == nil {
			groups[i] = append(groups[i], it)
			continue
		}
		at[key] = len(groups)
		groups = append(groups, []Item{it})
	}
	x.hashLines()
	for _, g := range groups {
		out = append(out, x.result(g))
	}
	return out
}

// result writes the findings of one rule on one line: the most severe one, or
// the first of these, with the others as related locations.
func (x *sarifWriter) result(items []Item) *sarifResult {
	main := 0
	for i, it := range items {
		if level(it.Severity) == "error" && level(items[main].Severity) != "error" {
			main = i
		}
	}
	it := items[main]
	out := &sarifResult{
		RuleID: it.Rule.ID, RuleIndex: x.index[it.Rule.ID], Level: level(it.Severity),
		Locations: []sarifLocation{{Physical: x.physical(it)}}, Fingerprints: x.fingerprints(it),
		Properties: x.bag(it),
	}
	text := x.linkText(x.r.redact.text(it.Message))
	if link := x.origin(out, it); link != "" {
		text += ", key from " + link
	}
	for i, other := range items {
		if i != main {
			out.relate(x.physical(other), "Also on this line.")
		}
	}
	if n := len(items); n > 1 {
		text += fmt.Sprintf(" (%d on this line)", n)
	}
	out.Message = sarifMessage{Text: sentence(text)}
	if s := it.Suppressed; s != nil {
		kind := "external"
		if s.By == scanner.ByInline {
			kind = "inSource"
		}
		out.Suppressions = []sarifSuppression{{kind, x.r.redact.text(s.Reason)}}
	}
	return out
}

// relate adds a related location and returns its id.
func (out *sarifResult) relate(at sarifPhysical, message string) int {
	at.Context = nil
	id := len(out.Related) + 1
	out.Related = append(out.Related, sarifLocation{ID: id, Physical: at, Message: &sarifMessage{Text: message}})
	return id
}

// origin adds the place that a call takes its key from, unless it is its own,
// and returns a link to it.
func (x *sarifWriter) origin(out *sarifResult, it Item) string {
	if it.Call == nil || it.Call.Credential == nil || it.Call.Credential.Line == 0 {
		return ""
	}
	c := *it.Call.Credential
	if c.Path == "" {
		c.Path = it.Path
	}
	if c.Path == it.Path && c.Line == it.Start.Line {
		return ""
	}
	text := strings.TrimSpace(c.From + " " + x.r.redact.text(c.Name))
	id := out.relate(sarifPhysical{
		Artifact: x.artifact(c.Path), Region: &sarifRegion{StartLine: c.Line, EndLine: c.Line},
	}, "The key comes from here.")
	return fmt.Sprintf("[%s](%d)", x.linkText(text), id)
}

// linkText escapes what SARIF reads as a link in a message.
func (x *sarifWriter) linkText(s string) string { return messageEscapes.Replace(clean(s)) }

var messageEscapes = strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`)

func (x *sarifWriter) bag(it Item) sarifResultBag {
	f := x.r.jsonFinding(it)
	return sarifResultBag{f.Kind, f.Severity, f.Secret, f.Call, f.Fix, f.History, f.Older}
}

func (x *sarifWriter) physical(it Item) sarifPhysical {
	path := it.Path
	if path == "" && it.History != nil {
		path = "<" + objectName(it.History.Object) + ">"
	}
	region := &sarifRegion{StartLine: max(it.Start.Line, 1), EndLine: max(it.End.Line, it.Start.Line, 1)}
	if it.File != nil {
		region.StartColumn = utf16Column(it.File, it.Span.Start)
		region.EndColumn = utf16Column(it.File, it.Span.End)
	}
	at := sarifPhysical{Artifact: x.artifact(path), Region: region}
	n := len(it.Frame)
	if n == 0 || it.Frame[0].Number > region.StartLine || it.Frame[n-1].Number < region.EndLine {
		return at
	}
	// The context must be larger than the region.
	if first, last := it.Frame[0].Number, it.Frame[n-1].Number; last-first > region.EndLine-region.StartLine {
		at.Context = &sarifRegion{StartLine: first, EndLine: last, Snippet: x.snippet(it.Frame, false)}
	}
	region.Snippet = x.snippet(it.Frame, region.StartColumn > 0)
	if region.StartColumn == 0 && at.Context != nil {
		region.Snippet = nil // it would be that of the context
	}
	return at
}

// snippet is the text of a code frame, or of its marks. Tabs stay, other
// control characters are made visible.
func (x *sarifWriter) snippet(frame []scanner.FrameLine, marked bool) *sarifMessage {
	var lines []string
	for _, l := range frame {
		text, mark := wholeRunes(l.Text, l.Mark)
		if marked {
			if text = text[mark.Start:mark.End]; text == "" {
				continue
			}
		}
		parts := strings.Split(x.r.redact.text(text), "\t")
		for i := range parts {
			parts[i] = clean(parts[i])
		}
		lines = append(lines, strings.Join(parts, "\t"))
	}
	if len(lines) == 0 {
		return nil
	}
	return &sarifMessage{Text: strings.Join(lines, "\n")}
}

// utf16Column is the column of an offset in UTF-16 code units.
func utf16Column(f *scanner.File, off int) int {
	line := f.Position(off).Line
	col := 1 + utf16Units(f.Text[f.Line(line).Start:off])
	if line == 1 && f.BOM > 0 {
		col++
	}
	return col
}

func (x *sarifWriter) fingerprints(it Item) map[string]string {
	out := map[string]string{fingerprintID: it.ID}
	if hash := x.hashes[hashKey{it.File, it.Start.Line}]; hash != "" {
		out["primaryLocationLineHash"] = hash
	}
	return out
}

// hashLines computes the hashes of the lines that have findings. A text that
// was decoded is left out: the upload action hashes the bytes of the file.
func (x *sarifWriter) hashLines() {
	files := map[*scanner.File]bool{}
	for _, it := range x.r.Items {
		if it.File != nil && it.File.Encoding == "" && it.History == nil {
			files[it.File] = true
			x.hashes[hashKey{it.File, it.Start.Line}] = ""
		}
	}
	for f := range files {
		lineHashes(f.Text, f.BOM > 0, func(line int, hash string) {
			if _, ok := x.hashes[hashKey{f, line}]; ok {
				x.hashes[hashKey{f, line}] = hash
			}
		})
	}
}

// invocation tells what should have been looked at and was not.
func (x *sarifWriter) invocation() sarifInvocation {
	out := sarifInvocation{Successful: x.r.Complete}
	for _, s := range x.r.Skipped {
		if s.Failed {
			out.Notifications = append(out.Notifications, sarifNotification{
				Level:     "error",
				Message:   sarifMessage{Text: sentence("Not looked at: " + x.linkText(x.r.redact.text(s.Reason)))},
				Locations: []sarifLocation{{Physical: sarifPhysical{Artifact: x.artifact(s.Path)}}},
			})
		}
	}
	return out
}

// artifact names a file by a relative reference of RFC 3986. Bytes that are no
// UTF-8 become U+FFFD: a reference that does not decode to text makes readers
// refuse the whole file.
func (x *sarifWriter) artifact(path string) sarifArtifact {
	return sarifArtifact{URI: encodePath(strings.ToValidUTF8(x.r.redact.text(path), string(utf8.RuneError))), Base: sarifRoot}
}

// encodePath keeps what a segment of a path may hold unescaped anywhere; ":"
// is not among it, since a first segment with one would read as a scheme.
func encodePath(path string) string {
	const keep = "-._~/@!$&'()*+,;="
	var b strings.Builder
	for i := range len(path) {
		c := path[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte(keep, c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
