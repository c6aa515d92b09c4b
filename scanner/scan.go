package scanner

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner/internal/text"
)

// Options are what every source of a scan takes. The zero value of each field
// but Detector is usable.
type Options struct {
	Detector *Detector
	Key      IDKey
	// Workers is the number of goroutines, 0 for as many as there are cores.
	Workers int
	// MaxSize is the size in bytes beyond which a file or object is not
	// looked at, 0 for 16 MiB.
	MaxSize int64
	// NoIgnore looks at ignored files too; ForceExclude applies ignore rules
	// even to files that are named.
	NoIgnore, ForceExclude bool
	// Isolated disregards what the scanned repository says about its own
	// scan: ignore file and inline comments.
	Isolated bool
	// ForeignTags honours the inline comments of other scanners.
	ForeignTags bool
	// Ignore is the content of the ignore file, Baseline the known findings.
	Ignore   *IgnoreFile
	Baseline *Baseline
	// Getenv reads the environment for git (GIT_DIR, PATH, …); nil: empty.
	Getenv func(string) string
	Label  string
	// Parser, if set, reads files with calls as programs.
	Parser *syntax.Parser
	// Progress, if set, is told now and then how far a scan is, by one
	// goroutine at a time.
	Progress func(Progress)
}

// Progress says how far a scan is. Total is 0 where it is not known.
type Progress struct {
	Done, Total int64
	Unit        string // "files" or "bytes"
}

// Source says what was scanned.
type Source struct {
	Kind  string // tree, index, changes, history, stdin
	Label string
	Head  string // commit, "" where there is none
	Base  string // what changes were compared with
	Dirty bool   // what was looked at is not what Head has; untracked files do not count
	Root  string // absolute; for messages on a terminal, never in reports
}

// Stats count what a scan looked at.
type Stats struct {
	Files, Blobs, Commits int
	Bytes                 int64
}

// Result is what a scan found, what it did not look at, and what was silenced.
type Result struct {
	Source   Source
	Findings []*Finding // by path, offset, rule; suppressed and older ones too
	Skipped  []Skipped
	Stats    Stats
	// Unused are suppressions that silenced nothing.
	Unused []string
	// Older counts findings that the change did not bring in.
	Older int
	// Incomplete says that the scan was cut short.
	Incomplete bool
}

// Complete reports whether everything that should have been looked at was.
func (r *Result) Complete() bool {
	return !r.Incomplete && !slices.ContainsFunc(r.Skipped, func(s Skipped) bool { return s.Failed })
}

// collector gathers what workers find. It is safe for concurrent use.
type collector struct {
	o       *Options
	mu      sync.Mutex
	scanned []*scanned
	skipped []Skipped
	stats   Stats
	seen    map[string]bool // files, where roots may overlap
	nested  []string        // roots of nested repositories
	// whole says that all there is was looked at, so that an entry which
	// silenced nothing is stale.
	whole bool

	done atomic.Int64 // files
	tell sync.Mutex
}

func (c *collector) add(s *scanned) {
	if s == nil {
		return
	}
	c.mu.Lock()
	c.scanned = append(c.scanned, s)
	c.mu.Unlock()
}

func (c *collector) skip(s Skipped) {
	c.mu.Lock()
	c.skipped = append(c.skipped, s)
	c.mu.Unlock()
}

// progressEvery is after how many files progress is told.
const progressEvery = 64

// progress counts a file.
func (c *collector) progress() {
	if c.o.Progress == nil {
		return
	}
	if n := c.done.Add(1); n%progressEvery == 0 && c.tell.TryLock() {
		c.o.Progress(Progress{Done: c.done.Load(), Unit: "files"})
		c.tell.Unlock()
	}
}

// content looks at the raw content of one file. The bytes are copied if they
// are kept.
func (c *collector) content(path string, raw []byte) {
	if isLFSPointer(raw) {
		c.skip(Skipped{Path: path, Reason: "git LFS pointer"})
		return
	}
	d := c.o.Detector
	if !d.Wakes(raw) {
		return
	}
	f, ok := decodeFile(path, raw)
	if !ok {
		_, why := text.Sniff(raw)
		c.skip(Skipped{Path: path, Reason: "binary: " + why})
		return
	}
	c.add(d.scan(f, everything))
}

// lfsPointer is how the files begin that git LFS leaves in place of large ones.
const lfsPointer = "version https://git-lfs.github.com/spec/"

// maxLFSPointer is the size that git LFS itself takes for a pointer at most.
const maxLFSPointer = 1024

func isLFSPointer(raw []byte) bool {
	return len(raw) < maxLFSPointer && bytes.HasPrefix(raw, []byte(lfsPointer))
}

// decodeFile makes the file of raw content, in UTF-8.
func decodeFile(path string, raw []byte) (*File, bool) {
	decoded, enc, ok := text.Decode(raw)
	if !ok {
		return nil, false
	}
	f := NewFile(path, slices.Clone(decoded))
	f.BOM = enc.BOMLen()
	if enc != text.UTF8 && enc != text.UTF8BOM {
		f.Encoding = enc.String()
	}
	return f, true
}

// scan looks at a file as what it is.
func (d *Detector) scan(f *File, want scope) *scanned {
	if strings.HasSuffix(strings.ToLower(f.Path), ".ipynb") {
		return d.scanNotebook(f, want)
	}
	return d.scanFile(f, want)
}

// finish turns what the workers found into a result.
func (c *collector) finish(ctx context.Context, src Source) *Result {
	src.Label = c.o.Label
	slices.SortStableFunc(c.scanned, func(a, b *scanned) int { return strings.Compare(a.file.Path, b.file.Path) })
	c.understand(ctx)
	c.linkEnvironment()
	r := &Result{Source: src, Stats: c.stats, Skipped: c.skipped, Incomplete: ctx.Err() != nil}
	b := &findings{o: c.o, ordinals: map[string]int{}}
	for _, s := range c.scanned {
		r.Findings = append(r.Findings, b.of(s)...)
	}
	sortSkipped(r.Skipped)
	r.Findings = sortFindings(r.Findings)
	r.suppress(c.o, c.scanned, c.whole && !r.Incomplete)
	return r
}

func sortSkipped(s []Skipped) {
	slices.SortFunc(s, func(a, b Skipped) int {
		if n := strings.Compare(a.Path, b.Path); n != 0 {
			return n
		}
		return strings.Compare(a.Reason, b.Reason)
	})
}

func sortFindings(all []*Finding) []*Finding {
	slices.SortStableFunc(all, func(a, b *Finding) int {
		if n := strings.Compare(a.Path, b.Path); n != 0 {
			return n
		}
		if a.Span.Start != b.Span.Start {
			return a.Span.Start - b.Span.Start
		}
		if n := strings.Compare(a.Rule.ID, b.Rule.ID); n != 0 {
			return n
		}
		return strings.Compare(a.ID, b.ID)
	})
	return all
}

// linkEnvironment turns the environment names that configuration files set
// into references where a reported call or client reads them.
func (c *collector) linkEnvironment() {
	read := map[string]bool{}
	for _, s := range c.scanned {
		for _, f := range s.found {
			if f.call != nil && f.call.Credential != nil && f.call.Credential.From == "env" && f.verdict.Severity.Fails() {
				read[f.pack.Provider+"/"+f.call.Credential.Name] = true
			}
		}
	}
	for _, s := range c.scanned {
		for _, e := range s.envs {
			if e.pack.reference == nil || !read[e.pack.Provider+"/"+e.name] || s.holds(e.span) {
				continue
			}
			line := s.file.Position(e.span.Start).Line
			s.found = append(s.found, found{
				pack: e.pack, region: rules.Code, span: e.span,
				verdict: e.pack.refers(),
				call: &Call{
					Line: line, EndLine: line,
					Credential: &Credential{From: "env", Name: e.name, Path: s.file.Path, Line: line},
				},
			})
		}
		s.settle()
	}
}
