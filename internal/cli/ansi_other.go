//go:build !windows

package cli

import "io"

// ansi reports whether a terminal understands escape sequences.
func ansi(io.Writer) bool { return true }
