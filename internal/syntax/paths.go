package syntax

import (
	"slices"
	"strings"
)

// turns are the values that a variable gets on different paths.
type turns struct {
	home  node
	defs  []def
	parts []*Binding        // of each definition
	sure  []bool            // each definition comes before all that reads its value
	at    map[Span]*Binding // of each name in the text
	mixed *Binding          // where it may be that of several
}

// part gives the values of a variable that never meet bindings of their own:
//
//	if (a) { url = x; get(url) } else { url = y; get(url) }
//
// Definitions that a read may have the value of are one.
func (f *File) part(b *Binding) {
	if b.Kind != Variable && b.Kind != Constant && b.Kind != Param || strings.HasPrefix(b.Name, this) ||
		len(b.defs) < 2 || len(b.defs) > maxTurns || len(b.Reads) > 8*maxTurns || f.shares(b) {
		return
	}
	t := &turns{home: f.scope(b.defs[0].at), defs: b.defs, at: map[Span]*Binding{}}
	if b.defs[0].kind == Param {
		t.home = b.defs[0].statement
	}
	root := make([]int, len(t.defs))
	fixed := true // no definition replaces another
	for i, d := range t.defs {
		root[i] = i
		t.sure = append(t.sure, true)
		fixed = fixed && d.kind == Constant
		if f.scope(d.at) != t.home && d.kind != Param || d.kind == Param && d.statement != t.home {
			return
		}
	}
	find := func(i int) int {
		for root[i] != i {
			i = root[i]
		}
		return i
	}
	of := map[Span]int{}
	join := func(at Span, n node, with int) bool {
		set, sure := f.reaching(t, n, at.Start)
		if with >= 0 {
			set = append(set, with)
		}
		if len(set) == 0 || f.scope(n) != t.home && !(fixed && sure) {
			return false
		}
		for _, i := range set[1:] {
			root[find(i)] = find(set[0])
		}
		for _, i := range set {
			t.sure[i] = t.sure[i] && sure && len(set) == 1
		}
		of[at] = set[0]
		return true
	}
	for i, d := range t.defs {
		of[span(d.at)] = i
		if d.append && !join(span(d.at), d.statement, i) {
			return
		}
	}
	for _, r := range b.Reads {
		if !join(r, f.tree.At(r.Start, r.End), -1) {
			return
		}
	}
	f.partition(b, t, of, find)
}

// maxTurns bounds how many values of a variable are told apart.
const maxTurns = 40

// reaching lists the definitions whose value a name at an offset may have, and
// says whether it has one of them for sure; n is the node there.
func (f *File) reaching(t *turns, n node, at int) (out []int, sure bool) {
	replaced := func(k node) bool {
		for i := len(t.defs) - 1; i >= 0; i-- {
			d := t.defs[i]
			if !k.Contains(d.at) || d.statement.Contains(n) && !loops.MatchString(d.statement.Kind()) {
				continue
			}
			out = append(out, i)
			if !d.append && f.assigns(k, d) {
				return true
			}
		}
		return false
	}
	for c := n; c.OK(); c = c.Parent() {
		kids := c.Kids()
		for i := len(kids) - 1; i >= 0; i-- {
			if kids[i].End() <= at && replaced(kids[i]) {
				return out, true
			}
		}
		if c == t.home {
			break
		}
		if loops.MatchString(c.Parent().Kind()) {
			for i, d := range t.defs {
				if c.Parent().Contains(d.at) {
					out = append(out, i)
				}
			}
		}
	}
	for i, d := range t.defs {
		if d.kind == Param {
			out = append(out, i)
		}
	}
	return out, false
}

// assigns says whether a statement does nothing but to give the name of a
// definition a value.
func (f *File) assigns(st node, d def) bool {
	p := d.at.Parent()
	return p.Is("assignment_expression", "variable_declarator", "assignment") && (p == st || p.Parent() == st) && !st.Is(f.lang.branches...) &&
		!d.bare
}

// partition makes the bindings of the definitions that belong together.
func (f *File) partition(b *Binding, t *turns, of map[Span]int, find func(int) int) {
	parts := map[int]*Binding{}
	for i := range t.defs {
		if r := find(i); parts[r] == nil {
			parts[r] = &Binding{Name: b.Name, Kind: b.Kind, Scope: b.Scope, Type: b.Type, Again: true}
		}
	}
	if len(parts) < 2 {
		return
	}
	reads := b.Reads
	first := parts[find(0)]
	for i, p := range parts {
		if p == first {
			parts[i] = b
		} else {
			f.bindings = append(f.bindings, p)
		}
	}
	b.defs, b.Defs, b.Reads, b.Again = nil, nil, nil, true
	t.mixed = &Binding{Name: b.Name, Kind: b.Kind, Scope: b.Scope, Again: true}
	for i, d := range t.defs {
		p := parts[find(i)]
		t.parts = append(t.parts, p)
		d.conditional = d.conditional && !t.sure[i]
		p.defs = append(p.defs, d)
		p.Defs = append(p.Defs, Define{span(d.at), span(d.value), span(d.statement), d.append, d.conditional})
	}
	for at, i := range of {
		t.at[at] = parts[find(i)]
	}
	for _, r := range reads {
		t.at[r].Reads = append(t.at[r].Reads, r)
	}
	f.turns[b] = t
}

// turnAt is the one of a binding's parts that a name at a span means.
func (f *File) turnAt(b *Binding, s Span) *Binding {
	t := f.turns[b]
	if t == nil {
		return b
	}
	if p := t.at[s]; p != nil {
		return p
	}
	n := f.tree.At(s.Start, s.End)
	var out []*Binding
	set, _ := f.reaching(t, n, s.Start)
	for _, i := range set {
		if !slices.Contains(out, t.parts[i]) {
			out = append(out, t.parts[i])
		}
	}
	if len(out) == 1 {
		return out[0]
	}
	return t.mixed
}
