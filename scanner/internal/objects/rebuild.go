package objects

import "slices"

// step is an object to build on the way to another: a position, and its frame on the stack, -1 if it has left it.
type step struct {
	pos   int32
	frame int
}

// rebuild makes the bytes of the object on top of the stack, which has none: from the nearest object below it that has, or
// from the root of its tree. The next to be needed are those just below, so that they are kept, as many as may be.
func (w *worker[S]) rebuild() error {
	top := len(w.stack) - 1
	steps, data, err := w.climbDown(top)
	if err != nil {
		return err
	}
	own := steps[len(steps)-1].frame < 0 || w.stack[steps[len(steps)-1].frame].data == nil
	for i := len(steps) - 2; i >= 0; i-- {
		next, err := w.applyAgain(steps[i].pos, data)
		if own {
			w.buf.put(data)
		}
		if err != nil {
			return err
		}
		data, own = next, true
		if k := steps[i].frame; k >= 0 {
			own = false
			w.keep(k, data)
		}
	}
	if own { // the top is a root
		w.keep(top, data)
	}
	return nil
}

// climbDown lists the steps from the object of a frame down to the first one whose bytes are there, and returns these.
func (w *worker[S]) climbDown(at int) (steps []step, data []byte, err error) {
	pos := w.stack[at].pos
	for steps = append(steps, step{pos, at}); ; {
		b := w.t.p.base[pos]
		if b < 0 {
			data, err = w.rootBytes(pos)
			return steps, data, err
		}
		pos = b
		if at > 0 && w.stack[at-1].pos == pos {
			at--
			steps = append(steps, step{pos, at})
			if data = w.stack[at].data; data != nil {
				return steps, data, nil
			}
			continue
		}
		steps = append(steps, step{pos, -1}) // its last delta was entered
	}
}

// keep gives a frame its bytes, and drops those of lower frames if they are too much.
func (w *worker[S]) keep(k int, data []byte) {
	w.stack[k].data = data
	w.held += int64(cap(data))
	w.low = min(w.low, k)
	w.trim(k)
}

// trim drops the bytes of the lowest frames, below one, until the rest is not too much.
func (w *worker[S]) trim(below int) {
	for ; w.held > w.most && w.low < below; w.low++ {
		w.drop(&w.stack[w.low])
	}
}

// rootBytes is root for an object of any size up to Limits.Base.
func (w *worker[S]) rootBytes(pos int32) ([]byte, error) {
	p := w.t.p
	if p.base[pos] == farBase {
		return w.far(pos)
	}
	size := int(p.size[pos])
	w.built += int64(size)
	if int64(size) > w.s.opts.Limits.Base {
		return nil, tooLarge("%d bytes", size)
	}
	data := w.buf.get(size)
	return data, p.inflate(&w.z, &w.win, data, p.off[pos], p.off[pos+1], int(p.hdr[pos]))
}

// applyAgain builds a delta's result.
func (w *worker[S]) applyAgain(pos int32, base []byte) ([]byte, error) {
	text, err := w.text(pos)
	defer func() { w.buf.put(text) }()
	if err != nil {
		return nil, err
	}
	if err := w.again.decode(text, len(base)); err != nil {
		return nil, err
	}
	if int64(w.again.size) > w.s.opts.Limits.Base {
		return nil, tooLarge("%d bytes", w.again.size)
	}
	w.built += int64(w.again.size)
	if w.built > 1<<26 {
		w.tell()
	}
	data := w.buf.get(w.again.size)
	w.again.apply(data, base)
	return data, nil
}

// far builds an object whose base is not in its pack, or not readable there.
func (w *worker[S]) far(pos int32) ([]byte, error) {
	p := w.t.p
	h, err := p.header(&w.win, p.off[pos])
	if err != nil {
		return nil, err
	}
	id := makeID(h.baseID)
	if h.kind == ofsDelta {
		b, ok := slices.BinarySearch(p.off[:pos], h.base)
		if !ok {
			return nil, p.corrupt("wrong base of the delta", p.off[pos])
		}
		id = p.idAt(int32(b))
	}
	if w.r == nil {
		w.r = w.s.newReader(0)
	}
	_, base, err := w.r.find(id.Bytes(), w.s.opts.Limits.Base, p, w.s.opts.Limits.Chain)
	if err != nil {
		return nil, &ObjectError{id, err}
	}
	return w.applyAgain(pos, base)
}
