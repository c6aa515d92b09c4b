//go:build linux

package bench

import (
	"bytes"
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// command is how a program is started.
type command struct {
	args   []string
	dir    string
	report string // the file that it writes its findings to, "" for stdout
	mute   bool   // its output goes nowhere
}

// tool is a program that is compared.
type tool struct {
	name string
	command
	fine   []int // exit codes that mean success, besides 0
	misses func(s subject, output []byte) int
}

// rule is what every other program is given to look for: one provider. Ours
// looks for all that it knows.
const rule = `pat-na1-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`

const gitleaksConfig = `title = "one provider"
[[rules]]
id = "one"
description = "one"
regex = '''` + rule + `'''
keywords = ["pat-na1-"]
[[rules]]
id = "two"
description = "two"
regex = '''(?i)hapikey=([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})'''
keywords = ["hapikey"]
`

// vectorscanRule is the same for kingfisher and titus. They read one pattern a
// file.
const vectorscanRule = `rules:
- name: one
  id: np.bench.1
  pattern: '(` + rule + `|(?i:hapikey)=[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})'
  confidence: medium
  min_entropy: 1.0
  examples: []
`

// words are the literals that a plain search for the same keys looks for.
var words = []string{"hapikey", "pat-na", "pat-eu"}

// build gives the program that is measured.
func build(t *testing.T) string {
	t.Helper()
	if *program != "" {
		path, err := filepath.Abs(*program)
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	bin := filepath.Join(t.TempDir(), "unhapi")
	if out, err := exec.Command("go", "build", "-o", bin, "../..").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return bin
}

// tools lists the programs that are installed. The first is what the others
// are compared with: what it takes to write everything out, and no more.
func tools(t *testing.T, bin string, s subject) []tool {
	t.Helper()
	temp := t.TempDir()
	config := filepath.Join(temp, "gitleaks.toml")
	if err := os.WriteFile(config, []byte(gitleaksConfig), 0o600); err != nil {
		t.Fatal(err)
	}
	ours := []string{bin, "scan"}
	more := append(strings.Fields(*args), "--no-config", "--progress", "never", "-f", "json")
	// leaks is gitleaks or what was made of it.
	leaks := func(name, verb string) tool {
		report := filepath.Join(temp, name+".json")
		return tool{name: name, misses: lacks, command: command{dir: temp, report: report, args: []string{
			name, verb, s.dir, "--no-banner", "--log-level", "error", "--exit-code", "0", "-c", config, "-f", "json", "-r", report,
		}}}
	}
	search := []string{"rg", "-i", "-l"}
	for _, w := range words {
		search = append(search, "-e", w)
	}
	var list []tool
	if *work == "tree" {
		list = []tool{
			{name: "rg -i", misses: anything, fine: []int{1}, command: command{dir: s.dir, args: append(search, ".")}},
			{name: "unhapi", misses: few, fine: []int{1}, command: command{dir: s.dir, args: slices.Concat(ours, more)}},
			leaks("gitleaks", "dir"), leaks("betterleaks", "dir"),
		}
	} else {
		list = []tool{
			{name: "git cat-file", misses: anything, command: command{mute: true, args: []string{
				"git", "-C", s.dir, "cat-file", "--batch-all-objects", "--batch", "--unordered", "--buffer",
			}}},
			{name: "unhapi", misses: few, fine: []int{1, 3}, command: command{args: slices.Concat(ours, []string{"--history", s.dir}, more)}},
			leaks("gitleaks", "git"), leaks("betterleaks", "git"),
		}
		list = append(list, vectorscan(t, temp, s)...)
		list = append(list, tool{name: "go-git", misses: anything, command: command{args: []string{
			os.Args[0], "-test.run", "^TestReadWithGoGit$", "-read", s.dir,
		}}})
	}
	return slices.DeleteFunc(list, func(tool tool) bool {
		_, err := exec.LookPath(tool.args[0])
		return err != nil || *only != "" && !slices.Contains(fields(*only), tool.name)
	})
}

// vectorscan are the programs with rules in the manner of noseyparker.
func vectorscan(t *testing.T, temp string, s subject) []tool {
	t.Helper()
	file := filepath.Join(temp, "rules", "one.yml")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(vectorscanRule), 0o600); err != nil {
		t.Fatal(err)
	}
	report := filepath.Join(temp, "kingfisher.json")
	return []tool{
		{name: "titus", misses: lacksCoded, command: command{dir: temp, args: []string{
			"titus", "scan", s.dir, "--git", "--rules", file, "--output", ":memory:", "--format", "json",
		}}},
		{name: "kingfisher", misses: lacks, fine: []int{200}, command: command{dir: temp, report: report, args: []string{
			"kingfisher", "scan", "--no-validate", "--no-update-check", "--load-builtins=false", "--rules-path", filepath.Dir(file),
			"--git-history", "full", "--format", "json", "-o", report, s.dir,
		}}},
	}
}

// lacks counts the planted keys that do not stand in a report.
func lacks(s subject, report []byte) int {
	n := 0
	for _, k := range s.keys {
		if !bytes.Contains(report, []byte(k)) {
			n++
		}
	}
	return n
}

// lacksCoded is lacks for reports that hold everything in base64.
func lacksCoded(s subject, report []byte) int {
	n := 0
	for _, k := range s.keys {
		if !bytes.Contains(report, []byte(base64.StdEncoding.EncodeToString([]byte(k)))) {
			n++
		}
	}
	return n
}

// few counts the findings that a report has too few: it shows no keys.
func few(s subject, report []byte) int {
	return max(0, len(s.keys)-bytes.Count(report, []byte(`"kind": "access-token"`)))
}

func anything(subject, []byte) int { return 0 }
