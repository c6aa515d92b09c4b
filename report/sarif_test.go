package report_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/unhapi/unhapi/report"
)

const (
	schemaFile = "testdata/sarif-schema-2.1.0.json"
	schemaSum  = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"
)

func sarifSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	content, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != schemaSum {
		t.Fatalf("%s is not the file of OASIS", schemaFile)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func format(t testing.TB, name string) report.Format {
	t.Helper()
	for _, f := range report.Formats() {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("no format %s", name)
	return report.Format{}
}

func TestSARIFSchema(t *testing.T) {
	schema := sarifSchema(t)
	for _, c := range cases(t) {
		out := write(t, c.report, format(t, "sarif"), report.Style{})
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		for _, broken := range []string{
			strings.Replace(string(out), `"level": "error"`, `"level": "high"`, 1),
			strings.Replace(string(out), `"version": "2.1.0"`, `"version": "2.0"`, 1),
			strings.Replace(string(out), `"results": [`, `"outcomes": [`, 1),
		} {
			doc, err := jsonschema.UnmarshalJSON(strings.NewReader(broken))
			if err != nil {
				t.Fatal(err)
			}
			if broken != string(out) && schema.Validate(doc) == nil {
				t.Errorf("%s: the schema takes anything", c.name)
			}
		}
	}
}

// location is what the tests read of a place.
type location struct {
	ID       int
	Physical struct {
		Artifact struct{ URI, URIBaseID string } `json:"artifactLocation"`
		Region   struct {
			StartLine, StartColumn, EndLine, EndColumn int
			Snippet                                    *struct{ Text string }
		}
		ContextRegion *struct{ Snippet struct{ Text string } }
	} `json:"physicalLocation"`
	Message struct{ Text string }
}

type run struct {
	Tool struct {
		Driver struct{ Rules []struct{ ID string } }
	}
	ColumnKind string
	Results    []struct {
		RuleID           string
		RuleIndex        int
		Message          struct{ Text string }
		Locations        []location
		RelatedLocations []location
		Fingerprints     map[string]string `json:"partialFingerprints"`
		Suppressions     []struct{ Kind, Justification string }
	}
}

func sarifRun(t *testing.T, r *report.Report) run {
	t.Helper()
	var doc struct{ Runs []run }
	if err := json.Unmarshal(write(t, r, format(t, "sarif"), report.Style{}), &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Runs) != 1 || doc.Runs[0].Results == nil {
		t.Fatalf("%d runs, or no results", len(doc.Runs))
	}
	return doc.Runs[0]
}

func find(t *testing.T, name string) testCase {
	t.Helper()
	for _, c := range cases(t) {
		if c.name == name {
			return c
		}
	}
	t.Fatalf("no case %s", name)
	return testCase{}
}

// TestSARIFPlaces checks what code scanning needs, for every case.
func TestSARIFPlaces(t *testing.T) {
	for _, c := range cases(t) {
		x := sarifRun(t, c.report)
		type alert struct {
			rule, uri string
			line      int
		}
		seen := map[alert]bool{}
		for _, res := range x.Results {
			if x.Tool.Driver.Rules[res.RuleIndex].ID != res.RuleID {
				t.Errorf("%s: ruleIndex of %s", c.name, res.RuleID)
			}
			at := res.Locations[0].Physical
			a := alert{res.RuleID, at.Artifact.URI, at.Region.StartLine}
			if seen[a] && c.name != "history" {
				t.Errorf("%s: two results of %v", c.name, a)
			}
			seen[a] = true
			u, err := url.Parse(at.Artifact.URI)
			if err != nil || u.IsAbs() || u.Host != "" || u.RawQuery != "" || u.Fragment != "" || strings.HasPrefix(u.Path, "/") {
				t.Errorf("%s: %q is not a relative reference: %v", c.name, at.Artifact.URI, err)
			}
			if decoded, err := url.PathUnescape(at.Artifact.URI); err != nil || !utf8.ValidString(decoded) {
				t.Errorf("%s: %q does not decode", c.name, at.Artifact.URI)
			}
			if at.Region.EndLine < at.Region.StartLine || at.Region.EndLine == at.Region.StartLine && at.Region.EndColumn < at.Region.StartColumn {
				t.Errorf("%s: region ends before it starts: %+v", c.name, at.Region)
			}
			if res.Fingerprints["unhapi/v1"] == "" {
				t.Errorf("%s: no fingerprint", c.name)
			}
		}
	}
}

// TestSARIFColumns counts in UTF-16: each of the characters before the key is
// one unit but the emoji, which are two.
func TestSARIFColumns(t *testing.T) {
	for _, res := range sarifRun(t, find(t, "app").report).Results {
		if res.RuleID != "acme-key" {
			continue
		}
		before := "module.exports = { acme, /* 鍵🔑 */ acmeKey: '"
		units := len([]rune(before)) + 1
		at := res.Locations[0].Physical.Region
		if at.StartLine != 3 || at.StartColumn != units+1 || at.EndColumn != units+1+36 {
			t.Errorf("region %+v, want column %d", at, units+1)
		}
		return
	}
	t.Error("no result")
}

func TestSARIFOneAlertALine(t *testing.T) {
	for _, res := range sarifRun(t, find(t, "app").report).Results {
		if res.RuleID != "acme-token" {
			continue
		}
		if len(res.RelatedLocations) != 1 || !strings.Contains(res.Message.Text, "(2 on this line)") {
			t.Errorf("%+v", res)
		}
		return
	}
	t.Error("no result")
}

func TestSARIFSuppressed(t *testing.T) {
	for _, res := range sarifRun(t, find(t, "app").report).Results {
		if len(res.Suppressions) > 0 {
			t.Error("a suppressed result would become an open alert")
		}
	}
	kinds := map[string]bool{}
	for _, res := range sarifRun(t, find(t, "all").report).Results {
		for _, s := range res.Suppressions {
			kinds[s.Kind] = true
		}
	}
	if !kinds["inSource"] || !kinds["external"] {
		t.Errorf("kinds of suppression: %v", kinds)
	}
}
