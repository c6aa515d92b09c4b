package scanner

import (
	"context"
	"path"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/lexer"
	"github.com/unhapi/unhapi/rules"
)

// handedName is a name that stands for that of a parameter, and that the text
// which defines it does not put into a request.
type handedName struct {
	rule *rules.Rule
	name string
}

// minHanded is the shortest name that is looked for in other files.
const minHanded = 5

// handed notes that a text gives a name to the name of a parameter, for others.
func (s *scanned) handed(a *analysis, r *rules.Rule, tok lexer.Token) {
	m := namedBy.FindSubmatchIndex(lineBefore(s.file.Text, tok.Start))
	if m == nil || a.region(tok.Start) != rules.Code {
		return
	}
	line := lineBefore(s.file.Text, tok.Start)
	name := strings.TrimLeft(string(line[m[2]:m[3]]), "$@")
	between := strings.Trim(string(line[m[3]:]), "\"' ")
	if len(name) < minHanded || notNames[strings.ToLower(name)] || !strings.HasSuffix(between, "=") {
		return // the entry of a table has a name that others have too
	}
	s.names = append(s.names, handedName{r, name})
}

// followNames looks in the other files of a tree for the names that stand for
// that of a parameter.
func (c *collector) followNames(ctx context.Context, groups []*group) {
	var all []handedName
	var words []string
	for _, s := range c.scanned {
		for _, n := range s.names {
			all, words = append(all, n), append(words, n.name)
		}
	}
	if len(all) == 0 {
		return
	}
	for _, g := range groups {
		files, err := Holding(ctx, g.root, words, *c.o)
		if err != nil {
			continue // what cannot be walked is listed already
		}
		for _, f := range files {
			if g.whole() || slices.ContainsFunc(g.paths, func(p string) bool { return f.Path == p || strings.HasPrefix(f.Path, p+"/") }) {
				c.usesNames(g.prefix+f.Path, f, all)
			}
		}
	}
}

// usesNames adds the requests of a file that name a parameter as another file
// says.
func (c *collector) usesNames(name string, f *File, all []handedName) {
	i := slices.IndexFunc(c.scanned, func(s *scanned) bool { return s.file.Path == name })
	s := &scanned{file: f}
	if i >= 0 {
		s = c.scanned[i]
	} else {
		f.Path = name
	}
	before := len(s.found)
	for _, n := range all {
		if !slices.ContainsFunc(s.names, func(own handedName) bool { return own.name == n.name }) {
			s.usesName(c.o.Detector, n)
		}
	}
	if len(s.found) == before {
		return
	}
	s.settle()
	if i < 0 {
		c.scanned = append(c.scanned, s)
	}
}

func (s *scanned) usesName(d *Detector, n handedName) {
	at := slices.IndexFunc(d.packs, func(x *packIndex) bool { return x.Pack == n.rule.Pack })
	w := &awake{text: &foldable{text: s.file.Text}}
	if wakes := d.wake(s.file.Text); wakes != nil {
		w = &wakes[at]
	}
	lang := lexer.For(s.file.Path, s.file.Text)
	if path.Ext(s.file.Path) == ".ipynb" || lang.Data || lang.Prose {
		return
	}
	a := &analysis{
		x: d.packs[at], a: w, file: s.file, lex: lexer.Lex(lang, s.file.Text), lang: lang,
		whole: fileRegion(s.file.Path, lang, s.file.Text), test: testPath.MatchString(s.file.Path),
	}
	own := func(b binding) bool {
		_, used := a.nameUsed(b.at, b.at+len(n.name))
		return !used
	}
	if slices.ContainsFunc(a.definitions(n.name), own) {
		return
	}
	for _, u := range a.usesOf(n.name) {
		if p, ok := a.nameUsed(u.Start, u.End); ok {
			s.parameter(a, n.rule, p)
		}
	}
}
