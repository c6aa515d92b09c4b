package shapes

import "golang.org/x/sys/cpu"

// hasVector reports whether this machine, and its operating system, have AVX2.
var hasVector = cpu.X86.HasAVX2

// classify writes the masks of each word of text.
//
//go:noescape
func classify(text *byte, words int, out *masks)

// vector needs AVX2.
func vector(found *Found, text []byte, shortest int) {
	if len(text) < min(shortest, Tail) {
		return
	}
	f := follower{found: found, text: text, shortest: shortest}
	var out [8]masks
	whole := len(text) / word
	for done := 0; done < whole; {
		n := min(whole-done, len(out))
		classify(&text[done*word], n, &out[0])
		f.follow(out[:n])
		done += n
	}
	var rest [word]byte
	copy(rest[:], text[whole*word:])
	classify(&rest[0], 1, &out[0])
	out[1] = masks{} // ends the last run
	f.follow(out[:2])
}
