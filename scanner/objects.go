package scanner

import (
	"context"
	"errors"
	"fmt"

	"github.com/unhapi/unhapi/scanner/internal/gitrepo"
	"github.com/unhapi/unhapi/scanner/internal/objects"
)

// openStore opens the object database of a repository. Objects larger than
// limit are not read.
func openStore(repo *gitrepo.Repo, o *Options, limit int64) (*objects.Store, error) {
	hash := objects.SHA1
	if repo.Hash == gitrepo.SHA256 {
		hash = objects.SHA256
	}
	return objects.Open(objects.Options{
		ObjectDirs: repo.ObjectDirs, Hash: hash, Workers: o.Workers, Limits: objects.Limits{Object: limit},
	})
}

func objectID(id gitrepo.ID) objects.ID {
	out, _ := objects.IDFromBytes([]byte(id))
	return out
}

// quickObjects makes a repository read single objects from its packs, which
// costs less than to open them by way of go-git. What cannot be read so is left
// to the reader that was there.
func quickObjects(repo *gitrepo.Repo, o *Options) (end func()) {
	store, err := openStore(repo, o, gitrepo.MaxObject)
	if err != nil {
		return func() {}
	}
	before := repo.Objects
	repo.Objects = quickReader{store, before}
	return func() {
		repo.Objects = before
		_ = store.Close()
	}
}

// quickReader implements gitrepo.ObjectReader.
type quickReader struct {
	store *objects.Store
	other gitrepo.ObjectReader
}

// Get implements gitrepo.ObjectReader.
func (q quickReader) Get(ctx context.Context, id gitrepo.ID) (gitrepo.Type, []byte, error) {
	typ, data, err := q.store.Get(ctx, objectID(id))
	if err == nil || errors.Is(err, context.Canceled) {
		return gitrepo.Type(typ), data, err
	}
	kind, data, otherErr := q.other.Get(ctx, id)
	if otherErr != nil && errors.Is(err, objects.ErrCorrupt) {
		return kind, data, fmt.Errorf("%w; check the repository with \"git fsck\"", err)
	}
	return kind, data, otherErr
}
