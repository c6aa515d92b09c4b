package objects

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const (
	maxAlternates     = 64      // directories in all
	maxAlternateDepth = 5       // as git
	maxAlternatesFile = 1 << 20 // bytes
)

// readDir reports whether a directory can be read.
func readDir(path string) (fs.FileInfo, error) {
	st, err := os.Stat(path)
	if err == nil && !st.IsDir() {
		err = fmt.Errorf("%s: not a directory", path)
	}
	return st, err
}

// findDirs lists the object directories and their alternates, each once.
func (s *Store) findDirs() {
	var seen []fs.FileInfo
	var add func(path string, depth int)
	add = func(path string, depth int) {
		name := ""
		if len(s.dirs) > 0 {
			name = "alternate " + strconv.Itoa(len(s.dirs)) + "/"
		}
		st, err := readDir(path)
		switch {
		case err != nil:
			s.probs.add(Problem{File: "info/alternates", Reason: "a folder that it names: " + plain(err), Failed: true})
			return
		case len(s.dirs) >= maxAlternates || depth > maxAlternateDepth:
			s.probs.add(Problem{File: "info/alternates", Reason: "too many alternates, or too deep", Failed: true})
			return
		}
		for _, o := range seen {
			if os.SameFile(o, st) {
				return
			}
		}
		seen = append(seen, st)
		s.dirs = append(s.dirs, objectDir{path, name})
		for _, a := range s.alternates(path, name) {
			add(a, depth+1)
		}
	}
	for _, path := range s.opts.ObjectDirs {
		add(path, 0)
	}
}

// alternates reads info/alternates of an object directory. Relative paths start from the directory.
func (s *Store) alternates(dir, name string) (list []string) {
	path := filepath.Join(dir, "info", "alternates")
	st, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var b []byte
	switch {
	case err != nil:
	case st.Size() > maxAlternatesFile:
		err = fmt.Errorf("%d bytes", st.Size())
	default:
		b, err = os.ReadFile(path)
	}
	if err != nil {
		s.probs.add(Problem{File: name + "info/alternates", Reason: plain(err), Failed: true})
		return nil
	}
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		if line[0] == '"' {
			if u, err := strconv.Unquote(line); err == nil { // git quotes as C does; so does Go, nearly
				line = u
			}
		}
		if !filepath.IsAbs(line) {
			line = filepath.Join(dir, line)
		}
		list = append(list, line)
	}
	return list
}
