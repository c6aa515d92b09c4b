package gitrepo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
)

// ErrNoGit says that the git program is needed and cannot be found.
var ErrNoGit = errors.New("the git program is not found in PATH; install git")

const (
	gitTimeout   = 2 * time.Minute // of a command with a short answer
	gitMaxOutput = 1 << 30
	gitMaxErrors = 4 << 10
)

// hardening are settings on the command line, which beat those of the repository. None of the commands that we run is
// known to use most of them; that is no reason to leave them on.
var hardening = []string{
	"core.fsmonitor=false", "core.hooksPath=" + os.DevNull, "core.alternateRefsCommand=", "core.pager=cat",
	"core.editor=false", "core.askPass=", "core.sshCommand=false", "core.gitProxy=", "core.attributesFile=" + os.DevNull,
	"core.excludesFile=" + os.DevNull, "credential.helper=", "diff.external=", "gpg.program=false",
	"log.showSignature=false", "protocol.allow=never", "protocol.file.allow=never", "protocol.ext.allow=never",
	"protocol.ssh.allow=never", "protocol.git.allow=never", "protocol.http.allow=never", "protocol.https.allow=never",
	"fetch.recurseSubmodules=false", "submodule.recurse=false", "gc.auto=0", "maintenance.auto=false", "core.untrackedCache=false",
}

// gitProgram runs git in one repository.
type gitProgram struct {
	path string
	repo *Repo
	env  []string

	mu   sync.Mutex
	safe []string // the user's safe.directory entries, once git has refused; then not nil
}

// git finds the program, once.
func (r *Repo) git() (*gitProgram, error) {
	return r.program.get(func() (*gitProgram, error) {
		path, err := findGit(r.env.Path)
		if err == nil {
			err = r.checkFiles()
		}
		if err != nil {
			return nil, err
		}
		g := &gitProgram{path: path, repo: r, env: gitEnv(r)}
		if r.env.SafeDirectories != nil {
			g.safe = r.env.SafeDirectories
		}
		return g, nil
	})
}

// HasGit says whether the git program can be found.
func (r *Repo) HasGit() bool {
	_, err := r.git()
	return !errors.Is(err, ErrNoGit)
}

// findGit looks for git in the absolute folders of a PATH; a relative one may be the scanned repository itself.
func findGit(list string) (string, error) {
	name := "git"
	if runtime.GOOS == "windows" {
		name = "git.exe"
	}
	for _, dir := range filepath.SplitList(list) {
		if !filepath.IsAbs(dir) {
			continue
		}
		path := filepath.Join(dir, name)
		if st, err := os.Stat(path); err == nil && st.Mode().IsRegular() && (st.Mode()&0o111 != 0 || runtime.GOOS == "windows") {
			return path, nil
		}
	}
	return "", ErrNoGit
}

// gitEnv is the whole environment that git gets.
func gitEnv(r *Repo) []string {
	env := append(
		[]string{
			"PATH=" + r.env.Path, "LC_ALL=C", "LANGUAGE=C", "HOME=" + os.DevNull, "XDG_CONFIG_HOME=" + os.DevNull,
			"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_ATTR_NOSYSTEM=1",
			"GIT_NO_REPLACE_OBJECTS=1", "GIT_NO_LAZY_FETCH=1", "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0",
			"GIT_ASKPASS=false", "SSH_ASKPASS=false", "GIT_SSH_COMMAND=false", "GIT_PAGER=cat", "GIT_EDITOR=false",
			"GIT_ALLOW_PROTOCOL=none", // beats protocol.* of the repository: nothing is ever fetched
		}, r.env.System...,
	)
	if r.explicitDir {
		env = append(env, "GIT_DIR="+r.GitDir)
		if r.Root != "" {
			env = append(env, "GIT_WORK_TREE="+r.Root)
		}
	} else {
		env = append(env, "GIT_CEILING_DIRECTORIES="+filepath.Dir(r.Where()))
	}
	if r.env.ObjectDirectory != "" {
		env = append(env, "GIT_OBJECT_DIRECTORY="+absolute(r.env.ObjectDirectory, r.base()))
	}
	if r.env.AlternateObjectDirectories != "" {
		env = append(env, "GIT_ALTERNATE_OBJECT_DIRECTORIES="+r.env.AlternateObjectDirectories)
	}
	return env
}

// command is git with all precautions. "-C" and not "--git-dir": so git checks who owns the repository, as the user may
// expect it to.
func (g *gitProgram) command(ctx context.Context, args []string) *exec.Cmd {
	all := []string{"-C", g.repo.Where(), "--no-pager", "--no-optional-locks", "--literal-pathspecs"}
	for _, setting := range hardening {
		all = append(all, "-c", setting)
	}
	g.mu.Lock()
	for _, dir := range g.safe {
		all = append(all, "-c", "safe.directory="+dir)
	}
	g.mu.Unlock()
	cmd := exec.CommandContext(ctx, g.path, append(all, args...)...)
	cmd.Env = g.env
	cmd.Dir = g.repo.Where()
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

// output runs a command with a short answer.
func (g *gitProgram) output(ctx context.Context, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, gitTimeout)
	defer cancel()
	for {
		cmd := g.command(ctx, args)
		out, errs := limited{limit: gitMaxOutput}, limited{limit: gitMaxErrors, cut: true}
		cmd.Stdout, cmd.Stderr = &out, &errs
		err := cmd.Run()
		if err == nil {
			return out.String(), nil
		}
		if g.ownership(ctx, errs.String()) {
			continue // with the entries that the user has
		}
		return "", g.failure(ctx, args[0], err, errs.String())
	}
}

// ownership says whether git refused because somebody else owns the repository, and may not any more now that the
// user's own safe.directory entries are known.
func (g *gitProgram) ownership(ctx context.Context, stderr string) bool {
	if !strings.Contains(stderr, "dubious ownership") && !strings.Contains(stderr, "safe.directory") {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.safe != nil {
		return false
	}
	g.safe = []string{}
	for _, scope := range []string{"--system", "--global"} {
		cmd := exec.CommandContext(ctx, g.path, "config", scope, "-z", "--get-all", "safe.directory")
		cmd.Dir = filepath.VolumeName(g.path) + string(filepath.Separator) // not in a repository
		cmd.Env = append([]string{"PATH=" + g.repo.env.Path, "LC_ALL=C", "GIT_CEILING_DIRECTORIES=" + cmd.Dir, "HOME=" + g.repo.env.Home}, g.repo.env.System...)
		if g.repo.env.XDG != "" {
			cmd.Env = append(cmd.Env, "XDG_CONFIG_HOME="+g.repo.env.XDG)
		}
		out, err := cmd.Output()
		if err == nil && len(out) < 1<<16 {
			g.safe = append(g.safe, strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")...)
		}
	}
	return len(g.safe) > 0
}

// failure says what git said, and what to do where that is known.
func (g *gitProgram) failure(ctx context.Context, command string, err error, stderr string) error {
	where := g.repo.Where()
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("git %s in %s: %w", command, where, ctx.Err())
	case strings.Contains(stderr, "dubious ownership") || strings.Contains(stderr, "safe.directory"):
		return fmt.Errorf("%s: git refuses the repository because it belongs to another user; if you trust it, run "+
			"\"git config --global --add safe.directory %s\"", where, where)
	case strings.Contains(stderr, "unknown repository extension"), strings.Contains(stderr, "Expected git repo version"):
		return fmt.Errorf("%s: this git is too old for the repository; install a newer one (%s)", where, lastLine(stderr))
	}
	if line := lastLine(stderr); line != "" {
		return fmt.Errorf("git %s in %s: %s (%w)", command, where, line, err)
	}
	return fmt.Errorf("git %s in %s: %w", command, where, err)
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	line := strings.TrimSpace(lines[len(lines)-1])
	for _, prefix := range []string{"fatal: ", "error: "} {
		line = strings.TrimPrefix(line, prefix)
	}
	return line
}

// limited keeps output up to a limit; what is more is an error, or cut off.
type limited struct {
	bytes.Buffer
	limit int
	cut   bool
}

func (l *limited) Write(b []byte) (int, error) {
	if room := l.limit - l.Len(); len(b) > room {
		if !l.cut {
			return 0, errors.New("the answer is too long")
		}
		l.Buffer.Write(b[:max(room, 0)])
		return len(b), nil
	}
	return l.Buffer.Write(b)
}

// ReadFrom is hidden: it would pass the limit by.
func (l *limited) ReadFrom(r io.Reader) (int64, error) {
	return io.Copy(struct{ io.Writer }{l}, r)
}
