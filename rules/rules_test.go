package rules

import (
	"fmt"
	"strings"
	"testing"
)

func TestWordName(t *testing.T) {
	for name, want := range map[string]string{
		"HUBSPOT_API_KEY": "hubspot-api-key", "hubspotApiKey": "hubspot-api-key", "HubSpotAPIKey": "hub-spot-api-key",
		"hubspot-api-key": "hubspot-api-key", "searchApiKey": "search-api-key", "originHapiKey": "origin-hapi-key",
		"BUILTWITH_API_KEY": "builtwith-api-key", "$key2": "key2", "__": "", "HTTPServer": "http-server", "x": "x",
	} {
		if got := WordName(name); got != want {
			t.Errorf("WordName(%q) = %q, want %q", name, got, want)
		}
	}
	if NormalName("HUBSPOT_API_KEY") != NormalName("hubspotApiKey") {
		t.Error("spellings of one name differ")
	}
	if got := WordPath("hubspot", "", "crm", "api_key"); got != "hubspot.crm.api-key" {
		t.Errorf("WordPath gives %q", got)
	}
}

// testPack is a provider that does not exist, with one rule of each way.
const testPack = `schema: unhapi-pack/1
provider: acme
name: Acme
words: [acmecorp]
hosts: [api.acme.test]
endpoints: ['^/v1/things']
formats:
  key: {pattern: 'ak_[0-9a-f]{16}', sample: 'ak_{hex16}', literals: [ak_live, ak_test], bits: 64}
keep:
  paths: [{path: '/apps/[^/]+', unless: '/apps/[^/]+/open'}]
  names: ['(^|[.-])partner-key']
open: ['/public/']
rules:
  - id: acme-call
    kind: legacy-call
    message: request sends the key in its URL
    parameter: {names: [ak], distinctive: true, keep: acme-partner, reference: acme-reference}
    examples: {match: [{file: a, text: b}], ignore: [{file: a, text: b}]}
  - id: acme-partner
    kind: developer-call
    message: request of a partner
    examples: {match: [{file: a, text: b}], ignore: [{file: a, text: b}]}
  - id: acme-reference
    kind: key-reference
    message: reads the key
    examples: {match: [{file: a, text: b}], ignore: [{file: a, text: b}]}
  - id: acme-key
    kind: access-token
    message: key in the text
    credential: {formats: [key], names: ['acme']}
    examples: {match: [{file: a, text: b}], ignore: [{file: a, text: b}]}
`

func parseTestPack(t *testing.T) *Pack {
	t.Helper()
	p, err := Parse("acme.yaml", []byte(testPack))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestClassify(t *testing.T) {
	p := parseTestPack(t)
	call, key, ref := p.Rule("acme-call"), p.Rule("acme-key"), p.Rule("acme-reference")
	for _, c := range []struct {
		why  string
		f    Facts
		want Kind
		rule string
	}{
		{"a call to the provider", Facts{Place: PlaceParameter, Rule: call, Evidence: InFlow, Endpoint: AccountEndpoint}, LegacyCall, "acme-call"},
		{"a distinctive name needs no evidence", Facts{Place: PlaceParameter, Rule: call, Evidence: NoEvidence}, LegacyCall, "acme-call"},
		{"another party's parameter", Facts{Place: PlaceParameter, Rule: call, Evidence: Foreign}, "", ""},
		{"a server that receives it", Facts{Place: PlaceParameter, Rule: call, Evidence: InFlow, Receives: true}, "", ""},
		{"already migrated", Facts{Place: PlaceParameter, Rule: call, Evidence: InFlow, Migrated: true}, "", ""},
		{"a comment", Facts{Place: PlaceParameter, Rule: call, Evidence: InFlow, Region: Comment}, Mention, "acme-call"},
		{"a stub", Facts{Place: PlaceParameter, Rule: call, Evidence: InFlow, Region: Stub}, Mention, "acme-call"},
		{"the endpoint keeps the key", Facts{Place: PlaceParameter, Rule: call, Evidence: InFlow, Endpoint: KeepEndpoint}, DeveloperCall, "acme-partner"},
		{"a developer name on an account endpoint changes nothing", Facts{Place: PlaceParameter, Rule: call, Evidence: InFlow, Endpoint: AccountEndpoint, KeepName: true}, LegacyCall, "acme-call"},
		{"a developer name where the endpoint is unknown", Facts{Place: PlaceParameter, Rule: call, Evidence: InFlow, KeepName: true}, DeveloperCall, "acme-partner"},
		{"an SDK method where the endpoint is unknown", Facts{Place: PlaceClient, Rule: call, Evidence: InFlow, KeepMethod: true}, DeveloperCall, "acme-partner"},
		{"a security scheme", Facts{Place: PlaceScheme, Rule: call, Evidence: InFile}, LegacyClient, "acme-call"},
		{"a reference in code", Facts{Place: PlaceReference, Rule: ref, Evidence: InFile}, KeyReference, "acme-reference"},
		{"a reference in a comment", Facts{Place: PlaceReference, Rule: ref, Evidence: InFile, Region: Comment}, "", ""},
		{"a secret in documentation is one", Facts{Place: PlaceValue, Rule: key, Evidence: InFile, Region: Docs, Content: SecretLiteral}, AccessToken, "acme-key"},
		{"a value that nothing ties to the provider", Facts{Place: PlaceValue, Rule: key, Evidence: NoEvidence, Content: SecretLiteral}, "", ""},
		{"a placeholder", Facts{Place: PlaceValue, Rule: key, Evidence: InFlow, Content: PlaceholderLiteral}, Placeholder, "acme-key"},
		{"a published key", Facts{Place: PlaceValue, Rule: key, Evidence: InFlow, Content: DemoLiteral}, DemoKey, "acme-key"},
		{"no rule", Facts{Place: PlaceValue}, "", ""},
	} {
		got := Classify(c.f)
		if got.Kind != c.want || c.rule != "" && got.Rule.ID != c.rule {
			t.Errorf("%s: got %+v, want %s of %s", c.why, got, c.want, c.rule)
		}
		if got.Kind != "" && !got.Severity.Fails() && got.Kind.Severity().Fails() {
			t.Errorf("%s: severity %s does not fail", c.why, got.Severity)
		}
	}
}

func TestEndpointOf(t *testing.T) {
	p := parseTestPack(t)
	for _, c := range []struct {
		host, path string
		want       EndpointClass
	}{
		{"api.acme.test", "/v1/things/{id}", AccountEndpoint},
		{"", "/v1/things", AccountEndpoint},
		{"eu.api.acme.test", "/other/place/x", AccountEndpoint},
		{"api.acme.test", "/apps/{appId}/settings", KeepEndpoint},
		{"api.acme.test", "/apps/{appId}/open", UnknownEndpoint}, // too little of the path is spelled out
		{"api.acme.test", "/public/forms", OpenEndpoint},
		{"api.acme.test", "/{path}", UnknownEndpoint},
		{"", "", UnknownEndpoint},
		{"", "/elsewhere/x", UnknownEndpoint},
	} {
		if got := p.EndpointOf(c.host, c.path); got != c.want {
			t.Errorf("EndpointOf(%q, %q) = %d, want %d", c.host, c.path, got, c.want)
		}
	}
}

// TestParseListsEveryMistake: a pack's author sees all mistakes at once, with
// line and rule.
func TestParseListsEveryMistake(t *testing.T) {
	broken := strings.NewReplacer(
		"words: [acmecorp]", "words: [ak]\nwrods: [x]",
		"pattern: 'ak_[0-9a-f]{16}'", "pattern: 'ak_[0-9a-f{16}'",
		"keep: acme-partner", "keep: acme-nobody",
		"kind: access-token", "kind: token",
		"formats: [key]", "formats: [key, kez]",
		"message: request of a partner\n    examples: {match: [{file: a, text: b}], ignore: [{file: a, text: b}]}", "message: request of a partner.",
	).Replace(testPack)
	_, err := Parse("acme.yaml", []byte(broken))
	all := ""
	for _, m := range Mistakes(err) {
		all += m.Error() + "\n"
	}
	for _, want := range []string{
		`acme.yaml:5:1: key "wrods" is unknown here`,
		`word "ak" is shorter than five bytes`,
		`format key: error parsing regexp`,
		`rule acme-call: keep names the rule "acme-nobody"`,
		`rule acme-key: kind "token" is unknown`,
		`rule acme-key: format "kez" is not defined`,
		`rule acme-partner: the message must be one line without a full stop`,
		`rule acme-partner: examples are missing`,
	} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is missing in:\n%s", want, all)
		}
	}
}

// TestClientVersionsAreChecked: what ties a client to manifests is checked,
// with line and column.
func TestClientVersionsAreChecked(t *testing.T) {
	const client = `  - id: acme-client
    kind: legacy-client
    message: client in key mode
    clients:
      - name: acme-sdk
        files: [.js]
        anchor: acmeKey
        pattern: '(?P<at>acmeKey)'
        since: SINCE
        until: UNTIL
        packages: PACKAGES
        match: [{file: a.js, text: acmeKey}]
    examples: {match: [{file: a, text: b}], ignore: [{file: a, text: b}]}
`
	lines := strings.Count(testPack, "\n")
	for _, c := range []struct {
		since, until, packages string
		want                   []string // "line:column: text", the line counted from the rule
	}{
		{"1.2.0", "v3", "[acme, '@acme/sdk', 'acme/sdk']", nil},
		{"latest", "'>= 2'", "[acme]", []string{"9:16: since is not a version", "10:16: until is not a version"}},
		{"''", "1.x", "[]", []string{"9:16: since is not a version", "10:16: until is not a version", "11:19: packages is empty"}},
		{"1", "2", "[acme, 'acme sdk', '', acme]", []string{"11:26: a package is named without spaces", "11:38: a package is named without spaces", "11:42: the package is named twice"}},
	} {
		text := strings.NewReplacer("SINCE", c.since, "UNTIL", c.until, "PACKAGES", c.packages).Replace(client)
		_, err := Parse("acme.yaml", []byte(testPack+text))
		mistakes := Mistakes(err)
		if len(mistakes) != len(c.want) {
			t.Errorf("%v: %v", c, err)
			continue
		}
		for i, m := range mistakes {
			got := fmt.Sprintf("%d:%d: %s", m.Line-lines, m.Column, strings.TrimPrefix(m.Text, "client acme-sdk: "))
			if !strings.HasPrefix(got, c.want[i]) || m.Rule != "acme-client" {
				t.Errorf("%v: rule %s, %q, want %q", c, m.Rule, got, c.want[i])
			}
		}
	}
}

func TestParseQuotesNoValue(t *testing.T) {
	_, err := Parse("acme.yaml", []byte("schema: unhapi-pack/1\nrules: 0123456789abcdef\n"))
	if err == nil || strings.Contains(err.Error(), "0123") {
		t.Errorf("the error is %v", err)
	}
}

func TestUserPacksExtendTheBuiltIn(t *testing.T) {
	set, err := Load(File{"acme.yaml", []byte(testPack)}, File{"off.yaml", []byte("schema: unhapi-pack/1\nprovider: house\nname: House\ndisable: [hubspot-oauth-token]\n")})
	if err != nil {
		t.Fatal(err)
	}
	if set.Rule("acme-key") == nil || set.Rule("hubspot-legacy-key") == nil {
		t.Error("a rule is missing")
	}
	if set.Rule("hubspot-oauth-token") != nil {
		t.Error("a disabled rule is there")
	}
	plain, _ := Load()
	if plain.Digest() == set.Digest() {
		t.Error("the digest does not tell the rules apart")
	}
	_, err = Load(File{"twice.yaml", []byte(strings.ReplaceAll(testPack, "acme-key", "hubspot-legacy-key"))})
	if err == nil || !strings.Contains(err.Error(), "the id is used by hubspot.yaml") {
		t.Errorf("a clash of ids gives %v", err)
	}
}

// TestLoadInstead: a file with the name of a built-in pack takes its place, and
// only then.
func TestLoadInstead(t *testing.T) {
	files, err := builtinFiles()
	if err != nil {
		t.Fatal(err)
	}
	plain, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for i := range files {
		files[i].Name = "rules/packs/" + files[i].Name
	}
	set, err := LoadInstead(files...)
	if err != nil || len(set.Packs) != len(plain.Packs) || set.Digest() != plain.Digest() {
		t.Errorf("the built-in packs in place of themselves: %v", err)
	}
	if _, err := Load(files...); err == nil {
		t.Error("a pack of the user took the place of a built-in one")
	}
	files[0].Name = "other.yaml"
	if _, err := LoadInstead(files[0]); err == nil {
		t.Error("a file of another name took its place")
	}
}

// TestSynthetic: made-up values have their format, differ, and look random.
func TestSynthetic(t *testing.T) {
	set, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range set.Packs {
		for _, f := range p.Formats {
			seen := map[string]bool{}
			for n := 1; n <= 50; n++ {
				v := f.Synthetic(n)
				if seen[v] || !f.MatchValue(v) || v != f.Synthetic(n) {
					t.Errorf("%s: value %d is not one of its own", f.Name, n)
				}
				seen[v] = true
			}
		}
	}
	text, made := Expand(set.Packs, "a {{uuid}} b {{uuid 2}} c {{uuid}} {{nothing}} {{.x}}")
	if len(made) != 3 || made[0] != made[2] || made[0] == made[1] || !strings.HasSuffix(text, "{{nothing}} {{.x}}") {
		t.Errorf("expanded %d values into %d bytes", len(made), len(text))
	}
}
