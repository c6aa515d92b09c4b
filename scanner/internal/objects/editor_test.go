package objects

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand"
	"slices"
	"strings"
)

// editor changes a text a little, near literals for choice.
type editor struct {
	*rand.Rand
	text []byte
}

func (e *editor) piece() []byte {
	l := literals[e.Intn(len(literals))]
	cut := e.Intn(len(l) + 1)
	return []byte([]string{l, l[:cut], l[cut:], strings.ToUpper(l), "x", "\x00", fmt.Sprintf("line %d\n", e.Intn(1000))}[e.Intn(7)])
}

func (e *editor) edit() {
	const near = 9
	at, n := e.Intn(len(e.text)+1), 0
	if hits := bytes.Index(e.text[at:], []byte("hap")); hits >= 0 && e.Intn(2) == 0 {
		at = max(0, min(len(e.text), at+hits+e.Intn(3*near)-near)) // into a match or its context
	}
	with := e.piece()
	switch e.Intn(8) {
	case 0:
		at = 0
	case 1:
		at = len(e.text)
	case 2: // remove: what was apart meets
		n, with = min(e.Intn(12), len(e.text)-at), nil
	case 3: // replace
		n = min(len(with), len(e.text)-at)
	case 4: // duplicate a stretch
		from := e.Intn(len(e.text) + 1)
		with = e.text[from:min(len(e.text), from+e.Intn(600))]
	case 5: // move the end to the front
		e.text = slices.Concat(e.text[at:], e.text[:at])
		return
	}
	e.text = slices.Concat(e.text[:at], with, e.text[at+n:])
	if len(e.text) > 20000 {
		e.text = e.text[e.Intn(2000):18000]
	}
}

func newEditor(r *rand.Rand) *editor {
	e := &editor{Rand: r}
	for range 200 + r.Intn(300) {
		e.text = append(e.text, fmt.Sprintf("%x some words of line %d\n", r.Intn(1<<20), r.Intn(100))...)
		if r.Intn(8) == 0 {
			e.text = append(e.text, e.piece()...)
		}
	}
	return e
}

// versioned writes versions of some files on a branch. Messages hold literals too; the last version gets a tag.
func versioned(r *rand.Rand, branch string, files, versions int) *script {
	s := &script{}
	var editors []*editor
	for range files {
		editors = append(editors, newEditor(r))
	}
	parent := 0
	for v := range versions {
		var marks []int
		for _, e := range editors {
			for range 1 + r.Intn(3) {
				e.edit()
			}
			marks = append(marks, s.blob(e.text))
		}
		message := slices.Concat([]byte("change "), editors[0].piece(), editors[0].piece(), []byte("\n"))
		var c int
		if parent == 0 {
			c = s.commit(branch, 1e9+v, message)
		} else {
			c = s.commit(branch, 1e9+v, message, parent)
		}
		for i, m := range marks {
			fmt.Fprintf(s, "M 100644 :%d dir%d/file%d\n", m, i%3, i)
		}
		parent = c
	}
	fmt.Fprintf(s, "tag v-%s\nfrom :%d\ntagger test <test@example.org> 1000000000 +0000\n", branch, parent)
	s.data([]byte("with hapikey and keyhubapi.com"))
	return s
}

// copyOp writes the operation of a delta that copies n bytes from an offset.
func copyOp(off, n int) []byte {
	c, args := byte(0x80), []byte(nil)
	for k, v := range []byte{byte(off), byte(off >> 8), byte(off >> 16), byte(off >> 24), byte(n), byte(n >> 8), byte(n >> 16)} {
		if v != 0 {
			c |= 1 << k
			args = append(args, v)
		}
	}
	return append([]byte{c}, args...)
}

// makeDelta puts sizes before operations.
func makeDelta(base, result int64, ops ...byte) []byte {
	return append(binary.AppendUvarint(binary.AppendUvarint(nil, uint64(base)), uint64(result)), ops...)
}

// randomDelta copies arbitrary stretches, short ones and empty contexts among them, and inserts pieces of literals: seams
// fall into every place of a match.
func randomDelta(e *editor, base []byte) (d, result []byte) {
	var ops []byte
	for n := 1 + e.Intn(8); n > 0 || len(ops) == 0; n-- { // git refuses deltas of less than 4 bytes
		if len(base) > 0 && e.Intn(3) > 0 {
			off := e.Intn(len(base))
			n := 1 + e.Intn(min(len(base)-off, 1+e.Intn(80)))
			switch e.Intn(6) {
			case 0:
				off, n = 0, min(len(base), 1+e.Intn(60))
			case 1:
				n = min(len(base), 1+e.Intn(60))
				off = len(base) - n
			case 2:
				off, n = 0, len(base)
			}
			ops = append(ops, copyOp(off, n)...)
			result = append(result, base[off:off+n]...)
		} else if p := e.piece(); len(p) > 0 {
			ops = append(append(ops, byte(len(p))), p...)
			result = append(result, p...)
		}
	}
	return makeDelta(int64(len(base)), int64(len(result)), ops...), result
}
