package report

import (
	"io"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/rules"
)

// The format sarif is SARIF 2.1.0, made so that GitHub code scanning takes it
// and other readers lose nothing. What GitHub does with it decides much here
// (documentation, and codeql-action of June 2026):
//
//   - One run a file: several runs of one tool and category are refused. The
//     category is automationDetails.id up to the last "/".
//   - "results" must be there even if it is empty: an upload without results is
//     what closes the alerts of the one before.
//   - Suppressions are not honoured: a suppressed result becomes an open alert.
//     So suppressed findings are left out unless the user asks to see them.
//   - Only locations[0] and the fingerprint "primaryLocationLineHash" count, so
//     two results of one rule on one line are one alert: they are written as
//     one result, with the others as related locations.
//   - Related locations are shown where the message links to them.
//   - The severity of an alert comes from the rule ("security-severity").
//   - A URI with a scheme, or one that does not decode to UTF-8, makes the
//     whole upload fail.
//
// Columns are UTF-16 code units, as GitHub and editors count them. Finding.File
// is needed to count so; a result of a history tells lines only. Nothing but
// masked text is ever put into a snippet. The revision stands in the properties
// of the run, since versionControlProvenance requires the URL of the remote,
// which may hold a credential.

const (
	sarifSchema   = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	sarifRoot     = "%SRCROOT%"
	homepage      = "https://github.com/unhapi/unhapi"
	fingerprintID = "unhapi/v1"
)

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool       sarifTool                `json:"tool"`
	Details    sarifDetails             `json:"automationDetails"`
	Invocation []sarifInvocation        `json:"invocations"`
	Bases      map[string]sarifArtifact `json:"originalUriBaseIds"`
	ColumnKind string                   `json:"columnKind"`
	Results    []*sarifResult           `json:"results"`
	Properties sarifRunBag              `json:"properties"`
}

// sarifRunBag is what the schema has no place for.
type sarifRunBag struct {
	Source  jsonSource  `json:"source"`
	Summary jsonSummary `json:"summary"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name           string      `json:"name"`
	Version        string      `json:"version,omitempty"`
	InformationURI string      `json:"informationUri"`
	Rules          []sarifRule `json:"rules"`
}

type sarifDetails struct {
	ID string `json:"id"`
}

type sarifInvocation struct {
	Successful    bool                `json:"executionSuccessful"`
	Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
}

type sarifNotification struct {
	Level     string          `json:"level"`
	Message   sarifMessage    `json:"message"`
	Locations []sarifLocation `json:"locations"`
}

type sarifMessage struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}

type sarifRule struct {
	ID         string          `json:"id"`
	Name       string          `json:"name"`
	Short      sarifMessage    `json:"shortDescription"`
	Full       sarifMessage    `json:"fullDescription"`
	Help       sarifMessage    `json:"help"`
	HelpURI    string          `json:"helpUri,omitempty"`
	Default    sarifDefault    `json:"defaultConfiguration"`
	Properties sarifProperties `json:"properties"`
}

type sarifDefault struct {
	Level string `json:"level"`
}

type sarifProperties struct {
	Severity  string   `json:"security-severity"`
	Precision string   `json:"precision"`
	Tags      []string `json:"tags"`
}

func writeSARIF(w io.Writer, r *Report, _ Style) error {
	x := &sarifWriter{r: r, index: map[string]int{}, hashes: map[hashKey]string{}}
	run := sarifRun{
		Tool:    sarifTool{sarifDriver{r.Tool.Name, r.Tool.Version, homepage, x.rules()}},
		Details: sarifDetails{"unhapi/" + r.Source.Kind + "/"},
		Bases: map[string]sarifArtifact{sarifRoot: {
			Description: &sarifMessage{Text: "The root of the scanned source."},
		}},
		Invocation: []sarifInvocation{x.invocation()},
		ColumnKind: "utf16CodeUnits",
		Results:    x.results(),
		Properties: sarifRunBag{r.jsonSource(), r.jsonSummary()},
	}
	out, err := encodeJSON(sarifLog{sarifSchema, "2.1.0", []sarifRun{run}}, "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(out)
	return err
}

// sarifWriter holds what is looked up while a run is put together.
type sarifWriter struct {
	r      *Report
	index  map[string]int // of a rule, by id
	hashes map[hashKey]string
}

// rules describes all rules that could have fired, and those of findings that
// the report was made with otherwise.
func (x *sarifWriter) rules() []sarifRule {
	all := slices.Clone(x.r.Rules)
	known := map[string]bool{}
	for _, r := range all {
		known[r.ID] = true
	}
	for _, it := range x.r.Items {
		if !known[it.Rule.ID] {
			known[it.Rule.ID] = true
			all = append(all, it.Rule)
		}
	}
	out := []sarifRule{}
	for i, r := range all {
		x.index[r.ID] = i
		out = append(out, describeRule(r))
	}
	return out
}

func describeRule(r *rules.Rule) sarifRule {
	help, markdown := r.Help, escapeMarkdown(r.Help)
	if help == "" {
		help = sentence(r.Message)
		markdown = escapeMarkdown(help)
	}
	out := sarifRule{
		ID: r.ID, Name: pascal(r.ID),
		Short:   sarifMessage{Text: sentence(r.Message)},
		Full:    sarifMessage{Text: sentence(r.Message) + " " + kindText(r.Kind)},
		Default: sarifDefault{level(r.Severity)},
		Properties: sarifProperties{
			Severity: securitySeverity(r.Severity), Precision: precision(r),
			// The last CWE is the one that some readers take.
			Tags: []string{"security", string(r.Kind), "external/cwe/cwe-798"},
		},
	}
	if p := r.Pack; p != nil && p.Docs != "" {
		out.HelpURI = p.Docs
		help += " " + p.Name + "'s guide: " + p.Docs
		markdown += "\n\n[" + escapeMarkdown(p.Name) + "'s guide](" + p.Docs + ")"
	}
	markdown += "\n\nTo silence one place, write `unhapi:ignore[" + r.ID + "] reason` in a comment on its line."
	out.Help = sarifMessage{Text: help, Markdown: markdown}
	return out
}

// kindText says what findings of a kind are, for readers that show one rule.
func kindText(k rules.Kind) string {
	switch k {
	case rules.AccessToken, rules.DeveloperKey, rules.CLIKey:
		return "The secret is written in the source text, and opens something today for whoever can read it."
	case rules.OAuthSecret:
		return "The secret is written in the source text, and lets whoever can read it act as the application."
	case rules.LegacyKey:
		return "The value of a retired key is written in the source text."
	case rules.LegacyCall:
		return "The code authenticates a request in a way that has been retired, wherever it takes the key from."
	case rules.LegacyClient:
		return "The client or configuration authenticates in a way that has been retired."
	case rules.DeveloperCall:
		return "The request still has to authenticate this way, and is listed so that nobody changes it."
	case rules.KeyReference:
		return "The place reads or sets the key of a call that has to change, and may have to move with it."
	}
	return "It is listed for completeness."
}

func level(s rules.Severity) string {
	if s.Fails() {
		return "error"
	}
	return "note"
}

// securitySeverity is the score that GitHub turns into critical (over 9), high
// (7 to 8.9) and low (up to 3.9).
func securitySeverity(s rules.Severity) string {
	switch s {
	case rules.Critical:
		return "9.5"
	case rules.High:
		return "8.0"
	case rules.Note:
		return "2.0"
	}
	return "0.1"
}

func precision(r *rules.Rule) string {
	if r.Credential != nil && r.Credential.Alone {
		return "very-high"
	}
	return "high"
}

// pascal turns an id into the name that readers show: AcmeLegacyCall.
func pascal(id string) string {
	var b strings.Builder
	for _, word := range strings.Split(id, "-") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

// sentence makes a sentence of a message.
func sentence(s string) string {
	if s == "" {
		return s
	}
	s = strings.ToUpper(s[:1]) + s[1:]
	if strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}

// escapeMarkdown makes text stand for itself in Markdown.
func escapeMarkdown(s string) string { return markdownEscapes.Replace(s) }

var markdownEscapes = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "|", `\|`, "#", `\#`, "~", `\~`,
)
