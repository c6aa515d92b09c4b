package rules

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/unhapi/unhapi/internal/pattern"
)

type compiled struct {
	endpoints, open, methods, keepNames, legacyEnv []*pattern.Regexp
	keepPaths                                      []keepPath
	demo                                           map[string]bool
}

type keepPath struct{ path, unless *pattern.Regexp }

// compile turns the expressions of a pack into regular expressions and binds
// rules to formats. It returns every mistake; that an expression is wrong it
// finds only if the expressions are tried.
func (p *Pack) compile(try bool) []error {
	c := &compiler{pack: p, try: try}
	for name, f := range p.Formats {
		if f == nil {
			continue
		}
		f.Name = name
		where := "format " + name
		f.re = c.one("", where, `\A(?:`+f.Pattern+`)\z`)
		f.in = c.one("", where, f.Pattern)
	}
	p.re.endpoints = c.list("", "endpoints", p.Endpoints)
	p.re.open = c.list("", "open", p.Open)
	p.re.methods = c.list("", "keep methods", p.Keep.Methods)
	p.re.keepNames = c.list("", "keep names", p.Keep.Names)
	p.re.legacyEnv = c.list("", "target legacy-env", p.Target.LegacyEnv)
	p.re.demo = map[string]bool{}
	for _, d := range p.Demo {
		p.re.demo[strings.ToLower(d)] = true
	}
	for _, k := range p.Keep.Paths {
		kp := keepPath{path: c.one("", "keep paths", k.Path)}
		if k.Unless != "" {
			kp.unless = c.one("", "keep paths", k.Unless)
		}
		p.re.keepPaths = append(p.re.keepPaths, kp)
	}
	for i := range p.Rules {
		c.rule(&p.Rules[i])
	}
	return c.errs
}

type compiler struct {
	pack *Pack
	try  bool // compile each expression at once
	errs []error
}

func (c *compiler) fail(rule, text string, args ...any) {
	line := 0
	for i := range c.pack.Rules {
		if r := &c.pack.Rules[i]; rule != "" && r.ID == rule {
			line = r.line
		}
	}
	c.errs = append(c.errs, &Mistake{Source: c.pack.source, Line: line, Rule: rule, Text: fmt.Sprintf(text, args...)})
}

// failAt is fail for a value whose place is known.
func (c *compiler) failAt(rule string, at *yaml.Node, text string, args ...any) {
	c.fail(rule, text, args...)
	if m := c.errs[len(c.errs)-1].(*Mistake); at != nil {
		m.Line, m.Column = at.Line, at.Column
	}
}

func (c *compiler) one(rule, where, expr string) *pattern.Regexp {
	re := pattern.New(expr)
	if c.try {
		if err := re.Compile(); err != nil {
			c.fail(rule, "%s: %v", where, err)
			return nil
		}
	}
	return re
}

func (c *compiler) list(rule, where string, exprs []string) []*pattern.Regexp {
	var out []*pattern.Regexp
	for _, e := range exprs {
		if re := c.one(rule, where, e); re != nil {
			out = append(out, re)
		}
	}
	return out
}

func (c *compiler) rule(r *Rule) {
	r.Pack = c.pack
	if r.Severity == "" {
		r.Severity = r.Kind.Severity()
	}
	if cr := r.Credential; cr != nil {
		for _, name := range cr.Formats {
			f := c.pack.Formats[name]
			if f == nil {
				c.fail(r.ID, "format %q is not defined: add it under formats", name)
				continue
			}
			cr.formats = append(cr.formats, f)
		}
		cr.names = c.list(r.ID, "names", cr.Names)
		cr.near = c.list(r.ID, "near", cr.Near)
		cr.unless = c.list(r.ID, "unless", cr.Unless)
		cr.beside = c.list(r.ID, "beside", cr.Beside.Names)
	}
	for i := range r.Clients {
		cl := &r.Clients[i]
		where := "client " + cl.Name
		cl.re = c.one(r.ID, where, cl.Pattern)
		if cl.Requires != "" {
			cl.requires = c.one(r.ID, where, cl.Requires)
		}
		if cl.Unless != "" {
			cl.unless = c.one(r.ID, where, cl.Unless)
		}
		if cl.Value != "" {
			cl.value = c.one(r.ID, where, `\A(?:`+cl.Value+`)`)
		}
	}
}

func matchAny(res []*pattern.Regexp, s string) bool {
	for _, re := range res {
		if re.MatchString(s) {
			return true
		}
	}
	return false
}
