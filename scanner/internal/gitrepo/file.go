package gitrepo

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
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

var errNotRegular = errors.New("not a regular file")

// checkFiles makes sure that programs which open the files of a repository without looking (go-git, git) do not wait at a
// named pipe for ever.
func (r *Repo) checkFiles() error {
	_, err := r.filesChecked.get(func() (struct{}, error) {
		files := []string{filepath.Join(r.GitDir, "HEAD"), filepath.Join(r.CommonDir, "packed-refs"), r.IndexFile}
		for _, dir := range r.ObjectDirs {
			for _, below := range []string{"pack", "info"} {
				entries, err := os.ReadDir(filepath.Join(dir, below))
				if err != nil && !errors.Is(err, fs.ErrNotExist) {
					return struct{}{}, err
				}
				for _, e := range entries {
					if !e.Type().IsRegular() && !e.IsDir() {
						files = append(files, filepath.Join(dir, below, e.Name()))
					}
				}
			}
		}
		for _, file := range files {
			if st, err := os.Stat(file); err == nil && !st.Mode().IsRegular() && !st.IsDir() {
				return struct{}{}, fmt.Errorf("%s: %w; delete it", file, errNotRegular)
			}
		}
		return struct{}{}, nil
	})
	return err
}

func isDir(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.IsDir()
}

func isFile(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.Mode().IsRegular()
}

// checkLoose does the same for the files of loose objects.
func (r *Repo) checkLoose() error {
	for _, dir := range r.ObjectDirs {
		folders, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, folder := range folders {
			if len(folder.Name()) != 2 {
				continue
			}
			files, err := os.ReadDir(filepath.Join(dir, folder.Name()))
			if err != nil {
				continue // git says so
			}
			for _, f := range files {
				if f.Type()&(fs.ModeNamedPipe|fs.ModeSocket|fs.ModeDevice) != 0 {
					return fmt.Errorf("%s: %w; delete it", filepath.Join(dir, folder.Name(), f.Name()), errNotRegular)
				}
			}
		}
	}
	return nil
}
