package runs

import "golang.org/x/sys/cpu"

// hasVector reports whether this machine, and its operating system, have AVX2.
var hasVector = cpu.X86.HasAVX2

// classify writes a mask for each word of text, one bit a byte, the first byte lowest: whether it is a digit.
//
//go:noescape
func classify(text *byte, words int, out *uint64)

// vector needs AVX2.
func vector(dst []Span, text []byte, shortest int) []Span {
	if len(text) < shortest {
		return dst
	}
	f := follower{dst: dst, shortest: shortest}
	var masks [64]uint64
	whole := len(text) / word
	for done := 0; done < whole; {
		n := min(whole-done, len(masks))
		classify(&text[done*word], n, &masks[0])
		f.follow(masks[:n])
		done += n
	}
	var rest [word]byte
	copy(rest[:], text[whole*word:])
	classify(&rest[0], 1, &masks[0])
	masks[1] = 0 // ends the last run
	f.follow(masks[:2])
	return f.dst
}
