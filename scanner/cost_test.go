//go:build unix

package scanner

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/unhapi/unhapi/internal/gittest"
	"github.com/unhapi/unhapi/scanner/internal/objects"
)

var clones = flag.String("clones", "", "measure the history of these clones, a comma-separated list of `paths`")

// cost is what a scan of a history took, and what it depends on.
type cost struct {
	name                     string
	objects, bases, inserted float64 // in thousands and in millions of bytes
	seconds                  float64
}

// TestCostOfHistory fits seconds = a·objects + b·bases + c·inserted over all
// clones, with one worker, and shows how far each is from it.
func TestCostOfHistory(t *testing.T) {
	if *clones == "" {
		t.Skip("needs -clones")
	}
	o := testOptions(t)
	var all []cost
	for _, dir := range strings.Split(*clones, ",") {
		all = append(all, measureCost(t, o, dir))
	}
	f := fit(all)
	t.Logf("seconds = %.4f per 1000 objects + %.5f per MB of bases + %.5f per MB of excerpts", f[0], f[1], f[2])
	for _, c := range all {
		want := f[0]*c.objects + f[1]*c.bases + f[2]*c.inserted
		t.Logf("%-30s objects %7.0fk bases %7.1f MB excerpts %7.1f MB: %.3f s, fit %.3f s (%+.0f %%)",
			c.name, c.objects, c.bases, c.inserted, c.seconds, want, 100*(want-c.seconds)/c.seconds)
	}
}

// measureCost scans a repository three times and takes the least CPU time.
func measureCost(t *testing.T, o Options, dir string) cost {
	t.Helper()
	c := cost{name: filepath.Base(dir), seconds: 1e9}
	for range 3 {
		store, err := objects.Open(objects.Options{ObjectDirs: []string{filepath.Join(dir, "objects")}, Workers: 1})
		must(t, err)
		packs, _ := store.Packs()
		c.objects = 0
		for _, p := range packs {
			c.objects += float64(p.N) / 1e3
		}
		start := cpuTime(t)
		stats, err := store.Scan(context.Background(), objects.ScanOptions{Evaluator: newGate(o.Detector, false)})
		must(t, err)
		c.seconds = min(c.seconds, (cpuTime(t) - start).Seconds())
		c.bases, c.inserted = float64(stats.Whole)/1e6, float64(stats.Excerpts)/1e6
		must(t, store.Close())
	}
	return c
}

// cpuTime is the user and system time of this process so far: others may keep
// it waiting.
func cpuTime(t *testing.T) time.Duration {
	t.Helper()
	var r syscall.Rusage
	must(t, syscall.Getrusage(syscall.RUSAGE_SELF, &r))
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// fit solves the normal equations of least squares, relative to the times.
func fit(all []cost) (x [3]float64) {
	var m [3][4]float64
	for _, c := range all {
		row := [3]float64{c.objects / c.seconds, c.bases / c.seconds, c.inserted / c.seconds}
		for i := range 3 {
			for j := range 3 {
				m[i][j] += row[i] * row[j]
			}
			m[i][3] += row[i]
		}
	}
	for i := range 3 {
		for k := range 3 {
			if k == i || m[i][i] == 0 {
				continue
			}
			by := m[k][i] / m[i][i]
			for j := range 4 {
				m[k][j] -= by * m[i][j]
			}
		}
	}
	for i := range 3 {
		if m[i][i] != 0 {
			x[i] = m[i][3] / m[i][i]
		}
	}
	return x
}

// BenchmarkHistory scans a small history from beginning to end; with a state,
// one in which nothing has changed.
func BenchmarkHistory(b *testing.B) {
	o := testOptions(b)
	r := gittest.New(b)
	token := expand(b, o, "{{app-token}}")
	for i := range 40 {
		text := strings.Repeat(fmt.Sprintf("line %d of a text\n", i), 200)
		if i%10 == 5 {
			text += "KEY = '" + token + "'\n"
		}
		r.Commit("change", fmt.Sprintf("f%d.py", i%5), text)
	}
	r.Pack()
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			scanHistory(b, r, o, HistoryOptions{})
		}
	})
	b.Run("unchanged", func(b *testing.B) {
		var m memo
		m.scan(b, r, o, HistoryOptions{})
		for b.Loop() {
			m.scan(b, r, o, HistoryOptions{})
		}
	})
}

// BenchmarkFind looks at the excerpts of a history: a few hundred bytes each.
func BenchmarkFind(b *testing.B) {
	o := testOptions(b)
	g := newGate(o.Detector, false)
	text := []byte(strings.Repeat("	if err := client.Do(ctx, request); err != nil { return nil, fmt.Errorf(\"request: %w\", err) }\n", 4))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	var hits []objects.Hit
	for b.Loop() {
		hits = g.Find(hits[:0], text)
	}
}
