package objects

import (
	"context"
	"slices"
)

// ScanOptions say what a scan looks for and where.
type ScanOptions struct {
	// Evaluator decides what is found.
	Evaluator Evaluator
	// Only, if set, restricts the scan to objects whose ids it accepts. Safe for concurrent use.
	Only func(ID) bool
	// Progress, if set, is told now and then how many packed bytes are done, of how many. It is called by one goroutine
	// at a time.
	Progress func(done, total int64)
}

// Stats are what a scan did. What was not looked at is in Problems.
type Stats struct {
	Blobs, Commits, Tags int   // looked at
	Bytes                int64 // their size

	Whole    int64 // bytes looked at in whole objects
	Excerpts int64 // bytes looked at instead of whole objects
	Built    int64 // bytes of objects made from deltas

	Opaque    int // blobs of which only the beginning was looked at
	WithHits  int // objects with at least one hit
	Judged    int // hits given to JudgeLocal
	Inherited int // hits whose verdict was taken over
	Wholes    int // objects given to JudgeWhole

	Problems []Problem // sorted
}

func (s *Stats) add(o *Stats) {
	s.Blobs += o.Blobs
	s.Commits += o.Commits
	s.Tags += o.Tags
	s.Bytes += o.Bytes
	s.Whole += o.Whole
	s.Excerpts += o.Excerpts
	s.Built += o.Built
	s.Opaque += o.Opaque
	s.WithHits += o.WithHits
	s.Judged += o.Judged
	s.Inherited += o.Inherited
	s.Wholes += o.Wholes
}

// Scan looks at every blob, commit and tag object once. Of an object stored as a delta it looks only at what cannot be
// known from its base; the results are those of [Store.ScanWhole]. The evaluator sees the objects in no particular
// order. If ctx ends, the error is that of ctx and the figures are those of what was done.
func (s *Store) Scan(ctx context.Context, o ScanOptions) (Stats, error) {
	seen := s.newSeenCommits(o)
	st, err := scan(ctx, s, o, func(w *scanner) visitor[[]hit] {
		v := newDeltaScan(w)
		v.commits = seen.reader()
		return v
	})
	if err == nil && len(st.Problems) == 0 {
		seen.keep()
	}
	return st, err
}

// ScanWhole makes every object and looks at all of it: the plain way, for comparison.
func (s *Store) ScanWhole(ctx context.Context, o ScanOptions) (Stats, error) {
	return scan(ctx, s, o, func(w *scanner) visitor[struct{}] { return &wholeScan{scanner: w} })
}

var scanned = setOf(Blob, Commit, Tag)

func scan[S any](ctx context.Context, s *Store, o ScanOptions, newVisitor func(*scanner) visitor[S]) (Stats, error) {
	var scanners []*scanner
	k := &walk[S]{
		s:     s,
		list:  s.forest(scanned, o.Only),
		types: scanned,
		limit: s.opts.Limits.Object,
		probs: &problems{limit: s.opts.Limits.Problems},
		tally: &tally{progress: o.Progress},
		make: func(b *buffers) visitor[S] {
			w := &scanner{ev: o.Evaluator, context: o.Evaluator.Context(), local: o.Evaluator.LocalClasses(), buf: b}
			scanners = append(scanners, w)
			return newVisitor(w)
		},
	}
	loose := s.looseToScan(o.Only)
	for _, t := range k.list {
		k.tally.total += t.packed
	}
	k.tally.limit = builtFree
	if l := s.opts.Limits.Built; k.tally.total < (1<<62-builtFree)/l {
		k.tally.limit += l * k.tally.total
	}
	err := k.run(ctx)
	if err == nil {
		err = k.rest(ctx, loose)
	}
	var st Stats
	for _, w := range scanners {
		st.add(&w.st)
	}
	k.probs.add(s.Problems()...)
	k.probs.add(s.broken(o.Only)...)
	st.Problems = k.probs.sorted()
	return st, err
}

// scanner is what both ways of scanning have in common, for one worker.
type scanner struct {
	ev      Evaluator
	context int
	local   uint64
	buf     *buffers
	st      Stats
	found   []Hit
	judged  []Hit
	text    built // the object that is looked at, as a whole
	free    [][]hit
}

// whole looks at all of an object and appends its hits to m.
func (w *scanner) whole(n node, data []byte, m []hit) []hit {
	w.st.Whole += int64(len(data))
	w.found = w.ev.Find(w.found[:0], data)
	for _, h := range w.found {
		m = append(m, hit{start: int32(h.Start), end: int32(h.End), class: h.Class & 63, pattern: h.Pattern})
	}
	return normalise(m)
}

// normalise sorts hits, and leaves out repetitions. Hostile text consists of matches: nothing quadratic here.
func normalise(m []hit) []hit {
	sorted := true
	for i := 1; i < len(m); i++ {
		if compareHits(m[i-1], m[i]) >= 0 {
			sorted = false
			break
		}
	}
	if sorted {
		return m
	}
	slices.SortFunc(m, compareHits)
	return slices.CompactFunc(m, func(a, b hit) bool { return compareHits(a, b) == 0 })
}

// count notes an object that was looked at.
func (w *scanner) count(kind Type, size int) {
	switch kind {
	case Blob:
		w.st.Blobs++
	case Commit:
		w.st.Commits++
	case Tag:
		w.st.Tags++
	}
	w.st.Bytes += int64(size)
}

// texter gives the bytes of an object that may not have been built.
type texter interface {
	// all returns the object.
	all() []byte
	// piece returns the bytes from start to end.
	piece(start, end int) []byte
}

// built is an object that was.
type built []byte

func (b *built) all() []byte                 { return *b }
func (b *built) piece(start, end int) []byte { return (*b)[start:end] }

// judge does what the hits of an object ask for.
func (w *scanner) judge(n node, kind Type, size int, m []hit, text texter) {
	if len(m) == 0 {
		return
	}
	w.st.WithHits++
	classes := uint64(0)
	for _, h := range m {
		classes |= 1 << h.class
	}
	mode := w.ev.Mode(classes)
	if mode == Ignore || kind == Blob && w.isOpaque(size, text) {
		return
	}
	switch mode {
	case Whole:
		w.st.Wholes++
		w.judged = w.judged[:0]
		for _, h := range m {
			w.judged = append(w.judged, h.public())
		}
		w.ev.JudgeWhole(n.id(), kind, text.all(), w.judged)
	case Local:
		if classes&w.local != 0 {
			w.judgeLocal(n.id(), kind, size, m, text)
		}
	}
}

// isOpaque reports whether a blob is passed by.
func (w *scanner) isOpaque(size int, text texter) bool {
	k := w.ev.Head()
	return k > 0 && w.ev.Opaque(text.piece(0, min(k, size)))
}

// judgeLocal judges those hits that have no verdict yet.
func (w *scanner) judgeLocal(id ID, kind Type, size int, m []hit, text texter) {
	for i := range m {
		h := &m[i]
		if w.local>>h.class&1 == 0 {
			continue
		}
		if h.judged {
			w.st.Inherited++
		} else {
			from, to := max(0, int(h.start)-w.context), min(size, int(h.end)+w.context)
			p := h.public()
			p.Start -= from
			p.End -= from
			h.verdict, h.judged = w.ev.JudgeLocal(id, kind, text.piece(from, to), p), true
			w.st.Judged++
		}
		if h.verdict != 0 {
			w.ev.Found(id, kind, h.public(), h.verdict)
		}
	}
}

func (w *scanner) hits() []hit {
	if n := len(w.free); n > 0 {
		m := w.free[n-1]
		w.free = w.free[:n-1]
		return m
	}
	return nil
}

const (
	maxFree    = 256  // slices of hits that are kept for use
	maxFreeLen = 4096 // hits in one of them
)

func (w *scanner) release(m []hit) {
	if cap(m) > 0 && cap(m) <= maxFreeLen && len(w.free) < maxFree {
		w.free = append(w.free, m[:0])
	}
}

// wholeScan is the plain way.
type wholeScan struct {
	*scanner
	seeAll
}

func (w *wholeScan) whole(n node, data []byte) struct{} {
	if !n.reported() {
		return struct{}{}
	}
	w.count(n.kind(), len(data))
	m := w.scanner.whole(n, data, w.hits())
	w.text = data
	w.judge(n, n.kind(), len(data), m, &w.text)
	w.scanner.release(m)
	return struct{}{}
}

func (w *wholeScan) delta(n node, d *delta, base []byte, _ struct{}) ([]byte, struct{}) {
	data := w.buf.get(d.size)
	d.apply(data, base)
	w.st.Built += int64(d.size)
	return data, w.whole(n, data)
}

func (w *wholeScan) release(struct{}) {}
