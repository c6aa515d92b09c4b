package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/unhapi/unhapi/internal/version"
)

// manCommand is `unhapi man`.
func (a *app) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "man",
		Short:   "print the manual page",
		Long:    "Print the manual page, in the format of man(7).",
		Example: "  unhapi man > /usr/local/share/man/man1/unhapi.1",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.toStdout(func(w io.Writer) error { return manPage(w, cmd.Root()) })
		},
	}
}

// manPage writes the manual page of a tree of commands.
func manPage(w io.Writer, root *cobra.Command) error {
	p := &roff{}
	p.line(".TH UNHAPI 1 %q %q \"User Commands\"", version.Date, name+" "+version.Version)
	p.section("NAME")
	p.text(name + " - " + root.Short)
	p.section("SYNOPSIS")
	for i, cmd := range commands(root) {
		if i > 0 {
			p.line(".br")
		}
		p.line(".B %s", roffText(usageLine(cmd)))
	}
	p.section("DESCRIPTION")
	p.text(root.Long)
	for _, cmd := range commands(root) {
		p.command(cmd)
	}
	p.section("FLAGS OF EVERY COMMAND")
	p.flags(flagsOf(root)[groupGlobal])
	p.exitCodes()
	p.files()
	_, err := io.WriteString(w, p.b.String())
	return err
}

// commands lists the commands that do something, in order.
func commands(cmd *cobra.Command) []*cobra.Command {
	var all []*cobra.Command
	for _, c := range cmd.Commands() {
		switch {
		case c.Name() == "help" || !c.IsAvailableCommand():
		case c.HasAvailableSubCommands():
			all = append(all, commands(c)...)
		default:
			all = append(all, c)
		}
	}
	return all
}

// roff collects the text of a manual page.
type roff struct{ b strings.Builder }

func (p *roff) line(format string, args ...any) { fmt.Fprintf(&p.b, format+"\n", args...) }

func (p *roff) section(title string) { p.line(".SH %s", title) }

// text writes paragraphs.
func (p *roff) text(s string) {
	for i, part := range strings.Split(s, "\n\n") {
		if i > 0 {
			p.line(".PP")
		}
		p.filled(part)
	}
}

// manWidth is how long the lines of the page's source are before hyphens are
// escaped; what reads the page fills its lines anew.
const manWidth = 64

// filled writes text that may be broken anywhere.
func (p *roff) filled(s string) {
	for _, line := range wrap(s, manWidth) {
		p.line("%s", roffText(line))
	}
}

func (p *roff) command(cmd *cobra.Command) {
	p.section(strings.ToUpper(strings.TrimPrefix(cmd.CommandPath(), name+" ")))
	p.line(".B %s", roffText(usageLine(cmd)))
	p.line(".PP")
	if cmd.Long != "" {
		p.text(cmd.Long)
	} else {
		p.text(sentence(cmd.Short))
	}
	sets := flagsOf(cmd)
	for _, g := range flagGroups() {
		if set := sets[g]; set != nil && g != groupGlobal {
			p.line(".SS %s", g)
			p.flags(set)
		}
	}
	if cmd.Example != "" {
		p.line(".SS Examples")
		p.line(".nf\n%s\n.fi", roffText(cmd.Example))
	}
}

func (p *roff) flags(set *pflag.FlagSet) {
	if set == nil {
		return
	}
	set.VisitAll(func(f *pflag.Flag) {
		u := usageOf(f)
		p.line(".TP")
		p.line(".B %s", roffText(strings.TrimLeft(u.short, " ")+u.long))
		p.filled(u.text)
	})
}

func (p *roff) exitCodes() {
	p.section("EXIT CODES")
	for _, c := range []struct {
		code int
		text string
	}{
		{exitClean, "Clean: nothing that fails a run was found."},
		{exitFindings, "Findings."},
		{exitUsage, "Wrong usage or configuration. Nothing was scanned."},
		{exitIncomplete, "Incomplete: something that should have been looked at was not. Findings are printed all the same."},
	} {
		p.line(".TP\n.B %d", c.code)
		p.filled(c.text)
	}
}

func (p *roff) files() {
	p.section("FILES")
	for _, f := range []struct{ name, text string }{
		{configName, "Configuration: rules, disable, exclude, baseline, foreign-tags. The nearest one from the working directory upward, not past the root of the repository."},
		{ignoreName, "At the root of the repository: findings to silence, one a line: an id or a path pattern, optionally \" rule=ID\"."},
		{baselineName, "Known findings, as `unhapi baseline write` makes it."},
	} {
		p.line(".TP\n.I %s", roffText(f.name))
		p.filled(f.text)
	}
}

// roffText escapes what roff would take for a request or an escape.
func roffText(s string) string {
	s = strings.ReplaceAll(s, `\`, `\e`)
	s = strings.ReplaceAll(s, "-", `\-`)
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, ".") || strings.HasPrefix(l, "'") {
			lines[i] = `\&` + l
		}
	}
	return strings.Join(lines, "\n")
}
