package scanner

import (
	"context"
	"errors"
	"slices"

	"github.com/unhapi/unhapi/scanner/internal/gitrepo"
)

// Dirty lists those of the paths, relative to root, whose text is not what the
// last commit holds. Outside a repository there are none.
func Dirty(ctx context.Context, root string, paths []string, o Options) ([]string, error) {
	repo, err := gitrepo.Discover(root, o.env())
	if errors.Is(err, gitrepo.ErrNoRepository) {
		return nil, nil
	}
	if err != nil {
		return nil, &UsageError{err}
	}
	defer repo.Close()
	head, err := repo.Head(ctx)
	if err != nil {
		return nil, &UsageError{err}
	}
	if head.Unborn() {
		return paths, nil
	}
	files, err := repo.Tracked(ctx)
	if err != nil {
		return nil, err
	}
	changed, err := repo.ChangedWorktree(ctx, head.ID, nil)
	if err != nil {
		return nil, err
	}
	clean := map[string]bool{}
	for _, f := range files {
		clean[f.Path] = true
	}
	for _, f := range changed {
		clean[f.Path] = false
	}
	return slices.DeleteFunc(slices.Clone(paths), func(p string) bool { return clean[p] }), nil
}
