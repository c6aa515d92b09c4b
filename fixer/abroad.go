package fixer

import (
	"context"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// duty is what a definition that other files can reach has to do with a fix.
type duty int

const (
	carried   duty = iota // it carried the key, and does not any more
	sending               // it sends the token now, whatever it is given
	completed             // its callers complete the endpoint
	instance              // every request through it sends the token
)

// offer is a definition that a fix relies on and other files can reach.
type offer struct {
	def  *syntax.Binding
	duty duty
	url  *syntax.Text // completed: what the callers complete
	// known says that all callers in the file complete it to an endpoint that
	// may be fixed, called that there are any.
	known, called bool
}

// unseen is why a fix of a wrapper without a caller in view is not safe.
const unseen = "the endpoint is not in view: make sure that no developer endpoint is called through it"

// reachable says whether other files can use a definition.
func (s *source) reachable(b *syntax.Binding) bool { return len(s.file.NamesOutside(b)) > 0 }

// abroad looks at what the other files of the repository do with the
// definitions that the fixes change or rely on.
func (b *builder) abroad(ctx context.Context) error {
	var words []string
	for _, p := range b.parts {
		for i := range p.rw.offers {
			if b.o.Holding == nil && p.rw.offers[i].duty == sending {
				p.unsafe = "make sure that no other file calls \"" + p.rw.offers[i].def.Plain() + "\", which sends the token now"
			}
		}
		for _, o := range p.rw.offers {
			for _, n := range p.source.file.NamesOutside(o.def) {
				if n == "default" {
					n = syntax.ModuleName(p.source.path)
				}
				words = append(words, n, moduleName(p.source.path))
			}
		}
	}
	if len(words) == 0 || b.o.Holding == nil {
		return nil
	}
	files, err := b.holdingOf(ctx, words...)
	if err != nil {
		return err
	}
	for _, p := range slices.Clone(b.parts) {
		if why := b.weigh(ctx, p, files); why != "" {
			b.leave(p, why)
		}
	}
	return ctx.Err()
}

// weigh looks at the uses of what one part offers, and says why it must not be
// applied.
func (b *builder) weigh(ctx context.Context, p *part, files []*scanner.File) string {
	complete := 0
	for _, o := range p.rw.offers {
		name := "\"" + o.def.Plain() + "\""
		var unsure *sighting
		seen := b.sightings(ctx, p.source, o.def, files)
		for i, u := range seen {
			why := ""
			switch {
			case o.duty == instance:
			case !u.sure:
				unsure = &seen[i]
				if host := u.hostGiven(); o.duty == sending && foreign(p.source.pack, host) {
					why = name + ", which would send the token, may be given " + host + " (" + u.String() + ")"
				}
			case o.duty == carried:
				if why = b.run(p, o, u); why != "" {
					why = name + " is used in " + u.String() + ", where the request would lose its key (" + why + "): change both files by hand"
				}
			case o.duty == sending:
				why = name + ", which would send the token, is called in " + u.String() + " too"
			}
			if why != "" {
				return why
			}
		}
		switch {
		case o.duty == instance:
			if why := p.source.sentThrough(o, seen); why != "" {
				return why
			}
		case o.duty == completed:
			known, why := p.source.completes(o, seen)
			if why != "" {
				return why
			}
			if known {
				complete++
			}
		case unsure != nil:
			p.unsafe = "make sure that " + name + " in " + unsure.String() + " has nothing to do with this one"
		}
	}
	if p.rw.lent && len(p.errands) == 0 {
		return p.source.orphan(p.finding)
	}
	if n := p.rw.open(); p.unsafe == unseen && n > 0 && n == complete {
		p.unsafe = ""
	}
	return ""
}

// open counts the wrappers whose endpoints the callers complete.
func (r *rewrite) open() int {
	n := 0
	for _, o := range r.offers {
		if o.duty == completed {
			n++
		}
	}
	return n
}

// completes classifies the endpoints that callers in other files make of a
// wrapper's URL: whether all are known, or why the wrapper must stay.
func (s *source) completes(o offer, seen []sighting) (bool, string) {
	all, called := o.known, o.called
	for _, u := range seen {
		if u.source.file == nil {
			continue // not read: nothing says that it is a use
		}
		inv := u.source.callAt(u.at)
		if inv == nil {
			all = all && !u.sure
			continue
		}
		given := map[string]string{}
		for name, at := range s.file.ArgumentsFrom(o.def, inv) {
			given[name] = u.source.written(u.source.file.TextAt(at), nil)
		}
		host, p := parseURL(s.written(o.url, given))
		class := s.pack.EndpointOf(host, p)
		switch {
		case u.sure && u.source.ownHeader(inv):
			return false, "a caller gives it another " + s.pack.Target.Header + " header (" + u.String() + ")"
		case class == rules.KeepEndpoint:
			return false, "a developer endpoint is called through it too (" + u.String() + ")"
		case !u.sure:
		case foreign(s.pack, host):
			return false, "it also sends requests to " + host + " (" + u.String() + ")"
		case class == rules.UnknownEndpoint:
			all = false
		default:
			called = true
		}
	}
	return all && called, ""
}

// callAt is the call whose callee ends with a name at a span, or that makes an
// object of the class that the name stands for.
func (s *source) callAt(at syntax.Span) *syntax.Invocation {
	for _, inv := range s.file.Invocations() {
		if name := s.file.NameOf(inv); inv.Callee.End == at.End && inv.Callee.Contains(at) || !name.Empty() && name == at || inv.New && s.file.Object(inv) == at {
			return inv
		}
	}
	return nil
}

// other gives another file of the repository, parsed; nil where that fails.
func (b *builder) other(ctx context.Context, like *source, f *scanner.File) *source {
	if b.files[f.Path] == nil {
		b.files[f.Path] = f
	}
	s, _ := b.sourceAt(ctx, f, like.pack, nowhere)
	return s
}

// maxStrangers bounds how many files are parsed that have a method of the same
// name and speak neither of the class nor of the module of a definition.
const maxStrangers = 50

// spokenOf says whether a file names the class of a definition, or a module that
// leads to it.
func (s *source) spokenOf(f *scanner.File, def *syntax.Binding) bool {
	return s.classIn(f.Text, def) || holds(f.Text, syntax.ModuleName(s.path)) ||
		slices.ContainsFunc(s.frontsOf(s.open(def)), func(fr front) bool { return fr.namedIn(f) })
}

// classIn says whether a text names the class of a definition.
func (s *source) classIn(text []byte, def *syntax.Binding) bool {
	class := s.file.ClassAround(def)
	return class != "" && holds(text, class)
}

// nameless says whether a file can use a definition without a word for where
// that is from: methods of an object that it is given, and what is global.
func (s *source) nameless(file string, def *syntax.Binding) bool {
	if strings.HasPrefix(def.Name, "this.") {
		return true
	}
	return s.reaches(s.file.TypeReach(), file)
}

// reaches says whether what a file defines reaches another one.
func (s *source) reaches(r syntax.Reach, file string) bool {
	return r.All || r.Folder && path.Dir(file) == path.Dir(s.path)
}

// memberNamed is where a text has a member of that name, -1 for nowhere.
func memberNamed(text []byte, name string) int {
	m := regexp.MustCompile(`(\.|->|::)` + regexp.QuoteMeta(name) + `\b`).FindIndex(text)
	if m == nil {
		return -1
	}
	return m[0]
}

// holds says whether a text has a word.
func holds(text []byte, word string) bool {
	return word != "" && regexp.MustCompile(`\b`+regexp.QuoteMeta(word)+`\b`).Match(text)
}

// leave makes reasons of a part and of all that it took along.
func (b *builder) leave(p *part, why string) {
	b.parts = slices.DeleteFunc(b.parts, func(x *part) bool { return x == p })
	for _, f := range append([]*scanner.Finding{p.finding}, p.rw.also...) {
		b.fixes = append(b.fixes, manual(f, why))
	}
}
