package gitrepo

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

const maxConfig = 16 << 20 // bytes

// config is what one or more config files say: the last value of each key. Section and variable are in lower case, the
// subsection stands as it is written: "core.bare", "remote.Origin.promisor".
//
// Includes are not followed: the file belongs to the repository that is scanned, and must not make us read others. A
// key without "=" has the value "true".
type config map[string]string

// readConfig adds what a file says to what is known. A file that does not exist says nothing.
func (c config) read(path string) error {
	text, err := readSmall(path, maxConfig)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, fs.ErrPermission):
		return notAllowed(path, err)
	case err != nil:
		return err
	}
	if line := c.parse(text); line != 0 {
		return fmt.Errorf("%s:%d: not a line of a git config file; git refuses it too, correct it", path, line)
	}
	return nil
}

// bool is the value of a key that is true or false, as git reads it.
func (c config) bool(key string, def bool) bool {
	v, ok := c[key]
	if !ok {
		return def
	}
	switch strings.ToLower(v) {
	case "true", "yes", "on":
		return true
	case "false", "no", "off", "":
		return false
	}
	n, err := strconv.Atoi(v)
	return err == nil && n != 0
}

// parse returns the number of the first line that is none, or 0.
func (c config) parse(text string) (badLine int) {
	return parseConfig(text, func(key, value string) { c[key] = value })
}

// parseConfig gives the entries of a file in order. It returns the number of the first line that is none, or 0.
func parseConfig(text string, set func(key, value string)) (badLine int) {
	p := configParser{rest: strings.TrimPrefix(text, "\ufeff"), line: 1}
	for {
		p.space()
		switch b := p.next(); {
		case b == 0:
			return 0
		case b == '\n':
		case b == '#' || b == ';':
			p.comment()
		case b == '[':
			if !p.section() {
				return p.line
			}
		case letter(b) && p.prefix != "":
			line := p.line
			key, value, ok := p.variable(b)
			if !ok {
				return line
			}
			set(key, value)
		default:
			return p.line
		}
	}
}

// configParser reads byte by byte; 0 is the end.
type configParser struct {
	rest   string
	line   int
	prefix string // of the keys of this section, with a dot at its end
}

func (p *configParser) next() byte {
	if strings.HasPrefix(p.rest, "\r\n") {
		p.rest = p.rest[1:]
	}
	if p.rest == "" || p.rest[0] == 0 {
		return 0
	}
	b := p.rest[0]
	p.rest = p.rest[1:]
	if b == '\n' {
		p.line++
	}
	return b
}

func (p *configParser) space() {
	p.rest = strings.TrimLeft(p.rest, " \t\v\f")
	for strings.HasPrefix(p.rest, "\r") && !strings.HasPrefix(p.rest, "\r\n") {
		p.rest = strings.TrimLeft(p.rest[1:], " \t\v\f")
	}
}

func (p *configParser) comment() {
	at := strings.IndexByte(p.rest, '\n')
	if at < 0 {
		at = len(p.rest)
	}
	p.rest = p.rest[at:]
}

func letter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

func wordByte(b byte) bool { return letter(b) || b >= '0' && b <= '9' || b == '-' }

// section reads the rest of [name], [name.sub] or [name "Sub"].
func (p *configParser) section() bool {
	n := 0
	for n < len(p.rest) && (wordByte(p.rest[n]) || p.rest[n] == '.') {
		n++
	}
	name := strings.ToLower(p.rest[:n])
	p.rest = p.rest[n:]
	if name == "" {
		return false
	}
	p.space()
	if strings.HasPrefix(p.rest, `"`) {
		p.rest = p.rest[1:]
		sub, ok := p.subsection()
		if !ok {
			return false
		}
		name += "." + sub
	}
	p.prefix = name + "."
	return p.next() == ']'
}

func (p *configParser) subsection() (string, bool) {
	var b strings.Builder
	for {
		switch c := p.next(); c {
		case 0, '\n':
			return "", false
		case '"':
			return b.String(), true
		case '\\':
			if c = p.next(); c == 0 || c == '\n' {
				return "", false
			}
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
}

// variable reads the rest of "name = value", of which the first byte is read.
func (p *configParser) variable(first byte) (key, value string, ok bool) {
	n := 0
	for n < len(p.rest) && wordByte(p.rest[n]) {
		n++
	}
	key = p.prefix + strings.ToLower(string(first)+p.rest[:n])
	p.rest = p.rest[n:]
	p.space()
	switch p.next() {
	case 0, '\n':
		return key, "true", true
	case '=':
		value, ok = p.value()
		return key, value, ok
	}
	return "", "", false
}

// value reads up to the end of the line: quotes group, a backslash escapes or continues the line, blanks at both ends
// and comments are left out.
func (p *configParser) value() (string, bool) {
	var b strings.Builder
	quoted, kept := false, 0 // kept: the length that blanks at the end are cut back to
	p.space()
	for {
		c := p.next()
		switch {
		case c == 0 || c == '\n':
			return b.String()[:kept], !quoted
		case !quoted && (c == '#' || c == ';'):
			p.comment()
			continue
		case !quoted && (c == ' ' || c == '\t'):
			b.WriteByte(c)
			continue
		case c == '"':
			quoted = !quoted
		case c == '\\':
			e := p.next()
			if e == '\n' {
				continue
			}
			at := strings.IndexByte(`tbn\"`, e)
			if at < 0 || e == 0 {
				return "", false
			}
			b.WriteByte("\t\b\n\\\""[at])
		default:
			b.WriteByte(c)
		}
		kept = b.Len()
	}
}
