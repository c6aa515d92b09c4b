package objects

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// What can be wrong with an object. Errors of this package wrap one of these.
var (
	// ErrMissing: the object is in no pack and not loose.
	ErrMissing = errors.New("object is missing")
	// ErrCorrupt: what is stored is not what git writes.
	ErrCorrupt = errors.New("corrupt")
	// ErrTooLarge: a limit says not to read the object.
	ErrTooLarge = errors.New("too large")
)

// ObjectError says which object could not be read, and why.
type ObjectError struct {
	ID  ID
	Err error // wraps ErrMissing, ErrCorrupt or ErrTooLarge, or comes from the file system
}

// Error implements error.
func (e *ObjectError) Error() string { return fmt.Sprintf("object %s: %v", e.ID, e.Err) }

// Unwrap returns what is wrong with the object.
func (e *ObjectError) Unwrap() error { return e.Err }

func corrupt(format string, a ...any) error {
	return fmt.Errorf("%w: %s", ErrCorrupt, fmt.Sprintf(format, a...))
}

func tooLarge(format string, a ...any) error {
	return fmt.Errorf("%w: %s", ErrTooLarge, fmt.Sprintf(format, a...))
}

// unlisted says why something that should be among the commits is not.
func (s *Store) unlisted(id ID) error {
	if s.Has(id) {
		return fmt.Errorf("%w: %s", ErrCorrupt, unreadable)
	}
	return ErrMissing
}

const unreadable = "the commit cannot be read"

// Vague tells of the reason of a problem whether another one for the same object says more.
func Vague(reason string) bool {
	return strings.HasPrefix(reason, ErrMissing.Error()) || strings.Contains(reason, unreadable)
}

// Problem is something that was not looked at, and why. Either ID or File says what it is.
type Problem struct {
	ID     ID     // of an object
	File   string // a pack, an index or a directory: a path below the object directory, with slashes
	Reason string // a short phrase
	Failed bool   // false: a stated limit leaves it out; true: it should have been readable
}

// String says what was not looked at, and why.
func (p Problem) String() string {
	if p.File != "" {
		return p.File + ": " + p.Reason
	}
	return "object " + p.ID.String() + ": " + p.Reason
}

func compareProblems(a, b Problem) int {
	return cmp.Or(cmp.Compare(a.File, b.File), a.ID.Compare(b.ID), cmp.Compare(a.Reason, b.Reason))
}

// problems collects problems. At most limits.Problems are kept; the rest is counted. Safe for concurrent use.
type problems struct {
	mu    sync.Mutex
	list  []Problem
	limit int
	more  int  // not kept
	worse bool // one of those failed
}

func (p *problems) add(list ...Problem) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, x := range list {
		if len(p.list) < p.limit {
			p.list = append(p.list, x)
			continue
		}
		p.more++
		p.worse = p.worse || x.Failed
	}
}

// object adds what is wrong with an object; a stated limit is no failure.
func (p *problems) object(id ID, err error) {
	p.add(Problem{ID: id, Reason: reason(err), Failed: !errors.Is(err, ErrTooLarge)})
}

// reason is the text of an error without the id of the object it is about.
func reason(err error) string {
	var o *ObjectError
	if errors.As(err, &o) {
		return o.Err.Error()
	}
	return err.Error()
}

// sorted returns what was collected, in an order that does not depend on the workers, without duplicates.
func (p *problems) sorted() []Problem {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := slices.Clone(p.list)
	slices.SortFunc(list, compareProblems)
	list = slices.Compact(list)
	if p.more > 0 {
		list = append(list, Problem{File: "objects", Reason: fmt.Sprintf("%d more problems", p.more), Failed: p.worse})
	}
	return list
}
