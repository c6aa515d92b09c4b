//go:build !windows

package gitrepo

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/unhapi/unhapi/internal/gittest"
)

// A named pipe in the place of a file is an error, not something to wait for.
func TestPipes(t *testing.T) {
	for _, name := range []string{"HEAD", "config", "index", "packed-refs", "shallow", "commondir", "refs/heads/main", "objects/info/alternates", "objects/pack/pack-x.idx", "objects/xx", "MERGE_HEAD", "logs/HEAD", "FETCH_HEAD"} {
		t.Run(strings.ReplaceAll(name, "/", "_"), func(t *testing.T) {
			g := gittest.New(t)
			g.Commit("first", "f", "1\n")
			g.Write("f", "2\n")
			g.Add()
			blob := g.ID(":f")
			if name == "objects/xx" {
				name = "objects/" + blob[:2] + "/" + blob[2:]
			}
			file := filepath.Join(g.Dir, ".git", filepath.FromSlash(name))
			_ = os.Remove(file)
			if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := syscall.Mkfifo(file, 0o666); err != nil {
				t.Skip(err)
			}
			env := testEnv(t)
			done := make(chan bool)
			go func() {
				defer close(done)
				ctx := context.Background()
				r, err := Discover(g.Dir, env)
				if err != nil {
					return
				}
				defer r.Close()
				failed := len(r.Problems) > 0
				note := func(err error, problems ...Problem) {
					if err != nil || len(problems) > 0 {
						failed = true
					}
				}
				_, err = r.Head(ctx)
				note(err)
				_, err = r.Staged(ctx)
				note(err)
				_, problems, err := allTips(ctx, r)
				note(err, problems...)
				_, err = r.Resolve(ctx, "HEAD~3")
				note(err)
				_, _, err = r.Objects.Get(ctx, ID(strings.Repeat("\x05", 20)))
				note(err)
				_, _, err = r.Objects.Get(ctx, mustID(t, blob))
				note(err)
				note(r.CatFileAll(ctx, func(ID, Type, []byte) error { return nil }, func(ID, string) { failed = true }))
				if !failed {
					t.Error("nothing failed")
				}
			}()
			select {
			case <-done:
			case <-time.After(20 * time.Second):
				t.Fatal("waits")
			}
		})
	}
}

// What may not be read is an error that says so.
func TestPermission(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may read everything")
	}
	g := gittest.New(t)
	g.Commit("first", "f", "1\n")
	for _, name := range []string{"index", "HEAD", "config", "."} {
		file := filepath.Join(g.Dir, ".git", name)
		st, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, 0); err != nil {
			t.Fatal(err)
		}
		r, err := Discover(g.Dir, testEnv(t))
		if err == nil {
			_, err = r.Staged(context.Background())
		}
		if err == nil || !strings.Contains(err.Error(), "permission denied") || !strings.Contains(err.Error(), g.Dir) {
			t.Errorf("%s: %v", name, err)
		}
		if err := os.Chmod(file, st.Mode()); err != nil {
			t.Fatal(err)
		}
	}
}
