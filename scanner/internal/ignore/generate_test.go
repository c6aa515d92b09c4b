package ignore

import (
	"flag"
	"math/rand"
	"strings"
	"testing"
)

var generate = flag.Int("trees", 120, "generated trees to compare with git, of about 40 paths each")

// TestGeneratedAgainstGit compares random ignore files over random trees with git. Run it with -trees=2000 to compare
// about 80,000 paths.
func TestGeneratedAgainstGit(t *testing.T) {
	dir := gitDir(t)
	paths, ignored, wrong := 0, 0, 0
	for seed := range *generate {
		tr := generateTree(rand.New(rand.NewSource(int64(seed))))
		paths += len(tr.paths)
		ignored += tr.ignored()
		wrong += tr.compare(t, dir)
		if wrong > 20 {
			break
		}
	}
	t.Logf("%d paths compared, %d ignored, %d wrong", paths, ignored, wrong)
	if ignored < paths/8 || ignored > paths*7/8 {
		t.Errorf("%d of %d paths are ignored: that proves little", ignored, paths)
	}
}

var (
	segments = []string{"a", "b", "ab", "abc", "foo", "foobar", "x.c", "x.o", ".env", "A", "aB", "a b", "c++", "é", "a-b", "[x]", "#h", "!n", `b\c`, "1", "a1", "\xff"}
	pieces   = []string{"*", "*", "*", "**", "**", "?", "/", "/", "/", "a", "b", "ab", "abc", "foo", ".c", ".o", "x", "[ab]", "[!a]", "[^b]", "[a-c]", "[[:alpha:]]", "[[:upper:]1]", `\a`, `\*`, `\`, "[", "]", "é", "A", " ", "!", "#", "+", "(", "1", "\xff", "[é]", "**/", "/**", "/**/"}
)

func pick(r *rand.Rand, all []string) string { return all[r.Intn(len(all))] }

func generateTree(r *rand.Rand) *tree {
	tr := &tree{files: map[string]string{}, fold: r.Intn(5) == 0}
	kind := map[string]byte{} // of each path: f or d
	for range 12 + r.Intn(14) {
		p := ""
		for depth := r.Intn(4); ; depth-- {
			p += pick(r, segments)
			if tr.fold && kind[strings.ToLower(p)] != 0 && kind[p] == 0 { // git reads "A/.gitignore" for "a/x" on no disk of ours
				break
			}
			if kind[p] == 'f' {
				break
			}
			if depth == 0 {
				if kind[p] == 0 {
					kind[p] = "fffd"[r.Intn(4)]
				}
				break
			}
			kind[p] = 'd'
			p += "/"
		}
	}
	for _, p := range sortedKeys(kind) {
		if kind[p] == 'd' {
			tr.paths = append(tr.paths, p+"/")
			if r.Intn(4) == 0 {
				tr.files[p+"/.gitignore"] = generateFile(r, kind, p+"/")
			}
			continue
		}
		tr.paths = append(tr.paths, p)
	}
	tr.files[".gitignore"] = generateFile(r, kind, "")
	if r.Intn(4) == 0 {
		tr.files[".git/info/exclude"] = generateFile(r, kind, "")
	}
	return tr
}

func generateFile(r *rand.Rand, kind map[string]byte, base string) string {
	var b strings.Builder
	if r.Intn(12) == 0 {
		b.WriteString("\xef\xbb\xbf")
	}
	for range 1 + r.Intn(6) {
		p := generatePattern(r, kind, base)
		if isQuirk(p) {
			continue
		}
		b.WriteString(p + pick(r, []string{"\n", "\n", "\n", "\r\n", "  \n"}))
	}
	return b.String()
}

// isQuirk names the one thing that is left out: two or more stars with something other than a slash before them, and a
// slash or the end behind. What git does there differs between its versions.
func isQuirk(p string) bool {
	p = strings.TrimRight(strings.TrimPrefix(p, "!"), " ")
	for i := 1; i < len(p); i++ {
		if p[i] != '*' || p[i-1] == '/' || p[i-1] == '*' {
			continue
		}
		end := i
		for end < len(p) && p[end] == '*' {
			end++
		}
		rest := strings.TrimPrefix(p[end:], `\`)
		if end-i >= 2 && (rest == "" || rest[0] == '/') {
			return true
		}
	}
	return false
}

// generatePattern makes a pattern of pieces, or takes a path that exists and puts wildcards into it.
func generatePattern(r *rand.Rand, kind map[string]byte, base string) string {
	var b strings.Builder
	if r.Intn(4) == 0 {
		b.WriteByte('!')
	}
	if r.Intn(2) == 0 {
		for range 1 + r.Intn(5) {
			b.WriteString(pick(r, pieces))
		}
		return b.String()
	}
	all := sortedKeys(kind)
	p := strings.TrimPrefix(all[r.Intn(len(all))], base)
	for i := range len(p) {
		switch {
		case p[i] != '/' && r.Intn(6) == 0:
			b.WriteString(pick(r, []string{"?", "*", "[!/]", "[a-z]", `\` + p[i:i+1], ""}))
		case p[i] == '/' && r.Intn(5) == 0:
			b.WriteString(pick(r, []string{"/**/", "/*/", "*", "//"}))
		default:
			b.WriteByte(p[i])
		}
	}
	b.WriteString(pick(r, []string{"", "", "", "/", "/*", "/**", "*"}))
	return b.String()
}

func (tr *tree) ignored() (n int) {
	for _, p := range tr.paths {
		if tr.ask(p).ignored {
			n++
		}
	}
	return n
}
