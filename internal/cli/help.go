package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flagGroup is the heading that a flag stands under in help texts.
type flagGroup string

const (
	groupSource flagGroup = "What to scan"
	groupOutput flagGroup = "Output"
	groupRules  flagGroup = "Rules and known findings"
	groupLimits flagGroup = "Limits"
	groupOther  flagGroup = "Flags"
	groupGlobal flagGroup = "Everywhere"
)

// flagGroups are the headings in the order in which they are shown.
func flagGroups() []flagGroup {
	return []flagGroup{groupSource, groupOutput, groupRules, groupLimits, groupOther, groupGlobal}
}

const groupKey = "unhapi-group"

// inGroup puts the flags that define adds under a heading.
func inGroup(fs *pflag.FlagSet, g flagGroup, define func(fs *pflag.FlagSet)) {
	part := pflag.NewFlagSet("", pflag.ContinueOnError)
	part.SortFlags, fs.SortFlags = false, false
	define(part)
	part.VisitAll(func(f *pflag.Flag) {
		f.Annotations = map[string][]string{groupKey: {string(g)}}
		fs.AddFlag(f)
	})
}

func groupOf(f *pflag.Flag) flagGroup {
	if g := f.Annotations[groupKey]; len(g) > 0 {
		return flagGroup(g[0])
	}
	return groupOther
}

// flagsOf gives the flags of a command by heading.
func flagsOf(cmd *cobra.Command) map[flagGroup]*pflag.FlagSet {
	sets := map[flagGroup]*pflag.FlagSet{}
	add := func(g flagGroup, f *pflag.Flag) {
		if f.Hidden {
			return
		}
		if sets[g] == nil {
			sets[g] = pflag.NewFlagSet(string(g), pflag.ContinueOnError)
			sets[g].SortFlags = false
		}
		sets[g].AddFlag(f)
	}
	local := cmd.LocalFlags()
	local.SortFlags = false
	local.VisitAll(func(f *pflag.Flag) {
		if f.Name != "help" && cmd.HasParent() {
			add(groupOf(f), f)
		}
	})
	cmd.InheritedFlags().VisitAll(func(f *pflag.Flag) { add(groupGlobal, f) })
	if !cmd.HasParent() {
		cmd.PersistentFlags().VisitAll(func(f *pflag.Flag) { add(groupGlobal, f) })
	}
	return sets
}

// help writes the help of a command to stdout.
func (a *app) help(cmd *cobra.Command) { writeHelp(a.stdout, cmd) }

func writeHelp(w io.Writer, cmd *cobra.Command) {
	var b strings.Builder
	text := cmd.Long
	if text == "" {
		text = sentence(cmd.Short)
	}
	fmt.Fprintf(&b, "%s\n\nUsage: %s\n", text, usageLine(cmd))
	if cmd.Example != "" {
		fmt.Fprintf(&b, "\nExamples:\n%s\n", cmd.Example)
	}
	if cmd.HasAvailableSubCommands() {
		b.WriteString("\nCommands:\n")
		for _, c := range cmd.Commands() {
			if c.IsAvailableCommand() {
				fmt.Fprintf(&b, "  %-12s %s\n", c.Name(), c.Short)
			}
		}
	}
	sets := flagsOf(cmd)
	for _, g := range flagGroups() {
		if set := sets[g]; set != nil {
			fmt.Fprintf(&b, "\n%s:\n%s", g, flagUsages(set))
		}
	}
	_, _ = io.WriteString(w, b.String())
}

func usageLine(cmd *cobra.Command) string {
	if cmd.HasAvailableSubCommands() {
		return cmd.CommandPath() + " COMMAND"
	}
	line := cmd.UseLine()
	return strings.TrimSuffix(line, " [flags]")
}

func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}
