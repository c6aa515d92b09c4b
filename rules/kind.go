package rules

import "fmt"

// Kind says what a finding is. The set is closed: reports, baselines and the
// fixer all rely on it.
type Kind string

// The kinds, in the order in which a reader should care about them.
const (
	// AccessToken is a hard-coded secret that opens something today.
	AccessToken Kind = "access-token"
	// DeveloperKey is the value of a developer key, valid under the name of
	// the retired one.
	DeveloperKey Kind = "developer-key"
	// OAuthSecret is a client secret, refresh token or OAuth access token.
	OAuthSecret Kind = "oauth-secret"
	// CLIKey is the personal access key of the vendor's command line tool.
	CLIKey Kind = "cli-key"
	// LegacyKey is the value of a retired key.
	LegacyKey Kind = "legacy-key"
	// LegacyCall is code that authenticates a request in the retired way,
	// wherever the key comes from.
	LegacyCall Kind = "legacy-call"
	// LegacyClient is an SDK client or a configuration entry in key mode.
	LegacyClient Kind = "legacy-client"
	// DeveloperCall is a request that must keep the old form.
	DeveloperCall Kind = "developer-call"
	// KeyReference is code or configuration that reads the key of a call.
	KeyReference Kind = "key-reference"
	// Placeholder is a stand-in where a key belongs.
	Placeholder Kind = "placeholder"
	// DemoKey is a key that the vendor publishes for everybody.
	DemoKey Kind = "demo-key"
	// Mention is a call or a client in text that sends nothing.
	Mention Kind = "mention"
)

// Kinds lists every kind, most urgent first.
func Kinds() []Kind {
	return []Kind{
		AccessToken, DeveloperKey, OAuthSecret, CLIKey, LegacyKey, LegacyCall,
		LegacyClient, DeveloperCall, KeyReference, Placeholder, DemoKey, Mention,
	}
}

// Severity orders findings by urgency.
type Severity string

// The severities, most urgent first.
const (
	Critical Severity = "critical"
	High     Severity = "high"
	Note     Severity = "note"
	Hidden   Severity = "hidden"
)

// Severity is the urgency that a kind has unless its rule says otherwise.
func (k Kind) Severity() Severity {
	switch k {
	case AccessToken, DeveloperKey, OAuthSecret, CLIKey:
		return Critical
	case LegacyKey, LegacyCall, LegacyClient:
		return High
	case DeveloperCall, KeyReference:
		return Note
	}
	return Hidden
}

// Fails reports whether a finding of this severity makes a run fail.
func (s Severity) Fails() bool { return s == Critical || s == High }

// IsSecret reports whether the kind is a value that must be kept secret.
func (k Kind) IsSecret() bool {
	switch k {
	case AccessToken, DeveloperKey, OAuthSecret, CLIKey, LegacyKey:
		return true
	}
	return false
}

// Valid reports whether the kind is one of the closed set.
func (k Kind) Valid() bool {
	for _, known := range Kinds() {
		if k == known {
			return true
		}
	}
	return false
}

// ParseKind reads the name of a kind.
func ParseKind(s string) (Kind, error) {
	if k := Kind(s); k.Valid() {
		return k, nil
	}
	return "", fmt.Errorf("kind %q is unknown: use one of %v", s, Kinds())
}
