package proof

// This file is the form of invented programs, which has no language.

// kind is what a value is for.
type kind int

const (
	aKey     kind = iota
	aPath         // "/contacts/v1/lists"
	aURL          // a whole URL
	aQuery        // "hapikey=…", to be put behind a "?"
	aDict         // parameters of a query
	anObject      // of a class
)

// variable is anything that has a name and a value.
type variable struct {
	name     string
	kind     kind
	constant bool // of the top level of a file, so that functions see it
	query    bool // a URL with a "?", parameters that are not empty
	file     int
}

// Expressions.
type (
	text  string // a literal
	ref   struct{ *variable }
	field struct{ name string } // of the object whose method reads it
	join  struct {
		parts []expr
		style int
	}
	env   struct{ name, or string }
	given struct{} // the program's argument
	dict  []pair
	pair  struct {
		name string
		to   expr
	}
	call struct {
		*function
		on   expr // an object, or nil
		args []expr
	}
	object struct {
		*class
		args []expr
	}
	expr any
)

// Statements.
type (
	set struct {
		*variable
		to    expr
		fresh bool // declares the variable
	}
	grow struct { // appends to a text
		*variable
		more expr
	}
	put struct { // sets a member of a dictionary
		of   *variable
		name string
		to   expr
	}
	send struct {
		url, params expr // params may be nil
		header      bool
		post        bool
		style       int
	}
	branch struct {
		holds   bool
		yes, no []stmt
	}
	loop struct {
		over *variable
		in   []string
		body []stmt
	}
	result struct{ of expr }
	do     struct{ expr }
	stmt   any
)

// function is one of a file, or a method.
type function struct {
	name   string
	params []*variable
	body   []stmt
	sends  bool
	file   int
	method bool
}

// class has a constructor that keeps its arguments.
type class struct {
	name    string
	fields  []*variable
	methods []*function
	file    int
	parent  *class
}

// program is up to three files; the first one is started.
type program struct {
	files     [3][]stmt // functions and classes stand among them as declarations
	qualified bool      // names of other files are written with the file's name
}
