package walk

import (
	"runtime"
	"strings"

	"github.com/unhapi/unhapi/scanner/internal/ignore"
	"github.com/unhapi/unhapi/scanner/internal/text"
)

const (
	// batch is how many files of one directory a worker keeps for itself.
	batch = 256
	// maxDepth is how many directories may lie in one another. Deeper trees exist only to trouble programs.
	maxDepth = 1000
	// maxIgnoreFile is the size of an ignore file beyond which it is not read as one.
	maxIgnoreFile = 256 << 10

	gitName    = ".git"
	ignoreName = ".gitignore"
)

// place is what is known of a directory before it is read.
type place struct {
	path     string // "" is the root
	ignore   *ignore.Stack
	excluded bool // the directory is ignored, and only tracked files in it count
	tracked  scope
	above    *ancestor
}

// ancestor is a chain of open directories' identities, to see a cycle.
type ancestor struct {
	id    identity
	depth int
	up    *ancestor
}

// job is a directory to read, or files of one.
type job struct {
	place
	files []item // if not nil, only these
	named bool   // by the caller
}

// item is a directory entry.
type item struct {
	path    string
	name    int // where the last part of path begins
	kind    Kind
	tracked bool
}

type worker struct {
	*walk
	number  int
	stats   Stats
	skipped []Skipped
	items   []item
	entries []byte // room for the system's directory entries
	text    []byte // room for a file
}

func (w *worker) run() {
	w.text = make([]byte, firstRead)
	for j, ok := w.queue.pop(); ok; j, ok = w.queue.pop() {
		w.do(j)
	}
}

func (w *worker) do(j job) {
	if w.cancelled() {
		return
	}
	d, err := w.root.open(j.path)
	if err != nil {
		w.fail(j.path, err, j.named)
		return
	}
	defer d.close()
	if j.files != nil {
		w.visitAll(d, j.files, j.named)
		return
	}
	for a := j.above; a != nil; a = a.up {
		if a.id == d.id && d.id.known() {
			w.skip(j.path, Cycle, "")
			return
		}
	}
	j.above = &ancestor{id: d.id, up: j.above}
	if j.above.up != nil {
		j.above.depth = j.above.up.depth + 1
	}
	if j.above.depth > maxDepth {
		w.skip(j.path, TooDeep, "")
		return
	}
	w.stats.Directories++
	w.directory(d, j)
}

// directory sorts the entries of a directory out, hands its subdirectories and all but some files to the queue, and visits
// the rest.
func (w *worker) directory(d *folder, j job) {
	prefix := ""
	if j.path != "" {
		prefix = j.path + "/"
	}
	items, err := d.list(prefix, w)
	if err != nil {
		w.fail(j.path, err, j.named)
	}
	var nested bool
	if j.place, nested = w.enter(d, j.place, items); nested {
		w.stats.Nested++
	}
	var dirs []job
	files := items[:0]
	for _, e := range items {
		name := e.path[e.name:]
		if isGit(name) || w.named[e.path] {
			continue
		}
		if e.kind == Unknown {
			if e.kind, err = d.kind(name); err != nil {
				w.fail(e.path, err, false)
				continue
			}
		}
		if e.kind == Directory {
			if sub, ok := w.subdirectory(j.place, e.path); ok {
				dirs = append(dirs, job{place: sub})
			}
			continue
		}
		if w.Folders {
			continue
		}
		e.tracked = j.tracked.has(e.path)
		if !e.tracked && j.ignores(e.path, false) {
			w.stats.Ignored++
			continue
		}
		files = append(files, e)
	}
	for len(files) > batch {
		rest := len(files) - batch
		dirs = append(dirs, job{place: j.place, files: append([]item(nil), files[rest:]...)})
		files = files[:rest]
	}
	if len(dirs) > 0 {
		w.queue.push(dirs...)
	}
	w.visitAll(d, files, false)
}

// enter adds what the entries of a directory say about it: its ignore file, and that it is a repository of its own.
func (w *worker) enter(d *folder, p place, items []item) (entered place, nested bool) {
	hasIgnore := false
	for _, e := range items {
		switch name := e.path[e.name:]; {
		case isGit(name) && p.path != "" && (e.kind == Directory || e.kind == Regular || e.kind == Unknown):
			nested = w.nested(&p) || nested
		case name == ignoreName:
			hasIgnore = e.kind == Regular || e.kind == Unknown
		}
	}
	if hasIgnore && p.ignore != nil && !p.excluded {
		p.ignore = w.pushIgnoreFile(d, p)
	}
	return p, nested
}

// nested changes the rules of a place that is a repository of its own. It reports whether it is.
func (w *walk) nested(p *place) bool {
	if p.excluded {
		return false // ignored, and entered only for the tracked files in it
	}
	var r Repository
	switch {
	case w.Repository != nil:
		r = w.Repository(p.path)
	case p.ignore != nil:
		r.Ignore = ignore.New(p.ignore.FoldCase())
	}
	if r.Ordinary {
		return false
	}
	p.ignore, p.tracked = r.Ignore, r.Tracked.scope(len(p.path)+1)
	return true
}

// pushIgnoreFile reads the ignore file of a directory. Like git, it does not follow a symbolic link. An unreadable one is
// reported when it is visited as a file. One made to take up memory or time is not obeyed: more is visited then, not less.
func (w *worker) pushIgnoreFile(d *folder, p place) *ignore.Stack {
	f, err := d.openFile(ignoreName)
	if err != nil {
		return p.ignore
	}
	defer f.close()
	source := ignoreName
	if p.path != "" {
		source = p.path + "/" + ignoreName
	}
	raw, _, err := w.read(f, d.wholeReads, maxIgnoreFile, false)
	if err == errOversized {
		w.skip(source, RulesTooLarge, sizeDetail(maxIgnoreFile))
	}
	if err != nil {
		return p.ignore
	}
	l := ignore.Parse(raw, ignore.Options{Source: source, Base: p.path, FoldCase: p.ignore.FoldCase()})
	if l.Costly() {
		w.skip(source, RulesTooLarge, "too many patterns with wildcards")
		return p.ignore
	}
	return p.ignore.Push(l)
}

// ignores reports whether ignore rules leave a path of this directory out.
func (p *place) ignores(path string, isDir bool) bool {
	if p.excluded {
		return true
	}
	if p.ignore == nil {
		return false
	}
	ignored, _ := p.ignore.Match(path, isDir)
	return ignored
}

// subdirectory decides whether to enter a directory.
func (w *worker) subdirectory(p place, path string) (place, bool) {
	sub := place{path: path, ignore: p.ignore, tracked: p.tracked.below(path), above: p.above}
	if p.ignores(path, true) {
		isLink := p.tracked.has(path) // a submodule
		if len(sub.tracked.paths) == 0 && !isLink {
			w.stats.Ignored++
			return place{}, false
		}
		sub.excluded = !isLink
	}
	return sub, true
}

// visitAll visits files of an open directory.
func (w *worker) visitAll(d *folder, files []item, named bool) {
	for _, e := range files {
		if w.cancelled() {
			return
		}
		switch e.kind {
		case Regular:
			w.file(d, e, named)
		case Symlink:
			target, err := d.readlink(e.path[e.name:])
			if err != nil {
				w.fail(e.path, err, named)
				continue
			}
			w.stats.Symlinks++
			w.visit(w.number, Entry{Path: e.path, Kind: Symlink, Size: int64(len(target)), Tracked: e.tracked}, target)
		default:
			w.skip(e.path, NotRegular, e.kind.special())
		}
	}
}

func (w *worker) file(d *folder, e item, named bool) {
	f, err := d.openFile(e.path[e.name:])
	if err != nil {
		w.fail(e.path, err, named)
		return
	}
	raw, found, err := w.read(f, d.wholeReads, w.MaxSize, true)
	f.close()
	switch {
	case err != nil:
		w.fail(e.path, err, named)
	case found.oversized:
		w.skip(e.path, Oversized, sizeDetail(w.MaxSize))
	case found.encoding == text.Binary:
		w.skip(e.path, BinaryFile, found.reason)
	default:
		w.stats.Files++
		w.stats.Bytes += int64(len(raw))
		w.visit(w.number, Entry{e.path, Regular, int64(len(raw)), found.encoding, e.tracked}, raw)
	}
}

// isGit reports whether a name is that of git's own folder, which some systems find under others too.
func isGit(name string) bool {
	switch runtime.GOOS {
	case "windows", "darwin", "ios":
		return strings.EqualFold(name, gitName)
	}
	return name == gitName
}
