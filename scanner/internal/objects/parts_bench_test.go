package objects

import (
	"context"
	"math/rand"
	"testing"
)

func benchRepo(b *testing.B) *repo {
	r := newRepo(b)
	r.fastImport(versioned(rand.New(rand.NewSource(1)), "main", 10, 200), false)
	r.git(nil, "repack", "-adfq", "--depth=50")
	return r
}

func BenchmarkInflate(b *testing.B) {
	e := newEditor(rand.New(rand.NewSource(1)))
	for name, text := range map[string][]byte{"delta": e.text[:100], "commit": e.text[:300], "file": e.text[:8000]} {
		b.Run(name, func(b *testing.B) {
			src := append(deflate(text, 6), make([]byte, inSlack)...)
			dst := make([]byte, len(text), len(text)+outSlack)
			var z inflater
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, ok := z.inflate(dst, src); !ok {
					b.Fatal("corrupt")
				}
			}
		})
	}
}

func BenchmarkDelta(b *testing.B) {
	e := newEditor(rand.New(rand.NewSource(1)))
	text, result := randomDelta(e, e.text)
	dst := make([]byte, len(result))
	var d delta
	b.SetBytes(int64(len(result)))
	for b.Loop() {
		if err := d.decode(text, len(e.text)); err != nil {
			b.Fatal(err)
		}
		d.apply(dst, e.text)
	}
}

func BenchmarkLoad(b *testing.B) {
	r := benchRepo(b)
	for b.Loop() {
		s := r.open()
		s.load()
		s.Close()
	}
}

func BenchmarkScan(b *testing.B) {
	s := benchRepo(b).open()
	e := &plainLiterals{[][]byte{[]byte("hapikey"), []byte("hubapi.com")}}
	for name, scan := range map[string]func(context.Context, ScanOptions) (Stats, error){"delta": s.Scan, "whole": s.ScanWhole} {
		b.Run(name, func(b *testing.B) {
			var st Stats
			for b.Loop() {
				var err error
				if st, err = scan(background(), ScanOptions{Evaluator: e}); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(st.Bytes)
		})
	}
}

func BenchmarkAttribute(b *testing.B) {
	r := newRepo(b)
	r.fastImport(branchy(rand.New(rand.NewSource(1)), 500, true), false)
	r.git(nil, "repack", "-adfq", "--depth=50")
	s := r.open()
	o := AttributeOptions{Refs: r.refs(), Head: r.refs()[0].ID}
	s.Objects(background(), func(id ID, kind Type) error {
		if kind == Blob && len(o.Groups) < 5 {
			o.Groups = append(o.Groups, []ID{id})
		}
		return nil
	})
	for b.Loop() {
		if _, _, err := s.Attribute(background(), o); err != nil {
			b.Fatal(err)
		}
	}
}
