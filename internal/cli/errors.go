package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// exitError ends a run with a code when everything has been said already.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// usageError is a mistake in what was typed or configured: what and where,
// then what to do next. Lower case, no full stop.
func usageError(format string, args ...any) error {
	return &scanner.UsageError{Err: fmt.Errorf(format, args...)}
}

// isUsage reports whether an error is a mistake in what was typed or configured.
func isUsage(err error) bool {
	_, ok := errors.AsType[*scanner.UsageError](err)
	return ok || len(rules.Mistakes(err)) > 0
}

// exitCode tells the user about an error and gives the code that it means.
func (a *app) exitCode(err error) int {
	if err == nil {
		return exitClean
	}
	if code, ok := errors.AsType[exitError](err); ok {
		return int(code)
	}
	for _, line := range errorLines(err) {
		a.say("%s", line)
	}
	return exitUsage
}

// errorLines gives one line for each of the errors that were joined.
func errorLines(err error) []string {
	if mistakes := rules.Mistakes(err); len(mistakes) > 0 {
		var lines []string
		for _, m := range mistakes {
			lines = append(lines, m.Error())
		}
		return lines
	}
	return strings.Split(err.Error(), "\n")
}

// say writes one line to stderr, under the program's name.
func (a *app) say(format string, args ...any) {
	_, _ = fmt.Fprintf(a.stderr, "%s: %s\n", name, printable(a.masked(fmt.Sprintf(format, args...))))
}

// longWord is what a text needs in order to hold a secret.
var longWord = pattern.New(`[\w-]{20}`)

// masked takes secrets out of a message: an argument or the name of a file can
// hold one.
func (a *app) masked(s string) string {
	if !longWord.MatchString(s) {
		return s
	}
	if a.set == nil {
		a.set, _ = rules.Load()
	}
	if a.set == nil {
		return s
	}
	s = a.hidden(s)
	for _, p := range a.set.Packs {
		for _, f := range p.Formats {
			for _, m := range slices.Backward(f.FindAll([]byte(s))) {
				if len(f.Literals) == 0 && (m[0] == 0 || s[m[0]-1] != '=' && s[m[0]-1] != ':') {
					continue // ids that are no secrets look the same
				}
				s = s[:m[0]] + "…" + s[m[1]:]
			}
		}
	}
	return s
}

// hidden takes the secrets that a scan found out of a text.
func (a *app) hidden(s string) string {
	for _, value := range a.secrets {
		for at := foldedIndex(s, value); at >= 0; at = foldedIndex(s, value) {
			s = s[:at] + "…" + s[at+len(value):]
		}
	}
	return s
}

// foldedIndex finds a value of ASCII in a text, in whatever letter case; -1 for
// one that is too short to be told from other words.
func foldedIndex(s, value string) int {
	for i := 0; len(value) >= 8 && i+len(value) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(value)], value) {
			return i
		}
	}
	return -1
}

// note is say for what --quiet keeps back.
func (a *app) note(format string, args ...any) {
	if !a.global.quiet {
		a.say(format, args...)
	}
}

// detail is say for what only --verbose tells.
func (a *app) detail(format string, args ...any) {
	if a.global.verbose {
		a.say(format, args...)
	}
}

// printable replaces what a terminal could take for a command, or what could
// hide text: names of files come from the scanned repository.
func printable(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1, r < utf8.RuneSelf && !unicode.IsPrint(r):
			fmt.Fprintf(&b, "\\x%02x", s[0])
		case !unicode.IsPrint(r):
			fmt.Fprintf(&b, "\\u%04x", r)
		default:
			b.WriteRune(r)
		}
		s = s[n:]
	}
	return b.String()
}

// brokenPipe reports whether the reader of our output went away.
func brokenPipe(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe) || errors.Is(err, errNoData)
}

// flagError explains a flag that does not exist or has a bad value.
func flagError(cmd *cobra.Command, err error) error {
	see := fmt.Sprintf("see `%s --help`", cmd.CommandPath())
	if e, ok := errors.AsType[*pflag.NotExistError](err); ok {
		if short := e.GetSpecifiedShortnames(); short != "" {
			return usageError("unknown flag -%s: %s", e.GetSpecifiedName(), see)
		}
		return usageError("unknown flag --%s: %s", e.GetSpecifiedName(), didYouMean("--", e.GetSpecifiedName(), flagNames(cmd), see))
	}
	if e, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return usageError("--%s needs a value: %s", e.GetFlag().Name, see)
	}
	if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return usageError("--%s %s: not a valid value: %s", e.GetFlag().Name, e.GetValue(), see)
	}
	return usageError("%v: %s", err, see)
}

func flagNames(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}

// didYouMean suggests the known name that is closest to what was typed, or
// gives the fallback.
func didYouMean(prefix, typed string, known []string, fallback string) string {
	best, distance := "", 4
	for _, k := range known {
		if n := editDistance(strings.ToLower(typed), k); n < distance && n < len(k) {
			best, distance = k, n
		}
	}
	if best == "" {
		return fallback
	}
	return fmt.Sprintf("did you mean %s%s? %s", prefix, best, fallback)
}

// editDistance counts the single characters to change, add or take away.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j]+1, row[j+1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
