//go:build linux || darwin

package walk

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// maxOpenPath is the longest path that is given to the system at once; its limit is 4096 on Linux, 1024 on macOS.
const maxOpenPath = 900

// root is the open directory that all others are opened from.
type root struct {
	fd         int
	device     uint64
	wholeReads bool // on this device
}

func openRoot(path string) (*root, error) {
	fd, err := retry(func() (int, error) { return unix.Open(path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0) })
	if err != nil {
		return nil, err
	}
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		unix.Close(fd)
		return nil, err
	}
	return &root{fd, uint64(st.Dev), shortReadIsEnd(fd)}, nil
}

func (r *root) close() { unix.Close(r.fd) }

// open opens a directory below the root, a long path in pieces.
func (r *root) open(path string) (*folder, error) {
	if path == "" {
		path = "."
	}
	from := r.fd
	for len(path) > maxOpenPath {
		cut := strings.LastIndexByte(path[:maxOpenPath], '/')
		if cut <= 0 {
			break
		}
		fd, err := openDirectory(from, path[:cut])
		if from != r.fd {
			unix.Close(from)
		}
		if err != nil {
			return nil, err
		}
		from, path = fd, path[cut+1:]
	}
	fd, err := openDirectory(from, path)
	if from != r.fd {
		unix.Close(from)
	}
	if err != nil {
		return nil, err
	}
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		unix.Close(fd)
		return nil, err
	}
	d := &folder{fd: fd, id: identity{uint64(st.Dev), st.Ino}, wholeReads: r.wholeReads}
	if d.id.device != r.device { // another file system is mounted here
		d.wholeReads = shortReadIsEnd(fd)
	}
	return d, nil
}

func openDirectory(at int, path string) (int, error) {
	return retry(func() (int, error) {
		return unix.Openat(at, path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	})
}

// identity tells directories apart.
type identity struct{ device, inode uint64 }

func (i identity) known() bool { return i.inode != 0 }

// folder is an open directory.
type folder struct {
	fd         int
	id         identity
	wholeReads bool // a read of a regular file that is shorter than asked for ended at the file's end
}

func (d *folder) close() { unix.Close(d.fd) }

// list returns the entries in the worker's buffer, and those read so far with an error.
func (d *folder) list(prefix string, w *worker) ([]item, error) {
	const (
		offLength = unsafe.Offsetof(unix.Dirent{}.Reclen)
		offType   = unsafe.Offsetof(unix.Dirent{}.Type)
		offName   = unsafe.Offsetof(unix.Dirent{}.Name)
	)
	if w.entries == nil {
		w.entries = make([]byte, 64<<10)
	}
	w.items = w.items[:0]
	for {
		n, err := retry(func() (int, error) { return unix.ReadDirent(d.fd, w.entries) })
		if err != nil || n <= 0 {
			return w.items, err
		}
		for b := w.entries[:n]; len(b) > int(offName); {
			length := int(binary.NativeEndian.Uint16(b[offLength:]))
			name, kind := b[offName:length], kindOf(b[offType])
			b = b[length:]
			if i := bytes.IndexByte(name, 0); i >= 0 {
				name = name[:i]
			}
			if s := string(name); s == "." || s == ".." || s == "" {
				continue
			}
			w.items = append(w.items, item{path: prefix + string(name), name: len(prefix), kind: kind})
		}
	}
}

// kindOf reads the type of a directory entry, which some file systems leave open.
func kindOf(t byte) Kind {
	switch t {
	case unix.DT_REG:
		return Regular
	case unix.DT_DIR:
		return Directory
	case unix.DT_LNK:
		return Symlink
	case unix.DT_FIFO:
		return FIFO
	case unix.DT_SOCK:
		return Socket
	case unix.DT_BLK, unix.DT_CHR:
		return Device
	}
	return Unknown
}

// kind asks for the type of an entry.
func (d *folder) kind(name string) (Kind, error) {
	var st unix.Stat_t
	if err := unix.Fstatat(d.fd, name, &st, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return Unknown, err
	}
	return kindOf(byte(st.Mode & unix.S_IFMT >> 12)), nil // the types of entries are those bits
}

func (d *folder) readlink(name string) ([]byte, error) {
	for b := make([]byte, 256); ; b = make([]byte, 2*len(b)) {
		n, err := retry(func() (int, error) { return unix.Readlinkat(d.fd, name, b) })
		if err != nil || n < len(b) {
			return b[:max(n, 0)], err
		}
	}
}

// openFile opens a regular file for reading. If it has become something else, the opening neither follows nor blocks.
func (d *folder) openFile(name string) (*file, error) {
	fd, err := retry(func() (int, error) {
		return unix.Openat(d.fd, name, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	})
	return &file{fd}, err
}

type file struct{ fd int }

func (f *file) close() { unix.Close(f.fd) }

// read returns 0 at the end.
func (f *file) read(b []byte) (int, error) {
	n, err := retry(func() (int, error) { return unix.Read(f.fd, b) })
	return max(n, 0), err
}

func (f *file) size() (int64, error) {
	var st unix.Stat_t
	err := unix.Fstat(f.fd, &st)
	return st.Size, err
}

// retry repeats a call that a signal interrupted.
func retry(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if err != unix.EINTR {
			return n, err
		}
	}
}
