package report

import (
	"slices"
	"strings"

	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// redactor masks secrets in text that no finding speaks of: a path that was
// named after the URL that it was downloaded from, the reason of a suppression,
// the name of a branch. Code frames and endpoints arrive masked already.
type redactor struct {
	// values are those of the report's findings, in lower case, by their
	// first keyLen bytes.
	values map[string][]string
	// alone are formats that tell by themselves that a value is a secret;
	// named are those that need a name before the value.
	alone, named []*rules.Format
}

// keyLen is the number of bytes by which known values are looked up; shorter
// values are too common to be masked.
const keyLen = 8

// shortest is the length of text below which nothing is masked.
const shortest = 16

// masked stands for a secret.
const masked = "…"

func newRedactor(set *rules.Set, all []*scanner.Finding) *redactor {
	x := &redactor{values: map[string][]string{}}
	for _, p := range set.Packs {
		for _, name := range sortedKeys(p.Formats) {
			if f := p.Formats[name]; len(f.Literals) > 0 {
				x.alone = append(x.alone, f)
			} else {
				x.named = append(x.named, f)
			}
		}
	}
	for _, f := range all {
		f.Secret.Tell(func(value string) { x.know(lowerASCII(value)) })
		if f.Secret == nil || f.File == nil || f.Span.Start < 0 || f.Span.End > len(f.File.Text) {
			continue
		}
		x.know(lowerASCII(string(f.File.Text[f.Span.Start:f.Span.End])))
	}
	return x
}

func (x *redactor) know(value string) {
	if len(value) < keyLen || slices.Contains(x.values[value[:keyLen]], value) {
		return
	}
	x.values[value[:keyLen]] = append(x.values[value[:keyLen]], value)
}

// text masks the secrets in s. A nil redactor masks nothing.
func (x *redactor) text(s string) string {
	if x == nil || len(s) < shortest {
		return s
	}
	spans := x.find(s)
	if len(spans) == 0 {
		return s
	}
	slices.SortFunc(spans, func(a, b scanner.Span) int { return a.Start - b.Start })
	var b strings.Builder
	done := 0
	for _, at := range spans {
		if at.Start >= done {
			b.WriteString(s[done:at.Start])
			b.WriteString(masked)
		}
		done = max(done, at.End)
	}
	b.WriteString(s[done:])
	return b.String()
}

func (x *redactor) find(s string) []scanner.Span {
	var spans []scanner.Span
	low := lowerASCII(s)
	for i := 0; i+keyLen <= len(low) && len(x.values) > 0; i++ {
		for _, v := range x.values[low[i:i+keyLen]] {
			if strings.HasPrefix(low[i:], v) {
				spans = append(spans, scanner.Span{Start: i, End: i + len(v)})
			}
		}
	}
	for _, f := range x.alone {
		for _, m := range f.FindAll([]byte(s)) {
			spans = append(spans, scanner.Span{Start: m[0], End: m[1]})
		}
	}
	if !strings.ContainsAny(s, "=:") {
		return spans
	}
	for _, f := range x.named {
		for _, m := range f.FindAll([]byte(s)) {
			if m[0] > 0 && (s[m[0]-1] == '=' || s[m[0]-1] == ':') {
				spans = append(spans, scanner.Span{Start: m[0], End: m[1]})
			}
		}
	}
	return spans
}

// lowerASCII changes the case of letters in place, so that offsets stay true.
func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
