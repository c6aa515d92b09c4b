package objects

import (
	"math/rand"
	"testing"
)

// Long histories, packed by git into deep chains.
func TestScanGitPack(t *testing.T) {
	for seed := range int64(2) {
		r := newRepo(t)
		r.fastImport(versioned(rand.New(rand.NewSource(seed)), "main", 4, 120), false)
		r.git(nil, "repack", "-adfq", "--depth=50", "--window=20")
		st := check(t, r)
		if d := deepest(r.open()); len(r.packs()) != 1 || d < 25 {
			t.Fatalf("%d packs, deepest chain %d: proves nothing", len(r.packs()), d)
		}
		if st.Tags != 1 || st.Commits != 120 || st.Excerpts == 0 {
			t.Fatalf("the delta scan had nothing to do: %+v", st)
		}
	}
}

// Several packs that share objects, some objects loose, some both.
func TestScanSeveralPacks(t *testing.T) {
	for _, hash := range []Hash{SHA1, SHA256} {
		r := newRepoOf(t, hash)
		r.fastImport(versioned(rand.New(rand.NewSource(1)), "a", 3, 30), false)
		r.git(nil, "repack", "-adfq", "--depth=50")
		for seed, n := range []int{20, 35, 10} { // git itself writes no object twice
			other := newRepoOf(t, hash)
			other.fastImport(versioned(rand.New(rand.NewSource(1)), "b", 3, n), seed == 2)
			if seed == 1 {
				other.git(nil, "repack", "-adfq", "--depth=50", "--window=30")
			}
			r.take(other)
		}
		r.fastImport(versioned(rand.New(rand.NewSource(2)), "d", 2, 10), true)
		r.git([]byte("hapikey and more"), "hash-object", "-w", "--stdin")
		check(t, r)
		s := r.open()
		s.load()
		twice := 0
		for _, p := range s.packs {
			for row := range int32(p.idx.n) {
				if p.dup.has(row) {
					twice++
				}
			}
		}
		if len(s.packs) != 3 || twice < 100 || len(s.looseObjects()) < len(s.looseToScan(nil))+50 {
			t.Fatalf("%d packs, %d objects twice: proves nothing", len(s.packs), twice)
		}
	}
}

// Arbitrary deltas: chains of every shape, bases by id and by offset, later in the pack too.
func TestScanArbitraryDeltas(t *testing.T) {
	for seed := range int64(4) {
		rnd := rand.New(rand.NewSource(seed))
		e := &editor{Rand: rnd}
		w := &packWriter{}
		var texts [][]byte
		seen := map[string]bool{}
		add := func(b []byte, write func()) {
			if id := string(blobID(b)); !seen[id] && len(b) < 3000 {
				seen[id] = true
				texts = append(texts, b)
				write()
			}
		}
		for range 5 {
			b := []byte{}
			for range 30 {
				b = append(b, e.piece()...)
			}
			add(b, func() { w.blob(b) })
		}
		for range 1000 {
			base := rnd.Intn(len(texts))
			if rnd.Intn(2) == 0 { // deep chains
				base = len(texts) - 1
			}
			d, b := randomDelta(e, texts[base])
			if rnd.Intn(4) == 0 {
				add(b, func() { w.ref(blobID(texts[base]), d) })
			} else {
				add(b, func() { w.ofs(base, d) })
			}
		}
		r := newRepo(t)
		r.git(w.finish(), "index-pack", "--stdin")
		st := check(t, r)
		if d := deepest(r.open()); d < 20 || st.Excerpts == 0 || st.Opaque == 0 {
			t.Fatalf("deepest chain %d, %+v: proves nothing", d, st)
		}
	}
}
