package objects

import (
	"cmp"
	"slices"
)

// dag is the part of all trees from which the blobs asked for can be reached. Its trees have numbers of their own; where
// an entry names something, a blob is ^ its number.
type dag struct {
	names   []string
	byKey   map[key]int32
	keys    []key
	from    []int32 // the entries of tree u are entries[from[u]:from[u+1]], by name
	entries []dagEntry
	post    []int32 // all trees, subtrees first
	up      []int32 // tree u is in the trees up[upFrom[u]:upFrom[u+1]]; blob b likewise, after the trees
	upFrom  []int32
}

type dagEntry struct{ name, what int32 }

// found is an entry of a tree of the dag, on its way there.
type found struct{ tree, name, what int32 }

// dagBuilder finds the trees that lead to blobs: those with an entry that names one, then those with an entry that names
// one of these trees, and so on. An entry lives from the tree that has it new down the tree of deltas, as long as it is
// copied.
type dagBuilder struct {
	x     *treeIndex
	d     *dag
	found []found
	todo  []int32 // trees of the dag whose occurrences are still to be looked for
	stack []life
	limit int
}

// life is an entry in one tree.
type life struct {
	tree int32
	at   int32
}

func (x *treeIndex) dag(wanted map[key]int32) (*dag, error) {
	b := &dagBuilder{x: x, d: &dag{names: x.names, byKey: map[key]int32{}}, limit: int(x.s.opts.Limits.Memory / 32)}
	keys := make([]key, len(wanted))
	for k, i := range wanted {
		keys[i] = k
	}
	for i, k := range keys {
		if !b.occurrences(k, ^int32(i)) {
			return nil, tooLarge("more than %d entries of trees lead to the blobs", b.limit)
		}
	}
	for len(b.todo) > 0 {
		u := b.todo[len(b.todo)-1]
		b.todo = b.todo[:len(b.todo)-1]
		if !b.occurrences(b.d.keys[u], u) {
			return nil, tooLarge("more than %d entries of trees lead to the blobs", b.limit)
		}
	}
	b.d.fill(b.found)
	b.d.order()
	b.d.reverse(len(wanted))
	return b.d, nil
}

// occurrences finds all entries that name something.
func (b *dagBuilder) occurrences(k key, what int32) bool {
	x := b.x
	for i := x.heads[int(uint32(k))&(len(x.heads)-1)]; i > 0; i = x.edge(i - 1).next {
		if e := x.edge(i - 1); e.key() == k {
			b.live(life{e.tree, e.at}, e.name, what)
			if len(b.found) > b.limit {
				return false
			}
		}
	}
	return true
}

// live follows an entry down the tree of deltas.
func (b *dagBuilder) live(l life, name, what int32) {
	x := b.x
	b.stack = append(b.stack[:0], l)
	for len(b.stack) > 0 && len(b.found) <= b.limit {
		l = b.stack[len(b.stack)-1]
		b.stack = b.stack[:len(b.stack)-1]
		pack, pos := x.place(l.tree)
		if k, ok := x.key(pack, pos); ok {
			b.found = append(b.found, found{b.tree(k), name, what})
		}
		if pack == len(x.list) {
			continue
		}
		t := x.list[pack]
		for _, kid := range t.kids[t.kidOff[pos]:t.kidOff[pos+1]] {
			n := x.number(pack, kid)
			ref := x.spans[n]
			for i := range int(ref.n) {
				s := x.pools[ref.reader].at(int(ref.from) + i)
				if l.at >= s.src && l.at < s.src+s.n {
					b.stack = append(b.stack, life{n, l.at - s.src + s.dst})
				}
			}
		}
	}
}

// tree is the number of a tree in the dag.
func (b *dagBuilder) tree(k key) int32 {
	u, ok := b.d.byKey[k]
	if !ok {
		u = int32(len(b.d.keys))
		b.d.byKey[k] = u
		b.d.keys = append(b.d.keys, k)
		b.todo = append(b.todo, u)
	}
	return u
}

// fill puts the entries into their trees.
func (d *dag) fill(list []found) {
	slices.SortFunc(list, func(a, b found) int {
		return cmp.Or(cmp.Compare(a.tree, b.tree), cmp.Compare(a.name, b.name), cmp.Compare(a.what, b.what))
	})
	list = slices.Compact(list) // two packs can have the same tree
	d.from = make([]int32, len(d.keys)+1)
	d.entries = make([]dagEntry, len(list))
	for i, f := range list {
		d.from[f.tree+1] = int32(i + 1)
		d.entries[i] = dagEntry{f.name, f.what}
	}
	for u := range d.keys {
		d.from[u+1] = max(d.from[u+1], d.from[u])
		slices.SortFunc(d.of(int32(u)), d.compare)
	}
}

// compare orders entries as git orders them in a tree: as if the names of trees ended with a slash.
func (d *dag) compare(a, b dagEntry) int {
	x, y := d.names[a.name], d.names[b.name]
	if a.what >= 0 {
		x += "/"
	}
	if b.what >= 0 {
		y += "/"
	}
	return cmp.Or(cmp.Compare(x, y), cmp.Compare(a.what, b.what))
}

// of are the entries of a tree.
func (d *dag) of(u int32) []dagEntry { return d.entries[d.from[u]:d.from[u+1]] }

// order lists the trees, subtrees first. A circle, which only an index that lies can make, is cut somewhere.
func (d *dag) order() {
	seen := newBitset(len(d.keys))
	type visit struct{ tree, next int32 }
	var stack []visit
	for u := range int32(len(d.keys)) {
		if !seen.has(u) {
			seen.add(u)
			stack = append(stack, visit{u, d.from[u]})
		}
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if top.next == d.from[top.tree+1] {
				d.post = append(d.post, top.tree)
				stack = stack[:len(stack)-1]
				continue
			}
			what := d.entries[top.next].what
			top.next++
			if what >= 0 && !seen.has(what) {
				seen.add(what)
				stack = append(stack, visit{what, d.from[what]})
			}
		}
	}
}
