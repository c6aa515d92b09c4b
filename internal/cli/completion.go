package cli

import (
	"github.com/spf13/cobra"
)

// completions tells the shell what the values of flags can be.
func (a *app) completions(cmd *cobra.Command) {
	fixed := func(values ...string) cobra.CompletionFunc {
		return cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)
	}
	for flag, complete := range map[string]cobra.CompletionFunc{
		"format":   fixed(formatNames()...),
		"show":     fixed(showable()...),
		"progress": fixed("auto", "always", "never"),
		"history":  fixed(historyCredentials, historyCalls),
		"color":    fixed("auto", "always", "never"),
	} {
		if cmd.Flags().Lookup(flag) != nil {
			_ = cmd.RegisterFlagCompletionFunc(flag, complete)
		}
	}
}
