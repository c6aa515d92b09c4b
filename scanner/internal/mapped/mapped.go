// Package mapped maps files into memory, read-only, and guards against those that are cut short meanwhile: whoever reads
// a mapped file beyond its end faults.
package mapped

import (
	"os"
	"runtime/debug"
	"unsafe"
)

// addressed is a fault in memory.
type addressed interface {
	error
	Addr() uintptr
}

// Guard runs f and reports whether it faulted at an address that ours accepts; then f was left where it was. All of f
// must run in this goroutine.
func Guard(ours func(addr uintptr) bool, f func() error) (cut bool, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch r := recover().(type) {
		case nil:
		case addressed:
			if !ours(r.Addr()) {
				panic(r)
			}
			cut = true
		default:
			panic(r)
		}
	}()
	return false, f()
}

// Holds reports whether an address lies in a mapped file.
func Holds(mem []byte, addr uintptr) bool {
	start := uintptr(unsafe.Pointer(unsafe.SliceData(mem)))
	return addr >= start && addr < start+uintptr(len(mem)+os.Getpagesize())
}
