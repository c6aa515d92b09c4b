// Package gitrepo knows everything about a git repository but how to read its objects in bulk: where it is and of what
// kind, its refs, its index, what is staged, what differs from another commit, its submodules.
//
// The repository is hostile until proved otherwise. Its files are read by small parsers of our own with bounds, which
// execute nothing, follow no include and quote nothing of what they could not read. go-git resolves revisions and reads
// single objects; where it cannot (SHA-256, reftable, partial clones), the git program does, cut off from everything that
// the repository configures (git.go).
//
// Errors say what and where first, then what to do.
package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
)

// ErrNoRepository says that a path lies in no repository.
var ErrNoRepository = errors.New("not in a git repository")

// ErrMissing says that a repository does not have an object: it is shallow, partial or damaged.
var ErrMissing = errors.New("object is missing")

// Repo is a repository. Its fields are not changed after Discover, but for Objects, which the caller may replace before
// the first use. All methods may be called by several goroutines at once.
type Repo struct {
	// Root is the folder of the working tree, without symbolic links in it; empty for a bare repository.
	Root string
	// GitDir is where HEAD and the index are, CommonDir where everything is that linked working trees share.
	GitDir, CommonDir string
	// IndexFile is the index in use, which the environment can set. It need not exist.
	IndexFile string
	// ObjectDirs are the folders with objects: first where git would write to, then the alternates. All exist.
	ObjectDirs []string
	// Hash names the objects.
	Hash Hash
	// Reftable says that refs are not files; only the git program can read them.
	Reftable bool
	// Promisors are the remotes that a partial clone has left objects with. Objects may be missing by design.
	Promisors []string
	// Shallow are the commits whose parents are missing by design, sorted.
	Shallow []ID
	// Sparse says that not all tracked files are in the working tree.
	Sparse bool
	// IgnoreCase is core.ignorecase.
	IgnoreCase bool
	// Problems are what Discover could not make use of.
	Problems []Problem

	// Objects reads single objects.
	Objects ObjectReader

	env         Env
	explicitDir bool // GIT_DIR was given: git has to be told too

	excludesFile string // core.excludesFile, if the repository's own configuration sets it
	ownExcludes  bool

	goGit   lazy[*goGitReader]
	program lazy[*gitProgram]

	filesChecked lazy[struct{}]
	batch        batchReader
}

// Problem is a part of the repository that was not looked at.
type Problem struct {
	Path   string // a file of the repository, or a ref
	Reason string
	Failed bool // something is broken, as opposed to left out by design
}

// Bare says whether there is no working tree.
func (r *Repo) Bare() bool { return r.Root == "" }

// Where names the repository in messages.
func (r *Repo) Where() string {
	if r.Root != "" {
		return r.Root
	}
	return r.GitDir
}

// Close ends the processes that were started for the repository.
func (r *Repo) Close() error { return r.batch.close() }

// Rel is a path relative to Root, with slashes. Symbolic links on the way to the file are resolved, the file itself is
// not. It fails for a path outside the working tree.
func (r *Repo) Rel(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if abs != r.Root {
		dir, err := filepath.EvalSymlinks(filepath.Dir(abs))
		if err != nil {
			return "", err
		}
		abs = filepath.Join(dir, filepath.Base(abs))
	}
	rel, err := filepath.Rel(r.Root, abs)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return "", fmt.Errorf("%s: outside the working tree %s", path, r.Where())
	}
	return filepath.ToSlash(rel), nil
}

// ObjectReader reads single objects. A missing object is an error that wraps ErrMissing. The data must not be changed.
type ObjectReader interface {
	Get(ctx context.Context, id ID) (Type, []byte, error)
}

// lazy is a value that is made when it is first needed.
type lazy[T any] struct {
	once  sync.Once
	value T
	err   error
}

func (l *lazy[T]) get(make func() (T, error)) (T, error) {
	l.once.Do(func() { l.value, l.err = make() })
	return l.value, l.err
}
