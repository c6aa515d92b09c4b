//go:build !unix

package mapped

import (
	"errors"
	"os"
)

// Map fails: a mapped file cannot be removed on Windows, so that git gc would fail while a scan runs.
func Map(*os.File, int) ([]byte, error) { return nil, errors.ErrUnsupported }

// Unmap ends what Map began.
func Unmap([]byte) error { return nil }
