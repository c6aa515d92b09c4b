package cli

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/unhapi/unhapi/scanner"
)

// terminal reports whether a stream is a terminal.
func terminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// colour decides whether to write colours to a stream: --color first, then
// NO_COLOR, then the variables that force it, then what the stream is.
func (a *app) colour(w io.Writer) bool {
	switch {
	case a.global.color != "auto":
		return a.global.color == "always"
	case a.env.get("NO_COLOR") != "":
		return false
	case forced(a.env.get("FORCE_COLOR")), forced(a.env.get("CLICOLOR_FORCE")):
		return true
	case a.env.get("TERM") == "dumb":
		return false
	}
	return terminal(w) && ansi(w)
}

func forced(value string) bool { return value != "" && value != "0" && value != "false" }

// width is the number of columns of a stream, 0 where it is not known.
func (a *app) width(w io.Writer) int {
	if n, err := strconv.Atoi(a.env.get("COLUMNS")); err == nil && n > 0 {
		return n
	}
	if f, ok := w.(*os.File); ok && terminal(w) {
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil {
			return columns
		}
	}
	return 0
}

// progressEvery is the least time between two states of the progress line.
const progressEvery = 200 * time.Millisecond

// progressLine shows how far a scan is, on one line of stderr.
type progressLine struct {
	w     io.Writer
	mu    sync.Mutex
	last  time.Time
	shown bool
}

// progress makes the progress line; nothing is shown if it is off.
func (a *app) progress(when string) *progressLine {
	p := &progressLine{last: time.Now()} // the first state comes late: most scans are short
	if when == "always" || when == "auto" && !a.global.quiet && terminal(a.stderr) && a.env.get("TERM") != "dumb" {
		p.w = a.stderr
	}
	return p
}

// show is told by the scanner how far it is.
func (p *progressLine) show(s scanner.Progress) {
	if p.w == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Since(p.last) < progressEvery {
		return
	}
	p.last, p.shown = time.Now(), true
	done, total := fmt.Sprint(s.Done), fmt.Sprint(s.Total)+" "+s.Unit
	if s.Unit == "bytes" {
		done, total = size(s.Done), size(s.Total)
	}
	switch {
	case s.Total > 0:
		_, _ = fmt.Fprintf(p.w, "\r\x1b[Kscanning: %s of %s (%d%%)", done, total, 100*s.Done/s.Total)
	case s.Unit == "bytes":
		_, _ = fmt.Fprintf(p.w, "\r\x1b[Kscanning: %s", done)
	default:
		_, _ = fmt.Fprintf(p.w, "\r\x1b[Kscanning: %s %s", done, s.Unit)
	}
}

// clear takes the line away.
func (p *progressLine) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		_, _ = io.WriteString(p.w, "\r\x1b[K")
	}
	p.w = nil
}
