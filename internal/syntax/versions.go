package syntax

import (
	"bytes"
	"slices"
	"sort"
	"strings"
)

// groups are the values that a variable gets in turn: each group of definitions
// that may reach the same places is a binding of its own.
type groups struct {
	defs  []def // those that give a value, in their order
	of    []*Binding
	reads map[Span]*Binding
}

// maxGrouped bounds the work for one variable.
const maxGrouped = 100_000

// split gives the values that a variable gets in turn bindings of their own:
//
//	url = a; get(url); url = b; get(url)
//
// Only where all of the variable is in one function, so that the text says which
// definitions reach a place.
func (f *File) split() {
	f.versions, f.turns = map[*Binding]*groups{}, map[*Binding]*turns{}
	for _, b := range slices.Clone(f.bindings) {
		if f.lang.paths {
			f.part(b)
		} else if t := f.inTurn(b); t != nil {
			f.divide(b, t)
		}
	}
}

// inTurn says which definitions of a variable belong together; nil where all do.
func (f *File) inTurn(b *Binding) *groups {
	if b.Kind != Variable && b.Kind != Param || strings.HasPrefix(b.Name, this) || len(b.defs) < 2 ||
		len(b.defs)*(len(b.Reads)+len(b.defs)) > maxGrouped || f.shares(b) {
		return nil
	}
	t := &groups{reads: map[Span]*Binding{}}
	home := f.homeOf(b.defs[0])
	for _, d := range b.defs {
		if f.homeOf(d) != home {
			return nil
		}
		if !d.append {
			t.defs = append(t.defs, d)
		}
	}
	sort.SliceStable(t.defs, func(i, j int) bool { return t.defs[i].at.Start() < t.defs[j].at.Start() })
	group := make([]int, len(t.defs))
	for i := range group {
		group[i] = i
	}
	find := func(i int) int {
		for group[i] != i {
			i = group[i]
		}
		return i
	}
	join := func(reached []int) {
		for _, i := range reached[1:] {
			group[find(i)] = find(reached[0])
		}
	}
	places := slices.Clone(b.Reads)
	for _, d := range b.defs {
		if d.append {
			places = append(places, span(d.at))
		}
	}
	for _, r := range places {
		reached := f.reachedAt(t.defs, r.Start)
		if len(reached) == 0 || f.scope(f.tree.At(r.Start, r.End)) != home {
			return nil
		}
		join(reached)
	}
	made := map[int]*Binding{find(0): b}
	for i := range t.defs {
		g := find(i)
		if made[g] == nil {
			made[g] = &Binding{Name: b.Name, Kind: Variable, Scope: b.Scope, Type: b.Type, Again: true}
		}
		t.of = append(t.of, made[g])
	}
	if len(made) == 1 {
		return nil
	}
	for _, r := range places {
		t.reads[r] = t.of[f.reachedAt(t.defs, r.Start)[0]]
	}
	return t
}

// homeOf is the function in which a definition stands.
func (f *File) homeOf(d def) node {
	if d.kind == Param {
		return d.statement
	}
	return f.scope(d.at)
}

// reachedAt lists the definitions whose value may be read at an offset: those
// before it, back to one that always runs before it, and those behind it from
// which a loop leads back.
func (f *File) reachedAt(defs []def, at int) []int {
	var out []int
	last := -1 // the one that always runs before
	for i := len(defs) - 1; i >= 0 && last < 0; i-- {
		if f.knownFrom(defs[i]) > at {
			continue
		}
		out = append(out, i)
		if f.dominates(defs[i], at) {
			last = i
		}
	}
	if last < 0 {
		return nil
	}
	for p := f.tree.At(at, at); p.OK() && p.Index() > 0 && p != f.homeOf(defs[last]); p = p.Parent() {
		if !f.lang.repeats(p) || defs[last].kind != Param && p.Contains(defs[last].statement) {
			continue
		}
		for i, d := range defs {
			if f.knownFrom(d) > at && p.Contains(d.at) {
				out = append(out, i)
			}
		}
	}
	return out
}

// knownFrom is where the value of a definition can be read first.
func (f *File) knownFrom(d def) int {
	if d.kind == Param {
		return d.at.End()
	}
	if body := d.statement.Field("body"); body.OK() {
		return body.Start()
	}
	return d.statement.End()
}

// dominates says whether a definition that stands before an offset always runs
// before it.
func (f *File) dominates(d def, at int) bool {
	if d.kind == Param {
		return true
	}
	block := d.statement.Parent()
	if d.statement.Is(f.lang.branches...) || d.statement.Is(f.lang.scopes...) || block.End() < at {
		return false
	}
	return !block.Is(f.lang.branches...) || block.Is("block", "do_block", "lambda_literal", "catch_clause", "catch_block", "else_clause", "when_entry", "switch_section", "switch_block_statement_group")
}

// divide shares the definitions and reads of a binding out among the groups.
func (f *File) divide(b *Binding, t *groups) {
	defs, reads := b.defs, b.Reads
	b.defs, b.Defs, b.Reads, b.Again = nil, nil, nil, true
	f.versions[b] = t
	for _, g := range t.of {
		if g != b && !slices.Contains(f.bindings, g) {
			f.bindings = append(f.bindings, g)
		}
	}
	for _, d := range defs {
		v := f.versionAt(b, span(d.at))
		v.defs = append(v.defs, d)
		v.Defs = append(v.Defs, Define{span(d.at), span(d.value), span(d.statement), d.append, d.conditional})
	}
	for _, r := range reads {
		v := t.reads[r]
		v.Reads = append(v.Reads, r)
	}
}

// versionAt is the one of a binding's groups that a name at a span means.
func (f *File) versionAt(b *Binding, s Span) *Binding {
	t := f.versions[b]
	if t == nil {
		return f.turnAt(b, s)
	}
	for i, d := range t.defs {
		if span(d.at) == s {
			return t.of[i]
		}
	}
	if g := t.reads[s]; g != nil {
		return g
	}
	reached := f.reachedAt(t.defs, s.Start)
	if len(reached) == 0 {
		return t.of[0]
	}
	for _, i := range reached[1:] { // what may have another value is another
		if t.of[i] != t.of[reached[0]] {
			return t.of[i]
		}
	}
	return t.of[reached[0]]
}

// shares says whether other code may give a variable a value, or read it, where
// no name says so: a reference to it, or a function that declares it global.
func (f *File) shares(b *Binding) bool {
	for _, r := range b.Reads {
		if r.Start > 1 && f.src[r.Start-1] == '&' && f.src[r.Start-2] != '&' {
			return true
		}
	}
	for src := f.src; ; {
		i := bytes.Index(src, []byte("global "))
		if i < 0 {
			return false
		}
		src = src[i+len("global "):]
		line, _, _ := bytes.Cut(src, []byte("\n"))
		if slices.Contains(strings.FieldsFunc(string(line), func(r rune) bool { return strings.ContainsRune(" ,;\t\r", r) }), b.Name) {
			return true
		}
	}
}
