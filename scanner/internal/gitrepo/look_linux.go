package gitrepo

import (
	"io/fs"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// folderLooker holds the folders on the way to the last file open, so that the kernel need not walk the way again for each:
// that is more than half of what a look costs.
type folderLooker struct {
	dirs []openFolder // the first is the root
	dir  string       // the path of the last
	far  pathLooker   // for what cannot be held open
}

type openFolder struct {
	fd  int
	end int // of its path in dir
}

const (
	openPath = unix.O_PATH | unix.O_DIRECTORY | unix.O_NOFOLLOW | unix.O_CLOEXEC
	maxOpen  = 64 // folders in folders; deeper paths are walked
)

func newLooker(root string) looker {
	fd, err := unix.Open(root, openPath&^unix.O_NOFOLLOW, 0)
	if err != nil {
		return &pathLooker{root: root}
	}
	return &folderLooker{dirs: []openFolder{{fd, 0}}, far: pathLooker{root: root}}
}

func (l *folderLooker) close() {
	for _, d := range l.dirs {
		unix.Close(d.fd)
	}
	l.dirs = nil
}

func (l *folderLooker) look(path string) (fileState, error) {
	dir, name := splitPath(path)
	switch err := l.enter(dir); err {
	case nil:
	case unix.ENOENT, unix.ENOTDIR, unix.ELOOP:
		return fileState{}, fs.ErrNotExist
	default:
		return l.far.look(path)
	}
	var st unix.Stat_t
	err := again(func() error {
		return unix.Fstatat(l.dirs[len(l.dirs)-1].fd, name, &st, unix.AT_SYMLINK_NOFOLLOW)
	})
	if err != nil {
		return fileState{}, err // syscall.Errno knows fs.ErrNotExist
	}
	s := fileState{size: st.Size, changed: time.Unix(st.Mtim.Unix())}
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFDIR:
		s.mode = ModeTree
	case unix.S_IFLNK:
		s.mode = ModeSymlink
	case unix.S_IFREG:
		s.mode = ModeFile
		if st.Mode&0o100 != 0 {
			s.mode = ModeExecutable
		}
	}
	return s, nil
}

// enter opens the folders that lead to a file.
func (l *folderLooker) enter(dir string) error {
	if dir == l.dir {
		return nil
	}
	shared := sharedFolders(dir, l.dir)
	for top := len(l.dirs) - 1; top > 0 && l.dirs[top].end > shared; top-- {
		unix.Close(l.dirs[top].fd)
		l.dirs = l.dirs[:top]
	}
	l.dir = dir[:shared]
	for end := shared; end < len(dir); {
		if len(l.dirs) == maxOpen {
			return unix.EMFILE
		}
		from := end
		end = nextFolder(dir, end)
		name := strings.TrimPrefix(dir[from:end], "/")
		var fd int
		err := again(func() (err error) {
			fd, err = unix.Openat(l.dirs[len(l.dirs)-1].fd, name, openPath, 0)
			return err
		})
		if err != nil {
			return err
		}
		l.dirs = append(l.dirs, openFolder{fd, end})
		l.dir = dir[:end]
	}
	return nil
}

// again calls f until no signal interrupts it.
func again(f func() error) error {
	for {
		if err := f(); err != unix.EINTR {
			return err
		}
	}
}
