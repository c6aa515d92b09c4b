package fixer

import (
	"slices"
	"strconv"
	"strings"

	"github.com/unhapi/unhapi/rules"
)

// name gives each key its own environment variable: two different keys never
// become one token. The first key gets the name of the pack.
func (b *builder) name() {
	for _, pack := range b.packs() {
		ids := b.keysOf(pack)
		env, text := 0, 0
		for _, id := range ids {
			if strings.HasPrefix(id, fromEnv) {
				env++
			} else {
				text++
			}
		}
		if env <= 1 && text <= 1 {
			if env+text == 2 {
				b.doubt(pack, ids)
			}
			continue
		}
		names := map[string]string{}
		for i, id := range ids {
			names[id] = distinct(pack, b.labels[id], i, names)
		}
		for _, p := range b.parts {
			if p.supply == nil || p.source.pack != pack {
				continue
			}
			p.source.envs = names
			if len(p.notes) > 0 || p.far != nil { // the key of another file
				old := *p.supply
				p.supply = p.source.fresh(old.key, old.label)
				if p.supply.oldEnv = old.oldEnv; p.far != nil {
					p.supply.expr, p.supply.module = old.expr, ""
				}
				continue
			}
			p.supply, _ = p.source.supplyOf(p)
		}
	}
}

// Prefixes of what identifies a key.
const (
	fromEnv  = "env:"
	fromText = "text:"
	fromName = "name:" // of what holds a placeholder
)

func (b *builder) packs() []*rules.Pack {
	var out []*rules.Pack
	for _, p := range b.parts {
		if !slices.Contains(out, p.source.pack) {
			out = append(out, p.source.pack)
		}
	}
	return out
}

// keysOf lists the keys that the parts of a pack move to the environment, in
// order, and remembers what they are called.
func (b *builder) keysOf(pack *rules.Pack) []string {
	var out []string
	placeholders := map[string][]string{} // by their file
	add := func(id, label string) {
		if name, ok := strings.CutPrefix(id, fromName); ok {
			path, _, _ := strings.Cut(name, "\x00")
			if b.labels[id] = label; !slices.Contains(placeholders[path], id) {
				placeholders[path] = append(placeholders[path], id)
			}
			return
		}
		if text, ok := strings.CutPrefix(id, fromText); ok && pack.Format(text) == nil {
			return // made up: no key
		}
		if id != "" && !slices.Contains(out, id) {
			out = append(out, id)
			b.labels[id] = label
		}
	}
	for _, p := range b.parts {
		if p.supply == nil || p.source.pack != pack {
			continue
		}
		if p.supply.newEnv {
			add(p.supply.key, p.supply.label)
		}
		for _, m := range p.supply.moves {
			add(m.key, m.label)
		}
		for _, w := range p.springs {
			add(w.source.keyOf(w.value))
		}
	}
	var paths []string
	for path, ids := range placeholders {
		if len(ids) > 1 { // one alone is any key
			paths = append(paths, path)
		}
	}
	for _, path := range compact(paths) {
		out = append(out, placeholders[path]...)
	}
	return out
}

// doubt marks the fixes of a key in the text where another one comes from the
// environment: whether they are one key cannot be seen.
func (b *builder) doubt(pack *rules.Pack, ids []string) {
	var env string
	for _, id := range ids {
		if name, ok := strings.CutPrefix(id, fromEnv); ok {
			env = name
		}
	}
	for _, p := range b.parts {
		if p.supply != nil && p.source.pack == pack && p.unsafe == "" && p.takesText() {
			p.unsafe = "the key in the text and the one in " + env + " become one token: make sure that they belong to one account"
		}
	}
}

func (p *part) takesText() bool {
	return p.supply.newEnv && strings.HasPrefix(p.supply.key, fromText) ||
		slices.ContainsFunc(p.supply.moves, func(m move) bool { return strings.HasPrefix(m.key, fromText) })
}

// distinct is the variable of the i-th key: that of the pack, with what tells
// the key's own name from it.
func distinct(pack *rules.Pack, label string, i int, taken map[string]string) string {
	base := pack.Target.Env
	name := base
	if i > 0 {
		name = base + "_" + strconv.Itoa(i+1)
		if own := ownWords(pack, label); own != "" {
			name = base + "_" + own
		}
	}
	for n := 2; used(taken, name); n++ {
		name = base + "_" + strconv.Itoa(n)
	}
	return name
}

func used(taken map[string]string, name string) bool {
	for _, t := range taken {
		if t == name {
			return true
		}
	}
	return false
}

// common are words that every key has in its name.
var common = []string{"api", "key", "keys", "apikey", "token", "secret", "access", "auth", "the", "my", "h"}

// ownWords are the words of a name that tell it from other keys.
func ownWords(pack *rules.Pack, label string) string {
	var out []string
	for _, w := range strings.FieldsFunc(rules.WordName(label), func(r rune) bool { return r == '-' || r == '.' }) {
		if slices.Contains(common, w) || w == "this" || w == "self" || w == pack.Provider || strings.Contains(pack.Provider, w) || inParameter(pack, w) {
			continue
		}
		out = append(out, strings.ToUpper(w))
	}
	return strings.Join(out, "_")
}

// inParameter says whether a word is part of the name of the parameter.
func inParameter(pack *rules.Pack, word string) bool {
	for _, r := range pack.Rules {
		if r.Parameter != nil && slices.ContainsFunc(r.Parameter.Names, func(n string) bool { return strings.Contains(strings.ToLower(n), word) }) {
			return true
		}
	}
	return false
}
