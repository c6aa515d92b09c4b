package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// StagedFile is a file of the index that the next commit would bring in.
type StagedFile struct {
	Path    string
	OldPath string // the name it had, if it was renamed, in the first parent that has it
	Mode    Mode
	NewID   ID
	// OldIDs are the ids that it had in the parents that have it, HEAD first: none for a new file, several in a merge.
	OldIDs []ID
	// Stage is 2 or 3 for a side of a conflict that is not resolved, else 0.
	Stage uint8
}

// Staged lists what the index changes against HEAD: files that are new, or changed in text or mode, by path. In a merge a
// file counts only if it differs from all parents. Deleted files, and those of "git add -N", bring nothing in.
//
// Folders that the index knows to be equal to one of HEAD cost nothing, so this takes milliseconds in an index of any
// size, but for Objects, which must be quick at single objects.
func (r *Repo) Staged(ctx context.Context) ([]StagedFile, error) {
	var staged []StagedFile
	err := r.withIndex(ctx, func(x *Index) (err error) {
		staged, err = r.staged(ctx, x)
		return err
	})
	if err != nil {
		return nil, err
	}
	return staged, nil
}

// staged shares no memory with the index.
func (r *Repo) staged(ctx context.Context, x *Index) ([]StagedFile, error) {
	parents, err := r.nextParents(ctx)
	if err != nil {
		return nil, err
	}
	trees := make([]ID, max(len(parents), 1))
	for i, p := range parents {
		c, err := r.commit(ctx, p)
		if err != nil {
			return nil, err
		}
		trees[i] = c.tree
	}
	d := newIndexDiff(r, len(trees))
	if err := d.dir(ctx, "", x.Entries, trees, x.cache, 0); err != nil {
		return nil, err
	}
	changes, err := d.finish(ctx)
	if err != nil {
		return nil, err
	}
	staged := make([]StagedFile, len(changes))
	for i, c := range changes {
		if !soundPath(c.entry.Path, c.entry.Mode) {
			return nil, r.damaged(r.IndexFile, errIndex("a path leads out of the working tree"))
		}
		staged[i] = StagedFile{
			Path: strings.Clone(c.entry.Path), OldPath: strings.Clone(c.oldPath), Mode: c.entry.Mode.canonical(),
			NewID: ID(strings.Clone(string(c.entry.ID))), Stage: c.entry.Stage,
		}
		for _, old := range c.old {
			if old != "" {
				staged[i].OldIDs = append(staged[i].OldIDs, old)
			}
		}
	}
	return staged, nil
}

// nextParents are the parents that the next commit would have: none before the first commit.
func (r *Repo) nextParents(ctx context.Context) ([]ID, error) {
	head, err := r.Head(ctx)
	if err != nil || head.Unborn() {
		return nil, err
	}
	parents := []ID{head.ID}
	file := filepath.Join(r.GitDir, "MERGE_HEAD")
	text, err := readSmall(file, maxPointer)
	if errors.Is(err, fs.ErrNotExist) {
		return parents, nil
	}
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(text) {
		id, err := r.parseID(strings.TrimRight(line, "\r\n"))
		if err != nil {
			return nil, fmt.Errorf("%s: does not name the commits that are merged; end the merge with \"git merge --quit\"", file)
		}
		parents = append(parents, id)
	}
	return parents, nil
}

// indexDiff compares an index with the trees of some commits.
type indexDiff struct {
	repo    *Repo
	read    func(context.Context, ID) (Type, []byte, error) // of texts
	changes []change
	gone    [][]treeEntry // for each commit: what it has and the index has not, with whole paths
}

// change is an entry of the index that no commit has.
type change struct {
	entry   Entry
	oldPath string
	old     []ID // what each commit has in its place
}

func newIndexDiff(r *Repo, trees int) *indexDiff {
	return &indexDiff{repo: r, read: r.Objects.Get, gone: make([][]treeEntry, trees)}
}

const maxDepth = 4096 // folders in folders

// dir compares the entries below a folder with a tree of each commit (empty: it has none). Where the cache tree has the
// id of one of them, nothing below is changed.
func (d *indexDiff) dir(ctx context.Context, prefix string, entries []Entry, trees []ID, cache *cacheTree, depth int) error {
	if cache != nil && cache.id != "" && slices.Contains(trees, cache.id) {
		return nil
	}
	if depth > maxDepth {
		return fmt.Errorf("%s: folders in folders, more than %d", d.repo.IndexFile, maxDepth)
	}
	sides, old := make([]side, len(trees)), make([]treeEntry, len(trees))
	for i, id := range trees {
		in, err := d.repo.tree(ctx, id)
		if err != nil {
			return err
		}
		sides[i].rest = in
	}
	for len(entries) > 0 {
		name, _, below := strings.Cut(entries[0].Path[len(prefix):], "/")
		n := 1
		key := name
		if below {
			key = entries[0].Path[len(prefix) : len(prefix)+len(name)+1]
			n = countBelow(entries, prefix+key)
		} else {
			for n < len(entries) && entries[n].Path == entries[0].Path {
				n++ // stages
			}
		}
		d.old(prefix, key, sides, old)
		if below {
			if err := d.folder(ctx, prefix+key, entries[:n], old, cache.child(name), depth); err != nil {
				return err
			}
		} else {
			d.file(entries[:n], old)
		}
		entries = entries[n:]
	}
	for i := range sides {
		d.lost(i, prefix, sides[i].rest)
	}
	return nil
}

// countBelow counts the entries at the beginning that lie below a folder, of which the first does.
func countBelow(entries []Entry, folder string) int {
	n, _ := slices.BinarySearchFunc(entries, folder, func(e Entry, folder string) int {
		if strings.HasPrefix(e.Path, folder) {
			return -1
		}
		return 1
	})
	return n
}

// side is what is left of a commit's tree.
type side struct{ rest []treeEntry }

// old finds what each commit has under a name. What comes before it in the trees is not in the index.
func (d *indexDiff) old(prefix, key string, sides []side, old []treeEntry) {
	for i := range sides {
		rest := sides[i].rest
		n := 0
		for n < len(rest) && rest[n].key < key {
			n++
		}
		d.lost(i, prefix, rest[:n])
		old[i] = treeEntry{}
		if n < len(rest) && rest[n].key == key {
			old[i] = rest[n]
			n++
		}
		sides[i].rest = rest[n:]
	}
}

func (d *indexDiff) lost(side int, prefix string, entries []treeEntry) {
	for _, e := range entries {
		d.gone[side] = append(d.gone[side], treeEntry{prefix + e.key, e.mode, e.id})
	}
}

// folder goes on below a folder, or compares what stands for one in a sparse index.
func (d *indexDiff) folder(ctx context.Context, path string, entries []Entry, old []treeEntry, cache *cacheTree, depth int) error {
	trees := make([]ID, len(old))
	for i := range old {
		trees[i] = old[i].id
	}
	if cache != nil && cache.id != "" && cache.entries != len(entries) {
		cache = nil // it is about another index
	}
	if entries[0].Path == path {
		if entries[0].Mode != ModeTree {
			return d.repo.damaged(d.repo.IndexFile, errIndex("a path leads out of the working tree"))
		}
		if slices.Contains(trees, entries[0].ID) {
			return nil
		}
		all, err := d.repo.flatten(ctx, path, entries[0].ID)
		if err != nil {
			return err
		}
		entries, cache = append(all, entries[1:]...), nil
		slices.SortStableFunc(entries, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
	}
	return d.dir(ctx, path, entries, trees, cache, depth+1)
}

// file compares a file, or the sides of a conflict.
func (d *indexDiff) file(stages []Entry, old []treeEntry) {
	for _, e := range stages {
		if e.Stage == 1 || e.Flags&IntentToAdd != 0 {
			continue
		}
		if slices.ContainsFunc(old, func(o treeEntry) bool { return o.id == e.ID && o.mode == e.Mode.canonical() }) {
			continue
		}
		c := change{entry: e, old: make([]ID, len(old))}
		for i, o := range old {
			c.old[i] = o.id
		}
		d.changes = append(d.changes, c)
	}
}

// flatten lists the files of a tree as entries of an index.
func (r *Repo) flatten(ctx context.Context, prefix string, tree ID) ([]Entry, error) {
	var entries []Entry
	err := r.walkTree(ctx, prefix, tree, 0, func(path string, e treeEntry) error {
		if len(entries) == maxFlat {
			return fmt.Errorf("%s: more than %d files in a folder of a sparse index", r.Where(), maxFlat)
		}
		entries = append(entries, Entry{Path: path, ID: e.id, Mode: e.mode, Flags: SkipWorktree})
		return nil
	})
	return entries, err
}

const maxFlat = 1 << 24 // files

// walkTree visits the files of a tree and of those below it in the order of their paths.
func (r *Repo) walkTree(ctx context.Context, prefix string, tree ID, depth int, visit func(path string, e treeEntry) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if depth > maxDepth || len(prefix) > maxIndexPath {
		return fmt.Errorf("%s: tree %s: folders in folders, more than %d", r.Where(), tree, maxDepth)
	}
	in, err := r.tree(ctx, tree)
	if err != nil {
		return err
	}
	for _, e := range in {
		if e.mode == ModeTree {
			err = r.walkTree(ctx, prefix+e.key, e.id, depth+1, visit)
		} else {
			err = visit(prefix+e.key, e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
