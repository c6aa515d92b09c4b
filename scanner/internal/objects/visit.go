package objects

import "slices"

const (
	maxDepth  = 2048    // of directories
	maxPlaces = 1 << 16 // that are listed of a group in HEAD
)

// broughtIn describes a commit that brought in blobs of a group.
func (a *attribution) broughtIn(g int, c int32) (ch Change) {
	if c == missing {
		return ch
	}
	fresh := a.blobsBelow(g, c)
	for _, p := range a.order.parentsOf(c) {
		for b := range a.blobsBelow(g, p) {
			delete(fresh, b)
		}
	}
	ch = Change{Commit: a.l.id(c), Time: a.l.commits[c].time}
	v := a.newVisit(g)
	v.fresh, v.leads = fresh, map[int32]bool{}
	v.each(c, func(blob int32) bool {
		ch.Path, ch.Blob = a.d.path(v.path), a.blobs[blob]
		return false
	})
	return ch
}

// blobsBelow are the blobs of a group that a commit has.
func (a *attribution) blobsBelow(g int, c int32) map[int32]bool {
	blobs := map[int32]bool{}
	if c == missing || a.root[c] == missing {
		return blobs
	}
	seen := map[int32]bool{a.root[c]: true}
	todo := []int32{a.root[c]}
	for len(todo) > 0 {
		u := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, e := range a.d.of(u) {
			switch {
			case e.what < 0 && a.in(g, ^e.what):
				blobs[^e.what] = true
			case e.what >= 0 && a.below(g, e.what) && !seen[e.what]:
				seen[e.what] = true
				todo = append(todo, e.what)
			}
		}
	}
	return blobs
}

// in reports whether a blob is of a group.
func (a *attribution) in(g int, blob int32) bool {
	_, ok := slices.BinarySearch(a.of[blob], int32(g))
	return ok
}

// below reports whether a tree has a blob of a group, which is among those whose masks were computed last.
func (a *attribution) below(g int, u int32) bool { return a.masks.of[u]>>(g&63)&1 != 0 }

// places lists where the blobs of a group are in a commit, in tree order, at most n.
func (a *attribution) places(g int, c int32, n int) (list []Place) {
	v := a.newVisit(g)
	v.each(c, func(blob int32) bool {
		list = append(list, Place{a.d.path(v.path), a.blobs[blob]})
		return len(list) < n
	})
	return list
}

// visit walks a commit's tree in order, and enters only what leads to a blob that is looked for: hostile trees have more
// paths than can be counted.
type visit struct {
	a     *attribution
	g     int
	fresh map[int32]bool // if set, only these blobs are looked for
	leads map[int32]bool // whether a tree has one of them, as far as known
	path  []int32        // names on the way
}

func (a *attribution) newVisit(g int) *visit { return &visit{a: a, g: g} }

// each calls f for each entry that names a blob that is looked for, until f returns false.
func (v *visit) each(c int32, f func(blob int32) bool) {
	if c != missing && v.a.root[c] != missing {
		v.enter(v.a.root[c], f)
	}
}

func (v *visit) enter(u int32, f func(blob int32) bool) bool {
	if len(v.path) >= maxDepth || !v.wanted(u, 0) {
		return true
	}
	for _, e := range v.a.d.of(u) {
		v.path = append(v.path, e.name)
		if e.what >= 0 && !v.enter(e.what, f) || e.what < 0 && v.wantedBlob(^e.what) && !f(^e.what) {
			return false
		}
		v.path = v.path[:len(v.path)-1]
	}
	return true
}

func (v *visit) wantedBlob(blob int32) bool {
	if v.fresh != nil {
		return v.fresh[blob]
	}
	return v.a.in(v.g, blob)
}

// wanted reports whether a tree leads to a blob that is looked for.
func (v *visit) wanted(u int32, depth int) bool {
	if !v.a.below(v.g, u) || v.fresh == nil {
		return v.a.below(v.g, u)
	}
	if is, ok := v.leads[u]; ok || depth > maxDepth {
		return is
	}
	v.leads[u] = false // until known: trees can go in circles
	for _, e := range v.a.d.of(u) {
		if e.what < 0 && v.fresh[^e.what] || e.what >= 0 && v.wanted(e.what, depth+1) {
			v.leads[u] = true
			break
		}
	}
	return v.leads[u]
}
