package scanner

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
)

// hostile makes a repository configure everything that git would run, each a
// program that leaves a file behind.
func hostile(t *testing.T, r *gittest.Repo) (canary string) {
	t.Helper()
	dir := gittest.TempDir(t)
	canary = filepath.Join(dir, "ran")
	program := filepath.Join(dir, "run.sh")
	must(t, os.WriteFile(program, []byte("#!/bin/sh\necho \"$0 $*\" >>'"+canary+"'\nexit 1\n"), 0o777))
	for _, hook := range []string{"post-index-change", "pre-commit", "reference-transaction", "post-checkout", "fsmonitor-watchman"} {
		r.WriteGit("hooks/"+hook, "#!/bin/sh\n'"+program+"' "+hook+"\n")
		must(t, os.Chmod(r.GitPath("hooks/"+hook), 0o777))
	}
	r.WriteGit("info/attributes", "* filter=x diff=x merge=x\n")
	r.WriteGit("config", r.Read(".git/config")+`
[core]
	fsmonitor = `+program+`
	hooksPath = hooks
	pager = `+program+`
	editor = `+program+`
	sshCommand = `+program+`
	askPass = `+program+`
	gitProxy = `+program+`
	alternateRefsCommand = `+program+`
[diff]
	external = `+program+`
[diff "x"]
	textconv = `+program+`
	command = `+program+`
[filter "x"]
	clean = `+program+`
	smudge = `+program+`
	process = `+program+`
	required = true
[merge "x"]
	driver = `+program+`
[credential]
	helper = `+program+`
[gpg]
	program = `+program+`
[log]
	showSignature = true
[pager]
	log = `+program+`
	diff = `+program+`
[alias]
	cat-file = !`+program+`
	rev-parse = !`+program+`
[uploadpack]
	packObjectsHook = `+program+`
[remote "origin"]
	url = ext::`+program+`
	fetch = +refs/heads/*:refs/remotes/origin/*
	uploadpack = `+program+`
`)
	return canary
}

// TestNothingConfiguredRuns: whatever a repository asks git to run stays
// unrun, whichever source is scanned, also where the git program is used.
func TestNothingConfiguredRuns(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the canary is a shell script")
	}
	for _, format := range []string{"sha1", "sha256"} {
		t.Run(format, func(t *testing.T) {
			o := testOptions(t)
			r := livesIn(t, o, "--object-format="+format)
			r.Pack()
			r.Write(".gitattributes", "* filter=x diff=x merge=x\n", "src/a.py", expand(t, o, "T = '{{app-token 2}}'\n"))
			r.Add()
			r.Write("src/a.py", expand(t, o, "T = '{{app-token 3}}'\n"), "src/new.py", expand(t, o, "T = '{{app-token 2}}'\n"))
			canary := hostile(t, r)
			ctx := context.Background()
			for name, scan := range map[string]func() (*Result, error){
				"tree":         func() (*Result, error) { return Tree(ctx, []string{r.Dir}, o) },
				"staged":       func() (*Result, error) { return Staged(ctx, []string{r.Dir}, o) },
				"new from":     func() (*Result, error) { return NewFrom(ctx, []string{r.Dir}, "HEAD~1", o) },
				"new from tag": func() (*Result, error) { return NewFrom(ctx, []string{r.Dir}, "v1", o) },
				"history":      func() (*Result, error) { return HistoryOf(ctx, r.Dir, o, HistoryOptions{Calls: true}) },
				"range":        func() (*Result, error) { return HistoryOf(ctx, r.Dir, o, HistoryOptions{Range: "HEAD~4..HEAD"}) },
				"since":        func() (*Result, error) { return HistoryOf(ctx, r.Dir, o, HistoryOptions{Since: "HEAD@{4}"}) },
			} {
				res, err := scan()
				if ran, readErr := os.ReadFile(canary); readErr == nil {
					t.Fatalf("%s ran %s", name, ran)
				}
				if err != nil {
					t.Errorf("%s: %v", name, err)
				} else if len(res.Findings) == 0 {
					t.Errorf("%s found nothing; skipped %+v", name, res.Skipped)
				}
			}
			_, _ = r.Try("status")
			if _, err := os.Stat(canary); err != nil {
				t.Error("git itself does not run what is configured: the test proves nothing")
			}
		})
	}
}
