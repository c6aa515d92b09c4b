package cli

import "syscall"

// errNoData is what Windows says when the reader of a pipe went away.
const errNoData = syscall.Errno(232)
