package gitrepo

import (
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5"
	gogitconfig "github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"github.com/go-git/go-git/v5/storage/filesystem/dotgit"
)

// goGitReader is the repository as go-git sees it. go-git is not made for several goroutines at once.
type goGitReader struct {
	mu   sync.Mutex
	repo *git.Repository
	all  *filesystem.Storage
}

// openGoGit opens the repository with go-git, which refuses some formats.
func openGoGit(r *Repo) (*goGitReader, error) {
	if r.Reftable || r.Hash != SHA1 {
		return nil, fmt.Errorf("%s: go-git does not know this format of repository", r.Where())
	}
	if err := r.checkFiles(); err != nil {
		return nil, err
	}
	common := osfs.New(r.CommonDir, osfs.WithBoundOS())
	dot := common
	if r.GitDir != r.CommonDir {
		dot = osfs.New(r.GitDir, osfs.WithBoundOS())
	}
	both := dotgit.NewRepositoryFilesystem(dot, common)
	store := filesystem.NewStorageWithOptions(both, cache.NewObjectLRU(32*cache.MiByte), filesystem.Options{
		AlternatesFS:         osfs.New("/", osfs.WithBoundOS()),
		LargeObjectThreshold: MaxObject,
	})
	repo, err := git.Open(withoutConfig{store}, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: go-git cannot open it: %w", r.Where(), err)
	}
	return &goGitReader{repo: repo, all: store}, nil
}

// withoutConfig hides the config of a repository from go-git: it refuses extensions that change nothing about objects and
// refs (worktreeConfig, partialClone), and what the others mean is known from Discover.
type withoutConfig struct{ *filesystem.Storage }

// Config implements config.ConfigStorer.
func (withoutConfig) Config() (*gogitconfig.Config, error) { return gogitconfig.NewConfig(), nil }

// object reads one object. go-git trusts packs and index files; a damaged one must not end the program.
func (g *goGitReader) object(id ID) (typ Type, data []byte, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	defer recovered(&err)
	o, err := g.all.EncodedObject(plumbing.AnyObject, goHash(id))
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		return 0, nil, fmt.Errorf("object %s: %w", id, ErrMissing)
	}
	if err != nil {
		return 0, nil, fmt.Errorf("object %s: %w", id, err)
	}
	if o.Size() > MaxObject {
		return 0, nil, errTooLarge
	}
	in, err := o.Reader()
	if err != nil {
		return 0, nil, fmt.Errorf("object %s: %w", id, err)
	}
	defer in.Close()
	data = make([]byte, o.Size())
	if _, err := io.ReadFull(in, data); err != nil {
		return 0, nil, fmt.Errorf("object %s: %w", id, err)
	}
	typ, err = ParseType(o.Type().String())
	return typ, data, err
}

// revision resolves what names a commit.
func (g *goGitReader) revision(rev string) (id ID, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	defer recovered(&err)
	h, err := g.repo.ResolveRevision(plumbing.Revision(rev))
	if err != nil {
		return "", err
	}
	return ID(h[:]), nil
}

func goHash(id ID) (h plumbing.Hash) {
	copy(h[:], id)
	return h
}

// recovered turns a panic of go-git over damaged files into an error.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("go-git: %v", p)
	}
}
