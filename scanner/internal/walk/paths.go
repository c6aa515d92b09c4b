package walk

import (
	"path"
	"slices"
	"strings"
)

// start returns the jobs that a walk begins with.
func (w *walk) start() []job {
	top := place{ignore: w.Ignore, tracked: w.Tracked.scope(0)}
	if len(w.Paths) == 0 {
		return []job{{place: top, named: true}}
	}
	s := starter{walk: w, places: map[string]place{"": top}, files: map[string][]item{}, worker: worker{walk: w, text: make([]byte, firstRead)}}
	w.named = map[string]bool{}
	for _, p := range w.Paths {
		s.add(p)
	}
	for dir, files := range s.files {
		for chunk := range slices.Chunk(files, batch) {
			s.jobs = append(s.jobs, job{place: place{path: dir}, files: chunk, named: true})
		}
	}
	w.stats, w.skipped = s.worker.stats, s.worker.skipped
	return s.jobs
}

// starter turns paths named by the caller into jobs.
type starter struct {
	*walk
	worker worker
	places map[string]place  // of directories above named paths
	files  map[string][]item // by directory
	jobs   []job
}

func (s *starter) add(p string) {
	p = path.Clean(p)
	if p == "." {
		p = ""
	}
	switch {
	case p == ".." || strings.HasPrefix(p, "../") || strings.HasPrefix(p, "/"):
		s.worker.fail(p, errOutside, true)
		return
	case slices.ContainsFunc(strings.Split(p, "/"), isGit):
		s.worker.skip(p, GitFolder, "")
		return
	case s.named[p]:
		return
	case p == "":
		s.named[p] = true
		s.jobs = append(s.jobs, job{place: s.places[""], named: true})
		return
	}
	parent, name := splitPath(p)
	d, err := s.root.open(parent)
	if err != nil {
		s.worker.fail(p, err, true)
		return
	}
	kind, err := d.kind(name)
	d.close()
	if err != nil {
		s.worker.fail(p, err, true)
		return
	}
	above := s.place(parent)
	tracked := above.tracked.has(p)
	if s.ForceExclude && !tracked && above.ignores(p, kind == Directory) {
		s.worker.stats.Ignored++
		return
	}
	s.named[p] = true
	if kind == Directory {
		s.jobs = append(s.jobs, job{place: s.below(above, p), named: true})
		return
	}
	s.files[parent] = append(s.files[parent], item{path: p, name: len(p) - len(name), kind: kind, tracked: tracked})
}

// place returns what is known of a directory after its ignore file was read, reading those above it first.
func (s *starter) place(dir string) place {
	if p, ok := s.places[dir]; ok && dir != "" {
		return p
	}
	p := s.places[""]
	if dir != "" {
		parent, _ := splitPath(dir)
		above := s.place(parent)
		p = s.below(above, dir)
		p.excluded = s.ForceExclude && above.ignores(dir, true)
	}
	if d, err := s.root.open(dir); err == nil {
		p, _ = s.worker.enter(d, p, s.marks(d, dir))
		d.close()
	}
	if dir != "" {
		s.places[dir] = p
	}
	return p
}

// marks returns the entries of a directory that change its rules.
func (s *starter) marks(d *folder, dir string) (items []item) {
	for _, name := range []string{gitName, ignoreName} {
		if kind, err := d.kind(name); err == nil {
			p := path.Join(dir, name)
			items = append(items, item{path: p, name: len(p) - len(name), kind: kind})
		}
	}
	return items
}

func (s *starter) below(p place, dir string) place {
	return place{path: dir, ignore: p.ignore, tracked: p.tracked.below(dir)}
}

func splitPath(p string) (dir, name string) {
	i := strings.LastIndexByte(p, '/')
	return p[:max(i, 0)], p[i+1:]
}
