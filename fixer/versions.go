package fixer

import (
	"context"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// versions decides the fixes of SDK clients by the versions that manifests and
// lock files ask for: a version without the new form, or one in which the old
// form means something else, makes a fix wrong.
func (b *builder) versions(ctx context.Context) error {
	var words []string
	for _, p := range b.parts {
		if p.client != nil && (p.client.Since != "" || p.client.Until != "") {
			words = append(words, p.client.PackageNames()...)
		}
	}
	if len(words) == 0 {
		return nil
	}
	var files []*scanner.File
	if b.o.Holding != nil {
		var err error
		if files, err = b.holdingOf(ctx, words...); err != nil {
			return err
		}
	}
	var kept []*part
	for _, p := range b.parts {
		why := ""
		if p.client != nil {
			p.unsafe, why = judge(p.client, pins(files, p.finding.Path, p.client.PackageNames()))
		}
		if why != "" {
			b.fixes = append(b.fixes, manual(p.finding, why))
			continue
		}
		kept = append(kept, p)
	}
	b.parts = kept
	return nil
}

// judge says why the fix of a client is not safe, or why there is none.
func judge(cl *rules.Client, found []pin) (unsafe, manual string) {
	if cl.Since == "" && cl.Until == "" {
		return "", ""
	}
	if len(found) == 0 {
		switch {
		case cl.Since != "":
			return "needs " + cl.Name + " " + cl.Since + " or later: no version is in view", ""
		default:
			return "right before " + cl.Name + " " + cl.Until + ", where the old form means something else: no version is in view", ""
		}
	}
	for _, p := range found {
		if cl.Since != "" && p.below(cl.Since) {
			return "", p.String() + " has no " + joined(cl.Rename) + ": move to " + cl.Since + " or later first"
		}
		if cl.Until != "" && !p.mayBeBelow(cl.Until) {
			return "", "in " + p.String() + " the old form means something else (since " + cl.Until + "): check what this client is for"
		}
		if cl.Since != "" && p.mayBeBelow(cl.Since) {
			unsafe = "needs " + cl.Name + " " + cl.Since + " or later, and " + p.String() + " allows older ones"
		}
		if cl.Until != "" && !p.below(cl.Until) {
			unsafe = "right before " + cl.Name + " " + cl.Until + ", and " + p.String() + " allows newer ones"
		}
	}
	return unsafe, ""
}

func joined(names map[string]string) string {
	var out []string
	for _, to := range names {
		out = append(out, strings.Trim(to, ":"))
	}
	return strings.Join(compact(out), ", ")
}

// pin is what a manifest or a lock file says of a package.
type pin struct {
	file, name, text string
	// low and high bound the versions: low is allowed, high is not. Empty: no
	// bound.
	low, high string
}

func (p pin) String() string { return p.name + " " + p.text + " (" + p.file + ")" }

// below says whether all versions are older than v.
func (p pin) below(v string) bool { return p.high != "" && compareVersions(p.high, v) <= 0 }

// mayBeBelow says whether some version may be older than v.
func (p pin) mayBeBelow(v string) bool { return p.low == "" || compareVersions(p.low, v) < 0 }

// pins are the versions that the nearest manifests above a file ask for; where
// a lock file says the version, it decides.
func pins(files []*scanner.File, of string, names []string) []pin {
	var locks, manifests []pin
	dir := path.Dir(of)
	for {
		for _, f := range files {
			if path.Dir(f.Path) != dir {
				continue
			}
			for _, name := range names {
				for _, m := range manifestForms {
					if !m.file.MatchString(path.Base(f.Path)) {
						continue
					}
					for _, text := range m.find(string(f.Text), name) {
						p := bounds(text, m.lock)
						p.file, p.name = f.Path, name
						if m.lock {
							locks = append(locks, p)
						} else {
							manifests = append(manifests, p)
						}
					}
				}
			}
		}
		if len(locks) > 0 {
			return locks
		}
		if len(manifests) > 0 {
			return manifests
		}
		if dir == "." || dir == "/" {
			return nil
		}
		dir = path.Dir(dir)
	}
}

// manifestForm is how one kind of file names a package with its version; NAME
// stands for the package.
type manifestForm struct {
	file    *pattern.Regexp
	lock    bool
	pattern string
}

var manifestForms = []manifestForm{
	{pattern.New(`^(package-lock|npm-shrinkwrap)\.json$`), true, `"(?:node_modules/)?NAME":\s*\{[^{}]*?"version":\s*"([^"]+)"`},
	{pattern.New(`^yarn\.lock$`), true, `(?m)^"?NAME@[^\n]*:\n\s+version:? "?([^"\n]+)"?`},
	{pattern.New(`^pnpm-lock\.yaml$`), true, `(?m)^\s+'?/?NAME[@/](\d[\w.-]*)`},
	{pattern.New(`^package\.json$`), false, `"NAME":\s*"([^"]+)"`},
	{pattern.New(`^(.*requirements.*|constraints)\.(txt|in)$`), false, `(?mi)^NAME(?:\[[^\]]*\])?[ \t]*([=<>~!][^\s;#]*(?:[ \t]*,[ \t]*[=<>~!][^\s;#,]*)*)?[ \t]*(?:[;#].*)?\r?$`},
	{pattern.New(`^Pipfile\.lock$`), true, `"NAME":\s*\{[^{}]*?"version":\s*"([^"]+)"`},
	{pattern.New(`^(poetry|uv|pdm)\.lock$`), true, `name = "NAME"\nversion = "([^"]+)"`},
	{pattern.New(`^(pyproject\.toml|Pipfile)$`), false, `(?mi)^"?NAME"?\s*=\s*(?:\{[^}\n]*version\s*=\s*)?"([^"]*)"`},
	{pattern.New(`^(pyproject\.toml|setup\.py|setup\.cfg)$`), false, `(?mi)["'\s]NAME(?:\[[^\]]*\])?\s*((?:[<>~!]=?|===?)[^"'\n;]*)`},
	{pattern.New(`^composer\.lock$`), true, `"name":\s*"NAME",\s*"version":\s*"([^"]+)"`},
	{pattern.New(`^composer\.json$`), false, `"NAME":\s*"([^"]+)"`},
	{pattern.New(`^Gemfile\.lock$`), true, `(?m)^    NAME \(([^)]+)\)`},
	{pattern.New(`^(Gemfile|.*\.gemspec)$`), false, `(?m)(?:gem|dependency)\W+NAME["'](?:,\s*["']([^"'\n]+)["'](?:,\s*["'][<>=~][^"'\n]*["'])?)?`},
	{pattern.New(`^go\.mod$`), true, `(?m)^\s*(?:require\s+)?\S*NAME\s+(v[\w.+-]+)`},
}

func (m manifestForm) find(text, name string) []string {
	word := regexp.QuoteMeta(name)
	if strings.Contains(m.pattern, "(?mi)") { // Python: - and _ are one
		word = strings.NewReplacer("-", "[-_]", "_", "[-_]").Replace(word)
	}
	re, err := regexp.Compile(strings.ReplaceAll(m.pattern, "NAME", word))
	if err != nil {
		return nil
	}
	var out []string
	for _, f := range re.FindAllStringSubmatch(text, -1) {
		out = append(out, strings.TrimSpace(f[1]))
	}
	return out
}

var constraint = pattern.New(`(\^|~>|~=|~|>=|<=|===|==|!=|=|>|<)?\s*v?(\d+(?:\.\d+|\.x|\.\*)*)`)

// bounds reads a version or a constraint.
func bounds(text string, exact bool) pin {
	p := pin{text: text}
	for i, alternative := range strings.Split(text, "||") {
		low, high := "", ""
		for _, m := range constraint.FindAllStringSubmatch(alternative, -1) {
			op, v := m[1], strings.NewReplacer(".x", "", ".*", "").Replace(m[2])
			star := v != m[2]
			switch {
			case op == ">=" || op == ">":
				low = v
			case op == "<":
				high = v
			case op == "<=":
				high = next(v, len(strings.Split(v, "."))-1)
			case op == "!=":
			case op == "^":
				low, high = v, next(v, caret(v))
			case op == "~" || op == "~>" || op == "~=":
				low, high = v, next(v, max(0, min(1, len(strings.Split(v, "."))-2)))
			case star || !exact && op == "" && len(strings.Split(v, ".")) < 3:
				low, high = v, next(v, len(strings.Split(v, "."))-1)
			default:
				low, high = v, next(v, len(strings.Split(v, "."))-1)
			}
		}
		if i == 0 || p.low != "" && (low == "" || compareVersions(low, p.low) < 0) {
			p.low = low
		}
		if i == 0 || p.high != "" && (high == "" || compareVersions(high, p.high) > 0) {
			p.high = high
		}
	}
	return p
}

// caret is the part that ^ lets stand: the first that is not zero.
func caret(v string) int {
	parts := strings.Split(v, ".")
	for i, s := range parts {
		if s != "0" {
			return i
		}
	}
	return len(parts) - 1
}

// next is the first version behind all that begin like v up to part i.
func next(v string, i int) string {
	parts := strings.Split(v, ".")
	n, err := strconv.Atoi(parts[i])
	if err != nil {
		return ""
	}
	return strings.Join(append(slices.Clone(parts[:i]), strconv.Itoa(n+1)), ".")
}

// compareVersions compares by numbers; what is missing counts as 0.
func compareVersions(a, b string) int {
	x, y := strings.Split(strings.TrimPrefix(a, "v"), "."), strings.Split(strings.TrimPrefix(b, "v"), ".")
	for i := range max(len(x), len(y)) {
		var n, m int
		if i < len(x) {
			n, _ = strconv.Atoi(x[i])
		}
		if i < len(y) {
			m, _ = strconv.Atoi(y[i])
		}
		if n != m {
			return n - m
		}
	}
	return 0
}
