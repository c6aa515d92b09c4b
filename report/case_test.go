package report_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/unhapi/unhapi/report"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// app is a small integration, with placeholders where it holds secrets.
var app = map[string]string{
	"app.py": `import os
import requests

ACME_API_KEY = os.environ["ACME_API_KEY"]


def contacts(after):
	params = {"limit": 100, "after": after, "akey": ACME_API_KEY}
	return requests.get("https://api.acme.example/v1/contacts", params=params)


def deals():
    return requests.get("https://api.acme.example/v1/deals?limit=100&properties=name,stage,amount&akey=" + ACME_API_KEY)
`,
	"config/keys.js": `// 日本語のコメント 🚀: which key is which
const acme = { token: '{{acme-token}}', second: '{{acme-token 2}}' };
module.exports = { acme, /* 鍵🔑 */ acmeKey: '{{acme-uuid}}', base: 'https://api.acme.example' };
`,
	"docs/guide.md": "Call https://api.acme.example/v1/contacts?akey=demo first.\n",
	"src/webhooks.js": `const axios = require('axios');
async function subscriptions(appId) {
  return axios.get(` + "`https://api.acme.example/webhooks/v3/${appId}/subscriptions?akey=${process.env.DEV_KEY}`" + `);
}
`,
	"ignored/old.env": "ACME_ACCESS_TOKEN={{acme-token 5}}\n",
	"inline.rb":       "TOKEN = '{{acme-token 6}}' # unhapi:ignore[acme-token] rotated, see <the wiki> & ask\n",
	"unused.rb":       "puts 'api.acme.example' # unhapi:ignore[acme-legacy-call] nothing here\n",
}

// hostile are texts and names that try to do more than be printed. The names
// that a file system may refuse never reach one: they are read as stdin.
var hostile = map[string]string{
	"\x1b[2J\x1b[31mred\a.py":           "T = '{{acme-token}}' # \x1b]0;title\a\x1b[1A\x9b31m\n",
	"::error file=a.py::done.py":        "::add-mask::x\nT = '{{acme-token 2}}'\n::stop-commands::y\n",
	"a\nb\r.py":                         "x = 1\r\nT = '{{acme-token 3}}'\r\n",
	"bidi/\u202egnp.\u2066yp":           "# \u202e }\u2066 acme\nT = '{{acme-token 4}}' # \u200b\u2069\n",
	"bytes/\xff\xfe caf\xe9.py":         "\xe9t\xe9 = '{{acme-token 5}}'\n",
	"https://x.example:80/?a=1#f%2e.py": "T = '{{acme-token 6}}'\n",
	"q?akey={{acme-uuid 7}}":            "T = '{{acme-token 7}}' # api.acme.example akey={{acme-uuid 7}}\n",
	"{{acme-token 8}}.txt":              "token {{acme-token 8}}\n",
	"log/##[group]x ##vso[task.x]y":     "##vso[task.setvariable]{{acme-token 9}}\n##[error]x\n",
	"tab\there/日本 語/[id]/(x)/ü.py":      "\tif x:\t# 日本\t🔑\n\t\tT = '{{acme-token 10}}'\t# 日本\n",
	"=cmd|' /C calc'!A0,\"x\"<b>&.py":   "T = '{{acme-token 11}}' # <script>alert(1)</script>\n",
}

// builtin loads the packs of real providers.
func builtin(t testing.TB) *rules.Set {
	t.Helper()
	s, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// acme loads the pack of the provider that does not exist.
func acme(t testing.TB) *rules.Set {
	t.Helper()
	content, err := os.ReadFile("testdata/acme.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := rules.Parse("acme.yaml", content)
	if err != nil {
		t.Fatal(err)
	}
	return &rules.Set{Packs: []*rules.Pack{p}}
}

func options(t testing.TB, s *rules.Set) scanner.Options {
	t.Helper()
	d, err := scanner.NewDetector(s)
	if err != nil {
		t.Fatal(err)
	}
	return scanner.Options{
		Detector: d, NoIgnore: true,
		Ignore: scanner.ParseIgnoreFile(".unhapiignore", []byte("ignored/\nabsent/*.py\n")),
	}
}

// scanTree scans files in a folder of their own and returns the secrets that
// their placeholders became.
func scanTree(t testing.TB, s *rules.Set, files map[string]string) (*scanner.Result, []string) {
	t.Helper()
	dir := t.TempDir()
	var secrets []string
	for name, text := range files {
		text, made := rules.Expand(s.Packs, text)
		secrets = append(secrets, made...)
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	res, err := scanner.Tree(context.Background(), []string{dir}, options(t, s))
	if err != nil {
		t.Fatal(err)
	}
	return res, secrets
}

// scanTexts scans texts under names that no file could have.
func scanTexts(t testing.TB, s *rules.Set, files map[string]string) (*scanner.Result, []string) {
	t.Helper()
	res := &scanner.Result{Source: scanner.Source{Kind: "tree"}}
	var secrets, names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	o := options(t, s)
	o.Ignore = nil
	for _, name := range names {
		path, made := rules.Expand(s.Packs, name)
		text, more := rules.Expand(s.Packs, files[name])
		secrets = append(append(secrets, made...), more...)
		one := scanner.Stdin(context.Background(), path, []byte(text), o)
		if len(one.Findings) == 0 {
			t.Errorf("nothing found in %q", name)
		}
		res.Findings = append(res.Findings, one.Findings...)
		res.Skipped = append(res.Skipped, one.Skipped...)
		res.Stats.Files++
		res.Stats.Bytes += int64(len(text))
	}
	return res, secrets
}

// testCase is a report with the secrets that must not be in it.
type testCase struct {
	name    string
	report  *report.Report
	secrets []string
}

var tool = report.Tool{Name: "unhapi", Version: "0.1.0"}

func cases(t testing.TB) []testCase {
	s := acme(t)
	res, secrets := scanTree(t, s, app)
	shown := report.New(tool, s, res, report.Show{All: true})
	plain := report.New(tool, s, res, report.Show{})
	giveFixes(plain)
	bad, badSecrets := scanTexts(t, s, hostile)
	bad.Skipped = append(bad.Skipped, scanner.Skipped{Path: "bin/\x1b[31m::x", Reason: "unreadable: \x1b[1mno\n::error::", Failed: true})
	bad.Unused = []string{".unhapiignore:1: \x1b[31m silences nothing"}
	empty := &scanner.Result{
		Source: scanner.Source{Kind: "tree", Head: "3f2a1b0c4d5e6f708192a3b4c5d6e7f801234567", Dirty: true, Label: "acme/website"},
		Stats:  scanner.Stats{Files: 1234567, Bytes: 5 << 30},
	}
	return []testCase{
		{"app", plain, secrets},
		{"all", shown, secrets},
		{"hostile", report.New(tool, s, bad, report.Show{}), badSecrets},
		{"empty", report.New(tool, s, empty, report.Show{}), nil},
		{"incomplete", report.New(tool, s, incomplete(), report.Show{}), nil},
		{"history", report.New(tool, s, history(s), report.Show{}), nil},
		{"changes", report.New(tool, s, changes(t, s), report.Show{}), nil},
	}
}

// giveFixes plans a fix of each safety, as the fixer would.
func giveFixes(r *report.Report) {
	for i := range r.Items {
		switch it := &r.Items[i]; it.Kind {
		case rules.LegacyCall, rules.KeyReference:
			it.Fix = &report.Fix{ID: "f1", Safety: "safe", Title: "send the token in the Authorization header"}
			if it.Start.Line > 10 {
				it.Fix = &report.Fix{ID: "f2", Safety: "unsafe", Title: "send the token in the Authorization header", Reason: "no caller of deals is in view"}
			}
		case rules.LegacyKey, rules.AccessToken: // what nothing fixes is together with nothing
			it.Fix = &report.Fix{Safety: "manual", Reason: "nothing in this file uses the key"}
		}
	}
}

func incomplete() *scanner.Result {
	res := &scanner.Result{Source: scanner.Source{Kind: "tree"}, Incomplete: true, Stats: scanner.Stats{Files: 3, Bytes: 999}}
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		res.Skipped = append(res.Skipped, scanner.Skipped{Path: "private/" + name + ".py", Reason: "unreadable: permission denied", Failed: true})
		res.Skipped = append(res.Skipped, scanner.Skipped{Path: "img/" + name + ".png", Reason: "binary"})
	}
	res.Skipped = append(
		res.Skipped,
		scanner.Skipped{Path: "dump.sql", Reason: "oversized: 52428800 bytes"},
		scanner.Skipped{Path: "vendor/theme", Reason: "submodule that is not checked out"},
	)
	return res
}

// changes is a scan of what is staged: one new finding, two older ones.
func changes(t testing.TB, s *rules.Set) *scanner.Result {
	res, _ := scanTexts(t, s, map[string]string{"app.py": app["app.py"]})
	res.Source = scanner.Source{Kind: "changes", Base: "9c8d7e6f5a4b3c2d1e0f9c8d7e6f5a4b3c2d1e0f", Head: "3f2a1b0c4d5e6f708192a3b4c5d6e7f801234567"}
	for _, f := range res.Findings {
		f.Older = f.Start.Line < 10
	}
	return res
}

// history is what a scan of a history gives, made by hand: no text is at hand,
// and frames came masked.
func history(s *rules.Set) *scanner.Result {
	at := func(hash string, time int64, path string) *scanner.Introduction {
		return &scanner.Introduction{Commit: hash + "0c4d5e6f708192a3b4c5d6e7f801234567", Time: time, Path: path}
	}
	frame := []scanner.FrameLine{{Number: 11, Text: "acme:"}, {Number: 12, Text: "  token: pat-…", Mark: scanner.Span{Start: 9, End: 16}}}
	make := func(id, rule, path string, line int, h *scanner.History) *scanner.Finding {
		r := s.Rule(rule)
		return &scanner.Finding{
			ID: id + "0000000000000000"[len(id):], Rule: r, Kind: r.Kind, Severity: r.Severity, Message: r.Message, Path: path,
			Start: scanner.Position{Line: line, Column: 10}, End: scanner.Position{Line: line, Column: 51},
			Secret: &scanner.Secret{ID: id + "ffffffffffffffff"[len(id):], Preview: "pat-…"}, History: h, Frame: frame,
		}
	}
	blob := scanner.Object{Type: "blob", ID: "77aa1b0c4d5e6f708192a3b4c5d6e7f801234567"}
	noID := make("a4", "acme-key", "old/.env", 12, &scanner.History{Occurrences: 1, Object: blob})
	noID.Secret = &scanner.Secret{Preview: "…"}
	message := make("a5", "acme-token", "", 1, &scanner.History{
		First: at("ab12cd3", 1500000000, ""), Last: at("ab12cd3", 1500000000, ""), Occurrences: 1, Refs: []string{"main"},
		Object: scanner.Object{Type: "commit", ID: "ab12cd30c4d5e6f708192a3b4c5d6e7f801234567"},
	})
	message.Frame = []scanner.FrameLine{{Number: 1, Text: "use token pat-… for now", Mark: scanner.Span{Start: 10, End: 17}}}
	return &scanner.Result{
		Source: scanner.Source{Kind: "history", Head: "3f2a1b0c4d5e6f708192a3b4c5d6e7f801234567"},
		Stats:  scanner.Stats{Blobs: 16432, Commits: 5606, Bytes: 183500800},
		Findings: []*scanner.Finding{
			message,
			make("a1", "acme-token", "config/live.yml", 12, &scanner.History{
				First: at("1111111", 1400000000, "config.yml"), Last: at("2222222", 1600000000, "config/live.yml"), InHead: true,
				Occurrences: 7, Paths: []string{"config.yml", "config/live.yml"}, Refs: []string{"main", "v1.0", "v1.1"}, Object: blob,
			}),
			make("a2", "acme-token", "config/live.yml", 12, &scanner.History{
				First: at("3333333", -86400, "config/live.yml"), Last: at("3333333", -86400, "config/live.yml"),
				Removed: at("4444444", 4102444800, "config/live.yml"), Occurrences: 1, Paths: []string{"config/live.yml"},
				Refs: []string{"a", "b", "c", "d", "e", "f", "g", "h", "\x1b[31mi"}, Object: blob,
			}),
			make("a3", "acme-key", "feature/settings.py", 12, &scanner.History{
				First: at("5555555", 1700000000, "feature/settings.py"), Last: at("5555555", 1700000000, "feature/settings.py"),
				Occurrences: 2, Paths: []string{"feature/settings.py"}, Refs: []string{"feature/x"}, Object: blob,
			}),
			noID,
		},
		Skipped: []scanner.Skipped{{Path: "shallow", Reason: "shallow boundary"}},
	}
}
