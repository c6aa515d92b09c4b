package gitrepo

import (
	"os"
	"path/filepath"
	"strings"
	"time"
)

// fileState is what a look at a file tells.
type fileState struct {
	mode    Mode // ModeTree of a folder, 0 of what git does not track
	size    int64
	changed time.Time
}

// looker looks at files below a folder that is no symbolic link, by paths with slashes, and follows no link on the way. It
// is made for paths in order. The error of what is not there is [fs.ErrNotExist].
type looker interface {
	look(path string) (fileState, error)
	close()
}

// pathLooker looks at whole paths, and remembers one folder.
type pathLooker struct {
	root string
	dir  string // the last folder that was found to be one, with no symbolic link on the way
}

func (l *pathLooker) close() {}

func (l *pathLooker) look(path string) (fileState, error) {
	dir, _ := splitPath(path)
	if err := l.enter(dir); err != nil {
		return fileState{}, err
	}
	return l.stat(path)
}

// enter looks at the folders that lead to a file.
func (l *pathLooker) enter(dir string) error {
	for end := sharedFolders(dir, l.dir); end < len(dir); {
		end = nextFolder(dir, end)
		st, err := l.stat(dir[:end])
		if err != nil {
			return err
		}
		if st.mode != ModeTree {
			return os.ErrNotExist
		}
	}
	l.dir = dir
	return nil
}

func (l *pathLooker) stat(path string) (fileState, error) {
	st, err := os.Lstat(l.root + string(filepath.Separator) + filepath.FromSlash(path))
	if err != nil {
		return fileState{}, err
	}
	s := fileState{size: st.Size(), changed: st.ModTime()}
	switch t := st.Mode(); {
	case t.IsDir():
		s.mode = ModeTree
	case t&os.ModeSymlink != 0:
		s.mode = ModeSymlink
	case t.IsRegular() && t&0o100 != 0:
		s.mode = ModeExecutable
	case t.IsRegular():
		s.mode = ModeFile
	}
	return s, nil
}

// splitPath cuts the name off a path. The folder is empty if there is none.
func splitPath(path string) (dir, name string) {
	i := strings.LastIndexByte(path, '/')
	return path[:max(i, 0)], path[i+1:]
}

// nextFolder is where the folder ends that follows the one that ends at end, in a path of folders.
func nextFolder(dir string, end int) int {
	if end > 0 {
		end++ // the slash
	}
	if i := strings.IndexByte(dir[end:], '/'); i >= 0 {
		return end + i
	}
	return len(dir)
}

// sharedFolders is how many bytes of two paths lead to the last folder that is on the way to both, or is one of them.
func sharedFolders(a, b string) int {
	n := 0
	for i := 0; ; i++ {
		endA, endB := i == len(a) || a[i] == '/', i == len(b) || b[i] == '/'
		if endA && endB {
			n = i
		}
		if endA != endB || i == len(a) || i == len(b) || a[i] != b[i] {
			return n
		}
	}
}
