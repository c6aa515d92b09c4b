package objects

import (
	"bytes"
	"compress/zlib"
	"io"
	"math/rand"
	"testing"
)

func deflate(b []byte, level int) []byte {
	var w bytes.Buffer
	z, err := zlib.NewWriterLevel(&w, level)
	if err != nil {
		panic(err)
	}
	z.Write(b)
	z.Close()
	return w.Bytes()
}

// samples are texts of every kind of redundancy, sized around the limits of the tables and copies.
func samples(r *rand.Rand) [][]byte {
	out := [][]byte{{}, {0}, bytes.Repeat([]byte{'a'}, 1000), bytes.Repeat([]byte("abc"), 70000)}
	for _, n := range []int{1, 7, 8, 9, 100, 257, 258, 259, 4000, 70000} {
		for _, symbols := range []int{2, 5, 60, 256} {
			b := make([]byte, n)
			for i := range b {
				b[i] = byte(r.Intn(symbols))
				if i > 20 && r.Intn(3) == 0 { // a repetition
					b[i] = b[i-1-r.Intn(20)]
				}
				if r.Intn(50) == 0 { // long codes for rare symbols
					b[i] = byte(r.ExpFloat64() * 20)
				}
			}
			out = append(out, b)
		}
	}
	return out
}

func inflated(z *inflater, src []byte, size int) ([]byte, int, bool) {
	dst := make([]byte, size, size+outSlack)
	n, ok := z.inflate(dst, append(bytes.Clone(src), make([]byte, inSlack)...))
	return dst, n, ok
}

func TestInflateAgreesWithZlib(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	var z inflater
	for _, want := range samples(r) {
		for _, level := range []int{0, 1, 6, 9, zlib.HuffmanOnly} {
			c := deflate(want, level)
			got, n, ok := inflated(&z, c, len(want))
			if !ok || n != len(c) || !bytes.Equal(got, want) {
				t.Fatalf("%d bytes, level %d: %d of %d consumed, %v", len(want), level, n, len(c), ok)
			}
			for _, size := range []int{len(want) - 1, len(want) + 1} {
				if size >= 0 {
					if _, _, ok := inflated(&z, c, size); ok {
						t.Fatalf("%d bytes inflated to %d", len(want), size)
					}
				}
			}
		}
	}
}

// What zlib refuses is refused, what it accepts gives the same bytes.
func TestInflateCorrupt(t *testing.T) {
	r := rand.New(rand.NewSource(2))
	var z inflater
	for _, want := range samples(r) {
		if len(want) > 5000 {
			continue
		}
		for _, level := range []int{0, 1, 9, zlib.HuffmanOnly} {
			c := deflate(want, level)
			for range 100 {
				m := bytes.Clone(c)
				for range 1 + r.Intn(3) {
					m[r.Intn(len(m)-4)] ^= 1 << r.Intn(8) // not the checksum
				}
				checkInflate(t, &z, m, len(want))
			}
		}
	}
}

// checkInflate holds one stream, that should end with src, against the standard library.
func checkInflate(t *testing.T, z *inflater, src []byte, size int) {
	t.Helper()
	got, n, ok := inflated(z, src, size)
	ok = ok && n <= len(src)
	ref, err := reference(src, size)
	if ok != (err == nil) {
		t.Fatalf("inflate: %v, zlib: %v", ok, err)
	}
	if ok && !bytes.Equal(got, ref) {
		t.Fatal("inflate and zlib give different bytes")
	}
	for _, n := range []int{0, size / 3, size - 1} { // with a rest
		if n < 0 {
			continue
		}
		dst := make([]byte, size, size+outSlack)
		whole := false
		if z.begin(append(bytes.Clone(src), make([]byte, inSlack)...)) && z.head(dst, n) {
			if ok && !bytes.Equal(dst[:n], ref[:n]) {
				t.Fatalf("other bytes among the first %d", n)
			}
			var end int
			end, whole = z.finish(dst)
			whole = whole && end <= len(src)
		}
		if whole != ok || ok && !bytes.Equal(dst, ref) {
			t.Fatalf("inflate in two steps, %d bytes first: %v, in one: %v", n, whole, ok)
		}
	}
}

// reference inflates with the standard library; the stream must give size bytes, its checksum does not matter.
func reference(src []byte, size int) ([]byte, error) {
	z, err := zlib.NewReader(bytes.NewReader(src))
	if err != nil {
		return nil, err
	}
	b := make([]byte, size)
	if n, err := io.ReadFull(z, b); n < size {
		return nil, err
	}
	n, err := z.Read(make([]byte, 1))
	if n > 0 {
		return nil, io.ErrShortBuffer
	}
	if err == io.EOF || err == zlib.ErrChecksum {
		err = nil
	}
	return b, err
}

func TestWriteRun(t *testing.T) {
	for first := range coded(320 << 4) {
		var got, want [8]coded
		writeRun(&got, first)
		writeRunByOne(&want, first)
		if got != want {
			t.Fatalf("%d: %v, want %v", first, got, want)
		}
	}
}
