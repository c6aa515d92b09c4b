package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"github.com/unhapi/unhapi/scanner"
)

// sourceFlags is what was typed about what to scan.
type sourceFlags struct {
	staged        bool
	history       string
	since         string
	revisions     string
	newFrom       string
	stdin         bool
	stdinFilename string
	state         string
}

func (f *sourceFlags) register(fs *pflag.FlagSet) {
	inGroup(fs, groupSource, func(fs *pflag.FlagSet) {
		fs.BoolVar(&f.staged, "staged", false, "what is staged; fails only for what the commit would bring in")
		f.registerHistory(fs)
		fs.StringVar(&f.state, "state", "", "with --history: remember in `FILE` what was scanned, and scan only what is new")
		fs.StringVar(&f.newFrom, "new-from", "", "the working tree; fails only for what is new since the merge base with `REV`")
		fs.BoolVar(&f.stdin, "stdin", false, "a text on stdin; the argument \"-\" means the same")
		fs.StringVar(&f.stdinFilename, "stdin-filename", "", "report stdin under `PATH`, whose ending tells the language")
	})
}

func (f *sourceFlags) registerHistory(fs *pflag.FlagSet) {
	fs.StringVar(&f.history, "history", "", "every credential that git keeps; `calls` adds calls and clients")
	fs.Lookup("history").NoOptDefVal = historyCredentials
	fs.StringVar(&f.since, "since", "", "with --history: only what came in after `REV`")
	fs.StringVar(&f.revisions, "range", "", "with --history: only what `A..B` brought in")
}

// The values of --history.
const (
	historyCredentials = "credentials"
	historyCalls       = "calls"
)

// sourceKind says what a run scans.
type sourceKind int

const (
	workingTree sourceKind = iota
	stagedFiles
	changedFiles
	gitHistory
	standardInput
)

// String gives the kind its name in reports.
func (k sourceKind) String() string {
	return [...]string{"tree", "index", "changes", "history", "stdin"}[k]
}

// source is what a run scans.
type source struct {
	kind    sourceKind
	paths   []string
	named   bool // the paths were typed
	newFrom string
	history scanner.HistoryOptions
	state   string // the file that remembers what was scanned
	name    string // what stdin is called
	stdin   io.Reader
}

// means says what was typed.
func (f *sourceFlags) means(args []string) (source, error) {
	s := source{paths: args, named: len(args) > 0, newFrom: f.newFrom, name: f.stdinFilename, state: f.state}
	if len(args) == 1 && args[0] == "-" {
		f.stdin, s.paths, s.named = true, nil, false
	}
	var asked []string
	for _, c := range []struct {
		on   bool
		flag string
		kind sourceKind
	}{
		{f.staged, "--staged", stagedFiles},
		{f.history != "", "--history", gitHistory},
		{f.newFrom != "", "--new-from", changedFiles},
		{f.stdin, "--stdin", standardInput},
	} {
		if c.on {
			asked, s.kind = append(asked, c.flag), c.kind
		}
	}
	if len(asked) > 1 {
		return s, usageError("%s exclude each other: a run scans one source", strings.Join(asked, " and "))
	}
	if err := f.fits(s); err != nil {
		return s, err
	}
	if s.kind == standardInput && s.name == "" {
		s.name = "<stdin>"
	}
	if len(s.paths) == 0 {
		s.paths = []string{"."}
	}
	s.history = scanner.HistoryOptions{Calls: f.history == historyCalls, Since: f.since, Range: f.revisions}
	return s, nil
}

// fits checks that the flags of one source are not given to another.
func (f *sourceFlags) fits(s source) error {
	switch {
	case f.history == "true" || f.history == "1": // from the environment
		f.history = historyCredentials
	case f.history != "" && f.history != historyCredentials && f.history != historyCalls:
		return usageError("--history=%s: not a valid value: use --history or --history=calls; a path stands apart from it", f.history)
	}
	switch {
	case s.kind != gitHistory && (f.since != "" || f.revisions != ""):
		return usageError("--since and --range choose commits: use them with --history")
	case s.kind != gitHistory && f.state != "":
		return usageError("--state remembers what was scanned of a history: use it with --history")
	case f.state != "" && (f.since != "" || f.revisions != ""):
		return usageError("--state remembers scans of the whole history: leave out --since and --range")
	case f.since != "" && f.revisions != "":
		return usageError("--since and --range exclude each other: --since A is --range A..HEAD")
	case f.revisions != "" && !strings.Contains(f.revisions, ".."):
		return usageError("--range %s: not a range: write A..B, or --since %s", f.revisions, f.revisions)
	case s.kind != standardInput && f.stdinFilename != "":
		return usageError("--stdin-filename names the text on stdin: use it with --stdin")
	case s.kind == standardInput && s.named:
		return usageError("--stdin takes no paths: leave out %s, or --stdin", s.paths[0])
	}
	for _, p := range s.paths {
		if p == "" {
			return usageError("an empty path: name a file or folder, or leave it out for the working tree")
		}
		if p == "-" {
			return usageError("- is stdin, and a run scans one source: leave out the other paths")
		}
	}
	return nil
}

// scan runs the scan that the source stands for.
func (s source) scan(ctx context.Context, o scanner.Options) (*scanner.Result, error) {
	if s.kind == stagedFiles || s.kind == gitHistory {
		for _, p := range s.paths {
			if _, err := os.Lstat(p); err != nil {
				return nil, usageError("%s: %v: name a folder of a repository", p, plain(err))
			}
		}
	}
	switch s.kind {
	case stagedFiles:
		if !s.named {
			return scanner.Staged(ctx, nil, o) // wherever in the repository it is run
		}
		return scanner.Staged(ctx, s.paths, o)
	case changedFiles:
		return scanner.NewFrom(ctx, s.paths, s.newFrom, o)
	case gitHistory:
		if len(s.paths) > 1 {
			return nil, usageError("--history takes one path, which selects the repository and what is reported: leave out %s", s.paths[1])
		}
		return scanner.HistoryOf(ctx, s.paths[0], o, s.history)
	case standardInput:
		content, err := readStdin(ctx, io.LimitReader(s.stdin, min(o.MaxSize, 1<<62)+1)) // one more than allowed tells
		if err != nil {
			return nil, fmt.Errorf("stdin: %w: pipe a text into the program", err)
		}
		return scanner.Stdin(ctx, s.name, content, o), nil
	}
	return scanner.Tree(ctx, s.paths, o)
}

// readStdin reads until the end, or until the run is cancelled: a terminal that
// nobody types into has no end.
func readStdin(ctx context.Context, r io.Reader) ([]byte, error) {
	type read struct {
		content []byte
		err     error
	}
	done := make(chan read, 1)
	go func() {
		content, err := io.ReadAll(r)
		done <- read{content, err}
	}()
	select {
	case r := <-done:
		return r.content, r.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// nothing says that there was nothing to scan.
func (s source) nothing() string {
	switch s.kind {
	case stagedFiles:
		return "nothing is staged: nothing to scan"
	case changedFiles:
		return fmt.Sprintf("nothing has changed since %s: nothing to scan", s.newFrom)
	case gitHistory:
		if s.history.Since != "" || s.history.Range != "" {
			return "no commits in that range: nothing to scan"
		}
		return "the history is empty: nothing to scan"
	case standardInput:
		return "stdin is empty: nothing to scan"
	}
	return "no files here: nothing to scan"
}
