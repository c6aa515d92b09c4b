package syntax

import (
	"path"
	"strings"

	"github.com/unhapi/unhapi/internal/syntax/engine"
)

type node = engine.Node

// language is what the reader has to know of a language. All functions may be
// given any node, the zero Node included.
type language struct {
	scopes   []string // functions and the root: where names are looked up
	classes  []string // what "this" and its like mean
	branches []string // what runs on some paths only
	// statements are the nodes that Statement spans are made of.
	statements []string
	comments   []string
	strings    []string

	// opaque says that a name is not seen through a scope: locals of PHP and Ruby.
	opaque func(scope node, name string) bool

	after    func(statement node) (node, bool)           // behind which what uses its result can stand, if it is there
	unwrap   func(n node) node                           // parentheses, await, casts
	concat   func(n node) (l, r node, ok bool)           // string concatenation
	pieces   func(n node) ([]Piece, bool)                // a string literal or template
	format   func(f *File, n node) (formatCall, bool)    // a printf-like call
	same     func(f *File, n node) node                  // x in URI.create(x)
	query    func(f *File, n node) node                  // x in urlencode(x)
	based    func(n node) (base, path node)              // of new URL(path, base)
	segment  func(f *File, n node) (segment, bool)       // base.path(x); nil for none
	object   func(n node) node                           // the object of the method call n; nil for none
	fluent   func(path, name string) bool                // a method that gives back its object, whose path is known; nil for none
	defs     func(n node) []def                          // what n defines
	name     func(n node) string                         // the name that n reads: "x", "this.x"
	module   func(n node) string                         // what require("x") gives
	callback func(n node) bool                           // a function as an argument
	member   func(n node) (object node, name string)     // object.name
	invoke   func(f *File, n node) (*Invocation, bool)   // a call or constructor
	dict     func(f *File, n node) ([]Entry, bool, bool) // entries, open, is a literal of entries
	value    func(f *File, n node) (Value, bool)         // environment, configuration
	environ  func(n node) (whole bool, copies node)      // is the environment; x in a copy of x
	returns  string                                      // the nodes of return statements
	// refine completes a call, where shapes cannot say it.
	refine func(f *File, inv *Invocation, c *Call)
	// owner is what "this" means at n, nil where that is the class around it, and
	// bases are the names of what a class inherits from.
	owner func(n node) node
	bases func(class node) []string
	// records says that a class without a constructor may take its fields.
	records bool
	// inherited says that it takes those of the classes above it before them.
	inherited bool
	adapt     func(f *File) // to the version of the language that a file is in
	// paths says that the values which a variable gets on different paths can be
	// told apart.
	paths bool
	// dollar says that $name embeds a variable, so that text behind it may not
	// begin like a name; fields that a field needs no "this".
	dollar, fields bool
	// wraps are functions that give back a function which does the same.
	wraps string
	// merge lists the dictionaries that an expression makes one of; nil where
	// the language has no such thing.
	merge func(n node) (parts []node, ok bool)
	// bareHash says that named arguments are a hash, the last argument.
	bareHash bool
	// template says that {{name}} stands for a value, whatever is around it.
	template bool
	// unnamed says that names in strings have no nodes of their own.
	unnamed bool
	// set is obj[key] = value, obj.key = value.
	set    func(f *File, n node) (obj node, e Entry, ok bool)
	joined func(f *File) // looks at all calls together
	adders string        // functions that add a parameter to a URL
	// helper reads a function that is given a URL and parameters to add: the
	// arguments that are the URL, the name, and the value; a name of -1 says
	// that the value is a literal of entries.
	helper func(inv *Invocation) (url, name, value int, ok bool)
	shapes []shape
	share  sharing
	// envParam is what a parameter is called that holds the environment, "" for
	// none.
	envParam string
	// fieldEnv is the variable that a field is filled from, without a word for it;
	// nil where there is no such thing.
	fieldEnv func(f *File, field *Binding) string
	// handsOn lists what a file gives others of other modules, loads is the module
	// that an expression loads in place; nil where there is no such thing.
	handsOn func(f *File) []HandedOn
	loads   func(n node) string
	// constant says whether a definition admits constants only; nil where there
	// is no such thing. fixed says that defaults and values of fields are
	// constants too.
	constant func(statement string, kind BindingKind) bool
	fixed    bool
	// globals begins what reads a variable of the program by a text.
	globals string
	// blocks says whether a definition is known in its block only; nil for never.
	blocks func(statement string) bool
	// shorthand says that {name} is an entry of that name and value.
	shorthand bool
	// recast moves a call that takes nothing but a URL to a form that takes a
	// header; nil where the language has no such calls.
	recast func(f *File, c *Call, inv *Invocation, h headerText) Recast
	// importing is the edit that imports a module; nil where a line before the
	// first import does it.
	importing func(f *File, module string) Edit
	// prunes says that CutImport knows the imports of the language.
	prunes bool
	// client says that the code runs in a browser or an app, and how that shows;
	// nil where code of the language does not.
	client func(f *File) string
	idiom  idiom
}

// def is a definition as an adapter sees it.
type def struct {
	name        string // "x", "this.x"
	at          node   // the name
	value       node
	statement   node
	kind        BindingKind
	append      bool
	again       bool // appends as x = x + …
	assign      bool // gives a value to a name that is declared elsewhere
	bare        bool // declares without a value
	typ         string
	module      string // of an import
	export      string
	conditional bool // runs on some paths only
	repeated    bool // may run more than once
}

// languages by the name of their grammar.
func languageOf(name string) *language {
	switch name {
	case "javascript", "typescript", "tsx":
		return javascript()
	case "python":
		return python()
	case "php":
		return php()
	case "ruby":
		return ruby()
	case "go":
		return golang()
	case "bash":
		return bash()
	case "java":
		return java()
	case "c_sharp":
		return csharp()
	case "kotlin":
		return kotlin()
	case "json":
		return jsonFile()
	case "http":
		return httpFile()
	}
	return nil
}

// Language is the grammar for a file of that name, empty where there is none.
// The first line of the text decides for files without an extension.
func Language(name string, text []byte) string {
	base := strings.ToLower(path.Base(name))
	switch base {
	case "rakefile", "gemfile", "guardfile", "capfile", "vagrantfile":
		return "ruby"
	case ".bashrc", ".bash_profile", ".profile", ".zshrc":
		return "bash"
	}
	if l := extensions[path.Ext(base)]; l != "" {
		return l
	}
	if path.Ext(base) == "" {
		return shebang(text)
	}
	return ""
}

var extensions = map[string]string{
	".js": "javascript", ".jsx": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".gs": "javascript",
	".ts": "typescript", ".mts": "typescript", ".cts": "typescript", ".tsx": "tsx",
	".py": "python", ".pyw": "python", ".php": "php", ".phtml": "php", ".inc": "php",
	".rb": "ruby", ".rake": "ruby", ".ru": "ruby", ".gemspec": "ruby", ".go": "go", ".java": "java",
	".cs": "c_sharp", ".kt": "kotlin", ".kts": "kotlin", ".sh": "bash", ".bash": "bash", ".zsh": "bash",
	".json": "json", ".http": "http", ".rest": "http", ".yml": "yaml", ".yaml": "yaml", ".tf": "hcl", ".hcl": "hcl",
	".html": "html", ".htm": "html", ".vue": "html", ".svelte": "html", ".ps1": "powershell", ".psm1": "powershell",
	".r": "r", ".rs": "rust", ".scala": "scala", ".sc": "scala",
}

func shebang(text []byte) string {
	line, _, _ := strings.Cut(string(text[:min(len(text), 128)]), "\n")
	if !strings.HasPrefix(line, "#!") {
		return ""
	}
	for _, c := range []struct{ word, language string }{
		{"python", "python"}, {"node", "javascript"}, {"deno", "typescript"}, {"ruby", "ruby"}, {"php", "php"}, {"sh", "bash"},
	} {
		if strings.Contains(line, c.word) {
			return c.language
		}
	}
	return ""
}
