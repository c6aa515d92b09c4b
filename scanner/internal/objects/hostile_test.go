package objects

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

func TestHostileShapes(t *testing.T) {
	id := func(b byte) []byte { return bytes.Repeat([]byte{b}, 20) }
	cases := map[string]struct {
		write func(w *packWriter)
		want  string // in a problem; "" for none
		limit bool   // it did not fail
	}{
		"deltas in a circle": {func(w *packWriter) {
			w.ref(id(2), makeDelta(5, 5, 0x90, 5))
			w.ref(id(1), makeDelta(5, 5, 0x90, 5))
		}, "its own base", false},
		"its own base": {func(w *packWriter) { w.ref(id(1), makeDelta(5, 5, 0x90, 5)) }, "its own base", false},
		"thin":         {func(w *packWriter) { w.ref(id(9), makeDelta(5, 5, 0x90, 5)) }, "missing", false},
		"size of a petabyte": {func(w *packWriter) {
			w.header(Blob, 1<<50)
			w.Write(deflate([]byte("text"), 6))
		}, "size", false},
		"size beyond what deflate can do": {func(w *packWriter) {
			w.header(Blob, 1<<30)
			w.Write(deflate(make([]byte, 1000), 9))
		}, "size", false},
		"result size without ops": {func(w *packWriter) {
			w.blob([]byte("12345"))
			w.ofs(0, makeDelta(5, 1<<23, 0x90, 5))
		}, "delta result", false},
		"bomb": {func(w *packWriter) {
			w.blob(make([]byte, 1<<20))
			w.ofs(0, makeDelta(1<<20, 1<<34, bytes.Repeat([]byte{0xc0, 0x10}, 1<<14)...))
		}, "too large", true},
		"large, and nothing on it": {func(w *packWriter) {
			w.blob(make([]byte, 1<<20))
			w.ofs(0, makeDelta(1<<20, 1<<25, bytes.Repeat([]byte{0xc0, 0x10}, 1<<5)...))
		}, "oversized", true},
		"nothing at all": {func(w *packWriter) {}, "", false},
		"empty blob":     {func(w *packWriter) { w.blob(nil); w.ofs(0, makeDelta(0, 1, 1, 'x')) }, "", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := &packWriter{}
			c.write(w)
			pack := w.finish()
			probs := readAll(t, pack, w.index(pack, [][]byte{id(1), id(2)}))
			if c.want == "" && len(probs) > 0 {
				t.Fatal(probs)
			}
			for _, p := range probs {
				if strings.Contains(p.Reason, c.want) && p.Failed != c.limit {
					return
				}
			}
			if c.want != "" {
				t.Fatalf("problems %v, want %q", probs, c.want)
			}
		})
	}
}

// A tree of deltas with branches on every level of a long chain needs neither much memory nor much time.
func TestHostileBranches(t *testing.T) {
	w := &packWriter{}
	text := append(bytes.Repeat([]byte("some text, line\n"), 5000), "hapikey"...)
	w.blob(text)
	for i := range 600 {
		base := 2*i - 1
		if i == 0 {
			base = 0
		}
		n := len(text) + i
		for k := range 2 { // the first is the base of the next level
			w.ofs(max(base, 0), makeDelta(int64(n), int64(n)+1, slices.Concat(copyOp(0, n), []byte{1, byte('a' + k)})...))
		}
	}
	pack := w.finish()
	idx := w.index(pack, nil)
	within(t, "branches", func() {
		for _, memory := range []int64{1 << 20, 0} {
			probs := readAll(t, pack, idx, func(o *Options) { o.Limits.Memory = memory })
			if len(probs) > 0 {
				t.Error(probs[0])
			}
		}
		probs := readAll(t, pack, idx, func(o *Options) { o.Limits.Chain = 100 })
		if len(probs) != 1000 || probs[0].Failed || !strings.Contains(probs[0].Reason, "chain") {
			t.Errorf("%d problems", len(probs))
		}
	})
}

func TestLimitOfProblems(t *testing.T) {
	w := &packWriter{}
	for i := range 50 {
		w.ref(blobID([]byte{byte(i)}), makeDelta(5, 5, 0x90, 5))
	}
	pack := w.finish()
	probs := readAll(t, pack, w.index(pack, nil), func(o *Options) { o.Limits.Problems = 10 })
	if len(probs) != 11 || !strings.Contains(probs[10].Reason, "40 more") || !probs[10].Failed {
		t.Fatal(probs)
	}
}
