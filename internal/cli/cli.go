// Package cli is the command line. It turns what was typed, the environment
// and configuration files into options of the packages below, and what they
// return into output and an exit code. It is the only package that reads the
// environment, prints and handles signals; it decides nothing about findings.
//
// A command is one file. Its options come in two steps: a struct that holds
// what was typed, as it was typed, and a function that says what that means.
package cli

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/unhapi/unhapi/internal/version"
	"github.com/unhapi/unhapi/rules"
)

// The exit codes. They are a public contract.
const (
	exitClean      = 0
	exitFindings   = 1
	exitUsage      = 2
	exitIncomplete = 3
)

// app is one run of the program: its streams and what surrounds it.
type app struct {
	// secrets are values that a scan found: messages must not show them.
	secrets []string
	env     environment
	stdin   io.Reader
	stdout  io.Writer
	stderr  io.Writer
	global  globalFlags
	set     *rules.Set // once it is loaded
}

// Main runs the program and returns its exit code. The arguments do not
// include the program's name. A first interrupt cancels the run, which then
// writes what it has; a second one ends the program at once.
func Main(ctx context.Context, env []string, stdin io.Reader, stdout, stderr io.Writer, args []string) int {
	ctx, stop := interruptible(ctx)
	defer stop()
	a := &app{env: newEnvironment(env), stdin: stdin, stdout: stdout, stderr: stderr}
	collectLate(a.env)
	root := a.root()
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetArgs(append([]string{}, args...)) // never nil: that would mean os.Args
	return a.exitCode(root.ExecuteContext(ctx))
}

// interruptible gives a context that the first interrupt cancels; from then on
// signals have their usual effect again.
func interruptible(parent context.Context) (context.Context, func()) {
	ctx, stop := signal.NotifyContext(parent, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	// Writing to a pipe that nobody reads shall be an error, not the end of
	// the program: report files still have to be written. The signal is
	// caught rather than ignored, so that programs that we start do not
	// inherit that.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	return ctx, stop
}

// name is what messages start with.
const name = version.Name
