package walk

import (
	"errors"
	"io/fs"
	"os"
)

// Reason says in a few words why a path was not looked at.
type Reason string

// The reasons.
const (
	BinaryFile Reason = "binary"
	Oversized  Reason = "oversized"
	NotRegular Reason = "not a regular file"
	GitFolder  Reason = "git's own folder"
	TooDeep    Reason = "too deep"
	Cycle      Reason = "the same directory as one above it"
	Vanished   Reason = "gone before it could be read"
	Unreadable Reason = "unreadable"

	// RulesTooLarge is the reason for an ignore file that was visited as a file but not obeyed.
	RulesTooLarge Reason = "ignore rules not obeyed"
)

// Skipped is a path that was not looked at.
type Skipped struct {
	Path   string // as in Entry
	Reason Reason
	Detail string // what kind of binary data, which limit; may be empty
	Failed bool   // something went wrong, rather than that a stated limit left it out
	Err    error  // with Failed: the cause, without the path
}

var errOutside = errors.New("outside of the root")

func (w *worker) skip(path string, reason Reason, detail string) {
	w.skipped = append(w.skipped, Skipped{Path: path, Reason: reason, Detail: detail})
}

func (w *worker) fail(path string, err error, named bool) {
	w.skipped = append(w.skipped, failure(path, err, named))
}

// failure classifies an error. That a file is gone is no failure, unless it was named by the caller.
func failure(path string, err error, named bool) Skipped {
	if errors.Is(err, fs.ErrNotExist) {
		return Skipped{Path: path, Reason: Vanished, Failed: named, Err: bare(err)}
	}
	return Skipped{Path: path, Reason: Unreadable, Failed: true, Err: bare(err)}
}

// bare takes the operation and the path out of an error: the reader knows the path.
func bare(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// special names what is not a regular file.
func (k Kind) special() string {
	switch k {
	case FIFO:
		return "named pipe"
	case Socket:
		return "socket"
	case Device:
		return "device"
	}
	return "unknown type"
}
