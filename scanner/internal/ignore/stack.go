package ignore

import "strings"

// Stack is the lists that apply in a directory, those of its parents below its own. It is immutable and safe for
// concurrent use. The zero value ignores nothing.
type Stack struct {
	parent *Stack
	list   *List
	fold   bool
}

// New returns a stack without patterns. With fold, ASCII letters match in either case (core.ignorecase); lists pushed
// on it are to be parsed so.
func New(fold bool) *Stack { return &Stack{fold: fold} }

// FoldCase reports whether letters match in either case.
func (s *Stack) FoldCase() bool { return s.fold }

// Push returns a stack with a list on top, whose patterns win over those below.
func (s *Stack) Push(l *List) *Stack {
	if l == nil || len(l.patterns) == 0 {
		return s
	}
	return &Stack{parent: s, list: l, fold: s.fold}
}

// Match judges a path, a slash path from the root, on its own: it is for walkers, which do not enter what is ignored.
// The pattern is the one that decided, which may be a negated one, or nil.
func (s *Stack) Match(path string, isDir bool) (ignored bool, pattern *Pattern) {
	if s.fold {
		path = foldCase(path)
	}
	for ; s != nil; s = s.parent {
		if s.list == nil {
			continue
		}
		if p := s.list.match(path, isDir); p != nil {
			if !p.used.Load() {
				p.used.Store(true)
			}
			return !p.Negate, p
		}
	}
	return false, nil
}

// Excludes judges a path together with the directories above it: nothing below an ignored one comes back. The pattern is
// the one that ignores the first of them, else the one that decided on the path.
func (s *Stack) Excludes(path string, isDir bool) (ignored bool, pattern *Pattern) {
	for i := 0; ; i++ {
		k := strings.IndexByte(path[i:], '/')
		if k < 0 {
			return s.Match(path, isDir)
		}
		i += k
		if ignored, p := s.Match(path[:i], true); ignored {
			return true, p
		}
	}
}
