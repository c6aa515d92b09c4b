package objects

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
)

// packWriter writes packs with entries as a test wants them.
type packWriter struct {
	bytes.Buffer
	n   uint32
	off []int // after the pack's header
}

func (w *packWriter) header(kind Type, size int64) {
	w.n++
	w.off = append(w.off, w.Len())
	c := byte(int64(kind)<<4 | size&15)
	for size >>= 4; size > 0; size >>= 7 {
		w.WriteByte(c | 0x80)
		c = byte(size & 0x7f)
	}
	w.WriteByte(c)
}

func (w *packWriter) object(kind Type, b []byte) {
	w.header(kind, int64(len(b)))
	w.Write(deflate(b, 6))
}

func (w *packWriter) blob(b []byte) { w.object(Blob, b) }

// ofs writes a delta over the entry of a number.
func (w *packWriter) ofs(base int, d []byte) {
	w.header(ofsDelta, int64(len(d)))
	v := w.off[len(w.off)-1] - w.off[base]
	enc := []byte{byte(v & 0x7f)}
	for v >>= 7; v > 0; v >>= 7 {
		v--
		enc = append(enc, byte(v&0x7f|0x80))
	}
	slices.Reverse(enc)
	w.Write(enc)
	w.Write(deflate(d, 1))
}

func (w *packWriter) ref(id []byte, d []byte) {
	w.header(refDelta, int64(len(d)))
	w.Write(id)
	w.Write(deflate(d, 9))
}

func (w *packWriter) finish() []byte {
	b := slices.Concat([]byte("PACK\x00\x00\x00\x02"), binary.BigEndian.AppendUint32(nil, w.n), w.Bytes())
	return withSum(b)
}

// withSum appends the checksum that ends packs and indexes.
func withSum(b []byte) []byte {
	h := SHA1.new()
	h.Write(b)
	return h.Sum(b)
}

// objectID is the id of an object.
func objectID(kind Type, b []byte) []byte {
	h := SHA1.new()
	fmt.Fprintf(h, "%v %d\x00", kind, len(b))
	h.Write(b)
	return h.Sum(nil)
}

func blobID(b []byte) []byte { return objectID(Blob, b) }

// index makes the index of a pack that git would refuse to index. Entries without an id get one made up.
func (w *packWriter) index(pack []byte, ids [][]byte) []byte {
	const hs = 20
	type row struct {
		id       []byte
		off, end int
	}
	var rows []row
	for i, off := range w.off {
		id := blobID(fmt.Append(nil, "made up ", i))
		if i < len(ids) && ids[i] != nil {
			id = ids[i]
		}
		end := len(pack) - hs
		if i+1 < len(w.off) {
			end = packHeader + w.off[i+1]
		}
		rows = append(rows, row{id, packHeader + off, end})
	}
	slices.SortFunc(rows, func(a, b row) int { return bytes.Compare(a.id, b.id) })
	idx := []byte("\xfftOc\x00\x00\x00\x02")
	n, at := uint32(0), 0
	for b := range 256 {
		for at < len(rows) && int(rows[at].id[0]) == b {
			n++
			at++
		}
		idx = binary.BigEndian.AppendUint32(idx, n)
	}
	for _, r := range rows {
		idx = append(idx, r.id...)
	}
	for _, r := range rows {
		idx = binary.BigEndian.AppendUint32(idx, crc32.ChecksumIEEE(pack[min(r.off, len(pack)):min(max(r.off, r.end), len(pack))]))
	}
	for _, r := range rows {
		idx = binary.BigEndian.AppendUint32(idx, uint32(r.off))
	}
	return withSum(append(idx, pack[len(pack)-hs:]...))
}
