package objects

import (
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
	parent, name []int32
	child        map[[2]int32]int32
}

func newPathTree() *pathTree {
	return &pathTree{parent: []int32{0}, name: []int32{0}, child: map[[2]int32]int32{}}
}

func (t *pathTree) enter(parent, name int32) int32 {
	k := [2]int32{parent, name}
	n, ok := t.child[k]
	if !ok {
		n = int32(len(t.name))
		t.child[k] = n
		t.parent, t.name = append(t.parent, parent), append(t.name, name)
	}
	return n
}

// names are the names on the way to a node.
func (t *pathTree) names(n int32) (list []int32) {
	for ; n != 0; n = t.parent[n] {
		list = append(list, t.name[n])
	}
	slices.Reverse(list)
	return list
}

// maxPathBytes is what a tree at a path costs while paths are listed.
const maxPathBytes = 128

// listPaths finds all paths that the blobs have had: each tree is visited once at each path that it has had. Hostile trees
// have more paths than can be counted, so that there is a limit.
func (a *attribution) listPaths() {
	type at struct{ tree, path int32 }
	most, n := int(a.s.opts.Limits.Memory/maxPathBytes), 0
	t := newPathTree()
	seen := map[at]struct{}{}
	paths := make([]map[int32]struct{}, len(a.blobs))
	var todo []at
	visit := func(v at) {
		if _, ok := seen[v]; !ok && n < most {
			n++
			seen[v] = struct{}{}
			todo = append(todo, v)
		}
	}
	for _, c := range a.order.list {
		if a.root[c] != missing {
			visit(at{a.root[c], 0})
		}
		for len(todo) > 0 {
			v := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			for _, e := range a.d.of(v.tree) {
				if n >= most {
					break
				}
				path := t.enter(v.path, e.name)
				if e.what >= 0 {
					visit(at{e.what, path})
					continue
				}
				if paths[^e.what] == nil {
					paths[^e.what] = map[int32]struct{}{}
				}
				paths[^e.what][path] = struct{}{}
				n++
			}
		}
	}
	if n >= most {
		a.probs.add(Problem{File: "history", Reason: "too many paths: some are not listed"})
	}
	for g := range a.out {
		all := map[int32]struct{}{}
		for _, b := range a.groups[g] {
			for n := range paths[b] {
				all[n] = struct{}{}
			}
		}
		list := make([]string, 0, len(all))
		for n := range all {
			list = append(list, a.d.path(t.names(n)))
		}
		slices.Sort(list)
		if m := a.o.MaxPaths; m > 0 && len(list) > m {
			list = slices.Clone(list[:m])
		}
		a.out[g].Paths = list
	}
}
