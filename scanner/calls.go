package scanner

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner/internal/objects"
)

// callGroup is one call or client with the blobs that hold it. A call is the
// same as long as its path, rule and text are: its id is that of the tree.
type callGroup struct {
	id, path string
	blobs    []objects.ID
	seen     int
	history  objects.History
}

// calls makes findings of the calls and clients in old versions of files.
func (s *historyScan) calls(ctx context.Context, hits []hit) []*Finding {
	groups := s.groupCalls(ctx, hits)
	groups = slices.DeleteFunc(groups, func(g *callGroup) bool { return !s.inRange(g.blobs) })
	sets := make([][]objects.ID, len(groups))
	for i, g := range groups {
		sets[i] = g.blobs
	}
	older := s.older(ctx, sets)
	wanted := map[objects.ID]map[string][]int{} // groups by blob and path of their place
	s.attribute(ctx, sets, func(i int, h objects.History) {
		g := groups[i]
		g.history = g.here(h)
		id, _ := s.place(g.history)
		if id.IsZero() || g.moved(h) && s.within([]string{h.Head[0].Path}) {
			return
		}
		if wanted[id] == nil {
			wanted[id] = map[string][]int{}
		}
		wanted[id][g.path] = append(wanted[id][g.path], i)
	})
	made := make([]*Finding, len(groups))
	s.reread(ctx, wanted, func(id objects.ID, path string, found []*Finding) {
		for _, i := range wanted[id][path] {
			at := slices.IndexFunc(found, func(f *Finding) bool { return f.ID == groups[i].id })
			if at < 0 {
				continue
			}
			f := found[at]
			f.Suppressed = s.o.silencing(f.File, f)
			f.File, f.Older = nil, older[i]
			f.History = s.life(groups[i].seen, groups[i].history)
			f.History.Object = Object{Type: objects.Blob.String(), ID: id.String()}
			made[i] = f
		}
	})
	return slices.DeleteFunc(made, func(f *Finding) bool { return f == nil })
}

// here makes the history of the group's blobs that of its path.
func (g *callGroup) here(h objects.History) objects.History {
	h.Head = slices.DeleteFunc(slices.Clone(h.Head), func(p objects.Place) bool { return p.Path != g.path })
	h.Paths = []string{g.path}
	return h
}

// moved reports whether HEAD has the file under another name, where the call is
// told of.
func (g *callGroup) moved(h objects.History) bool {
	return len(g.history.Head) == 0 && len(h.Head) > 0
}

// groupCalls finds the calls and clients of all versions of all files. It keeps
// nothing of them but their ids: there may be very many.
func (s *historyScan) groupCalls(ctx context.Context, hits []hit) []*callGroup {
	var blobs []objects.ID
	var single [][]objects.ID
	for _, h := range hits {
		if h.calls {
			blobs = append(blobs, h.id)
			single = append(single, []objects.ID{h.id})
		}
	}
	paths := map[objects.ID]map[string][]int{}
	s.attribute(ctx, single, func(i int, h objects.History) {
		for _, p := range h.Paths {
			if !s.within([]string{p}) {
				continue
			}
			if paths[blobs[i]] == nil {
				paths[blobs[i]] = map[string][]int{}
			}
			paths[blobs[i]][p] = nil
		}
	})
	var mu sync.Mutex
	byID := map[string]*callGroup{}
	s.reread(ctx, paths, func(id objects.ID, path string, found []*Finding) {
		mu.Lock()
		defer mu.Unlock()
		for _, f := range found {
			g := byID[f.ID]
			if g == nil {
				g = &callGroup{id: f.ID, path: path}
				byID[f.ID] = g
			}
			g.blobs = append(g.blobs, id)
			g.seen++
		}
	})
	groups := make([]*callGroup, 0, len(byID))
	for _, g := range byID {
		slices.SortFunc(g.blobs, objects.ID.Compare)
		groups = append(groups, g)
	}
	slices.SortFunc(groups, func(a, b *callGroup) int {
		return cmp.Or(strings.Compare(a.path, b.path), strings.Compare(a.id, b.id))
	})
	return groups
}

// reread looks at blobs again, now as the files that they were: at each path of
// each blob. Visit may be called by several goroutines.
func (s *historyScan) reread(ctx context.Context, paths map[objects.ID]map[string][]int, visit func(objects.ID, string, []*Finding)) {
	if len(paths) == 0 {
		return
	}
	g := &versions{gate: newGate(s.o.Detector, true), visit: func(id objects.ID, raw []byte) {
		for path := range paths[id] {
			if found := s.callsIn(path, raw); len(found) > 0 {
				visit(id, path, found)
			}
		}
	}}
	_, err := s.store.Scan(ctx, objects.ScanOptions{Evaluator: g, Only: func(id objects.ID) bool { _, ok := paths[id]; return ok }})
	if err != nil && ctx.Err() == nil {
		s.skip(Skipped{Path: "history", Reason: "old versions of calls: " + err.Error(), Failed: true})
	}
}

// versions is a gate that hands out what it lets through.
type versions struct {
	*gate
	visit func(objects.ID, []byte)
}

// JudgeWhole implements objects.Evaluator.
func (v *versions) JudgeWhole(id objects.ID, _ objects.Type, raw []byte, _ []objects.Hit) {
	v.visit(id, raw)
}

// callsIn finds the calls and clients in one version of a file.
func (s *historyScan) callsIn(path string, raw []byte) []*Finding {
	file, ok := decodeFile(path, raw)
	if !ok {
		return nil
	}
	seen := s.o.Detector.scan(file, counting)
	if seen == nil {
		return nil
	}
	b := &findings{o: s.o, ordinals: map[string]int{}}
	return slices.DeleteFunc(b.of(seen), func(f *Finding) bool {
		return f.Secret != nil || !f.Severity.Fails() && f.Kind != rules.DeveloperCall
	})
}
