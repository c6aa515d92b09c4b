//go:build linux

package bench

import (
	"flag"
	"io"
	"testing"

	gogit "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing/object"
)

var read = flag.String("read", "", "read every blob of the repository at `path` with go-git")

// TestReadWithGoGit is the program "go-git": what it takes its object iterator
// to write every blob out once, into nothing.
func TestReadWithGoGit(t *testing.T) {
	if *read == "" {
		t.Skip("needs -read")
	}
	repo, err := gogit.PlainOpen(*read)
	if err != nil {
		t.Fatal(err)
	}
	blobs, err := repo.BlobObjects()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	err = blobs.ForEach(func(b *object.Blob) error {
		r, err := b.Reader()
		if err != nil {
			return err
		}
		defer r.Close()
		n++
		_, err = io.Copy(io.Discard, r)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d blobs", n)
}
