package casetest

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

var clones = flag.String("clones", "", "a folder with clones named owner__name, for TestLabels")

// label is one line of testdata/labels.
type label struct {
	repo, commit, path string
	line               int
	kind               rules.Kind
	alt                []rules.Kind
	pair               int
}

// TestLabels measures recall and precision on labelled lines of public
// repositories. It needs clones of them, so it runs only when it is told where
// they are; see testdata/labels/README.md.
func TestLabels(t *testing.T) {
	if *clones == "" {
		t.Skip("no clones: run with -clones FOLDER")
	}
	for _, name := range []string{"development", "exam", "unseen", "fresh", "fresh2"} {
		t.Run(name, func(t *testing.T) {
			m := &measure{detector: detector(t)}
			for _, group := range groups(t, filepath.Join("..", "..", "testdata", "labels", name+".tsv")) {
				m.file(t, group)
			}
			t.Logf("recall %d of %d, precision %d of %d reported on labelled lines, developer calls reported as legacy: %d, files missing: %d",
				m.found, m.wanted, m.right, m.right+m.wrong, m.developer, m.missing)
		})
	}
}

func detector(t *testing.T) *scanner.Detector {
	t.Helper()
	set, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	d, err := scanner.NewDetector(set)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// groups reads labels and groups them by file, in order.
func groups(t *testing.T, name string) [][]label {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out [][]label
	for s := bufio.NewScanner(f); s.Scan(); {
		c := strings.Split(s.Text(), "\t")
		if len(c) != 6 || c[0] == "repository" {
			continue
		}
		l := label{repo: c[0], commit: c[1], path: c[2], kind: rules.Kind(c[4])}
		l.line, _ = strconv.Atoi(c[3])
		for _, part := range strings.Fields(c[5]) {
			if a, ok := strings.CutPrefix(part, "alt="); ok {
				for _, k := range strings.Split(a, ",") {
					l.alt = append(l.alt, rules.Kind(k))
				}
			}
			if a, ok := strings.CutPrefix(part, "pair="); ok {
				l.pair, _ = strconv.Atoi(a)
			}
		}
		if n := len(out); n > 0 && out[n-1][0].repo == l.repo && out[n-1][0].commit == l.commit && out[n-1][0].path == l.path {
			out[n-1] = append(out[n-1], l)
			continue
		}
		out = append(out, []label{l})
	}
	return out
}

type measure struct {
	detector                                        *scanner.Detector
	wanted, found, right, wrong, developer, missing int
}

func fails(k rules.Kind) bool { return k.Severity().Fails() }

// file compares the labels of one file with what a scan of it reports.
func (m *measure) file(t *testing.T, labels []label) {
	l := labels[0]
	repo := filepath.Join(*clones, strings.ReplaceAll(l.repo, "/", "__"))
	text, err := exec.Command("git", "-C", repo, "show", l.commit+":"+l.path).Output()
	if err != nil {
		m.missing++
		return
	}
	res := scanner.Stdin(context.Background(), l.path, text, scanner.Options{Detector: m.detector})
	at := map[int][]rules.Kind{}
	starts := map[int][]rules.Kind{}
	for _, f := range res.Findings {
		starts[f.Start.Line] = append(starts[f.Start.Line], f.Kind)
		for n := f.Start.Line; n <= f.End.Line; n++ {
			at[n] = append(at[n], f.Kind)
		}
	}
	lines := map[int][]label{}
	for _, l := range labels {
		lines[l.line] = append(lines[l.line], l)
		if l.pair > 0 {
			lines[l.pair] = append(lines[l.pair], l)
		}
	}
	for _, l := range labels {
		m.label(t, l, append(slices.Clone(at[l.line]), at[l.pair]...))
	}
	for line, kinds := range starts {
		if len(lines[line]) > 0 {
			m.reported(t, fmt.Sprintf("%s %s:%d", l.repo, l.path, line), kinds, lines[line])
		}
	}
}

// label counts one expectation.
func (m *measure) label(t *testing.T, l label, got []rules.Kind) {
	if l.kind == rules.DeveloperCall && (slices.Contains(got, rules.LegacyCall) || slices.Contains(got, rules.LegacyClient)) {
		m.developer++
		t.Logf("developer call reported as legacy: %s %s:%d", l.repo, l.path, l.line)
	}
	if !fails(l.kind) {
		return
	}
	m.wanted++
	hit := slices.ContainsFunc(got, func(k rules.Kind) bool { return k == l.kind || slices.Contains(l.alt, k) })
	silent := len(got) == 0 && slices.ContainsFunc(l.alt, func(k rules.Kind) bool { return !fails(k) })
	if hit || silent {
		m.found++
		return
	}
	t.Logf("missed %s: %s %s:%d has %v", l.kind, l.repo, l.path, l.line, got)
}

// reported counts the failing findings that start on a labelled line.
func (m *measure) reported(t *testing.T, where string, kinds []rules.Kind, labels []label) {
	for _, k := range kinds {
		if !fails(k) {
			continue
		}
		if slices.ContainsFunc(labels, func(l label) bool { return l.kind == k || slices.Contains(l.alt, k) }) {
			m.right++
			continue
		}
		m.wrong++
		t.Logf("should not be %s: %s", k, where)
	}
}
