package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/internal/syntax/engine"
	"github.com/unhapi/unhapi/internal/version"
	"github.com/unhapi/unhapi/report"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

const demoLong = `Demo writes a small repository with made-up keys into a new folder, with a
history of a few years, and scans its files and its history. Nothing leaves the
machine, and no key in it is real. Exit code 0, whatever is found.`

func (a *app) demoCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "demo [DIR]",
		Short:   "write an example repository with made-up keys, and scan it",
		Long:    demoLong,
		Example: "  unhapi demo\n  unhapi demo /tmp/tea-shop",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usageError("demo takes one folder, got %d: leave out %s", len(args), args[1])
			}
			return a.demo(cmd.Context(), args)
		},
	}
}

// demo writes the example repository, scans it and says what to try next.
func (a *app) demo(ctx context.Context, args []string) error {
	set, err := rules.Load()
	if err != nil {
		return err
	}
	a.set = set
	steps, err := demoSteps(set)
	if err != nil {
		return err
	}
	dir, err := newFolder(args)
	if err != nil {
		return err
	}
	git, err := exec.LookPath("git")
	if err != nil {
		git = ""
	}
	if err := (demoRepository{dir, git}).write(ctx, steps); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return a.showDemo(ctx, set, dir, git != "")
}

// newFolder makes the folder of the demo: the one that was typed, which must
// be new or empty, or a temporary one.
func newFolder(args []string) (string, error) {
	if len(args) == 0 {
		dir, err := os.MkdirTemp("", name+"-demo-")
		if err != nil {
			return "", usageError("%v: name a folder that can be made: `%s demo DIR`", err, name)
		}
		return dir, nil
	}
	entries, err := os.ReadDir(args[0])
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(args[0], 0o755); err != nil {
			return "", usageError("%s: %v: name a folder that can be made", args[0], plain(err))
		}
	case err != nil:
		return "", usageError("%s: %v: name a new folder", args[0], plain(err))
	case len(entries) > 0:
		return "", usageError("%s: is not empty: name a new folder", args[0])
	}
	return args[0], nil
}

// showDemo scans the repository and writes what it found.
func (a *app) showDemo(ctx context.Context, set *rules.Set, dir string, history bool) error {
	detector, err := scanner.NewDetector(set)
	if err != nil {
		return err
	}
	l := &look{set: set, options: scanner.Options{
		Detector: detector, Getenv: a.withoutGit,
		Parser: syntax.NewParser(engine.Options{CacheDir: a.cacheDir()}),
	}}
	d := &demoText{app: a, set: set, dir: dir, program: program()}
	d.intro()
	d.scan(ctx, "The files: what is in the working tree today", source{kind: workingTree, paths: []string{dir}, named: true}, l)
	if history {
		d.scan(ctx, "The history: what git still knows", source{kind: gitHistory, paths: []string{dir}}, l)
	} else {
		d.printf("\nThe history was left out: there is no git program here to make one with.\n")
	}
	d.next(history)
	err = errors.Join(d.err, a.toStdout(func(w io.Writer) error {
		_, err := io.WriteString(w, d.b.String())
		return err
	}))
	return err
}

// withoutGit gives the environment without what it says about a repository:
// that speaks of another one.
func (a *app) withoutGit(variable string) string {
	if strings.HasPrefix(variable, "GIT_") {
		return ""
	}
	return a.env.get(variable)
}

// demoText collects what the demo says.
type demoText struct {
	*app
	set     *rules.Set
	dir     string
	program string
	rule    string // one that was found
	b       strings.Builder
	err     error
}

func (d *demoText) printf(format string, args ...any) { fmt.Fprintf(&d.b, format, args...) }

func (d *demoText) intro() {
	d.printf("A tea shop keeps its customers in a CRM: a small repository with made-up keys in\n%s\n", d.dir)
}

// scan adds one scan: its command and its report.
func (d *demoText) scan(ctx context.Context, title string, src source, l *look) {
	res, err := src.scan(ctx, l.options)
	if err != nil {
		d.err = errors.Join(d.err, err)
		return
	}
	for _, f := range res.Findings {
		if d.rule == "" && f.Fails() {
			d.rule = f.Rule.ID
		}
	}
	flag := ""
	if src.kind == gitHistory {
		flag = "--history "
	}
	d.printf("\n%s\n\n  $ %s scan %s%s\n\n", d.heading(title), d.program, flag, d.dir)
	rep := report.New(report.Tool{Name: version.Name, Version: version.Version}, d.set, res, report.Show{})
	d.err = errors.Join(d.err, d.withFixes(ctx, rep, res, l))
	d.err = errors.Join(d.err, findFormat("text").Write(&d.b, rep, d.style(rep.Source.Root)))
}

func (d *demoText) heading(title string) string {
	line := "━━ " + title + " "
	if fill := helpWidth - len([]rune(line)); fill > 0 {
		line += strings.Repeat("━", fill)
	}
	if d.colour(d.stdout) {
		return "\x1b[1m" + line + "\x1b[0m"
	}
	return line
}

// next says what to try.
func (d *demoText) next(history bool) {
	d.printf("\n%s\n\n", d.heading("What to try next"))
	try := func(what string, commands ...string) {
		d.printf("  %s\n", what)
		for _, c := range commands {
			d.printf("    $ %s %s\n", d.program, c)
		}
	}
	baseline := filepath.Join(d.dir, baselineName)
	if d.rule != "" {
		try("What a rule means, and what to do about it", "explain "+d.rule)
	}
	try("The change that moves a call to the new header: nothing is written without --write", "fix --unsafe "+d.dir)
	try("What is hidden by default: stubs, placeholders, mentions", "scan --show all "+d.dir)
	try("Accept what is there today: from then on only what is new counts",
		"baseline write -o "+baseline+" "+d.dir, "scan --baseline "+baseline+" "+d.dir)
	if history {
		try("A report for machines", "scan --history -f json "+d.dir)
	}
	try("Your own repository, its files and its history", "scan PATH", "scan --history PATH")
	d.printf("\nThe folder is yours: delete it when you have seen enough.\n")
}

func findFormat(name string) report.Format {
	for _, f := range report.Formats() {
		if f.Name == name {
			return f
		}
	}
	return report.Formats()[0]
}

// program is how the user can start this program again.
func program() string {
	if _, err := exec.LookPath(name); err == nil {
		return name
	}
	self, err := os.Executable()
	if err != nil || strings.Contains(filepath.ToSlash(self), "/go-build") {
		return "go run ."
	}
	return self
}
