package engine

import (
	"encoding/binary"
	"sort"
	"strconv"
	"strings"
)

// Flags of a node.
const (
	named = 1 << iota
	missing
	isError
	extra
	hasError
)

const recordSize = 20 // bytes of a node in the memory of a module

type record struct {
	start, end    int32
	parent, after int32 // after is the index of the first node behind the subtree
	kind, field   uint16
	flags         uint8
}

// Tree is a parsed source: its nodes in pre-order. It never changes, and is
// safe for concurrent use.
type Tree struct {
	src           []byte
	kinds, fields []string
	nodes         []record
}

func newTree(src []byte, m *module, raw []byte) *Tree {
	t := &Tree{src: src, kinds: m.kinds, fields: m.fields, nodes: make([]record, len(raw)/recordSize)}
	for i := range t.nodes {
		b := raw[i*recordSize:]
		t.nodes[i] = record{
			start:  int32(binary.LittleEndian.Uint32(b)),
			end:    int32(binary.LittleEndian.Uint32(b[4:])),
			kind:   binary.LittleEndian.Uint16(b[8:]),
			field:  binary.LittleEndian.Uint16(b[10:]),
			parent: int32(binary.LittleEndian.Uint32(b[12:])),
			flags:  b[16],
			after:  int32(i) + 1,
		}
	}
	for i := len(t.nodes) - 1; i > 0; i-- {
		p := &t.nodes[t.nodes[i].parent]
		p.after = max(p.after, t.nodes[i].after)
	}
	return t
}

// Source is the text that was parsed; it must not be changed.
func (t *Tree) Source() []byte { return t.src }

// Root is the node of the whole source.
func (t *Tree) Root() Node { return Node{t, 0} }

// Errors counts the places where the source breaks the grammar: text that does
// not fit, and tokens that are missing.
func (t *Tree) Errors() int {
	n := 0
	for i := range t.nodes {
		if t.nodes[i].flags&(isError|missing) != 0 {
			n++
		}
	}
	return n
}

// At is the smallest node around the bytes [start,end), the root if there is
// none. Of two nodes that touch at an offset it is the second.
func (t *Tree) At(start, end int) Node {
	// Nodes are sorted by their start: the last that begins at or before start
	// lies inside the node that is looked for.
	i := sort.Search(len(t.nodes), func(i int) bool { return int(t.nodes[i].start) > start }) - 1
	n := Node{t, int32(max(i, 0))}
	for n.i > 0 && (n.Start() > start || n.End() < end || n.End() <= n.Start()) {
		n = n.Parent()
	}
	return n
}

// String lists the named nodes, one a line, indented by depth, with field names
// and, for nodes without children, their text.
func (t *Tree) String() string {
	var b strings.Builder
	var open []int32 // where the subtrees around a node end
	t.Root().Walk(func(n Node) bool {
		for len(open) > 0 && open[len(open)-1] <= n.i {
			open = open[:len(open)-1]
		}
		if !n.Named() {
			return true
		}
		b.WriteString(strings.Repeat("  ", len(open)))
		if f := n.FieldName(); f != "" {
			b.WriteString(f + ": ")
		}
		b.WriteString(n.Kind())
		if n.Missing() {
			b.WriteString(" MISSING")
		}
		if len(n.Kids()) == 0 && n.End() > n.Start() {
			b.WriteString(" " + strconv.Quote(n.Text()))
		}
		b.WriteString("\n")
		open = append(open, n.rec().after)
		return true
	})
	return b.String()
}
