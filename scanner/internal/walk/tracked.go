package walk

import (
	"slices"
	"sort"
)

// Tracked is the set of paths that git's index lists.
type Tracked struct{ paths []string }

// NewTracked makes a set of slash paths relative to the repository, as git's index has them. The slice is kept if it is
// sorted bytewise, as in the index.
func NewTracked(paths []string) *Tracked {
	if !slices.IsSorted(paths) {
		paths = slices.Clone(paths)
		slices.Sort(paths)
	}
	return &Tracked{paths: paths}
}

// Has reports whether a path is in the set.
func (t *Tracked) Has(path string) bool {
	_, found := slices.BinarySearch(t.paths, path)
	return found
}

// scope is the part of a Tracked that lies in one directory. The zero value knows nothing tracked.
type scope struct {
	paths []string // with the directory's path in front
	cut   int      // bytes of a walk's path in front of those of the set: the nested repository and a slash
	given bool
}

func (t *Tracked) scope(cut int) scope {
	if t == nil {
		return scope{}
	}
	return scope{paths: t.paths, cut: cut, given: true}
}

// has reports whether a path of the walk is tracked.
func (s scope) has(path string) bool {
	if len(s.paths) == 0 {
		return false
	}
	_, found := slices.BinarySearch(s.paths, path[s.cut:])
	return found
}

// below narrows the scope to a directory, given as a path of the walk.
func (s scope) below(path string) scope {
	if len(s.paths) == 0 {
		return s
	}
	dir := path[s.cut:]
	from := sort.Search(len(s.paths), func(i int) bool { return !lessThanBelow(s.paths[i], dir, '/') })
	n := sort.Search(len(s.paths)-from, func(i int) bool { return !lessThanBelow(s.paths[from+i], dir, '/'+1) })
	s.paths = s.paths[from : from+n]
	return s
}

// lessThanBelow reports whether path sorts before dir followed by next.
func lessThanBelow(path, dir string, next byte) bool {
	n := min(len(path), len(dir))
	if path[:n] != dir[:n] {
		return path[:n] < dir[:n]
	}
	return len(path) <= len(dir) || path[len(dir)] < next
}
