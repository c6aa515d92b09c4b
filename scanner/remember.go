package scanner

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/unhapi/unhapi/internal/version"
	"github.com/unhapi/unhapi/scanner/internal/objects"
)

// memory is a scan with a state.
type memory struct {
	*historyScan
	st    *State
	packs []objects.PackInfo
	whole bool // all packs can be told from each other
	loose []objects.ID
	sum   string // of the loose objects
	known *knownIDs
	lost  []objects.ID // what new objects name and is not there
}

// lookAgain is look with a state: it scans the objects that are new, and judges
// those again that held something. Where it cannot tell what is new, it scans
// everything.
func (s *historyScan) lookAgain(ctx context.Context) ([]hit, error) {
	m := &memory{historyScan: s, st: s.h.State}
	s.memory = m
	m.packs, m.whole = s.store.Packs()
	loose, sum := s.store.Loose()
	m.loose, m.sum = loose, hex.EncodeToString(sum[:])
	fresh, why := m.news()
	if why == "" {
		hits, ok, err := m.partly(ctx, fresh)
		if err != nil || ok {
			return hits, err
		}
		why = "what is new could not be read by itself"
	}
	m.st.note = why
	m.st.old = nil
	g := newGate(s.o.Detector, s.h.Calls)
	stats, err := s.store.Scan(ctx, s.scanOptions(g, nil))
	s.count(stats)
	s.lfs(g.pointers)
	hits := g.found()
	if err == nil {
		m.keep(Stats{Blobs: stats.Blobs, Commits: stats.Commits, Bytes: stats.Bytes}, g.pointers, hits, stats.Problems)
	}
	return hits, err
}

// reused reports whether the scan stood on an earlier one, which had everything.
func (m *memory) reused() bool { return m != nil && m.st.old != nil }

// forget leaves no state: the scan was not of everything.
func (m *memory) forget() {
	if m != nil {
		m.st.next, m.st.ids = nil, nil
	}
}

// digest names everything that what is found in an object depends on.
func (m *memory) digest() string {
	revision := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" || s.Key == "vcs.modified" {
				revision += s.Value + " "
			}
		}
	}
	return hashed(version.Version, revision, m.o.Detector.set.Digest(), fmt.Sprint(m.o.MaxSize, m.h.Calls))
}

// cut names the shallow boundary, behind which nothing is missed.
func (m *memory) cut() string {
	sum := sha256.New()
	for _, id := range m.shallow() {
		sum.Write(id.Bytes())
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

func hashed(parts ...string) string { return IDKey{}.hash(append([]string{"state"}, parts...)...) }

// news lists the objects that the state does not know, or says why that cannot
// be told.
func (m *memory) news() (fresh map[objects.ID]bool, why string) {
	old := m.st.old
	switch {
	case old == nil:
		return nil, "nothing is remembered yet"
	case old.Scan != m.digest():
		return nil, "rules, options or the program have changed"
	case old.Shallow != m.cut():
		return nil, "the shallow boundary has moved"
	case !m.whole:
		return nil, "there are packs without an index of their own"
	}
	var before, gone []objects.ID
	for _, p := range old.Packs {
		id, err := objects.ParseID(p.Sum)
		if err != nil {
			return nil, ErrState.Error()
		}
		before = append(before, id)
		if !slices.ContainsFunc(m.packs, func(p objects.PackInfo) bool { return p.Sum == id }) {
			gone = append(gone, id)
		}
	}
	if len(gone) == 0 && len(before) == len(m.packs) && old.Loose == m.sum {
		return map[objects.ID]bool{}, ""
	}
	if old.Without {
		return nil, "there are too many objects to remember each of them, and packs have changed"
	}
	var err error
	if m.known, err = m.st.known(); err != nil {
		return nil, err.Error()
	}
	if !m.allThere(gone) {
		return nil, "objects that are remembered are gone, or the state is of another repository"
	}
	return m.unknown(before, len(gone) > 0)
}

// allThere reports whether what the state knows, in packs that are gone and
// loose, is still there.
func (m *memory) allThere(gone []objects.ID) bool {
	for _, sum := range gone {
		if table := m.known.packs[sum]; len(table) == 0 || !m.known.all(table, m.store.Has) {
			return false
		}
	}
	return m.known.all(m.known.loose, m.store.Has)
}

// unknown lists the objects of new packs, and loose ones, that the state does
// not know. While all of its packs are there these are asked, not the tables.
func (m *memory) unknown(before []objects.ID, tables bool) (map[objects.ID]bool, string) {
	knows := func(id objects.ID) bool {
		if tables {
			return m.known.has(id.Bytes())
		}
		return m.known.in(m.known.loose, id.Bytes()) || m.store.InPacks(before, id)
	}
	fresh := map[objects.ID]bool{}
	for _, p := range m.packs {
		if slices.Contains(before, p.Sum) {
			continue
		}
		err := m.store.PackIDs(p.Sum, func(b []byte) bool {
			if id, err := objects.IDFromBytes(b); err == nil && !knows(id) {
				fresh[id] = true
			}
			return true
		})
		if err != nil {
			return nil, err.Error()
		}
	}
	for _, id := range m.loose {
		if !knows(id) {
			fresh[id] = true
		}
	}
	return fresh, ""
}

// manyHits is from how many objects on it is better to scan for them than to
// read them one by one.
const manyHits = 200

// partly scans what is new, and judges again what held something. It reports
// false if something could not be read.
func (m *memory) partly(ctx context.Context, fresh map[objects.ID]bool) ([]hit, bool, error) {
	old := m.st.old
	g := newGate(m.o.Detector, m.h.Calls)
	stats, err := m.scanNew(ctx, g, fresh)
	if err != nil {
		return nil, false, err
	}
	pointers := old.Pointers + g.pointers
	if !m.judgeAgain(ctx, g, fresh) || slices.ContainsFunc(stats.Problems, func(p objects.Problem) bool { return p.Failed }) {
		return nil, false, ctx.Err()
	}
	total := Stats{Blobs: old.Stats.Blobs + stats.Blobs, Commits: old.Stats.Commits + stats.Commits, Bytes: old.Stats.Bytes + stats.Bytes}
	m.stats.Blobs, m.stats.Commits, m.stats.Bytes = total.Blobs, total.Commits, total.Bytes
	for _, s := range old.Skipped {
		m.skip(s)
	}
	m.problems(stats.Problems)
	m.lfs(pointers)
	hits := g.found()
	if len(fresh) > 0 || len(m.packs) != len(old.Packs) || m.sum != old.Loose || m.known != nil {
		m.keep(total, pointers, hits, stats.Problems)
	}
	return hits, true, nil
}

// scanNew scans the new objects. They lie in new packs and outside of packs:
// only where packs were made anew the whole database must be opened.
func (m *memory) scanNew(ctx context.Context, g *gate, fresh map[objects.ID]bool) (objects.Stats, error) {
	if len(fresh) == 0 {
		return objects.Stats{}, nil
	}
	var old []objects.ID
	for _, p := range m.st.old.Packs {
		if id, err := objects.ParseID(p.Sum); err == nil {
			old = append(old, id)
		}
	}
	store, err := m.store.Without(old)
	if err != nil {
		return objects.Stats{}, err
	}
	defer store.Close()
	isFresh := func(id objects.ID) bool { return fresh[id] }
	stats, err := store.Scan(ctx, m.scanOptions(g, isFresh))
	if err != nil {
		return stats, err
	}
	var problems []objects.Problem
	m.lost, problems, err = store.Missing(ctx, m.shallow(), isFresh)
	stats.Problems = append(stats.Problems, problems...)
	return stats, err
}

// judgeAgain judges the objects that held something.
func (m *memory) judgeAgain(ctx context.Context, g *gate, fresh map[objects.ID]bool) bool {
	again := map[objects.ID]bool{}
	for _, text := range m.st.old.Hits {
		id, err := objects.ParseID(text)
		if err != nil {
			return false
		}
		again[id] = !fresh[id]
	}
	if len(again) > manyHits {
		stats, err := m.store.Scan(ctx, objects.ScanOptions{Evaluator: g, Only: func(id objects.ID) bool { return again[id] }})
		return err == nil && !slices.ContainsFunc(stats.Problems, func(p objects.Problem) bool { return p.Failed })
	}
	for id, judge := range again {
		if !judge {
			continue
		}
		typ, raw, err := m.store.Get(ctx, id)
		if err != nil {
			return false
		}
		g.JudgeWhole(id, typ, raw, nil)
	}
	return true
}

// keep makes the next state. A scan that could not read everything leaves none.
func (m *memory) keep(total Stats, pointers int, hits []hit, problems []objects.Problem) {
	next := &stateHeader{Scan: m.digest(), Shallow: m.cut(), Loose: m.sum, Stats: total, Pointers: pointers}
	if m.st.old != nil {
		next.Skipped = m.st.old.Skipped
	}
	for _, p := range problems {
		if p.Failed || p.ID.IsZero() {
			return
		}
		next.Skipped = append(next.Skipped, Skipped{Path: p.ID.String(), Reason: p.Reason})
	}
	if !m.whole {
		return
	}
	next.Size = objects.SHA1.Size()
	if len(m.packs) > 0 {
		next.Size = len(m.packs[0].Sum.Bytes())
	} else if len(m.loose) > 0 {
		next.Size = len(m.loose[0].Bytes())
	}
	for _, h := range hits {
		next.Hits = append(next.Hits, h.id.String())
	}
	ids, err := next.inventory(m.store, m.packs, m.loose)
	if err != nil {
		return
	}
	m.st.next, m.st.ids = next, ids
}

// world names everything that the history of an object depends on.
func (m *memory) world() string {
	sum := sha256.New()
	for _, p := range m.packs {
		sum.Write(p.Sum.Bytes())
	}
	fmt.Fprintf(sum, "%s %s\n", m.sum, m.head)
	for _, r := range m.refs {
		fmt.Fprintf(sum, "%s %s\n", r.ID, r.Name)
	}
	for _, list := range [][]objects.ID{m.tips, m.shallow()} {
		fmt.Fprintf(sum, "%d\n", len(list))
		for _, id := range list {
			sum.Write(id.Bytes())
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}
