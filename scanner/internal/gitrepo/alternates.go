package gitrepo

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	maxAlternates     = 64 // folders with objects
	maxAlternateDepth = 5  // as git has it
	maxShallow        = 64 << 20
)

// objectDirs lists the folders with objects in the order in which git looks into them: the repository's own (in the
// hooks of a push the quarantine), those of the environment, those that info/alternates name, and theirs in turn.
func (r *Repo) objectDirs() []string {
	l := dirLister{repo: r}
	main := filepath.Join(r.CommonDir, "objects")
	if r.env.ObjectDirectory != "" {
		main = absolute(r.env.ObjectDirectory, r.base())
	}
	l.add(main, main, 0)
	for _, dir := range r.env.alternates() {
		l.add("GIT_ALTERNATE_OBJECT_DIRECTORIES", absolute(dir, r.base()), 1)
	}
	l.follow(main, 1)
	return l.dirs
}

type dirLister struct {
	repo  *Repo
	dirs  []string
	infos []os.FileInfo
}

// add takes a folder unless it is known already, and what it names in turn. The first one is followed by the caller,
// since the environment comes before it.
func (l *dirLister) add(from, dir string, depth int) {
	problem := func(reason string) {
		l.repo.Problems = append(l.repo.Problems, Problem{Path: from, Reason: reason, Failed: true})
	}
	st, err := os.Stat(dir)
	switch {
	case err != nil || !st.IsDir():
		problem(fmt.Sprintf("the folder with objects %s cannot be read (%v); objects in it are missing", dir, reasonOf(err)))
		return
	case len(l.dirs) == maxAlternates:
		problem(fmt.Sprintf("more than %d folders with objects; %s is left out", maxAlternates, dir))
		return
	case depth > maxAlternateDepth:
		problem(fmt.Sprintf("alternates are nested too deep; %s is left out", dir))
		return
	}
	for _, known := range l.infos {
		if os.SameFile(known, st) {
			return
		}
	}
	l.dirs, l.infos = append(l.dirs, dir), append(l.infos, st)
	if depth > 0 {
		l.follow(dir, depth+1)
	}
}

// follow takes the folders that info/alternates of a folder with objects names.
func (l *dirLister) follow(dir string, depth int) {
	file := filepath.Join(dir, "info", "alternates")
	text, err := readSmall(file, maxPointer)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			l.repo.Problems = append(l.repo.Problems, Problem{Path: file, Reason: err.Error(), Failed: true})
		}
		return
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if strings.HasPrefix(line, `"`) {
			line, _ = unquoteC(line)
		}
		if line != "" && line[0] != '#' && !strings.Contains(line, "\x00") {
			l.add(file, absolute(line, dir), depth)
		}
	}
}

// reasonOf is an error without the path that is said already.
func reasonOf(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	if err == nil {
		return errors.New("not a folder")
	}
	return err
}

// readShallow reads the list of the commits where a shallow clone ends.
func (r *Repo) readShallow() error {
	file := filepath.Join(r.CommonDir, "shallow")
	text, err := readSmall(file, maxShallow)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	n := 0
	for line := range strings.Lines(text) {
		n++
		id, err := r.parseID(strings.TrimRight(line, "\r\n"))
		if err != nil {
			return fmt.Errorf("%s:%d: not the id of a commit; run \"git fetch --unshallow\"", file, n)
		}
		r.Shallow = append(r.Shallow, id)
	}
	slices.Sort(r.Shallow)
	return nil
}

// parseID reads an id of this repository's algorithm.
func (r *Repo) parseID(digits string) (ID, error) {
	if len(digits) != 2*r.Hash.Size() {
		return "", errBadID
	}
	return ParseID(digits)
}
