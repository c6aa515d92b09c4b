package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/report"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// TestExamplesLeakNothing writes every example of every built-in pack in every
// format.
func TestExamplesLeakNothing(t *testing.T) {
	s := builtin(t)
	files, n := map[string]string{}, 0
	add := func(examples []rules.Example) {
		for _, e := range examples {
			n++
			files[fmt.Sprintf("%03d/%s", n, e.File)] = e.Text + "\n"
		}
	}
	for _, p := range s.Packs {
		for _, r := range p.Rules {
			add(r.Examples.Match)
			add(r.Examples.Ignore)
			for _, c := range r.Clients {
				add(c.Match)
			}
		}
	}
	res, secrets := scanTree(t, s, files)
	r := report.New(tool, s, res, report.Show{All: true})
	if len(r.Items) < n/2 || len(secrets) == 0 {
		t.Fatalf("%d findings in %d examples", len(r.Items), n)
	}
	for _, f := range report.Formats() {
		out := bytes.ToLower(write(t, r, f, report.Style{Width: 80}))
		for _, secret := range secrets {
			if bytes.Contains(out, []byte(strings.ToLower(secret))) {
				t.Errorf("%s holds a secret that starts with %.9s", f.Name, secret)
			}
		}
	}
}

// TestContract checks the fields of the JSON formats against the list that is
// promised, and that a line of jsonl has the same ones.
func TestContract(t *testing.T) {
	want := map[string]string{
		"":        "schema tool source findings skipped unused summary",
		"tool":    "name version",
		"source":  "kind label head base dirty rules",
		"finding": "id rule provider kind severity path line column endLine endColumn message secret call fix history suppressed older",
		"call":    "client method endpoint line endLine credential",
		"fix":     "id safety title reason",
		"history": "first last removed inHead occurrences paths refs object",
		"skipped": "path reason failed",
		"unused":  "text",
		"summary": "files bytes blobs commits byKind hidden silenced older complete",
	}
	for _, c := range cases(t) {
		var doc map[string]json.RawMessage
		out := write(t, c.report, format(t, "json"), report.Style{})
		if err := json.Unmarshal(out, &doc); err != nil {
			t.Fatal(err)
		}
		sameKeys(t, c.name, out, want[""])
		sameKeys(t, c.name, doc["source"], want["source"])
		sameKeys(t, c.name, doc["summary"], want["summary"])
		var findings []map[string]json.RawMessage
		if err := json.Unmarshal(doc["findings"], &findings); err != nil || findings == nil {
			t.Fatalf("findings: %v", err)
		}
		var raw []json.RawMessage
		_ = json.Unmarshal(doc["findings"], &raw)
		sameCounts(t, c.name, c.report, doc["summary"])
		for i, f := range findings {
			sameKeys(t, c.name, raw[i], want["finding"])
			for _, object := range []string{"call", "fix", "history"} {
				if string(f[object]) != "null" {
					sameKeys(t, c.name, f[object], want[object])
				}
			}
		}
		var unused []json.RawMessage
		if err := json.Unmarshal(doc["unused"], &unused); err != nil || len(unused) != len(c.report.Unused) {
			t.Errorf("%s: %d unused suppressions, want %d: %v", c.name, len(unused), len(c.report.Unused), err)
		}
		for _, u := range unused {
			sameKeys(t, c.name, u, want["unused"])
		}
		lines := bytes.Split(bytes.TrimSpace(write(t, c.report, format(t, "jsonl"), report.Style{})), []byte("\n"))
		if len(lines) != 2+len(findings)+len(c.report.Skipped)+len(unused) {
			t.Errorf("%s: %d lines", c.name, len(lines))
		}
		sameKeys(t, c.name, lines[0], "type schema tool source")
		sameKeys(t, c.name, lines[len(lines)-1], "type "+want["summary"])
		for _, l := range lines[1 : 1+len(findings)] {
			sameKeys(t, c.name, l, "type "+want["finding"])
		}
		for _, l := range lines[len(lines)-1-len(unused) : len(lines)-1] {
			sameKeys(t, c.name, l, "type "+want["unused"])
		}
	}
}

// sameCounts compares the numbers of the summary with the findings that the
// report lists.
func sameCounts(t *testing.T, name string, r *report.Report, summary []byte) {
	t.Helper()
	var s struct {
		ByKind map[rules.Kind]int `json:"byKind"`
	}
	if err := json.Unmarshal(summary, &s); err != nil {
		t.Fatal(err)
	}
	listed := map[rules.Kind]int{}
	for _, it := range r.Items {
		if it.Suppressed == nil && !it.Older {
			listed[it.Kind]++
		}
	}
	if !maps.Equal(s.ByKind, listed) {
		t.Errorf("%s: the summary counts %v, the list has %v", name, s.ByKind, listed)
	}
}

// sameKeys compares the keys of an object, in their order.
func sameKeys(t *testing.T, name string, object []byte, want string) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(object))
	var keys []string
	if _, err := dec.Token(); err != nil {
		t.Fatal(err)
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, fmt.Sprint(key))
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(keys, " "); got != want {
		t.Errorf("%s: keys\n%s\nwant\n%s", name, got, want)
	}
}

// TestCounts checks that what is not shown is counted, and that it never
// changes whether the run fails.
func TestCounts(t *testing.T) {
	s := acme(t)
	res, _ := scanTree(t, s, app)
	some, all := report.New(tool, s, res, report.Show{}), report.New(tool, s, res, report.Show{All: true})
	if some.Failing != all.Failing || some.Failing == 0 {
		t.Errorf("failing: %d, %d", some.Failing, all.Failing)
	}
	if len(all.Items) != len(res.Findings) || len(all.Hidden) != 0 || some.Hidden[rules.DemoKey] != 1 {
		t.Errorf("%d of %d shown, hidden %v and %v", len(all.Items), len(res.Findings), some.Hidden, all.Hidden)
	}
	if some.Silenced[scanner.ByInline] != 1 || some.Silenced[scanner.ByFile] != 1 {
		t.Errorf("silenced: %v", some.Silenced)
	}
}

// TestFixCounts checks that the summary counts fixes that several findings share
// once, and every finding that nothing fixes.
func TestFixCounts(t *testing.T) {
	s := acme(t)
	res, _ := scanTree(t, s, app)
	r := report.New(tool, s, res, report.Show{})
	giveFixes(r)
	manual := 0
	for _, it := range r.Items {
		if it.Fix != nil && it.Fix.Safety == "manual" {
			manual++
		}
	}
	out := string(write(t, r, format(t, "text"), report.Style{Width: 80}))
	if want := fmt.Sprintf("1 unsafe (--unsafe), %d by hand", manual); manual < 2 || !strings.Contains(out, want) {
		t.Errorf("the summary does not say %q:\n%s", want, out[strings.Index(out, "Summary"):])
	}
}

// TestRedact masks what only a path or a reason tells.
func TestRedact(t *testing.T) {
	s := builtin(t)
	res, secrets := scanTree(t, s, map[string]string{"a.py": "import hubspot\nhapikey = '{{uuid}}'\n"})
	if len(secrets) != 1 || len(res.Findings) == 0 {
		t.Fatalf("%d findings", len(res.Findings))
	}
	expand := func(text string) string {
		text, more := rules.Expand(s.Packs, text)
		secrets = append(secrets, more...)
		return text
	}
	for _, path := range []string{
		"logs/" + secrets[0] + "/x.log", strings.ToUpper(secrets[0]), expand("contacts?hapikey={{uuid 9}}&a=b"),
		expand("x-{{app-token 3}}.txt"), expand("x/{{cli-key 3}}"),
	} {
		res.Skipped = append(res.Skipped, scanner.Skipped{Path: path, Reason: "binary: " + path, Failed: true})
	}
	plain := "data/123e4567-e89b-12d3-a456-426614174000.json"
	res.Skipped = append(res.Skipped, scanner.Skipped{Path: plain, Reason: "binary"})
	r := report.New(tool, s, res, report.Show{})
	for _, f := range report.Formats() {
		out := string(write(t, r, f, report.Style{}))
		for i, secret := range secrets {
			if strings.Contains(strings.ToLower(out), strings.ToLower(secret)) {
				t.Errorf("%s holds secret %d", f.Name, i)
			}
		}
		if f.Name == "json" && !strings.Contains(out, plain) {
			t.Errorf("%s: a name that is no secret was masked", f.Name)
		}
	}
}

// TestWriteError checks that no format hides that its destination failed.
func TestWriteError(t *testing.T) {
	r := find(t, "app").report
	for _, f := range report.Formats() {
		if err := f.Write(failing{}, r, report.Style{}); !errors.Is(err, errFull) {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

var errFull = errors.New("no space left")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }
