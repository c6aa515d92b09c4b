// Package rules holds what is known of providers, as data, and decides what a
// place in a text is.
//
// A [Pack] describes one provider: the words that wake it, the formats of its
// credentials, where the retired credential is put, the SDKs that take it, and
// the places where the old form is still right. Packs are YAML files; the
// built-in ones are embedded. [Classify] is the one place where what is known
// of a place ([Facts]) becomes a [Kind].
//
// The package reads no source text: finding the places is the scanner's work.
package rules

import (
	"gopkg.in/yaml.v3"

	"github.com/unhapi/unhapi/internal/pattern"
)

// Schema is the value of the key "schema" that a pack file must carry.
const Schema = "unhapi-pack/1"

// Pack is everything that is known of one provider.
type Pack struct {
	Schema   string `yaml:"schema"`
	Provider string `yaml:"provider"` // identifier: lower-case letters, digits, "-"
	Name     string `yaml:"name"`     // as the provider writes it
	Docs     string `yaml:"docs"`     // link to the provider's migration guide
	Sunset   string `yaml:"sunset"`   // the day the old form stopped, YYYY-MM-DD

	// Words wake the pack: a text without any of them is not looked at for
	// formats that have no literal of their own. They are also what counts
	// as evidence of the provider. Matched without regard to case.
	Words []string `yaml:"words"`
	// Hints are words that make the provider likely where they stand beside
	// a value, but are too common to wake the pack.
	Hints []string `yaml:"hints"`
	// Hosts are the provider's host names; sub-domains count.
	Hosts []string `yaml:"hosts"`
	// Endpoints are regular expressions of paths that belong to the provider
	// even where no host is in view.
	Endpoints []string `yaml:"endpoints"`
	// Formats are the shapes of values, by name.
	Formats map[string]*Format `yaml:"formats"`
	// Keep says where the old form must stay.
	Keep Keep `yaml:"keep"`
	// Open lists regular expressions of URLs (host and path) that need no
	// credential at all.
	Open []string `yaml:"open"`
	// Demo lists values that the vendor publishes for everybody.
	Demo []string `yaml:"demo"`
	// Target is the new form.
	Target Target `yaml:"target"`
	Rules  []Rule `yaml:"rules"`

	// Disable lists rules of other packs that this file turns off.
	Disable []string `yaml:"disable"`

	source string
	re     compiled
}

// Format is the shape of a value.
type Format struct {
	// Pattern matches the whole value (RE2 syntax).
	Pattern string `yaml:"pattern"`
	// Sample makes synthetic values for tests and examples; see [Expand].
	Sample string `yaml:"sample"`
	// Literals wake the format by themselves; each is at least five bytes,
	// the common ones first.
	Literals []string `yaml:"literals"`
	// Shape names the cheap test of formats that have no literal: "uuid" or
	// "run" (at least 40 characters of letters, digits, "-" and "_").
	Shape string `yaml:"shape"`
	// Prefix is the public beginning that a preview may show.
	Prefix string `yaml:"prefix"`
	// Bits is how many bits of a value are random. Values with fewer than
	// 100 get no public id.
	Bits int `yaml:"bits"`
	// Fold says that letter case does not matter.
	Fold bool `yaml:"fold"`

	Name string `yaml:"-"`
	re   *pattern.Regexp
	in   *pattern.Regexp
}

// Keep says where the old form is still right: requests that a developer key
// must make, and the key itself.
type Keep struct {
	// Paths are regular expressions of endpoints. An expression of a URL, in
	// a normalised path, reads as "{name}".
	Paths []KeepPath `yaml:"paths"`
	// Methods are regular expressions of SDK calls that use the kept key.
	Methods []string `yaml:"methods"`
	// Names are regular expressions of variable, option and environment
	// names, in the form of [WordName].
	Names []string `yaml:"names"`
}

// KeepPath is an endpoint that keeps the old form, unless another expression
// names it as one of the exceptions to the exception.
type KeepPath struct {
	Path   string `yaml:"path"`
	Unless string `yaml:"unless"`
}

// Target is how a request authenticates after the migration.
type Target struct {
	Header string `yaml:"header"` // name of the header
	Value  string `yaml:"value"`  // "{token}" stands for the secret
	Env    string `yaml:"env"`    // environment variable that holds it
	// KeepEnv is the environment variable of a key that stays valid.
	KeepEnv string `yaml:"keep-env"`
	// LegacyEnv are regular expressions of environment names, in word
	// form, that held the old secret.
	LegacyEnv []string `yaml:"legacy-env"`
	// SameSecret says that the old secret may be sent in the new form.
	SameSecret bool `yaml:"same-secret"`
	// Create says where the new credential is made.
	Create string `yaml:"create"`
}

// Rule is one thing to find. Exactly one of Credential, Parameter and Clients
// says how.
type Rule struct {
	ID       string   `yaml:"id"` // permanent; reads after the word "ignore"
	Kind     Kind     `yaml:"kind"`
	Severity Severity `yaml:"severity"` // default: the kind's
	Message  string   `yaml:"message"`  // one line, no full stop
	Help     string   `yaml:"help"`     // what to do next

	Credential *Credential `yaml:"credential"`
	Parameter  *Parameter  `yaml:"parameter"`
	Clients    []Client    `yaml:"clients"`
	Examples   Examples    `yaml:"examples"`

	Pack *Pack `yaml:"-"`
	line int
}

// Credential finds values by format and by the name they stand under.
type Credential struct {
	Formats []string `yaml:"formats"`
	// Alone says that the format needs no name.
	Alone bool `yaml:"alone"`
	// Names are regular expressions over names in the form of [WordName],
	// joined with those of the enclosing keys by ".".
	Names []string `yaml:"names"`
	// Near are names that count only where the provider is in view.
	Near []string `yaml:"near"`
	// Unless are names that rule the value out.
	Unless []string `yaml:"unless"`
	// Beside makes names say more than they do by themselves.
	Beside BesideWords `yaml:"beside"`

	formats                     []*Format
	names, near, unless, beside []*pattern.Regexp
}

// BesideWords are names that make a value of the format a finding in a text
// that holds one of the words, unless the value is seen to be something else.
type BesideWords struct {
	Words []string `yaml:"words"`
	Names []string `yaml:"names"`
}

// Parameter finds requests that carry the credential under a name.
type Parameter struct {
	Names []string `yaml:"names"`
	// Not are spellings of the name that are something else.
	Not []string `yaml:"not"`
	// Distinctive says that the name itself is evidence of the provider.
	Distinctive bool `yaml:"distinctive"`
	// Keep is the rule that reports a request that must keep the old form.
	Keep string `yaml:"keep"`
	// Reference is the rule that reports where the key is read.
	Reference string `yaml:"reference"`
}

// Client finds the construct of one SDK, or the entry of one kind of
// configuration file, that works in key mode.
type Client struct {
	Name string `yaml:"name"`
	// Files are the ends of the names of the files to look at, such as ".js";
	// a pattern with "*" or "/" is matched against the path.
	Files []string `yaml:"files"`
	// Anchor is a literal that every match holds, in this letter case.
	Anchor string `yaml:"anchor"`
	// Pattern has a group "at" (what is reported) and may have groups
	// "value" (the expression of the key) and "method".
	Pattern string `yaml:"pattern"`
	// Requires must match somewhere in the text.
	Requires string `yaml:"requires"`
	// Unless must not match in the match.
	Unless string `yaml:"unless"`
	// Value, where set, must match the text from the value on.
	Value string `yaml:"value"`
	// Guide says what to do where no fix exists.
	Guide string `yaml:"guide"`
	// Rename is the fix: each name, found in "at", gets its new form.
	Rename map[string]string `yaml:"rename"`
	// Beside are changes of members beside the match, in a configuration file.
	Beside []Beside `yaml:"beside"`
	// Doubt is what has to hold outside of the files for the fix to be right.
	Doubt string `yaml:"doubt"`
	// Option is an option that the new form needs next to what is in "at"; it
	// is added where the construct does not name it.
	Option string `yaml:"option"`
	// Since is the first version that has the new form, where not every
	// version with the old form has it.
	Since string `yaml:"since"`
	// Until is the version from which on the old form is ignored or means
	// something else, so that code which uses it there is not what it seems.
	Until string `yaml:"until"`
	// Packages are the names of the client in manifests and lock files; the
	// default is Name.
	Packages []string `yaml:"packages"`

	Match []Example `yaml:"match"`

	re, requires, unless, value *pattern.Regexp

	values map[string]*yaml.Node // by key, where they stand; nil in built-in packs
}

// Beside is a change of one member of a configuration.
type Beside struct {
	// Path leads from the mapping that holds the match to the member: ".." is
	// the mapping around, "/" stands between the steps.
	Path string `yaml:"path"`
	// Name is the member's new name; Value the text that it has after the fix,
	// whether it is there before or not.
	Name  string `yaml:"name"`
	Value string `yaml:"value"`
	// Was is the only text that Value may take the place of; empty for any.
	Was string `yaml:"was"`
}

// PackageNames are the names of the client in manifests and lock files.
func (c *Client) PackageNames() []string {
	if len(c.Packages) > 0 {
		return c.Packages
	}
	return []string{c.Name}
}

// Examples are the texts that prove a rule.
type Examples struct {
	Match  []Example `yaml:"match"`
	Ignore []Example `yaml:"ignore"`
}

// Example is one text. "{{format}}" in it stands for a synthetic value of that
// format, "{{format 2}}" for a second one.
type Example struct {
	File string `yaml:"file"`
	Text string `yaml:"text"`
}
