package walk

import (
	"flag"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/scanner/internal/ignore"
)

var trees = flag.Int("trees", 40, "generated repositories to compare with git ls-files")

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	c := exec.Command("git", args...)
	c.Dir = dir
	c.Env = []string{"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "HOME=/", "PATH=" + os.Getenv("PATH")}
	out, err := c.Output()
	if err != nil {
		t.Fatalf("git %q: %v", args, err)
	}
	return string(out)
}

func lines(out string) []string {
	return slices.DeleteFunc(strings.Split(out, "\x00"), func(s string) bool { return s == "" })
}

// TestAgainstGit: what is visited is what git lists as tracked, or untracked and not ignored; each file named alone with
// ForceExclude has the same fate.
func TestAgainstGit(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	for seed := range *trees {
		r := rand.New(rand.NewSource(int64(seed)))
		dir := t.TempDir()
		git(t, dir, "init", "-q")
		files := generate(r)
		write(t, dir, files)
		var add, all []string
		for _, p := range sorted(files) {
			if r.Intn(3) == 0 {
				add = append(add, p)
			}
			if !strings.HasPrefix(p, ".git/") {
				all = append(all, p)
			}
		}
		add = slices.DeleteFunc(add, func(p string) bool { return strings.HasPrefix(p, ".git/") })
		if len(add) > 0 {
			git(t, dir, append([]string{"add", "-f", "--"}, add...)...)
		}
		exclude, _ := os.ReadFile(filepath.Join(dir, ".git", "info", "exclude"))
		o := Options{
			Root:    dir,
			Ignore:  ignore.New(false).Push(ignore.Parse(exclude, ignore.Options{Source: ".git/info/exclude"})),
			Tracked: NewTracked(lines(git(t, dir, "ls-files", "-z"))),
		}
		want := lines(git(t, dir, "ls-files", "-z", "--cached", "--others", "--exclude-standard"))
		slices.Sort(want)
		for _, o.Paths = range [][]string{nil, all} {
			o.ForceExclude = o.Paths != nil
			got := run(t, o)
			if paths := sorted(got.texts); !slices.Equal(paths, want) {
				t.Fatalf("seed %d, %d paths: visited\n%q, git lists\n%q\nfiles %q\ntracked %q", seed, len(o.Paths), paths, want, files, add)
			}
			if n := len(slices.DeleteFunc(got.visited, func(s string) bool { return !strings.Contains(s, "[tracked]") })); n != len(add) {
				t.Errorf("seed %d: %d tracked, want %d", seed, n, len(add))
			}
		}
	}
}

func sorted(m map[string]string) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// generate makes a random tree with ignore files.
func generate(r *rand.Rand) map[string]string {
	pick := func(all ...string) string { return all[r.Intn(len(all))] }
	isDir := map[string]bool{}
	files := map[string]string{}
	for range 25 {
		p := ""
		for range r.Intn(4) {
			p += pick("a", "b", "ab", "build", "src", "b.d") + "/"
			if _, isFile := files[strings.TrimSuffix(p, "/")]; isFile {
				break
			}
			isDir[strings.TrimSuffix(p, "/")] = true
		}
		if _, isFile := files[strings.TrimSuffix(p, "/")]; isFile {
			continue
		}
		if p += pick("a", "b", "x.c", "y.o", "build", "z.log", "keep.log", ".env"); !isDir[p] {
			files[p] = "x"
		}
	}
	patterns := func() (content string) {
		for range 1 + r.Intn(4) {
			content += pick("", "", "!") + pick("", "", "/", "**/", "a/", "*/") + pick("a", "b", "build", "*.o", "*.log", "keep.log", "?", "*", "src", "b.d", "ab") +
				pick("", "", "/", "/**", "/*") + "\n"
		}
		return content
	}
	files[".gitignore"] = patterns()
	files[".git/info/exclude"] = patterns()
	for _, d := range sorted(map[string]string{"a": "", "src": "", "build": "", "a/b": ""}) {
		if isDir[d] && r.Intn(2) == 0 {
			files[d+"/.gitignore"] = patterns()
		}
	}
	return files
}

func BenchmarkTracked(b *testing.B) {
	var paths []string
	for i := range 40000 {
		paths = append(paths, fmt.Sprintf("dir%03d/sub%02d/file%05d.go", i/200, i/20%10, i))
	}
	s := NewTracked(paths).scope(0)
	for b.Loop() {
		s.below("dir100").below("dir100/sub05").has("dir100/sub05/file20105.go")
	}
}
