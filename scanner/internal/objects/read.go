package objects

import (
	"bytes"
	"errors"
	"strconv"
)

// reader reads single objects, wherever they are. Not for concurrent use.
type reader struct {
	s     *Store
	win   window
	z     inflater
	buf   buffers
	d     delta
	cache baseCache
	loose looseReader
}

func (s *Store) newReader(cache int64) *reader {
	return &reader{s: s, cache: baseCache{limit: cache}}
}

// object returns an object of at most max bytes. Each copy is tried; what is returned has the id asked for. The bytes can
// be shared with the reader's cache and must not be changed.
func (r *reader) object(id []byte, max int64) (Type, []byte, error) {
	return r.find(id, max, nil, r.s.opts.Limits.Chain)
}

// find is object without the copies in one pack. It follows at most depth deltas.
func (r *reader) find(id []byte, max int64, skip *pack, depth int) (Type, []byte, error) {
	err := error(ErrMissing)
	if len(id) != r.s.opts.Hash.Size() {
		return 0, nil, err
	}
	try := func(kind Type, b []byte, e error) bool {
		if e == nil && !r.s.hasID(kind, b, id) {
			e = corrupt("its content is not what its id says")
		}
		if e != nil && !errors.Is(e, ErrMissing) {
			err = e
		}
		return e == nil
	}
	for p, row := range r.s.locate(id) {
		if p == skip {
			continue
		}
		if kind, b, e := r.at(p, p.idx.offset(row), max, depth); try(kind, b, e) {
			return kind, b, nil
		}
	}
	for i := range r.s.dirs {
		if kind, b, e := r.loose.read(&r.s.dirs[i], makeID(id), max); try(kind, b, e) {
			return kind, b, nil
		}
	}
	return 0, nil, err
}

// hasID reports whether an object has an id.
func (s *Store) hasID(kind Type, b, id []byte) bool {
	h := s.opts.Hash.new()
	var head [32]byte
	h.Write(append(strconv.AppendInt(append(append(head[:0], kind.String()...), ' '), int64(len(b)), 10), 0))
	h.Write(b)
	var sum [32]byte
	return bytes.Equal(h.Sum(sum[:0]), id)
}

// chain is the deltas on the way from an object to its base.
type chain struct {
	p     *pack
	links []link
	bytes int64 // of their texts
}

// link is one delta of a chain.
type link struct {
	off  uint64
	text []byte
}

// at returns the object at an offset of a pack.
func (r *reader) at(p *pack, off uint64, max int64, depth int) (Type, []byte, error) {
	c := chain{p: p}
	defer func() {
		for _, l := range c.links {
			r.buf.put(l.text)
		}
	}()
	for {
		if b, ok := r.cache.get(p, off); ok {
			data, err := r.climb(&c, b.kind, b.data, false, max)
			return b.kind, data, err
		}
		h, err := p.header(&r.win, off)
		if err != nil {
			return 0, nil, err
		}
		if h.kind <= Tag {
			data, err := r.root(&c, off, h, max)
			return h.kind, data, err
		}
		var base []byte
		if h.kind == refDelta {
			base = bytes.Clone(h.baseID)
		}
		if err := r.descend(&c, off, h, depth); err != nil {
			return 0, nil, err
		}
		if off = h.base; base == nil {
			continue
		}
		row := p.idx.find(base)
		if row < 0 {
			kind, b, err := r.find(base, r.s.opts.Limits.Base, p, depth-len(c.links))
			if err != nil {
				return 0, nil, &ObjectError{makeID(base), err}
			}
			b, err = r.climb(&c, kind, b, false, max)
			return kind, b, err
		}
		off = p.idx.offset(row)
	}
}

// descend adds the delta at an offset to a chain.
func (r *reader) descend(c *chain, off uint64, h header, depth int) error {
	limits := r.s.opts.Limits
	if h.size > uint64(limits.Base) || len(c.links) >= depth || c.bytes > limits.Memory {
		return tooLarge("chain of %d deltas with %d bytes", len(c.links)+1, c.bytes+int64(h.size))
	}
	if h.size/maxRatio > c.p.end()-off {
		return c.p.corrupt("impossible size of the object", off)
	}
	text := r.buf.get(int(h.size))
	if err := r.inflate(text, c.p, off, h); err != nil {
		return err
	}
	c.links = append(c.links, link{off, text})
	c.bytes += int64(len(text))
	return nil
}

// root reads the object, stored whole, that a chain ends with, and applies the chain.
func (r *reader) root(c *chain, off uint64, h header, max int64) ([]byte, error) {
	limit, own := max, false
	if len(c.links) > 0 {
		limit, own = r.s.opts.Limits.Base, r.cache.limit == 0
	}
	if h.size > uint64(limit) {
		return nil, tooLarge("%d bytes", h.size)
	}
	var b []byte
	switch {
	case h.size/maxRatio > c.p.end()-off:
		return nil, c.p.corrupt("impossible size of the object", off)
	case own:
		b = r.buf.get(int(h.size))
	default:
		b = make([]byte, h.size, h.size+outSlack)
	}
	if err := r.inflate(b, c.p, off, h); err != nil {
		return nil, err
	}
	if !own {
		r.cache.put(c.p, off, h.kind, b)
	}
	return r.climb(c, h.kind, b, own, max)
}

// climb applies the deltas of a chain, the last first. If own, b is a buffer to be given back.
func (r *reader) climb(c *chain, kind Type, b []byte, own bool, max int64) ([]byte, error) {
	for i := len(c.links) - 1; i >= 0; i-- {
		if err := r.d.decode(c.links[i].text, len(b)); err != nil {
			return nil, err
		}
		limit := r.s.opts.Limits.Base
		if i == 0 {
			limit = max
		}
		if int64(r.d.size) > limit {
			return nil, tooLarge("%d bytes", r.d.size)
		}
		var result []byte
		if i > 0 && r.cache.limit == 0 {
			result = r.buf.get(r.d.size)
		} else {
			result = make([]byte, r.d.size)
		}
		r.d.apply(result, b)
		if own {
			r.buf.put(b)
		}
		b, own = result, i > 0 && r.cache.limit == 0
		if !own {
			r.cache.put(c.p, c.links[i].off, kind, b)
		}
	}
	return b, nil
}

// inflate inflates what a pack has at an offset. Where it ends is not known: as far as a stream of this size can go.
func (r *reader) inflate(dst []byte, p *pack, off uint64, h header) error {
	start := off + uint64(h.length)
	room := p.end() - min(start, p.end())
	src, err := r.win.bytes(p.data, int64(start), int64(start+min(room, 2*h.size+4096)), inSlack)
	if err != nil {
		return err
	}
	if n, ok := r.z.inflate(dst, src); !ok || uint64(n) > room {
		return p.corrupt("compressed data that do not unpack", off)
	}
	return nil
}

// baseCache keeps objects that others were built from, the last that were read. The zero value keeps none.
type baseCache struct {
	limit, size int64
	m           map[baseKey]baseObject
	queue       []baseKey // oldest first
}

type baseKey struct {
	p   *pack
	off uint64
}

type baseObject struct {
	kind Type
	data []byte
}

func (c *baseCache) get(p *pack, off uint64) (baseObject, bool) {
	b, ok := c.m[baseKey{p, off}]
	return b, ok
}

func (c *baseCache) put(p *pack, off uint64, kind Type, data []byte) {
	const overhead = 128
	if c.limit == 0 || int64(len(data))+overhead > c.limit/4 {
		return
	}
	if c.m == nil {
		c.m = map[baseKey]baseObject{}
	}
	key := baseKey{p, off}
	if _, ok := c.m[key]; ok {
		return
	}
	c.m[key] = baseObject{kind, data}
	c.queue = append(c.queue, key)
	c.size += int64(len(data)) + overhead
	for c.size > c.limit {
		old := c.queue[0]
		c.queue = c.queue[1:]
		c.size -= int64(len(c.m[old].data)) + overhead
		delete(c.m, old)
	}
}

// typeOf finds the type of an object without reading it. It does not look into one pack.
func (s *Store) typeOf(w *window, id []byte, skip *pack, depth int) (Type, error) {
	err := error(ErrMissing)
	for p, row := range s.locate(id) {
		if p == skip {
			continue
		}
		kind, e := s.typeAt(w, p, p.idx.offset(row), depth)
		if e == nil {
			return kind, nil
		}
		err = e
	}
	var l looseReader
	for i := range s.dirs {
		kind, _, e := l.header(&s.dirs[i], makeID(id))
		l.close()
		if e == nil {
			return kind, nil
		}
		if !errors.Is(e, ErrMissing) {
			err = e
		}
	}
	return 0, err
}

func (s *Store) typeAt(w *window, p *pack, off uint64, depth int) (Type, error) {
	for ; depth >= 0; depth-- {
		h, err := p.header(w, off)
		if err != nil {
			return 0, err
		}
		switch h.kind {
		case ofsDelta:
			off = h.base
		case refDelta:
			row := p.idx.find(h.baseID)
			if row < 0 {
				return s.typeOf(w, bytes.Clone(h.baseID), p, depth-1)
			}
			off = p.idx.offset(row)
		default:
			return h.kind, nil
		}
	}
	return 0, corrupt("chain of deltas without an end")
}
