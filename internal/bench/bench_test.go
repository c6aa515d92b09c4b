//go:build linux

package bench

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	compare = flag.Bool("compare", false, "run the comparison; without it only a small one runs, as a test")
	work    = flag.String("work", "history", "what is compared: `history` or tree")
	clones  = flag.String("clones", "", "a comma-separated list of local clones, as `name=path`")
	sizes   = flag.String("commits", "", "build corpora of these numbers of `commits`, separated by commas")
	files   = flag.Int("files", 400, "files of a corpus")
	edits   = flag.Int("edits", 4, "files that a commit of a corpus changes")
	hits    = flag.Int("hits", 5, "keys planted in a corpus")
	rounds  = flag.Int("rounds", 5, "how often each program runs, in turn with the others")
	only    = flag.String("tools", "", "compare with these programs only, a comma-separated list of `names`")
	program = flag.String("unhapi", "", "the program to measure; built from this source if empty")
	args    = flag.String("flags", "", "further `flags` for unhapi, separated by spaces")
	draw    = flag.String("svg", "", "draw the scaling curve into this `file`")
	limit   = flag.Duration("limit", 2*time.Minute, "leave a program out after a run that took longer than this")
)

// subject is a repository that is scanned.
type subject struct {
	name    string
	dir     string
	commits int      // of a corpus
	keys    []string // planted in it
}

func TestCompare(t *testing.T) {
	if testing.Short() {
		t.Skip("measures")
	}
	all := subjects(t)
	bin := build(t)
	var series []row
	for _, s := range all {
		rows := measure(t, s, tools(t, bin, s))
		for _, r := range rows {
			t.Log(r)
		}
		series = append(series, rows...)
	}
	t.Log("\n" + table(series))
	for _, line := range summary(series) {
		t.Log(line)
	}
	if *draw != "" {
		if err := os.WriteFile(*draw, curve(series), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// subjects builds the corpora and adds the clones.
func subjects(t *testing.T) []subject {
	var out []subject
	list := *sizes
	if !*compare {
		list, *rounds = "60", 1
	}
	for _, n := range fields(list) {
		var commits int
		if _, err := fmt.Sscan(n, &commits); err != nil {
			t.Fatalf("-commits %s: %v", n, err)
		}
		out = append(out, corpus(t, shape{commits: commits, files: *files, edits: *edits, hits: *hits}))
	}
	for _, c := range fields(*clones) {
		name, dir, named := strings.Cut(c, "=")
		if !named {
			name, dir = filepath.Base(c), c
		}
		if _, err := os.Stat(dir); err != nil {
			t.Fatal(err)
		}
		out = append(out, subject{name: name, dir: dir})
	}
	return out
}

func fields(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
}

// row is what was measured of a program on a subject.
type row struct {
	subject subject
	tool    string
	size    int64 // bytes of packs
	runs    []usage
	ratios  []float64 // of CPU, to the first program, pair by pair
	walls   []float64 // likewise
}

// measure runs the programs in turn. The first is the one that the others are
// compared with.
func measure(t *testing.T, s subject, list []tool) []row {
	t.Helper()
	rows := make([]row, len(list))
	out := make([]bool, len(list)) // too slow, or failed
	for round := -1; round < *rounds; round++ {
		for i, tool := range list {
			if out[i] {
				continue
			}
			u, text, err := run(tool.command)
			switch {
			case err != nil && !slices.Contains(tool.fine, u.exit):
				t.Errorf("%s on %s: %v\n%s", tool.name, s.name, err, text[:min(len(text), 500)])
				out[i] = true
				continue
			case round < 0: // warm the caches, and check that all did the same
				if missing := tool.misses(s, text); missing > 0 {
					t.Errorf("%s on %s: misses %d of %d keys", tool.name, s.name, missing, len(s.keys))
				}
				if u.wall < *limit || i == 0 {
					continue
				}
				out[i] = true // one run is all we can afford
			}
			r := &rows[i]
			r.subject, r.tool, r.size = s, tool.name, packs(s.dir)
			r.runs = append(r.runs, u)
			if base := rows[0].runs; len(base) > 0 {
				last := base[len(base)-1]
				r.ratios = append(r.ratios, u.cpu.Seconds()/last.cpu.Seconds())
				r.walls = append(r.walls, u.wall.Seconds()/last.wall.Seconds())
			}
		}
	}
	return slices.DeleteFunc(rows, func(r row) bool { return len(r.runs) == 0 })
}

// packs is the size of the packs of a repository.
func packs(dir string) int64 {
	total := int64(0)
	for _, at := range []string{"objects", ".git/objects"} {
		names, _ := filepath.Glob(filepath.Join(dir, at, "pack", "*.pack"))
		for _, n := range names {
			if info, err := os.Stat(n); err == nil {
				total += info.Size()
			}
		}
	}
	return total
}

// quartet is the least, the median and the greatest of some figures.
func quartet(list []float64) (least, median, most float64) {
	if len(list) == 0 {
		return 0, 0, 0
	}
	sorted := slices.Sorted(slices.Values(list))
	n := len(sorted)
	return sorted[0], (sorted[(n-1)/2] + sorted[n/2]) / 2, sorted[n-1]
}

func medianOf[T cmp.Ordered](runs []usage, of func(usage) T) T {
	var list []T
	for _, u := range runs {
		list = append(list, of(u))
	}
	slices.Sort(list)
	return list[len(list)/2]
}
