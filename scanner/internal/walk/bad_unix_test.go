//go:build linux || darwin

package walk

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/unhapi/unhapi/scanner/internal/ignore"
)

func TestSpecialFiles(t *testing.T) {
	dir, err := os.MkdirTemp("", "w") // short: a socket's path is
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	write(t, dir, map[string]string{"a": "text"})
	if err := unix.Mkfifo(filepath.Join(dir, "pipe"), 0o666); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", filepath.Join(dir, "socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	want := []string{"pipe: not a regular file, named pipe", "socket: not a regular file, socket"}
	if os.Getuid() == 0 && unix.Mknod(filepath.Join(dir, "zero"), unix.S_IFCHR|0o666, int(unix.Mkdev(1, 5))) == nil {
		want = append(want, "zero: not a regular file, device")
	}
	for _, paths := range [][]string{nil, {"a", "pipe", "socket", "zero"}} {
		r := run(t, Options{Root: dir, Paths: paths})
		equal(t, "visited", r.visited, "a")
		if len(want) == 3 || paths == nil {
			equal(t, "skipped", r.skipped, want...)
		}
	}
}

// TestBecomesFIFO opens a named pipe as if a directory had just listed it as a regular file.
func TestBecomesFIFO(t *testing.T) {
	dir := t.TempDir()
	if err := unix.Mkfifo(filepath.Join(dir, "pipe"), 0o666); err != nil {
		t.Fatal(err)
	}
	r, err := openRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	d, err := r.open("")
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	w := &worker{walk: &walk{Options: Options{MaxSize: 100}, visit: func(int, Entry, []byte) {}}, text: make([]byte, firstRead)}
	done := make(chan bool)
	go func() {
		w.file(d, item{path: "pipe", kind: Regular}, false)
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("blocked")
	}
}

// TestUnreadable runs as a user who may not read everything; root may.
func TestUnreadable(t *testing.T) {
	if os.Getuid() == 0 {
		asNobody(t)
		return
	}
	dir := t.TempDir()
	write(t, dir, map[string]string{"a": "", "secret": "x", "closed/in": "", "noread/.gitignore": "*", "noread/x": "", "list/in": ""})
	for name, mode := range map[string]os.FileMode{"secret": 0, "closed": 0, "noread/.gitignore": 0, "list": 0o444} {
		full := filepath.Join(dir, name)
		if err := os.Chmod(full, mode); err != nil {
			t.Fatal(err)
		}
		defer os.Chmod(full, 0o777)
	}
	r := run(t, Options{Root: dir, Ignore: ignore.New(false)})
	equal(t, "visited", r.visited, "a", "noread/x")
	equal(t, "skipped", r.skipped, "!closed: unreadable", "!list/in: unreadable", "!noread/.gitignore: unreadable", "!secret: unreadable")
	if _, err := try(context.Background(), Options{Root: filepath.Join(dir, "closed")}); err == nil {
		t.Error("a closed root: no error")
	}
}

// asNobody runs this test again as a user without rights.
func asNobody(t *testing.T) {
	tmp, err := os.MkdirTemp("", "nobody")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(tmp)
	self, err := os.ReadFile(os.Args[0])
	binary := filepath.Join(tmp, "test")
	if err != nil || os.WriteFile(binary, self, 0o755) != nil || os.Chmod(tmp, 0o777) != nil {
		t.Skip("cannot copy the test")
	}
	c := exec.Command(binary, "-test.run=^TestUnreadable$", "-test.v")
	c.Dir = tmp
	c.Env = []string{"TMPDIR=" + tmp, "HOME=" + tmp}
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := c.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("--- PASS")) {
		t.Errorf("as nobody: %v\n%s", err, out)
	}
}

func TestLargeFiles(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"line": strings.Repeat("x", 50<<20), "exact": strings.Repeat("y", DefaultMaxSize), "over": strings.Repeat("y", DefaultMaxSize+1)})
	write(t, dir, map[string]string{"2gb": "text first"})
	if err := os.Truncate(filepath.Join(dir, "2gb"), 2<<30+5); err != nil {
		t.Fatal(err)
	}
	write(t, dir, map[string]string{"2gbtext": strings.Repeat("text\n", 20000)})
	if err := os.Truncate(filepath.Join(dir, "2gbtext"), 2<<30); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r := run(t, Options{Root: dir, Workers: 1})
	runtime.ReadMemStats(&after)
	equal(t, "visited", r.visited, "exact")
	equal(t, "skipped", r.skipped, "2gb: binary, holds NUL bytes", "2gbtext: oversized, larger than 16 MiB", "line: oversized, larger than 16 MiB", "over: oversized, larger than 16 MiB")
	if n := after.TotalAlloc - before.TotalAlloc; n > 80<<20 { // the buffer, and two copies of the text in this test
		t.Errorf("%d MiB allocated", n>>20)
	}
	r = run(t, Options{Root: dir, Paths: []string{"2gb", "exact"}, MaxSize: 5})
	equal(t, "skipped", r.skipped, "2gb: binary, holds NUL bytes", "exact: oversized, larger than 5 bytes")
}

// TestChangingFile reads files that grow, shrink and are replaced meanwhile: each is seen at some size, none fails.
func TestChangingFile(t *testing.T) {
	dir := t.TempDir()
	full := filepath.Join(dir, "f")
	content := bytes.Repeat([]byte("0123456789\n"), 40000)
	if err := os.WriteFile(full, content, 0o666); err != nil {
		t.Fatal(err)
	}
	var stop atomic.Bool
	done := make(chan bool)
	go func() {
		defer close(done)
		for i := 0; !stop.Load(); i++ {
			os.Truncate(full, int64(i*7919%len(content)))
			os.WriteFile(full, content[:i*104729%len(content)], 0o666)
		}
	}()
	for range 150 {
		r := run(t, Options{Root: dir, Workers: 1, MaxSize: 300000})
		for _, s := range r.skipped {
			if strings.HasPrefix(s, "!") {
				t.Error(s)
			}
		}
		if len(r.visited)+len(r.skipped) != 1 {
			t.Errorf("%q %q", r.visited, r.skipped)
		}
	}
	stop.Store(true)
	<-done
}

func TestOddNames(t *testing.T) {
	if runtime.GOOS == "darwin" {
		t.Skip("the file system allows UTF-8 only")
	}
	dir := t.TempDir()
	names := []string{"\xff\xfe", "a\nb", "\x1b[31m", "d\xe9/\xe9", " ", "-rf", `back\slash`, "\u202egnp.exe", "*", ".gitignore2", ".GIT"}
	files := map[string]string{}
	for _, n := range names {
		files[n] = "x"
	}
	write(t, dir, files)
	for _, paths := range [][]string{nil, names} {
		r := run(t, Options{Root: dir, Paths: paths, Ignore: ignore.New(false)})
		if len(r.visited) != len(names) || len(r.skipped) != 0 {
			t.Errorf("visited %q, skipped %q", r.visited, r.skipped)
		}
		for p := range r.texts {
			if _, ok := files[p]; !ok {
				t.Errorf("%q was never there", p)
			}
		}
	}
}

// TestDeep makes a path that is longer than the system takes at once, and a tree that is too deep.
func TestDeep(t *testing.T) {
	dir := t.TempDir()
	deep := func(name string, levels int) string {
		fd, err := unix.Open(dir, unix.O_RDONLY|unix.O_DIRECTORY, 0)
		var path strings.Builder
		for range levels {
			if err != nil {
				t.Fatal(err)
			}
			if err = unix.Mkdirat(fd, name, 0o777); err != nil {
				t.Fatal(err)
			}
			next, err2 := unix.Openat(fd, name, unix.O_RDONLY|unix.O_DIRECTORY, 0)
			unix.Close(fd)
			fd, err = next, err2
			path.WriteString(name + "/")
		}
		f, err := unix.Openat(fd, "f", unix.O_CREAT|unix.O_WRONLY, 0o666)
		if err != nil {
			t.Fatal(err)
		}
		unix.Write(f, []byte("found"))
		unix.Close(f)
		unix.Close(fd)
		return path.String() + "f"
	}
	long := deep(strings.Repeat("n", 200), 60)
	deep("d", maxDepth+10)
	r := run(t, Options{Root: dir})
	equal(t, "visited", r.visited, long)
	equal(t, "skipped", r.skipped, strings.Repeat("d/", maxDepth)+"d: too deep")
	if r.texts[long] != "found" {
		t.Error("text is missing")
	}
	r = run(t, Options{Root: dir, Paths: []string{long}})
	equal(t, "named", r.visited, long)
	if out, err := exec.Command("rm", "-rf", dir).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// TestCycle mounts a directory into itself, where that is allowed.
func TestCycle(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"a/f": "x", "a/b/c/": ""})
	inner := filepath.Join(dir, "a", "b", "c")
	if err := bindMount(filepath.Join(dir, "a"), inner); err != nil {
		t.Skipf("no bind mounts here: %v", err)
	}
	defer unmount(inner)
	r := run(t, Options{Root: dir})
	equal(t, "visited", r.visited, "a/f")
	equal(t, "skipped", r.skipped, "a/b/c: the same directory as one above it")
}

// TestMadeUpFiles walks files whose contents the system makes up, in reads of any length, and devices.
func TestMadeUpFiles(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs /proc")
	}
	r := run(t, Options{Root: "/proc/self", Paths: []string{"status", "maps", "mem", "cwd"}})
	if !strings.Contains(r.texts["status"], "VmPeak") || len(r.visited) != 3 || len(r.skipped) != 1 || !strings.HasPrefix(r.skipped[0], "!mem: unreadable") {
		t.Errorf("visited %q, skipped %q", r.visited, r.skipped)
	}
	want, err := os.ReadFile("/proc/kallsyms") // more than one read
	if r = run(t, Options{Root: "/proc", Paths: []string{"kallsyms"}}); err == nil && len(want) < 1<<20 && len(r.texts["kallsyms"]) != len(want) {
		t.Errorf("%d bytes of %d", len(r.texts["kallsyms"]), len(want))
	}
	r = run(t, Options{Root: "/dev", Paths: []string{"null", "zero", "tty"}})
	if len(r.visited) != 0 {
		t.Errorf("devices were opened: %q", r.visited)
	}
	if fmt.Sprint(r.skipped[0]) != "null: not a regular file, device" {
		t.Errorf("skipped %q", r.skipped)
	}
}
