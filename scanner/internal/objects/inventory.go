package objects

import (
	"bytes"
	"crypto/sha256"
	"slices"
)

// PackInfo names a pack by its content.
type PackInfo struct {
	Sum ID  // the checksum at its end, which its index repeats
	N   int // objects
}

// Packs lists the packs that have an index of their own, the largest first. Others cannot be told from each other without
// reading them; whole reports whether there are none.
func (s *Store) Packs() (list []PackInfo, whole bool) {
	whole = true
	for _, p := range s.packs {
		if sum, ok := p.sum(); ok {
			list = append(list, PackInfo{sum, p.idx.n})
		} else {
			whole = false
		}
	}
	return list, whole
}

func (p *pack) sum() (ID, bool) {
	if p.idx.made || !p.whole {
		return ID{}, false
	}
	id, err := IDFromBytes(p.idx.packSum())
	return id, err == nil
}

// PackIDs calls f for the ids of a pack in ascending order, until it returns false. The bytes are good only during the
// call. The error is that of a file that cannot be read any more.
func (s *Store) PackIDs(sum ID, f func(id []byte) bool) error {
	return s.guard(func() error {
		for _, p := range s.packs {
			if own, ok := p.sum(); !ok || own != sum {
				continue
			}
			for row := range p.idx.n {
				if !f(p.idx.id(row)) {
					return nil
				}
			}
			return nil
		}
		return nil
	})
}

// AppendPackIDs appends the bytes of the ids of a pack to a list, in ascending order. The error is that of [Store.PackIDs].
func (s *Store) AppendPackIDs(list []byte, sum ID) ([]byte, error) {
	err := s.guard(func() error {
		for _, p := range s.packs {
			if own, ok := p.sum(); !ok || own != sum {
				continue
			}
			if x := p.idx; x.step == x.hs {
				list = append(list, x.mem[x.ids:][:x.n*x.hs]...)
				return nil
			}
			for row := range p.idx.n {
				list = append(list, p.idx.id(row)...)
			}
			return nil
		}
		return nil
	})
	return list, err
}

// InPacks reports whether one of some packs lists an object.
func (s *Store) InPacks(packs []ID, id ID) bool {
	found := false
	err := s.guard(func() error {
		for p := range s.locate(id.Bytes()) {
			if sum, ok := p.sum(); ok && slices.Contains(packs, sum) {
				found = true
				break
			}
		}
		return nil
	})
	return err == nil && found
}

// Loose lists the loose objects, sorted by id, with a checksum of the list.
func (s *Store) Loose() ([]ID, [sha256.Size]byte) {
	all := s.looseObjects()
	ids := make([]ID, len(all))
	var b bytes.Buffer
	for i, l := range all {
		ids[i] = l.id
		b.Write(l.id.Bytes())
	}
	return ids, sha256.Sum256(b.Bytes())
}

// Without opens the same object database without some packs, for a scan of what is new. Deltas over objects in these
// packs cannot be read. It must be closed first.
func (s *Store) Without(packs []ID) (*Store, error) {
	o := s.opts
	o.without = packs
	part, err := Open(o)
	if err == nil {
		part.within = s
	}
	return part, err
}
