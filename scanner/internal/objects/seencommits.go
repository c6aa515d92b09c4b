package objects

// seenCommits are the commits that a scan of everything reads anyway: the list of all commits can be made of them.
type seenCommits struct {
	s       *Store
	probs   *problems
	packs   map[*pack]uint64
	readers []*commitReader
}

// newSeenCommits returns nil if the scan does not see all commits, or the list is there.
func (s *Store) newSeenCommits(o ScanOptions) *seenCommits {
	s.history.mu.Lock()
	defer s.history.mu.Unlock()
	if o.Only != nil || s.history.lists[0] != nil || s.history.seen != nil {
		return nil
	}
	return &seenCommits{s: s, probs: &problems{limit: s.opts.Limits.Problems}}
}

// reader returns the reader of one worker.
func (c *seenCommits) reader() *commitReader {
	if c == nil {
		return nil
	}
	if c.packs == nil {
		c.packs = c.s.packNumbers()
	}
	r := &commitReader{s: c.s, hs: c.s.opts.Hash.Size(), probs: c.probs, packs: c.packs}
	c.readers = append(c.readers, r)
	return r
}

// keep leaves the commits to whoever asks for the list: most histories have nothing to attribute.
func (c *seenCommits) keep() {
	if c == nil {
		return
	}
	c.s.history.mu.Lock()
	defer c.s.history.mu.Unlock()
	c.s.history.seen = c
}

// list makes the list.
func (c *seenCommits) list() *commitList {
	l := &commitList{s: c.s}
	l.join(c.readers)
	l.probs = c.probs.sorted()
	return l
}
