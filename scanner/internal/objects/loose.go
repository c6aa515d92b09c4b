package objects

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/zlib"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// objectDir is one object directory.
type objectDir struct {
	path string
	name string // before the names of its files in problems: "" for the repository's own
}

// looseObject says where a loose object is.
type looseObject struct {
	id  ID
	dir *objectDir
}

func (d *objectDir) loosePath(id ID) string {
	s := id.String()
	return filepath.Join(d.path, s[:2], s[2:])
}

// listLoose lists the loose objects of all directories, sorted by id, each once.
func (s *Store) listLoose() (list []looseObject, probs []Problem) {
	hs := s.opts.Hash.Size()
	for i := range s.dirs {
		d := &s.dirs[i]
		if _, err := os.Stat(d.path + string(filepath.Separator) + "."); err != nil { // nothing in it can be seen
			probs = append(probs, Problem{File: strings.TrimSuffix(cmp.Or(d.name, "objects"), "/"), Reason: plain(err), Failed: true})
			continue
		}
		for b := range 256 {
			sub := hex.EncodeToString([]byte{byte(b)})
			names, err := readNames(filepath.Join(d.path, sub))
			if err != nil {
				probs = append(probs, Problem{File: d.name + sub, Reason: plain(err), Failed: true})
			}
			for _, name := range names {
				if id, err := ParseID(sub + name); err == nil && int(id.size) == hs {
					list = append(list, looseObject{id, d})
				}
			}
		}
	}
	slices.SortStableFunc(list, func(a, b looseObject) int { return a.id.Compare(b.id) })
	return slices.CompactFunc(list, func(a, b looseObject) bool { return a.id == b.id }), probs
}

// readNames lists a directory that need not exist. It is not sorted.
func readNames(dir string) ([]string, error) {
	f, err := os.Open(dir)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return nil, err
	}
	defer f.Close()
	return f.Readdirnames(-1)
}

// plain is the text of an error of the file system without the path: reports hold no absolute paths.
func plain(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Op + ": " + p.Err.Error()
	}
	return err.Error()
}

// looseReader reads loose objects. The zero value is ready. Not for concurrent use.
type looseReader struct {
	f    *os.File
	in   *bufio.Reader
	z    io.ReadCloser
	size int64 // of the file
}

func (l *looseReader) close() {
	if l.f != nil {
		l.f.Close()
		l.f = nil
	}
}

// header opens a loose object and returns its type and size. The caller calls close.
func (l *looseReader) header(d *objectDir, id ID) (Type, int64, error) {
	f, err := os.Open(d.loosePath(id))
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return 0, 0, ErrMissing
		}
		return 0, 0, errors.New(plain(err))
	}
	l.f = f
	st, err := f.Stat()
	if err != nil {
		return 0, 0, errors.New(plain(err))
	}
	l.size = st.Size()
	return l.start(f)
}

// start begins to read a loose object from f.
func (l *looseReader) start(f io.Reader) (kind Type, size int64, err error) {
	if l.in == nil {
		l.in = bufio.NewReaderSize(f, 16<<10)
	} else {
		l.in.Reset(f)
	}
	if l.z == nil {
		l.z, err = zlib.NewReader(l.in)
	} else {
		err = l.z.(zlib.Resetter).Reset(l.in, nil)
	}
	if err != nil {
		return 0, 0, looseError(err)
	}
	return looseHeader(l.z)
}

// looseError says why a loose object does not unpack.
func looseError(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return corrupt("the loose object is empty or cut short")
	}
	return corrupt("the loose object does not unpack: %v", err)
}

// looseHeader reads "type size\0".
func looseHeader(r io.Reader) (Type, int64, error) {
	var b [32]byte
	n := 0
	for {
		if n == len(b) {
			return 0, 0, corrupt("the loose object has no header")
		}
		if _, err := io.ReadFull(r, b[n:n+1]); err != nil {
			return 0, 0, looseError(err)
		}
		if b[n] == 0 {
			break
		}
		n++
	}
	word, digits, _ := bytes.Cut(b[:n], []byte{' '})
	size, err := strconv.ParseInt(string(digits), 10, 63)
	kind := parseType(word)
	if kind == 0 || err != nil || size < 0 || digits[0] == '+' || digits[0] == '0' && len(digits) > 1 {
		return 0, 0, corrupt("the loose object has the header %q", b[:n])
	}
	return kind, size, nil
}

// read returns a loose object of at most max bytes.
func (l *looseReader) read(d *objectDir, id ID, max int64) (Type, []byte, error) {
	defer l.close()
	kind, size, err := l.header(d, id)
	if err != nil {
		return 0, nil, err
	}
	if size > max {
		return kind, nil, tooLarge("%d bytes", size)
	}
	if size/maxRatio > l.size {
		return 0, nil, corrupt("impossible size of the loose object")
	}
	b, err := l.content(size)
	return kind, b, err
}

// content reads what follows the header, to the end of the file.
func (l *looseReader) content(size int64) ([]byte, error) {
	b := make([]byte, size, size+outSlack)
	if _, err := io.ReadFull(l.z, b); err != nil {
		return nil, looseError(err)
	}
	var one [1]byte
	if n, err := l.z.Read(one[:]); n > 0 || err != io.EOF {
		return nil, corrupt("the loose object is longer than its size, or has a wrong checksum")
	}
	if _, err := l.in.ReadByte(); err != io.EOF {
		return nil, corrupt("the loose object has something behind its end")
	}
	return b, nil
}
