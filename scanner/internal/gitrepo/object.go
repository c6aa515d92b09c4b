package gitrepo

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// commit is what matters of a commit here.
type commit struct {
	tree    ID
	parents []ID
	time    int64 // of the committer
}

func (r *Repo) commit(ctx context.Context, id ID) (commit, error) {
	typ, data, err := r.Objects.Get(ctx, id)
	if err != nil {
		return commit{}, err
	}
	if typ != Commit {
		return commit{}, fmt.Errorf("%s: object %s is a %s, not a commit", r.Where(), id, typ)
	}
	c, ok := r.parseCommit(data)
	if !ok {
		return c, fmt.Errorf("%s: commit %s is damaged; check the repository with \"git fsck\"", r.Where(), id)
	}
	if _, shallow := slices.BinarySearch(r.Shallow, id); shallow {
		c.parents = nil
	}
	return c, nil
}

func (r *Repo) parseCommit(data []byte) (c commit, ok bool) {
	for len(data) > 0 {
		var line []byte
		line, data, _ = bytes.Cut(data, []byte{'\n'})
		if len(line) == 0 {
			break
		}
		key, value, _ := strings.Cut(string(line), " ")
		var err error
		switch {
		case key == "tree" && c.tree == "":
			c.tree, err = r.parseID(value)
		case key == "parent":
			var id ID
			id, err = r.parseID(value)
			c.parents = append(c.parents, id)
		case key == "committer":
			_, at, _ := cutLast(value, "> ")
			seconds, _, _ := strings.Cut(at, " ")
			c.time, _ = strconv.ParseInt(seconds, 10, 64) // git takes a bad time as 0
		}
		if err != nil {
			return c, false
		}
	}
	return c, c.tree != ""
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// treeEntry is an entry of a tree. The key is the name, with a slash if it is a folder: entries are in order of it.
type treeEntry struct {
	key  string
	mode Mode
	id   ID
}

// tree reads a tree object; the empty id is the empty tree.
func (r *Repo) tree(ctx context.Context, id ID) ([]treeEntry, error) {
	if id == "" {
		return nil, nil
	}
	typ, data, err := r.Objects.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if typ != Tree {
		return nil, fmt.Errorf("%s: object %s is a %s, not a tree", r.Where(), id, typ)
	}
	entries, ok := parseTree(string(data), r.Hash.Size())
	if !ok {
		return nil, fmt.Errorf("%s: tree %s is damaged; check the repository with \"git fsck\"", r.Where(), id)
	}
	return entries, nil
}

func parseTree(data string, size int) ([]treeEntry, bool) {
	entries := make([]treeEntry, 0, len(data)/(size+20))
	sorted := true
	for data != "" {
		digits, rest, ok := strings.Cut(data, " ")
		if !ok || len(digits) > 6 {
			return nil, false
		}
		mode, err := strconv.ParseUint(digits, 8, 32)
		name, rest, ok := strings.Cut(rest, "\x00")
		if err != nil || !ok || len(rest) < size || name == "" || strings.Contains(name, "/") {
			return nil, false
		}
		e := treeEntry{name, Mode(mode).canonical(), ID(rest[:size])}
		if e.mode == ModeTree {
			e.key += "/"
		}
		if n := len(entries); n > 0 && entries[n-1].key >= e.key {
			sorted = false
		}
		entries = append(entries, e)
		data = rest[size:]
	}
	if !sorted { // git's own fsck complains, and git reads on
		slices.SortStableFunc(entries, func(a, b treeEntry) int { return strings.Compare(a.key, b.key) })
	}
	return entries, true
}
