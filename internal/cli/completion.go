package cli

import (
	"io"

	"github.com/spf13/cobra"
)

const completionExample = `  source <(unhapi completion bash)
  unhapi completion zsh > "${fpath[1]}/_unhapi"
  unhapi completion fish > ~/.config/fish/completions/unhapi.fish
  unhapi completion powershell | Out-String | Invoke-Expression`

// completionCommand is `unhapi completion`.
func (a *app) completionCommand() *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:       "completion SHELL",
		Short:     "print the completion script of a shell",
		Long:      "Print the completion script of a shell: bash, zsh, fish or powershell.",
		Example:   completionExample,
		Args:      exactly(1, "name a shell: bash, zsh, fish or powershell"),
		ValidArgs: shells,
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			return a.toStdout(func(w io.Writer) error {
				switch args[0] {
				case "bash":
					return root.GenBashCompletionV2(w, true)
				case "zsh":
					return root.GenZshCompletion(w)
				case "fish":
					return root.GenFishCompletion(w, true)
				case "powershell":
					return root.GenPowerShellCompletionWithDesc(w)
				}
				return usageError("%s: no such shell here: use bash, zsh, fish or powershell", args[0])
			})
		},
	}
}

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
