package objects

import "runtime"

// Options say what to open.
type Options struct {
	// ObjectDirs are object directories ("…/.git/objects"), the repository's own first. Their alternates
	// (info/alternates) are found and need not be given. A quarantine directory is given like any other.
	ObjectDirs []string
	// Hash is the repository's object format.
	Hash Hash
	// Workers is how many objects are worked on at once; 0: one per CPU.
	Workers int
	// Limits bound work and memory. Fields that are 0 have their defaults.
	Limits Limits
	// NoMap reads files piece by piece instead of mapping them. Slower, with the same results.
	NoMap bool

	without []ID // checksums of packs that are passed by
}

// Limits bound what is read. Where one applies, there is a [Problem] that names it and did not fail.
type Limits struct {
	// Object is the size in bytes up to which an object is looked at: 16 MiB.
	Object int64
	// Base is the size in bytes up to which an object is built for the sake of those stored as deltas over it: 256 MiB.
	Base int64
	// Chain is how many deltas can stand on each other: 4095, as deep as git packs.
	Chain int
	// Memory is how many bytes of objects are kept at once, in all workers: 256 MiB. An object that must be built counts
	// even if it is larger.
	Memory int64
	// Built is how many bytes of objects a scan builds, for each byte of packs: 4096. The first 64 GiB are free.
	Built int64
	// Problems is how many problems are listed: 10000. The others are only counted.
	Problems int
}

// builtFree is what a scan may build in any case.
const builtFree = 64 << 30

func (l Limits) withDefaults() Limits {
	or := func(v *int64, d int64) {
		if *v <= 0 {
			*v = d
		}
	}
	or(&l.Object, 16<<20)
	or(&l.Base, 256<<20)
	or(&l.Memory, 256<<20)
	or(&l.Built, 4096)
	if l.Chain <= 0 || l.Chain > maxChain {
		l.Chain = maxChain
	}
	if l.Problems <= 0 {
		l.Problems = 10000
	}
	l.Object = min(l.Object, maxSize)
	l.Base = min(max(l.Base, l.Object), maxSize)
	return l
}

const (
	maxChain = 4095
	// maxSize is what positions in objects, which have 32 bits, allow.
	maxSize = 1<<31 - 1 - outSlack
)

func workers(n int) int {
	if n <= 0 {
		return runtime.GOMAXPROCS(0)
	}
	return min(n, 256)
}
