package objects

// blocks is a list that grows without copying: what would be garbage of a growing slice is half of a scan's memory.
type blocks[T any] struct {
	list [][]T // all full but the last
}

const (
	blockBits = 12
	blockSize = 1 << blockBits
)

func (b *blocks[T]) add(v T) {
	k := len(b.list) - 1
	if k < 0 || len(b.list[k]) == blockSize {
		b.list = append(b.list, make([]T, 0, blockSize))
		k++
	}
	b.list[k] = append(b.list[k], v)
}

func (b *blocks[T]) len() int {
	k := len(b.list) - 1
	if k < 0 {
		return 0
	}
	return k<<blockBits + len(b.list[k])
}

func (b *blocks[T]) at(i int) *T { return &b.list[i>>blockBits][i&(blockSize-1)] }

// cut removes all elements from n on.
func (b *blocks[T]) cut(n int) {
	if n == b.len() {
		return
	}
	b.list = b.list[:(n+blockSize-1)>>blockBits]
	if k := len(b.list) - 1; k >= 0 {
		b.list[k] = b.list[k][:n-k<<blockBits]
	}
}
