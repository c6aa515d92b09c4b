package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/unhapi/unhapi/fixer"
	"github.com/unhapi/unhapi/scanner"
)

const fixLong = `Fix moves calls and clients to the new header: it takes the key out of the
request, puts the header into the call's own place for it, and reads the token
from the environment in the idiom of the file. Without --write it only shows
what it would do, with every secret masked.

A fix is safe when it sends the same request but for the key and the header,
unsafe when something outside the files could disagree. Everything else is left
to you, with the reason.

Exit codes: 0 nothing to fix, or all of it fixed and written, 1 something is to
be fixed or left over, 2 wrong usage or configuration, 3 incomplete.`

const fixExample = `  unhapi fix                          show the safe fixes and what is left
  unhapi fix --write src/             apply the safe fixes of a folder
  unhapi fix --unsafe --interactive   look at each fix and choose
  unhapi fix --patch fix.patch        the exact change for "git apply"
  unhapi fix --check                  for CI: exit 1 while something is left`

// fixFlags is what was typed about fixing.
type fixFlags struct {
	write, unsafe, interactive, check, force bool
	patch                                    string
	only, skip                               []string
}

func (f *fixFlags) register(fs *pflag.FlagSet) {
	inGroup(fs, groupOutput, func(fs *pflag.FlagSet) {
		fs.BoolVar(&f.write, "write", false, "change the files")
		fs.BoolVar(&f.unsafe, "unsafe", false, "take unsafe fixes, too")
		fs.BoolVar(&f.interactive, "interactive", false, "ask about each fix, then change the files")
		fs.BoolVar(&f.check, "check", false, "show no diff; exit 1 if something is to be fixed or left over")
		fs.StringVar(&f.patch, "patch", "", "write the exact change to `FILE` (mode 0600), which can hold the secrets that it removes")
		fs.StringSliceVar(&f.only, "only", nil, "fix only `WHAT`: rules, or path patterns such as src/**; may be repeated")
		fs.StringSliceVar(&f.skip, "skip", nil, "leave out `WHAT`: rules, or path patterns; may be repeated")
		fs.BoolVar(&f.force, "force", false, "change files with uncommitted changes, too")
	})
}

// means checks what was typed.
func (f *fixFlags) means() error {
	switch {
	case f.check && (f.write || f.interactive):
		return usageError("--check changes nothing: leave it out, or --write and --interactive")
	case f.write && f.interactive:
		return usageError("--interactive writes what you choose: leave out --write")
	}
	return nil
}

// fixCommand is `unhapi fix`.
func (a *app) fixCommand() *cobra.Command {
	var flags fixFlags
	var look lookFlags
	cmd := &cobra.Command{
		Use:     "fix [PATH…]",
		Short:   "move calls and clients to the new header",
		Long:    fixLong,
		Example: fixExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := flags.means(); err != nil {
				return err
			}
			src, err := (&sourceFlags{}).means(args)
			if err != nil {
				return err
			}
			if src.kind != workingTree {
				return usageError("fix works on files: name files or folders")
			}
			return a.fix(cmd.Context(), src, look, flags)
		},
	}
	flags.register(cmd.Flags())
	look.register(cmd.Flags())
	look.registerBaseline(cmd.Flags())
	return cmd
}

// fix scans, plans, shows and, if asked, writes.
func (a *app) fix(ctx context.Context, src source, flags lookFlags, f fixFlags) error {
	collectLater(a.env)
	look, err := a.look(src, flags)
	if err != nil {
		return err
	}
	wants, err := a.wants(f)
	if err != nil {
		return err
	}
	res, err := a.run(ctx, src, look)
	if err != nil {
		return err
	}
	if res.Source.Root == "" {
		return usageError("the paths have no folder in common that can be fixed: name files of one repository, or one folder")
	}
	least := fixer.Safe
	if f.unsafe {
		least = fixer.Unsafe
	}
	plan, err := a.plan(ctx, res, look, least, wants)
	if err != nil {
		return err
	}
	v := &fixView{app: a, plan: plan, least: least, detector: look.options.Detector, color: a.colour(a.stdout)}
	if f.interactive {
		return a.interactive(ctx, res, look, least, f, v)
	}
	return a.carryOut(ctx, res, look, f, v)
}

// carryOut shows a plan and does what was asked with it.
func (a *app) carryOut(ctx context.Context, res *scanner.Result, l *look, f fixFlags, v *fixView) error {
	failed := false
	if !f.check && !f.write {
		v.diffs()
	}
	if f.patch != "" {
		if err := v.patch(f.patch); err != nil {
			return err
		}
	}
	if f.write && len(v.plan.Changes) > 0 {
		if err := a.clean(ctx, res, l, f, v.plan); err != nil {
			return err
		}
		failed = a.writeChanges(res, v)
	}
	v.summary(f)
	switch {
	case failed || !res.Complete():
		return exitError(exitIncomplete)
	case v.left(f.write) > 0:
		return exitError(exitFindings)
	}
	return nil
}

// writeChanges writes the files and reports whether one could not be written.
func (a *app) writeChanges(res *scanner.Result, v *fixView) bool {
	failed := false
	for _, c := range v.plan.Changes {
		if err := c.Write(res.Source.Root); err != nil {
			a.say("%v: not changed", err)
			failed = true
			continue
		}
		v.written++
	}
	return failed
}

// clean refuses to change files whose present text is nowhere else.
func (a *app) clean(ctx context.Context, res *scanner.Result, l *look, f fixFlags, plan *fixer.Plan) error {
	if f.force {
		return nil
	}
	var paths []string
	for _, c := range plan.Changes {
		paths = append(paths, c.Path)
	}
	dirty, err := scanner.Dirty(ctx, res.Source.Root, paths, l.options)
	if err != nil {
		return err
	}
	if len(dirty) == 0 {
		return nil
	}
	return usageError("%s: uncommitted changes: commit or stash them, or use --force", strings.Join(dirty, ", "))
}

// plan makes the plan of what a scan found.
func (a *app) plan(ctx context.Context, res *scanner.Result, l *look, least fixer.Safety, wants func(*scanner.Finding) bool) (*fixer.Plan, error) {
	return fixer.New(ctx, res, fixer.Options{
		Parser: l.options.Parser, Detector: l.options.Detector, Least: least, Wants: wants,
		Holding: func(ctx context.Context, words []string) ([]*scanner.File, error) {
			return scanner.Holding(ctx, res.Source.Root, words, l.options)
		},
	})
}

// cacheDir is where compiled grammars are kept, "" for nowhere.
func (a *app) cacheDir() string {
	base := a.env.get("XDG_CACHE_HOME")
	switch {
	case runtime.GOOS == "windows":
		base = a.env.get("LocalAppData")
	case base != "" && filepath.IsAbs(base):
	case runtime.GOOS == "darwin" && a.env.get("HOME") != "":
		base = filepath.Join(a.env.get("HOME"), "Library", "Caches")
	case a.env.get("HOME") != "":
		base = filepath.Join(a.env.get("HOME"), ".cache")
	default:
		base = ""
	}
	if base == "" {
		return ""
	}
	return filepath.Join(base, name)
}

// wants says which findings --only and --skip choose.
func (a *app) wants(f fixFlags) (func(*scanner.Finding) bool, error) {
	for _, what := range slices.Concat(f.only, f.skip) {
		if a.set.Rule(what) != nil || strings.ContainsAny(what, "*/.?[") {
			continue
		}
		return nil, usageError("%s: neither a rule nor a path pattern: see `unhapi rules list`, or write %s/**", what, what)
	}
	chosen := func(list []string, x *scanner.Finding) bool {
		return slices.ContainsFunc(list, func(what string) bool { return what == x.Rule.ID || matchesPath(what, x.Path) })
	}
	return func(x *scanner.Finding) bool {
		return (len(f.only) == 0 || chosen(f.only, x)) && !chosen(f.skip, x)
	}, nil
}

// matchesPath matches a pattern against a path, its folders or its last part.
func matchesPath(pattern, name string) bool {
	pattern = strings.TrimSuffix(strings.TrimPrefix(pattern, "./"), "/")
	for p := name; p != "." && p != "/"; p = path.Dir(p) {
		if ok, _ := doublestar.Match(pattern, p); ok {
			return true
		}
	}
	ok, _ := doublestar.Match(pattern, path.Base(name))
	return ok
}

// patch writes the exact change to a file that only its owner can read.
func (v *fixView) patch(file string) error {
	var b strings.Builder
	secrets := false
	for _, c := range v.plan.Changes {
		diff := c.Diff()
		b.WriteString(diff)
		if _, masked := c.Masked(v.detector); masked {
			secrets = true
		}
	}
	_ = os.Remove(file)
	out, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return usageError("--patch %s: %v: name a file in a folder that you can write", file, plain(err))
	}
	_, err = out.WriteString(b.String())
	if err = errors.Join(err, out.Close()); err != nil {
		return fmt.Errorf("--patch %s: %w", file, err)
	}
	v.patched, v.patchSecrets = file, secrets
	return nil
}
