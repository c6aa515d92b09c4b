package gitrepo

import (
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"unsafe"
)

const (
	maxIndex     = 2 << 30 // bytes of the file
	maxIndexPath = 1 << 16 // bytes of a path
	maxIndexText = 1 << 30 // bytes of all paths of version 4 together
)

// Entry is a file as the index has it.
type Entry struct {
	Path  string // with slashes; a folder of a sparse index ends with one
	ID    ID
	Mode  Mode
	Stage uint8 // 0; in an unresolved merge 1 the base, 2 ours, 3 theirs
	Flags EntryFlags

	size, mtime, mtimeNano uint32 // of the file in the working tree when it was last seen to be equal
}

// EntryFlags are marks of an entry.
type EntryFlags uint8

// The marks that matter for what is looked at.
const (
	AssumeValid  EntryFlags = 1 << iota // git does not look for changes in the working tree
	IntentToAdd                         // "git add -N": nothing is staged, the id means nothing
	SkipWorktree                        // the file is not in the working tree, by sparse checkout
)

// Index is a git index, all of it.
type Index struct {
	Version int
	// Entries are sorted by path, then stage.
	Entries []Entry
	// Sparse says that folders stand for all that is in them.
	Sparse bool

	cache *cacheTree // or nil
	link  *splitLink // or nil: this index changes another one
	mtime int64      // of the file, nanoseconds
}

// errIndex is the beginning of what is wrong with an index.
type errIndex string

func (e errIndex) Error() string { return "damaged index: " + string(e) }

// Index reads the index in use, and where it is split the shared one. Without a file it is empty.
func (r *Repo) Index(ctx context.Context) (*Index, error) {
	x, err := r.index(ctx, readBytes, true)
	if err != nil {
		return nil, err
	}
	for i := range x.Entries {
		if e := &x.Entries[i]; !soundPath(e.Path, e.Mode) {
			return nil, r.outside(i)
		}
	}
	return x, nil
}

// outside is the error about a path that no file of a repository can have.
func (r *Repo) outside(entry int) error {
	return r.damaged(r.IndexFile, errIndex(fmt.Sprintf("the path of entry %d leads out of the working tree", entry+1)))
}

// index reads the index without looking at the paths, and if verify is not set without the checksum, which git does not
// look at either: both take longer than all the rest.
func (r *Repo) index(ctx context.Context, read reader, verify bool) (*Index, error) {
	x, err := r.readIndex(r.IndexFile, read, verify)
	if errors.Is(err, fs.ErrNotExist) {
		return &Index{Version: 2}, nil
	}
	if err == nil && x.link != nil {
		err = r.join(x, read, verify)
	}
	if err != nil {
		return nil, err
	}
	return x, ctx.Err()
}

// reader gives the bytes of a file, of at most so many.
type reader func(file string, limit int64) ([]byte, error)

func (r *Repo) readIndex(file string, read reader, verify bool) (*Index, error) {
	data, err := read(file, maxIndex)
	if err != nil {
		return nil, err
	}
	x, err := parseIndex(data, r.Hash, verify)
	if err != nil {
		return nil, r.damaged(file, err)
	}
	x.mtime = modTime(file)
	return x, nil
}

func (r *Repo) damaged(file string, err error) error {
	return fmt.Errorf("%s: %w; delete it and make it anew with \"git reset\", which keeps the working tree", file, err)
}

// parseIndex reads an index of version 2, 3 or 4. The data must not change afterwards: entries are parts of it.
func parseIndex(data []byte, hash Hash, verify bool) (*Index, error) {
	size := hash.Size()
	if len(data) < 12+size {
		return nil, errIndex("too short")
	}
	if string(data[:4]) != "DIRC" {
		return nil, errIndex("does not begin with DIRC")
	}
	x := &Index{Version: int(binary.BigEndian.Uint32(data[4:]))}
	if x.Version < 2 || x.Version > 4 {
		return nil, fmt.Errorf("index: version %d is not known; a newer program may know it", x.Version)
	}
	if verify && !checksum(data, hash) {
		return nil, errIndex("the checksum does not match, it is cut off or changed")
	}
	p := indexParser{
		index: x, size: size,
		// Not changed afterwards, so a string can share its bytes.
		text: unsafe.String(&data[0], len(data)-size), at: 12,
	}
	if err := p.entries(binary.BigEndian.Uint32(data[8:])); err != nil {
		return nil, err
	}
	return x, p.extensions()
}

// checksum compares the hash at the end; zeros mean that git was told to leave it out (index.skipHash).
func checksum(data []byte, hash Hash) bool {
	body, want := data[:len(data)-hash.Size()], data[len(data)-hash.Size():]
	if ID(want).IsNull() {
		return true
	}
	if hash == SHA256 {
		sum := sha256.Sum256(body)
		return bytes.Equal(sum[:], want)
	}
	sum := sha1.Sum(body)
	return bytes.Equal(sum[:], want)
}

type indexParser struct {
	index *Index
	size  int    // of an id
	text  string // without the checksum
	at    int
	paths strings.Builder // of version 4
}

func (p *indexParser) entries(count uint32) error {
	head := 40 + p.size + 2
	if int64(count) > int64(len(p.text)/(head+2)) {
		return errIndex("it is too short for the number of its entries")
	}
	p.index.Entries = make([]Entry, 0, count)
	var last string
	for n := range int(count) {
		if len(p.text)-p.at < head+1 {
			return errIndex("it ends within an entry")
		}
		e := Entry{}
		start := p.at
		flags := p.fixed(&e)
		var ok bool
		if flags&0x4000 != 0 {
			ok = p.extended(&e)
		} else {
			ok = true
		}
		if ok && p.index.Version == 4 {
			ok = p.compressed(&e, last)
		} else if ok {
			ok = p.padded(&e, start)
		}
		if !ok {
			return errIndex(fmt.Sprintf("entry %d has no sound path", n+1))
		}
		last = e.Path
		p.index.Entries = append(p.index.Entries, e)
	}
	return nil
}

// fixed reads the part of an entry whose length is known; that it is there has been checked.
func (p *indexParser) fixed(e *Entry) (flags uint16) {
	b := p.text[p.at:]
	e.mtime, e.mtimeNano = u32(b[8:]), u32(b[12:])
	e.Mode = Mode(u32(b[24:]))
	e.size = u32(b[36:])
	e.ID = ID(b[40 : 40+p.size])
	flags = uint16(b[40+p.size])<<8 | uint16(b[41+p.size])
	e.Stage = uint8(flags >> 12 & 3)
	if flags&0x8000 != 0 {
		e.Flags |= AssumeValid
	}
	p.at += 42 + p.size
	return flags
}

// extended reads the flags of version 3.
func (p *indexParser) extended(e *Entry) bool {
	if p.index.Version < 3 || len(p.text)-p.at < 2 {
		return false
	}
	flags := p.text[p.at]
	p.at += 2
	if flags&0x20 != 0 {
		e.Flags |= IntentToAdd
	}
	if flags&0x40 != 0 {
		e.Flags |= SkipWorktree
	}
	return true
}

// padded reads a path that ends with 1 to 8 zeros, up to a multiple of eight.
func (p *indexParser) padded(e *Entry, start int) bool {
	n := strings.IndexByte(p.text[p.at:], 0)
	if n < 0 || n > maxIndexPath {
		return false
	}
	e.Path = p.text[p.at : p.at+n]
	p.at = start + (p.at-start+n+8)&^7
	return p.at <= len(p.text)
}

// compressed reads how many bytes of the last path go, and what comes instead.
func (p *indexParser) compressed(e *Entry, last string) bool {
	cut, n := 0, 0
	for {
		if p.at == len(p.text) || n > 4 {
			return false
		}
		c := p.text[p.at]
		p.at++
		if n > 0 {
			cut++
		}
		cut = cut<<7 | int(c&0x7f)
		n++
		if c&0x80 == 0 {
			break
		}
	}
	n = strings.IndexByte(p.text[p.at:], 0)
	if n < 0 || cut > len(last) || n+len(last)-cut > maxIndexPath || p.paths.Len() > maxIndexText {
		return false
	}
	start := p.paths.Len()
	if start == 0 {
		p.paths.Grow(2 * len(p.text))
	}
	p.paths.WriteString(last[:len(last)-cut])
	p.paths.WriteString(p.text[p.at : p.at+n])
	e.Path = p.paths.String()[start:]
	p.at += n + 1
	return true
}

func u32(s string) uint32 {
	return uint32(s[0])<<24 | uint32(s[1])<<16 | uint32(s[2])<<8 | uint32(s[3])
}

// extensions reads what follows the entries. Those in lower case must be understood.
func (p *indexParser) extensions() error {
	for p.at < len(p.text) {
		b := p.text[p.at:]
		if len(b) < 8 || uint64(u32(b[4:])) > uint64(len(b)-8) {
			return errIndex("it ends within an extension")
		}
		name, body := b[:4], b[8:8+u32(b[4:])]
		p.at += 8 + len(body)
		switch {
		case name == "TREE":
			p.index.cache = parseCacheTree(body, p.size)
		case name == "link":
			link, err := parseLink(body, p.size)
			if err != nil {
				return err
			}
			p.index.link = link
		case name == "sdir":
			p.index.Sparse = true
		case name[0] < 'A' || name[0] > 'Z':
			return fmt.Errorf("index: extension %q is not known; a newer program may know it", name)
		}
	}
	if p.index.link != nil {
		return nil // checked when joined
	}
	return p.index.check()
}

// check makes sure of what all else relies on: the order.
func (x *Index) check() error {
	for i := range x.Entries {
		e := &x.Entries[i]
		if i > 0 {
			last := &x.Entries[i-1]
			if c := strings.Compare(last.Path, e.Path); c > 0 || c == 0 && (last.Stage >= e.Stage || last.Stage == 0) {
				return errIndex(fmt.Sprintf("entry %d is out of order", i+1))
			}
		}
		if e.Mode == ModeTree && !x.Sparse {
			return errIndex(fmt.Sprintf("entry %d is a folder", i+1))
		}
	}
	return nil
}

// soundPath says whether a path stays in the working tree and out of the repository itself.
func soundPath(path string, mode Mode) bool {
	if mode == ModeTree {
		path = strings.TrimSuffix(path, "/")
	}
	if path == "" || path[0] == '/' || path[len(path)-1] == '/' || strings.Contains(path, "//") {
		return false
	}
	if path[0] == '.' && badPart(path) {
		return false
	}
	for rest := path; ; {
		i := strings.Index(rest, "/.")
		if i < 0 {
			return true
		}
		if rest = rest[i+1:]; badPart(rest) {
			return false
		}
	}
}

// badPart says whether a path begins with a part that no path may have.
func badPart(path string) bool {
	part, _, _ := strings.Cut(path, "/")
	return part == "." || part == ".." || len(part) == 4 && strings.EqualFold(part, ".git")
}
