package cli

import (
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// environment is the environment as it was given to Main. Nothing below this
// package reads it: values are passed on.
type environment map[string]string

func newEnvironment(list []string) environment {
	e := environment{}
	for _, entry := range list {
		if key, value, ok := strings.Cut(entry, "="); ok {
			e[key] = value
		}
	}
	return e
}

// get gives the value of a variable, "" where it is not set.
func (e environment) get(name string) string { return e[name] }

// git is get for what git reads: a configuration that is set to nothing is
// none, which is not the same as one that is not set.
func (e environment) git(name string) string {
	if value, set := e[name]; set && value == "" && (name == "GIT_CONFIG_GLOBAL" || name == "GIT_CONFIG_SYSTEM") {
		return os.DevNull
	}
	return e[name]
}

// variable is the name of the environment variable of a flag.
func variable(flag string) string {
	return "UNHAPI_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// opposites are flags of which only one makes sense: typing one makes the
// variable of the other void.
var opposites = map[string]string{"config": "no-config", "no-config": "config", "quiet": "verbose", "verbose": "quiet"}

// apply gives the flags that were not typed the values that the environment
// has for them. A source that was typed makes the variables of all sources
// void: a run has one source.
func (e environment) apply(cmd *cobra.Command, args []string) error {
	typedSource := len(args) == 1 && args[0] == "-"
	cmd.Flags().Visit(func(f *pflag.Flag) {
		typedSource = typedSource || groupOf(f) == groupSource
	})
	var first error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		value := e[variable(f.Name)]
		other := cmd.Flags().Lookup(opposites[f.Name])
		switch {
		case value == "" || f.Changed || f.Name == "help" || first != nil:
			return
		case typedSource && groupOf(f) == groupSource, other != nil && other.Changed:
			return
		}
		if err := setFlag(f, value); err != nil {
			first = usageError("%s=%s: not a valid value: see --%s in `%s --help`", variable(f.Name), value, f.Name, cmd.CommandPath())
		}
	})
	return first
}

// setFlag sets a flag from text; a flag that may be repeated takes a list with
// commas.
func setFlag(f *pflag.Flag, value string) error {
	if _, list := f.Value.(pflag.SliceValue); !list {
		return f.Value.Set(value)
	}
	for _, part := range strings.Split(value, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		if err := f.Value.Set(part); err != nil {
			return err
		}
	}
	return nil
}
