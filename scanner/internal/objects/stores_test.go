package objects

import (
	"bytes"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// Every way in which a repository can be stored gives the same results.
func TestScanWaysOfStoring(t *testing.T) {
	noMap := func(o *Options) { o.NoMap = true }
	for name, c := range map[string]struct {
		prepare func(r *repo)
		change  func(*Options)
	}{
		"plain reads": {func(*repo) {}, noMap},
		"index of version 1": {func(r *repo) {
			r.git(nil, "-c", "pack.indexVersion=1", "repack", "-adf", "-q")
		}, nil},
		"reverse index": {func(r *repo) {
			r.git(nil, "-c", "pack.writeReverseIndex=true", "repack", "-adf", "-q")
			if len(glob(r, "pack/*.rev")) != 1 {
				r.t.Fatal("git wrote no reverse index")
			}
		}, nil},
		"no reverse index": {func(r *repo) {
			r.git(nil, "repack", "-adf", "-q")
			r.remove("pack/*.rev")
		}, nil},
		"multi-pack-index": {func(r *repo) { r.git(nil, "multi-pack-index", "write") }, nil},
		"multi-pack-index instead of indexes": {func(r *repo) {
			r.git(nil, "multi-pack-index", "write")
			if r.remove("pack/*.idx") != 2 {
				r.t.Fatal("not two packs")
			}
		}, nil},
		"multi-pack-index instead of one index, plain reads": {func(r *repo) {
			r.git(nil, "multi-pack-index", "write")
			if err := os.Remove(strings.TrimSuffix(r.packs()[0], "pack") + "idx"); err != nil {
				r.t.Fatal(err)
			}
		}, noMap},
		"kept and promised": {func(r *repo) {
			for i, p := range r.packs() {
				stem := strings.TrimSuffix(p, "pack")
				os.WriteFile(stem+[]string{"keep", "promisor"}[i%2], nil, 0o644)
			}
		}, nil},
		"little memory":              {func(*repo) {}, func(o *Options) { o.Limits.Memory = 1 }},
		"little memory, plain reads": {func(*repo) {}, func(o *Options) { o.Limits.Memory = 30000; o.NoMap = true }},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRepo(t)
			r.fastImport(versioned(rand.New(rand.NewSource(1)), "a", 3, 30), false)
			r.git(nil, "repack", "-adfq", "--depth=50")
			r.fastImport(versioned(rand.New(rand.NewSource(1)), "b", 2, 15), false) // shares objects
			all := r.all()
			r.kept = all // without its index git does not read a pack
			o := AttributeOptions{Refs: r.refs(), Head: r.refs()[0].ID}
			for id, x := range all {
				if x.kind == "blob" && id.sum[0]&3 == 0 {
					o.Groups = append(o.Groups, []ID{id})
				}
			}
			before, _, _ := r.open().Attribute(background(), o)
			c.prepare(r)
			if len(all) < 100 {
				t.Fatal("git lists too few objects")
			}
			if c.change == nil {
				c.change = func(*Options) {}
			}
			checkObjects(t, r, all, c.change)
			s := r.open(c.change)
			if s.opts.Limits.Memory < 1<<20 {
				return
			}
			for id, o := range all {
				if kind, b, err := s.Get(background(), id); err != nil || kind.String() != o.kind || !bytes.Equal(b, o.data) {
					t.Fatalf("%v: %v", id, err)
				}
			}
			after, probs, err := s.Attribute(background(), o)
			if err != nil || len(probs) > 0 || !reflect.DeepEqual(after, before) {
				t.Fatalf("attribution: %v %v\n%v\nbefore\n%v", err, probs, after, before)
			}
		})
	}
}

func glob(r *repo, pattern string) []string {
	paths, _ := filepath.Glob(filepath.Join(r.objects(), pattern))
	return paths
}

// Alternates: absolute, relative, quoted, in circles, of alternates; and one that is not there.
func TestAlternates(t *testing.T) {
	a, b, c := newRepo(t), newRepo(t), newRepo(t)
	c.fastImport(versioned(rand.New(rand.NewSource(1)), "c", 2, 10), false)
	b.fastImport(versioned(rand.New(rand.NewSource(2)), "b", 2, 10), true)
	a.fastImport(versioned(rand.New(rand.NewSource(3)), "a", 2, 10), false)
	write := func(r *repo, lines ...string) {
		path := filepath.Join(r.objects(), "info", "alternates")
		if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	rel, err := filepath.Rel(a.objects(), b.objects())
	if err != nil {
		t.Fatal(err)
	}
	write(a, "# a comment", filepath.ToSlash(rel))
	write(b, fmt.Sprintf("%q", c.objects()))
	write(c, a.objects())
	all := a.all()
	if len(all) < 90 {
		t.Fatalf("git sees %d objects", len(all))
	}
	checkObjects(t, a, all)
	write(c, filepath.Join(t.TempDir(), "gone"))
	s := a.open()
	if p := s.Problems(); len(p) != 1 || !p[0].Failed || strings.Contains(p[0].String(), "gone") {
		t.Fatalf("problems: %v", p)
	}
}

// A delta's base can be in another pack, loose, or in an alternate, at either end of chains that cross packs.
func TestScanIncompletePacks(t *testing.T) {
	for seed := range int64(6) {
		rnd := rand.New(rand.NewSource(seed))
		e := &editor{Rand: rnd}
		packs := []*packWriter{{}, {}, {}}
		ids := make([][][]byte, len(packs))
		var texts [][]byte
		all := map[ID]object{}
		r := newRepo(t)
		add := func(p int, b []byte, write func(w *packWriter)) {
			id := makeID(blobID(b))
			if _, ok := all[id]; ok || len(b) > 3000 {
				return
			}
			all[id] = object{"blob", b}
			texts = append(texts, b)
			ids[p] = append(ids[p], id.Bytes())
			write(packs[p])
		}
		for range 5 {
			b := []byte(fmt.Sprint(rnd.Int()))
			for range 30 {
				b = append(b, e.piece()...)
			}
			if rnd.Intn(2) == 0 {
				id := r.id(r.git(b, "hash-object", "-w", "--stdin"))
				all[id] = object{"blob", b}
				texts = append(texts, b)
			} else {
				add(rnd.Intn(len(packs)), b, func(w *packWriter) { w.blob(b) })
			}
		}
		for range 400 {
			base := texts[rnd.Intn(len(texts))]
			if rnd.Intn(2) == 0 {
				base = texts[len(texts)-1]
			}
			d, b := randomDelta(e, base)
			add(rnd.Intn(len(packs)), b, func(w *packWriter) { w.ref(blobID(base), d) })
		}
		for i, w := range packs {
			r.writePack(fmt.Sprint("thin", i), w, ids[i])
		}
		checkObjects(t, r, all)
		s := r.open()
		for id, o := range all {
			if _, b, err := s.Get(background(), id); err != nil || !bytes.Equal(b, o.data) {
				t.Fatal(id, err)
			}
		}
	}
}

// writePack puts a pack and its index into the repository.
func (r *repo) writePack(name string, w *packWriter, ids [][]byte) {
	pack := w.finish()
	r.writeFile("pack/pack-"+name+".pack", pack)
	r.writeFile("pack/pack-"+name+".idx", w.index(pack, ids))
}

func (r *repo) writeFile(name string, b []byte) {
	r.t.Helper()
	path := filepath.Join(r.objects(), name)
	os.Remove(path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		r.t.Fatal(err)
	}
}

// A quarantine directory: what a push brings before it is accepted, with deltas over what is there.
func TestQuarantine(t *testing.T) {
	r := newRepo(t)
	r.fastImport(versioned(rand.New(rand.NewSource(1)), "a", 2, 10), false)
	inner := newRepo(t)
	inner.fastImport(versioned(rand.New(rand.NewSource(1)), "b", 2, 20), true)
	quarantine := filepath.Join(r.objects(), "tmp_objdir-incoming-x")
	if err := os.Rename(inner.objects(), quarantine); err != nil {
		t.Fatal(err)
	}
	os.WriteFile(filepath.Join(r.objects(), "info", "alternates"), []byte(quarantine+"\n"), 0o644)
	all := r.all()
	os.Remove(filepath.Join(r.objects(), "info", "alternates"))
	checkObjects(t, r, all, func(o *Options) { o.ObjectDirs = []string{quarantine, r.objects()} })
}

// Larger objects are problems that did not fail; what is based on them is looked at all the same.
func TestOversized(t *testing.T) {
	r := newRepo(t)
	r.fastImport(versioned(rand.New(rand.NewSource(4)), "a", 4, 80), false)
	r.git(nil, "repack", "-adfq", "--depth=50", "--window=20")
	r.fastImport(versioned(rand.New(rand.NewSource(5)), "b", 2, 5), true)
	all := r.all()
	var sizes []int
	for _, o := range all {
		if o.kind == "blob" {
			sizes = append(sizes, len(o.data))
		}
	}
	slices.Sort(sizes)
	for _, memory := range []int64{0, 1} {
		for _, at := range []int{2, 4, 8} {
			limit := sizes[len(sizes)*(at-1)/at]
			for _, set := range settings[:4] {
				s := r.open(func(o *Options) {
					o.Workers = set.workers
					o.Limits.Object, o.Limits.Memory = int64(limit), memory
				})
				small := map[ID]object{}
				for id, o := range all {
					if len(o.data) <= limit {
						small[id] = o
					}
				}
				want := newStrict(set.margin, set.context, set.variant)
				want.expect(small)
				got := newStrict(set.margin, set.context, set.variant)
				st, err := s.Scan(background(), ScanOptions{Evaluator: got})
				if err != nil {
					t.Fatal(err)
				}
				got.compare(t, "oversized", want)
				large := map[ID]bool{}
				for _, p := range st.Problems {
					if p.Failed || !strings.HasPrefix(p.Reason, "oversized") || large[p.ID] || len(all[p.ID].data) <= limit {
						t.Fatalf("problem %+v", p)
					}
					large[p.ID] = true
				}
				if len(large) != len(all)-len(small) || len(large) == 0 {
					t.Fatalf("%d problems, want %d", len(large), len(all)-len(small))
				}
			}
		}
	}
}

// Only restricts what is reported, and changes nothing about it.
func TestScanOnly(t *testing.T) {
	r := newRepo(t)
	r.fastImport(versioned(rand.New(rand.NewSource(4)), "a", 4, 60), false)
	r.git(nil, "repack", "-adfq", "--depth=50", "--window=20")
	r.fastImport(versioned(rand.New(rand.NewSource(4)), "b", 4, 10), true)
	all := r.all()
	for part := range byte(4) {
		only := func(id ID) bool { return id.sum[5]&3 == part }
		some := map[ID]object{}
		n := 0
		for id, o := range all {
			if only(id) && o.kind != "tree" {
				some[id] = o
				n++
			}
		}
		for _, set := range settings {
			s := r.open(func(o *Options) { o.Workers = set.workers })
			want := newStrict(set.margin, set.context, set.variant)
			want.expect(some)
			got := newStrict(set.margin, set.context, set.variant)
			st, err := s.Scan(background(), ScanOptions{Evaluator: got, Only: only})
			if err != nil || len(st.Problems) > 0 || st.Blobs+st.Commits+st.Tags != n {
				t.Fatal(err, st, n)
			}
			got.compare(t, "only", want)
		}
	}
}
