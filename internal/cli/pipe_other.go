//go:build !windows

package cli

import "syscall"

// errNoData is an error of Windows; elsewhere EPIPE says the same.
const errNoData = syscall.EPIPE
