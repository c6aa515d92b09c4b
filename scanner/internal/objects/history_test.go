package objects

import (
	"fmt"
	"maps"
	"math/rand"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// Wide and deep trees, so that they are stored as deltas of many shapes: entries come, go, move, and change their kind.
func TestAttributeWideTrees(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	s := &script{}
	files := map[string]int{}
	var blobs []int
	parent := 0
	for v := range 150 {
		for range 1 + rnd.Intn(4) {
			dir := fmt.Sprintf("dir%03d", rnd.Intn(150))
			path := fmt.Sprintf("top/%s/sub%d/file%d", dir, rnd.Intn(3), rnd.Intn(3))
			switch rnd.Intn(6) {
			case 0:
				path = "top/" + dir // a file where a directory may be
				maps.DeleteFunc(files, func(p string, _ int) bool { return strings.HasPrefix(p, path+"/") })
			case 1:
				delete(files, path)
				continue
			}
			if files["top/"+dir] != 0 && strings.Count(path, "/") > 1 {
				delete(files, "top/"+dir)
			}
			if len(blobs) > 0 && rnd.Intn(4) == 0 {
				files[path] = blobs[rnd.Intn(len(blobs))]
			} else {
				files[path] = s.blob(fmt.Appendf(nil, "%d %d", v, rnd.Int()))
				blobs = append(blobs, files[path])
			}
		}
		c := 0
		if parent == 0 {
			c = s.commit("main", 1e9+v, []byte("one\n"))
		} else {
			c = s.commit("main", 1e9+v, []byte("more\n"), parent)
		}
		parent = c
		fmt.Fprintln(s, "deleteall")
		for _, path := range slices.Sorted(maps.Keys(files)) {
			fmt.Fprintf(s, "M 100644 :%d %s\n", files[path], path)
		}
	}
	r := newRepo(t)
	r.fastImport(s, false)
	r.git(nil, "repack", "-adfq", "--depth=50", "--window=50")
	refs := r.refs()
	r.checkAttribution(rnd, refs, refs[0].ID, nil)
	store := r.open()
	x := newTreeIndex(store)
	if err := x.read(background(), map[key]int32{}, &problems{}); err != nil {
		t.Fatal(err)
	}
	spans := 0
	for _, p := range x.pools {
		spans += p.len()
	}
	if spans < 300 {
		t.Fatalf("%d entries of trees were copied: proves nothing", spans)
	}
	// A limit leaves the histories empty and says so.
	little := r.open(func(o *Options) { o.Limits.Memory = 100 })
	list, probs, err := little.Attribute(background(), AttributeOptions{Groups: [][]ID{{store.idOf(t, Blob)}}, Head: refs[0].ID})
	if err != nil || len(probs) == 0 || failed(probs) || !list[0].First.Commit.IsZero() {
		t.Fatal(list, probs, err)
	}
}

// idOf returns an object of a type.
func (s *Store) idOf(t *testing.T, kind Type) (id ID) {
	s.Objects(background(), func(o ID, k Type) error {
		if k == kind && (id.IsZero() || o.Compare(id) < 0) {
			id = o
		}
		return nil
	})
	if id.IsZero() {
		t.Fatal("no ", kind)
	}
	return id
}

// Whatever a tree's delta copies, and wherever it is cut, its entries are those that a plain look finds.
func TestTreeDeltas(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	entry := func(i int) []byte {
		mode := []string{"100644", "40000", "160000", "120000"}[i%4]
		return slices.Concat(fmt.Appendf(nil, "%s name%d\x00", mode, i), blobID([]byte{byte(i)}))
	}
	for range 3000 {
		var base [][]byte
		for i := range 1 + rnd.Intn(12) {
			base = append(base, entry(i*3+rnd.Intn(3)))
		}
		text := slices.Concat(base...)
		var ops, result []byte
		for range 1 + rnd.Intn(5) {
			i := rnd.Intn(len(base))
			j := i + rnd.Intn(len(base)-i+1)
			from := len(slices.Concat(base[:i]...))
			to := from + len(slices.Concat(base[i:j]...))
			for at := from; at < to; { // in pieces that are cut anywhere, some of them inserted
				n := 1 + rnd.Intn(to-at)
				if rnd.Intn(3) == 0 {
					n = min(n, 100)
					ops = append(append(ops, byte(n)), text[at:at+n]...)
				} else {
					ops = append(ops, copyOp(at, n)...)
				}
				result = append(result, text[at:at+n]...)
				at += n
			}
			if rnd.Intn(3) == 0 { // an entry like one of the base but for the last bytes of its id
				k := 1 + rnd.Intn(19)
				n := len(base[0]) - k
				ops = append(append(ops, copyOp(0, n)...), byte(k))
				result = append(result, text[:n]...)
				for range k {
					c := byte(rnd.Intn(256))
					ops, result = append(ops, c), append(result, c)
				}
			}
			if rnd.Intn(2) == 0 {
				e := entry(100 + rnd.Intn(50))
				ops = append(append(ops, byte(len(e))), e...)
				result = append(result, e...)
			}
		}
		checkTreeDelta(t, text, makeDelta(int64(len(text)), int64(len(result)), ops...), result)
	}
}

// checkTreeDelta reads a tree as a delta and whole.
func checkTreeDelta(t *testing.T, base, text, result []byte) {
	t.Helper()
	o := looseObject{id: makeID(blobID(base))}
	n := node{loose: &o, typ: Tree}
	reader := func() *treeReader {
		return &treeReader{
			x: &treeIndex{spans: make([]spanRef, 1)}, hs: 20, loose: map[*looseObject]int32{&o: 0}, filter: newFilter(nil),
			buf: &buffers{}, probs: &problems{limit: 9}, nameOf: map[string]int32{}, limit: 1 << 30,
		}
	}
	type at struct {
		at  int32
		key key
	}
	edges := func(r *treeReader) map[at]bool {
		m := map[at]bool{}
		for i := range r.edges.len() {
			e := r.edges.at(i)
			m[at{e.at, e.key()}] = true
		}
		return m
	}
	whole := reader()
	want := whole.whole(n, result)
	inBase := reader()
	known := inBase.whole(n, base)
	r := reader()
	var d delta
	if err := d.decode(text, len(base)); err != nil {
		t.Fatal(err)
	}
	_, got := r.delta(n, &d, base, known)
	all := edges(r)
	for i := range r.spans.len() {
		s := r.spans.at(i)
		for e := range edges(inBase) {
			if e.at >= s.src && e.at < s.src+s.n {
				all[at{e.at - s.src + s.dst, e.key}] = true
			}
		}
	}
	if !slices.Equal(got, want) || !maps.Equal(all, edges(whole)) {
		t.Fatalf("got %v %v, want %v %v", got, all, want, edges(whole))
	}
	checkNames(t, base, text, result)
}

// checkNames looks for what a tree names, as a delta that is built, as one that is not, and whole.
func checkNames(t *testing.T, base, text, result []byte) {
	t.Helper()
	checker := func() *nameChecker {
		return &nameChecker{s: &Store{}, hs: 20, probs: &problems{limit: 9}, gone: map[ID]bool{}}
	}
	asDelta := func(b []byte) *delta {
		return &delta{text: b, size: len(b), ops: []op{{0, ^0, int32(len(b))}}}
	}
	var d delta
	if err := d.decode(text, len(base)); err != nil {
		t.Fatal(err)
	}
	n := node{loose: &looseObject{}, typ: Tree}
	inBase, built, whole, leaf := checker(), checker(), checker(), checker()
	known := inBase.tree(n, nil, base, nil)
	got, want := built.tree(n, d.ops, result, known), whole.tree(n, nil, result, nil)
	leaf.delta(n, &d, base, known)
	alone := checker()
	alone.leaf(n, asDelta(result), nil, nil)
	if !maps.Equal(alone.gone, whole.gone) {
		t.Fatalf("got %v, want %v", alone.gone, whole.gone)
	}
	if !slices.Equal(got, want) || !maps.Equal(leaf.gone, built.gone) || !slices.Equal(leaf.probs.sorted(), whole.probs.sorted()) {
		t.Fatalf("got %v %v, want %v; of a leaf %v", got, built.gone, want, leaf.gone)
	}
	for id := range whole.gone {
		if !leaf.gone[id] && !inBase.gone[id] {
			t.Fatalf("%v was not looked for", id)
		}
	}
	for id := range leaf.gone {
		if !whole.gone[id] {
			t.Fatalf("%v is not in the tree", id)
		}
	}
}

// In a shallow clone the commits at the boundary count as roots.
func TestAttributeShallow(t *testing.T) {
	full := newRepo(t)
	full.fastImport(branchy(rand.New(rand.NewSource(5)), 80, true), false)
	branch := strings.TrimPrefix(full.refs()[7].Name, "refs/heads/")
	clone := newRepo(t)
	clone.git(nil, "fetch", "-q", "--depth=4", "file://"+full.dir, branch+":refs/heads/"+branch)
	var shallow []ID
	b, err := os.ReadFile(filepath.Join(clone.dir, "shallow"))
	if err != nil {
		t.Skip("the history is too short: ", err)
	}
	for _, line := range strings.Fields(string(b)) {
		shallow = append(shallow, clone.id(line))
	}
	refs := clone.refs()
	h := newPlainHistory(clone, []string{refs[0].ID.String()})
	s := clone.open()
	o := AttributeOptions{Head: refs[0].ID, Refs: refs, Shallow: shallow}
	for id, x := range clone.all() {
		if x.kind == "blob" {
			o.Groups = append(o.Groups, []ID{id})
		}
	}
	got, probs, err := s.Attribute(background(), o)
	if err != nil || len(probs) > 0 {
		t.Fatal(err, probs)
	}
	for i, g := range o.Groups {
		if want := h.history(g, refs[0].ID, refs); !reflect.DeepEqual(got[i], want) {
			t.Fatalf("%v:\n got %+v\nwant %+v", g, got[i], want)
		}
	}
	set, probs, err := s.Reachable(background(), []ID{refs[0].ID}, nil, shallow)
	if err != nil || len(probs) > 0 || set.Len() != len(clone.all()) {
		t.Fatal(err, probs, set.Len(), len(clone.all()))
	}
	if gone, probs, err := s.Missing(background(), shallow, nil); err != nil || len(probs) > 0 || len(gone) > 0 {
		t.Fatal(err, probs, gone)
	}
	o.Shallow = nil // then the parents are missing
	if _, probs, err = s.Attribute(background(), o); err != nil || !failed(probs) {
		t.Fatal(err, probs)
	}
}

// A partial clone lacks what was not fetched, and Missing says what git says.
func TestMissing(t *testing.T) {
	full := newRepo(t)
	full.fastImport(branchy(rand.New(rand.NewSource(5)), 60, true), false)
	full.git(nil, "config", "uploadpack.allowFilter", "true")
	for _, filter := range []string{"blob:none", "tree:0", "blob:limit=1k"} {
		clone := newRepo(t)
		clone.git(nil, "remote", "add", "origin", "file://"+full.dir)
		clone.git(nil, "config", "remote.origin.fetch", "+refs/*:refs/*")
		clone.git(nil, "fetch", "-q", "--filter="+filter, "origin")
		var want []string
		for _, line := range strings.Fields(clone.git(nil, "rev-list", "--objects", "--all", "--missing=print", "--no-object-names")) {
			if id, ok := strings.CutPrefix(line, "?"); ok {
				want = append(want, id)
			}
		}
		slices.Sort(want)
		s := clone.open()
		ids, probs, err := s.Missing(background(), nil, nil)
		if err != nil || len(probs) > 0 || !s.Promised() {
			t.Fatal(filter, err, probs, s.Promised())
		}
		var got []string
		for _, id := range ids {
			got = append(got, id.String())
		}
		if !slices.Equal(got, want) || len(want) == 0 != (filter == "blob:limit=1k") {
			t.Fatalf("%s: %d missing, git says %d", filter, len(got), len(want))
		}
	}
	if full.open().Promised() {
		t.Fatal("a full clone is no promise")
	}
}

// A commit-graph with right checksums that says something else than the commits is found out where it matters.
func TestLyingCommitGraph(t *testing.T) {
	r := newRepo(t)
	r.fastImport(branchy(rand.New(rand.NewSource(5)), 60, true), false)
	o := AttributeOptions{Head: r.refs()[3].ID, Refs: r.refs()}
	for id, x := range r.all() {
		if x.kind == "blob" {
			o.Groups = append(o.Groups, []ID{id})
		}
	}
	want, _, err := r.open().Attribute(background(), o)
	if err != nil {
		t.Fatal(err)
	}
	r.git(nil, "commit-graph", "write", "--reachable")
	path := filepath.Join(r.objects(), "info", "commit-graph")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	l, err := parseGraph(b, SHA1, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	at := indexOf(b, l.data)
	for i := range l.n { // all trees the same, all times 1
		copy(b[at+36*i:], b[at:at+20])
		copy(b[at+36*i+28:], []byte{0, 0, 0, 4, 0, 0, 0, 1})
	}
	r.writeFile("info/commit-graph", withSum(b[:len(b)-20]))
	got, probs, err := r.open().Attribute(background(), o)
	if err != nil || len(probs) != 1 || !strings.Contains(probs[0].String(), "commit-graph") || !reflect.DeepEqual(got, want) {
		t.Fatal(err, probs)
	}
	r.writeFile("info/commit-graph", b[:len(b)-20])
	got, probs, err = r.open().Attribute(background(), o)
	if err != nil || len(probs) != 1 || probs[0].Failed || !reflect.DeepEqual(got, want) {
		t.Fatal(err, probs)
	}
}

// indexOf is where a part of a slice begins.
func indexOf(whole, part []byte) int { return cap(whole) - cap(part) }
