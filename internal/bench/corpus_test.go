//go:build linux

package bench

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// shape says how large a corpus is.
type shape struct{ commits, files, edits, hits int }

// corpus builds a repository with a history of made-up source code, packed by
// git, and plants keys in it. The same shape is the same repository.
func corpus(t *testing.T, s shape) subject {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "corpus")
	git(t, nil, "init", "-q", "-b", "main", dir)
	r := rand.New(rand.NewPCG(1, uint64(s.commits)))
	out := subject{name: fmt.Sprintf("corpus of %d commits", s.commits), dir: dir, commits: s.commits}
	for range s.hits {
		out.keys = append(out.keys, fmt.Sprintf("pat-%s-%08x-%04x-%04x-%04x-%012x", "na1",
			r.Uint32(), r.Uint32()>>16, r.Uint32()>>16, r.Uint32()>>16, r.Uint64()>>16))
	}
	in, feed := io.Pipe()
	go func() {
		w := bufio.NewWriter(feed)
		s.write(w, r, out.keys)
		_ = w.Flush()
		_ = feed.Close()
	}()
	git(t, in, "-C", dir, "fast-import", "--quiet")
	git(t, nil, "-C", dir, "-c", "pack.threads=1", "gc", "-q", "--prune=now")
	git(t, nil, "-C", dir, "reset", "-q", "--hard", "main")
	return out
}

func git(t *testing.T, in io.Reader, args ...string) {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Stdin = in
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// write writes the history as git fast-import reads it. Keys come in one after
// the other and are taken out again ten commits later, but for the last.
func (s shape) write(w io.Writer, r *rand.Rand, keys []string) {
	files := make([][]string, s.files)
	for i := range files {
		for range 40 + r.IntN(200) {
			files[i] = append(files[i], line(r))
		}
	}
	every := max(1, s.commits/max(1, len(keys)))
	for c := range s.commits {
		message := fmt.Sprintf("change %d\n", c)
		_, _ = fmt.Fprintf(w, "commit refs/heads/main\ncommitter A <a@example.com> %d +0000\ndata %d\n%s", 1700000000+60*c, len(message), message)
		changed := map[int]bool{}
		if c == 0 {
			for i := range files {
				changed[i] = true
			}
		}
		for range s.edits {
			i := r.IntN(len(files))
			edit(files, i, r)
			changed[i] = true
		}
		if k := c / every; c%every == every/2 && k < len(keys) {
			at := k % len(files)
			files[at] = append(files[at], "token = \""+keys[k]+"\"")
			changed[at] = true
		}
		if k := (c - 10) / every; c >= 10 && (c-10)%every == every/2 && k < len(keys)-1 {
			at := k % len(files)
			files[at] = remove(files[at], keys[k])
			changed[at] = true
		}
		for i := range files {
			if changed[i] {
				text := strings.Join(files[i], "\n") + "\n"
				_, _ = fmt.Fprintf(w, "M 100644 inline src/%02d/file%04d.py\ndata %d\n%s\n", i%40, i, len(text), text)
			}
		}
	}
}

func edit(files [][]string, i int, r *rand.Rand) {
	at := r.IntN(len(files[i]))
	for range 1 + r.IntN(6) {
		files[i] = append(files[i][:at], append([]string{line(r)}, files[i][at:]...)...)
	}
	if n := len(files[i]); n > 300 {
		at = r.IntN(n - 20)
		files[i] = append(files[i][:at], files[i][at+20:]...)
	}
}

func remove(lines []string, key string) []string {
	var out []string
	for _, l := range lines {
		if !strings.Contains(l, key) {
			out = append(out, l)
		}
	}
	return out
}

var vocabulary = strings.Fields(`return value request self response data client update index parse list items result
	config name path error handle session create build token_count file read write open close user account order
	total page limit offset filter query map reduce apply format string number float array buffer`)

// line is a line of made-up source code.
func line(r *rand.Rand) string {
	var b strings.Builder
	b.WriteString(strings.Repeat("    ", r.IntN(4)))
	for range 3 + r.IntN(7) {
		b.WriteString(vocabulary[r.IntN(len(vocabulary))])
		b.WriteString([]string{" ", ".", "(", ") ", " = ", "_", ", "}[r.IntN(7)])
	}
	return b.String()
}
