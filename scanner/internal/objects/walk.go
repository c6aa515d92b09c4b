package objects

import "context"

// A visitor receives the objects of delta trees, a base before the deltas over it. S is what it wants to know about a
// base when it sees a delta. Each worker has a visitor of its own. What it is given is good only during the call.
type visitor[S any] interface {
	// whole receives an object whose base nothing is known of.
	whole(n node, data []byte) S
	// delta receives an object stored as d over base. Its result is the object's bytes, made in a buffer of the worker;
	// they can be nil if the object is a leaf.
	delta(n node, d *delta, base []byte, known S) ([]byte, S)
	// opaque reports whether a blob of size bytes that begins with head, of headLength bytes or all of it, is done with
	// that: it is not visited, and as a base nothing is known of it. Nobody is asked if headLength is 0.
	opaque(n node, head []byte, size int) bool
	headLength() int
	// release returns what is not needed any more.
	release(S)
}

// node is an object of a pack, or a loose one.
type node struct {
	t     *trees
	pos   int32
	loose *looseObject
	typ   Type // of a loose one
}

func (n node) id() ID {
	if n.loose != nil {
		return n.loose.id
	}
	return n.t.p.idAt(n.pos)
}

func (n node) kind() Type {
	if n.loose != nil {
		return n.typ
	}
	return n.t.p.kind[n.pos]
}

// reported reports whether the object is to be visited; else it is only a base.
func (n node) reported() bool { return n.loose != nil || n.t.reports(n.pos) }

// leaf reports whether nothing is based on the object.
func (n node) leaf() bool { return n.loose != nil || n.t.leaf(n.pos) }

// frame is an object some of whose deltas are still to come: kids[next:end].
type frame[S any] struct {
	node
	next, end int32
	size      int
	shared    bool // other workers have data and state too: leave them to the garbage collector
	blind     bool // the object was not visited: there is no state
	data      []byte
	state     S
}

// walk visits objects, each inflated once. The trees are walked depth first with an explicit stack, and a base is dropped
// before its last delta is entered, so that a chain needs two buffers, however long. One tree can hold most of a pack
// (one big file with a long history): a worker with deltas left gives half of those of its lowest frame to a worker that
// has none.
//
// A tree with branches on many levels would need a buffer for each: when they take more than their share of
// Limits.Memory, the lowest are dropped, and built again when their turn comes.
type walk[S any] struct {
	s      *Store
	list   []*trees
	types  typeSet
	limit  int64 // of the size of objects that are visited
	make   func(*buffers) visitor[S]
	probs  *problems
	tally  *tally
	failed failures
}

// run returns when all objects were visited or ctx is done.
func (k *walk[S]) run(ctx context.Context) error {
	q := newQueue[S](k, workers(k.s.opts.Workers))
	stop := context.AfterFunc(ctx, func() { q.stop(context.Cause(ctx)) })
	defer stop()
	q.work()
	return ctx.Err()
}

// worker walks trees.
type worker[S any] struct {
	*walk[S]
	q       *queue[S]
	t       *trees
	v       visitor[S]
	buf     *buffers
	z       inflater
	win     window
	d       delta
	again   delta // to build a dropped object again
	stack   []frame[S]
	held    int64 // bytes in the stack
	most    int64 // how many may be
	low     int   // no frame below has bytes
	r       *reader
	packed  int64 // bytes done, not yet told
	built   int64 // bytes built, not yet told
	visited int
}

// stretch visits all trees with roots among some positions.
func (w *worker[S]) stretch(t *trees, from, to int32) error {
	w.t = t
	for pos := from; pos < to; pos++ {
		if t.p.base[pos] >= 0 || !t.needs(pos) {
			continue
		}
		if w.q.stopped.Load() {
			return nil
		}
		if err := w.tree(pos); err != nil {
			return err
		}
	}
	return nil
}

// tree visits a root and everything built on it.
func (w *worker[S]) tree(pos int32) error {
	n := node{t: w.t, pos: pos}
	w.count(pos)
	data, size, opaque, err := w.root(n)
	switch {
	case err != nil:
		w.fail(pos, err)
		return nil
	case opaque:
		return nil
	case data == nil:
		w.oversized(n, size)
		if !w.t.leaf(pos) {
			w.push(frame[S]{node: n, size: size, blind: true})
		}
	default:
		f := frame[S]{node: n, size: size, data: data}
		f.state, f.blind = w.visit(n, data)
		w.push(f)
	}
	return w.descend()
}

// root reads an object that is stored whole, or over a base that is not in its pack. One that is too large to be visited
// is not read: data is nil. Nor is all of one that is opaque, if nothing is based on it.
func (w *worker[S]) root(n node) (data []byte, size int, opaque bool, err error) {
	p, pos := w.t.p, n.pos
	if p.base[pos] == farBase {
		data, err = w.far(pos)
		if err == nil && int64(len(data)) > w.limit {
			return nil, len(data), false, nil
		}
		return data, len(data), false, err
	}
	size = int(p.size[pos])
	if int64(size) > w.limit {
		if int64(size) > w.s.opts.Limits.Base && !w.t.leaf(pos) {
			return nil, 0, false, tooLarge("%d bytes", size)
		}
		return nil, size, false, nil
	}
	data = w.buf.get(size)
	if w.headDecides(n, size) {
		opaque, err = w.headFirst(n, data)
		if opaque {
			w.buf.put(data)
		}
		return data, size, opaque, err
	}
	return data, size, false, p.inflate(&w.z, &w.win, data, p.off[pos], p.off[pos+1], int(p.hdr[pos]))
}

func (w *worker[S]) push(f frame[S]) {
	f.next, f.end = f.t.kidOff[f.pos], f.t.kidOff[f.pos+1]
	w.stack = append(w.stack, f)
	w.held += int64(cap(f.data))
	w.trim(len(w.stack) - 1)
}

// drop gives up the bytes of an object.
func (w *worker[S]) drop(f *frame[S]) {
	w.held -= int64(cap(f.data))
	if !f.shared {
		w.buf.put(f.data)
	}
	f.data = nil
}

func (w *worker[S]) pop() {
	top := len(w.stack) - 1
	f := &w.stack[top]
	w.drop(f)
	if !f.shared && !f.blind {
		w.v.release(f.state)
	}
	w.stack[top] = frame[S]{}
	w.stack = w.stack[:top]
	w.low = min(w.low, top)
}

func (w *worker[S]) descend() error {
	for tick := 1; len(w.stack) > 0; tick++ {
		if tick&15 == 0 {
			if w.q.stopped.Load() {
				return nil
			}
			if w.q.hungry.Load() > 0 {
				w.share()
			}
			if w.built > 1<<26 {
				w.tell()
			}
		}
		f := &w.stack[len(w.stack)-1]
		if f.next == f.end {
			w.pop()
			continue
		}
		pos := w.t.kids[f.next]
		f.next++
		kid, err := w.delta(pos, f)
		if err != nil {
			w.fail(pos, err)
			continue
		}
		if f.next == f.end {
			w.pop()
		}
		if !w.t.leaf(pos) {
			w.push(kid)
			continue
		}
		w.buf.put(kid.data)
		if !kid.blind {
			w.v.release(kid.state)
		}
	}
	return nil
}

// delta visits one delta over the base in f.
func (w *worker[S]) delta(pos int32, f *frame[S]) (frame[S], error) {
	kid := frame[S]{node: node{t: w.t, pos: pos}}
	w.count(pos)
	text, err := w.text(pos)
	defer func() { w.buf.put(text) }()
	if err != nil {
		return kid, err
	}
	if err := w.d.decode(text, f.size); err != nil {
		return kid, err
	}
	kid.size = w.d.size
	if int64(kid.size) > w.limit {
		if int64(kid.size) > w.s.opts.Limits.Base && !w.t.leaf(pos) {
			return kid, tooLarge("%d bytes", kid.size)
		}
		w.oversized(kid.node, kid.size)
		kid.blind = true
		return kid, nil
	}
	if f.data == nil {
		if err := w.rebuild(); err != nil {
			return kid, err
		}
	}
	if f.blind {
		w.anew(&kid, f.data)
		return kid, nil
	}
	w.built += int64(kid.size)
	kid.data, kid.state = w.v.delta(kid.node, &w.d, f.data, f.state)
	return kid, nil
}

// text inflates a delta.
func (w *worker[S]) text(pos int32) ([]byte, error) {
	p := w.t.p
	size := int64(p.size[pos])
	if size > w.s.opts.Limits.Base {
		return nil, tooLarge("delta of %d bytes", size)
	}
	text := w.buf.get(int(size))
	return text, p.inflate(&w.z, &w.win, text, p.off[pos], p.off[pos+1], int(p.hdr[pos]))
}
