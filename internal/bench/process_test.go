//go:build linux

package bench

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// usage is what a process and all its children took.
type usage struct {
	cpu, wall time.Duration
	rss       int64 // most bytes resident, files that were mapped among them
	anonymous int64 // most bytes resident that are no file, sampled; 0 where the system does not say
	exit      int
}

// sampleEvery is the time between two looks at the memory of a process.
const sampleEvery = 4 * time.Millisecond

// kept is how much of the output of a program is kept.
const kept = 64 << 20

// sink keeps the beginning of an output and takes the rest, as /dev/null does.
type sink struct{ bytes.Buffer }

func (s *sink) Write(p []byte) (int, error) {
	if room := kept - s.Len(); room > 0 {
		s.Buffer.Write(p[:min(len(p), room)])
	}
	return len(p), nil
}

// run runs a command and waits for it.
func run(c command) (usage, []byte, error) {
	cmd := exec.Command(c.args[0], c.args[1:]...)
	cmd.Dir = c.dir
	cmd.Env = append(os.Environ(), "GIT_OPTIONAL_LOCKS=0")
	var out sink
	var errs bytes.Buffer
	if !c.mute {
		cmd.Stdout = &out
	}
	cmd.Stderr = &errs
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return usage{}, nil, err
	}
	done, most := make(chan struct{}), make(chan int64, 1)
	go func() { most <- watch(cmd.Process.Pid, done) }()
	err := cmd.Wait()
	u := usage{wall: time.Since(start)}
	close(done)
	u.anonymous = <-most
	if state := cmd.ProcessState; state != nil {
		u.cpu = state.UserTime() + state.SystemTime()
		u.exit = state.ExitCode()
		if r, ok := state.SysUsage().(*syscall.Rusage); ok {
			u.rss = int64(r.Maxrss) * 1024
		}
	}
	if err != nil {
		err = fmt.Errorf("%s: %w: %s", strings.Join(c.args, " "), err, bytes.TrimSpace(errs.Bytes()))
	}
	text := out.Bytes()
	if c.report != "" {
		text, _ = os.ReadFile(c.report)
	}
	return u, text, err
}

// watch looks at the memory of a process until it is done.
func watch(pid int, done <-chan struct{}) int64 {
	tick := time.NewTicker(sampleEvery)
	defer tick.Stop()
	most := int64(0)
	for {
		select {
		case <-done:
			return most
		case <-tick.C:
			most = max(most, anonymous(pid))
		}
	}
}

// anonymous gives the resident memory of a process that belongs to no file.
func anonymous(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			kilo, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kilo * 1024
		}
	}
	return 0
}
