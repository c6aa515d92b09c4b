//go:build !unix

package objects

import (
	"errors"
	"os"
)

// A mapped file cannot be removed on Windows, so that git gc would fail while a scan runs.
func mapFile(*os.File, int) ([]byte, error) { return nil, errors.ErrUnsupported }

func unmap([]byte) error { return nil }
