package ignore

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

type testCase struct {
	name string
	tree
	ignored map[string]bool
}

// readCases reads testdata/cases.txt; its head says how it is written.
func readCases(t *testing.T) []*testCase {
	t.Helper()
	text, err := os.ReadFile("testdata/cases.txt")
	if err != nil {
		t.Fatal(err)
	}
	var cases []*testCase
	var c *testCase
	for n, line := range strings.Split(string(text), "\n") {
		word, rest, _ := strings.Cut(line, " ")
		switch word {
		case "case":
			c = &testCase{name: rest, tree: tree{files: map[string]string{}}, ignored: map[string]bool{}}
			cases = append(cases, c)
		case "fold":
			c.fold = true
		case "file":
			name, quoted, _ := strings.Cut(rest, " ")
			if c.files[name], err = strconv.Unquote(quoted); err != nil {
				t.Fatalf("line %d: %v", n+1, err)
			}
		case "yes", "no":
			for _, p := range fields(t, rest) {
				c.paths = append(c.paths, p)
				c.ignored[p] = word == "yes"
			}
		case "", "#":
		default:
			t.Fatalf("line %d: unknown word %q", n+1, word)
		}
	}
	return cases
}

// fields splits at spaces outside of Go's quotes.
func fields(t *testing.T, s string) []string {
	t.Helper()
	var all []string
	for s = strings.TrimLeft(s, " "); s != ""; s = strings.TrimLeft(s, " ") {
		if s[0] != '"' {
			f, rest, _ := strings.Cut(s, " ")
			all, s = append(all, f), rest
			continue
		}
		q, err := strconv.QuotedPrefix(s)
		if err != nil {
			t.Fatal(err)
		}
		f, _ := strconv.Unquote(q)
		s = s[len(q):]
		if strings.HasPrefix(s, "/") {
			f, s = f+"/", s[1:]
		}
		all = append(all, f)
	}
	return all
}

func TestCases(t *testing.T) {
	cases := readCases(t)
	if len(cases) < 59 {
		t.Fatalf("%d cases", len(cases))
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, p := range c.paths {
				if got := c.ask(p); got.ignored != c.ignored[p] {
					t.Errorf("%q: ignored %v (%+v), want %v", p, got.ignored, got, c.ignored[p])
				}
			}
		})
	}
}

// TestCasesAgainstGit proves that the cases are git's: pattern, line and file included.
func TestCasesAgainstGit(t *testing.T) {
	dir := gitDir(t)
	for _, c := range readCases(t) {
		t.Run(c.name, func(t *testing.T) { c.compare(t, dir) })
	}
}

func TestUnused(t *testing.T) {
	l := Parse([]byte("a\n# no\n*.x\nnever\n!b.x\n"), Options{Source: "f"})
	s := New(false).Push(l)
	for _, p := range []string{"a", "c.x", "b.x", "d/b.x", "z"} {
		s.Match(p, false)
	}
	unused := l.Unused()
	if len(unused) != 1 || unused[0].Text != "never" || unused[0].Line != 4 || unused[0].Source != "f" {
		t.Errorf("unused: %+v", unused)
	}
	if len(l.Patterns()) != 4 {
		t.Errorf("patterns: %d", len(l.Patterns()))
	}
}

func TestStack(t *testing.T) {
	s := New(false)
	if ignored, p := s.Match("a", false); ignored || p != nil {
		t.Error("an empty stack ignores")
	}
	if s.Push(nil) != s || s.Push(Parse([]byte("# nothing\n"), Options{})) != s {
		t.Error("an empty list makes the stack grow")
	}
	low := s.Push(Parse([]byte("*.x\n/d/\n"), Options{}))
	high := low.Push(Parse([]byte("!a.x\n"), Options{Base: "d/e"}))
	for _, c := range []struct {
		s    *Stack
		path string
		want bool
	}{{low, "d/e/a.x", true}, {high, "d/e/a.x", false}, {high, "d/f/a.x", true}, {high, "d/e", false}, {s, "d/e/a.x", false}} {
		if got, _ := c.s.Match(c.path, false); got != c.want {
			t.Errorf("%s: ignored %v", c.path, got)
		}
	}
	if ignored, p := high.Excludes("d/e/a.x", false); !ignored || p.Text != "/d/" {
		t.Errorf("below an ignored directory: %v %+v", ignored, p)
	}
}

// TestBounded: a pattern made to be slow is not, and matches what it should.
func TestBounded(t *testing.T) {
	text := strings.Repeat("*a", 60) + "b"
	s := New(false).Push(Parse([]byte(text+"\n"+strings.Repeat("?", 3000)+"\n"), Options{}))
	if ignored, _ := s.Match(strings.Repeat("a", 200)+"c", false); ignored {
		t.Error("ignored")
	}
	if ignored, _ := s.Match(strings.Repeat("a", 200)+"b", false); !ignored {
		t.Error("not ignored")
	}
}

func TestCostly(t *testing.T) {
	plain := Parse([]byte(strings.Repeat("a\n*.b\nc/d\n/e\n", 1000)), Options{})
	hostile := Parse([]byte(strings.Repeat("*?*?*\n", 1001)), Options{})
	if plain.Costly() || !hostile.Costly() {
		t.Errorf("plain %v, hostile %v", plain.Costly(), hostile.Costly())
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("a/**/b\n!*.x\n[[:alpha:]]?\n"), "a/x/b")
	f.Fuzz(func(t *testing.T, content []byte, p string) {
		for _, fold := range []bool{false, true} {
			l := Parse(content, Options{Base: "d", FoldCase: fold})
			s := New(fold).Push(l)
			s.Match("d/"+p, false)
			s.Excludes("d/"+p, true)
			if !slices.IsSortedFunc(l.Patterns(), func(a, b *Pattern) int { return a.Line - b.Line }) {
				t.Error("patterns out of order")
			}
		}
	})
}
