package rules

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"sort"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/unhapi/unhapi/internal/pattern"
)

// Mistake is one thing that is wrong in a pack.
type Mistake struct {
	Source       string // the file, as it was named
	Line, Column int    // 1-based; 0 where the mistake has no place
	Rule         string // the rule it is in, "" outside rules
	Text         string
}

func (m *Mistake) Error() string {
	var b strings.Builder
	b.WriteString(m.Source)
	if m.Line > 0 {
		fmt.Fprintf(&b, ":%d", m.Line)
		if m.Column > 0 {
			fmt.Fprintf(&b, ":%d", m.Column)
		}
	}
	b.WriteString(": ")
	if m.Rule != "" {
		fmt.Fprintf(&b, "rule %s: ", m.Rule)
	}
	b.WriteString(m.Text)
	return b.String()
}

// Mistakes gives the mistakes that an error of this package stands for.
func Mistakes(err error) []*Mistake {
	var all []*Mistake
	var walk func(error)
	walk = func(err error) {
		if m, ok := err.(*Mistake); ok {
			all = append(all, m)
			return
		}
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			for _, e := range joined.Unwrap() {
				walk(e)
			}
		}
	}
	walk(err)
	return all
}

// Parse reads a pack and checks it. The error joins every mistake of the file,
// not only the first; source names the file in them.
func Parse(source string, content []byte) (*Pack, error) {
	dec := yaml.NewDecoder(bytes.NewReader(content))
	var root yaml.Node
	if err := dec.Decode(&root); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, &Mistake{Source: source, Text: "the file is empty: a pack starts with \"schema: " + Schema + "\""}
		}
		return nil, yamlMistakes(source, err)
	}
	var errs []error
	for _, u := range UnknownKeys(&root, reflect.TypeOf(Pack{})) {
		errs = append(errs, &Mistake{Source: source, Line: u.Line, Column: u.Column, Text: u.Text})
	}
	p := &Pack{source: source}
	if err := root.Decode(p); err != nil {
		errs = append(errs, yamlMistakes(source, err))
		return nil, errors.Join(errs...)
	}
	p.locate(&root)
	errs = append(errs, p.compile(true)...)
	errs = append(errs, p.check()...)
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return p, nil
}

// parseOwn reads a built-in pack, which tests have parsed before: no check is
// made again, and an expression is compiled when it is needed.
func parseOwn(source string, content []byte) (*Pack, error) {
	p := &Pack{}
	if !readPlain(string(content), p) {
		p = &Pack{}
		if err := yaml.Unmarshal(content, p); err != nil {
			return nil, yamlMistakes(source, err)
		}
	}
	p.source = source
	return p, errors.Join(p.compile(false)...)
}

// locate notes the line of each rule.
func (p *Pack) locate(root *yaml.Node) {
	doc := root
	if doc.Kind == yaml.DocumentNode && len(doc.Content) > 0 {
		doc = doc.Content[0]
	}
	for i := 0; i+1 < len(doc.Content); i += 2 {
		if doc.Content[i].Value != "rules" {
			continue
		}
		for j, n := range doc.Content[i+1].Content {
			if j < len(p.Rules) {
				p.Rules[j].locate(n)
			}
		}
	}
}

// locate notes where the rule and the values of its clients stand.
func (r *Rule) locate(n *yaml.Node) {
	r.line = n.Line
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value != "clients" {
			continue
		}
		for k, c := range n.Content[i+1].Content {
			if k == len(r.Clients) {
				break
			}
			r.Clients[k].values = map[string]*yaml.Node{}
			for j := 0; j+1 < len(c.Content); j += 2 {
				r.Clients[k].values[c.Content[j].Value] = c.Content[j+1]
			}
		}
	}
}

// yamlMistakes turns an error of the YAML reader into mistakes with lines.
func yamlMistakes(source string, err error) error {
	texts := []string{err.Error()}
	if t, ok := err.(*yaml.TypeError); ok {
		texts = t.Errors
	}
	var errs []error
	for _, text := range texts {
		// The reader quotes the beginning of a value, which can be a secret.
		m := &Mistake{Source: source, Text: yamlQuote.ReplaceAllString(strings.TrimPrefix(text, "yaml: "), " a value")}
		if at := yamlLine.FindStringSubmatch(m.Text); at != nil {
			fmt.Sscan(at[1], &m.Line)
			m.Text = strings.TrimPrefix(m.Text, at[0])
		}
		errs = append(errs, m)
	}
	return errors.Join(errs...)
}

var yamlQuote = pattern.New(" `[^`]*`")

var yamlLine = pattern.New(`^line (\d+): `)

// UnknownKey is a key of a YAML file that its Go type does not have.
type UnknownKey struct {
	Line, Column int
	Text         string
}

// UnknownKeys compares the keys of a YAML node with the fields of a Go type,
// as yaml.v3 would decode them, and lists those that it would drop.
func UnknownKeys(n *yaml.Node, t reflect.Type) []UnknownKey {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	var out []UnknownKey
	switch {
	case n.Kind == yaml.DocumentNode:
		for _, c := range n.Content {
			out = append(out, UnknownKeys(c, t)...)
		}
	case n.Kind == yaml.AliasNode && n.Alias != nil:
		// An alias repeats a node that is looked at where it stands.
	case n.Kind == yaml.SequenceNode && t.Kind() == reflect.Slice:
		for _, c := range n.Content {
			out = append(out, UnknownKeys(c, t.Elem())...)
		}
	case n.Kind == yaml.MappingNode && t.Kind() == reflect.Map:
		for i := 1; i < len(n.Content); i += 2 {
			out = append(out, UnknownKeys(n.Content[i], t.Elem())...)
		}
	case n.Kind == yaml.MappingNode && t.Kind() == reflect.Struct:
		known := fields(t)
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			ft, ok := known[key.Value]
			if !ok {
				out = append(out, UnknownKey{key.Line, key.Column, unknownText(key.Value, known)})
				continue
			}
			out = append(out, UnknownKeys(n.Content[i+1], ft)...)
		}
	}
	return out
}

func unknownText(key string, known map[string]reflect.Type) string {
	names := make([]string, 0, len(known))
	for k := range known {
		names = append(names, k)
	}
	sort.Strings(names)
	return fmt.Sprintf("key %q is unknown here: use one of %s", key, strings.Join(names, ", "))
}

func fields(t reflect.Type) map[string]reflect.Type {
	known := map[string]reflect.Type{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if !f.IsExported() || name == "-" || name == "" {
			continue
		}
		known[name] = f.Type
	}
	return known
}
