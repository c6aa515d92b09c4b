package objects

// What an opaque blob holds is of no use: a picture, an archive. Some eight thousand bytes tell, so that the rest need not
// be inflated, and its bytes, which no delta made, need not be looked at. That is a third of some histories.

// seeAll is what visitors have in common for which no object is opaque.
type seeAll struct{}

func (seeAll) headLength() int               { return 0 }
func (seeAll) opaque(node, []byte, int) bool { return false }

// visit shows an object, of whose base nothing is known. If it is opaque, nothing is known of it either.
func (w *worker[S]) visit(n node, data []byte) (state S, blind bool) {
	if k := w.v.headLength(); k > 0 && n.kind() == Blob && w.v.opaque(n, data[:min(k, len(data))], len(data)) {
		return state, true
	}
	return w.v.whole(n, data), false
}

// headDecides reports whether the beginning of an object that is stored whole can spare the rest: if nothing is based on
// it, and a checksum has told that the rest is sound.
func (w *worker[S]) headDecides(n node, size int) bool {
	p, k := n.t.p, w.v.headLength()
	return k > 0 && size > k && p.kind[n.pos] == Blob && n.t.leaf(n.pos) && p.idx.crcs && p.row[n.pos] != noRow
}

// headFirst inflates an object into data, unless its beginning says that it is opaque.
func (w *worker[S]) headFirst(n node, data []byte) (opaque bool, err error) {
	p, pos := n.t.p, n.pos
	src, err := w.win.bytes(p.data, int64(p.off[pos])+int64(p.hdr[pos]), int64(p.off[pos+1]), inSlack)
	if err != nil {
		return false, err
	}
	k := w.v.headLength()
	if w.z.begin(src) && w.z.head(data, k) {
		// What is not inflated has its checksum, which was compared.
		if p.idx.crcs && w.v.opaque(n, data[:k], len(data)) {
			return true, nil
		}
		if n, ok := w.z.finish(data); ok && p.off[pos]+uint64(p.hdr[pos])+uint64(n) == p.off[pos+1] {
			return false, nil
		}
	}
	return false, p.corrupt("compressed data that do not unpack", p.off[pos])
}

// anew shows the result of the delta w.d over an object of which nothing is known. All of it is only made if its beginning
// does not say that it is opaque, or if it is a base itself.
func (w *worker[S]) anew(kid *frame[S], base []byte) {
	k := min(w.v.headLength(), kid.size)
	if k > 0 && kid.kind() == Blob && kid.leaf() {
		head := w.buf.get(k)
		w.d.applyHead(head, base)
		w.built += int64(k)
		kid.blind = w.v.opaque(kid.node, head, kid.size)
		w.buf.put(head)
		if kid.blind {
			return
		}
	}
	w.built += int64(kid.size)
	kid.data = w.buf.get(kid.size)
	w.d.apply(kid.data, base)
	if k > 0 && kid.leaf() {
		kid.state = w.v.whole(kid.node, kid.data)
		return
	}
	kid.state, kid.blind = w.visit(kid.node, kid.data)
}
