// Package syntax turns source text into the form that the scanner, the
// classifier and the fixer share: the places where a program sends a request,
// what their URLs, parameters and headers are made of, where values come from,
// and which bytes have to go or can be added to change that. One file holds one
// language; none of them knows a provider.
//
// All positions are byte offsets in the source. Nothing here changes text.
package syntax

// Span is the bytes [Start,End) of a file.
type Span struct{ Start, End int }

// Empty says whether the span holds nothing; the zero Span stands for "none".
func (s Span) Empty() bool { return s.End <= s.Start }

// Contains says whether t lies in s.
func (s Span) Contains(t Span) bool { return s.Start <= t.Start && t.End <= s.End }

// Edit replaces the bytes of a span.
type Edit struct {
	Span Span
	New  string
}

// Role is what an invocation does for requests.
type Role uint8

// The roles of a Call.
const (
	// Send sends a request, or builds the one that is sent.
	Send Role = iota
	// Defaults sets what every request through an instance, session or
	// transport carries: axios.create, requests.Session, axios.defaults.
	Defaults
)

func (r Role) String() string { return [...]string{"send", "defaults"}[r] }

// Call is one place where a program sends a request, or sets what requests
// carry by default.
type Call struct {
	Client string // name of the library or tool
	Role   Role
	Method string // upper case; empty where it cannot be told
	Span   Span   // the whole call expression or command
	// Callee is the part that names the function, Arguments what lies between
	// the parentheses.
	Callee, Arguments Span
	URL               *Text // nil where the call has none of its own
	// Params and Headers are what the call sends, from every container and
	// every statement in view.
	Params, Headers []Entry
	// ParamsIn and HeadersIn are the literals that the call is given; their
	// Binding is set where it is given a variable. nil for none.
	ParamsIn, HeadersIn *Container
	// ParamsOpen and HeadersOpen say that more may come from where the reader
	// cannot see: a spread, a variable, a parameter.
	ParamsOpen, HeadersOpen bool
	// ParamsValue, HeadersValue and BodyValue are the expressions that the call
	// is given, whatever they are.
	ParamsValue, HeadersValue, BodyValue Span
	Body                                 []Entry // fields of the body, where it is a literal
	Options                              Span    // the options expression, where the client takes one
	Slot                                 Slot    // where a header can go
	// More are where it has to go too: statements that set all headers over
	// those in Slot, on some paths only.
	More []Slot
	sets []setting
	// unseen says that it is given options that are not in view.
	unseen bool
	// Replaced says that a request through this instance which has parameters of
	// its own does not send those that stand here.
	Replaced bool
	// Base is the call that made the instance through which this one is sent:
	// an index in Calls, -1 for none.
	Base int
	// Broken says that the source breaks the grammar inside the call: leave it.
	Broken    bool
	Function  Span // the function, method or file around the call
	Statement Span // the statement around it
	// Result is the variable that the call's value is assigned to, if any.
	Result Span
}

// Entry is a name with a value: a parameter, a header or a field of a body.
type Entry struct {
	Name       string // decoded; empty where it is computed
	Key, Value Span
	Span       Span   // the whole entry, or the whole statement
	Cut        []Span // what goes with it: separators and space
	// In is the literal that the entry stands in, nil where a statement or a
	// call of a builder makes it.
	In *Container
	// Line holds name and value in one string ("Name: value"); Value is then
	// the string.
	Line bool
}

// Container is a literal of entries: a dictionary, a hash, a list of pairs.
type Container struct {
	Span    Span
	Entries []Entry
	Open    bool // has spreads or computed names
	// Cut takes the container out together with the argument or entry whose
	// value it is. Empty where it stands by itself.
	Cut []Span
	// Binding is the variable that holds it, nil where it stands in the call.
	Binding *Binding
}

// Piece is a part of a string: literal text or an expression.
type Piece struct {
	Literal bool
	// Span is, of a literal, its text between the quotes; of an expression what
	// has to go to take it out of its string (${x}), or the whole operand.
	Span Span
	Text string // literal: decoded; expression: its source
	Expr Span   // the expression itself
	// Operand is the string, template or expression that stands between the
	// operators of a concatenation, and Cut what takes all of it out. Pieces
	// of one string share them. Empty Cut: nothing else is concatenated.
	Operand, Cut Span
	// Append is the statement that appends the piece to a variable (url += x),
	// empty where the piece stands in the first definition.
	Append Span
	// Branch says that this happens on some paths only.
	Branch bool
	// Repeated says that this may happen more than once.
	Repeated bool
	// Format is set where the expression is the argument of a verb; Span is
	// then the verb.
	Format *Verb
	// Query is set where the expression writes a literal of entries as a query
	// string.
	Query *Container
	// Via is the index in Text.Via of the definition in which the piece
	// stands, -1 for the expression itself.
	Via int
	// Raw says that the bytes of a literal are its text, without escapes.
	Raw bool
}

// Verb is a place in a format string.
type Verb struct {
	Source   string // as written: %s, %2$s, {}, {0:D2}, {name}
	Index    int    // of the argument, from 0
	Name     string // of a named argument
	Explicit bool   // the index or name is written out
	Argument Span
	Cut      []Span // takes the argument out of its list
	Left     Edit   // goes with Cut, empty for nothing: (a, b) becomes (b,)
	Part     bool   // stands for a part of its argument: {0.name}
	Args     int    // how many arguments the format is given
	Call     Span   // the whole format expression
	String   Span   // the format string with its quotes
}

// Text is a string expression taken apart.
type Text struct {
	Span   Span
	Pieces []Piece
	// Via are the variables whose only definition was followed, and the
	// functions whose only result was.
	Via []*Binding
	// values are the expressions that were followed, by Via; holes are those
	// that stand in a template or a format and were.
	values, holes []Span
	// Conditional says that a part is appended on some paths only.
	Conditional bool

	pieces, followed int // so far
}

// ValueKind says where a value comes from.
type ValueKind uint8

// The kinds of values.
const (
	Unknown ValueKind = iota
	Literal
	Env        // environment variable Name
	Config     // configuration or platform store, key Name
	Parameter  // of the function around it
	Definition // a variable with several definitions, or none in this file
	Member     // of an object
	Result     // of a call of Name
	Imported   // from module Name
)

func (k ValueKind) String() string {
	return [...]string{"unknown", "literal", "env", "config", "parameter", "definition", "member", "call", "import"}[k]
}

// Value is what an expression is, after following definitions of which there
// is only one.
type Value struct {
	Kind ValueKind
	Name string // of the variable, key, parameter or function
	Text string // of a literal, decoded
	Span Span   // the expression that Kind speaks of
	Via  []*Binding
	// Conditional says that a definition on the way is on some paths only.
	Conditional bool
	// Default is what stands in where an environment variable or a
	// configuration key is not set.
	Default *Value
}

// BindingKind says what a name stands for.
type BindingKind uint8

// The kinds of bindings.
const (
	Variable BindingKind = iota
	Constant
	Param // of a function
	Field // of an object or class; its name is "this." and the field's
	Import
	Function
	Class
)

func (k BindingKind) String() string {
	return [...]string{"variable", "constant", "parameter", "field", "import", "function", "class"}[k]
}

// Binding is a name in a scope, with everything that defines and reads it.
type Binding struct {
	Name   string
	Kind   BindingKind
	Scope  Span // the function, class or file in which the name means this
	Defs   []Define
	Reads  []Span
	Module string // of an import: the module, and Export the name in it
	Export string
	Type   string // where it is written out
	// Again says that the name gets other values too, for which there are other
	// bindings.
	Again bool

	defs []def
}

// Define is one definition of a binding.
type Define struct {
	Name, Value, Statement Span
	Append                 bool // += and the like
	Conditional            bool // inside a branch or loop of the scope
}
