package scanner

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
)

// TestDamageInWords: what is wrong with a repository is told with what to do
// about it, each object once, and is no mistake of the user.
func TestDamageInWords(t *testing.T) {
	o := testOptions(t)
	for _, c := range []struct {
		name   string
		file   string // in .git
		damage func([]byte) []byte
		says   []string // of a scan of the history
		asked  string   // of a revision that cannot be read; none if it can
	}{
		{
			"cut pack", "objects/pack/*.pack", func(b []byte) []byte { return b[:len(b)/3] },
			[]string{"is cut short, or its index is of another pack: restore it from another clone", ".pack ends before it: restore it from another clone"},
			"cannot be read",
		},
		{"cut index of a pack", "objects/pack/*.idx", func(b []byte) []byte { return b[:1100] }, []string{"its index is cut short", "`git index-pack .git/objects/pack/pack-"}, "cannot be read"},
		{"changed bytes", "objects/pack/*.pack", func(b []byte) []byte { b[20] ^= 0xff; return b }, []string{"wrong checksum of the object at byte 12 of pack/"}, "at byte 12 of pack/"},
		{"changed HEAD", "HEAD", func([]byte) []byte { return []byte("x\n") }, []string{"names neither a branch nor an object; set it anew"}, "names neither a branch nor an object"},
		{"changed index", "index", func(b []byte) []byte { b[0] = 'X'; return b }, []string{"delete it and make it anew with \"git reset\""}, ""},
		{"changed packed-refs", "packed-refs", func(b []byte) []byte { return append(b, "rubbish\n"...) }, []string{"correct or delete the line"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := gittest.New(t)
			r.Commit("one", "a.txt", "one\n")
			r.Commit("two", "a.txt", "two\n")
			r.Pack()
			r.Run("pack-refs", "--all")
			files, err := filepath.Glob(r.Path(".git/" + c.file))
			must(t, err)
			content, err := os.ReadFile(files[0])
			must(t, err)
			must(t, os.Chmod(files[0], 0o666))
			must(t, os.WriteFile(files[0], c.damage(content), 0o666))
			res := scanHistory(t, r, o, HistoryOptions{})
			told := map[string]string{}
			all := ""
			for _, s := range res.Skipped {
				if before := told[s.Path]; before != "" {
					t.Errorf("%s: both %q and %q", s.Path, before, s.Reason)
				}
				told[s.Path] = s.Reason
				all += s.Subject() + ": " + s.Reason + "\n"
			}
			for _, want := range c.says {
				if !strings.Contains(all, want) {
					t.Errorf("says %s, want %q", all, want)
				}
			}
			_, err = NewFrom(context.Background(), []string{r.Dir}, "HEAD~1", o)
			_, usage := errors.AsType[*UsageError](err)
			if c.asked != "" && (err == nil || usage || !strings.Contains(err.Error(), c.asked)) {
				t.Errorf("a revision: %v (usage: %v), want %q", err, usage, c.asked)
			}
			_, err = NewFrom(context.Background(), []string{r.Dir}, "nothing", o)
			if _, usage := errors.AsType[*UsageError](err); c.asked == "" && c.file != "index" && !usage {
				t.Errorf("an unknown revision: %v", err)
			}
		})
	}
}

// TestDamageElsewhere: what to do about a pack names it as it lies, in a bare
// repository, and not at all where its objects are shared from another one.
func TestDamageElsewhere(t *testing.T) {
	o := testOptions(t)
	for name, c := range map[string]struct {
		clone func(*gittest.Repo) *gittest.Repo
		packs func(from, r *gittest.Repo) string
		says  string
	}{
		"bare": {
			func(r *gittest.Repo) *gittest.Repo { return r.Clone("--bare") },
			func(_, r *gittest.Repo) string { return r.Path("objects/pack/*.idx") }, "`git index-pack objects/pack/pack-",
		},
		"shared": {
			(*gittest.Repo).CloneShared,
			func(from, _ *gittest.Repo) string { return from.Path(".git/objects/pack/*.idx") }, "restore it where the objects are shared from",
		},
	} {
		t.Run(name, func(t *testing.T) {
			from := gittest.New(t)
			from.Commit("one", "a.txt", "one\n")
			from.Pack()
			r := c.clone(from)
			files, err := filepath.Glob(c.packs(from, r))
			must(t, err)
			content, err := os.ReadFile(files[0])
			must(t, err)
			must(t, os.Chmod(files[0], 0o666))
			must(t, os.WriteFile(files[0], content[:1100], 0o666))
			all := ""
			for _, s := range scanHistory(t, r, o, HistoryOptions{}).Skipped {
				all += s.Subject() + ": " + s.Reason + "\n"
			}
			if !strings.Contains(all, c.says) {
				t.Errorf("says %s, want %q", all, c.says)
			}
		})
	}
}
