package objects

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func FuzzInflate(f *testing.F) {
	for _, s := range samples(rand.New(rand.NewSource(1))) {
		if len(s) < 5000 {
			for _, level := range []int{0, 1, 9, -2} {
				f.Add(deflate(s, level), uint32(len(s)))
			}
		}
	}
	var z inflater
	f.Fuzz(func(t *testing.T, src []byte, size uint32) {
		checkInflate(t, &z, src, int(size%(1<<17)))
	})
}

// plainDelta applies a delta in the plainest way; nil if it is not one.
func plainDelta(d, base []byte) []byte {
	from, n := binary.Uvarint(d)
	if n <= 0 || from != uint64(len(base)) {
		return nil
	}
	d = d[n:]
	size, n := binary.Uvarint(d)
	if n <= 0 || size > 1<<24 {
		return nil
	}
	d = d[n:]
	out := make([]byte, 0, 64)
	for len(d) > 0 {
		c := d[0]
		d = d[1:]
		if c < 0x80 {
			if c == 0 || int(c) > len(d) {
				return nil
			}
			out = append(out, d[:c]...)
			d = d[c:]
			continue
		}
		var v [7]int
		for i := range v {
			if c>>i&1 == 1 {
				if len(d) == 0 {
					return nil
				}
				v[i] = int(d[0])
				d = d[1:]
			}
		}
		off, n := v[0]|v[1]<<8|v[2]<<16|v[3]<<24, v[4]|v[5]<<8|v[6]<<16
		if n == 0 {
			n = 0x10000
		}
		if off+n > len(base) || len(out)+n > int(size) {
			return nil
		}
		out = append(out, base[off:off+n]...)
	}
	if len(out) != int(size) {
		return nil
	}
	return out
}

func FuzzDelta(f *testing.F) {
	e := newEditor(rand.New(rand.NewSource(1)))
	for range 20 {
		d, _ := randomDelta(e, e.text)
		f.Add(d, e.text)
	}
	f.Fuzz(func(t *testing.T, text, base []byte) {
		var d delta
		want := plainDelta(text, base)
		err := d.decode(text, len(base))
		if (err == nil) != (want != nil) && !(err == nil && d.size > 1<<24) {
			// The standard library reads longer numbers than git.
			if err == nil || len(text) < 18 {
				t.Fatalf("decode: %v, plainly: %v", err, want != nil)
			}
			return
		}
		if err != nil || want == nil {
			return
		}
		got := make([]byte, d.size)
		d.apply(got, base)
		if !bytes.Equal(got, want) {
			t.Fatal("other bytes")
		}
	})
}

// FuzzDeltaScan makes a delta of bytes and holds the scan of its result against a plain look.
func FuzzDeltaScan(f *testing.F) {
	f.Add(int64(1), uint8(2), uint8(9))
	f.Add(int64(7), uint8(0), uint8(0))
	f.Fuzz(func(t *testing.T, seed int64, margin, context uint8) {
		e := &editor{Rand: rand.New(rand.NewSource(seed))}
		base := []byte{}
		for range e.Intn(40) {
			base = append(base, e.piece()...)
		}
		text, result := randomDelta(e, base)
		ev := newStrict(int(margin%40), int(context%40), 0)
		w := newDeltaScan(&scanner{ev: ev, context: ev.Context(), local: ev.LocalClasses(), buf: &buffers{}})
		o := looseObject{id: makeID(blobID(base))}
		n := node{loose: &o, typ: Blob}
		known := w.whole(n, base)
		var d delta
		if err := d.decode(text, len(base)); err != nil {
			t.Fatal(err)
		}
		_, got := w.delta(n, &d, base, slices.Clone(known))
		want := w.scanner.whole(n, result, nil)
		w.judgeLocal(o.id, Blob, len(result), want, (*built)(&result))
		if !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func FuzzPackHeader(f *testing.F) {
	w := &packWriter{}
	w.blob([]byte("text"))
	w.ofs(0, []byte("delta"))
	w.ref(blobID(nil), []byte("delta"))
	for _, off := range w.off {
		f.Add(w.Bytes()[off:], uint64(off+packHeader))
	}
	f.Fuzz(func(t *testing.T, b []byte, off uint64) {
		off = off%(1<<40) + packHeader
		h, err := (&pack{hs: 20}).parseHeader(b[:min(len(b), maxHeader)], off)
		if err != nil {
			return
		}
		if h.length > len(b) || h.kind == ofsDelta && (h.base < packHeader || h.base >= off) {
			t.Fatalf("%+v", h)
		}
	})
}

func FuzzPackIndex(f *testing.F) {
	w := &packWriter{}
	for i := range 40 {
		w.blob([]byte{byte(i)})
	}
	f.Add(w.index(w.finish(), nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		x, err := parseIndex(b, SHA1)
		if err != nil {
			return
		}
		x.packSum()
		for row := range x.n {
			x.offset(row)
			if x.crcs {
				x.crc(row)
			}
			x.find(x.id(row))
			x.hasKey(keyOf(x.id(row)))
		}
		x.find(make([]byte, 20))
	})
}

// FuzzPack reads a whole pack under an index made for it.
func FuzzPack(f *testing.F) {
	e := newEditor(rand.New(rand.NewSource(1)))
	w := &packWriter{}
	w.blob(e.text[:200])
	d, _ := randomDelta(e, e.text[:200])
	w.ofs(0, d)
	w.ref(blobID(e.text[:200]), d)
	w.object(Tree, slices.Concat([]byte("100644 a\x00"), blobID(nil)))
	w.object(Commit, fmt.Appendf(nil, "tree %x\ncommitter a <b> 1 +0000\n\n", blobID(nil)))
	f.Add(w.Bytes(), uint16(w.off[1]), uint16(w.off[2]), uint16(w.off[3]), uint16(w.off[4]))
	f.Fuzz(func(t *testing.T, b []byte, o1, o2, o3, o4 uint16) {
		v := &packWriter{n: 5}
		v.Write(b)
		v.off = []int{0, int(o1), int(o2), int(o3), int(o4)}
		slices.Sort(v.off)
		pack := v.finish()
		for _, o := range v.off {
			if o+packHeader > len(pack)-20 {
				return
			}
		}
		readAll(t, pack, v.index(pack, [][]byte{blobID(e.text[:200])}))
	})
}

func FuzzMultiPackIndex(f *testing.F) {
	r := newRepo(f)
	r.fastImport(versioned(rand.New(rand.NewSource(1)), "a", 1, 5), false)
	r.fastImport(versioned(rand.New(rand.NewSource(2)), "b", 1, 5), false)
	r.git(nil, "multi-pack-index", "write")
	b, err := os.ReadFile(filepath.Join(r.objects(), "pack", "multi-pack-index"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b[:len(b)-20])
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := parseMidx(withSum(b), SHA1)
		if err != nil {
			return
		}
		for _, p := range m.packs {
			x := m.index(p[:max(0, len(p)-4)], SHA1)
			for row := range x.rows() {
				x.offset(row)
				x.find(x.id(row))
			}
		}
	})
}

// rows are the rows of an index that can be nil.
func (x *index) rows() int {
	if x == nil {
		return 0
	}
	return x.n
}

func FuzzCommitGraph(f *testing.F) {
	r := newRepo(f)
	r.fastImport(branchy(rand.New(rand.NewSource(1)), 30, false), false)
	r.git(nil, "commit-graph", "write", "--reachable")
	b, err := os.ReadFile(filepath.Join(r.objects(), "info", "commit-graph"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b[:len(b)-20])
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := parseGraph(withSum(b), SHA1, 0, 0)
		if err != nil {
			return
		}
		g := &graph{layers: []*graphLayer{l}, n: l.n}
		list := &commitList{s: &Store{opts: Options{Hash: SHA1}}, graph: g}
		list.join(nil)
		var all []int32
		for i := range l.n {
			if g.find(l.id(i)) != i {
				return // the fan-out table lies
			}
			all = append(all, int32(i))
		}
		if o := newOrder(list, all, nil); len(o.list) > l.n {
			t.Fatalf("%d commits, %d in order", l.n, len(o.list))
		}
	})
}

func FuzzLoose(f *testing.F) {
	f.Add([]byte("blob 4\x00text"), true)
	f.Add(deflate([]byte("blob 4\x00text"), 9), false)
	f.Fuzz(func(t *testing.T, b []byte, pack bool) {
		if pack {
			b = deflate(b, 1)
		}
		var l looseReader
		kind, size, err := l.start(bytes.NewReader(b))
		if err != nil {
			return
		}
		if kind == 0 || size < 0 {
			t.Fatal(kind, size)
		}
		if size/maxRatio > int64(len(b)) {
			return
		}
		if data, err := l.content(size); err == nil && int64(len(data)) != size {
			t.Fatal(len(data), size)
		}
	})
}

func FuzzTree(f *testing.F) {
	f.Add(slices.Concat([]byte("100644 a\x00"), blobID(nil), []byte("40000 b\x00"), blobID(nil)))
	f.Fuzz(func(t *testing.T, b []byte) {
		for len(b) > 0 {
			e, ok := parseEntry(b, 20)
			if !ok {
				return
			}
			if e.size <= 20 || e.size > len(b) || len(e.id) != 20 || len(e.name) == 0 {
				t.Fatalf("%+v", e)
			}
			b = b[e.size:]
		}
	})
}
