package objects

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strconv"
	"sync"
)

// key is the beginning of an id. Where objects are only compared with each other it stands for the id.
type key uint64

func keyOf(id []byte) key { return key(binary.BigEndian.Uint64(id)) }

// commitList is all commits of a store, about 50 bytes each.
type commitList struct {
	s       *Store
	graph   *graph // nil: not used
	commits []commitInfo
	parents []int32 // of commit i: parents[commits[i].parents:commits[i+1].parents]; missing if it is not there
	byKey   []int32
	probs   []Problem
}

type commitInfo struct {
	src     uint64 // where it is
	key     key
	tree    key
	time    int64 // of the committer, in seconds
	parents int32
}

const missing = int32(-1)

// Where a commit is: a position in a pack, or one of these.
const (
	inGraph = 1 << 63
	isLoose = 1 << 62
)

func (l *commitList) id(c int32) ID {
	src := l.commits[c].src
	switch {
	case src&inGraph != 0:
		return l.graph.id(int(src &^ inGraph))
	case src&isLoose != 0:
		return l.s.loose[src&^isLoose].id
	}
	return l.s.packs[src>>32].idAt(int32(uint32(src)))
}

func (l *commitList) parentsOf(c int32) []int32 {
	return l.parents[l.commits[c].parents:l.commits[c+1].parents]
}

// find returns the number of a commit, or missing.
func (l *commitList) find(k key) int32 {
	i, ok := slices.BinarySearchFunc(l.byKey, k, func(c int32, k key) int { return cmp.Compare(l.commits[c].key, k) })
	if !ok {
		return missing
	}
	return l.byKey[i]
}

// parsedCommit is what attribution needs of a commit. Ids are in hexadecimal digits.
type parsedCommit struct {
	tree    []byte
	parents [][]byte
	time    int64
}

// parseCommit reads the header of a commit.
func parseCommit(b []byte, c *parsedCommit) error {
	c.tree, c.parents, c.time = nil, c.parents[:0], 0
	for len(b) > 0 && b[0] != '\n' {
		var line []byte
		line, b, _ = bytes.Cut(b, []byte{'\n'})
		word, value, _ := bytes.Cut(line, []byte{' '})
		switch string(word) {
		case "tree":
			c.tree = value
		case "parent":
			c.parents = append(c.parents, value)
		case "committer":
			c.time = parseTime(value)
			if c.tree == nil {
				return corrupt("commit without a tree")
			}
			return nil
		}
	}
	return corrupt("commit without a committer")
}

// parseTime reads the seconds after "name <address> ". Git takes what it cannot read for 0.
func parseTime(b []byte) int64 {
	b = bytes.TrimLeft(b[bytes.LastIndexByte(b, '>')+1:], " ")
	digits, _, _ := bytes.Cut(b, []byte{' '})
	t, err := strconv.ParseInt(string(digits), 10, 64)
	if err != nil {
		return 0
	}
	return t
}

// commitReader is the visitor that collects commits.
type commitReader struct {
	seeAll
	s       *Store
	hs      int
	buf     *buffers
	probs   *problems
	packs   map[*pack]uint64
	commits blocks[commitInfo]
	parents blocks[key]
	parsed  parsedCommit
}

func (r *commitReader) whole(n node, data []byte) struct{} {
	if !n.reported() {
		return struct{}{}
	}
	c := commitInfo{parents: int32(r.parents.len())}
	err := parseCommit(data, &r.parsed)
	if err == nil {
		c.tree, err = r.hexKey(r.parsed.tree)
	}
	for _, p := range r.parsed.parents {
		k, e := r.hexKey(p)
		if e != nil {
			err = e
		}
		r.parents.add(k)
	}
	id := n.id()
	if err != nil {
		r.parents.cut(int(c.parents))
		r.probs.object(id, err)
		return struct{}{}
	}
	c.key, c.time = keyOf(id.Bytes()), r.parsed.time
	if n.loose != nil {
		c.src = isLoose | uint64(n.looseIndex(r.s))
	} else {
		c.src = r.packs[n.t.p]<<32 | uint64(uint32(n.pos))
	}
	r.commits.add(c)
	return struct{}{}
}

func (n node) looseIndex(s *Store) int {
	i, _ := slices.BinarySearchFunc(s.loose, n.loose.id, func(l looseObject, id ID) int { return l.id.Compare(id) })
	return i
}

func (r *commitReader) hexKey(digits []byte) (key, error) {
	var id [32]byte
	if len(digits) != 2*r.hs {
		return 0, corrupt("commit: id of %d digits", len(digits))
	}
	if _, err := hex.Decode(id[:], digits); err != nil {
		return 0, corrupt("commit: %v", err)
	}
	return keyOf(id[:]), nil
}

func (r *commitReader) delta(n node, d *delta, base []byte, _ struct{}) ([]byte, struct{}) {
	data := r.buf.get(d.size)
	d.apply(data, base)
	return data, r.whole(n, data)
}

func (r *commitReader) release(struct{}) {}

// history is the commits of a store, read once.
type history struct {
	mu    sync.Mutex
	lists [2]*commitList // without and with the commit-graph
	seen  *seenCommits   // of which the first list can be made
	graph *graph
	tried bool
	probs []Problem
}

// commitGraph opens the commit-graph, once. One that is corrupt is reported and not used.
func (s *Store) commitGraph() *graph {
	h := &s.history
	if h.tried {
		return h.graph
	}
	h.tried = true
	for _, d := range s.dirs {
		err := s.guard(func() (err error) {
			h.graph, err = openGraph(d.path, s.opts.Hash, true)
			return err
		})
		if err != nil {
			h.probs = append(h.probs, Problem{File: d.name + "info/commit-graph", Reason: plain(err) + "; not used", Failed: false})
		}
		if h.graph != nil {
			return h.graph
		}
	}
	return nil
}

// commitList reads all commits, those in the commit-graph from there if it may be used.
func (s *Store) commitList(ctx context.Context, useGraph bool) (*commitList, error) {
	s.history.mu.Lock()
	defer s.history.mu.Unlock()
	var g *graph
	way := 0
	if useGraph {
		if g = s.commitGraph(); g != nil {
			way = 1
		}
	}
	l := s.history.lists[way]
	if l == nil && way == 0 && s.history.seen != nil {
		l, s.history.seen = s.history.seen.list(), nil
	}
	if l == nil {
		var err error
		if l, err = s.readCommits(ctx, g); err != nil {
			return nil, err
		}
	}
	s.history.lists[way] = l
	if useGraph { // what is wrong with it, once
		l.probs = append(l.probs, s.history.probs...)
		s.history.probs = nil
	}
	return l, nil
}

func (s *Store) packNumbers() map[*pack]uint64 {
	packs := map[*pack]uint64{}
	for i, p := range s.packs {
		packs[p] = uint64(i)
	}
	return packs
}

func (s *Store) readCommits(ctx context.Context, g *graph) (*commitList, error) {
	var only func(ID) bool
	if g != nil {
		only = func(id ID) bool { return g.find(id.Bytes()) < 0 }
	}
	var readers []*commitReader
	packs := s.packNumbers()
	probs := &problems{limit: s.opts.Limits.Problems}
	k := &walk[struct{}]{
		s:     s,
		list:  s.forest(setOf(Commit), only),
		types: setOf(Commit),
		limit: s.opts.Limits.Base,
		probs: probs,
		tally: &tally{},
		make: func(b *buffers) visitor[struct{}] {
			r := &commitReader{s: s, hs: s.opts.Hash.Size(), buf: b, probs: probs, packs: packs}
			readers = append(readers, r)
			return r
		},
	}
	err := k.run(ctx)
	if err == nil {
		err = k.rest(ctx, s.looseToScan(only))
	}
	if err != nil {
		return nil, err
	}
	l := &commitList{s: s, graph: g}
	l.join(readers)
	l.probs = probs.sorted()
	return l, nil
}

// join puts together what the graph and the readers have, and resolves the parents.
func (l *commitList) join(readers []*commitReader) {
	n, parents := 0, 0
	if l.graph != nil {
		n, parents = l.graph.n, l.graph.n
	}
	for _, r := range readers {
		n += r.commits.len()
		parents += r.parents.len()
	}
	l.commits, l.parents = make([]commitInfo, 0, n+1), make([]int32, 0, parents)
	if l.graph != nil {
		l.addGraph()
	}
	first := len(l.commits)
	counts := make([]int, len(readers))
	for i, r := range readers {
		counts[i] = r.commits.len()
		for k, b := range r.commits.list {
			l.commits = append(l.commits, b...)
			r.commits.list[k] = nil
		}
	}
	l.byKey = make([]int32, len(l.commits))
	for i := range l.byKey {
		l.byKey[i] = int32(i)
	}
	slices.SortFunc(l.byKey, func(a, b int32) int { return cmp.Compare(l.commits[a].key, l.commits[b].key) })
	for i, r := range readers {
		l.resolve(l.commits[first:][:counts[i]], &r.parents)
		first += counts[i]
	}
	l.commits = append(l.commits, commitInfo{parents: int32(len(l.parents))})
}

// resolve finds the parents of commits, given by key. Until then the commits have their places among the keys.
func (l *commitList) resolve(list []commitInfo, keys *blocks[key]) {
	for i := range list {
		from, to := int(list[i].parents), keys.len()
		if i+1 < len(list) {
			to = int(list[i+1].parents)
		}
		list[i].parents = int32(len(l.parents))
		for ; from < to; from++ {
			l.parents = append(l.parents, l.find(*keys.at(from)))
		}
	}
}

// addGraph adds the commits of the graph under the numbers that they have there.
func (l *commitList) addGraph() {
	var c graphCommit
	for _, layer := range l.graph.layers {
		for i := range layer.n {
			layer.commit(i, &c)
			l.commits = append(l.commits, commitInfo{
				src:     inGraph | uint64(layer.first+i),
				key:     keyOf(layer.id(i)),
				tree:    keyOf(c.tree),
				time:    c.time,
				parents: int32(len(l.parents)),
			})
			for _, p := range c.parents {
				l.parents = append(l.parents, int32(p))
			}
		}
	}
}
