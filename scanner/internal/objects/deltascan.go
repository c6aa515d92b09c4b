package objects

import (
	"cmp"
	"slices"
)

// deltaScan looks only at what a delta changes.
//
// A hit depends on its own bytes and on margin bytes around it: its ground. If in the result of a delta the ground lies
// within one copy, the hit is known from the base. Else the ground touches an insertion or a seam between two pieces, so
// that it lies within an excerpt of the result: insertions whole, and of each copy both ends, as wide as a ground can
// reach in. One call of the evaluator covers the excerpt.
//
// A ground that is cut off by the beginning or the end of an object is the same in base and result if it is cut off there
// in both. All of this holds for the context of a verdict as well. Only when a verdict is needed, and the hit is new or
// its context is not the same, are bytes around it put together; and only for an object that is judged as a whole, or
// that has deltas of its own, the whole of it.
type deltaScan struct {
	*scanner
	margin int32
	reach  int32 // the longest ground, less one byte
	near   int32 // how far from a hit a verdict depends on the text: margin or context, whichever is more

	excerpt []byte
	parts   []part
	commits *commitReader // or nil
	known   []hit         // hits of the base, at their places in the result
	fresh   []hit         // hits of the excerpt, likewise

	d     *delta // while a delta is looked at
	base  []byte
	data  []byte // the result, once built
	small []byte // pieces of it
}

// part says where in the result the excerpt goes on after a gap.
type part struct{ at, result int32 }

func newDeltaScan(w *scanner) *deltaScan {
	margin := clamp(w.ev.Margin())
	return &deltaScan{
		scanner: w,
		margin:  margin,
		reach:   max(0, clamp(w.ev.Longest())+2*margin-1),
		near:    max(margin, clamp(w.context)),
	}
}

// clamp keeps sums of a few widths within 32 bits. No object is larger.
func clamp(n int) int32 { return int32(min(max(n, 0), 1<<28)) }

func (w *deltaScan) whole(n node, data []byte) []hit {
	m := w.scanner.whole(n, data, w.hits())
	if n.reported() {
		w.count(n.kind(), len(data))
		w.text = data
		w.judge(n, n.kind(), len(data), m, &w.text)
		w.commit(n, &w.text, len(data))
	}
	return m
}

func (w *deltaScan) headLength() int { return w.ev.Head() }

func (w *deltaScan) opaque(n node, head []byte, size int) bool {
	if !w.ev.Opaque(head) {
		return false
	}
	if n.reported() {
		w.count(n.kind(), size)
		w.st.Opaque++
	}
	return true
}

// commit keeps what the history needs of a commit, so that it is not read again.
func (w *deltaScan) commit(n node, text texter, size int) {
	if w.commits != nil && n.kind() == Commit {
		w.commits.whole(n, text.piece(0, size))
	}
}

func (w *deltaScan) delta(n node, d *delta, base []byte, inBase []hit) (data []byte, m []hit) {
	w.d, w.base, w.data = d, base, nil
	if !n.leaf() {
		w.all()
	}
	w.cut()
	w.found = w.ev.Find(w.found[:0], w.excerpt)
	m = w.hits()
	if len(w.found)+len(inBase) > 0 {
		w.inherit(inBase)
		w.locate()
		m = w.merge(m)
	}
	if n.reported() {
		w.count(n.kind(), d.size)
		w.judge(n, n.kind(), d.size, m, w)
		w.commit(n, w, d.size)
	}
	return w.data, m
}

// cut makes the excerpt. Pieces that are neighbours in the result are neighbours in the excerpt, but for gaps.
func (w *deltaScan) cut() {
	e := w.excerpt[:0]
	w.parts = append(w.parts[:0], part{0, 0})
	for _, o := range w.d.ops {
		b := w.d.bytes(o, w.base)
		if o.src < 0 || o.n <= 2*w.reach {
			e = append(e, b...)
			continue
		}
		e = append(e, b[:w.reach]...)
		w.parts = append(w.parts, part{int32(len(e)), o.dst + o.n - w.reach})
		e = append(e, b[o.n-w.reach:]...)
	}
	w.excerpt = e
	w.st.Excerpts += int64(len(e))
}

// inherit lists the hits of the base whose ground was copied whole.
func (w *deltaScan) inherit(inBase []hit) {
	w.known = w.known[:0]
	if len(inBase) == 0 {
		return
	}
	baseSize, size := int32(len(w.base)), int32(w.d.size)
	i := 0
	for _, o := range w.d.ops {
		if o.src < 0 {
			continue
		}
		i = seek(inBase, i, o.src)
		end, move := o.src+o.n, o.dst-o.src
		// Hits between low and high have their ground within the copy, those between lowNear and highNear what a verdict
		// depends on, too.
		low, lowNear, high, highNear := o.src+w.margin, o.src+w.near, end-w.margin, end-w.near
		if o.src == 0 && o.dst == 0 {
			low, lowNear = 0, 0
		}
		if end == baseSize && o.dst+o.n == size {
			high, highNear = end, end
		}
		for _, h := range inBase[i:] {
			if h.start >= end {
				break
			}
			if h.start < low || h.end > high {
				continue
			}
			if h.judged && (h.start < lowNear || h.end > highNear) {
				h.judged, h.verdict = false, 0
			}
			h.start += move
			h.end += move
			w.known = append(w.known, h)
		}
	}
}

// seek gives the first hit that starts at or behind src. It goes from i on in steps that double, in either direction: most
// copies follow shortly upon the one before.
func seek(m []hit, i int, src int32) int {
	lo, hi := 0, len(m) // all before lo start before src, all from hi on do not
	if i < len(m) && m[i].start < src {
		lo = i + 1
		for step := 1; lo+step < len(m); step *= 2 {
			if m[lo+step].start >= src {
				hi = lo + step
				break
			}
			lo += step + 1
		}
	} else {
		hi = i
		for step := 1; hi-step > 0; step *= 2 {
			if m[hi-step].start < src {
				lo = hi - step + 1
				break
			}
			hi -= step
		}
	}
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		if m[mid].start < src {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// locate moves the hits of the excerpt to their places in the result. Those whose ground spans a gap are not there, or are
// known.
func (w *deltaScan) locate() {
	m := w.fresh[:0]
	for _, f := range w.found {
		h := hit{start: int32(f.Start), end: int32(f.End), class: f.Class & 63, pattern: f.Pattern}
		k, exact := slices.BinarySearchFunc(w.parts, h.start-w.margin, func(p part, at int32) int {
			return cmp.Compare(p.at, at)
		})
		if !exact {
			k = max(k-1, 0)
		}
		if k+1 < len(w.parts) && h.end+w.margin > w.parts[k+1].at {
			continue
		}
		move := w.parts[k].result - w.parts[k].at
		h.start += move
		h.end += move
		m = append(m, h)
	}
	w.fresh = normalise(m)
}

// merge appends the fresh and the known hits to m, in order. Where both have one, what is known of it stays.
func (w *deltaScan) merge(m []hit) []hit {
	fresh := w.fresh
	for _, k := range w.known {
		for len(fresh) > 0 && compareHits(fresh[0], k) < 0 {
			m = append(m, fresh[0])
			fresh = fresh[1:]
		}
		if len(fresh) > 0 && compareHits(fresh[0], k) == 0 {
			fresh = fresh[1:]
		}
		m = append(m, k)
	}
	return append(m, fresh...)
}

// all builds the result.
func (w *deltaScan) all() []byte {
	if w.data == nil {
		w.data = w.buf.get(w.d.size)
		w.d.apply(w.data, w.base)
		w.st.Built += int64(w.d.size)
	}
	return w.data
}

// piece builds a piece of the result.
func (w *deltaScan) piece(start, end int) []byte {
	if w.data != nil {
		return w.data[start:end]
	}
	i, exact := slices.BinarySearchFunc(w.d.ops, int32(start), func(o op, at int32) int { return cmp.Compare(o.dst, at) })
	if !exact {
		i--
	}
	p := w.small[:0]
	for ; len(p) < end-start; i++ {
		o := w.d.ops[i]
		b := w.d.bytes(o, w.base)
		b = b[max(0, start-int(o.dst)):min(int(o.n), end-int(o.dst))]
		p = append(p, b...)
	}
	w.small = p
	return p
}
