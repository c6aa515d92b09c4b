package engine

import "slices"

// Part is a node of a tree that is made by hand: for formats whose lines need no
// grammar. Parts follow each other in the order of their start, those around
// others first.
type Part struct {
	Kind       string
	Start, End int
	// In is the index of the part around it, -1 for none.
	In int
}

// NewTree makes the tree of a source from its parts, below a root of the kind
// "document".
func NewTree(src []byte, parts []Part) *Tree {
	t := &Tree{src: src, kinds: []string{"document"}, fields: []string{""}}
	t.nodes = append(t.nodes, record{end: int32(len(src)), parent: -1, after: int32(len(parts)) + 1, flags: named})
	for i, p := range parts {
		k := slices.Index(t.kinds, p.Kind)
		if k < 0 {
			k = len(t.kinds)
			t.kinds = append(t.kinds, p.Kind)
		}
		t.nodes = append(t.nodes, record{start: int32(p.Start), end: int32(p.End), parent: int32(p.In) + 1, after: int32(i) + 2, kind: uint16(k), flags: named})
	}
	for i := len(t.nodes) - 1; i > 0; i-- {
		p := &t.nodes[t.nodes[i].parent]
		p.after = max(p.after, t.nodes[i].after)
	}
	return t
}
