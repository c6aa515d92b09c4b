package objects

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
)

// Hash is the algorithm that names the objects of a repository (extensions.objectFormat in its configuration).
type Hash uint8

// The two algorithms that git knows.
const (
	SHA1 Hash = iota
	SHA256
)

// Size is the length of an id in bytes.
func (h Hash) Size() int {
	if h == SHA256 {
		return sha256.Size
	}
	return sha1.Size
}

func (h Hash) new() hash.Hash {
	if h == SHA256 {
		return sha256.New()
	}
	return sha1.New()
}

// ID is the id of an object of either algorithm. IDs are comparable; the zero ID names nothing.
type ID struct {
	sum  [sha256.Size]byte
	size uint8 // of the algorithm
}

// ParseID reads an id from its 40 or 64 hexadecimal digits.
func ParseID(s string) (ID, error) {
	var id ID
	if len(s) != 2*sha1.Size && len(s) != 2*sha256.Size {
		return ID{}, fmt.Errorf("object id %q: not 40 or 64 digits", s)
	}
	n, err := hex.Decode(id.sum[:], []byte(s))
	if err != nil {
		return ID{}, fmt.Errorf("object id %q: %w", s, err)
	}
	id.size = uint8(n)
	return id, nil
}

// IDFromBytes makes an id of its 20 or 32 bytes.
func IDFromBytes(b []byte) (ID, error) {
	if len(b) != sha1.Size && len(b) != sha256.Size {
		return ID{}, fmt.Errorf("object id of %d bytes", len(b))
	}
	return makeID(b), nil
}

func makeID(b []byte) (id ID) {
	id.size = uint8(copy(id.sum[:], b))
	return id
}

// Bytes returns the id's 20 or 32 bytes.
func (id ID) Bytes() []byte { return id.sum[:id.size] }

// String returns the id in hexadecimal digits.
func (id ID) String() string { return hex.EncodeToString(id.sum[:id.size]) }

// IsZero reports whether the id names nothing: it is the zero ID, or all its bytes are 0.
func (id ID) IsZero() bool { return id.sum == [sha256.Size]byte{} }

// Compare orders ids by their bytes.
func (id ID) Compare(o ID) int { return bytes.Compare(id.sum[:], o.sum[:]) }

// Type is the type of an object, numbered as in packs.
type Type uint8

// The types of objects.
const (
	Commit Type = 1
	Tree   Type = 2
	Blob   Type = 3
	Tag    Type = 4
)

// String returns git's word for the type.
func (t Type) String() string {
	switch t {
	case Commit:
		return "commit"
	case Tree:
		return "tree"
	case Blob:
		return "blob"
	case Tag:
		return "tag"
	}
	return fmt.Sprintf("type %d", uint8(t))
}

// parseType reads git's word for a type; 0 if it is none.
func parseType(word []byte) Type {
	switch string(word) {
	case "commit":
		return Commit
	case "tree":
		return Tree
	case "blob":
		return Blob
	case "tag":
		return Tag
	}
	return 0
}

// typeSet is a set of types, one bit each.
type typeSet uint8

func setOf(types ...Type) (s typeSet) {
	for _, t := range types {
		s |= 1 << t
	}
	return s
}

func (s typeSet) has(t Type) bool { return s>>t&1 != 0 }
