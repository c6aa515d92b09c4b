// Package engine parses source text with the tree-sitter C core and its
// grammars, compiled to WebAssembly and run by wazero: no cgo, trees identical
// to those of the C library, and a memory fault in a grammar stays inside the
// sandbox of one file. The modules import nothing, so a grammar can compute and
// do nothing else. wasm/ holds the sources and the build of the modules.
package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Why a source was not parsed. Errors of Parse wrap one of these, or the
// context's error.
var (
	// ErrLanguage says that there is no grammar of that name.
	ErrLanguage = errors.New("no grammar for this language")
	// ErrTooLarge says that the source is larger than Options.MaxSource.
	ErrTooLarge = errors.New("source too large to parse")
	// ErrLimit says that the parse was given up at a limit of steps, memory or time.
	ErrLimit = errors.New("parse limit reached")
	// ErrFault says that the grammar failed on this source.
	ErrFault = errors.New("fault in the grammar")
)

// Limits of one parse. All but the time are deterministic.
const (
	// DefaultMaxSource bounds the source: an unclosed literal of this size takes seconds.
	DefaultMaxSource = 1 << 20
	// DefaultTimeout is the last resort; the limits on steps come first.
	DefaultTimeout = 20 * time.Second

	maxPages = 256 << 20 / 65536 // linear memory of one instance, in pages of 64 KiB
)

// stepLimit bounds tree-sitter's progress callbacks (one for every 100 parse
// operations) for a source of n bytes. Real files need at most 0.022 a byte.
func stepLimit(n int) uint64 { return 1000 + uint64(n)/10 }

// workLimit bounds the basic blocks that the core and the scanner run, of which
// a second holds some 200 million. Real files need at most 350 a byte, but for a
// few of C# with long lists of attributes: 700 million for 26 kB.
func workLimit(n int) uint64 { return min(800_000_000+1500*uint64(n), 1<<32-1) }

// Options are what the caller of New decides. The zero value is usable.
type Options struct {
	// CacheDir keeps compiled grammars between runs: native code, so the
	// directory must belong to the user and be writable by nobody else. It is
	// made with mode 0700. Where it is empty or unusable, the engine goes on
	// without a cache.
	CacheDir string
	// MaxSource is the size of the largest source that is parsed; 0 means
	// DefaultMaxSource.
	MaxSource int
	// Timeout gives a parse up; 0 means DefaultTimeout.
	Timeout time.Duration
	// Interpret is how many bytes of source in a language are interpreted
	// before its grammar is compiled, where there is no cache that would make
	// the compilation pay in the next run. Compiling costs about as much as
	// interpreting 8 kB.
	Interpret int
}

// Engine holds the grammars that were used so far. It is safe for concurrent
// use. Nothing is opened before the first Parse.
type Engine struct {
	opt   Options
	hosts hosts

	mu       sync.Mutex
	grammars map[string]*grammar
}

// New makes an engine.
func New(opt Options) *Engine {
	if opt.MaxSource <= 0 {
		opt.MaxSource = DefaultMaxSource
	}
	if opt.Timeout <= 0 {
		opt.Timeout = DefaultTimeout
	}
	return &Engine{opt: opt, hosts: hosts{dir: opt.CacheDir}, grammars: map[string]*grammar{}}
}

// Close frees the compiled code. No Parse may be running or follow. Code that
// a parse that was given up still runs is kept.
func (e *Engine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, g := range e.grammars {
		if g.running.Load() > 0 {
			return nil
		}
	}
	return e.hosts.close()
}

// Parse parses src as one of Languages, in an instance of its own: no file can
// spoil the next. The tree refers to src, which must not be changed. When ctx
// ends or the time is over, Parse returns at once, and the parse itself ends
// behind it, at its next limit.
func (e *Engine) Parse(ctx context.Context, language string, src []byte) (*Tree, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(src) > e.opt.MaxSource {
		return nil, fmt.Errorf("%w: %d bytes, the limit is %d", ErrTooLarge, len(src), e.opt.MaxSource)
	}
	g, err := e.grammar(language)
	if err != nil {
		return nil, err
	}
	m, err := g.module(&e.hosts, len(src), e.opt.Interpret) // its time does not count
	if err != nil {
		return nil, err
	}
	type result struct {
		tree *Tree
		err  error
	}
	done := make(chan result, 1)
	g.running.Add(1)
	go func() {
		defer g.running.Add(-1)
		t, err := m.parse(src)
		done <- result{t, err}
	}()
	timer := time.NewTimer(e.opt.Timeout)
	defer timer.Stop()
	select {
	case r := <-done:
		return r.tree, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-timer.C:
		return nil, fmt.Errorf("%w: %s", ErrLimit, e.opt.Timeout)
	}
}

// parse runs in an instance of its own.
func (m *module) parse(src []byte) (*Tree, error) {
	in, err := m.instance()
	if err != nil {
		return nil, err
	}
	defer in.close()
	return in.parse(src)
}

func (e *Engine) grammar(language string) (*grammar, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if g := e.grammars[language]; g != nil {
		return g, nil
	}
	if !known(language) {
		return nil, fmt.Errorf("%w: %q", ErrLanguage, language)
	}
	g := &grammar{language: language}
	e.grammars[language] = g
	return g, nil
}
