package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// Schema names the contract of the JSON formats. Fields are only ever added to
// it. Optional objects are null where there is none, lists and counts are
// never null. Lines and columns are 1-based, columns count bytes of UTF-8, ends
// are exclusive; times are RFC 3339 in UTC.
const Schema = "unhapi/1"

type jsonReport struct {
	Schema   string        `json:"schema"`
	Tool     jsonTool      `json:"tool"`
	Source   jsonSource    `json:"source"`
	Findings []jsonFinding `json:"findings"`
	Skipped  []jsonSkipped `json:"skipped"`
	Unused   []jsonUnused  `json:"unused"`
	Summary  jsonSummary   `json:"summary"`
}

type jsonTool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type jsonSource struct {
	Kind  string    `json:"kind"`
	Label string    `json:"label"`
	Head  *string   `json:"head"`
	Base  *string   `json:"base"`
	Dirty bool      `json:"dirty"`
	Rules jsonRules `json:"rules"`
}

type jsonRules struct {
	Packs  []string `json:"packs"`
	Digest string   `json:"digest"`
}

type jsonFinding struct {
	ID         string           `json:"id"`
	Rule       string           `json:"rule"`
	Provider   string           `json:"provider"`
	Kind       string           `json:"kind"`
	Severity   string           `json:"severity"`
	Path       string           `json:"path"`
	Line       int              `json:"line"`
	Column     int              `json:"column"`
	EndLine    int              `json:"endLine"`
	EndColumn  int              `json:"endColumn"`
	Message    string           `json:"message"`
	Secret     *jsonSecret      `json:"secret"`
	Call       *jsonCall        `json:"call"`
	Fix        *jsonFix         `json:"fix"`
	History    *jsonHistory     `json:"history"`
	Suppressed *jsonSuppression `json:"suppressed"`
	Older      bool             `json:"older"`
}

type jsonSecret struct {
	ID      string `json:"id"` // empty where a format could be guessed from it
	Preview string `json:"preview"`
}

type jsonCall struct {
	Client     string          `json:"client"`
	Method     string          `json:"method"`
	Endpoint   string          `json:"endpoint"`
	Line       int             `json:"line"`
	EndLine    int             `json:"endLine"`
	Credential *jsonCredential `json:"credential"`
}

type jsonCredential struct {
	From string `json:"from"`
	Name string `json:"name"`
	Path string `json:"path"`
	Line int    `json:"line"`
}

type jsonFix struct {
	ID     string `json:"id"`
	Safety string `json:"safety"`
	Title  string `json:"title"`
	Reason string `json:"reason"`
}

type jsonHistory struct {
	First       *jsonIntroduction `json:"first"`
	Last        *jsonIntroduction `json:"last"`
	Removed     *jsonIntroduction `json:"removed"`
	InHead      bool              `json:"inHead"`
	Occurrences int               `json:"occurrences"`
	Paths       []string          `json:"paths"`
	Refs        []string          `json:"refs"`
	Object      jsonObject        `json:"object"`
}

type jsonIntroduction struct {
	Commit string `json:"commit"`
	Time   string `json:"time"`
	Path   string `json:"path"`
}

type jsonObject struct {
	Type string `json:"type"`
	ID   string `json:"id"`
}

type jsonSuppression struct {
	By     string `json:"by"`
	Reason string `json:"reason"`
}

type jsonSkipped struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
	Failed bool   `json:"failed"`
}

// jsonUnused is a suppression that silenced nothing.
type jsonUnused struct {
	Text string `json:"text"`
}

type jsonSummary struct {
	Files    int                `json:"files"`
	Bytes    int64              `json:"bytes"`
	Blobs    int                `json:"blobs"`
	Commits  int                `json:"commits"`
	ByKind   map[rules.Kind]int `json:"byKind"`
	Hidden   map[rules.Kind]int `json:"hidden"`
	Silenced map[string]int     `json:"silenced"`
	Older    int                `json:"older"`
	Complete bool               `json:"complete"`
}

func writeJSON(w io.Writer, r *Report, _ Style) error {
	v := jsonReport{
		Schema: Schema, Tool: jsonTool(r.Tool), Source: r.jsonSource(),
		Findings: []jsonFinding{}, Skipped: []jsonSkipped{}, Unused: []jsonUnused{}, Summary: r.jsonSummary(),
	}
	for _, it := range r.Items {
		v.Findings = append(v.Findings, r.jsonFinding(it))
	}
	for _, s := range r.Skipped {
		v.Skipped = append(v.Skipped, r.jsonSkipped(s))
	}
	for _, u := range r.Unused {
		v.Unused = append(v.Unused, jsonUnused{r.redact.text(u)})
	}
	out, err := encodeJSON(v, "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(out)
	return err
}

func (r *Report) jsonSource() jsonSource {
	s := r.Source
	return jsonSource{
		Kind: s.Kind, Label: r.redact.text(s.Label), Head: optional(s.Head), Base: optional(s.Base), Dirty: s.Dirty,
		Rules: jsonRules{Packs: list(r.Packs), Digest: r.Digest},
	}
}

func (r *Report) jsonFinding(it Item) jsonFinding {
	out := jsonFinding{
		ID: it.ID, Rule: it.Rule.ID, Provider: provider(it.Rule), Kind: string(it.Kind), Severity: string(it.Severity),
		Path: r.redact.text(it.Path), Line: it.Start.Line, Column: it.Start.Column,
		EndLine: it.End.Line, EndColumn: it.End.Column, Message: r.redact.text(it.Message),
		Call: r.jsonCall(it.Call), History: r.jsonHistory(it.History), Older: it.Older,
	}
	if s := it.Secret; s != nil {
		out.Secret = &jsonSecret{ID: s.ID, Preview: s.Preview}
	}
	if f := it.Fix; f != nil {
		out.Fix = &jsonFix{ID: f.ID, Safety: f.Safety, Title: r.redact.text(f.Title), Reason: r.redact.text(f.Reason)}
	}
	if s := it.Suppressed; s != nil {
		out.Suppressed = &jsonSuppression{By: s.By, Reason: r.redact.text(s.Reason)}
	}
	return out
}

func (r *Report) jsonCall(c *scanner.Call) *jsonCall {
	if c == nil {
		return nil
	}
	out := &jsonCall{
		Client: c.Client, Method: c.Method, Endpoint: r.redact.text(c.Endpoint), Line: c.Line, EndLine: c.EndLine,
	}
	if k := c.Credential; k != nil {
		out.Credential = &jsonCredential{
			From: k.From, Name: r.redact.text(k.Name), Path: r.redact.text(k.Path), Line: k.Line,
		}
	}
	return out
}

func (r *Report) jsonHistory(h *scanner.History) *jsonHistory {
	if h == nil {
		return nil
	}
	return &jsonHistory{
		First: r.jsonIntroduction(h.First), Last: r.jsonIntroduction(h.Last), Removed: r.jsonIntroduction(h.Removed),
		InHead: h.InHead, Occurrences: h.Occurrences, Paths: r.redactAll(h.Paths), Refs: r.redactAll(h.Refs),
		Object: jsonObject(h.Object),
	}
}

func (r *Report) jsonIntroduction(i *scanner.Introduction) *jsonIntroduction {
	if i == nil {
		return nil
	}
	return &jsonIntroduction{Commit: i.Commit, Time: timestamp(i.Time), Path: r.redact.text(i.Path)}
}

func (r *Report) jsonSkipped(s scanner.Skipped) jsonSkipped {
	return jsonSkipped{Path: r.redact.text(s.Path), Reason: r.redact.text(s.Reason), Failed: s.Failed}
}

func (r *Report) jsonSummary() jsonSummary {
	return jsonSummary{
		Files: r.Stats.Files, Bytes: r.Stats.Bytes, Blobs: r.Stats.Blobs, Commits: r.Stats.Commits,
		ByKind: counts(r.ByKind), Hidden: counts(r.Hidden), Silenced: counts(r.Silenced),
		Older: r.Older, Complete: r.Complete,
	}
}

func (r *Report) redactAll(all []string) []string {
	out := make([]string, 0, len(all))
	for _, s := range all {
		out = append(out, r.redact.text(s))
	}
	return out
}

// provider is the provider of a rule; a rule that a test made has no pack.
func provider(r *rules.Rule) string {
	if r.Pack == nil {
		return ""
	}
	return r.Pack.Provider
}

// timestamp writes seconds since 1970 for machines.
func timestamp(unix int64) string { return time.Unix(unix, 0).UTC().Format(time.RFC3339) }

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func counts[K comparable](m map[K]int) map[K]int {
	if m == nil {
		return map[K]int{}
	}
	return m
}

// encodeJSON encodes a value, on one line unless there is an indentation, and
// ends it with a newline. "<", ">" and "&" stay as they are. Bytes that are no
// UTF-8 become U+FFFD. What must not reach a terminal is escaped, which changes
// nothing for whoever parses the document: a log of a CI job is a terminal too.
func encodeJSON(v any, indent string) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return escapeJSON(b.Bytes()), nil
}

// escapeJSON escapes unprintable characters, which in a JSON text can only
// stand in strings, and the second "#" of what could be a command.
func escapeJSON(text []byte) []byte {
	text = bytes.ReplaceAll(text, []byte("##"), []byte(`#\u0023`))
	var out []byte
	done := 0
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf && c != 0x7f {
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		if unprintable(r) {
			out = append(out, text[done:i]...)
			out = append(out, escapeRune(r)...)
			done = i + size
		}
		i += size
	}
	if done == 0 {
		return text
	}
	return append(out, text[done:]...)
}

// escapeRune writes a rune in the escaped form of JSON.
func escapeRune(r rune) string {
	if r < 0x10000 {
		return fmt.Sprintf(`\u%04x`, r)
	}
	r -= 0x10000
	var b strings.Builder
	fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
	return b.String()
}
