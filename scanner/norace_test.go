//go:build !race

package scanner

// raceEnabled says that the race detector is on.
const raceEnabled = false
