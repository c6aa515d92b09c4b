package gitrepo

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
	"github.com/unhapi/unhapi/scanner/internal/mapped"
)

// manyStaged makes a repository whose index is large enough to be mapped, with one
// staged file.
func manyStaged(t *testing.T) *Repo {
	t.Helper()
	g := gittest.New(t)
	for i := range 4000 {
		g.Write(fmt.Sprintf("folder-%d/a-file-with-a-long-name-%d", i%7, i), "x\n")
	}
	g.Run("add", ".")
	g.Run("commit", "-q", "-m", "many")
	g.Write("folder-3/new", "y\n")
	g.Run("add", ".")
	r := discover(t, g.Dir)
	if st, err := os.Stat(r.IndexFile); err != nil || st.Size() < mapFrom {
		t.Fatal(st.Size(), err)
	}
	return r
}

// What Staged gives can be used when the index is no longer mapped.
func TestStagedOfMappedIndex(t *testing.T) {
	r := manyStaged(t)
	files, err := r.Staged(context.Background())
	if err != nil || len(files) != 1 || files[0].Path != "folder-3/new" || files[0].NewID.IsNull() {
		t.Fatal(files, err)
	}
}

// An index that is cut short while it is mapped is an error, not a crash.
func TestShrinkingIndex(t *testing.T) {
	r := manyStaged(t)
	err := r.withIndex(context.Background(), func(x *Index) error {
		if err := os.Truncate(r.IndexFile, 5000); err != nil {
			return err
		}
		n := 0
		for i := range x.Entries {
			n += strings.Count(x.Entries[i].Path, "-")
		}
		return fmt.Errorf("all of %d entries could be read, %d", len(x.Entries), n)
	})
	if f, _ := os.Open(r.IndexFile); f != nil {
		defer f.Close()
		if mem, e := mapped.Map(f, 1); e != nil {
			t.Skip("files are not mapped here")
		} else if e := mapped.Unmap(mem); e != nil {
			t.Fatal(e)
		}
	}
	if err == nil || !strings.Contains(err.Error(), "cut short") {
		t.Fatal(err)
	}
}
