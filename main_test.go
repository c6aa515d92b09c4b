package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/unhapi/unhapi/internal/cli"
	"github.com/unhapi/unhapi/rules"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata/script")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"unhapi": recorded})
}

// recording names the file that takes down what the program writes, so that
// it can be searched for secrets.
const recording = "SCRIPT_RECORDING"

// recorded is the program of the scripts.
func recorded() {
	var record io.Writer = io.Discard
	if name := os.Getenv(recording); name != "" {
		file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			panic(err)
		}
		record = file
	}
	os.Exit(cli.Main(context.Background(), os.Environ(), os.Stdin,
		io.MultiWriter(os.Stdout, record), io.MultiWriter(os.Stderr, record), os.Args[1:]))
}

// TestScripts runs testdata/script. Their secrets come from the command
// "expand", and none of them may be in what the program writes: to stdout, to
// stderr, or to files in a folder "out".
func TestScripts(t *testing.T) {
	records := t.TempDir() // not in the folder of a script, which would scan it
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		Setup:               func(env *testscript.Env) error { return setupScript(env, records) },
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Condition: func(cond string) (bool, error) {
			if cond == "root" {
				return os.Geteuid() == 0, nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"expand": expandFiles,
			"exits":  exits,
			"append": appendText,
		},
	})
}

type secretsKey struct{}

func setupScript(env *testscript.Env, records string) error {
	secrets := &[]string{}
	env.Values[secretsKey{}] = secrets
	record := filepath.Join(records, filepath.Base(env.WorkDir))
	bin := ""
	if found, err := exec.LookPath("unhapi"); err == nil {
		bin = filepath.Dir(found)
	}
	env.Vars = append(
		env.Vars, recording+"="+record, "BIN="+bin, "HOME="+env.WorkDir+"/.home",
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_TEMPLATE_DIR=", "GIT_CEILING_DIRECTORIES="+filepath.Dir(env.WorkDir),
		"GIT_AUTHOR_NAME=Ada Tester", "GIT_AUTHOR_EMAIL=ada@example.com", "GIT_AUTHOR_DATE=2024-01-02T03:04:05Z",
		"GIT_COMMITTER_NAME=Ada Tester", "GIT_COMMITTER_EMAIL=ada@example.com", "GIT_COMMITTER_DATE=2024-01-02T03:04:05Z",
	)
	env.Defer(func() {
		if err := errors.Join(search(record, *secrets), searchOutput(env.WorkDir, *secrets)); err != nil {
			env.T().Fatal(err)
		}
	})
	return nil
}

// searchOutput looks for secrets in the reports of a script.
func searchOutput(dir string, secrets []string) error {
	return filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || filepath.Base(filepath.Dir(name)) != "out" {
			return nil // what a script made unreadable is no report
		}
		return search(name, secrets)
	})
}

// search looks for secrets in a file.
func search(name string, secrets []string) error {
	text, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, s := range secrets {
		if strings.Contains(strings.ToLower(string(text)), strings.ToLower(s)) {
			return fmt.Errorf("%s holds the secret %.6s…", filepath.Base(name), s)
		}
	}
	return nil
}

// expandFiles puts made-up credentials in the place of "{{format n}}":
// expand [--rules PACK] FILE…
func expandFiles(ts *testscript.TestScript, neg bool, args []string) {
	var packs []rules.File
	if len(args) > 2 && args[0] == "--rules" {
		packs = append(packs, rules.File{Name: args[1], Content: []byte(ts.ReadFile(args[1]))})
		args = args[2:]
	}
	if neg || len(args) == 0 {
		ts.Fatalf("usage: expand [--rules PACK] FILE…")
	}
	set, err := rules.Load(packs...)
	ts.Check(err)
	secrets := ts.Value(secretsKey{}).(*[]string)
	for _, name := range args {
		text, made := rules.Expand(set.Packs, ts.ReadFile(name))
		if len(made) == 0 {
			ts.Fatalf("%s: nothing to expand", name)
		}
		*secrets = append(*secrets, made...)
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o666))
	}
}

// exits runs a program that must end with this code: exits CODE PROGRAM ARG…
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		failed, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Check(err)
		}
		code = failed.ExitCode()
	}
	if code != want {
		ts.Fatalf("%s: exit code %d, want %d", strings.Join(args[1:], " "), code, want)
	}
}

// appendText adds lines to a file: append FILE LINE…
func appendText(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: append FILE LINE…")
	}
	text := strings.Join(slices.Concat(args[1:], []string{""}), "\n")
	file, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o666)
	ts.Check(err)
	_, err = file.WriteString(text)
	ts.Check(errors.Join(err, file.Close()))
}
