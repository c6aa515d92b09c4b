package proof

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"gopkg.in/yaml.v3"

	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/internal/testtools"
	"github.com/unhapi/unhapi/rules"
)

// fixedFile is a file of a case before and after its fix, or a piece of one that
// is in another language.
type fixedFile struct {
	from          string // the case and the file in it
	before, after string
	paths         [2]string
}

// TestFixedCases reads every file that the cases of testdata/fix fix by the
// tools of its language. Most cases are fragments, which name what they do not
// declare, so a compiler has something to say of them before and after: what
// counts is that it says nothing new of what was fixed. A syntax error, an
// unused variable or import, a name that is not declared and a constant that is
// none are new.
func TestFixedCases(t *testing.T) {
	all := fixedFiles(t)
	for language, files := range all {
		check := checks[language]
		if check == nil {
			if !slices.Contains(unchecked, language) {
				t.Errorf("%s: no tool reads it (%s)", language, files[0].from)
			}
			continue
		}
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			broken := "{(("
			if language == "php" {
				broken = "<?php " + broken
			}
			probe := &fixedFile{from: "a broken file: Probe.java", before: broken, after: broken}
			lay(t, append(slices.Clone(files), probe), language)
			paths := probe.paths[1:]
			for _, f := range files {
				paths = append(paths, f.paths[0], f.paths[1])
			}
			said := check(t, paths)
			if len(said[probe.paths[1]]) == 0 {
				t.Error("the tool has nothing to say of a broken file")
			}
			for _, f := range files {
				before := said[f.paths[0]]
				without := slices.ContainsFunc(before, undeclared.MatchString)
				for _, line := range said[f.paths[1]] {
					if !slices.Contains(before, line) && !(without && undeclared.MatchString(line)) {
						t.Errorf("%s: after the fix, not before: %s\n%s", f.from, line, f.after)
					}
				}
			}
		})
	}
}

// undeclared is what the compilers of Java, C# and Kotlin say of the names of a
// library that is not installed. Where they say so before the fix, what a fix
// takes from the same library cannot be told from what nobody declares.
var undeclared = regexp.MustCompile(`package \S+ does not exist|cannot find symbol|^symbol:|unresolved reference|error CSN: The type or namespace name`)

// unchecked are formats that no installed tool reads.
var unchecked = []string{"http", "", "makefile", "dockerfile"}

// fixedFiles collects the files by language.
func fixedFiles(t *testing.T) map[string][]*fixedFile {
	t.Helper()
	p := newPlanner(t)
	archives, err := filepath.Glob(filepath.Join("..", "..", "testdata", "fix", "*", "*.txtar"))
	if err != nil || len(archives) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	out := map[string][]*fixedFile{}
	for _, name := range archives {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts := map[string]string{}
		for _, f := range txtar.Parse(raw).Files {
			texts[f.Name], _ = rules.Expand(p.packs, string(f.Data))
		}
		for file, after := range texts {
			of, ok := strings.CutPrefix(file, "fixed/")
			if !ok {
				continue
			}
			f := &fixedFile{from: filepath.ToSlash(name) + ": " + of, before: texts[of], after: after}
			language := syntax.Language(of, []byte(after))
			out[language] = append(out[language], f)
			p.pieces(t, out, of, f)
		}
	}
	for _, files := range out {
		slices.SortFunc(files, func(a, b *fixedFile) int { return strings.Compare(a.from, b.from) })
	}
	return out
}

// pieces adds what stands in another language in a file.
func (p *planner) pieces(t *testing.T, out map[string][]*fixedFile, name string, f *fixedFile) {
	t.Helper()
	before := p.parser.Regions(context.Background(), name, []byte(f.before))
	after := p.parser.Regions(context.Background(), name, []byte(f.after))
	if len(before) != len(after) {
		t.Errorf("%s: %d pieces before, %d after", f.from, len(before), len(after))
		return
	}
	for i, r := range before {
		out[r.Language] = append(out[r.Language], &fixedFile{from: fmt.Sprintf("%s, piece %d", f.from, i), before: string(r.Text), after: string(after[i].Text)})
	}
}

// extensions of the files that the tools get.
var extensions = map[string]string{
	"python": ".py", "php": ".php", "ruby": ".rb", "bash": ".sh", "go": ".go", "java": ".java", "c_sharp": ".cs", "kotlin": ".kt",
	"javascript": ".jsx", "typescript": ".ts", "tsx": ".tsx", "json": ".json", "yaml": ".yaml",
}

// lay puts the files into folders of their own.
func lay(t *testing.T, files []*fixedFile, language string) {
	t.Helper()
	dir := t.TempDir()
	for i, f := range files {
		for k, text := range []string{f.before, f.after} {
			in := filepath.Join(dir, fmt.Sprintf("%d", i), []string{"before", "after"}[k])
			if err := os.MkdirAll(in, 0o755); err != nil {
				t.Fatal(err)
			}
			f.paths[k] = filepath.Join(in, "a"+extensions[language])
			if language == "java" { // the file has the name of its public class
				f.paths[k] = filepath.Join(in, path.Base(f.from[strings.LastIndex(f.from, " ")+1:]))
			}
			if err := os.WriteFile(f.paths[k], []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// checks say what the tools of a language have to say of files.
var checks = map[string]func(t *testing.T, paths []string) map[string][]string{
	"javascript": typescript, "typescript": typescript, "tsx": typescript,
	"python": pyflakes,
	"php":    each("php", "-l"),
	"ruby":   each("ruby", "-wc"),
	"go":     each("go", "vet"),
	"bash":   shell,
	"java":   each("javac", "-proc:none", "-Xlint:all", "-Xmaxerrs", "1000", "-cp", javaPath, "-d", "{dir}"),
	// The whole of System.Net.Http lies in a library of its own.
	"c_sharp": each("mcs", "-target:library", "-r:System.Net.Http", "-out:{dir}/a.dll"),
	"kotlin":  kotlin,
	"json": func(t *testing.T, paths []string) map[string][]string {
		return parsed(t, paths, func(b []byte) error { var v any; return json.Unmarshal(b, &v) })
	},
	"yaml": func(t *testing.T, paths []string) map[string][]string {
		return parsed(t, paths, func(b []byte) error { var v any; return yaml.Unmarshal(b, &v) })
	},
}

func parsed(t *testing.T, paths []string, parse func([]byte) error) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, p := range paths {
		text, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		if err := parse(text); err != nil {
			out[p] = []string{err.Error()}
		}
	}
	return out
}

// each runs a tool for each file; {dir} stands for the folder of the file.
func each(program string, args ...string) func(*testing.T, []string) map[string][]string {
	return func(t *testing.T, paths []string) map[string][]string {
		t.Helper()
		testtools.Need(t, program)
		out := map[string][]string{}
		for _, p := range paths {
			var full []string
			for _, a := range args {
				full = append(full, strings.ReplaceAll(a, "{dir}", filepath.Dir(p)))
			}
			out[p] = diagnostics(run(t, p, program, append(full, filepath.Base(p))...), p)
		}
		return out
	}
}

// run gives what a tool says in the folder of a file; that it fails is no error.
func run(t *testing.T, file, program string, args ...string) string {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir = filepath.Dir(file)
	cmd.Env = append(os.Environ(), "GO111MODULE=off", "LC_ALL=C.UTF-8")
	text, err := cmd.CombinedOutput()
	if _, ended := err.(*exec.ExitError); err != nil && !ended {
		t.Fatalf("%s: %v", program, err)
	}
	return string(text)
}

var (
	numbers = regexp.MustCompile(`\d+`)
	place   = regexp.MustCompile(`:N|\(N,N\)|on line N|^symbol:`)
)

// diagnostics are the lines of a tool that speak of a place, without the place
// itself, which may move.
func diagnostics(text, file string) []string {
	var out []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(line, filepath.Dir(file), ""), filepath.Base(file), ""))
		line = numbers.ReplaceAllString(line, "N")
		if place.MatchString(line) {
			out = append(out, line)
		}
	}
	return out
}
