package syntax

import (
	"bytes"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
)

// handed marks the names of values that the file around a script puts into its
// text before a shell reads it: ${__secrets__NAME} stands for
// ${{ secrets.NAME }}, ${__make__NAME} for $(NAME).
const handed = "__"

// handedName takes such a name apart.
func handedName(name string) (from, of string, ok bool) {
	rest, ok := strings.CutPrefix(name, handed)
	if !ok {
		return "", "", false
	}
	from, of, ok = strings.Cut(rest, handed)
	return from, of, ok && from != "" && of != ""
}

// stores are what hands on values by the names of the environment.
var stores = []string{"secrets", "env", "vars", "make"}

var (
	expression  = pattern.New(`\$\{\{\s*(?:(\w+)\.(\w+)|.*?)\s*\}\}|\{\{.*?\}\}|<<\s*[\w.]+\s*>>|\$\[\[.*?\]\]`)
	placeholder = pattern.New(`\$\{__([a-z]+?)__(\w+)\}`)
)

// template replaces the expressions that CI puts values in for by variables of
// the shell, and gives what turns them back.
func (r *Region) template() {
	var odd []string
	all := expression.FindAllSubmatchIndex(r.Text, -1)
	old := *r
	r.Text, r.start, r.end = nil, nil, nil
	at := 0
	for _, m := range all {
		r.keep(&old, at, m[0])
		from, to := old.start[m[0]], old.end[m[1]-1]
		if at = m[1]; m[2] < 0 {
			name := string(rune('a'+len(odd)%26)) + strings.Repeat("z", len(odd)/26)
			r.escape("${"+handed+"expression"+handed+name+"}", from, to)
			odd = append(odd, string(old.Text[m[0]:m[1]]))
			continue
		}
		r.escape("${"+handed+string(old.Text[m[2]:m[3]])+handed, from, old.start[m[4]])
		r.keep(&old, m[4], m[5])
		r.escape("}", old.end[m[5]-1], to)
	}
	r.keep(&old, at, len(old.Text))
	inner := r.write
	r.source = func(text string) string {
		return placeholder.ReplaceAllStringFunc(text, func(p string) string {
			from, of, _ := handedName(p[2 : len(p)-1])
			if from == "expression" {
				if i := int(of[0]-'a') + 26*(len(of)-1); i < len(odd) {
					return odd[i]
				}
			}
			return "${{ " + from + "." + of + " }}"
		})
	}
	r.write = func(text string) string {
		if text = r.source(text); inner != nil {
			return inner(text)
		}
		return text
	}
}

// keep appends bytes of another region.
func (r *Region) keep(of *Region, from, to int) {
	r.Text = append(r.Text, of.Text[from:to]...)
	r.start, r.end = append(r.start, of.start[from:to]...), append(r.end, of.end[from:to]...)
}

// lines calls f with each line of a text without its end, and the offset at
// which the next one starts.
func lines(src []byte, f func(start, end, next int)) {
	for at := 0; at < len(src); {
		next := len(src)
		end := next
		if i := bytes.IndexByte(src[at:], '\n'); i >= 0 {
			end, next = at+i, at+i+1
		}
		if end > at && src[end-1] == '\r' {
			end--
		}
		f(at, end, next)
		at = next
	}
}

// continued says whether the line goes on in the next one.
func continued(line []byte) bool {
	n := len(line) - len(bytes.TrimRight(line, `\`))
	return n%2 == 1
}

var (
	runs       = pattern.New(`(?i)^[ \t]*(?:ONBUILD[ \t]+)?RUN[ \t]+(?:--\S+[ \t]+)*`)
	otherShell = pattern.New(`(?im)^[ \t]*SHELL[ \t]*\[[ \t]*"(?:powershell|pwsh|cmd)`)
)

// dockerfile finds the commands that the build of an image runs. Comments
// between their lines are no part of them.
func dockerfile(src []byte) []*Region {
	if otherShell.Match(src) || bytes.HasPrefix(src, []byte("# escape=`")) {
		return nil
	}
	var out []*Region
	var r *Region
	lines(src, func(start, end, next int) {
		line := src[start:end]
		if r == nil {
			head := runs.Find(line)
			rest := line[len(head):]
			if head == nil || bytes.HasPrefix(rest, []byte("[")) || bytes.HasPrefix(rest, []byte("<<")) {
				return
			}
			r = &Region{Language: "bash", Unset: "the build must be given the new variable: declare it with ARG, or mount it as a secret"}
			start += len(head)
		} else if bytes.HasPrefix(bytes.TrimLeft(line, " \t"), []byte("#")) {
			return
		}
		r.copy(src, start, next)
		if !continued(line) {
			out = append(out, r)
			r = nil
		}
	})
	if r != nil {
		out = append(out, r)
	}
	return worth(out)
}

func worth(all []*Region) []*Region {
	var out []*Region
	for _, r := range all {
		if mayCall(r.Text) {
			out = append(out, r)
		}
	}
	return out
}

var (
	makeValue  = pattern.New(`^\$(?:\((\w+)\)|\{(\w+)\})`)
	makeAssign = pattern.New(`(?m)^[ ]*(?:export[ \t]+|override[ \t]+)*(\w+)[ \t]*([:?+!]{0,3}=)[ \t]*(.*)$`)
)

// makefile finds the recipes of a makefile: each logical line is a script of
// its own, in which "$$" is the shell's "$".
func makefile(src []byte) []*Region {
	own := makeValues(src)
	var out []*Region
	var r *Region
	odd := false // a line of it cannot be read
	done := func() {
		if r != nil && !odd {
			out = append(out, r)
		}
		r, odd = nil, false
	}
	lines(src, func(start, end, next int) {
		line := src[start:end]
		if r == nil {
			if len(line) == 0 || line[0] != '\t' {
				return
			}
			r = &Region{Language: "bash", write: makeWrite}
			for start++; start < end && strings.IndexByte("@-+ \t", src[start]) >= 0; {
				start++
			}
		}
		odd = !r.recipe(src, start, next, own) || odd
		if !continued(line) {
			done()
		}
	})
	done()
	return worth(out)
}

// makeValues are the variables that a makefile defines, with their text where
// that is known whatever the environment holds.
func makeValues(src []byte) map[string]string {
	own := map[string]string{}
	for _, m := range makeAssign.FindAllSubmatch(src, -1) {
		name, text := string(m[1]), strings.TrimRight(string(m[3]), " \t\r")
		if _, again := own[name]; again || strings.ContainsAny(text, "$\\#'\"`") || strings.ContainsAny(string(m[2]), "?+!") {
			text = ""
		}
		own[name] = text
	}
	return own
}

// recipe appends a line of a recipe; false if it cannot be read.
func (r *Region) recipe(src []byte, start, next int, own map[string]string) bool {
	for i := start; i < next; {
		if src[i] != '$' {
			r.add(src[i], i, i+1)
			i++
			continue
		}
		m := makeValue.FindSubmatch(src[i:next])
		switch {
		case i+1 < next && src[i+1] == '$':
			r.add('$', i, i+2)
			i += 2
		case m != nil:
			name, from := string(m[1])+string(m[2]), "make"
			text, defined := own[name]
			if defined {
				from = "makefile"
			}
			to := i + len(m[0])
			if text != "" {
				r.escape(text, i, to)
			} else {
				r.escape("${"+handed+from+handed, i, i+2)
				r.copy(src, i+2, to-1)
				r.escape("}", to-1, to)
			}
			i = to
		default: // a function, or $@
			return false
		}
	}
	return true
}

// makeWrite is how a recipe writes a text of the shell.
func makeWrite(text string) string {
	var b strings.Builder
	for len(text) > 0 {
		if m := placeholder.FindStringSubmatchIndex(text); m != nil && m[0] == 0 {
			b.WriteString("$(" + text[m[4]:m[5]] + ")")
			text = text[m[1]:]
			continue
		}
		if text[0] == '$' {
			b.WriteByte('$')
		}
		b.WriteByte(text[0])
		text = text[1:]
	}
	return b.String()
}
