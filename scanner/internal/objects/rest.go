package objects

import (
	"context"
	"errors"
	"sync"
)

// looseToScan lists the loose objects that are in no pack.
func (s *Store) looseToScan(only func(ID) bool) (list []*looseObject) {
	all := s.looseObjects()
	for i := range all {
		id := all[i].id
		if (only == nil || only(id)) && !s.readable(id, nil) {
			list = append(list, &all[i])
		}
	}
	return list
}

// readable reports whether a pack other than one has an object that was not found to be broken.
func (s *Store) readable(id ID, not *pack) (found bool) {
	_ = s.guard(func() error {
		for p, row := range s.locate(id.Bytes()) {
			if p == not || p.n == 0 {
				continue
			}
			if !p.broken[uint32(row)] {
				found = true
				return nil
			}
		}
		return nil
	})
	return found
}

// broken lists the objects of packs that could not even be walked to, and are nowhere else.
func (s *Store) broken(only func(ID) bool) (list []Problem) {
	list = []Problem{}
	add := func(p *pack, row uint32, err error) {
		id := p.id(int(row))
		if only != nil && !only(id) || s.readable(id, p) || s.isLoose(id) {
			return
		}
		list = append(list, Problem{ID: id, Reason: reason(err), Failed: !errors.Is(err, ErrTooLarge)})
	}
	for _, p := range s.packs {
		_ = s.guard(func() error {
			for pos, err := range p.bad {
				if p.row[pos] != noRow {
					add(p, p.row[pos], err)
				}
			}
			for row, err := range p.lost {
				add(p, row, err)
			}
			return nil
		})
	}
	return list
}

// rest visits what is in no tree: loose objects, and objects of packs that could not be read where they were found.
func (k *walk[S]) rest(ctx context.Context, loose []*looseObject) error {
	n := workers(k.s.opts.Workers)
	if len(loose)+len(k.failed.list) < 64 {
		n = 1
	}
	var wg sync.WaitGroup
	for i := range n {
		v, r := k.make(&buffers{}), k.s.newReader(0)
		wg.Go(func() {
			for j := i; j < len(loose) && ctx.Err() == nil; j += n {
				k.single(v, r, node{loose: loose[j]}, nil)
			}
			for j := i; j < len(k.failed.list) && ctx.Err() == nil; j += n {
				f := k.failed.list[j]
				k.single(v, r, f.node, f.err)
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}

// single visits one object by its id. If it was met before, err is what was wrong with it then.
func (k *walk[S]) single(v visitor[S], r *reader, n node, err error) {
	var data []byte
	e := k.s.guard(func() (e error) {
		if n.loose != nil {
			n.typ, data, e = k.looseBytes(r, n.loose)
			return e
		}
		_, data, e = r.object(n.id().Bytes(), k.limit)
		return e
	})
	switch {
	case e == nil && data == nil: // of a type that is not wanted, or oversized
	case e == nil:
		if e = k.s.guard(func() error { v.release(v.whole(n, data)); return nil }); e != nil {
			k.probs.add(Problem{File: "objects", Reason: e.Error(), Failed: true})
		}
	case err != nil:
		k.probs.object(n.id(), err)
	default:
		k.probs.object(n.id(), e)
	}
}

// looseBytes reads a loose object if it is wanted; else it returns nil.
func (k *walk[S]) looseBytes(r *reader, o *looseObject) (Type, []byte, error) {
	defer r.loose.close()
	kind, size, err := r.loose.header(o.dir, o.id)
	switch {
	case err != nil:
	case !k.types.has(kind):
		return kind, nil, nil
	case size > k.limit:
		k.probs.add(oversizedProblem(o.id, size))
		return kind, nil, nil
	case size/maxRatio > r.loose.size:
		err = corrupt("impossible size of the loose object")
	default:
		var b []byte
		if b, err = r.loose.content(size); err == nil && k.s.hasID(kind, b, o.id.Bytes()) {
			return kind, b, nil
		}
	}
	if err == nil {
		err = corrupt("its content is not what its id says")
	}
	kind, b, e := r.object(o.id.Bytes(), k.limit) // another copy
	if e != nil {
		return 0, nil, err
	}
	if !k.types.has(kind) {
		b = nil
	}
	return kind, b, nil
}
