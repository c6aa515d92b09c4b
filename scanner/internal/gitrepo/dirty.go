package gitrepo

import (
	"context"
	"slices"
	"strings"
)

// Dirty reports whether tracked files of the working tree, below the paths, are not as HEAD has them: changed, added
// or deleted. Paths are relative to the root; with none, everything counts. Only the files in question are
// looked at. As in ChangedWorktree, git's filters are not run.
func (r *Repo) Dirty(ctx context.Context, paths []string) (bool, error) {
	x, err := r.Index(ctx)
	if err != nil {
		return false, err
	}
	head, err := r.Head(ctx)
	if err != nil {
		return false, err
	}
	var tree ID
	if !head.Unborn() {
		c, err := r.commit(ctx, head.ID)
		if err != nil {
			return false, err
		}
		tree = c.tree
	}
	w := worktree{repo: r, index: x, texts: map[ID]string{}, only: func(file string) bool { return below(file, paths) }}
	entries, err := w.entries(ctx, nil)
	if err != nil {
		return false, err
	}
	d := newIndexDiff(r, 1)
	if err := d.dir(ctx, "", entries, []ID{tree}, x.cache, 0); err != nil {
		return false, err
	}
	for _, c := range d.changes {
		if below(c.entry.Path, paths) {
			return true, nil
		}
	}
	return r.lacks(ctx, d.gone[0], paths)
}

// lacks reports whether some of what is gone, files and whole folders, was one of the paths or below one.
func (r *Repo) lacks(ctx context.Context, gone []treeEntry, paths []string) (bool, error) {
	for _, e := range gone {
		if below(strings.TrimSuffix(e.key, "/"), paths) {
			return true, nil
		}
		if e.mode != ModeTree || !slices.ContainsFunc(paths, func(p string) bool { return strings.HasPrefix(p, e.key) }) {
			continue
		}
		files, err := r.flatten(ctx, e.key, e.id)
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(files, func(f Entry) bool { return below(f.Path, paths) }) {
			return true, nil
		}
	}
	return false, nil
}

// below reports whether a file is one of the paths, or lies below one.
func below(file string, paths []string) bool {
	for _, p := range paths {
		if p == "." || file == p || strings.HasPrefix(file, p+"/") {
			return true
		}
	}
	return len(paths) == 0
}
