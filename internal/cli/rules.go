package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// rulesCommand is `unhapi rules`.
func (a *app) rulesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "list, explain and check the rules",
		Args:  a.unknownCommand,
		RunE:  a.needsCommand,
	}
	cmd.AddCommand(a.rulesListCommand(), a.explainCommand(), a.rulesCheckCommand())
	return cmd
}

func rulesFlag(cmd *cobra.Command, files *[]string) {
	cmd.Flags().StringArrayVar(files, "rules", nil, "add the rules of a pack `FILE`; may be repeated")
}

func (a *app) rulesListCommand() *cobra.Command {
	var files []string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "list the rules",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			set, err := a.loadRules(files, &settings{})
			if err != nil {
				return err
			}
			return a.toStdout(func(w io.Writer) error { return listRules(w, set) })
		},
	}
	rulesFlag(cmd, &files)
	return cmd
}

func listRules(w io.Writer, set *rules.Set) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(t, "RULE\tKIND\tSEVERITY\tMESSAGE")
	for _, p := range set.Packs {
		for i := range p.Rules {
			r := &p.Rules[i]
			_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", r.ID, r.Kind, severity(r), printable(r.Message))
		}
	}
	return t.Flush()
}

func severity(r *rules.Rule) rules.Severity {
	if r.Severity != "" {
		return r.Severity
	}
	return r.Kind.Severity()
}

// explainCommand is `unhapi rules explain`, and `unhapi explain`.
func (a *app) explainCommand() *cobra.Command {
	var files []string
	cmd := &cobra.Command{
		Use:   "explain RULE",
		Short: "say what a rule finds, and what to do about it",
		Long:  "Say what a rule finds, what to do about it, and show its examples. The id of\nthe rule stands in brackets at the end of each finding.",
		Args:  exactly(1, "name a rule: see `unhapi rules list`"),
		RunE: func(_ *cobra.Command, args []string) error {
			set, err := a.loadRules(files, &settings{})
			if err != nil {
				return err
			}
			r := set.Rule(args[0])
			if r == nil {
				return usageError("rule %q does not exist: %s", args[0], didYouMean("", args[0], ruleIDs(set), "see `unhapi rules list`"))
			}
			return a.toStdout(func(w io.Writer) error { return explain(w, r) })
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			set, err := rules.Load()
			if err != nil {
				return nil, cobra.ShellCompDirectiveError
			}
			return ruleIDs(set), cobra.ShellCompDirectiveNoFileComp
		},
	}
	rulesFlag(cmd, &files)
	return cmd
}

// explain writes what is known of a rule. Examples keep their placeholders.
func explain(w io.Writer, r *rules.Rule) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", r.ID)
	paragraph(&b, sentence(r.Message))
	paragraph(&b, r.Help)
	fails := "does not fail a run"
	if severity(r).Fails() {
		fails = "fails a run"
	}
	fmt.Fprintf(&b, "  kind      %s, severity %s: %s\n", r.Kind, severity(r), fails)
	fmt.Fprintf(&b, "  provider  %s\n", r.Pack.Name)
	if r.Pack.Sunset != "" {
		fmt.Fprintf(&b, "  ended     %s\n", r.Pack.Sunset)
	}
	if r.Pack.Docs != "" {
		fmt.Fprintf(&b, "  guide     %s\n", r.Pack.Docs)
	}
	fmt.Fprintf(&b, "  silence   %s:ignore[%s] reason   (in a comment on the line, or alone on the line above)\n", name, r.ID)
	if len(r.Clients) > 0 {
		b.WriteString("\nClients:\n")
		for _, c := range r.Clients {
			fmt.Fprintf(&b, "  %s\n", strings.TrimSuffix(c.Name+": "+c.Guide, ": "))
		}
	}
	examples(&b, "Found", r.Examples.Match)
	examples(&b, "Not found", r.Examples.Ignore)
	_, err := io.WriteString(w, b.String())
	return err
}

func paragraph(b *strings.Builder, text string) {
	if text == "" {
		return
	}
	for _, line := range wrap(text, helpWidth-2) {
		fmt.Fprintf(b, "  %s\n", line)
	}
	b.WriteString("\n")
}

func examples(b *strings.Builder, title string, list []rules.Example) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s (\"{{…}}\" stands for a made-up value):\n", title)
	for _, e := range list {
		fmt.Fprintf(b, "  %s\n", e.File)
		for _, line := range strings.Split(strings.TrimRight(e.Text, "\n"), "\n") {
			fmt.Fprintf(b, "    %s\n", printable(strings.ReplaceAll(line, "\t", "    ")))
		}
	}
}

const checkLong = `Check reads pack files and lists every mistake, with line and rule. It then runs
the examples of the rules: a rule must find each text under match and none under
ignore. Without FILE it checks the built-in packs; a FILE that has the name of one
of them is checked in its place.

Exit codes: 0 all packs are sound, 1 mistakes, 2 a file cannot be read.`

func (a *app) rulesCheckCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "check [FILE…]",
		Short:   "check pack files",
		Long:    checkLong,
		Example: "  unhapi rules check packs/*.yaml",
		RunE: func(_ *cobra.Command, args []string) error {
			var files []rules.File
			for _, file := range args {
				content, err := readSmall(file)
				if err != nil {
					return usageError("%s: %v: name a pack file", file, plain(err))
				}
				files = append(files, rules.File{Name: file, Content: content})
			}
			return a.checkPacks(files)
		},
	}
}

// checkPacks prints the mistakes of packs; of the built-in ones if no file is
// given.
func (a *app) checkPacks(files []rules.File) error {
	bad := 0
	report := func(errs ...error) {
		for _, err := range errs {
			for _, line := range errorLines(err) {
				bad++
				_, _ = fmt.Fprintln(a.stdout, printable(line))
			}
		}
	}
	sound, err := rules.LoadInstead(files...)
	if err != nil {
		report(err)
		sound, files = soundPacks(files)
	}
	checked := sound.Packs
	if len(files) > 0 || err != nil {
		checked = checked[len(checked)-len(files):]
	}
	if err := checkExamples(sound, checked, report); err != nil {
		return err
	}
	if bad > 0 {
		a.note("%s: correct them, then check again", count(bad, "mistake"))
		return exitError(exitFindings)
	}
	for _, p := range checked {
		_, _ = fmt.Fprintf(a.stdout, "%s: sound: %s\n", printable(p.Source()), count(len(p.Rules), "rule"))
	}
	return nil
}

// soundPacks loads the files that load, so that their examples are checked
// although others have mistakes.
func soundPacks(files []rules.File) (*rules.Set, []rules.File) {
	set, err := rules.Load()
	if err != nil {
		return &rules.Set{}, nil
	}
	var sound []rules.File
	for _, f := range files {
		if more, err := rules.LoadInstead(append(sound, f)...); err == nil {
			set, sound = more, append(sound, f)
		}
	}
	return set, sound
}

func checkExamples(set *rules.Set, packs []*rules.Pack, report func(...error)) error {
	d, err := scanner.NewDetector(set)
	if err != nil {
		return err
	}
	for _, p := range packs {
		report(d.CheckExamples(p)...)
	}
	return nil
}

// exactly asks for a number of arguments.
func exactly(n int, advice string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return usageError("%s takes %s, got %d: %s", cmd.Name(), count(n, "argument"), len(args), advice)
		}
		return nil
	}
}
