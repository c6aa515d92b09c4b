package gitrepo

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"slices"
)

// ErrNoMergeBase says that two commits have no ancestor in common.
var ErrNoMergeBase = errors.New("no common ancestor")

// MergeBase finds the best common ancestor of two commits; of several as good (a criss-cross merge) the newest.
func (r *Repo) MergeBase(ctx context.Context, a, b ID) (ID, error) {
	bases, err := r.MergeBases(ctx, a, b)
	if err != nil {
		return "", err
	}
	if len(bases) == 0 {
		hint := "the histories are unrelated; name a revision of the same history"
		if len(r.Shallow) > 0 {
			hint = "the clone is shallow: fetch more with \"git fetch --unshallow\""
		}
		return "", fmt.Errorf("%s: commits %s and %s: %w; %s", r.Where(), a, b, ErrNoMergeBase, hint)
	}
	return bases[0], nil
}

// MergeBases finds all common ancestors that are no ancestors of another one, the newest first, as
// "git merge-base --all" does.
func (r *Repo) MergeBases(ctx context.Context, a, b ID) ([]ID, error) {
	if a == b {
		return []ID{a}, nil
	}
	p := painter{repo: r, flags: map[ID]paint{}}
	found, err := p.run(ctx, a, []ID{b})
	if err != nil || len(found) < 2 {
		return found, err
	}
	var best []ID
	for i, id := range found {
		others := slices.Delete(slices.Clone(found), i, i+1)
		q := painter{repo: r, flags: map[ID]paint{}}
		if _, err := q.run(ctx, id, others); err != nil {
			return nil, err
		}
		if q.flags[id]&side2 == 0 {
			best = append(best, id)
		}
	}
	return best, nil
}

// paint says from where a commit can be reached.
type paint uint8

const (
	side1  paint = 1 << iota
	side2        // from the other side
	stale        // it lies behind a common ancestor
	result       // it is a common ancestor, perhaps not the best
)

// painter goes back from both sides, newest commits first, until all that is left lies behind common ancestors.
type painter struct {
	repo  *Repo
	flags map[ID]paint
	queue commitQueue
	fresh int // in the queue and not stale
	seq   int
}

type queued struct {
	id      ID
	parents []ID
	time    int64
	seq     int
	stale   bool // as counted in fresh
}

func (p *painter) run(ctx context.Context, one ID, others []ID) ([]ID, error) {
	if err := p.mark(ctx, one, side1); err != nil {
		return nil, err
	}
	for _, id := range others {
		if err := p.mark(ctx, id, side2); err != nil {
			return nil, err
		}
	}
	var found []*queued
	for p.fresh > 0 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c := heap.Pop(&p.queue).(*queued)
		if !c.stale {
			p.fresh--
		}
		flags := p.flags[c.id] & (side1 | side2 | stale)
		if flags == side1|side2 {
			if p.flags[c.id]&result == 0 {
				p.flags[c.id] |= result
				found = append(found, c)
			}
			flags |= stale
		}
		for _, parent := range c.parents {
			if p.flags[parent]&flags == flags {
				continue
			}
			if err := p.mark(ctx, parent, flags); err != nil {
				return nil, err
			}
		}
	}
	slices.SortStableFunc(found, func(a, b *queued) int { return int(min(max(b.time-a.time, -1), 1)) })
	var ids []ID
	for _, c := range found {
		if p.flags[c.id]&stale == 0 {
			ids = append(ids, c.id)
		}
	}
	return ids, nil
}

// mark paints a commit and puts it into the queue.
func (p *painter) mark(ctx context.Context, id ID, flags paint) error {
	c, err := p.repo.commit(ctx, id)
	if err != nil {
		return err
	}
	p.flags[id] |= flags
	q := &queued{id, c.parents, c.time, p.seq, p.flags[id]&stale != 0}
	p.seq++
	if !q.stale {
		p.fresh++
	}
	heap.Push(&p.queue, q)
	return nil
}

// commitQueue gives the newest commit first, of equally old ones that which came first.
type commitQueue []*queued

func (q commitQueue) Len() int { return len(q) }

func (q commitQueue) Less(i, j int) bool {
	if q[i].time != q[j].time {
		return q[i].time > q[j].time
	}
	return q[i].seq < q[j].seq
}

func (q commitQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

// Push and Pop are for the package heap.
func (q *commitQueue) Push(x any) { *q = append(*q, x.(*queued)) }

func (q *commitQueue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}
