//go:build unix

package engine

import (
	"io/fs"
	"os"
	"syscall"
)

func ownedByUser(fi fs.FileInfo) bool {
	s, ok := fi.Sys().(*syscall.Stat_t)
	return ok && int(s.Uid) == os.Geteuid()
}
