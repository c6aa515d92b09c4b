package gitrepo

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// gitHead reads HEAD by way of the git program.
func (r *Repo) gitHead(ctx context.Context) (Head, error) {
	g, err := r.gitFor("refs in the reftable format")
	if err != nil {
		return Head{}, err
	}
	var h Head
	// Both fail in silence: a detached HEAD stands for no ref, an unborn one has no commit.
	ref, err := g.output(ctx, "symbolic-ref", "-q", "HEAD")
	if err == nil {
		h.Ref = strings.TrimSpace(ref)
	}
	digits, err := g.output(ctx, "rev-parse", "-q", "--verify", "--end-of-options", "HEAD")
	if err != nil {
		if h.Ref == "" {
			return h, err
		}
		return h, nil
	}
	h.ID, err = r.parseID(lastLine(digits)) // older versions print --end-of-options too
	return h, err
}

// gitRefs lists the refs by way of the git program.
func (r *Repo) gitRefs(ctx context.Context) ([]Ref, error) {
	g, err := r.gitFor("refs in the reftable format")
	if err != nil {
		return nil, err
	}
	out, err := g.output(ctx, "for-each-ref", "--format=%(refname)%00%(objectname)%00%(*objectname)%00%(symref)")
	if err != nil {
		return nil, err
	}
	var refs []Ref
	for line := range strings.Lines(out) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\x00")
		if len(f) != 4 {
			return nil, fmt.Errorf("git for-each-ref in %s: cannot read the answer", r.Where())
		}
		ref := Ref{Name: f[0], Symbolic: f[3]}
		if ref.ID, err = r.parseID(f[1]); err != nil {
			return nil, fmt.Errorf("git for-each-ref in %s: cannot read the answer", r.Where())
		}
		if f[2] != "" {
			if ref.Peeled, err = r.Peel(ctx, ref.ID); err != nil {
				return nil, err
			}
		}
		refs = append(refs, ref)
	}
	return refs, nil
}

// gitWorktreeHead adds what is checked out in a working tree; an unborn branch adds nothing.
func (l *tipLister) gitWorktreeHead(ctx context.Context, t workTreeDir) {
	g, err := l.repo.gitFor("refs in the reftable format")
	if err != nil {
		l.problem(t.prefix+"HEAD", err)
		return
	}
	if out, err := g.output(ctx, "rev-parse", "-q", "--verify", "--end-of-options", t.prefix+"HEAD"); err == nil {
		if id, err := l.repo.parseID(lastLine(out)); err == nil {
			l.add(t.prefix+"HEAD", id, FromHead)
		}
	}
}

// gitStashes lists the stashes by way of the git program.
func (r *Repo) gitStashes(ctx context.Context) ([]Ref, error) {
	refs, err := r.gitRefs(ctx)
	if err != nil || !slices.ContainsFunc(refs, func(ref Ref) bool { return ref.Name == "refs/stash" }) {
		return nil, err
	}
	g, err := r.git()
	if err != nil {
		return nil, err
	}
	out, err := g.output(ctx, "rev-list", "--walk-reflogs", "refs/stash", "--")
	if err != nil {
		return nil, err
	}
	var stashes []Ref
	for line := range strings.Lines(out) {
		id, err := r.parseID(strings.TrimSpace(line))
		if err != nil {
			return nil, fmt.Errorf("git rev-list in %s: cannot read the answer", r.Where())
		}
		stashes = append(stashes, Ref{Name: fmt.Sprintf("refs/stash@{%d}", len(stashes)), ID: id})
	}
	return stashes, nil
}

// gitReflogs adds what all reflogs name by way of the git program.
func (l *tipLister) gitReflogs(ctx context.Context) error {
	g, err := l.repo.gitFor("refs in the reftable format")
	if err != nil {
		return err
	}
	out, err := g.output(ctx, "rev-list", "--no-walk=unsorted", "--reflog")
	if err != nil {
		return err
	}
	for line := range strings.Lines(out) {
		if id, err := l.repo.parseID(strings.TrimSpace(line)); err == nil {
			l.add("reflog", id, FromReflog)
		}
	}
	return nil
}

// gitFor is the git program, or why it would be needed.
func (r *Repo) gitFor(what string) (*gitProgram, error) {
	g, err := r.git()
	if err != nil {
		return nil, fmt.Errorf("%s: %s need git: %w", r.Where(), what, err)
	}
	return g, nil
}
