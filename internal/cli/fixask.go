package cli

import (
	"bufio"
	"context"
	"os"
	"strings"

	"github.com/unhapi/unhapi/fixer"
	"github.com/unhapi/unhapi/scanner"
)

// interactive asks about each fix and writes those that were chosen. The plan
// is made again with them alone, so that what is written keeps every promise.
func (a *app) interactive(ctx context.Context, res *scanner.Result, l *look, least fixer.Safety, f fixFlags, v *fixView) error {
	in, err := a.answers()
	if err != nil {
		return err
	}
	defer in.Close()
	reader := bufio.NewReader(in)
	chosen := map[*scanner.Finding]bool{}
	all := false
	for _, fix := range v.plan.Fixes {
		if fix.Safety == fixer.Manual || fix.Safety < least {
			continue
		}
		answer := "y"
		if !all {
			v.question(fix)
			answer = ask(reader, v)
		}
		if answer == "q" || ctx.Err() != nil {
			break
		}
		all = all || answer == "a"
		for _, x := range fix.Findings {
			chosen[x] = answer == "y" || answer == "a"
		}
	}
	plan, err := a.plan(ctx, res, l, least, func(x *scanner.Finding) bool { return chosen[x] })
	if err != nil {
		return err
	}
	v.plan, f.write = plan, true
	return a.carryOut(ctx, res, l, f, v)
}

// answers is where the user types: the terminal, or stdin where there is none.
func (a *app) answers() (*os.File, error) {
	if tty, err := os.OpenFile("/dev/tty", os.O_RDONLY, 0); err == nil {
		return tty, nil
	}
	if file, ok := a.stdin.(*os.File); ok {
		return file, nil
	}
	return nil, usageError("--interactive needs a terminal: use --write, or --only to choose")
}

// question shows one fix by itself.
func (v *fixView) question(fix *fixer.Fix) {
	x := fix.Findings[0]
	v.print("\n%s  %s (%s)\n", v.paint(bold, printable(v.app.masked(x.Path))), fix.Title, fix.Safety)
	if fix.Reason != "" {
		v.print("  %s\n", v.paint(faint, printable(v.app.masked(fix.Reason))))
	}
	for _, c := range fixer.Alone(fix) {
		v.diff(c)
	}
}

// ask reads one answer; the end of the input is q.
func ask(in *bufio.Reader, v *fixView) string {
	for {
		v.print("apply this fix? [y,n,a,q] ")
		line, err := in.ReadString('\n')
		switch answer := strings.ToLower(strings.TrimSpace(line)); answer {
		case "y", "n", "a", "q":
			return answer
		}
		if err != nil {
			return "q"
		}
		v.print("y: apply, n: leave it, a: apply this and all others, q: leave this and all others\n")
	}
}
