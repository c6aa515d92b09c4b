package engine

import "slices"

// Node is one node of a tree. The zero Node stands for "none": its kind and
// text are empty, and it has no parent and no children.
type Node struct {
	t *Tree
	i int32
}

func (n Node) rec() *record {
	if n.t == nil {
		return &record{}
	}
	return &n.t.nodes[n.i]
}

// OK says whether n is a node.
func (n Node) OK() bool { return n.t != nil }

// Index is the position of the node in pre-order, from 0: a key for maps.
func (n Node) Index() int { return int(n.i) }

// Kind is the grammar's name for the node; punctuation is named by its text.
func (n Node) Kind() string {
	if n.t == nil {
		return ""
	}
	if k := int(n.rec().kind); k < len(n.t.kinds) {
		return n.t.kinds[k]
	}
	return "ERROR"
}

// Is says whether the node has one of the kinds.
func (n Node) Is(kinds ...string) bool { return n.OK() && slices.Contains(kinds, n.Kind()) }

// Start is the offset of the first byte.
func (n Node) Start() int { return int(n.rec().start) }

// End is the offset behind the last byte.
func (n Node) End() int { return int(n.rec().end) }

// Text is the source of the node.
func (n Node) Text() string {
	if n.t == nil {
		return ""
	}
	return string(n.t.src[n.Start():n.End()])
}

// Named says whether the node is more than punctuation or a keyword.
func (n Node) Named() bool { return n.rec().flags&named != 0 }

// Extra says whether the node may stand anywhere, as comments do.
func (n Node) Extra() bool { return n.rec().flags&extra != 0 }

// Missing says whether the parser had to invent the node.
func (n Node) Missing() bool { return n.rec().flags&missing != 0 }

// Broken says whether the node is, or has in it, text that breaks the grammar.
func (n Node) Broken() bool { return n.rec().flags&(hasError|isError|missing) != 0 }

// Parent is the node around n.
func (n Node) Parent() Node {
	if n.t == nil || n.rec().parent < 0 {
		return Node{}
	}
	return Node{n.t, n.rec().parent}
}

// Up is n or the nearest node around it that has one of the kinds.
func (n Node) Up(kinds ...string) Node {
	for n.OK() && !n.Is(kinds...) {
		n = n.Parent()
	}
	return n
}

// Contains says whether m is n or lies inside it.
func (n Node) Contains(m Node) bool {
	return n.OK() && n.t == m.t && n.i <= m.i && m.i < n.rec().after
}

func (n Node) first() Node {
	if n.t == nil || n.rec().after == n.i+1 {
		return Node{}
	}
	return Node{n.t, n.i + 1}
}

// Next is the following sibling, punctuation included.
func (n Node) Next() Node {
	p := n.Parent()
	if !p.OK() || n.rec().after >= p.rec().after {
		return Node{}
	}
	return Node{n.t, n.rec().after}
}

// Prev is the sibling before n, punctuation included.
func (n Node) Prev() Node {
	var prev Node
	for c := n.Parent().first(); c.OK() && c != n; c = c.Next() {
		prev = c
	}
	return prev
}

// All are the children.
func (n Node) All() []Node {
	var out []Node
	for c := n.first(); c.OK(); c = c.Next() {
		out = append(out, c)
	}
	return out
}

// Kids are the named children that are no comments.
func (n Node) Kids() []Node {
	var out []Node
	for c := n.first(); c.OK(); c = c.Next() {
		if c.rec().flags&(named|extra) == named {
			out = append(out, c)
		}
	}
	return out
}

// Kid is the i-th of Kids, from the end where i is negative.
func (n Node) Kid(i int) Node {
	kids := n.Kids()
	if i < 0 {
		i += len(kids)
	}
	if i < 0 || i >= len(kids) {
		return Node{}
	}
	return kids[i]
}

// FieldName is the name that the grammar gives the node's place in its parent.
func (n Node) FieldName() string {
	if n.t == nil {
		return ""
	}
	return n.t.fields[n.rec().field]
}

// Field is the first child in the place of that name.
func (n Node) Field(name string) Node {
	for c := n.first(); c.OK(); c = c.Next() {
		if c.FieldName() == name {
			return c
		}
	}
	return Node{}
}

// Walk calls f for n and every node in it, in the order of the source. Where f
// returns false, the node's children are left out.
func (n Node) Walk(f func(Node) bool) {
	if n.t == nil {
		return
	}
	for i, end := n.i, n.rec().after; i < end; {
		if f(Node{n.t, i}) {
			i++
		} else {
			i = n.t.nodes[i].after
		}
	}
}

// Find lists the nodes of some kinds in n, n included.
func (n Node) Find(kinds ...string) []Node {
	var out []Node
	n.Walk(func(m Node) bool {
		if m.Is(kinds...) {
			out = append(out, m)
		}
		return true
	})
	return out
}

// In says whether the node belongs to the tree of m.
func (n Node) In(m Node) bool { return n.t == m.t }
