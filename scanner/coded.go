package scanner

// codedHead is how much of a run of base64, of either alphabet, is looked at to
// tell whether it encodes text. It is also the shortest run that is decoded.
const codedHead = 38

// codedWhole is how many of these characters make whole bytes.
const codedWhole = codedHead / 4 * 4

// decodesToText reports whether base64 text, of whole groups, is printable.
func decodesToText(code []byte) bool {
	for ; len(code) >= 4; code = code[4:] {
		bits := uint32(base64Digit[code[0]])<<18 | uint32(base64Digit[code[1]])<<12 | uint32(base64Digit[code[2]])<<6 | uint32(base64Digit[code[3]])
		if !isPrintable(byte(bits>>16)) || !isPrintable(byte(bits>>8)) || !isPrintable(byte(bits)) {
			return false
		}
	}
	return true
}

func isPrintable(c byte) bool { return 0x20 <= c && c < 0x7f || isSpace(c) }

const noDigit = 0xff

// base64Digit is the value of a character in either alphabet of base64.
var base64Digit = func() (value [256]byte) {
	for c := range value {
		value[c] = noDigit
	}
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range len(digits) {
		value[digits[i]] = byte(i)
	}
	value['-'], value['_'] = 62, 63
	return value
}()
