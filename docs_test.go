package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/unhapi/unhapi/rules"
)

// block is a fenced block of a document with the comment before it that says
// what a test does with it: "test: WHAT".
type block struct {
	file       string
	line       int
	language   string
	what       []string
	text       string
	start, end int // of the text, in the document
}

var fenced = regexp.MustCompile("(?m)^(?:<!-- test: (.*) -->\n)?```(\\w+)\n((?:[^`].*\n|\n)*)```$")

// blocks reads the fenced blocks of a document.
func blocks(t *testing.T, file string) []block {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []block
	for _, m := range fenced.FindAllSubmatchIndex(text, -1) {
		b := block{
			file: file, line: 1 + bytes.Count(text[:m[0]], []byte("\n")), language: string(text[m[4]:m[5]]),
			text: string(text[m[6]:m[7]]), start: m[6], end: m[7],
		}
		if m[2] >= 0 {
			b.what = strings.Fields(string(text[m[2]:m[3]]))
		}
		all = append(all, b)
	}
	if n := bytes.Count(text, []byte("\n```")); n != 2*len(all) {
		t.Fatalf("%s: %d fences, but %d blocks: name the language of each", file, n, len(all))
	}
	return all
}

// documents are the texts whose commands are run.
var documents = []string{"README.md", "docs/packs.md", ".github/CONTRIBUTING.md"}

// TestDocs runs every command of the documents, and reads every example.
func TestDocs(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("sh is missing: the commands of the documents are for it")
	}
	for _, file := range documents {
		for _, b := range blocks(t, file) {
			t.Run(fmt.Sprintf("%s:%d", b.file, b.line), func(t *testing.T) {
				if len(b.what) == 0 {
					if b.language == "sh" || b.language == "console" {
						t.Fatal("commands that no test runs: put <!-- test: … --> before them")
					}
					return
				}
				check := map[string]func(*testing.T, block){
					"clone": inClone, "demo": inDemo, "picture": picture, "config": configuration, "inline": inline,
					"ignorefile": ignoreFile, "pack": packFile, "hooks": hooks, "example-pack": examplePack, "skip": nil,
				}
				f, ok := check[b.what[0]]
				switch {
				case !ok:
					t.Fatalf("test: %s: no such test", b.what[0])
				case f != nil:
					f(t, b)
				}
			})
		}
	}
}

// run runs the commands of a block, each by itself: all end with 0 but the
// last, which ends with the code that "exit=" names.
func (b block) run(t *testing.T, dir string, env ...string) {
	t.Helper()
	commands := slices.DeleteFunc(strings.Split(b.text, "\n"), func(s string) bool { return s == "" || s[0] == '#' })
	for i, c := range commands {
		want := "0"
		if len(b.what) > 1 && i == len(commands)-1 {
			want = strings.TrimPrefix(b.what[1], "exit=")
		}
		cmd := exec.Command("sh", "-c", c)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
		out, err := cmd.CombinedOutput()
		var failed *exec.ExitError
		if err != nil && !errors.As(err, &failed) {
			t.Fatal(err)
		}
		if got := fmt.Sprint(cmd.ProcessState.ExitCode()); got != want {
			t.Errorf("%s: exit code %s, want %s\n%s", c, got, want, out)
		}
	}
}

// inClone runs commands in the folder of this module.
func inClone(t *testing.T, b block) {
	b.run(t, ".", "TMPDIR="+t.TempDir(), "GOBIN="+t.TempDir())
}

// demo makes the example repository.
func demo(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "demo")
	if out, err := exec.Command("unhapi", "demo", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return dir
}

// inDemo runs commands in the example repository.
func inDemo(t *testing.T, b block) { b.run(t, demo(t)) }

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// scanExits runs a scan and gives its exit code.
func scanExits(t *testing.T, dir string, args ...string) (int, string) {
	t.Helper()
	cmd := exec.Command("unhapi", append([]string{"scan"}, args...)...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

// configuration scans with the example of a configuration, which must hold
// every key that there is.
func configuration(t *testing.T, b block) {
	dir := demo(t)
	put(t, dir, "packs/our-crm.yaml", ourPack(t))
	if out, err := exec.Command("unhapi", "baseline", "write", "-o", filepath.Join(dir, ".unhapi-baseline.json"), dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	put(t, dir, ".unhapi.yaml", b.text)
	if code, out := scanExits(t, dir); code != 0 {
		t.Errorf("exit code %d\n%s", code, out)
	}
	put(t, dir, ".unhapi.yaml", "no-such-key: 1\n")
	_, out := scanExits(t, dir)
	_, list, ok := strings.Cut(strings.TrimSpace(out), "use one of ")
	if !ok {
		t.Fatalf("no list of keys in %q", out)
	}
	var shown map[string]any
	if err := yaml.Unmarshal([]byte(b.text), &shown); err != nil {
		t.Fatal(err)
	}
	for key := range strings.SplitSeq(list, ", ") {
		if _, ok := shown[key]; !ok {
			t.Errorf("the key %q is not shown", key)
		}
	}
}

// inline scans the example with a key in it, which the comment silences.
func inline(t *testing.T, b block) {
	set, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	text, made := rules.Expand(set.Packs, strings.Replace(b.text, "…", "{{uuid}}", 1))
	dir := t.TempDir()
	put(t, dir, "a.py", text)
	if code, out := scanExits(t, dir); code != 0 || len(made) != 1 {
		t.Errorf("exit code %d\n%s", code, out)
	}
	put(t, dir, "a.py", strings.ReplaceAll(text, "unhapi:ignore", "ignore"))
	if code, out := scanExits(t, dir); code != 1 {
		t.Errorf("without the comment: exit code %d\n%s", code, out)
	}
}

// ignoreFile scans with the example of an ignore file.
func ignoreFile(t *testing.T, b block) {
	dir := t.TempDir()
	put(t, dir, ".unhapiignore", b.text)
	call := "requests.get(\"https://api.hubapi.com/owners/v2/owners\", params={\"hapikey\": key})\n"
	put(t, dir, "docs/examples/a.py", call)
	if code, out := scanExits(t, dir); code != 0 || !strings.Contains(out, "silenced") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	put(t, dir, "a.py", call)
	if code, out := scanExits(t, dir); code != 1 {
		t.Errorf("elsewhere: exit code %d\n%s", code, out)
	}
}

// ourPack is the example of a pack.
func ourPack(t *testing.T) string {
	t.Helper()
	for _, b := range blocks(t, "docs/packs.md") {
		if slices.Contains(b.what, "example-pack") {
			return b.text
		}
	}
	t.Fatal("docs/packs.md has no example of a pack")
	return ""
}

// packFile runs commands where the example of a pack lies.
func packFile(t *testing.T, b block) {
	dir := t.TempDir()
	put(t, dir, "our-crm.yaml", ourPack(t))
	b.run(t, dir)
}

// examplePack scans with the example of a pack.
func examplePack(t *testing.T, b block) {
	dir := t.TempDir()
	put(t, dir, "our-crm.yaml", b.text)
	put(t, dir, "src/a.py", "requests.get(\"https://api.ourcrm.example/v1/people\", params={\"crmkey\": key})\n")
	code, out := scanExits(t, dir, "--rules", "our-crm.yaml", "src")
	if code != 1 || !strings.Contains(out, "ourcrm-legacy-call") {
		t.Errorf("exit code %d\n%s", code, out)
	}
}

// hooks compares the hooks of an example with those that there are.
func hooks(t *testing.T, b block) {
	var offered []struct{ ID string }
	text, err := os.ReadFile(".pre-commit-hooks.yaml")
	if err == nil {
		err = yaml.Unmarshal(text, &offered)
	}
	var example struct {
		Repos []struct{ Hooks []struct{ ID string } }
	}
	if err := errors.Join(err, yaml.Unmarshal([]byte(b.text), &example)); err != nil {
		t.Fatal(err)
	}
	for _, r := range example.Repos {
		for _, h := range r.Hooks {
			if !slices.Contains(offered, h) {
				t.Errorf("there is no hook %s", h.ID)
			}
		}
	}
}

// picture compares a part of what the demo prints with what the document shows
// of it: the files that are named, and the summaries.
func picture(t *testing.T, b block) {
	dir := filepath.Join(t.TempDir(), "demo")
	cmd := exec.Command("unhapi", "demo", dir)
	cmd.Env = append(os.Environ(), "COLUMNS=80")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	named := strings.Fields(strings.ReplaceAll(strings.Join(b.what[1:], " "), ",", ""))
	want := strings.NewReplacer("$ unhapi ", "$ go run . ", dir, "/tmp/unhapi-demo").Replace(excerpt(string(out), named))
	if b.text == want {
		return
	}
	if !*update {
		t.Fatalf("the demo prints something else now: run go test -run TestDocs -update\n%s", want)
	}
	text, err := os.ReadFile(b.file)
	if err != nil {
		t.Fatal(err)
	}
	put(t, ".", b.file, string(text[:b.start])+want+string(text[b.end:]))
}

// excerpt takes the named groups and the summaries out of what the demo prints.
func excerpt(out string, named []string) string {
	parts := regexp.MustCompile(`(?m)^(── |━━ |Summary$|What to do next$)`).FindAllStringIndex(out, -1)
	var b strings.Builder
	left := false
	for i, p := range parts {
		end := len(out)
		if i+1 < len(parts) {
			end = parts[i+1][0]
		}
		text := strings.TrimRight(out[p[0]:end], "\n") + "\n"
		keep := strings.HasPrefix(text, "━━ The ") || strings.HasPrefix(text, "Summary")
		for j, name := range named {
			if strings.HasPrefix(text, "── "+name+" ") {
				keep, named = true, slices.Delete(slices.Clone(named), j, j+1)
				break
			}
		}
		if !keep {
			left = true
			continue
		}
		if left {
			b.WriteString("\n  ⋯\n")
		}
		left = false
		if b.Len() > 0 {
			b.WriteString("\n")
		}
		b.WriteString(text)
	}
	return b.String()
}
