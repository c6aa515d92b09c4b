package syntax

// idiom is how a language writes what a fix adds.
type idiom struct {
	open, close               string // around the entries of a dictionary
	optionsOpen, optionsClose string // the same where it is an argument of its own
	null                      string // an argument that is left out
	named                     func(name string) string
	option                    func(name string) string // "headers: "
	spread                    func(expr string) (open, close string)
	// member reads an option that may not be there as something to spread; nil
	// where there is no such expression.
	member func(expr, name string) string
	// taken spreads an option of an object; sure says that there is the object.
	taken func(expr, name string, sure bool) string
	// tight says whether an expression can be the operand of spread as it
	// stands; nil where every one can.
	tight func(n node) bool
	// orEmpty makes an expression that may be null one that can be spread; nil
	// where null can be, too.
	orEmpty   func(expr string) string
	quote     func(s string) string // a string literal
	join      func(prefix, expr string) string
	pair      func(name, value string) string // an entry
	env       func(name string) string        // reads an environment variable
	envImport string                          // module that env needs
	qualify   func(f *File, expr string) string
	imports   func(module string) string // the line that imports a module
	none      string                     // a dictionary without entries, where an entry cannot just go
	keywords  bool                       // what fills a slot among arguments is named
}

// Quote is a string literal of the language.
func (f *File) Quote(s string) string { return f.lang.idiom.quote(s) }

// Null is what stands for an argument that is left out.
func (f *File) Null() string { return f.lang.idiom.null }

// NoEntries is a dictionary without entries, "" where the last entry can go as
// the others do.
func (f *File) NoEntries() string { return f.lang.idiom.none }

// Keywords says whether what fills a slot among arguments is named, so that
// those before it may be left out.
func (f *File) Keywords() bool { return f.lang.idiom.keywords }

// Shorthand says whether {name} is an entry of that name and value.
func (f *File) Shorthand() bool { return f.lang.shorthand }

// Join is the expression for a literal prefix with an expression behind it.
func (f *File) Join(prefix, expr string) string { return f.lang.idiom.join(prefix, expr) }

// ReadEnv is the expression that reads an environment variable, and the module
// that has to be imported for it, "" for none.
func (f *File) ReadEnv(name string) (expr, module string) {
	id := f.lang.idiom
	expr = id.env(name)
	if id.qualify != nil {
		expr = id.qualify(f, expr)
	}
	return expr, id.envImport
}

// Header is the text that fills a slot: name: prefix + expr.
func (f *File) Header(s Slot, name, prefix, expr string) string {
	id := f.lang.idiom
	var h string
	switch s.Form {
	case Line:
		h = id.join(name+": "+prefix, expr)
	case Args:
		h = id.quote(name) + ", " + id.join(prefix, expr)
	case Index:
		h = id.quote(name) + "] = " + id.join(prefix, expr)
	default:
		h = id.pair(name, id.join(prefix, expr))
	}
	return s.Open + h + s.Close
}
