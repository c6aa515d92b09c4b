package fixer

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Errors that a write is refused with.
var (
	// ErrChanged: the file is not what it was when it was read.
	ErrChanged = errors.New("the file changed since it was scanned: run again")
	// ErrLinked: the file has several names, of which a write would change one.
	ErrLinked = errors.New("the file has several hard links: change it by hand")
)

// Write puts the new text of a change in place below root, atomically: at any
// moment the file is whole, old or new. It keeps the mode and the owner, writes
// through a symbolic link that stays below root, and is refused if the file is
// not what it was when it was read.
func (c Change) Write(root string) error {
	name, err := inside(root, c.Path)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Path, err)
	}
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	if links(info) > 1 {
		return fmt.Errorf("%s: %w", c.Path, ErrLinked)
	}
	now, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, c.Old) {
		return fmt.Errorf("%s: %w", c.Path, ErrChanged)
	}
	if err := replace(name, info, c.New); err != nil {
		return fmt.Errorf("%s: %w", c.Path, err)
	}
	return nil
}

// inside resolves a path below root, symbolic links included, and refuses one
// that leads out.
func inside(root, path string) (string, error) {
	root, err := filepath.EvalSymlinks(root)
	if err != nil {
		return "", err
	}
	name, err := filepath.EvalSymlinks(filepath.Join(root, filepath.FromSlash(path)))
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(root, name)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return "", errors.New("a symbolic link leads out of the tree: change the file by hand")
	}
	return name, nil
}

// replace writes a new file beside the old one and renames it over it.
func replace(name string, info os.FileInfo, text []byte) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(name), ".unhapi-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = tmp.Close()
			_ = os.Remove(tmp.Name())
		}
	}()
	if _, err = tmp.Write(text); err != nil {
		return err
	}
	if err = tmp.Chmod(info.Mode().Perm()); err != nil {
		return err
	}
	if err = keepOwner(tmp, info); err != nil {
		return err
	}
	if err = tmp.Sync(); err != nil {
		return err
	}
	if err = tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), name)
}
