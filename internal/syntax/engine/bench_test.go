package engine

import (
	"context"
	"testing"
)

// BenchmarkParse parses the sample of a language, again and again.
func BenchmarkParse(b *testing.B) {
	for _, l := range Languages() {
		b.Run(l, func(b *testing.B) {
			src := []byte(sample(b, l))
			parse(b, shared, l, string(src))
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				if _, err := shared.Parse(context.Background(), l, src); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkLoad is what the first file of a language costs in a new process,
// with a warm cache, with none, and interpreted.
func BenchmarkLoad(b *testing.B) {
	dir := b.TempDir()
	for name, opt := range map[string]Options{"warm": {CacheDir: dir}, "cold": {}, "interpreted": {Interpret: 1 << 20}} {
		for _, l := range Languages() {
			b.Run(name+"/"+l, func(b *testing.B) {
				src := sample(b, l)
				first := New(opt)
				parse(b, first, l, src)
				first.Close()
				for b.Loop() {
					e := New(opt)
					parse(b, e, l, src)
					e.Close()
				}
			})
		}
	}
}
