package casetest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
)

// encode writes a text in the encoding of that name, with a byte order mark if
// the name ends in "+bom". Without a name the text stays as it is.
func encode(name string, text []byte) ([]byte, error) {
	name, mark := strings.CutSuffix(name, "+bom")
	runes := []rune(string(text))
	if mark {
		runes = append([]rune{'\ufeff'}, runes...)
	}
	switch name {
	case "", "utf-8":
		return []byte(string(runes)), nil
	case "crlf":
		return bytes.ReplaceAll([]byte(string(runes)), []byte("\n"), []byte("\r\n")), nil
	case "latin-1":
		var out []byte
		for _, r := range runes {
			if r > 0xff {
				return nil, fmt.Errorf("%q is not in latin-1", r)
			}
			out = append(out, byte(r))
		}
		return out, nil
	case "utf-16le", "utf-16be":
		var order binary.AppendByteOrder = binary.LittleEndian
		if name == "utf-16be" {
			order = binary.BigEndian
		}
		var out []byte
		for _, u := range utf16.Encode(runes) {
			out = order.AppendUint16(out, u)
		}
		return out, nil
	case "utf-32le":
		var out []byte
		for _, r := range runes {
			out = binary.LittleEndian.AppendUint32(out, uint32(r))
		}
		return out, nil
	}
	return nil, fmt.Errorf("encoding %q: unknown", name)
}
