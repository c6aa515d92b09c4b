package gitrepo

import "strings"

// validRef says whether a name is one that git accepts for a ref with a path of its own: nothing in it can lead out of
// the folder of the refs.
func validRef(name string) bool {
	if !strings.HasPrefix(name, "refs/") || len(name) > 4096 || strings.HasSuffix(name, ".") {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part[0] == '.' || strings.HasSuffix(part, ".lock") || strings.Contains(part, "..") || strings.Contains(part, "@{") {
			return false
		}
	}
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c == 0x7f || strings.IndexByte(`~^:?*[\`, c) >= 0 {
			return false
		}
	}
	return true
}

// pseudoRef says whether a name is that of a file beside HEAD: HEAD, ORIG_HEAD.
func pseudoRef(name string) bool {
	for i := range len(name) {
		if c := name[i]; (c < 'A' || c > 'Z') && c != '_' {
			return false
		}
	}
	return name != ""
}

// private says whether each working tree has a ref of this name of its own.
func private(name string) bool {
	return strings.HasPrefix(name, "refs/bisect/") || strings.HasPrefix(name, "refs/worktree/") ||
		strings.HasPrefix(name, "refs/rewritten/")
}
