package objects

import (
	"maps"
	"slices"
	"strings"
)

// path joins names.
func (d *dag) path(names []int32) string {
	var b strings.Builder
	for i, n := range names {
		if i > 0 {
			b.WriteByte('/')
		}
		b.WriteString(d.names[n])
	}
	return b.String()
}

// pathTree is a set of paths: each node is a name below its parent, and node 0 the root.
type pathTree struct {
	nodes []pathNode
	child map[[2]int32]int32
}

type pathNode struct {
	parent, name int32
	depth, bytes int32
}

func newPathTree() *pathTree {
	return &pathTree{nodes: make([]pathNode, 1), child: map[[2]int32]int32{}}
}

// enter returns the node of a name below a node.
func (t *pathTree) enter(d *dag, parent, name int32) int32 {
	k := [2]int32{parent, name}
	n, ok := t.child[k]
	if !ok {
		n = int32(len(t.nodes))
		t.child[k] = n
		p := &t.nodes[parent]
		t.nodes = append(t.nodes, pathNode{parent, name, p.depth + 1, p.bytes + int32(len(d.names[name])) + 1})
	}
	return n
}

// names are the names on the way to a node.
func (t *pathTree) names(n int32) (list []int32) {
	for ; n != 0; n = t.nodes[n].parent {
		list = append(list, t.nodes[n].name)
	}
	slices.Reverse(list)
	return list
}

// pathFinder finds all paths that blobs have had: it visits each tree once at each path that it has had. Hostile trees
// have more paths than can be counted, or go in circles, so that there are limits.
type pathFinder struct {
	a     *attribution
	paths *pathTree
	seen  map[treeAt]struct{}
	todo  []treeAt
	of    []map[int32]struct{} // by blob
	room  int64                // bytes that may still be used
}

type treeAt struct{ tree, path int32 }

// pathCost is what a tree or a blob at a path costs while paths are found, in bytes.
const pathCost = 128

func (f *pathFinder) visit(v treeAt) {
	if _, ok := f.seen[v]; ok || f.room < 0 || f.paths.nodes[v.path].depth >= maxDepth {
		return
	}
	f.room -= pathCost
	f.seen[v] = struct{}{}
	f.todo = append(f.todo, v)
}

// commit finds the paths in a commit.
func (f *pathFinder) commit(c int32) {
	if f.a.root[c] == missing {
		return
	}
	f.visit(treeAt{f.a.root[c], 0})
	for len(f.todo) > 0 {
		v := f.todo[len(f.todo)-1]
		f.todo = f.todo[:len(f.todo)-1]
		for _, e := range f.a.d.of(v.tree) {
			path := f.paths.enter(f.a.d, v.path, e.name)
			if f.room -= pathCost; f.room < 0 {
				return
			}
			if e.what >= 0 {
				f.visit(treeAt{e.what, path})
				continue
			}
			if f.of[^e.what] == nil {
				f.of[^e.what] = map[int32]struct{}{}
			}
			f.of[^e.what][path] = struct{}{}
		}
	}
}

// listPaths fills in the paths of all histories.
func (a *attribution) listPaths() {
	f := &pathFinder{
		a: a, paths: newPathTree(), seen: map[treeAt]struct{}{}, of: make([]map[int32]struct{}, len(a.blobs)),
		room: a.s.opts.Limits.Memory,
	}
	for _, c := range a.order.list {
		f.commit(c)
	}
	for g := range a.out {
		all := map[int32]struct{}{}
		for _, b := range a.groups[g] {
			for n := range f.of[b] {
				all[n] = struct{}{}
			}
		}
		a.out[g].Paths = f.list(slices.Sorted(maps.Keys(all)), a.o.MaxPaths)
	}
	if f.room < 0 {
		a.probs.add(Problem{File: "history", Reason: "too many paths: some are not listed"})
	}
}

// list writes out paths, in order, at most most; 0: all.
func (f *pathFinder) list(nodes []int32, most int) []string {
	list := make([]string, 0, len(nodes))
	for _, n := range nodes {
		if f.room -= int64(f.paths.nodes[n].bytes); f.room < 0 {
			break
		}
		list = append(list, f.a.d.path(f.paths.names(n)))
	}
	slices.Sort(list)
	if most > 0 && len(list) > most {
		for _, n := range list[most:] {
			f.room += int64(len(n)) // given back
		}
		list = slices.Clone(list[:most])
	}
	return list
}
