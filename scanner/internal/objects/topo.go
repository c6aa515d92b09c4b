package objects

import (
	"cmp"
	"slices"
)

// order is the commits that can be reached from some tips, as git rev-list --topo-order lists them.
type order struct {
	l    *commitList
	list []int32 // newest first: no commit before all its children
	rank []int32 // by commit: its place in list, or missing
	age  []int64 // by commit: its time, but no less than that of an ancestor. Clocks can be wrong, descent is not
	cut  map[int32]bool
}

// parentsOf are a commit's parents that are there; at a shallow boundary none.
func (o *order) parentsOf(c int32) []int32 {
	if o.cut[c] {
		return nil
	}
	return o.l.parentsOf(c)
}

// newOrder orders what can be reached from tips. Commits in cut count as having no parents.
func newOrder(l *commitList, tips []int32, cut map[int32]bool) *order {
	o := &order{l: l, cut: cut, rank: make([]int32, len(l.commits)), age: make([]int64, len(l.commits))}
	tips = slices.DeleteFunc(slices.Clone(tips), func(c int32) bool { return c == missing })
	children := o.reach(tips)
	slices.SortStableFunc(tips, func(a, b int32) int { return -cmp.Compare(l.commits[a].time, l.commits[b].time) })
	var stack []int32
	pushed := map[int32]bool{}
	for _, c := range tips {
		if !pushed[c] && children[c] == 0 {
			pushed[c] = true
			stack = append(stack, c)
		}
	}
	slices.Reverse(stack) // the first is the next
	for len(stack) > 0 {
		c := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		o.rank[c] = int32(len(o.list))
		o.list = append(o.list, c)
		for _, p := range o.parentsOf(c) {
			if p == missing {
				continue
			}
			if children[p]--; children[p] == 0 {
				stack = append(stack, p)
			}
		}
	}
	for i := len(o.list) - 1; i >= 0; i-- {
		c := o.list[i]
		o.age[c] = l.commits[c].time
		for _, p := range o.parentsOf(c) {
			if p != missing {
				o.age[c] = max(o.age[c], o.age[p])
			}
		}
	}
	return o
}

// reach counts the children of each commit that can be reached, and sets all ranks to missing.
func (o *order) reach(tips []int32) (children []int32) {
	for i := range o.rank {
		o.rank[i] = missing
	}
	children = make([]int32, len(o.rank))
	seen := newBitset(len(o.rank))
	var todo []int32
	visit := func(c int32) {
		if c != missing && !seen.has(c) {
			seen.add(c)
			todo = append(todo, c)
		}
	}
	for _, c := range tips {
		visit(c)
	}
	for len(todo) > 0 {
		c := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, p := range o.parentsOf(c) {
			if p != missing {
				children[p]++
			}
			visit(p)
		}
	}
	return children
}

// older reports whether a is older than b: by age, then by descent.
func (o *order) older(a, b int32) bool {
	if o.age[a] != o.age[b] {
		return o.age[a] < o.age[b]
	}
	return o.rank[a] > o.rank[b]
}
