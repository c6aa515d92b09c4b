// Package demo holds the repository that `unhapi demo` writes: one file for
// each commit, in order. The comment of a file is the message of the commit,
// followed by what else there is to say about it (date, branch, merge, tag);
// a file without content is removed. Credentials are placeholders, which are
// expanded when the repository is written.
package demo

import "embed"

// Commits are the commits, sorted by name.
//
//go:embed *.txtar
var Commits embed.FS
