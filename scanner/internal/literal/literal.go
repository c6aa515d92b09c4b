// Package literal finds any of many literals in one pass over a text.
//
// Literals are byte strings and match with ASCII letters in either case. One Matcher serves a whole run and any number
// of goroutines. On amd64 with AVX2 it looks at 32 positions a step; elsewhere a table of shifts lets it pass most bytes
// by. Both name positions where a literal may stand, and one index of literals decides.
package literal

import (
	"cmp"
	"fmt"
	"slices"
)

const (
	// MinLength is the least length of a literal, in bytes.
	MinLength = 4
	// MaxLength is the greatest length of a literal, in bytes.
	MaxLength = 255
	// MaxLiterals bounds the number of literals of one matcher.
	MaxLiterals = 1<<16 - 1
)

// Hit is one occurrence of a literal: text[Start:End].
type Hit struct {
	Start, End int
	Literal    int // index in the slice given to New
}

// Matcher finds literals. It is immutable and safe for concurrent use.
type Matcher struct {
	longest int
	vectors []*teddy  // one or more, each with a part of the literals; none where the machine or the literals do not allow it
	scalar  *wuManber // nil where vectors are used or there are no literals
	index   index     // for scalar
}

// New builds a matcher for literals, matched with ASCII case folded. Each must have MinLength to MaxLength bytes, any
// bytes. An empty set is allowed and matches nothing; equal literals are reported each.
func New(literals []string) (*Matcher, error) {
	return build(literals, fastest)
}

// engine says how a matcher looks for positions.
type engine uint8

const (
	fastest engine = iota
	scalarOnly
	vectorOnly // if hasVector
)

func build(literals []string, use engine) (*Matcher, error) {
	if len(literals) > MaxLiterals {
		return nil, fmt.Errorf("%d literals: at most %d are allowed", len(literals), MaxLiterals)
	}
	m := &Matcher{}
	window := MaxLength
	folded := make([]string, len(literals))
	for i, l := range literals {
		if len(l) < MinLength || len(l) > MaxLength {
			return nil, fmt.Errorf("literal %q: has %d bytes, must have %d to %d", l, len(l), MinLength, MaxLength)
		}
		folded[i] = fold(l)
		m.longest = max(m.longest, len(l))
		window = min(window, len(l))
	}
	if len(literals) == 0 {
		return m, nil
	}
	if hasVector && use != scalarOnly && (len(literals) <= maxVector || use == vectorOnly) {
		if p := plan(folded); use == vectorOnly || p.cost <= maxCost {
			m.vectors = p.teddies(folded)
			return m, nil
		}
	}
	m.scalar = newWuManber(folded, window)
	keys := make([]keyed, len(folded))
	for i := range keys {
		keys[i] = keyed{uint16(i), uint8(window - keyLength)}
	}
	m.index = newIndex(folded, keys)
	return m, nil
}

// Longest returns the length of the longest literal, 0 without literals.
func (m *Matcher) Longest() int { return m.longest }

// Append appends all occurrences in text to dst, overlapping ones too, ordered by start, end and literal. It allocates
// only to grow dst.
func (m *Matcher) Append(dst []Hit, text []byte) []Hit {
	n := len(dst)
	dst = m.find(dst, text, false)
	if found := dst[n:]; !slices.IsSortedFunc(found, compareHits) {
		slices.SortFunc(found, compareHits)
	}
	return dst
}

// Contains reports whether any literal occurs in text. It stops at the first occurrence.
func (m *Matcher) Contains(text []byte) bool {
	var room [4]Hit // one for each cursor: they stop together
	return len(m.find(room[:0], text, true)) > 0
}

// find appends occurrences in any order; with first set, it stops after one.
func (m *Matcher) find(dst []Hit, text []byte, first bool) []Hit {
	if m.scalar != nil {
		return m.scalar.find(&m.index, dst, text, first)
	}
	n := len(dst)
	for _, t := range m.vectors {
		dst = t.find(&t.index, dst, text, first)
		if first && len(dst) > n {
			break
		}
	}
	return dst
}

// The cost of vectors in ns a byte, measured: each pass over the text costs passCost, and each candidate checkCost. At
// maxCost Wu-Manber is as fast.
const passCost, checkCost, maxCost = 0.15, 4.0, 0.9

// maxPasses is the number of vector passes over a text.
const maxPasses = 3

// maxVector is the number of literals beyond which there are too many candidates anyway.
const maxVector = 400

func compareHits(a, b Hit) int {
	return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.Literal, b.Literal))
}

func lower(c byte) byte {
	if c-'A' < 26 {
		return c | 0x20
	}
	return c
}

// fold lowers ASCII letters and leaves all other bytes, also invalid UTF-8, as they are.
func fold(s string) string {
	for i := range len(s) {
		if lower(s[i]) != s[i] {
			b := []byte(s)
			for k := i; k < len(b); k++ {
				b[k] = lower(b[k])
			}
			return string(b)
		}
	}
	return s
}
