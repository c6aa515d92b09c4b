// Package runs finds long runs of the digits of base64, of either alphabet: what keys, tokens and encoded texts are made
// of, and words seldom are. On amd64 with AVX2 it looks at 64 bytes a step; elsewhere it jumps by the shortest run.
package runs

import "math/bits"

// Span is a run: text[Start:End].
type Span struct{ Start, End int }

// MinShortest and MaxShortest bound what Append can be asked for.
const MinShortest, MaxShortest = 16, 64

// Append appends the runs of at least shortest digits that stand in text, in order. Each goes as far as it can on both
// sides.
func Append(dst []Span, text []byte, shortest int) []Span {
	if hasVector {
		return vector(dst, text, shortest)
	}
	return scalar(dst, text, shortest)
}

// Digit reports whether a byte is a digit of base64, of either alphabet.
func Digit(c byte) bool { return digit[c] }

var digit = func() (set [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_") {
		set[c] = true
	}
	return set
}()

// scalar looks at the last byte of a window first: one that is no digit rules out every run that starts before it.
func scalar(dst []Span, text []byte, shortest int) []Span {
	known := 0 // from here to the end of the window all are digits
	for i := 0; i+shortest <= len(text); {
		j := i + shortest - 1
		for j >= known && digit[text[j]] {
			j--
		}
		if j >= known {
			known, i = i+shortest, j+1
			continue
		}
		end := i + shortest
		for end < len(text) && digit[text[end]] {
			end++
		}
		dst = append(dst, Span{i, end})
		i, known = end+1, end+1
	}
	return dst
}

// word is how many bytes a mask speaks of.
const word = 64

// follower turns masks of digits, one bit a byte, into runs.
type follower struct {
	dst      []Span
	shortest int
	open     int // where the run starts that the masks so far end in; where they end, if in none
	at       int // what the masks so far speak of, in bytes
}

// follow takes the masks of the next words.
func (f *follower) follow(masks []uint64) {
	at, open, shortest := f.at, f.open, f.shortest
	for _, m := range masks {
		x := m & (m >> 1)
		x &= x >> 2
		x &= x >> 4
		x &= x >> 8 // where MinShortest digits begin
		if x == 0 && at+bits.TrailingZeros64(^m)-open < shortest {
			at += word
			open = at - bits.LeadingZeros64(^m)
			continue
		}
		f.at, f.open = at, open
		f.next(m)
		at, open = f.at, f.open
	}
	f.at, f.open = at, open
}

// next takes the mask of a word in which a run may stand, or end.
func (f *follower) next(m uint64) {
	at := f.at
	f.at += word
	if m == ^uint64(0) {
		return
	}
	lead := bits.TrailingZeros64(^m)
	if at+lead-f.open >= f.shortest {
		f.dst = append(f.dst, Span{f.open, at + lead})
	}
	trail := bits.LeadingZeros64(^m)
	f.open = at + word - trail
	m = m >> lead << lead << trail >> trail
	for x := begins(m, f.shortest); x != 0; {
		start := bits.TrailingZeros64(x)
		n := bits.TrailingZeros64(^(m >> start))
		f.dst = append(f.dst, Span{at + start, at + start + n})
		x = x >> (start + n) << (start + n)
	}
}

// begins keeps the bits at which at least n bits begin that are set; n is MinShortest or more.
func begins(m uint64, n int) uint64 {
	have := 1
	for ; 2*have <= n; have *= 2 {
		m &= m >> have
	}
	return m & (m >> (n - have))
}
