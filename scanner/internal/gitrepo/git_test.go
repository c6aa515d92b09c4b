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
		objects := r.GitPathForTest("objects")
		if err := os.Remove(filepath.Join(objects, lost[:2], lost[2:])); err != nil {
			t.Fatal(err)
		}
		head := mustID(t, strings.TrimSpace(mustGit(t, r, "rev-parse", "HEAD")))
		steps := map[string]func() error{
			"head":       func() error { _, err := r.Head(ctx); return err },
			"gitHead":    func() error { _, err := r.gitHead(ctx); return err },
			"refs":       func() error { _, _, err := r.Refs(ctx); return err },
			"gitRefs":    func() error { _, err := r.gitRefs(ctx); return err },
			"reflogs":    func() error { l := tipLister{repo: r, seen: map[ID]bool{}}; return l.gitReflogs(ctx) },
			"tips":       func() error { _, _, err := r.Tips(ctx); return err },
			"stashes":    func() error { _, err := r.Stashes(ctx); return err },
			"tracked":    func() error { _, err := r.Tracked(ctx); return err },
			"staged":     func() error { _, err := r.Staged(ctx); return err },
			"changed":    func() error { _, err := r.Changed(ctx, mustID(t, side), head); return err },
			"worktree":   func() error { _, err := r.ChangedWorktree(ctx, mustID(t, side), []string{"new"}); return err },
			"submodules": func() error { _, err := r.Submodules(ctx); return err },
			"resolve":    func() error { _, err := r.Resolve(ctx, "HEAD@{0}"); return err },
			"date":       func() error { _, err := r.Resolve(ctx, "HEAD@{yesterday}"); return err },
			"range":      func() error { _, err := r.ParseRange(ctx, side+"...HEAD"); return err },
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
				if _, _, err := r.Objects.Get(ctx, mustID(t, lost)); !errors.Is(err, ErrMissing) {
					return fmt.Errorf("missing object: %w", err)
				}
				return nil
			},
		}
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

// GitPathForTest is the place of a file of the repository.
func (r *Repo) GitPathForTest(name string) string { return filepath.Join(r.CommonDir, name) }

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

func TestCatFileDamaged(t *testing.T) {
	g := gittest.New(t)
	g.Commit("first", "f", "1\n")
	blob := g.ID("HEAD:f")
	file := g.Path(".git/objects/" + blob[:2] + "/" + blob[2:])
	if err := os.Chmod(file, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("garbage"), 0o666); err != nil {
		t.Fatal(err)
	}
	r := discover(t, g.Dir)
	failed := false
	err := r.CatFileAll(context.Background(), func(ID, Type, []byte) error { return nil }, func(ID, string) { failed = true })
	if err == nil && !failed {
		t.Error("a damaged object was passed over in silence")
	}
	if _, _, err := r.Objects.Get(context.Background(), mustID(t, blob)); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Error(err)
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
