package objects

import "math/bits"

// node is the number of what an entry names among trees and then blobs.
func (d *dag) node(what int32) int32 {
	if what < 0 {
		return int32(len(d.keys)) + ^what
	}
	return what
}

// reverse lists for each tree and each blob the trees that have it.
func (d *dag) reverse(blobs int) {
	n := len(d.keys) + blobs
	d.upFrom = make([]int32, n+2)
	for _, e := range d.entries {
		d.upFrom[d.node(e.what)+2]++
	}
	for i := range n {
		d.upFrom[i+2] += d.upFrom[i+1]
	}
	d.up = make([]int32, len(d.entries))
	for u := range int32(len(d.keys)) {
		for _, e := range d.of(u) {
			at := &d.upFrom[d.node(e.what)+1]
			d.up[*at] = u
			*at++
		}
	}
}

// masks says which of 64 bits are below each tree. It is filled for some blobs at a time, and costs no more than the
// trees that lead to these.
type masks struct {
	d       *dag
	of      []uint64 // by tree
	blob    []uint64 // by blob
	set     []int32  // blobs that have bits
	touched bitset   // trees above them, by their place in d.post
	place   []int32  // by tree: where it is in d.post
	todo    []int32
}

func newMasks(d *dag, blobs int) *masks {
	m := &masks{d: d, of: make([]uint64, len(d.keys)), blob: make([]uint64, blobs), touched: newBitset(len(d.keys)), place: make([]int32, len(d.keys))}
	for i, u := range d.post {
		m.place[u] = int32(i)
	}
	return m
}

// clear removes all bits.
func (m *masks) clear() {
	for _, b := range m.set {
		m.blob[b] = 0
	}
	m.set = m.set[:0]
	m.each(func(u int32) { m.of[u] = 0 })
	clear(m.touched)
}

// add gives a blob a bit.
func (m *masks) add(blob int32, bit int) {
	if m.blob[blob] == 0 {
		m.set = append(m.set, blob)
	}
	m.blob[blob] |= 1 << bit
}

// spread computes the masks of the trees.
func (m *masks) spread() {
	d := m.d
	for _, b := range m.set {
		m.todo = append(m.todo, int32(len(d.keys))+b)
	}
	for len(m.todo) > 0 {
		n := m.todo[len(m.todo)-1]
		m.todo = m.todo[:len(m.todo)-1]
		for _, u := range d.up[d.upFrom[n]:d.upFrom[n+1]] {
			if !m.touched.has(m.place[u]) {
				m.touched.add(m.place[u])
				m.todo = append(m.todo, u)
			}
		}
	}
	m.each(func(u int32) {
		sum := uint64(0)
		for _, e := range d.of(u) {
			if e.what < 0 {
				sum |= m.blob[^e.what]
			} else {
				sum |= m.of[e.what]
			}
		}
		m.of[u] = sum
	})
}

// each calls f for the trees that were touched, subtrees first.
func (m *masks) each(f func(u int32)) {
	for i, w := range m.touched {
		for ; w != 0; w &= w - 1 {
			f(m.d.post[i<<6+bits.TrailingZeros64(w)])
		}
	}
}
