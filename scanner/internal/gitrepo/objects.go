package gitrepo

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// defaultReader reads loose objects itself (what is staged is loose), packed ones by way of go-git where it knows the
// format, and all others by way of the git program.
type defaultReader struct{ repo *Repo }

func (d defaultReader) Get(ctx context.Context, id ID) (Type, []byte, error) {
	r := d.repo
	if len(id) != r.Hash.Size() {
		return 0, nil, fmt.Errorf("object %s: not an id of this repository", id)
	}
	for _, dir := range r.ObjectDirs {
		typ, data, err := readLoose(dir, id)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return typ, data, err
		}
	}
	var reason error
	if r.Hash == SHA1 {
		g, err := r.goGit.get(func() (*goGitReader, error) { return openGoGit(r) })
		if err == nil {
			typ, data, gerr := g.object(id)
			if gerr == nil {
				return typ, data, nil
			}
			err = gerr
		}
		reason = err
	}
	if r.HasGit() {
		typ, data, err := r.batch.get(ctx, r, id)
		if err == nil {
			data = bytes.Clone(data)
		}
		return typ, data, d.explain(id, err)
	}
	if reason == nil {
		reason = fmt.Errorf("objects named with %s need git: %w", r.Hash, ErrNoGit)
	}
	return 0, nil, d.explain(id, reason)
}

// explain says why an object may be missing.
func (d defaultReader) explain(id ID, err error) error {
	switch {
	case !errors.Is(err, ErrMissing):
		return err
	case len(d.repo.Promisors) > 0:
		return fmt.Errorf("%s: object %s: %w, as the clone is partial; fetch it with \"git cat-file -e %s\"", d.repo.Where(), id, ErrMissing, id)
	}
	return fmt.Errorf("%s: object %s: %w; check the repository with \"git fsck\"", d.repo.Where(), id, ErrMissing)
}

// readLoose reads an object that has a file of its own.
func readLoose(dir string, id ID) (Type, []byte, error) {
	digits := id.String()
	file := filepath.Join(dir, digits[:2], digits[2:])
	st, err := os.Stat(file)
	if err != nil {
		return 0, nil, err
	}
	if !st.Mode().IsRegular() { // opening a pipe would wait for ever
		return 0, nil, fmt.Errorf("%s: %w; delete it", file, errNotRegular)
	}
	f, err := os.Open(file)
	if err != nil {
		return 0, nil, err
	}
	defer f.Close()
	typ, data, err := inflateLoose(f)
	if err != nil {
		return 0, nil, fmt.Errorf("%s: damaged object (%w); restore it from another clone", file, err)
	}
	return typ, data, nil
}

var errLooseHeader = errors.New("no header")

// inflateLoose reads "TYPE SIZE\x00DATA".
func inflateLoose(in io.Reader) (Type, []byte, error) {
	z, err := zlib.NewReader(bufio.NewReader(in))
	if err != nil {
		return 0, nil, err
	}
	defer z.Close()
	out := bufio.NewReaderSize(z, 512)
	var header []byte
	for len(header) < 32 {
		c, err := out.ReadByte()
		if err != nil {
			return 0, nil, err
		}
		if c == 0 {
			break
		}
		header = append(header, c)
	}
	name, digits, _ := strings.Cut(string(header), " ")
	typ, err1 := ParseType(name)
	size, err2 := strconv.ParseInt(digits, 10, 64)
	if err1 != nil || err2 != nil || size < 0 {
		return 0, nil, errLooseHeader
	}
	if size > MaxObject {
		return 0, nil, errTooLarge
	}
	var buf bytes.Buffer
	buf.Grow(int(min(size, 1<<20)) + bytes.MinRead) // the size is a claim
	n, err := buf.ReadFrom(io.LimitReader(out, size+1))
	if err == nil && n != size {
		err = fmt.Errorf("%d bytes instead of %d", n, size)
	}
	return typ, buf.Bytes(), err
}
