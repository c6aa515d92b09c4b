package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
)

// hostile makes a repository whose config and attributes name a program in every place that is known. The program leaves
// a trace. It returns where the trace would be.
func hostile(t *testing.T, g *gittest.Repo) (trace string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell script")
	}
	dir := gittest.TempDir(t)
	trace = filepath.Join(dir, "trace")
	script := filepath.Join(dir, "canary")
	if err := os.WriteFile(script, []byte("#!/bin/sh\necho \"$0 $*\" >>"+trace+"\nexit 0\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	hooks := filepath.Join(dir, "hooks")
	if err := os.Mkdir(hooks, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"post-checkout", "pre-commit", "reference-transaction", "post-index-change", "fsmonitor-watchman", "pre-auto-gc", "post-rewrite", "sendemail-validate", "update", "pre-receive"} {
		for _, to := range []string{filepath.Join(hooks, name), g.GitPath("hooks") + "/" + name} {
			if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.Link(script, to); err != nil {
				t.Fatal(err)
			}
		}
	}
	g.WriteGit("info/attributes", "* filter=evil diff=evil merge=evil\n")
	g.WriteGit("include", "[core]\n\tfsmonitor = "+script+"\n")
	for key, value := range map[string]string{
		"core.fsmonitor": script, "core.hooksPath": hooks, "core.sshCommand": script, "core.pager": script, "core.editor": script, "core.askPass": script,
		"core.alternateRefsCommand": script, "core.gitProxy": script, "pager.log": script, "pager.cat-file": script, "pager.rev-parse": script, "pager.for-each-ref": script,
		"alias.rev-parse": "!" + script, "alias.cat-file": "!" + script, "alias.for-each-ref": "!" + script, "alias.x": "!" + script,
		"filter.evil.clean": script, "filter.evil.smudge": script, "filter.evil.process": script, "filter.evil.required": "true",
		"diff.evil.command": script, "diff.evil.textconv": script, "diff.external": script, "merge.evil.driver": script,
		"remote.origin.url": "ssh://example.invalid/x", "remote.origin.uploadpack": script, "remote.origin.promisor": "true", "remote.origin.vcs": "evil",
		"remote.other.url": "ext::" + script + " %S", "remote.other.promisor": "true", "remote.third.url": g.Dir, "remote.third.uploadpack": script, "remote.third.promisor": "true",
		"extensions.partialClone": "origin", "core.repositoryFormatVersion": "1",
		"protocol.allow": "always", "protocol.ext.allow": "always", "protocol.file.allow": "always", "protocol.ssh.allow": "always",
		"credential.helper": "!" + script, "gpg.program": script, "gpg.ssh.program": script, "log.showSignature": "true", "trace2.eventTarget": trace, "trace2.normalTarget": trace,
		"uploadpack.packObjectsHook": script, "submodule.recurse": "true", "fetch.recurseSubmodules": "true", "include.path": "include", "includeIf.gitdir:/.path": "include",
		"gc.auto": "1", "maintenance.auto": "true", "core.untrackedCache": "true",
	} {
		g.Run("config", key, value)
	}
	return trace
}

// Nothing that a repository configures ever runs, whatever we do with it.
func TestNothingRuns(t *testing.T) {
	forms(t, func(t *testing.T, g *gittest.Repo) {
		ctx := context.Background()
		g.Commit("first", "f", "1\n", "dir/g", "1\n", ".gitattributes", "* filter=evil diff=evil\n")
		g.Branch("side")
		side := g.Commit("side", "dir/h", "1\n")
		g.Checkout("-")
		g.Commit("second", "f", "2\n")
		g.Tag("v1", "tag\n")
		g.Commit("third", "f", "3\n")
		lost := g.ID("HEAD~1:f")
		g.Write("f", "4\n", "new", "x\n")
		g.Add()
		g.Write("dir/g", "changed\n")
		trace := hostile(t, g)
		r := discover(t, g.Dir)
		objects := r.ObjectDirs[0]
		if err := os.Remove(filepath.Join(objects, lost[:2], lost[2:])); err != nil {
			t.Fatal(err)
		}
		head := mustID(t, strings.TrimSpace(mustGit(t, r, "rev-parse", "HEAD")))
		steps := everything(ctx, r, head, mustID(t, side), mustID(t, lost))
		for name, step := range steps {
			if err := step(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if b, err := os.ReadFile(trace); err == nil {
				t.Fatalf("%s ran %s", name, b)
			}
		}
		// The canary does sing.
		if _, err := g.Try("-c", "core.fsmonitor="+filepath.Dir(trace)+"/canary", "status"); err == nil {
			if _, err := os.Stat(trace); err != nil {
				t.Error("git status did not run the canary: the test proves nothing")
			}
		}
	})
}

// everything is each way in which a repository is read.
func everything(ctx context.Context, r *Repo, head, side, lost ID) map[string]func() error {
	return map[string]func() error{
		"head":       func() error { _, err := r.Head(ctx); return err },
		"gitHead":    func() error { _, err := r.gitHead(ctx); return err },
		"refs":       func() error { _, _, err := r.Refs(ctx); return err },
		"gitRefs":    func() error { _, err := r.gitRefs(ctx); return err },
		"reflogs":    func() error { l := tipLister{repo: r, seen: map[ID]bool{}}; return l.gitReflogs(ctx) },
		"tips":       func() error { _, _, err := allTips(ctx, r); return err },
		"stashes":    func() error { _, err := r.Stashes(ctx); return err },
		"tracked":    func() error { _, err := r.Tracked(ctx); return err },
		"staged":     func() error { _, err := r.Staged(ctx); return err },
		"changed":    func() error { _, err := r.Changed(ctx, side, head); return err },
		"worktree":   func() error { _, err := r.ChangedWorktree(ctx, side, []string{"new"}); return err },
		"submodules": func() error { _, err := r.Submodules(ctx); return err },
		"resolve":    func() error { _, err := r.Resolve(ctx, "HEAD@{0}"); return err },
		"date":       func() error { _, err := r.Resolve(ctx, "HEAD@{yesterday}"); return err },
		"range":      func() error { _, err := r.ParseRange(ctx, side.String()+"...HEAD"); return err },
		"all": func() error {
			n := 0
			err := r.CatFileAll(ctx, func(ID, Type, []byte) error { n++; return nil }, nil)
			if n < 10 {
				return fmt.Errorf("%d objects", n)
			}
			return err
		},
		"one": func() error { _, _, err := r.batch.get(ctx, r, head); return err },
		"missing": func() error {
			if _, _, err := r.Objects.Get(ctx, lost); !errors.Is(err, ErrMissing) {
				return fmt.Errorf("missing object: %w", err)
			}
			return nil
		},
	}
}

func mustGit(t testing.TB, r *Repo, args ...string) string {
	t.Helper()
	g, err := r.git()
	if err != nil {
		t.Fatal(err)
	}
	out, err := g.output(context.Background(), args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCatFileAll(t *testing.T) {
	forms(t, func(t *testing.T, g *gittest.Repo) {
		ctx := context.Background()
		big := strings.Repeat("0123456789abcdef\n", 1<<16)
		g.Commit("first", "f", "1\n", "big", big, "empty", "")
		g.Tag("v1", "tag\n")
		g.Pack()
		g.Blob("loose and unreachable\n")
		r := discover(t, g.Dir)
		var got []string
		err := r.CatFileAll(ctx, func(id ID, typ Type, data []byte) error {
			got = append(got, fmt.Sprintf("%s %s %d", id, typ, len(data)))
			return nil
		}, func(id ID, reason string) { t.Errorf("%s: %s", id, reason) })
		if err != nil {
			t.Fatal(err)
		}
		want := g.Lines("cat-file", "--batch-all-objects", "--batch-check")
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		// Each object singly, by all three ways.
		for _, line := range want {
			id := mustID(t, strings.Fields(line)[0])
			typ, data, err := r.Objects.Get(ctx, id)
			if err != nil || fmt.Sprintf("%s %s %d", id, typ, len(data)) != line {
				t.Errorf("%s: %s %d %v", line, typ, len(data), err)
			}
			typ2, data2, err := r.batch.get(ctx, r, id)
			if err != nil || typ2 != typ || string(data2) != string(data) {
				t.Errorf("%s by git: %s %d %v", line, typ2, len(data2), err)
			}
		}
		stop := errors.New("stop")
		if err := r.CatFileAll(ctx, func(ID, Type, []byte) error { return stop }, nil); !errors.Is(err, stop) {
			t.Errorf("stopped: %v", err)
		}
		cancelled, cancel := context.WithCancel(ctx)
		cancel()
		if err := r.CatFileAll(cancelled, func(ID, Type, []byte) error { return nil }, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		if _, _, err := r.Objects.Get(ctx, ID(strings.Repeat("\x01", r.Hash.Size()))); !errors.Is(err, ErrMissing) {
			t.Errorf("missing: %v", err)
		}
		if _, _, err := r.Objects.Get(ctx, "short"); err == nil {
			t.Error("no error for an id of the wrong length")
		}
	})
}

func TestCatFilePartial(t *testing.T) {
	g := gittest.New(t)
	g.Commit("first", "f", "1\n", "g", "2\n")
	g.Run("config", "uploadpack.allowFilter", "true")
	c := g.Clone("--filter=blob:none", "--no-checkout")
	r := discover(t, c.Dir)
	n := 0
	if err := r.CatFileAll(context.Background(), func(ID, Type, []byte) error { n++; return nil }, nil); err != nil || n != 2 {
		t.Errorf("%d objects, %v", n, err)
	}
}

// A damaged object is named, and all others are visited.
func TestCatFileDamaged(t *testing.T) {
	g := gittest.New(t)
	for i := range 30 {
		g.Blob(fmt.Sprint("blob ", i))
	}
	g.Commit("first", "f", "1\n")
	want := g.Lines("cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
	for i, id := range want {
		if i%7 != 3 {
			continue
		}
		file := g.Path(".git/objects/" + id[:2] + "/" + id[2:])
		if err := os.Chmod(file, 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("garbage"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	r := discover(t, g.Dir)
	var good, bad []string
	err := r.CatFileAll(context.Background(), func(id ID, _ Type, _ []byte) error { good = append(good, id.String()); return nil }, func(id ID, _ string) { bad = append(bad, id.String()) })
	if err != nil {
		t.Error(err)
	}
	for i, id := range want {
		list := good
		if i%7 == 3 {
			list = bad
		}
		if !slices.Contains(list, id) {
			t.Errorf("object %d %s", i, id)
		}
	}
	if len(good)+len(bad) != len(want) {
		t.Errorf("%d good and %d damaged of %d", len(good), len(bad), len(want))
	}
	if err := r.CatFileAll(context.Background(), func(ID, Type, []byte) error { return nil }, nil); err == nil {
		t.Error("damaged objects were passed over in silence")
	}
	if _, _, err := r.Objects.Get(context.Background(), mustID(t, bad[0])); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Error(err)
	}
}

// At a damaged object in a pack git gives up; we go on.
func TestCatFileDamagedPack(t *testing.T) {
	g := gittest.New(t)
	for i := range 40 {
		g.Write(fmt.Sprint("f", i), strings.Repeat(fmt.Sprint("text ", i, " "), 100+i))
	}
	g.CommitAll("all")
	g.Run("-c", "pack.depth=0", "-c", "pack.window=0", "repack", "-q", "-a", "-d")
	packs, err := filepath.Glob(g.Path(".git/objects/pack/*.pack"))
	if err != nil || len(packs) != 1 {
		t.Fatal(packs, err)
	}
	data, err := os.ReadFile(packs[0])
	if err != nil {
		t.Fatal(err)
	}
	bad := map[string]bool{}
	for i, line := range g.Lines("verify-pack", "-v", packs[0]) {
		f := strings.Fields(line) // id type size packed-size offset
		if len(f) < 5 || f[1] != "blob" || i%9 != 4 {
			continue
		}
		var at, size int
		fmt.Sscan(f[3], &size)
		fmt.Sscan(f[4], &at)
		for j := at + 4; j < at+size; j++ {
			data[j] ^= 0xff
		}
		bad[f[0]] = true
	}
	if err := os.Chmod(packs[0], 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(packs[0], data, 0o666); err != nil {
		t.Fatal(err)
	}
	all := g.Lines("cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
	good := 0
	r := discover(t, g.Dir)
	err = r.CatFileAll(context.Background(), func(id ID, _ Type, _ []byte) error {
		if bad[id.String()] {
			t.Errorf("%s is damaged", id)
		}
		good++
		return nil
	}, func(id ID, reason string) {
		if !bad[id.String()] || reason == "" {
			t.Errorf("%s is sound: %s", id, reason)
		}
		delete(bad, id.String())
	})
	if err != nil || len(bad) != 0 || good == 0 || good >= len(all) {
		t.Errorf("%d sound of %d, not named: %v, %v", good, len(all), bad, err)
	}
}

func TestNoGit(t *testing.T) {
	g := gittest.New(t, "--object-format=sha256")
	g.Commit("first", "f", "1\n")
	g.Pack()
	r := discoverEnv(t, g.Dir, Env{Path: "relative" + string(filepath.ListSeparator) + t.TempDir()})
	if _, _, err := r.Objects.Get(context.Background(), mustID(t, g.Head())); !errors.Is(err, ErrNoGit) {
		t.Error(err)
	}
	if err := r.CatFileAll(context.Background(), nil, nil); !errors.Is(err, ErrNoGit) || !strings.Contains(err.Error(), "install git") {
		t.Error(err)
	}
}

// Git refuses the repository of another user, unless the user's own config says that it is safe.
func TestOwnership(t *testing.T) {
	if runtime.GOOS == "windows" || os.Getuid() != 0 {
		t.Skip("only root can give files away")
	}
	g := gittest.New(t)
	g.Commit("first", "f", "1\n")
	if err := filepath.WalkDir(g.Dir, func(p string, _ os.DirEntry, err error) error {
		return errors.Join(err, os.Chown(p, 12345, 12345))
	}); err != nil {
		t.Fatal(err)
	}
	env := testEnv(t)
	all := func(env Env) error {
		return discoverEnv(t, g.Dir, env).CatFileAll(context.Background(), func(ID, Type, []byte) error { return nil }, nil)
	}
	if err := all(env); err == nil || !strings.Contains(err.Error(), "git config --global --add safe.directory "+g.Dir) {
		t.Errorf("%v", err)
	}
	// What needs no program needs nobody's leave.
	if _, err := discoverEnv(t, g.Dir, env).Staged(context.Background()); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(env.Home, ".gitconfig"), []byte("[safe]\n\tdirectory = "+g.Dir+"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if gittest.Version(t) < 238 {
		return
	}
	if err := all(env); err != nil {
		t.Errorf("with safe.directory: %v", err)
	}
	env = testEnv(t)
	env.SafeDirectories = []string{"*"}
	if err := all(env); err != nil {
		t.Errorf("with safe.directory given: %v", err)
	}
}
