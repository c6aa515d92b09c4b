package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
)

var (
	idForm   = pattern.New(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	dateForm = pattern.New(`^\d{4}-\d{2}-\d{2}$`)
)

// check lists the mistakes of a pack that is readable and compiled.
func (p *Pack) check() []error {
	c := &compiler{pack: p}
	if p.Schema != Schema {
		c.fail("", "schema is %q: this version reads %q", p.Schema, Schema)
	}
	if !idForm.MatchString(p.Provider) {
		c.fail("", "provider %q is not a name: use lower-case letters, digits and \"-\"", p.Provider)
	}
	if p.Sunset != "" && !dateForm.MatchString(p.Sunset) {
		c.fail("", "sunset %q is not a date: write YYYY-MM-DD", p.Sunset)
	}
	for _, w := range p.Words {
		if len(w) < 5 {
			c.fail("", "word %q is shorter than five bytes: it would wake the pack on any text", w)
		}
	}
	if len(p.Words) == 0 && len(p.Rules) > 0 {
		c.fail("", "words are missing: without one, nothing wakes the pack")
	}
	p.checkFormats(c)
	seen := map[string]bool{}
	for i := range p.Rules {
		r := &p.Rules[i]
		if seen[r.ID] {
			c.fail(r.ID, "the id is used twice")
		}
		seen[r.ID] = true
		r.check(c)
	}
	return c.errs
}

func (p *Pack) checkFormats(c *compiler) {
	names := make([]string, 0, len(p.Formats))
	for name := range p.Formats {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		f := p.Formats[name]
		switch {
		case f == nil || f.Pattern == "":
			c.fail("", "format %s has no pattern", name)
			continue
		case f.Sample == "":
			c.fail("", "format %s has no sample: examples and tests are made from it", name)
		case f.re != nil && !f.re.MatchString(f.Synthetic(1)):
			c.fail("", "format %s: the sample does not match the pattern", name)
		}
		for _, l := range f.Literals {
			if len(l) < 5 {
				c.fail("", "format %s: literal %q is shorter than five bytes", name, l)
			}
		}
		if len(f.Literals) == 0 && f.Shape == "" {
			c.fail("", "format %s has neither literals nor a shape (uuid, run): nothing finds it", name)
		}
		if f.Shape != "" && f.Shape != "uuid" && f.Shape != "run" {
			c.fail("", "format %s: shape %q is unknown: use uuid or run", name, f.Shape)
		}
	}
}

func (r *Rule) check(c *compiler) {
	if !idForm.MatchString(r.ID) {
		c.fail(r.ID, "the id is not a name: use lower-case words joined by \"-\"")
	}
	if !r.Kind.Valid() {
		c.fail(r.ID, "kind %q is unknown: use one of %v", r.Kind, Kinds())
	}
	if r.Message == "" || strings.HasSuffix(r.Message, ".") {
		c.fail(r.ID, "the message must be one line without a full stop")
	}
	ways := 0
	if r.Credential != nil {
		ways++
		r.Credential.check(c, r)
	}
	if r.Parameter != nil {
		ways++
		if len(r.Parameter.Names) == 0 {
			c.fail(r.ID, "parameter has no names")
		}
		r.checkPeer(c, "keep", r.Parameter.Keep)
		r.checkPeer(c, "reference", r.Parameter.Reference)
	}
	if len(r.Clients) > 0 {
		ways++
		for i := range r.Clients {
			r.Clients[i].check(c, r)
		}
	}
	switch {
	case ways > 1:
		c.fail(r.ID, "only one of credential, parameter and clients can say what is found")
	case ways == 0 && !r.derived():
		c.fail(r.ID, "nothing says what is found: add credential, parameter or clients")
	}
	if len(r.Examples.Match) == 0 || len(r.Examples.Ignore) == 0 {
		c.fail(r.ID, "examples are missing: give at least one under match and one under ignore")
	}
	for _, e := range slices.Concat(r.Examples.Match, r.Examples.Ignore) {
		if e.File == "" || e.Text == "" {
			c.fail(r.ID, "an example needs file and text")
		}
	}
}

// derived reports whether the rule is reported by another one (as its keep or
// reference side).
func (r *Rule) derived() bool { return r.Kind == DeveloperCall || r.Kind == KeyReference }

func (r *Rule) checkPeer(c *compiler, what, id string) {
	if id != "" && r.Pack.Rule(id) == nil {
		c.fail(r.ID, "%s names the rule %q, which is not in this pack", what, id)
	}
}

func (cr *Credential) check(c *compiler, r *Rule) {
	if len(cr.Formats) == 0 {
		c.fail(r.ID, "credential has no formats")
	}
	if (len(cr.Beside.Words) == 0) != (len(cr.Beside.Names) == 0) {
		c.fail(r.ID, "beside needs both words and names")
	}
	if !cr.Alone && len(cr.Names)+len(cr.Near)+len(cr.Beside.Names) == 0 {
		c.fail(r.ID, "credential has neither names nor \"alone\": any value of its format would be one")
	}
}

func (cl *Client) check(c *compiler, r *Rule) {
	switch {
	case cl.Name == "" || cl.Pattern == "":
		c.fail(r.ID, "a client needs name and pattern")
	case cl.re != nil && cl.re.SubexpIndex("at") < 0:
		c.fail(r.ID, "client %s: the pattern has no group \"at\"", cl.Name)
	}
	for _, b := range cl.Beside {
		if b.Path == "" || (b.Name == "") == (b.Value == "") {
			c.fail(r.ID, "client %s: an entry of beside needs path, and either name or value", cl.Name)
		}
	}
	if cl.Anchor == "" {
		c.fail(r.ID, "client %s has no anchor: a literal that every match holds", cl.Name)
	}
	if len(cl.Match) == 0 {
		c.fail(r.ID, "client %s has no example under match", cl.Name)
	}
	cl.checkVersions(c, r)
	for _, e := range cl.Match {
		if e.File == "" || e.Text == "" {
			c.fail(r.ID, "client %s: an example needs file and text", cl.Name)
		}
	}
}

var (
	// versionForm is what versions of manifests can be compared with.
	versionForm = pattern.New(`^v?\d+(\.\d+)*$`)
	packageForm = pattern.New(`^[^\s\x00-\x1f]+$`)
)

// checkVersions checks what ties a client to manifests and lock files: a
// mistake in it is one that no example shows.
func (cl *Client) checkVersions(c *compiler, r *Rule) {
	for _, v := range []struct{ key, text string }{{"since", cl.Since}, {"until", cl.Until}} {
		if at := cl.values[v.key]; at != nil && !versionForm.MatchString(v.text) {
			c.failAt(r.ID, at, "client %s: %s is not a version: write numbers joined by dots, such as '5.1.0'", cl.Name, v.key)
		}
	}
	list := cl.values["packages"]
	if list == nil {
		return
	}
	if len(cl.Packages) == 0 {
		c.failAt(r.ID, list, "client %s: packages is empty: leave it out, and the client's name is looked for", cl.Name)
	}
	seen := map[string]bool{}
	for i, name := range cl.Packages {
		at := list
		if i < len(list.Content) {
			at = list.Content[i]
		}
		switch {
		case !packageForm.MatchString(name):
			c.failAt(r.ID, at, "client %s: a package is named without spaces, as manifests name it", cl.Name)
		case seen[name]:
			c.failAt(r.ID, at, "client %s: the package is named twice", cl.Name)
		}
		seen[name] = true
	}
}

// Rule gives the rule with this id, nil if the pack has none.
func (p *Pack) Rule(id string) *Rule {
	for i := range p.Rules {
		if p.Rules[i].ID == id {
			return &p.Rules[i]
		}
	}
	return nil
}

// Source names the file that the pack was read from.
func (p *Pack) Source() string { return p.source }

// String is the pack's name for logs and errors.
func (p *Pack) String() string { return fmt.Sprintf("%s (%s)", p.Provider, p.source) }
