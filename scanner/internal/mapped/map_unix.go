//go:build unix

package mapped

import (
	"os"

	"golang.org/x/sys/unix"
)

// Map maps a file of at least one byte.
func Map(f *os.File, size int) ([]byte, error) {
	return unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ, unix.MAP_SHARED)
}

// Unmap ends what Map began.
func Unmap(b []byte) error { return unix.Munmap(b) }
