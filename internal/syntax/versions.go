package syntax

import (
	"bytes"
	"slices"
	"sort"
	"strings"
)

// version is what a name means from one of its definitions on.
type version struct {
	from    int // the end of the definition's statement
	name    Span
	binding *Binding
}

// split gives each value that a variable gets in turn a binding of its own:
//
//	url = a; get(url); url = b; get(url)
//
// Only where the text decides which value is read: all is in one function, the
// later definitions stand in the block of the first, and so does whatever reads
// the name.
func (f *File) split() {
	f.versions, f.turns = map[*Binding][]version{}, map[*Binding]*turns{}
	for _, b := range slices.Clone(f.bindings) {
		if f.lang.paths {
			f.part(b)
		} else if cuts := f.inTurn(b); len(cuts) > 0 {
			f.divide(b, cuts)
		}
	}
}

// inTurn lists the definitions that give a variable another value for all that
// follows, in their order; none where the text does not decide.
func (f *File) inTurn(b *Binding) []def {
	if b.Kind != Variable && b.Kind != Param || strings.HasPrefix(b.Name, this) || len(b.defs) < 2 || f.shares(b) {
		return nil
	}
	defs := slices.Clone(b.defs)
	sort.SliceStable(defs, func(i, j int) bool { return defs[i].at.Start() < defs[j].at.Start() })
	first := defs[0]
	block := first.statement.Parent()
	if first.kind == Param {
		block = first.statement
	} else if first.append || first.conditional && first.statement.Is(f.lang.branches...) {
		return nil
	}
	home := f.scope(first.at)
	if first.kind == Param {
		home = first.statement
	}
	var cuts []def
	for _, d := range defs[1:] {
		if f.scope(d.at) != home || d.kind == Param {
			return nil
		}
		p := d.statement.Parent()
		if first.kind == Param && p != block {
			p = p.Parent() // the body of a function
		}
		if !d.append && !d.bare && p == block && !d.statement.Is(f.lang.branches...) && !d.statement.Is(f.lang.scopes...) {
			cuts = append(cuts, d)
		}
	}
	if len(cuts) == 0 {
		return nil
	}
	for _, r := range b.Reads {
		if r.Start < first.at.Start() || !span(block).Contains(r) || f.scope(f.tree.At(r.Start, r.End)) != home {
			return nil
		}
	}
	return cuts
}

// divide shares the definitions and reads of a binding out among bindings that
// begin where those of cuts end.
func (f *File) divide(b *Binding, cuts []def) {
	defs, reads := b.defs, b.Reads
	b.defs, b.Defs, b.Reads, b.Again = nil, nil, nil, true
	all := []version{{binding: b}}
	for _, d := range cuts {
		v := &Binding{Name: b.Name, Kind: Variable, Scope: b.Scope, Type: b.Type, Again: true}
		from := d.statement.End()
		if body := d.statement.Field("body"); body.OK() {
			from = body.Start()
		}
		all = append(all, version{from, span(d.at), v})
		f.bindings = append(f.bindings, v)
	}
	f.versions[b] = all
	for _, d := range defs {
		v := f.versionAt(b, span(d.at))
		v.defs = append(v.defs, d)
		v.Defs = append(v.Defs, Define{span(d.at), span(d.value), span(d.statement), d.append, d.conditional})
	}
	for _, r := range reads {
		v := f.versionAt(b, r)
		v.Reads = append(v.Reads, r)
	}
}

// versionAt is the one of a binding's versions that a name at a span means.
func (f *File) versionAt(b *Binding, s Span) *Binding {
	for _, v := range f.versions[b] {
		if v.name == s || v.from <= s.Start {
			b = v.binding
		}
	}
	return f.turnAt(b, s)
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
