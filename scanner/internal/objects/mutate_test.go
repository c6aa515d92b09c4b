package objects

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// The large run:
//
//	go test -run Mutat -timeout 2h ./scanner/internal/objects -args -mutations=20000
var mutationsFlag = flag.Int("mutations", 250, "how many mutated repositories the tests look at")

func mutate(r *rand.Rand, b []byte) []byte {
	b = bytes.Clone(b)
	for range 1 + r.Intn(3) {
		if len(b) == 0 {
			break
		}
		at := r.Intn(len(b))
		n := min(len(b)-at, 1+r.Intn(1+r.Intn(64)))
		switch r.Intn(8) {
		case 0:
			b = b[:at]
		case 1:
			b = slices.Insert(b, at, byte(r.Intn(256)))
		case 2:
			b = slices.Delete(b, at, at+n)
		case 3:
			clear(b[at : at+n])
		case 4:
			copy(b[at:], bytes.Clone(b[r.Intn(len(b)):]))
		default:
			b[at] ^= byte(1 << r.Intn(8))
		}
	}
	return b
}

// within fails the test if f takes too long.
func within(t *testing.T, what string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(60 * time.Second):
		t.Fatalf("%s: hangs", what)
	}
}

// mutant is a repository one of whose files is changed.
type mutant struct {
	r       *repo
	all     map[ID]object
	want    *strict
	options AttributeOptions
	history []History
}

func newMutant(t *testing.T, r *repo) *mutant {
	m := &mutant{r: r, all: r.all()}
	m.want = newStrict(2, 9, 2)
	m.want.expect(m.all)
	m.options = AttributeOptions{Refs: r.refs(), Head: r.refs()[0].ID}
	for id, o := range m.all {
		if o.kind == "blob" && id.sum[0]&7 == 0 {
			m.options.Groups = append(m.options.Groups, []ID{id})
		}
	}
	var probs []Problem
	var err error
	m.history, probs, err = r.open().Attribute(background(), m.options)
	if err != nil || len(probs) > 0 {
		t.Fatal(err, probs)
	}
	return m
}

func failed(probs []Problem) bool {
	return slices.ContainsFunc(probs, func(p Problem) bool { return p.Failed })
}

// look reads the mutated repository in all ways. What is not as it was must be told.
func (m *mutant) look(t *testing.T, what string, noMap bool) {
	s, err := Open(Options{ObjectDirs: []string{m.r.objects()}, Workers: 2, NoMap: noMap})
	if err != nil {
		t.Fatal(what, err)
	}
	defer s.Close()
	got := newStrict(2, 9, 2)
	st, err := s.Scan(background(), ScanOptions{Evaluator: got})
	if err != nil {
		t.Fatal(what, err)
	}
	excused := map[ID]bool{}
	file := false
	for _, p := range st.Problems {
		if p.Failed {
			excused[p.ID] = true
			file = file || p.File != ""
		}
	}
	for id, want := range m.want.results {
		slices.Sort(want)
		slices.Sort(got.results[id])
		if !slices.Equal(got.results[id], want) && !excused[id] && !file {
			t.Fatalf("%s: object %v: got %v, want %v; problems %v", what, id, got.results[id], want, st.Problems)
		}
	}
	if !failed(st.Problems) && len(got.results) != len(m.want.results) {
		t.Fatalf("%s: %d objects with results, want %d", what, len(got.results), len(m.want.results))
	}
	n := 0
	for id, o := range m.all {
		if n++; n > 60 {
			break
		}
		if _, b, err := s.Get(background(), id); err == nil && !bytes.Equal(b, o.data) {
			t.Fatalf("%s: %v: other bytes", what, id)
		} else if err != nil && !errors.Is(err, ErrMissing) && !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrTooLarge) {
			t.Fatalf("%s: %v", what, err)
		}
	}
	history, probs, err := s.Attribute(background(), m.options)
	if err != nil {
		t.Fatal(what, err)
	}
	if !failed(probs) && !reflect.DeepEqual(history, m.history) {
		t.Fatalf("%s: other histories without a problem; %v", what, probs)
	}
	if _, _, err := s.Reachable(background(), []ID{m.options.Head}, nil, nil); err != nil {
		t.Fatal(what, err)
	}
	if _, err := s.Objects(background(), func(ID, Type) error { return nil }); err != nil {
		t.Fatal(what, err)
	}
}

func TestMutatedRepository(t *testing.T) {
	r := newRepo(t)
	r.fastImport(versioned(rand.New(rand.NewSource(7)), "a", 2, 12), false)
	r.git(nil, "-c", "pack.writeReverseIndex=true", "repack", "-adfq", "--depth=50")
	r.fastImport(versioned(rand.New(rand.NewSource(8)), "b", 1, 4), true)
	r.git(nil, "commit-graph", "write", "--reachable")
	m := newMutant(t, r)
	var names []string
	for _, pattern := range []string{"pack/*", "pack/*", "pack/*", "??/*", "info/commit-graph"} {
		for _, path := range glob(r, pattern) {
			rel, _ := filepath.Rel(r.objects(), path)
			names = append(names, rel)
			if pattern == "??/*" && len(names) > 20 {
				break
			}
		}
	}
	rnd := rand.New(rand.NewSource(1))
	for i := range *mutationsFlag {
		name := names[rnd.Intn(len(names))]
		b, err := os.ReadFile(filepath.Join(r.objects(), name))
		if err != nil {
			t.Fatal(err)
		}
		r.writeFile(name, mutate(rnd, b))
		what := fmt.Sprintf("mutation %d of %s", i, name)
		within(t, what, func() { m.look(t, what, i%4 == 0) })
		r.writeFile(name, b)
	}
	within(t, "unchanged", func() { m.look(t, "unchanged", false) })
}

// Packs whose checksums are right and whose contents are not: deltas, trees, commits, streams, headers. Nothing is known
// of the results.
func TestMutatedContents(t *testing.T) {
	r := rand.New(rand.NewSource(3))
	e := newEditor(r)
	e.text = e.text[:800]
	for i := range *mutationsFlag {
		w := &packWriter{}
		w.blob(e.text)
		d, b := randomDelta(e, e.text)
		w.ofs(0, mutate(r, d))
		d, _ = randomDelta(e, b)
		w.ofs(1, mutate(r, d))
		id := blobID(e.text)
		tree := mutate(r, slices.Concat([]byte("100644 a\x00"), id, []byte("40000 b\x00"), id, []byte("120000 c\x00"), id))
		w.object(Tree, tree)
		d, _ = randomDelta(e, tree)
		w.ofs(3, mutate(r, d))
		commit := mutate(r, fmt.Appendf(nil, "tree %x\nparent %x\nauthor a <b> 1 +0000\ncommitter a <b> 2 +0000\n\nmessage\n", id, id))
		w.header(Commit, int64(len(commit)))
		w.Write(mutate(r, deflate(commit, 6)))
		w.header(Type(1+r.Intn(7)), r.Int63n(1<<r.Intn(40)))
		w.Write(mutate(r, deflate([]byte("whatever"), 1)))
		pack := w.finish()
		for range r.Intn(3) {
			pack[packHeader+r.Intn(len(pack)-packHeader-20)] ^= 1 << r.Intn(8)
		}
		pack = withSum(pack[:len(pack)-20])
		var ids [][]byte
		if i%2 == 0 { // the tree is its own subtree
			other := bytes.Clone(id)
			other[0]++
			ids = [][]byte{blobID(b), other, blobID(nil), id, blobID([]byte{1}), blobID([]byte{2})}
		}
		within(t, fmt.Sprint("contents ", i), func() { readAll(t, pack, w.index(pack, ids)) })
	}
}

// readAll reads a repository of one pack in all ways.
func readAll(t *testing.T, pack, idx []byte, change ...func(*Options)) []Problem {
	t.Helper()
	dir := t.TempDir()
	os.Mkdir(filepath.Join(dir, "pack"), 0o755)
	os.WriteFile(filepath.Join(dir, "pack", "pack-x.pack"), pack, 0o644)
	os.WriteFile(filepath.Join(dir, "pack", "pack-x.idx"), idx, 0o644)
	o := Options{ObjectDirs: []string{dir}, Workers: 2}
	for _, f := range change {
		f(&o)
	}
	s, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var probs []Problem
	for _, way := range []func(context.Context, ScanOptions) (Stats, error){s.Scan, s.ScanWhole} {
		st, err := way(background(), ScanOptions{Evaluator: newStrict(2, 9, 2)})
		if err != nil {
			t.Fatal(err)
		}
		probs = st.Problems
	}
	var ids []ID
	if _, err := s.Objects(background(), func(id ID, _ Type) error {
		ids = append(ids, id)
		_, _, err := s.Get(background(), id)
		if err != nil && !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrTooLarge) && !errors.Is(err, ErrMissing) {
			return err
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	groups := [][]ID{ids}
	for _, id := range ids {
		groups = append(groups, []ID{id})
	}
	if _, _, err := s.Attribute(background(), AttributeOptions{Groups: groups, Tips: ids}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Reachable(background(), ids, nil, nil); err != nil {
		t.Fatal(err)
	}
	return probs
}

// A file that is cut short while it is mapped is a problem, not a crash.
func TestShrinkingPack(t *testing.T) {
	r := newRepo(t)
	r.fastImport(versioned(rand.New(rand.NewSource(7)), "a", 6, 60), false)
	all := r.all()
	path := r.packs()[0]
	pack, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	idx := strings.TrimSuffix(path, "pack") + "idx"
	for _, cut := range []string{path, idx} {
		for _, noMap := range []bool{false, true} {
			os.Chmod(cut, 0o644)
			whole, _ := os.ReadFile(cut)
			s := r.open(func(o *Options) { o.NoMap = noMap })
			if err := os.Truncate(cut, 5000); err != nil {
				t.Fatal(err)
			}
			st, err := s.Scan(background(), ScanOptions{Evaluator: newStrict(2, 9, 2)})
			if err != nil || !failed(st.Problems) && !(noMap && cut == idx) {
				t.Fatalf("%s: %v %v", cut, err, st.Problems)
			}
			for id := range maps.Keys(all) {
				s.Get(background(), id)
				s.Has(id)
			}
			s.Attribute(background(), AttributeOptions{Groups: [][]ID{slices.Collect(maps.Keys(all))}})
			s.Close()
			os.WriteFile(cut, whole, 0o644)
		}
	}
	_ = pack
}

func TestCancel(t *testing.T) {
	r := newRepo(t)
	r.fastImport(versioned(rand.New(rand.NewSource(7)), "a", 6, 60), false)
	s := r.open()
	ctx, cancel := context.WithCancel(background())
	var last, total int64
	st, err := s.Scan(ctx, ScanOptions{Evaluator: newStrict(2, 9, 0), Progress: func(done, all int64) {
		if done < last || done > all {
			t.Errorf("progress %d of %d after %d", done, all, last)
		}
		last, total = done, all
	}})
	if err != nil || last == 0 || last != total {
		t.Fatalf("%v: progress %d of %d", err, last, total)
	}
	cancel()
	part, err := s.Scan(ctx, ScanOptions{Evaluator: newStrict(2, 9, 0)})
	if !errors.Is(err, context.Canceled) || part.Blobs >= st.Blobs {
		t.Fatal(err, part)
	}
	if _, _, err := s.Attribute(ctx, AttributeOptions{Groups: [][]ID{{r.refs()[0].ID}}}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if _, _, err := s.Get(ctx, r.refs()[0].ID); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}
