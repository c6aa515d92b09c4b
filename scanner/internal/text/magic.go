package text

import (
	"bytes"
	"unicode/utf8"
)

// magics are beginnings of binary formats that need not have a NUL among their first bytes. Each holds a byte that no
// text begins with.
var magics = []struct{ prefix, kind string }{
	{"\x1f\x8b", "gzip data"},
	{"PK\x03\x04", "ZIP archive"},
	{"PK\x05\x06", "ZIP archive"},
	{"\x28\xb5\x2f\xfd", "Zstandard data"},
	{"\xfd7zXZ", "XZ data"},
	{"7z\xbc\xaf\x27\x1c", "7z archive"},
	{"Rar!\x1a\x07", "RAR archive"},
	{"\x04\x22\x4d\x18", "LZ4 data"},
	{"\x89PNG\r\n\x1a\n", "PNG image"},
	{"\xff\xd8\xff", "JPEG image"},
	{"\x7fELF", "ELF executable"},
	{"\xfe\xed\xfa\xce", "Mach-O executable"},
	{"\xfe\xed\xfa\xcf", "Mach-O executable"},
	{"\xce\xfa\xed\xfe", "Mach-O executable"},
	{"\xcf\xfa\xed\xfe", "Mach-O executable"},
	{"\xca\xfe\xba\xbe", "Java class or universal binary"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "OLE document"},
	{"!<arch>\n", "ar archive"},
	{"\x93NUMPY", "NumPy array"},
	{"\x89HDF\r\n\x1a\n", "HDF5 data"},
	{"SQLite format 3\x00", "SQLite database"},
}

// confirmed are beginnings that a text could have too, so that bytes which no text has must follow.
var confirmed = []struct{ prefix, kind string }{
	{"%PDF-", "PDF document"},
	{"GIF87a", "GIF image"},
	{"GIF89a", "GIF image"},
	{"BZh", "bzip2 data"},
	{"wOFF", "web font"},
	{"wOF2", "web font"},
	{"OggS", "Ogg media"},
	{"ID3", "MP3 audio"},
	{"RIFF", "RIFF media"},
}

// magic returns the kind of binary data that head begins as, or "".
func magic(head []byte) string {
	if len(head) < 4 || head[0] >= ' ' && head[0] < 0x7f && bytes.IndexByte([]byte("P7R!S%GBwOI"), head[0]) < 0 {
		return ""
	}
	for _, m := range magics {
		if bytes.HasPrefix(head, []byte(m.prefix)) {
			return m.kind
		}
	}
	for _, m := range confirmed {
		if bytes.HasPrefix(head, []byte(m.prefix)) && oddBytes(head[:min(len(head), 1024)]) >= 4 {
			return m.kind
		}
	}
	return ""
}

// oddBytes counts control characters and bytes that are no UTF-8.
func oddBytes(b []byte) (n int) {
	for len(b) > 0 {
		r, size := decode(b)
		if r < ' ' && !isPlain(r) || r < 0 {
			n++
		}
		b = b[size:]
	}
	return n
}

// decode reads a character of UTF-8; it is -1 where there is none.
func decode(b []byte) (r rune, size int) {
	if r, size = utf8.DecodeRune(b); r == utf8.RuneError && size <= 1 {
		return -1, 1
	}
	return r, size
}
