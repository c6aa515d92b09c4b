package report

import (
	"bufio"
	"fmt"
	"io"
)

func writeText(w io.Writer, r *Report, s Style) error {
	b := bufio.NewWriter(w)
	for _, it := range r.Items {
		fmt.Fprintf(b, "%s%s:%d:%d: %s %s: %s [%s]\n", s.Root, clean(r.redact.text(it.Path)), it.Start.Line, it.Start.Column,
			it.Severity, it.Kind, clean(r.redact.text(it.Message)), it.Rule.ID)
	}
	fmt.Fprintf(b, "%d findings in %d files\n", len(r.Items), r.Stats.Files)
	return b.Flush()
}
