package gitrepo

import (
	"fmt"
	"io"
	"io/fs"
	"os"
)

// readSmall reads a file that must be a regular one (a named pipe would make us wait for ever) and not too large.
// The errors of this function never quote what the file holds: it may be a link to anything.
func readSmall(path string, limit int64) (string, error) {
	b, err := readBytes(path, limit)
	return string(b), err
}

func readBytes(path string, limit int64) ([]byte, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: path, Err: errNotRegular}
	}
	if st.Size() > limit {
		return nil, fmt.Errorf("%s: %d bytes are more than the %d that such a file may have", path, st.Size(), limit)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := make([]byte, 0, st.Size()+1)
	for {
		n, err := f.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if err == io.EOF {
			return b, nil
		}
		if err != nil {
			return nil, err
		}
		if len(b) == cap(b) { // it grew meanwhile
			if int64(len(b)) > limit {
				return nil, fmt.Errorf("%s: grows while it is read; try again", path)
			}
			b = append(b, 0)[:len(b)]
		}
	}
}

var errNotRegular = fmt.Errorf("not a regular file")

func isDir(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.IsDir()
}

func isFile(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.Mode().IsRegular()
}
