package ignore

import "strings"

// Glob reports whether a pattern matches the whole of a path, as git matches paths: a star stays within a part, "**"
// does not.
func Glob(pattern, path string, fold bool) bool {
	pattern, path = strings.TrimPrefix(pattern, "/"), strings.TrimPrefix(path, "/")
	if fold {
		path = foldCase(path)
	}
	g, ok := parseGlob(pattern, true, fold)
	return ok && g.match(path, path[strings.LastIndexByte(path, '/')+1:])
}
