package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"
)

// helpWidth is the width of help texts.
const helpWidth = 80

// flagUsage describes one flag: how it is written, and what it does.
type flagUsage struct {
	short, long string // "-f, ", "--format FORMAT"
	text        string
}

// usageOf describes a flag. The name of its value stands between backquotes in
// its help text, as pflag has it.
func usageOf(f *pflag.Flag) flagUsage {
	value, text := pflag.UnquoteUsage(f)
	u := flagUsage{short: "    ", long: "--" + f.Name, text: text}
	if f.Shorthand != "" {
		u.short = "-" + f.Shorthand + ", "
	}
	switch {
	case f.NoOptDefVal != "" && f.Value.Type() != "bool":
		u.long += "[=" + value + "]"
	case value != "":
		u.long += " " + value
	}
	switch f.DefValue {
	case "", "0", "0s", "false", "[]":
	default:
		u.text += " (default " + f.DefValue + ")"
	}
	return u
}

// flagUsages writes the help of a set of flags as a table.
func flagUsages(set *pflag.FlagSet) string {
	var list []flagUsage
	column := 0
	set.VisitAll(func(f *pflag.Flag) {
		u := usageOf(f)
		list = append(list, u)
		column = max(column, len(u.long))
	})
	var b strings.Builder
	const indent = 2 + len("-x, ")
	for _, u := range list {
		lines := wrap(u.text, helpWidth-indent-column-2)
		fmt.Fprintf(&b, "  %s%-*s  %s\n", u.short, column, u.long, lines[0])
		for _, line := range lines[1:] {
			fmt.Fprintf(&b, "%*s%s\n", indent+column+2, "", line)
		}
	}
	return b.String()
}

// wrap breaks a text into lines of at most width columns, at least one.
func wrap(text string, width int) []string {
	lines := []string{""}
	for _, word := range strings.Fields(text) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case len(*last)+1+len(word) <= width:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}
