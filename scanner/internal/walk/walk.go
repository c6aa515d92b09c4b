// Package walk visits the files of a directory tree in parallel.
//
// It is made for trees that nobody vouches for: symbolic links are never followed, only regular files are opened, no
// file is read beyond a size, and all that was not looked at is listed with its reason.
package walk

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/unhapi/unhapi/scanner/internal/ignore"
	"github.com/unhapi/unhapi/scanner/internal/text"
)

// DefaultMaxSize is the size in bytes beyond which files are not read.
const DefaultMaxSize = 16 << 20

// Options say what to visit.
type Options struct {
	// Root is the directory that all paths are relative to: inside a repository its root, so that the ignore files above
	// named paths count. It may be named through symbolic links.
	Root string
	// Paths are slash paths below Root, of files and directories; none mean the whole tree. What is named is visited even
	// if it is ignored, and what is ignored below a named directory is not.
	Paths []string
	// ForceExclude leaves ignored files and directories out even if they are named.
	ForceExclude bool
	// Workers is the number of goroutines, 0 for as many as there are processors.
	Workers int
	// MaxSize is the size in bytes beyond which files are not read, 0 for DefaultMaxSize.
	MaxSize int64
	// Ignore holds the patterns of the user and of .git/info/exclude; the walk adds the .gitignore files that it meets.
	// Nil ignores nothing, not even what .gitignore files say: ignore.New makes an empty stack.
	Ignore *ignore.Stack
	// Tracked, if set, are the paths in git's index, which are visited even if they are ignored.
	Tracked *Tracked
	// Folders visits directories only: what matters is what Repository is asked.
	Folders bool
	// Repository, if set, is asked about each directory below Root that holds a ".git" of its own, before anything in it
	// is visited; it may be called from several goroutines. Without it, such a directory starts anew with the rules of
	// its own .gitignore files.
	Repository func(path string) Repository
}

// Repository says how to treat a nested repository: a submodule that is checked out, or a clone in the tree.
type Repository struct {
	// Ordinary means that the ".git" is no repository: the rules of the outer one go on.
	Ordinary bool
	// Ignore and Tracked take the place of those in Options. The patterns' base is the path of the nested repository, and
	// tracked paths are relative to it.
	Ignore  *ignore.Stack
	Tracked *Tracked
}

// Kind is the type of a file.
type Kind uint8

// The kinds. Only regular files and symbolic links are visited.
const (
	Unknown Kind = iota
	Regular
	Directory
	Symlink
	FIFO
	Socket
	Device
	Other
)

// Entry is a visited file.
type Entry struct {
	Path     string        // slash path relative to Root; not always UTF-8
	Kind     Kind          // Regular or Symlink
	Size     int64         // bytes in text
	Encoding text.Encoding // as text.Sniff has it: text.Decode tells Latin-1 from UTF-8
	Tracked  bool          // whether git's index has the path; false without Options.Tracked
}

// Visit is called for each file with its raw bytes, or with the target of a symbolic link. The bytes are only valid
// during the call. Calls with the same worker number never overlap.
type Visit func(worker int, e Entry, raw []byte)

// Stats count what a walk met.
type Stats struct {
	Directories int
	Files       int // regular files visited
	Symlinks    int
	Bytes       int64
	Ignored     int // files and directories left out by ignore rules
	Nested      int // nested repositories entered
}

func (s *Stats) add(o Stats) {
	s.Directories += o.Directories
	s.Files += o.Files
	s.Symlinks += o.Symlinks
	s.Bytes += o.Bytes
	s.Ignored += o.Ignored
	s.Nested += o.Nested
}

// Walk visits the tree and returns what it met and what it did not look at, sorted by path. The set of visits is the same
// at any number of workers; their order is not. The error is that of Root, or the context's: then the walk is incomplete.
func Walk(ctx context.Context, o Options, visit Visit) (Stats, []Skipped, error) {
	if o.MaxSize <= 0 {
		o.MaxSize = DefaultMaxSize
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	r, err := openRoot(o.Root)
	if err != nil {
		return Stats{}, nil, fmt.Errorf("%s: %w", o.Root, bare(err))
	}
	defer r.close()
	w := &walk{Options: o, root: r, visit: visit, done: ctx.Done(), queue: queue{busy: o.Workers}}
	w.queue.changed.L = &w.queue.mu
	w.queue.push(w.start()...)
	workers := make([]worker, o.Workers)
	var wg sync.WaitGroup
	for i := range workers {
		workers[i] = worker{walk: w, number: i}
		wg.Go(workers[i].run)
	}
	wg.Wait()
	stats, skipped := w.stats, w.skipped
	for i := range workers {
		stats.add(workers[i].stats)
		skipped = append(skipped, workers[i].skipped...)
	}
	slices.SortFunc(skipped, func(a, b Skipped) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(string(a.Reason), string(b.Reason)))
	})
	return stats, skipped, ctx.Err()
}

// walk is what the workers share.
type walk struct {
	Options
	root  *root
	visit Visit
	done  <-chan struct{}
	queue queue
	named map[string]bool // explicit paths, which have jobs of their own

	stats   Stats // of the paths named by the caller
	skipped []Skipped
}

// cancelled reports whether the walk was called off.
func (w *walk) cancelled() bool {
	select {
	case <-w.done:
		return true
	default:
		return false
	}
}

// queue is a stack of jobs: last in, first out keeps it short.
type queue struct {
	mu      sync.Mutex
	changed sync.Cond
	jobs    []job
	busy    int
	waiting int
}

func (q *queue) push(jobs ...job) {
	q.mu.Lock()
	q.jobs = append(q.jobs, jobs...)
	wake := q.waiting > 0
	q.mu.Unlock()
	if wake {
		q.changed.Broadcast()
	}
}

// pop waits for a job; it reports false when there will be none.
func (q *queue) pop() (job, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.busy--
	for len(q.jobs) == 0 {
		if q.busy == 0 {
			q.changed.Broadcast()
			return job{}, false
		}
		q.waiting++
		q.changed.Wait()
		q.waiting--
	}
	last := len(q.jobs) - 1
	j := q.jobs[last]
	q.jobs[last] = job{}
	q.jobs = q.jobs[:last]
	q.busy++
	return j, true
}
