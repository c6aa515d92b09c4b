package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/unhapi/unhapi/fixer"
	"github.com/unhapi/unhapi/internal/version"
	"github.com/unhapi/unhapi/report"
	"github.com/unhapi/unhapi/scanner"
)

const scanLong = `Scan finds retired API keys, the requests and clients that still send them, and
hard-coded tokens. A run reads one source: the working tree (the default), what
is staged, what a change brings in, the git history, or stdin.

Exit codes: 0 clean, 1 findings, 2 wrong usage or configuration, 3 incomplete.`

const scanExample = `  unhapi scan                                  the working tree
  unhapi scan src/app.py config/               files and folders of it
  unhapi scan --staged                         what the next commit would bring in
  unhapi scan --new-from origin/main           what this branch brings in
  unhapi scan --history                        every object of the repository
  unhapi scan -f text -f sarif=unhapi.sarif    a report for people and one for machines
  git show HEAD:app.py | unhapi scan -         a text that has no file`

// scanCommand is `unhapi scan`.
func (a *app) scanCommand() *cobra.Command {
	var source sourceFlags
	var look lookFlags
	var output outputFlags
	cmd := &cobra.Command{
		Use:     "scan [PATH…]",
		Short:   "find keys, tokens, and the code that sends them",
		Long:    scanLong,
		Example: scanExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			src, err := source.means(args)
			if err != nil {
				return err
			}
			src.stdin = a.stdin
			out, err := a.means(output)
			if err != nil {
				return err
			}
			return a.scan(cmd.Context(), src, look, out)
		},
	}
	source.register(cmd.Flags())
	output.register(cmd.Flags())
	look.registerBaseline(cmd.Flags())
	look.register(cmd.Flags())
	a.completions(cmd)
	return cmd
}

// scan runs a scan and writes its reports.
func (a *app) scan(ctx context.Context, src source, flags lookFlags, out output) error {
	start := time.Now()
	look, err := a.look(src, flags)
	if err != nil {
		return err
	}
	src.history.Verify = out.strict
	res, err := a.runWithState(ctx, src, look)
	if err != nil {
		return err
	}
	rep := report.New(report.Tool{Name: version.Name, Version: version.Version}, look.set, res, out.show)
	if err := a.withFixes(ctx, rep, res, look); err != nil {
		return err
	}
	if out.strict && len(res.Skipped) > 0 {
		rep.Complete = false
	}
	if err := a.write(out, rep); err != nil {
		return err
	}
	a.took(res, start)
	return a.verdict(rep, res, out)
}

// took says how long a scan took; on stderr, since no two runs take the same.
func (a *app) took(res *scanner.Result, start time.Time) {
	if a.global.verbose || !a.global.quiet && terminal(a.stderr) {
		a.say("%s in %s", looked(res), time.Since(start).Round(time.Millisecond))
	}
}

// withFixes says of each finding in a file which fix it would get.
func (a *app) withFixes(ctx context.Context, rep *report.Report, res *scanner.Result, l *look) error {
	if res.Source.Root == "" || res.Source.Kind == "history" || rep.Failing == 0 || ctx.Err() != nil {
		return nil
	}
	plan, err := a.plan(ctx, res, l, fixer.Unsafe, nil)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	for i := range rep.Items {
		if f := plan.Of(rep.Items[i].Finding); f != nil {
			rep.Items[i].Fix = &report.Fix{ID: f.ID, Safety: f.Safety.String(), Title: f.Title, Reason: f.Reason}
		}
	}
	return nil
}

// run scans, with progress and a deadline, and tells what happened on stderr.
func (a *app) run(ctx context.Context, src source, l *look) (*scanner.Result, error) {
	if l.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, l.timeout, fmt.Errorf("stopped after %s (--timeout)", l.timeout))
		defer cancel()
	}
	if src.kind == standardInput && terminal(a.stdin) {
		a.note("reading a text from the terminal: end it with Ctrl-D")
	}
	bar := a.progress(l.progress)
	l.options.Progress = bar.show
	res, err := src.scan(ctx, l.options)
	bar.clear()
	switch {
	case err != nil && ctx.Err() != nil:
		res = &scanner.Result{Source: scanner.Source{Kind: src.kind.String()}, Incomplete: true}
	case err != nil && isUsage(err):
		return nil, err
	case err != nil: // what was asked is right, but what it needs cannot be read
		root, _ := os.Getwd()
		res = &scanner.Result{
			Source:  scanner.Source{Kind: src.kind.String(), Root: root},
			Skipped: []scanner.Skipped{{Path: src.kind.String(), Reason: err.Error(), Failed: true}},
		}
	}
	for i, s := range res.Skipped {
		res.Skipped[i].Path, res.Skipped[i].Reason = within(res.Source.Root, s.Path), within(res.Source.Root, s.Reason)
	}
	a.after(ctx, src, res)
	return res, nil
}

// within takes the folder that was scanned out of a message: a report is the same
// wherever it is made. The end of a longer path is no such folder.
func within(root, text string) string {
	if len(root) < 2 {
		return text
	}
	for _, end := range []string{string(filepath.Separator), ": "} {
		text = strings.TrimPrefix(text, root+end)
		for _, start := range []string{" ", `"`, "`", "'", "("} {
			text = strings.ReplaceAll(text, start+root+end, start)
		}
	}
	return text
}

// maxFailures is how many failures are told one by one.
const maxFailures = 10

// forbidden ends the reason of what may not be read.
const forbidden = "permission denied"

// after tells what a user should know before reading the findings.
func (a *app) after(ctx context.Context, src source, res *scanner.Result) {
	for _, f := range res.Findings {
		f.Secret.Tell(func(value string) { a.secrets = append(a.secrets, value) })
	}
	a.failures(res)
	switch {
	case res.Incomplete:
		a.say("%s: the report is incomplete", whyEnded(ctx))
	case len(res.Skipped) == 0 && (res.Stats.Files+res.Stats.Blobs == 0 || src.kind == standardInput && res.Stats.Bytes == 0):
		a.note("%s", src.nothing())
	}
}

// failures tells what could not be scanned. A broken pack, and what may not be
// read, come first: they are why single objects are missing.
func (a *app) failures(res *scanner.Result) {
	var list []scanner.Skipped
	for _, s := range res.Skipped {
		if s.Failed {
			list = append(list, s)
		}
	}
	later := func(s scanner.Skipped) int {
		if strings.HasSuffix(s.Path, ".pack") || strings.HasSuffix(s.Path, ".idx") || strings.HasSuffix(s.Reason, forbidden) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(list, func(a, b scanner.Skipped) int { return later(a) - later(b) })
	for i, s := range list {
		if i == maxFailures {
			a.say("%d more could not be scanned: see \"skipped\" in the report of --format json", len(list)-maxFailures)
			return
		}
		if strings.HasSuffix(s.Reason, forbidden) {
			s.Reason += ": run as a user who may read it"
		}
		a.say("%s: %s: not scanned", s.Subject(), s.Reason)
	}
}

// whyEnded says why a run was cut short.
func whyEnded(ctx context.Context) string {
	if cause := context.Cause(ctx); errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return cause.Error()
	}
	return "interrupted"
}

// looked says in words how much a scan read.
func looked(res *scanner.Result) string {
	s := res.Stats
	if s.Blobs > 0 || s.Commits > 0 {
		return fmt.Sprintf("%s and %s, %s", count(s.Blobs, "blob"), count(s.Commits, "commit"), size(s.Bytes))
	}
	return fmt.Sprintf("%s, %s", count(s.Files, "file"), size(s.Bytes))
}

// verdict is the exit code of a scan.
func (a *app) verdict(rep *report.Report, res *scanner.Result, out output) error {
	switch {
	case !rep.Complete:
		if res.Complete() {
			a.say("%s not scanned because of a limit, which --strict does not allow: see \"skipped\" in the report", count(len(res.Skipped), "input"))
		}
		return exitError(exitIncomplete)
	case rep.Failing > 0 && !out.exitZero:
		return exitError(exitFindings)
	}
	return nil
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func size(n int64) string {
	const kilo = 1024
	if n < kilo {
		return fmt.Sprintf("%d bytes", n)
	}
	f, units := float64(n)/kilo, "KMGT"
	for f >= kilo && len(units) > 1 {
		f, units = f/kilo, units[1:]
	}
	return fmt.Sprintf("%.1f %ciB", f, units[0])
}
