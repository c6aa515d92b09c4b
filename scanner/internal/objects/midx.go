package objects

import (
	"bytes"
	"encoding/binary"
	"path/filepath"
	"slices"
	"strings"
)

// midx is a multi-pack-index: the ids of the objects of many packs, each with one pack that has it. The packs' own
// indexes know all of it and more; it is used for packs that have lost theirs, as git uses it.
type midx struct {
	file  *file
	hs    int
	n     int
	ids   []byte
	offs  []byte // for each id: the number of a pack, and an offset
	large []byte // offsets that do not fit
	packs []string
}

// openMidx opens the multi-pack-index of a directory if a pack needs it.
func (s *Store) openMidx(d *objectDir, names []string) *midx {
	if !slices.Contains(names, "multi-pack-index") {
		return nil
	}
	lost := slices.ContainsFunc(names, func(n string) bool {
		stem, ok := strings.CutSuffix(n, ".pack")
		return ok && !slices.Contains(names, stem+".idx")
	})
	if !lost {
		return nil
	}
	f, err := openFile(filepath.Join(d.path, "pack", "multi-pack-index"), s.opts.NoMap)
	if err == nil {
		err = f.load()
	}
	var m *midx
	if err == nil {
		err = s.guard(func() (err error) {
			m, err = parseMidx(f.mem, s.opts.Hash)
			return err
		})
	}
	if err != nil {
		s.probs.add(Problem{File: d.name + "pack/multi-pack-index", Reason: plain(err), Failed: true})
		return nil
	}
	m.file = f
	s.midx = append(s.midx, m)
	return m
}

// parseMidx checks everything that later code relies on.
func parseMidx(mem []byte, hash Hash) (*midx, error) {
	const head = 12
	hs := hash.Size()
	if len(mem) < head+hs || string(mem[:4]) != "MIDX" || mem[4] != 1 || mem[5] != byte(hash)+1 {
		return nil, corrupt("multi-pack-index")
	}
	h := hash.new()
	h.Write(mem[:len(mem)-hs])
	if !bytes.Equal(h.Sum(nil), mem[len(mem)-hs:]) {
		return nil, corrupt("multi-pack-index: wrong checksum")
	}
	chunks, ok := chunkFile(mem, head, int(mem[6]), hs)
	fan := chunks["OIDF"]
	if !ok || len(fan) != fanSize {
		return nil, corrupt("multi-pack-index: table of chunks")
	}
	m := &midx{hs: hs, ids: chunks["OIDL"], offs: chunks["OOFF"], large: chunks["LOFF"]}
	if m.n, ok = checkFan(fan); !ok || len(m.ids) != m.n*hs || len(m.offs) != m.n*8 {
		return nil, corrupt("multi-pack-index: sizes of chunks")
	}
	for name := range bytes.SplitSeq(chunks["PNAM"], []byte{0}) {
		if len(m.packs) == int(be32(mem, 8)) {
			break
		}
		m.packs = append(m.packs, string(name))
	}
	return m, nil
}

// chunkFile reads the table of chunks that begins at an offset of a file, which ends with a checksum.
func chunkFile(mem []byte, at, n, hs int) (map[string][]byte, bool) {
	const entry = 12 // four letters and an offset
	end := uint64(len(mem) - hs)
	if uint64(at+(n+1)*entry) > end {
		return nil, false
	}
	chunks := map[string][]byte{}
	for i := range n {
		e := mem[at+i*entry:]
		from, to := binary.BigEndian.Uint64(e[4:]), binary.BigEndian.Uint64(e[entry+4:])
		if from > to || to > end {
			return nil, false
		}
		chunks[string(e[:4])] = mem[from:to]
	}
	return chunks, true
}

// index makes an index for one of the packs, without checksums and without the objects that the multi-pack-index has
// assigned to other packs. It returns nil if the pack is not one of its packs.
func (m *midx) index(stem string, hash Hash) *index {
	pack := slices.Index(m.packs, stem+".idx")
	if pack < 0 {
		return nil
	}
	var ids, offs, large []byte
	var fan [256]uint32
	for i := range m.n {
		if int(be32(m.offs, 8*i)) != pack {
			continue
		}
		id := m.ids[i*m.hs:][:m.hs]
		fan[id[0]]++
		ids = append(ids, id...)
		off := uint64(be32(m.offs, 8*i+4))
		if off&(1<<31) != 0 && len(m.large) > 0 {
			if k := int(off&^(1<<31)) * 8; k+8 <= len(m.large) {
				off = binary.BigEndian.Uint64(m.large[k:])
			}
		}
		if off >= 1<<31 {
			offs = binary.BigEndian.AppendUint32(offs, 1<<31|uint32(len(large)/8))
			large = binary.BigEndian.AppendUint64(large, off)
		} else {
			offs = binary.BigEndian.AppendUint32(offs, uint32(off))
		}
	}
	x := &index{hs: m.hs, n: len(offs) / 4, ids: fanSize, step: m.hs, made: true}
	sum := uint32(0)
	for _, n := range fan {
		sum += n
		x.mem = binary.BigEndian.AppendUint32(x.mem, sum)
	}
	x.mem = slices.Concat(x.mem, ids, make([]byte, 4*x.n), offs, large, make([]byte, 2*m.hs))
	return x
}
