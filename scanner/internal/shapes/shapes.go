// Package shapes finds what keys, tokens and encoded texts look like: UUIDs, and long runs of the digits of base64, of
// either alphabet. On amd64 with AVX2 it looks at 64 bytes a step; elsewhere it jumps by the shortest run.
package shapes

import (
	"bytes"
	"math/bits"
)

// Span is a run: text[Start:End].
type Span struct{ Start, End int }

// MinShortest and MaxShortest bound the shortest run that can be asked for.
const MinShortest, MaxShortest = 16, 64

// Tail is the length of "-hhhh-hhhh-hhhh-hhhhhhhhhhhh", the part that all UUID-like formats share. The first group
// differs from format to format.
const Tail = 28

// Found is what stands in a text.
type Found struct {
	// Runs are the runs of at least the shortest number of digits, each as far as it goes on both sides, in order.
	Runs []Span
	// Tails are the places where the tails of UUIDs begin, in order. They do not overlap.
	Tails []int
}

// Add appends what is found in text.
func (f *Found) Add(text []byte, shortest int) {
	if hasVector {
		vector(f, text, shortest)
		return
	}
	f.scalar(text, shortest)
}

func (f *Found) scalar(text []byte, shortest int) {
	f.runs(text, shortest)
	f.tails(text)
}

// Digit reports whether a byte is a digit of base64, of either alphabet.
func Digit(c byte) bool { return digit[c] }

var digit = func() (set [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_") {
		set[c] = true
	}
	return set
}()

// runs looks at the last byte of a window first: one that is no digit rules out every run that starts before it.
func (f *Found) runs(text []byte, shortest int) {
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
		f.Runs = append(f.Runs, Span{i, end})
		i, known = end+1, end+1
	}
}

func (f *Found) tails(text []byte) {
	for from := 0; from+Tail <= len(text); from++ {
		j := bytes.IndexByte(text[from:len(text)-Tail+1], '-')
		if j < 0 {
			return
		}
		if from += j; IsTail(text[from:]) {
			f.Tails = append(f.Tails, from)
			from += Tail - 1
		}
	}
}

// IsTail reports whether a text begins with the tail of a UUID.
func IsTail(t []byte) bool {
	if len(t) < Tail {
		return false
	}
	for i, c := range t[:Tail] {
		if i%5 == 0 && i <= 15 {
			if c != '-' {
				return false
			}
		} else if !('0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f') {
			return false
		}
	}
	return true
}

// word is how many bytes a mask speaks of.
const word = 64

// masks are what the bytes of a word are, one bit a byte, the first lowest.
type masks struct{ digits, dashes uint64 }

// follower turns masks into runs and tails.
type follower struct {
	found    *Found
	text     []byte
	shortest int
	open     int    // where the run starts that the masks so far end in; where they end, if in none
	at       int    // what the masks so far speak of, in bytes
	dashes   uint64 // of the word before
}

// follow takes the masks of the next words.
func (f *follower) follow(words []masks) {
	at, open, shortest, before := f.at, f.open, f.shortest, f.dashes
	more := uint(min(shortest, 2*MinShortest)-MinShortest) & 63
	for _, w := range words {
		// The dashes of the tails that begin in the word before.
		if t := before & (before>>5 | w.dashes<<59) & (before>>10 | w.dashes<<54) & (before>>15 | w.dashes<<49); t != 0 {
			f.tailsAt(t, at-word)
		}
		before = w.dashes
		x := w.digits & (w.digits >> 1)
		x &= x >> 2
		x &= x >> 4
		x &= x >> 8 // where MinShortest digits begin
		x &= x >> more
		if x == 0 && at+bits.TrailingZeros64(^w.digits)-open < shortest {
			at += word
			open = at - bits.LeadingZeros64(^w.digits)
			continue
		}
		f.at, f.open = at, open
		f.next(w.digits)
		at, open = f.at, f.open
	}
	f.at, f.open, f.dashes = at, open, before
}

// tailsAt adds the tails among places that have the dashes of one.
func (f *follower) tailsAt(places uint64, at int) {
	for ; places != 0; places &= places - 1 {
		i := at + bits.TrailingZeros64(places)
		if n := len(f.found.Tails); (n == 0 || f.found.Tails[n-1]+Tail <= i) && IsTail(f.text[i:]) {
			f.found.Tails = append(f.found.Tails, i)
		}
	}
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
		f.found.Runs = append(f.found.Runs, Span{f.open, at + lead})
	}
	trail := bits.LeadingZeros64(^m)
	f.open = at + word - trail
	m = m >> lead << lead << trail >> trail
	for x := begins(m, f.shortest); x != 0; {
		start := bits.TrailingZeros64(x)
		n := bits.TrailingZeros64(^(m >> start))
		f.found.Runs = append(f.found.Runs, Span{at + start, at + start + n})
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
