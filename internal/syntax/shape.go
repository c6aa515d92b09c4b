package syntax

import "strings"

// arg is a place in a list of arguments: a position from 1, a name, or both.
type arg struct {
	pos  int
	name string
}

func (a arg) none() bool { return a == arg{} }

// effect is what an invocation of a shape means.
type effect uint8

const (
	sends     effect = iota // a Call with Role Send
	defaults                // a Call with Role Defaults
	addsParam               // to the request that its receiver is: name and value
	addsHeader
	setsURL
	setsHeaders // a whole literal
	setsParams
	setsBody
	setsMethod
	setsSlot    // headers go behind this link of the chain
	setsOptions // a literal of url, headers and body
)

// shape is how one family of functions takes what a request is made of. The
// shapes of a language are data; calls.go reads them all alike.
type shape struct {
	client string
	heads  string // what Path begins with, alternatives
	names  string // and the function; the path is "head.name", or the head where empty
	does   effect
	// verb is the request method; empty: the name of the function.
	verb                        string
	method, url, params         arg
	headers, body, options      arg
	inURL, inMethod             string // keys in the options literal; alternatives
	inParams, inHeaders, inBody string
	name, value                 arg    // of addsParam, addsHeader
	header                      string // the name of the header that a function sets
	lines                       bool
	// How a header is added, with … for the header: to the value of the call,
	// in front of the function's name, and to the variable %s.
	chain, prefix, statement string
	// For the head "*", an object of which nothing is known: with are
	// functions, one of which must be in the chain before; like are words, one
	// of which must be in the object's name; keys are entries, one of which
	// must be in the options literal.
	with, like, keys string
	// alone says that the first argument may be the options in place of the URL.
	alone  bool
	recast bool // takes nothing but a URL
	// trailing says that the headers are written as a hash without braces.
	trailing bool
	// receiver says that the URL is the object whose method is called.
	receiver bool
	// replaced says that a request with parameters of its own does not send those
	// of its client.
	replaced bool
	// indexed is what result[key] = value does.
	indexed effect
}

// methods are the names of functions that are also request methods.
var methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}

// shapeTable finds the shapes by path, and those for objects of which nothing
// is known by the name of the function.
func (l *language) shapeTable() (t map[string]*shape, guesses map[string][]*shape) {
	t, guesses = map[string]*shape{}, map[string][]*shape{}
	for i := range l.shapes {
		s := &l.shapes[i]
		for _, h := range strings.Fields(s.heads) {
			if s.names == "" {
				t[h] = s
			}
			for _, n := range strings.Fields(s.names) {
				if h == "*" {
					guesses[n] = append(guesses[n], s)
					continue
				}
				t[h+"."+n] = s
			}
		}
	}
	return t, guesses
}
