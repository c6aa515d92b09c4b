package gitrepo

import (
	"errors"
	"fmt"
	"io/fs"
	"math/bits"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
)

const (
	maxCacheDepth = 4096    // folders in folders
	maxSplit      = 1 << 24 // changes of a split index
)

// cacheTree is the extension TREE: the ids that folders would have as trees. The empty id: changed since.
type cacheTree struct {
	name    string
	entries int // of the index, in the folder and below
	id      ID
	below   []cacheTree
}

// parseCacheTree returns nil for an extension that is not sound: it is only there to save time.
func parseCacheTree(body string, size int) *cacheTree {
	p := cacheParser{rest: body, size: size}
	if root, ok := p.node(0); ok && p.rest == "" {
		return &root
	}
	return nil
}

type cacheParser struct {
	rest string
	size int
}

func (p *cacheParser) node(depth int) (c cacheTree, ok bool) {
	var entries, below string
	var ok1, ok2, ok3 bool
	c.name, p.rest, ok1 = strings.Cut(p.rest, "\x00")
	entries, p.rest, ok2 = strings.Cut(p.rest, " ")
	below, p.rest, ok3 = strings.Cut(p.rest, "\n")
	n, err1 := strconv.Atoi(entries)
	subtrees, err2 := strconv.Atoi(below)
	if !ok1 || !ok2 || !ok3 || err1 != nil || err2 != nil || depth > maxCacheDepth || subtrees < 0 || subtrees > len(p.rest)/5 {
		return c, false
	}
	c.entries = n
	if n >= 0 {
		if len(p.rest) < p.size {
			return c, false
		}
		c.id, p.rest = ID(p.rest[:p.size]), p.rest[p.size:]
	}
	if subtrees > 0 {
		c.below = make([]cacheTree, 0, min(subtrees, 1<<12))
	}
	for range subtrees {
		sub, ok := p.node(depth + 1)
		if !ok {
			return c, false
		}
		c.below = append(c.below, sub)
	}
	return c, true
}

// child finds a folder; git sorts them by the length of their names, then by name.
func (c *cacheTree) child(name string) *cacheTree {
	if c == nil {
		return nil
	}
	i := sort.Search(len(c.below), func(i int) bool {
		b := c.below[i].name
		return len(b) > len(name) || len(b) == len(name) && b >= name
	})
	if i < len(c.below) && c.below[i].name == name {
		return &c.below[i]
	}
	return nil
}

// splitLink is the extension link: this index is a list of changes to a shared one.
type splitLink struct {
	base            ID
	delete, replace []uint32 // positions in the shared index, rising
}

func parseLink(body string, size int) (*splitLink, error) {
	if len(body) < size {
		return nil, errIndex("the name of the shared index is cut off")
	}
	l := &splitLink{base: ID(body[:size])}
	body = body[size:]
	if body == "" {
		return l, nil
	}
	var err error
	if l.delete, body, err = parseEWAH(body); err == nil {
		l.replace, body, err = parseEWAH(body)
	}
	if err == nil && body != "" {
		err = errIndex("the list of changes is too long")
	}
	return l, err
}

// parseEWAH reads a compressed bitmap and lists its bits. A word says how often 64 equal bits come, and how many words
// with bits as they are follow.
func parseEWAH(s string) (set []uint32, rest string, err error) {
	bad := errIndex("a bitmap is not sound")
	if len(s) < 8 {
		return nil, "", bad
	}
	size, words := uint64(u32(s)), uint64(u32(s[4:]))
	if s = s[8:]; words > uint64(len(s)/8) || len(s) < int(words)*8+4 {
		return nil, "", bad
	}
	body, rest := s[:words*8], s[words*8+4:]
	word := func(i uint64) uint64 { return uint64(u32(body[i*8:]))<<32 | uint64(u32(body[i*8+4:])) }
	at := uint64(0) // bit
	for i := uint64(0); i < words; {
		run := word(i)
		i++
		length, literals := run>>1&0xffffffff, run>>33
		full := literals * 64
		if run&1 != 0 {
			full += length * 64
		}
		if literals > words-i || length*64 > size+64 || at > size+64 || uint64(len(set))+full > maxSplit {
			return nil, "", bad
		}
		if run&1 != 0 {
			for end := at + length*64; at < end; at++ {
				set = append(set, uint32(at))
			}
		} else {
			at += length * 64
		}
		for range literals {
			for w := word(i); w != 0; w &= w - 1 {
				set = append(set, uint32(at)+uint32(bits.TrailingZeros64(w)))
			}
			i++
			at += 64
		}
	}
	if len(set) > 0 && uint64(set[len(set)-1]) >= size+64 {
		return nil, "", bad
	}
	return set, rest, nil
}

// join makes a split index whole: entries of the shared index are deleted, or replaced by the first entries of this one,
// which have no path; the rest is added.
func (r *Repo) join(x *Index, read reader, verify bool) error {
	link := x.link
	x.link = nil
	if link.base.IsNull() {
		return r.checked(x)
	}
	file := filepath.Join(r.GitDir, "sharedindex."+link.base.String())
	base, err := r.readIndex(file, read, verify)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: the shared index %s is missing; delete the index and make it anew with \"git reset\", which keeps the working tree", r.IndexFile, file)
	}
	if err != nil {
		return err
	}
	damaged := r.damaged(r.IndexFile, errIndex("it does not fit the shared index"))
	if base.link != nil || len(link.replace) > len(x.Entries) {
		return damaged
	}
	own := x.Entries
	for _, at := range link.replace {
		if int(at) >= len(base.Entries) || own[0].Path != "" {
			return damaged
		}
		own[0].Path = base.Entries[at].Path
		base.Entries[at] = own[0]
		own = own[1:]
	}
	const deleted = 0xff
	for _, at := range link.delete {
		if int(at) >= len(base.Entries) {
			return damaged
		}
		base.Entries[at].Stage = deleted
	}
	merged := slices.DeleteFunc(base.Entries, func(e Entry) bool { return e.Stage == deleted })
	x.Entries = append(merged, own...)
	slices.SortStableFunc(x.Entries, func(a, b Entry) int {
		if c := strings.Compare(a.Path, b.Path); c != 0 {
			return c
		}
		return int(a.Stage) - int(b.Stage)
	})
	x.Sparse = x.Sparse || base.Sparse
	return r.checked(x)
}

func (r *Repo) checked(x *Index) error {
	if err := x.check(); err != nil {
		return r.damaged(r.IndexFile, err)
	}
	return nil
}

func modTime(file string) int64 {
	st, err := os.Stat(file)
	if err != nil {
		return 0
	}
	return st.ModTime().UnixNano()
}
