package objects

// buffers is a worker's stock of byte slices with outSlack.
type buffers struct {
	small [][]byte // of smallBuffer bytes
	large [][]byte
	kept  int64 // bytes in large
}

const (
	smallBuffer = 64 << 10
	maxSmall    = 128
	maxLarge    = 32 << 20 // bytes; what is beyond is left to the garbage collector
)

func (b *buffers) get(n int) []byte {
	if n+outSlack <= smallBuffer {
		if k := len(b.small) - 1; k >= 0 {
			s := b.small[k]
			b.small = b.small[:k]
			return s[:n]
		}
		return make([]byte, n, smallBuffer)
	}
	best := -1
	for i, s := range b.large {
		if cap(s) >= n+outSlack && (best < 0 || cap(s) < cap(b.large[best])) {
			best = i
		}
	}
	if best < 0 {
		return make([]byte, n, n+n/4+outSlack)
	}
	s := b.large[best]
	last := len(b.large) - 1
	b.large[best], b.large[last] = b.large[last], nil
	b.large = b.large[:last]
	b.kept -= int64(cap(s))
	return s[:n]
}

// put gives back a slice of get. Another slice, or nil, does no harm.
func (b *buffers) put(s []byte) {
	switch c := cap(s); {
	case c < smallBuffer:
	case c == smallBuffer:
		if len(b.small) < maxSmall {
			b.small = append(b.small, s)
		}
	case b.kept+int64(c) <= maxLarge:
		b.large = append(b.large, s)
		b.kept += int64(c)
	}
}
