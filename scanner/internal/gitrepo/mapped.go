package gitrepo

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/unhapi/unhapi/scanner/internal/mapped"
)

// mapFrom is the size from which on a file is mapped; smaller ones are read as fast.
const mapFrom = 1 << 18

// mappings are files that are mapped for a while.
type mappings [][]byte

// read is a reader.
func (m *mappings) read(file string, limit int64) ([]byte, error) {
	// To open a named pipe would wait.
	if st, err := os.Stat(file); err != nil || !st.Mode().IsRegular() || st.Size() < mapFrom {
		return readBytes(file, limit)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil || st.Size() < mapFrom || st.Size() > limit {
		return readBytes(file, limit)
	}
	mem, err := mapped.Map(f, int(st.Size()))
	if err != nil { // not every system, and not every file system, can
		return readBytes(file, limit)
	}
	*m = append(*m, mem)
	return mem, nil
}

func (m *mappings) hold(addr uintptr) bool {
	return slices.ContainsFunc(*m, func(mem []byte) bool { return mapped.Holds(mem, addr) })
}

func (m *mappings) close() {
	for _, mem := range *m {
		_ = mapped.Unmap(mem) // nothing to be done, and it ends with the process
	}
	*m = nil
}

// withIndex runs f with the index, without the checks that Index makes. Where that is possible its file is mapped: to read
// it takes longer than all that Staged does with it. All of f must run in this goroutine, and keep no string of the index.
func (r *Repo) withIndex(ctx context.Context, f func(*Index) error) error {
	var files mappings
	cut, err := mapped.Guard(files.hold, func() error {
		x, err := r.index(ctx, files.read, false)
		if err != nil {
			return err
		}
		return f(x)
	})
	if err != nil {
		return err // it may hold a string of the index, which therefore stays
	}
	files.close()
	if cut {
		return fmt.Errorf("%s: was cut short while it was read; try again", r.IndexFile)
	}
	return nil
}
