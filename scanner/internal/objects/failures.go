package objects

import (
	"fmt"
	"sync"
)

// failure is an object that could not be read where it was found.
type failure struct {
	node
	err error
}

// failures collects them. Safe for concurrent use.
type failures struct {
	mu   sync.Mutex
	list []failure
}

// fail notes that an object cannot be read, and with it all that is based on it.
func (w *worker[S]) fail(pos int32, err error) {
	w.failed.mu.Lock()
	defer w.failed.mu.Unlock()
	n := node{t: w.t, pos: pos}
	if n.reported() {
		w.failed.list = append(w.failed.list, failure{n, err})
	}
	if w.t.leaf(pos) {
		return
	}
	err = fmt.Errorf("delta base %v: %w", n.id(), err)
	todo := []int32{pos}
	for len(todo) > 0 {
		pos = todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, k := range w.t.kids[w.t.kidOff[pos]:w.t.kidOff[pos+1]] {
			w.count(k)
			if w.t.reports(k) {
				w.failed.list = append(w.failed.list, failure{node{t: w.t, pos: k}, err})
			}
			todo = append(todo, k)
		}
	}
}

// oversized notes that an object is larger than what is looked at.
func (w *worker[S]) oversized(n node, size int) {
	if n.reported() {
		w.probs.add(oversizedProblem(n.id(), int64(size)))
	}
}

func oversizedProblem(id ID, size int64) Problem {
	return Problem{ID: id, Reason: fmt.Sprintf("oversized: %d bytes", size)}
}
