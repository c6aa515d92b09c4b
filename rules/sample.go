package rules

import (
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
)

// sampleField is one field of a sample: {hex8}, {alnum22}, {url40}, {digit6},
// {b64 text}.
var sampleField = pattern.New(`\{(hex|alnum|url|digit)(\d+)\}`)

const (
	hexDigits = "0123456789abcdef"
	alnum     = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	digits    = "0123456789"
)

// Synthetic is the n-th made-up value of the format. It depends on nothing but
// the format's name, its sample and n, and looks random.
func (f *Format) Synthetic(n int) string {
	block, used, i := []byte(nil), 0, 0
	next := func() byte {
		if used == len(block) {
			sum := sha256.Sum256([]byte(fmt.Sprintf("%s/%d/%d", f.Name, n, i)))
			block, used, i = sum[:], 0, i+1
		}
		used++
		return block[used-1]
	}
	return sampleField.ReplaceAllStringFunc(f.Sample, func(field string) string {
		m := sampleField.FindStringSubmatch(field)
		set := map[string]string{"hex": hexDigits, "alnum": alnum, "url": alnum + "-_", "digit": digits}[m[1]]
		count, _ := strconv.Atoi(m[2])
		var b strings.Builder
		for range count {
			b.WriteByte(set[int(next())%len(set)])
		}
		return b.String()
	})
}

// placeholder is "{{format}}" or "{{format 2}}".
var placeholder = pattern.New(`\{\{([a-z][a-z0-9-]*)(?: (\d+))?\}\}`)

// Expand replaces "{{format}}" and "{{format n}}" in text by synthetic values
// of the formats that the packs know; other braces stay as they are. It also
// returns the values that it put in. No secret-shaped text has to be kept in a
// file: examples and test cases hold these placeholders.
func Expand(packs []*Pack, text string) (string, []string) {
	var made []string
	out := placeholder.ReplaceAllStringFunc(text, func(field string) string {
		m := placeholder.FindStringSubmatch(field)
		for _, p := range packs {
			f, ok := p.Formats[m[1]]
			if !ok {
				continue
			}
			n := 1
			if m[2] != "" {
				n, _ = strconv.Atoi(m[2])
			}
			value := f.Synthetic(n)
			made = append(made, value)
			return value
		}
		return field
	})
	return out, made
}
