package gitrepo

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
)

func FuzzConfig(f *testing.F) {
	f.Add("[core]\n\tbare = false # x\n[remote \"o\\\"r\"] url = \"a;b\\\n c\"\n[x.y]z")
	f.Add("[a \"b\nc\"]\r\nd=\\t\\q\n\x00")
	f.Fuzz(func(t *testing.T, text string) {
		c := config{}
		if line := c.parse(text); line < 0 || line > strings.Count(text, "\n")+2 {
			t.Fatalf("line %d", line)
		}
		for key := range c {
			if !strings.Contains(key, ".") {
				t.Fatalf("key %q", key)
			}
		}
	})
}

func FuzzTree(f *testing.F) {
	id := strings.Repeat("i", 20)
	f.Add("100644 a\x00"+id+"40000 b\x00"+id+"120000 c\x00"+id, false)
	f.Add("40000 b\x00"+id+"100644 b.\x00"+id, false)
	f.Add("100644 a\x00"+id+"iiiiiiiiiiii", true)
	f.Fuzz(func(t *testing.T, data string, sha256 bool) {
		size := 20
		if sha256 {
			size = 32
		}
		entries, ok := parseTree(data, size)
		if !ok {
			return
		}
		for _, e := range entries {
			if e.key == "" || len(e.id) != size || strings.Contains(strings.TrimSuffix(e.key, "/"), "/") {
				t.Fatalf("%+v", e)
			}
		}
		if !slices.IsSortedFunc(entries, func(a, b treeEntry) int { return strings.Compare(a.key, b.key) }) {
			t.Fatal("not sorted")
		}
	})
}

func FuzzCommit(f *testing.F) {
	id := strings.Repeat("0123456789abcdef0123", 2)
	f.Add([]byte("tree " + id + "\nparent " + id + "\nauthor A <a@b> 1 +0000\ncommitter A <> 1 > 5 +0000\ngpgsig x\n y\n\nmessage\nparent " + id + "\n"))
	f.Add([]byte("object " + id + "\ntype commit\n"))
	r := &Repo{}
	f.Fuzz(func(t *testing.T, data []byte) {
		if c, ok := r.parseCommit(data); ok && len(c.tree) != 20 {
			t.Fatalf("%+v", c)
		}
		tagTarget(r, data)
	})
}

// Whatever stands in the files of a repository, listing its refs ends and gives sound names.
func FuzzRefs(f *testing.F) {
	id := strings.Repeat("0123456789abcdef0123", 2)
	f.Add("ref: refs/heads/main\n", "# pack-refs with: peeled \n"+id+" refs/tags/v1\n^"+id+"\n", id+"\n", id+" "+id+" A <a@b> 1 +0000\tx\n")
	f.Add(id, id+" refs/../x\n", "ref: refs/heads/a", "x\n\n")
	dir, err := filepath.EvalSymlinks(f.TempDir())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, head, packed, ref, log string) {
		for name, text := range map[string]string{"HEAD": head, "packed-refs": packed, "refs/heads/a": ref, "logs/HEAD": log, "FETCH_HEAD": log} {
			file := filepath.Join(dir, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		r := &Repo{GitDir: dir, CommonDir: dir, Objects: nothing{}}
		tips, _, err := allTips(context.Background(), r)
		if err != nil {
			t.Fatal(err)
		}
		refs, _, err := r.Refs(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, ref := range refs {
			if !validRef(ref.Name) || len(ref.ID) != 20 {
				t.Fatalf("%+v", ref)
			}
		}
		for _, tip := range tips {
			if len(tip.ID) != 20 {
				t.Fatalf("%+v", tip)
			}
		}
	})
}

// nothing has no objects.
type nothing struct{}

func (nothing) Get(context.Context, ID) (Type, []byte, error) { return 0, nil, ErrMissing }

// What git puts into the environment of a hook leads to the index that is committed.
func TestHookEnvironment(t *testing.T) {
	g := gittest.New(t)
	g.Commit("first", "f", "1\n", "g", "1\n", "dir/h", "1\n")
	hook := "#!/bin/sh\nenv -0 >\"$SAVED_ENV\"\ncp \"${GIT_INDEX_FILE:-$(git rev-parse --git-path index)}\" \"$SAVED_ENV.index\"\n"
	g.WriteGit("hooks/pre-commit", hook)
	if err := os.Chmod(g.GitPath("hooks/pre-commit"), 0o777); err != nil {
		t.Fatal(err)
	}
	for name, w := range map[string]*gittest.Repo{"main": g, "linked": g.Worktree("linked")} {
		for _, args := range [][]string{{"-a"}, {"--", "f"}, {}} {
			saved := filepath.Join(gittest.TempDir(t), "env")
			w.Setenv("SAVED_ENV", saved)
			w.Write("f", name+strings.Join(args, ""), "g", name+strings.Join(args, ""))
			w.Add("g")
			w.Write("g", w.Read("g")+"not staged\n")
			before := w.Head()
			w.Run(append([]string{"commit", "-q", "-m", "x"}, args...)...)
			text, err := os.ReadFile(saved)
			if err != nil {
				t.Skip("no env -0 here: ", err)
			}
			vars := map[string]string{}
			for v := range strings.SplitSeq(string(text), "\x00") {
				k, v, _ := strings.Cut(v, "=")
				vars[k] = v
			}
			env := EnvFrom(func(name string) string { return vars[name] })
			env.IndexFile = saved + ".index" // git's own is gone
			r := discoverEnv(t, w.Dir, env)
			if r.Root != w.Dir {
				t.Errorf("%s %q: root %s", name, args, r.Root)
			}
			x, err := r.Index(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			d := newIndexDiff(r, 1)
			c, err := r.commit(t.Context(), mustID(t, before))
			if err != nil {
				t.Fatal(err)
			}
			if err := d.dir(t.Context(), "", x.Entries, []ID{c.tree}, x.cache, 0); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range d.changes {
				got = append(got, c.entry.Path)
			}
			if want := w.Fields("diff-tree", "-r", "-z", "--name-only", "--no-commit-id", "HEAD"); !slices.Equal(got, want) {
				t.Errorf("%s %q: staged %q, committed %q", name, args, got, want)
			}
		}
	}
}
