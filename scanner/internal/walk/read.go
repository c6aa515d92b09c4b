package walk

import (
	"errors"
	"fmt"
	"io"

	"github.com/unhapi/unhapi/scanner/internal/text"
)

// firstRead is how much of a file is read at first: most files whole, and of the others enough to tell binary data.
const firstRead = 64 << 10

// finding is what reading told of a file.
type finding struct {
	encoding  text.Encoding
	reason    string // why it is binary
	oversized bool
}

var errOversized = errors.New("larger than its limit")

// read reads a file into the worker's buffer, up to limit bytes. A file that shrinks meanwhile ends earlier; one that
// grows is read up to its new end. With sniff set, it stops when the file is binary or too large; else too large is an
// error. On file systems where a regular file's short read means its end, a small file takes one read.
func (w *worker) read(f *file, wholeReads bool, limit int64, sniff bool) (raw []byte, found finding, err error) {
	n, atEnd := 0, false
	for !atEnd && n < firstRead {
		k, err := f.read(w.text[n:firstRead])
		if err != nil && err != io.EOF {
			return nil, found, err
		}
		n += k
		atEnd = k == 0 || wholeReads && n < firstRead
	}
	if sniff {
		found.encoding, found.reason = text.Sniff(w.text[:n])
		if found.encoding == text.Binary {
			return nil, found, nil
		}
	}
	if !atEnd {
		if n, err = w.readRest(f, n, wholeReads, limit); err != nil && err != errOversized {
			return nil, found, err
		}
	}
	if int64(n) > limit || err != nil {
		if !sniff {
			return nil, found, errOversized
		}
		found.oversized = true
		return nil, found, nil
	}
	return w.text[:n], found, nil
}

// readRest reads on after the first n bytes, without a read for files whose size is beyond the limit.
func (w *worker) readRest(f *file, n int, wholeReads bool, limit int64) (int, error) {
	size, err := f.size()
	if err != nil {
		return n, err
	}
	if size > limit {
		return n, errOversized
	}
	for n <= int(limit) {
		if size = max(size, int64(n)); int64(len(w.text)) <= size { // room for one byte more shows the end
			w.grow(n, int(size)+1, int(limit)+1)
		}
		k, err := f.read(w.text[n:])
		n += k
		switch {
		case err != nil && err != io.EOF:
			return n, err
		case k == 0 || wholeReads && n < len(w.text):
			return n, nil
		}
	}
	return n, errOversized
}

// grow makes the buffer at least size long, at most limit, and keeps its first n bytes.
func (w *worker) grow(n, size, limit int) {
	larger := make([]byte, min(max(size, 2*len(w.text)), limit))
	copy(larger, w.text[:n])
	w.text = larger
}

func sizeDetail(limit int64) string {
	switch {
	case limit%(1<<20) == 0:
		return fmt.Sprintf("larger than %d MiB", limit>>20)
	case limit%(1<<10) == 0:
		return fmt.Sprintf("larger than %d KiB", limit>>10)
	}
	return fmt.Sprintf("larger than %d bytes", limit)
}
