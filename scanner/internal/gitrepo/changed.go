package gitrepo

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ChangedFile is a file that is not as it was in an older commit.
type ChangedFile struct {
	Path    string
	OldPath string // the name it had, if it was renamed
	Mode    Mode
	NewID   ID // of its text as it is; a text that was never added to git has an id too. Empty if it could not be read
	OldID   ID // of its old text; empty if it is new
}

// Base is the commit that what is new since a revision is compared with: the merge base of it and HEAD.
func (r *Repo) Base(ctx context.Context, rev string) (ID, error) {
	id, err := r.Resolve(ctx, rev)
	if err != nil {
		return "", err
	}
	head, err := r.Resolve(ctx, "HEAD")
	if err != nil {
		return "", err
	}
	return r.MergeBase(ctx, id, head)
}

// Changed lists the files of a commit that are new or changed since another one, by path, renames followed.
func (r *Repo) Changed(ctx context.Context, base, head ID) ([]ChangedFile, error) {
	was, err := r.commit(ctx, base)
	if err != nil {
		return nil, err
	}
	is, err := r.commit(ctx, head)
	if err != nil {
		return nil, err
	}
	d := newIndexDiff(r, 1)
	if err := d.trees(ctx, "", was.tree, is.tree, 0); err != nil {
		return nil, err
	}
	return d.changed(ctx)
}

func (d *indexDiff) changed(ctx context.Context) ([]ChangedFile, error) {
	changes, err := d.finish(ctx)
	if err != nil {
		return nil, err
	}
	files := make([]ChangedFile, len(changes))
	for i, c := range changes {
		files[i] = ChangedFile{Path: c.entry.Path, OldPath: c.oldPath, Mode: c.entry.Mode.canonical(), NewID: c.entry.ID, OldID: c.old[0]}
	}
	return files, nil
}

// trees compares two trees, of which each may be missing.
func (d *indexDiff) trees(ctx context.Context, prefix string, was, is ID, depth int) error {
	if was == is {
		return nil
	}
	if depth > maxDepth {
		return fmt.Errorf("%s: tree %s: folders in folders, more than %d", d.repo.Where(), is, maxDepth)
	}
	before, err := d.repo.tree(ctx, was)
	if err != nil {
		return err
	}
	after, err := d.repo.tree(ctx, is)
	if err != nil {
		return err
	}
	sides, old := []side{{before}}, make([]treeEntry, 1)
	for _, e := range after {
		d.old(prefix, e.key, sides, old)
		if e.mode == ModeTree {
			if err := d.trees(ctx, prefix+e.key, old[0].id, e.id, depth+1); err != nil {
				return err
			}
			continue
		}
		d.file([]Entry{{Path: prefix + e.key, Mode: e.mode, ID: e.id}}, old)
	}
	d.lost(0, prefix, sides[0].rest)
	return nil
}

// ChangedWorktree lists the files of the working tree that are new or changed since a commit, by path, renames followed:
// tracked files, and those untracked ones that the caller names. Submodules are left out. Git's filters are not run, so
// that a file whose line ends git converts can be listed though git calls it unchanged.
func (r *Repo) ChangedWorktree(ctx context.Context, base ID, untracked []string) ([]ChangedFile, error) {
	if r.Bare() {
		return nil, fmt.Errorf("%s: a bare repository has no working tree; compare commits", r.Where())
	}
	was, err := r.commit(ctx, base)
	if err != nil {
		return nil, err
	}
	x, err := r.Index(ctx)
	if err != nil {
		return nil, err
	}
	w := worktree{repo: r, index: x, texts: map[ID]string{}}
	entries, err := w.entries(ctx, untracked)
	if err != nil {
		return nil, err
	}
	d := newIndexDiff(r, 1)
	d.read = w.read
	if err := d.dir(ctx, "", entries, []ID{was.tree}, x.cache, 0); err != nil {
		return nil, err
	}
	d.changes = slices.DeleteFunc(d.changes, func(c change) bool { return c.entry.Mode == ModeSubmodule })
	return d.changed(ctx)
}

// worktree is the working tree, seen as if all of it were added to the index.
type worktree struct {
	repo  *Repo
	index *Index
	texts map[ID]string          // files whose text git does not have
	only  func(path string) bool // if set: whether a file is looked at; others are taken to be as the index has them
	files looker
}

func (w *worktree) entries(ctx context.Context, untracked []string) ([]Entry, error) {
	w.files = newLooker(w.repo.Root)
	defer w.files.close()
	var entries []Entry
	for i := range w.index.Entries {
		e := w.index.Entries[i]
		if i%256 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if n := len(entries); n > 0 && entries[n-1].Path == e.Path {
			continue // another side of a conflict: the file is one
		}
		if e.Mode == ModeSubmodule || e.Mode == ModeTree || e.Flags&SkipWorktree != 0 || w.only != nil && !w.only(e.Path) {
			entries = append(entries, e)
			continue
		}
		now, ok := w.look(e)
		if !ok || now.ID != e.ID || now.Mode != e.Mode.canonical() || e.Stage != 0 || e.Flags&IntentToAdd != 0 {
			w.index.cache.invalidate(e.Path)
		}
		if ok {
			entries = append(entries, now)
		}
	}
	if len(untracked) == 0 {
		return entries, nil
	}
	for _, p := range untracked {
		if now, ok := w.look(Entry{Path: p}); ok && soundPath(p, now.Mode) {
			w.index.cache.invalidate(p)
			entries = append(entries, now)
		}
	}
	slices.SortStableFunc(entries, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
	return slices.CompactFunc(entries, func(a, b Entry) bool { return a.Path == b.Path }), nil
}

// invalidate forgets the ids of the folders that a file lies in.
func (c *cacheTree) invalidate(file string) {
	for c != nil {
		c.id = ""
		name, rest, below := strings.Cut(file, "/")
		if !below {
			return
		}
		c, file = c.child(name), rest
	}
}

// look is the entry that a file would have if it were added now.
func (w *worktree) look(e Entry) (Entry, bool) {
	st, err := w.files.look(e.Path)
	if err != nil {
		return e, !errors.Is(err, fs.ErrNotExist) // one that cannot be read is there
	}
	if st.mode == ModeTree || st.mode == 0 {
		return e, false
	}
	now := Entry{Path: e.Path, Mode: st.mode}
	if now.Mode.IsRegular() && e.Mode.IsRegular() && filepath.Separator == '\\' {
		now.Mode = e.Mode.canonical() // Windows has no such bit
	}
	if w.clean(e, st) && now.Mode == e.Mode.canonical() {
		now.ID = e.ID
		return now, true
	}
	file := w.file(e.Path)
	now.ID = w.identify(file, st)
	if now.ID != e.ID && now.ID != "" {
		w.texts[now.ID] = file
	}
	return now, true
}

// file is where a path of the index is.
func (w *worktree) file(path string) string {
	return w.repo.Root + string(filepath.Separator) + filepath.FromSlash(path)
}

// clean says whether a file is as it was when git last compared it with the index. One that was changed at the very time
// when the index was written cannot be told by its time.
func (w *worktree) clean(e Entry, st fileState) bool {
	at := st.changed
	if e.Stage != 0 || e.Flags&IntentToAdd != 0 || e.mtime == 0 || uint32(st.size) != e.size || uint32(at.Unix()) != e.mtime {
		return false
	}
	if e.mtimeNano == 0 {
		return at.Unix() < w.index.mtime/1e9
	}
	return uint32(at.Nanosecond()) == e.mtimeNano && at.UnixNano() < w.index.mtime
}

// identify is the id that the text of a file has; empty if it cannot be read.
func (w *worktree) identify(file string, st fileState) ID {
	var h hash.Hash = sha1.New()
	if w.repo.Hash == SHA256 {
		h = sha256.New()
	}
	if st.mode == ModeSymlink {
		target, err := os.Readlink(file)
		if err != nil {
			return ""
		}
		target = filepath.ToSlash(target)
		fmt.Fprintf(h, "blob %d\x00%s", len(target), target)
		return ID(h.Sum(nil))
	}
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer f.Close()
	fmt.Fprintf(h, "blob %d\x00", st.size)
	if n, err := io.Copy(h, io.LimitReader(f, st.size+1)); err != nil || n != st.size {
		return ""
	}
	return ID(h.Sum(nil))
}

// read reads a text, from the working tree where only that has it.
func (w *worktree) read(ctx context.Context, id ID) (Type, []byte, error) {
	if file, ok := w.texts[id]; ok {
		data, err := readBytes(file, maxRenameFile)
		return Blob, data, err
	}
	return w.repo.Objects.Get(ctx, id)
}
