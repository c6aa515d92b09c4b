package syntax

// SlotKind says how a header gets into a call.
type SlotKind uint8

// The kinds of slots, in the order in which they are preferred.
const (
	NoSlot      SlotKind = iota
	InEntry              // as an entry of the headers literal that the call has
	InOption             // as a new headers entry of the options literal that the call has
	InArg                // as a new argument
	InChain              // as a further call on a builder
	InStatement          // as a statement of its own
	InSpread             // by a new literal around the expression that the call has
)

func (k SlotKind) String() string {
	return [...]string{"none", "entry", "option", "argument", "chain", "statement", "spread"}[k]
}

// Form says how a header is written.
type Form uint8

// The forms of a header.
const (
	Pair  Form = iota // name and value, in the language's dictionary syntax
	Line              // one string "Name: value"
	Args              // two arguments, name and value
	Index             // an assignment to an index: name] = value
)

// Slot is a place for a header: the bytes at [At,End) are replaced by Open, the
// header in its Form, and Close.
type Slot struct {
	Kind        SlotKind
	At, End     int
	Open, Close string
	Form        Form
	// Why says why there is none, or what the slot depends on.
	Why string
	// Recast says that the call takes nothing but a URL, so that it has to move
	// to another form of the client.
	Recast bool
}
