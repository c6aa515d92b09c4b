//go:build !linux && !darwin

package walk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

var errNotDirectory = errors.New("not a directory")

// root is the directory that all others lie in.
type root struct{ path string }

func openRoot(path string) (*root, error) {
	st, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !st.IsDir():
		return nil, errNotDirectory
	}
	return &root{path}, nil
}

func (r *root) close() {}

func (r *root) open(path string) (*folder, error) {
	full := filepath.Join(r.path, filepath.FromSlash(path))
	if path != "" {
		st, err := os.Lstat(full)
		switch {
		case err != nil:
			return nil, err
		case !st.IsDir():
			return nil, errNotDirectory
		}
	}
	return &folder{path: full}, nil
}

// identity is not known here: without bind mounts or links to directories that are followed there are no cycles.
type identity struct{}

func (identity) known() bool { return false }

// folder is a directory.
type folder struct {
	path       string
	id         identity
	wholeReads bool
}

func (d *folder) close() {}

// list returns the entries in the worker's buffer, and those read so far with an error.
func (d *folder) list(prefix string, w *worker) ([]item, error) {
	w.items = w.items[:0]
	f, err := os.Open(d.path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	entries, err := f.ReadDir(-1)
	for _, e := range entries {
		w.items = append(w.items, item{path: prefix + e.Name(), name: len(prefix), kind: kindOf(e.Type())})
	}
	return w.items, err
}

func kindOf(m fs.FileMode) Kind {
	switch {
	case m.IsRegular():
		return Regular
	case m.IsDir():
		return Directory
	case m&fs.ModeSymlink != 0:
		return Symlink
	case m&fs.ModeNamedPipe != 0:
		return FIFO
	case m&fs.ModeSocket != 0:
		return Socket
	case m&fs.ModeDevice != 0:
		return Device
	}
	return Other
}

// kind asks for the type of an entry.
func (d *folder) kind(name string) (Kind, error) {
	st, err := os.Lstat(filepath.Join(d.path, name))
	if err != nil {
		return Unknown, err
	}
	return kindOf(st.Mode()), nil
}

func (d *folder) readlink(name string) ([]byte, error) {
	target, err := os.Readlink(filepath.Join(d.path, name))
	return []byte(strings.ReplaceAll(target, `\`, "/")), err
}

// openFile opens a regular file for reading.
func (d *folder) openFile(name string) (*file, error) {
	f, err := os.Open(filepath.Join(d.path, name))
	return &file{f}, err
}

type file struct{ f *os.File }

func (f *file) close() { f.f.Close() }

// read returns 0 or io.EOF at the end.
func (f *file) read(b []byte) (int, error) { return f.f.Read(b) }

func (f *file) size() (int64, error) {
	st, err := f.f.Stat()
	if err != nil {
		return 0, err
	}
	return st.Size(), nil
}
