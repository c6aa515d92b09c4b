package objects

// rebuild makes the bytes of an object on the stack that has none: from the nearest object below it that has, or from
// the root of its tree.
func (w *worker[S]) rebuild(f *frame[S]) error {
	p := w.t.p
	chain := []int32{f.pos}
	var data []byte
	own := true // data is a buffer of ours
	at := len(w.stack) - 1
	for {
		b := p.base[chain[len(chain)-1]]
		if b < 0 {
			root := chain[len(chain)-1]
			chain = chain[:len(chain)-1]
			var err error
			if data, err = w.rootBytes(root); err != nil {
				return err
			}
			break
		}
		below := at
		for below >= 0 && w.stack[below].pos != b {
			below--
		}
		if below >= 0 { // else its last delta was entered, so that it left the stack
			if at = below; w.stack[at].data != nil {
				data, own = w.stack[at].data, false
				break
			}
		}
		chain = append(chain, b)
	}
	for i := len(chain) - 1; i >= 0; i-- {
		next, err := w.applyAgain(chain[i], data)
		if own {
			w.buf.put(data)
		}
		if err != nil {
			return err
		}
		data, own = next, true
	}
	f.data = data
	w.held += int64(cap(data))
	return nil
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
		l := loader{p: p}
		b := l.before(int(pos), h.base)
		if b < 0 {
			return nil, corrupt("base of the delta at %d", p.off[pos])
		}
		id = p.idAt(b)
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
