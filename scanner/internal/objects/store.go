package objects

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Store is the object database of a repository as it was when it was opened. Safe for concurrent use.
type Store struct {
	opts   Options
	within *Store // the store that this one is without some packs of
	dirs   []objectDir
	packs  []*pack // largest first; then by name
	midx   []*midx
	probs  problems // found while opening

	looseOnce sync.Once
	loose     []looseObject

	loadOnce sync.Once
	history  history

	readers sync.Pool // of *reader without a cache
}

// Open opens the object database. A pack that cannot be opened is no error but a problem, which [Store.Problems] and
// every later scan tell. It fails if the first object directory cannot be read.
func Open(o Options) (*Store, error) {
	if len(o.ObjectDirs) == 0 {
		return nil, errors.New("no object directory")
	}
	o.Limits = o.Limits.withDefaults()
	s := &Store{opts: o}
	s.probs.limit = o.Limits.Problems
	s.readers.New = func() any { return s.newReader(0) }
	if _, err := readDir(o.ObjectDirs[0]); err != nil {
		return nil, fmt.Errorf("object directory: %w", err)
	}
	s.findDirs()
	for i := range s.dirs {
		s.openPacks(&s.dirs[i])
	}
	slices.SortStableFunc(s.packs, func(a, b *pack) int {
		return cmp.Or(-cmp.Compare(a.data.size, b.data.size), strings.Compare(a.name, b.name))
	})
	return s, nil
}

// Close frees the files. No other method may be running or be called afterwards.
func (s *Store) Close() error {
	var errs []error
	for _, p := range s.packs {
		errs = append(errs, p.close())
	}
	for _, m := range s.midx {
		errs = append(errs, m.file.close())
	}
	s.packs, s.midx = nil, nil
	return errors.Join(errs...)
}

func (p *pack) close() error {
	err := p.data.close()
	if p.idxFile != nil {
		err = errors.Join(err, p.idxFile.close())
	}
	return err
}

// Problems are what was wrong when the store was opened.
func (s *Store) Problems() []Problem { return s.probs.sorted() }

// openPacks opens the packs of a directory. Git replaces packs while others read: what is gone is looked for once more.
func (s *Store) openPacks(d *objectDir) {
	opened := map[string]bool{}
	var gone []string
	for range 3 {
		names, err := readNames(filepath.Join(d.path, "pack"))
		if err != nil {
			s.probs.add(Problem{File: d.name + "pack", Reason: plain(err), Failed: true})
		}
		slices.Sort(names)
		gone = gone[:0]
		m := s.openMidx(d, names)
		for _, name := range names {
			stem, ok := strings.CutSuffix(name, ".pack")
			if !ok || opened[stem] {
				continue
			}
			p, err := s.openPack(d, stem, m)
			switch {
			case err == nil:
				s.keep(p)
				opened[stem] = true
			case errors.Is(err, fs.ErrNotExist) && !slices.Contains(names, stem+".idx"), errors.Is(err, errGone):
				gone = append(gone, name)
			default:
				s.probs.add(Problem{File: d.name + "pack/" + name, Reason: plain(err), Failed: true})
				opened[stem] = true
			}
		}
		if len(gone) == 0 {
			return
		}
	}
	for _, name := range gone {
		s.probs.add(Problem{File: d.name + "pack/" + name, Reason: "it has no index", Failed: true})
	}
}

// keep takes a pack in, unless it was asked for a store without it.
func (s *Store) keep(p *pack) {
	if sum, ok := p.sum(); ok && slices.Contains(s.opts.without, sum) {
		p.close()
		return
	}
	s.packs = append(s.packs, p)
}

var errGone = errors.New("removed while it was opened")

func (s *Store) openPack(d *objectDir, stem string, m *midx) (*pack, error) {
	p := &pack{
		name: d.name + "pack/" + stem + ".pack",
		path: filepath.Join(d.path, "pack", stem),
		hash: s.opts.Hash,
		hs:   s.opts.Hash.Size(),
	}
	var err error
	if p.data, err = openFile(p.path+".pack", s.opts.NoMap); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = errGone
		}
		return nil, err
	}
	if err := s.openIndex(p, stem, m); err != nil {
		p.close()
		return nil, err
	}
	err = s.guard(func() error { var w window; return p.check(&w) })
	if err != nil && (errors.Is(err, errShrunk) || p.data.size < int64(packHeader+p.hs) || !p.idx.crcs) {
		p.close()
		return nil, err
	}
	if err != nil { // single objects have checksums: read what is sound
		s.probs.add(Problem{File: p.name, Reason: err.Error(), Failed: true})
	}
	return p, nil
}

// openIndex opens a pack's index, or makes one of the multi-pack-index.
func (s *Store) openIndex(p *pack, stem string, m *midx) error {
	f, err := openFile(p.path+".idx", s.opts.NoMap)
	if errors.Is(err, fs.ErrNotExist) && m != nil {
		if p.idx = m.index(stem, s.opts.Hash); p.idx != nil {
			return nil
		}
	}
	if err != nil {
		return err
	}
	p.idxFile = f
	if err := f.load(); err != nil {
		return err
	}
	return s.guard(func() (err error) {
		p.idx, err = parseIndex(f.mem, s.opts.Hash)
		return err
	})
}

// locate yields each pack that has an object, and the row of its index.
func (s *Store) locate(id []byte) iter.Seq2[*pack, int] {
	return func(yield func(*pack, int) bool) {
		if len(id) != s.opts.Hash.Size() {
			return
		}
		for _, p := range s.packs {
			if row := p.idx.find(id); row >= 0 && !yield(p, row) {
				return
			}
		}
	}
}

// Get returns an object of any type, of at most Limits.Object bytes. Its bytes were checked against the id; they belong
// to the caller. The error is an [*ObjectError], or that of ctx.
func (s *Store) Get(ctx context.Context, id ID) (Type, []byte, error) {
	if err := ctx.Err(); err != nil {
		return 0, nil, err
	}
	r := s.readers.Get().(*reader)
	defer s.readers.Put(r)
	var kind Type
	var b []byte
	err := s.guard(func() (err error) {
		kind, b, err = r.object(id.Bytes(), s.opts.Limits.Object)
		return err
	})
	if err != nil {
		return 0, nil, &ObjectError{ID: id, Err: err}
	}
	return kind, b, nil
}

// Has reports whether the store lists an object. It does not read it.
func (s *Store) Has(id ID) bool {
	found := false
	err := s.guard(func() error {
		for range s.locate(id.Bytes()) {
			found = true
			return nil
		}
		return nil
	})
	if err != nil || found {
		return found
	}
	return s.isLoose(id)
}

func (s *Store) isLoose(id ID) bool {
	_, found := slices.BinarySearchFunc(s.looseObjects(), id, func(l looseObject, id ID) int { return l.id.Compare(id) })
	return found
}

// looseObjects lists the loose objects, as they were when they were first asked for.
func (s *Store) looseObjects() []looseObject {
	s.looseOnce.Do(func() {
		var probs []Problem
		s.loose, probs = s.listLoose()
		s.probs.add(probs...)
	})
	return s.loose
}

// load reads the layout of all packs, once.
func (s *Store) load() {
	s.loadOnce.Do(func() {
		for _, p := range s.packs {
			err := s.guard(func() error { return s.loadPack(p) })
			if err == nil && !p.idx.made {
				err = s.guard(func() error {
					if !p.idx.intact(p.hash) {
						s.probs.add(Problem{File: strings.TrimSuffix(p.name, "pack") + "idx", Reason: "wrong checksum", Failed: true})
					}
					return nil
				})
			}
			if err != nil {
				s.probs.add(Problem{File: p.name, Reason: reason(err), Failed: true})
				p.layout = layout{off: []uint64{0}}
			}
		}
		s.markDuplicates()
	})
}
