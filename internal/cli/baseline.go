package cli

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/unhapi/unhapi/scanner"
)

// baselineCommand is `unhapi baseline`.
func (a *app) baselineCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "baseline",
		Short: "accept what is there today",
		Args:  a.unknownCommand,
		RunE:  a.needsCommand,
	}
	cmd.AddCommand(a.baselineWriteCommand())
	return cmd
}

const baselineLong = `Write lists the findings of today in a file. A later scan with --baseline
silences them: each secret in its file, each call as often as it stands there.
A new secret or one more call is a finding again, and entries that silence
nothing any more are reported. The file holds no secrets and can be committed.`

const baselineExample = `  unhapi baseline write
  unhapi scan --baseline .unhapi-baseline.json`

// baselineWriteCommand is `unhapi baseline write`.
func (a *app) baselineWriteCommand() *cobra.Command {
	var source sourceFlags
	var look lookFlags
	var file string
	cmd := &cobra.Command{
		Use:     "write [PATH…]",
		Short:   "write the findings of today to a file",
		Long:    baselineLong,
		Example: baselineExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			src, err := source.means(args)
			if err != nil {
				return err
			}
			if src.kind == standardInput {
				return usageError("- is stdin, which has no baseline: name files or folders")
			}
			return a.writeBaseline(cmd.Context(), src, look, file)
		},
	}
	inGroup(cmd.Flags(), groupSource, source.registerHistory)
	inGroup(cmd.Flags(), groupOutput, func(fs *pflag.FlagSet) {
		fs.StringVarP(&file, "output", "o", baselineName, "write to `FILE`; - is stdout")
	})
	look.register(cmd.Flags())
	a.completions(cmd)
	return cmd
}

// writeBaseline scans and writes what it found as the new baseline. A scan that
// is not complete makes none: it would forget what it could not see.
func (a *app) writeBaseline(ctx context.Context, src source, flags lookFlags, file string) error {
	l, err := a.look(src, flags)
	if err != nil {
		return err
	}
	res, err := a.run(ctx, src, l)
	if err != nil {
		return err
	}
	if !res.Complete() {
		a.say("the scan is incomplete: no baseline was written")
		return exitError(exitIncomplete)
	}
	b := scanner.NewBaseline(res.Findings, l.options.Key)
	if file == "-" {
		return b.Write(a.stdout)
	}
	if err := writeFile(file, b.Write); err != nil {
		return usageError("%s: %v: name a file in a folder that can be written", file, plain(err))
	}
	total := 0
	for _, e := range b.Entries {
		total += e.Count
	}
	a.note("%s: %s: use it with `unhapi scan --baseline %s`, or as \"baseline: %s\" in %s", file, count(total, "known finding"), file, file, configName)
	if n := b.Unidentified(); n > 0 {
		a.note("%s: %s too short for an id: any other one in its file counts as known; set UNHAPI_ID_KEY to tell them apart", file, count(n, "secret"))
	}
	return nil
}
