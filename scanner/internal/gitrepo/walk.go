package gitrepo

import (
	"context"
	"errors"
)

// Walk visits every commit that can be reached from some objects and not from others, once, in no order. Annotated tags
// are followed, other objects passed over. A commit that cannot be read is a problem, and what lies behind it stays
// unseen, unless it can be reached otherwise; at a shallow boundary the walk ends by design.
//
// This is what go-git's Log with All is not: that one drops commits which can be reached through a second parent only.
func (r *Repo) Walk(ctx context.Context, include, exclude []ID, visit func(id ID, parents []ID) error) ([]Problem, error) {
	w := walker{repo: r, seen: make(map[ID]bool)}
	if err := w.from(ctx, exclude, func(ID, []ID) error { return nil }); err != nil {
		return nil, err
	}
	err := w.from(ctx, include, visit)
	return w.problems, err
}

type walker struct {
	repo     *Repo
	seen     map[ID]bool
	problems []Problem
}

func (w *walker) from(ctx context.Context, tips []ID, visit func(ID, []ID) error) error {
	stack := make([]ID, 0, len(tips))
	for i := len(tips) - 1; i >= 0; i-- {
		stack = append(stack, tips[i])
	}
	for len(stack) > 0 {
		id := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if w.seen[id] {
			continue
		}
		w.seen[id] = true
		c, err := w.read(ctx, id)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		switch {
		case errors.Is(err, errNoCommit):
			if c.tree != "" {
				stack = append(stack, c.tree) // of a tag
			}
			continue
		case err != nil:
			w.problems = append(w.problems, Problem{Path: id.String(), Reason: err.Error(), Failed: true})
			continue
		}
		if err := visit(id, c.parents); err != nil {
			return err
		}
		stack = append(stack, c.parents...)
	}
	return nil
}

var errNoCommit = errors.New("not a commit")

// read reads a commit. For a tag the error is errNoCommit, and the tree what the tag names.
func (w *walker) read(ctx context.Context, id ID) (commit, error) {
	typ, data, err := w.repo.Objects.Get(ctx, id)
	switch {
	case err != nil:
		return commit{}, err
	case typ == Tag:
		if target, ok := tagTarget(w.repo, data); ok {
			return commit{tree: target}, errNoCommit
		}
		return commit{}, errors.New("tag names no object")
	case typ != Commit:
		return commit{}, errNoCommit
	}
	return w.repo.commit(ctx, id)
}
