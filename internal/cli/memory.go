package cli

import (
	"runtime"
	"runtime/debug"
)

// usualPercent collects garbage when the heap has grown by half, not only when
// it has doubled: nearly all of it are arrays without pointers, which cost
// nothing to go through, and a history of a million objects needs a seventh
// less. firstPercent lets it grow to 32 MiB before that: a hook ends before,
// and collecting what it has costs it a fifth of its time.
const usualPercent, firstPercent = 50, 800

// fixPercent is firstPercent for fixes, 128 MiB: each grammar that is loaded has
// a memory of its own, and collecting costs a fix as much as all that it does.
const fixPercent = 3200

// collectLate puts the first garbage collection off, unless the user set GOGC.
// From then on all is as usual.
func collectLate(env environment) {
	if env.get("GOGC") != "" {
		return
	}
	debug.SetGCPercent(firstPercent)
	canary := new([64]byte) // goes with the first collection
	runtime.AddCleanup(canary, func(percent int) { debug.SetGCPercent(percent) }, usualPercent)
}

// collectLater puts the first garbage collection off for a fix.
func collectLater(env environment) {
	if env.get("GOGC") == "" {
		debug.SetGCPercent(fixPercent)
	}
}
