package objects

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"math/rand"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// branchy writes a history with branches, merges (also of three), renames, deletions, reappearing blobs, the same blob at
// several paths, and clocks that stand still or, unless steady, run backwards.
func branchy(r *rand.Rand, commits int, steady bool) *script {
	s := &script{}
	var blobs []int
	type tip struct {
		mark  int
		files map[string]int
	}
	tips := []tip{{files: map[string]int{}}}
	for i := range commits {
		t := tips[r.Intn(len(tips))]
		if r.Intn(4) == 0 && i > 0 { // an old commit
			t = tips[0]
		}
		parents := []int{t.mark}
		if t.mark == 0 {
			parents = nil
		}
		files := maps.Clone(t.files)
		for n := r.Intn(3); len(parents) > 0 && n > 0 && r.Intn(3) == 0; n-- { // merge: take over some files
			o := tips[r.Intn(len(tips))]
			if o.mark == 0 || slices.Contains(parents, o.mark) {
				continue
			}
			parents = append(parents, o.mark)
			if r.Intn(4) == 0 { // ours is dropped
				files = maps.Clone(o.files)
			}
			for _, path := range slices.Sorted(maps.Keys(o.files)) {
				if r.Intn(2) == 0 {
					files[path] = o.files[path]
				}
			}
		}
		for range 1 + r.Intn(4) {
			path := fmt.Sprintf("d%d/e%d/f%d", r.Intn(9), r.Intn(2), r.Intn(2))
			switch r.Intn(7) {
			case 0:
				delete(files, path)
			case 1, 2:
				if len(blobs) > 0 { // a blob of old, renamed or again
					files[path] = blobs[r.Intn(len(blobs))]
					continue
				}
				fallthrough
			default:
				blobs = append(blobs, s.blob(fmt.Appendf(nil, "text %d %d\n", len(blobs), r.Int())))
				files[path] = blobs[len(blobs)-1]
			}
		}
		time := 1e9 + 60*(i/3)
		if r.Intn(20) == 0 && !steady {
			time -= r.Intn(20000)
		}
		t = tip{s.commit(fmt.Sprintf("b%d", i), time, fmt.Appendf(nil, "change %d\n", i), parents...), files}
		fmt.Fprintln(s, "deleteall")
		for _, path := range slices.Sorted(maps.Keys(files)) {
			fmt.Fprintf(s, "M 100644 :%d %s\n", files[path], path)
		}
		if tips[0].mark == 0 {
			tips = nil
		}
		tips = append(tips, t)
		if len(tips) > 6 {
			tips = slices.Delete(tips, 1, 2)
		}
	}
	return s
}

// plainHistory is the history as git lists it, with all trees written out.
type plainHistory struct {
	r       *repo
	list    []ID // git rev-list --topo-order
	rank    map[ID]int
	parents map[ID][]ID
	time    map[ID]int64
	age     map[ID]int64
	files   map[ID]map[string]ID
	peeled  map[string]ID // refs
}

func newPlainHistory(r *repo, tips []string) *plainHistory {
	h := &plainHistory{r: r, rank: map[ID]int{}, parents: map[ID][]ID{}, time: map[ID]int64{}, age: map[ID]int64{}, files: map[ID]map[string]ID{}, peeled: map[string]ID{}}
	for _, line := range strings.Split(strings.TrimSpace(r.git(nil, "for-each-ref", "--format=%(refname) %(objectname) %(*objectname)")), "\n") {
		f := strings.Fields(line)
		h.peeled[f[0]] = r.id(f[len(f)-1])
	}
	all := r.all()
	trees := map[ID]map[string]ID{}
	out := r.git([]byte(strings.Join(tips, "\n")+"\n"), "rev-list", "--topo-order", "--parents", "--timestamp", "--stdin")
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		f := strings.Fields(line)
		c := r.id(f[1])
		h.rank[c] = len(h.list)
		h.list = append(h.list, c)
		h.time[c], _ = strconv.ParseInt(f[0], 10, 64)
		for _, p := range f[2:] {
			h.parents[c] = append(h.parents[c], r.id(p))
		}
		tree, _, _ := bytes.Cut(all[c].data[len("tree "):], []byte{'\n'})
		h.files[c] = plainTree(all, trees, r.id(string(tree)), r.hash.Size())
	}
	for _, c := range slices.Backward(h.list) {
		h.age[c] = h.time[c]
		for _, p := range h.parents[c] {
			h.age[c] = max(h.age[c], h.age[p])
		}
	}
	return h
}

func plainTree(all map[ID]object, trees map[ID]map[string]ID, id ID, hs int) map[string]ID {
	if t, ok := trees[id]; ok {
		return t
	}
	t := map[string]ID{}
	for b := all[id].data; len(b) > 0; {
		head, rest, _ := bytes.Cut(b, []byte{0})
		mode, name, _ := strings.Cut(string(head), " ")
		what := makeID(rest[:hs])
		if mode == "40000" {
			for path, blob := range plainTree(all, trees, what, hs) {
				t[name+"/"+path] = blob
			}
		} else {
			t[name] = what
		}
		b = rest[hs:]
	}
	trees[id] = t
	return t
}

// where are the paths of blobs in a commit, sorted.
func (h *plainHistory) where(c ID, blobs ...ID) (list []Place) {
	for path, b := range h.files[c] {
		if slices.Contains(blobs, b) {
			list = append(list, Place{path, b})
		}
	}
	slices.SortFunc(list, func(a, b Place) int { return cmp.Compare(a.Path, b.Path) })
	return list
}

func (h *plainHistory) history(group []ID, head ID, refs []Ref) (want History) {
	older := func(a, b ID) bool {
		return h.age[a] < h.age[b] || h.age[a] == h.age[b] && h.rank[a] > h.rank[b]
	}
	contains := map[ID]bool{}
	paths := map[string]bool{}
	reached := map[ID]bool{head: true} // by HEAD
	for _, c := range h.list {         // children come first
		for _, p := range h.parents[c] {
			reached[p] = reached[p] || reached[c]
		}
	}
	for _, c := range slices.Backward(h.list) {
		here := h.where(c, group...)
		if len(here) > 0 {
			contains[c] = true
		}
		all := len(h.parents[c]) > 0
		for _, p := range h.parents[c] {
			contains[c] = contains[c] || contains[p]
			all = all && len(h.where(p, group...)) > 0
		}
		for _, p := range here {
			paths[p.Path] = true
		}
		if all && len(here) == 0 && reached[c] && (want.Removed.Commit.IsZero() || older(want.Removed.Commit, c)) {
			was := h.where(h.parents[c][0], group...)[0]
			want.Removed = Change{c, h.time[c], was.Path, was.Blob}
		}
		fresh := slices.DeleteFunc(here, func(p Place) bool {
			return slices.ContainsFunc(h.parents[c], func(q ID) bool { return len(h.where(q, p.Blob)) > 0 })
		})
		if len(fresh) == 0 {
			continue
		}
		change := Change{c, h.time[c], fresh[0].Path, fresh[0].Blob}
		if want.First.Commit.IsZero() || older(c, want.First.Commit) {
			want.First = change
		}
		if want.Last.Commit.IsZero() || older(want.Last.Commit, c) {
			want.Last = change
		}
	}
	want.Head = h.where(head, group...)
	if len(want.Head) > 0 {
		want.Removed = Change{}
	}
	want.Paths = slices.Sorted(maps.Keys(paths))
	for _, ref := range refs {
		if contains[h.peeled[ref.Name]] {
			want.Refs = append(want.Refs, ref.Name)
		}
	}
	return want
}

// refs lists all branches and tags.
func (r *repo) refs() (refs []Ref) {
	for _, line := range strings.Split(strings.TrimSpace(r.git(nil, "for-each-ref", "--format=%(refname) %(objectname)")), "\n") {
		name, id, _ := strings.Cut(line, " ")
		refs = append(refs, Ref{name, r.id(id)})
	}
	return refs
}

func TestAttributeAgreesWithGit(t *testing.T) {
	for seed := range int64(4) {
		rnd := rand.New(rand.NewSource(seed))
		r := newRepoOf(t, Hash(seed%2))
		r.fastImport(branchy(rnd, 200, false), seed == 3)
		if seed < 3 {
			r.git(nil, "repack", "-adfq", "--depth=50")
		}
		refs := r.refs()
		for i := range refs {
			if rnd.Intn(2) == 0 {
				r.git(nil, "update-ref", "-d", refs[i].Name)
			}
		}
		refs = r.refs()
		head := refs[rnd.Intn(len(refs))].ID
		var extra ID // a commit that perhaps no ref reaches
		for id, o := range r.all() {
			if o.kind == "commit" && (extra.IsZero() || id.Compare(extra) < 0) {
				extra = id
			}
		}
		r.checkAttribution(rnd, refs, head, []ID{extra})
		r.git(nil, "commit-graph", "write", "--reachable")
		r.checkAttribution(rnd, refs, head, []ID{extra})
		r.fastImport(branchy(rnd, 30, false), false) // not in the commit-graph; overwrites branches
		r.git(nil, "commit-graph", "write", "--reachable", "--split=no-merge")
		r.checkAttribution(rnd, r.refs(), head, nil)
	}
}

func (r *repo) checkAttribution(rnd *rand.Rand, refs []Ref, head ID, extra []ID) {
	t := r.t
	t.Helper()
	var tips []string
	for _, ref := range refs {
		tips = append(tips, ref.ID.String())
	}
	tips = append(tips, head.String())
	for _, id := range extra {
		tips = append(tips, id.String())
	}
	h := newPlainHistory(r, tips)
	var blobs []ID
	for id, o := range r.all() {
		if o.kind == "blob" {
			blobs = append(blobs, id)
		}
	}
	slices.SortFunc(blobs, ID.Compare)
	var groups [][]ID
	for range 150 {
		var g []ID
		for range 1 + rnd.Intn(1+rnd.Intn(6)) {
			g = append(g, blobs[rnd.Intn(len(blobs))])
		}
		groups = append(groups, g)
	}
	for _, workers := range []int{1, 3} {
		s := r.open(func(o *Options) { o.Workers = workers })
		got, probs, err := s.Attribute(background(), AttributeOptions{Groups: groups, Head: head, Refs: refs, Tips: extra})
		if err != nil || len(probs) > 0 {
			t.Fatal(err, probs)
		}
		zero := 0
		for i, g := range groups {
			want := h.history(g, head, refs)
			if want.First.Commit.IsZero() {
				zero++
			}
			if len(want.Paths) == 0 {
				want.Paths = []string{}
			}
			if !reflect.DeepEqual(got[i], want) {
				t.Fatalf("group %v:\n got %+v\nwant %+v", g, got[i], want)
			}
		}
		if zero == len(groups) {
			t.Fatal("no histories: proves nothing")
		}
		s.Close()
	}
	// What git itself says of one group.
	for _, g := range groups[:3] {
		s := r.open()
		got, _, _ := s.Attribute(background(), AttributeOptions{Groups: [][]ID{g}, Head: head, Refs: refs})
		want := map[string]bool{}
		for c := range h.introducing(g) {
			for _, name := range strings.Fields(r.git(nil, "for-each-ref", "--contains", c.String(), "--format=%(refname)")) {
				want[name] = true
			}
		}
		if !slices.Equal(got[0].Refs, slices.Sorted(maps.Keys(want))) {
			t.Fatalf("refs %v, git says %v", got[0].Refs, slices.Sorted(maps.Keys(want)))
		}
	}
}

// introducing are the commits that have a blob that no parent has.
func (h *plainHistory) introducing(group []ID) map[ID]bool {
	in := map[ID]bool{}
	for _, c := range h.list {
		for _, p := range h.where(c, group...) {
			if !slices.ContainsFunc(h.parents[c], func(q ID) bool { return len(h.where(q, p.Blob)) > 0 }) {
				in[c] = true
			}
		}
	}
	return in
}
