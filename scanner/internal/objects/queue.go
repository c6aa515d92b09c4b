package objects

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// queue hands out work: donated frames first, then the next stretch of a pack to look for roots in.
type queue[S any] struct {
	k       *walk[S]
	workers int

	mu      sync.Mutex
	changed sync.Cond
	frames  []frame[S]
	pack    int   // of list
	pos     int32 // next position to hand out
	busy    int   // workers at work; they may still donate
	err     error // why to stop

	waiting int          // workers
	hungry  atomic.Int32 // workers waiting, less frames waiting: read without the lock
	stopped atomic.Bool
}

func newQueue[S any](k *walk[S], workers int) *queue[S] {
	q := &queue[S]{k: k, workers: workers, busy: workers}
	q.changed.L = &q.mu
	return q
}

// work runs the workers to the end.
func (q *queue[S]) work() {
	var wg sync.WaitGroup
	for range q.workers {
		b := &buffers{}
		w := &worker[S]{walk: q.k, q: q, buf: b, v: q.k.make(b), most: q.k.s.opts.Limits.Memory / int64(q.workers)}
		wg.Go(w.run)
	}
	wg.Wait()
}

func (q *queue[S]) update() { q.hungry.Store(int32(q.waiting - len(q.frames))) }

const stretchSize = 256

// take returns either a frame (from == to) or a stretch of positions. It waits while others may donate.
func (q *queue[S]) take() (f frame[S], t *trees, from, to int32, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.busy--
	for q.err == nil {
		if n := len(q.frames); n > 0 {
			f, q.frames = q.frames[n-1], q.frames[:n-1]
			q.busy++
			q.update()
			return f, f.t, 0, 0, true
		}
		for q.pack < len(q.k.list) && int(q.pos) >= q.k.list[q.pack].p.n {
			q.pack++
			q.pos = 0
		}
		if q.pack < len(q.k.list) {
			t, from = q.k.list[q.pack], q.pos
			q.pos = int32(min(int(from)+stretchSize, t.p.n))
			q.busy++
			return f, t, from, q.pos, true
		}
		if q.busy == 0 {
			break
		}
		q.waiting++
		q.update()
		q.changed.Wait()
		q.waiting--
		q.update()
	}
	q.changed.Broadcast()
	return f, nil, 0, 0, false
}

func (q *queue[S]) donate(f frame[S]) {
	q.mu.Lock()
	q.frames = append(q.frames, f)
	q.update()
	q.mu.Unlock()
	q.changed.Signal()
}

// stop makes all workers return.
func (q *queue[S]) stop(err error) {
	q.mu.Lock()
	if q.err == nil {
		q.err = err
	}
	q.mu.Unlock()
	q.stopped.Store(true)
	q.changed.Broadcast()
}

var errBuilt = errors.New("too much to build")

// run is a worker's life.
func (w *worker[S]) run() {
	for {
		f, t, from, to, ok := w.q.take()
		if !ok {
			w.tell()
			return
		}
		err := w.s.guard(func() error {
			if from < to {
				return w.stretch(t, from, to)
			}
			w.t = t
			w.stack = append(w.stack, f)
			w.held += int64(cap(f.data))
			return w.descend()
		})
		if err != nil { // the file was cut short: what is left of this piece cannot be known
			w.probs.add(Problem{File: t.p.name, Reason: err.Error(), Failed: true})
			w.stack, w.held, w.low = nil, 0, 0
		}
		w.tell()
	}
}

// share donates half of what is left to do in the lowest frame that has enough: the largest piece of work.
func (w *worker[S]) share() {
	for i := range w.stack {
		f := &w.stack[i]
		give := (f.end - f.next + 1) / 2
		if i == len(w.stack)-1 { // keep one, there is nothing above
			give = (f.end - f.next) / 2
		}
		if give > 0 {
			f.shared = true
			g := *f
			g.next = f.end - give
			f.end = g.next
			w.q.donate(g)
			return
		}
	}
}

// tell adds to the common figures what a worker has done, and stops everybody when it is too much.
func (w *worker[S]) tell() {
	built := w.tally.add(w.packed, w.built, w.visited)
	w.packed, w.built, w.visited = 0, 0, 0
	if limit := w.tally.limit; limit > 0 && built > limit {
		if w.tally.over.CompareAndSwap(false, true) {
			w.probs.add(Problem{
				File:   "objects",
				Reason: fmt.Sprintf("limit of %d bytes built reached: the rest was not looked at", limit),
			})
		}
		w.q.stop(errBuilt)
	}
}

// count notes that the packed bytes of an object are done.
func (w *worker[S]) count(pos int32) {
	w.packed += w.t.p.packed(pos)
	if w.visited++; w.packed > 1<<20 {
		w.tell()
	}
}

// tally is what all workers have done.
type tally struct {
	mu       sync.Mutex
	packed   int64
	built    int64
	visited  int
	limit    int64 // of built; 0: none
	over     atomic.Bool
	total    int64
	progress func(done, total int64)
}

// add returns how much was built so far.
func (t *tally) add(packed, built int64, visited int) int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.packed += packed
	t.built += built
	t.visited += visited
	if packed > 0 && t.progress != nil {
		t.progress(t.packed, t.total)
	}
	return t.built
}
