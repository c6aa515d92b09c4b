package rules

// Place is the kind of place in a text that facts speak of.
type Place int

const (
	// PlaceValue is a value in the format of a credential.
	PlaceValue Place = iota
	// PlaceParameter is a parameter of a request.
	PlaceParameter
	// PlaceClient is a construct of an SDK or an entry of a configuration.
	PlaceClient
	// PlaceScheme is a description that tells under which name to send the
	// key: a security scheme of an API, the setting of a connector.
	PlaceScheme
	// PlaceReference is code that reads or names the key.
	PlaceReference
)

// Region is the part of a text, or the kind of file, that a place lies in.
type Region int

const (
	// Code is application code, tests that send requests, and live
	// configuration.
	Code Region = iota
	// Comment is a comment or a documentation string.
	Comment
	// Docs is prose: documentation files, change logs.
	Docs
	// Stub is what a test answers or expects: recorded traffic, stubs of
	// requests, expected URLs.
	Stub
	// Vendored is third-party code kept in the repository.
	Vendored
	// Generated is code that a program wrote.
	Generated
	// Minified is a bundle.
	Minified
)

// String is the name that reports use.
func (r Region) String() string {
	return [...]string{"code", "comment", "docs", "stub", "vendored", "generated", "minified"}[r]
}

// Evidence says how surely a place belongs to the provider.
type Evidence int

const (
	// Foreign means that another party is named in the same flow.
	Foreign Evidence = iota
	// NoEvidence means that nothing in view names a party.
	NoEvidence
	// InFile means that the text names the provider elsewhere.
	InFile
	// InFlow means that the host, the path, the SDK or the name says so.
	InFlow
)

// EndpointClass says which key an endpoint takes.
type EndpointClass int

const (
	// UnknownEndpoint means that the path cannot be told.
	UnknownEndpoint EndpointClass = iota
	// AccountEndpoint takes the retired key, and now a token.
	AccountEndpoint
	// KeepEndpoint takes the key that stays.
	KeepEndpoint
	// OpenEndpoint needs no credential.
	OpenEndpoint
)

// Content says what stands where the key belongs.
type Content int

const (
	// Expression is anything but a literal: a variable, a call, nothing.
	Expression Content = iota
	// SecretLiteral is a literal that looks like a real credential.
	SecretLiteral
	// PlaceholderLiteral is a literal that stands in for one.
	PlaceholderLiteral
	// DemoLiteral is a key that the vendor publishes.
	DemoLiteral
)

// Facts are what is known of one place, in plain types, whoever found them.
type Facts struct {
	Place    Place
	Rule     *Rule // the rule whose pattern, parameter or format matched
	Region   Region
	Evidence Evidence
	Endpoint EndpointClass
	// KeepMethod and KeepName say that an SDK method, or the name of the
	// variable, option or environment entry, belongs to the key that stays.
	KeepMethod, KeepName bool
	// Receives says that the code takes the parameter instead of sending it.
	Receives bool
	// Migrated says that the place already uses the new form.
	Migrated bool
	Content  Content
}

// Verdict is what a place is. A zero Verdict means that it is nothing.
type Verdict struct {
	Rule     *Rule
	Kind     Kind
	Severity Severity
}

// Classify decides what a place is. It is the only place where that is
// decided; the order of its questions is the order of section "What decides":
// who is meant, does it send, which key does the endpoint take, where does it
// stand.
func Classify(f Facts) Verdict {
	if f.Rule == nil || f.Migrated {
		return Verdict{}
	}
	if f.Place == PlaceValue {
		return classifyValue(f)
	}
	if f.Evidence == Foreign || f.Receives {
		return Verdict{}
	}
	if f.Evidence == NoEvidence && !(f.Rule.Parameter != nil && f.Rule.Parameter.Distinctive) {
		return Verdict{}
	}
	rule := f.Rule
	if f.Place == PlaceReference {
		if f.Region != Code {
			return Verdict{}
		}
		return verdict(rule, KeyReference)
	}
	if f.Region != Code {
		return Verdict{Rule: rule, Kind: Mention, Severity: Hidden}
	}
	if f.keeps() {
		return verdict(rule.keepRule(), DeveloperCall)
	}
	if f.Place == PlaceScheme && rule.Kind == LegacyCall {
		return verdict(rule, LegacyClient)
	}
	return verdict(rule, rule.Kind)
}

// keeps decides between the account's key and the key that stays: by the
// endpoint; where it is unknown, by the SDK method and the names.
func (f Facts) keeps() bool {
	switch f.Endpoint {
	case KeepEndpoint:
		return true
	case AccountEndpoint, OpenEndpoint:
		return false
	}
	return f.KeepMethod || f.KeepName || f.Rule.Kind == DeveloperCall
}

func classifyValue(f Facts) Verdict {
	switch f.Content {
	case DemoLiteral:
		return Verdict{Rule: f.Rule, Kind: DemoKey, Severity: Hidden}
	case PlaceholderLiteral:
		return Verdict{Rule: f.Rule, Kind: Placeholder, Severity: Hidden}
	}
	alone := f.Rule.Credential == nil || f.Rule.Credential.Alone
	if f.Evidence == Foreign || f.Evidence == NoEvidence && !alone {
		return Verdict{}
	}
	return verdict(f.Rule, f.Rule.Kind)
}

func verdict(r *Rule, k Kind) Verdict {
	if k == r.Kind {
		return Verdict{Rule: r, Kind: k, Severity: r.Severity}
	}
	return Verdict{Rule: r, Kind: k, Severity: k.Severity()}
}

// keepRule is the rule that reports requests that keep the old form.
func (r *Rule) keepRule() *Rule {
	if r.Kind == DeveloperCall {
		return r
	}
	if r.Parameter != nil && r.Parameter.Keep != "" {
		if k := r.Pack.Rule(r.Parameter.Keep); k != nil {
			return k
		}
	}
	for i := range r.Pack.Rules {
		if r.Pack.Rules[i].Kind == DeveloperCall {
			return &r.Pack.Rules[i]
		}
	}
	return r
}
