package gitrepo

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// Hash is the algorithm that a repository names its objects with.
type Hash uint8

// The algorithms there are.
const (
	SHA1 Hash = iota
	SHA256
)

// Size is the number of bytes of an object id.
func (h Hash) Size() int {
	if h == SHA256 {
		return 32
	}
	return 20
}

// String is the name git has for the algorithm.
func (h Hash) String() string {
	if h == SHA256 {
		return "sha256"
	}
	return "sha1"
}

// ID is the id of an object: 20 or 32 raw bytes, or empty where there is no object. It is a string so that it can be
// compared, be a key, and be a part of the text that it was read from.
type ID string

// ParseID reads an id of 40 or 64 hexadecimal digits.
func ParseID(digits string) (ID, error) {
	if len(digits) != 40 && len(digits) != 64 {
		return "", errBadID
	}
	b, err := hex.DecodeString(digits)
	if err != nil {
		return "", errBadID
	}
	return ID(b), nil
}

var errBadID = errors.New("not an object id")

// String is the id in hexadecimal digits.
func (id ID) String() string { return hex.EncodeToString([]byte(id)) }

// IsNull says whether the id is empty or all zeros: how git writes that there is no object.
func (id ID) IsNull() bool { return strings.Trim(string(id), "\x00") == "" }

// Type is the type of an object, numbered as in packs.
type Type uint8

// The types there are.
const (
	Commit Type = 1 + iota
	Tree
	Blob
	Tag
)

var typeNames = [...]string{"invalid", "commit", "tree", "blob", "tag"}

// String is the name git has for the type.
func (t Type) String() string {
	if int(t) >= len(typeNames) {
		t = 0
	}
	return typeNames[t]
}

// ParseType reads the name of a type.
func ParseType(name string) (Type, error) {
	for t, n := range typeNames[1:] {
		if n == name {
			return Type(t + 1), nil
		}
	}
	return 0, fmt.Errorf("unknown type of object %q", name)
}

// Mode is the mode of a file as git records it.
type Mode uint32

// The modes that trees and the index hold.
const (
	ModeTree       Mode = 0o040000
	ModeFile       Mode = 0o100644
	ModeExecutable Mode = 0o100755
	ModeSymlink    Mode = 0o120000
	ModeSubmodule  Mode = 0o160000 // the id is that of a commit of another repository
)

const modeType Mode = 0o170000

// IsRegular says whether it is a file with a text of its own: neither link, folder nor submodule.
func (m Mode) IsRegular() bool { return m&modeType == 0o100000 }

// canonical is the mode that git would record today; old repositories hold 100664 and the like.
func (m Mode) canonical() Mode {
	switch {
	case m.IsRegular() && m&0o100 != 0:
		return ModeExecutable
	case m.IsRegular():
		return ModeFile
	}
	return m & modeType
}
