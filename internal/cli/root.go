package cli

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// globalFlags are the flags of every command.
type globalFlags struct {
	color          string
	quiet, verbose bool
}

func (g *globalFlags) register(fs *pflag.FlagSet) {
	fs.StringVar(&g.color, "color", "auto", "use colour: `WHEN` is auto, always or never")
	fs.BoolVarP(&g.quiet, "quiet", "q", false, "say nothing on stderr but errors")
	fs.BoolVarP(&g.verbose, "verbose", "v", false, "say on stderr what is read, and how long it takes")
}

// check says what the typed values cannot mean.
func (g *globalFlags) check() error {
	if g.quiet && g.verbose {
		return usageError("--quiet and --verbose contradict each other: give one of them")
	}
	return oneOf("color", g.color, "auto", "always", "never")
}

func oneOf(flag, value string, known ...string) error {
	list := ""
	for i, k := range known {
		if k == value {
			return nil
		}
		switch {
		case i == 0:
			list = k
		case i == len(known)-1:
			list += " or " + k
		default:
			list += ", " + k
		}
	}
	return usageError("--%s %s: not a valid value: use %s", flag, value, list)
}

const rootLong = `Unhapi finds API keys that have been retired, the code that still sends them,
and hard-coded tokens: in source trees, in what is staged, and in git history.

Exit codes: 0 clean, 1 findings, 2 wrong usage or configuration, 3 incomplete.
Every flag can also be set in the environment: UNHAPI_FORMAT=json is --format json.`

// root makes the tree of commands.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   name,
		Short: "find legacy API keys and the code that still sends them",
		Long:  rootLong,
		Example: `  unhapi demo                     a small repository with made-up keys, scanned
  unhapi scan                     the working tree
  unhapi scan --history           everything that git keeps
  unhapi scan --staged            what the next commit would bring in`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          a.unknownCommand,
		PersistentPreRunE: func(cmd *cobra.Command, args []string) error {
			if err := a.env.apply(cmd, args); err != nil {
				return err
			}
			return a.global.check()
		},
		RunE: a.needsCommand,
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetHelpCommand(&cobra.Command{Use: "help [COMMAND]", Short: "explain a command", Run: func(_ *cobra.Command, args []string) {
		target, _, err := root.Find(args)
		if err != nil || target == nil {
			target = root
		}
		a.help(target)
	}})
	root.SetFlagErrorFunc(flagError)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { a.help(cmd) })
	a.global.register(root.PersistentFlags())
	root.AddCommand(
		a.scanCommand(), a.fixCommand(), a.baselineCommand(), a.rulesCommand(), a.explainCommand(),
		a.demoCommand(), a.versionCommand(), a.completionCommand(), a.manCommand(),
	)
	return root
}

// needsCommand is what a command does that only holds others.
func (a *app) needsCommand(cmd *cobra.Command, _ []string) error {
	writeHelp(a.stderr, cmd)
	return exitError(exitUsage)
}

// unknownCommand refuses an argument where a command is expected.
func (a *app) unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var known []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			known = append(known, c.Name())
		}
	}
	see := fmt.Sprintf("see `%s --help`", cmd.CommandPath())
	return usageError("unknown command %q: %s", args[0], didYouMean("", args[0], known, see))
}
