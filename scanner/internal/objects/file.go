package objects

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/unhapi/unhapi/scanner/internal/mapped"
)

// file is a file that is only read. It is mapped if the system allows it and the caller wants it; else it stays open and
// is read in pieces.
type file struct {
	size   int64
	mem    []byte // all of it, or nil
	mapped bool   // mem is the file, not a copy
	f      *os.File
}

func openFile(path string, noMap bool) (*file, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	st, err := f.Stat()
	if err != nil || !st.Mode().IsRegular() {
		f.Close()
		if err == nil {
			err = fmt.Errorf("%s: not a regular file", path)
		}
		return nil, err
	}
	x := &file{size: st.Size(), f: f}
	if noMap || x.size == 0 || x.size != int64(int(x.size)) {
		return x, nil
	}
	mem, err := mapped.Map(f, int(x.size))
	if err != nil {
		return x, nil // not every file system can map
	}
	x.mem, x.mapped, x.f = mem, true, nil
	return x, f.Close()
}

func (x *file) close() (err error) {
	if x.mapped {
		err = mapped.Unmap(x.mem)
	} else if x.f != nil {
		err = x.f.Close()
	}
	*x = file{}
	return err
}

// load makes all of the file available as mem, which is meant for indexes: they are small.
func (x *file) load() error {
	if x.mem != nil || x.size == 0 {
		return nil
	}
	b := make([]byte, x.size)
	_, err := x.f.ReadAt(b, 0)
	if err != nil && err != io.EOF {
		return err
	}
	f := x.f
	x.mem, x.f = b, nil
	return f.Close()
}

// window reads pieces of a file that lie near each other. Not for concurrent use; the zero value is ready.
type window struct {
	buf []byte
	of  *file
	at  int64 // where in the file buf begins
}

const windowSize = 1 << 20

// bytes returns the bytes from start to end, and where they were copied, or can be had for free, up to slack more. Those
// beyond the end of the file are 0. The result is good until the next call.
func (w *window) bytes(x *file, start, end int64, slack int) ([]byte, error) {
	if start < 0 || end < start || end > x.size {
		return nil, corrupt("bytes %d to %d of a file of %d", start, end, x.size)
	}
	n := int(end-start) + slack
	if x.mem != nil {
		if end+int64(slack) <= x.size {
			return x.mem[start : end+int64(slack)], nil
		}
		w.of = nil
		w.grow(n)
		clear(w.buf[copy(w.buf, x.mem[start:]):])
		return w.buf[:n], nil
	}
	if w.of != x || start < w.at || end+int64(slack) > w.at+int64(len(w.buf)) {
		w.of = nil
		w.grow(max(n, windowSize))
		got, err := x.f.ReadAt(w.buf, start)
		if err != nil && err != io.EOF {
			return nil, err
		}
		if int64(got) < end-start {
			return nil, errShrunk
		}
		clear(w.buf[got:])
		w.of, w.at = x, start
	}
	return w.buf[start-w.at:][:n], nil
}

func (w *window) grow(n int) {
	if cap(w.buf) < n {
		w.buf = make([]byte, n+n/4)
	}
	w.buf = w.buf[:max(n, min(cap(w.buf), windowSize))]
}

// errShrunk: git never changes a pack in place, so somebody else did.
var errShrunk = errors.New("the file was cut short while it was read")

// guard runs f and turns a fault in a file that was mapped into errShrunk. All of f must run in this goroutine.
func (s *Store) guard(f func() error) error {
	cut, err := mapped.Guard(s.mapped, f)
	if cut {
		return errShrunk
	}
	return err
}

// mapped reports whether an address lies in one of the store's files.
func (s *Store) mapped(addr uintptr) bool {
	in := func(x *file) bool { return x != nil && x.mapped && mapped.Holds(x.mem, addr) }
	return slices.ContainsFunc(s.packs, func(p *pack) bool { return in(p.data) || in(p.idxFile) })
}
