package scanner

import (
	"bytes"
	"encoding/base64"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/unhapi/unhapi/scanner/internal/objects"
)

// TestCodedRuns: what is decoded elsewhere wakes the gate, in either alphabet
// and wherever it stands in a text.
func TestCodedRuns(t *testing.T) {
	g := newGate(testOptions(t).Detector, false)
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		plain := make([]byte, 29+rnd.IntN(60))
		for i := range plain {
			plain[i] = byte(' ' + rnd.IntN(95))
		}
		if rnd.IntN(4) == 0 {
			plain[rnd.IntN(len(plain))] = byte(rnd.IntN(256))
		}
		enc := []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding}[rnd.IntN(3)]
		before, after := bytes.Repeat([]byte("x "), rnd.IntN(40)), bytes.Repeat([]byte(" y"), rnd.IntN(40))
		text := slices.Concat(before, []byte(enc.EncodeToString(plain)), after)
		var heads []int
		for _, h := range g.Find(nil, text) {
			if h.Class == classBase64 {
				heads = append(heads, h.Start)
			}
		}
		for _, r := range base64Runs(text, shapesOf(text).Runs) {
			if _, ok := decode64(text[r[0]:r[1]]); ok && !slices.Contains(heads, r[0]) {
				t.Fatalf("the gate passes over %q", text)
			}
		}
	}
}

// TestGateShapes: the one pass finds what the searches for each shape find.
func TestGateShapes(t *testing.T) {
	o := testOptions(t)
	g := newGate(o.Detector, false)
	const digits = "0123456789abcdef-- \n_+/=CIiRPqZ"
	rnd := rand.New(rand.NewPCG(5, 6))
	for range 20000 {
		text := make([]byte, rnd.IntN(300))
		alphabet := digits[:[]int{17, 20, 31}[rnd.IntN(3)]]
		for i := range text {
			text[i] = alphabet[rnd.IntN(len(alphabet))]
		}
		for range rnd.IntN(3) {
			value := expand(t, o, []string{"{{uuid}}", "{{app-token}}", "{{oauth-token}}", "{{cli-key-old}}"}[rnd.IntN(4)])
			copy(text[rnd.IntN(len(text)+1):], value)
		}
		var uuids, runs []int
		for _, h := range g.shapes(nil, text) {
			switch h.Class {
			case classUUID:
				uuids = append(uuids, h.Start)
			case classRun:
				runs = append(runs, h.Start)
			}
		}
		var want []int
		for _, r := range findRuns(text, shapesOf(text).Runs, g.runs) {
			want = append(want, r[0])
		}
		if !slices.Equal(uuids, shapesOf(text).Tails) || !slices.Equal(runs, want) {
			t.Fatalf("UUIDs at %v, runs at %v, want %v and %v in %q", uuids, runs, shapesOf(text).Tails, want, text)
		}
	}
}

// TestGateIsLocal: what Find sees depends on a hit and its margin, so that it
// sees the same in an excerpt.
func TestGateIsLocal(t *testing.T) {
	o := testOptions(t)
	g := newGate(o.Detector, false)
	var text []byte
	for i, h := range habitats {
		text = append(text, inhabit(t, o, h.text, i)...)
	}
	rnd := rand.New(rand.NewPCG(3, 4))
	all := g.Find(nil, text)
	if len(all) < 50 {
		t.Fatalf("only %d hits", len(all))
	}
	for range 20000 {
		from := rnd.IntN(len(text))
		to := min(len(text), from+rnd.IntN(400))
		var got, want []objects.Hit
		for _, h := range g.Find(nil, text[from:to]) {
			if h.Start > 0 && h.End < to-from {
				got = append(got, objects.Hit{Start: h.Start + from, End: h.End + from, Class: h.Class, Pattern: h.Pattern})
			}
		}
		for _, h := range all {
			if h.Start > from && h.End < to {
				want = append(want, h)
			}
		}
		sortHits(got)
		sortHits(want)
		if !slices.Equal(got, want) {
			t.Fatalf("in %d:%d there are\n%v\nwant\n%v\n%q", from, to, got, want, text[from:to])
		}
	}
	for _, h := range all {
		if h.End-h.Start > g.Longest() {
			t.Errorf("a hit of %d bytes is longer than the longest, %d", h.End-h.Start, g.Longest())
		}
	}
}

func sortHits(hits []objects.Hit) {
	slices.SortFunc(hits, func(a, b objects.Hit) int {
		return slices.Compare([]int{a.Start, a.End, int(a.Class), int(a.Pattern)}, []int{b.Start, b.End, int(b.Class), int(b.Pattern)})
	})
}

// BenchmarkGate is the hot spot of a history: looking at text.
func BenchmarkGate(b *testing.B) {
	o := testOptions(b)
	g := newGate(o.Detector, false)
	code := bytes.Repeat([]byte("func (s *Server) handle(ctx context.Context, req *Request) (*Response, error) {\n\treturn s.next(ctx, req.WithHeader(\"x-request-id\", id), nil)\n}\n\n"), 400)
	for _, c := range []struct {
		name string
		text []byte
	}{{"excerpts", code[:300]}, {"texts", code}} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.text)))
			b.ReportAllocs()
			var dst []objects.Hit
			for b.Loop() {
				dst = g.Find(dst[:0], c.text)
			}
		})
	}
}
