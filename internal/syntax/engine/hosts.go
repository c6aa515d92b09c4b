package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/tetratelabs/wazero"
)

// hosts are the wazero runtimes of an engine, made when first used.
type hosts struct {
	dir string // cache directory, "" for none

	mu                       sync.Mutex
	checked                  bool
	cache                    wazero.CompilationCache
	withCache, without, slow wazero.Runtime
}

func config(c wazero.RuntimeConfig) wazero.RuntimeConfig {
	return c.WithMemoryLimitPages(maxPages).WithDebugInfoEnabled(false)
}

// cached says whether there is a cache on disk.
func (h *hosts) cached() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.checked {
		h.checked = true
		if dir := h.cacheDir(); h.dir != "" && private(dir) {
			h.cache, _ = wazero.NewCompilationCacheWithDir(dir) // without, if it fails
		}
	}
	return h.cache != nil
}

// cacheDir is a folder of our own: discard empties it.
func (h *hosts) cacheDir() string { return filepath.Join(h.dir, "grammars") }

// discard gives the cache up, and removes what may be damaged in it.
func (h *hosts) discard() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cache = nil
	os.RemoveAll(h.cacheDir())
}

// compiler makes native code where the system allows it; else wazero interprets.
func (h *hosts) compiler(cache bool) wazero.Runtime {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := config(wazero.NewRuntimeConfig())
	if cache && h.cache != nil {
		return open(&h.withCache, c.WithCompilationCache(h.cache))
	}
	return open(&h.without, c)
}

// interpreter needs no compilation, and takes about 20 ms for a kilobyte.
func (h *hosts) interpreter() wazero.Runtime {
	h.mu.Lock()
	defer h.mu.Unlock()
	return open(&h.slow, config(wazero.NewRuntimeConfigInterpreter()))
}

func open(r *wazero.Runtime, c wazero.RuntimeConfig) wazero.Runtime {
	if *r == nil {
		*r = wazero.NewRuntimeWithConfig(context.Background(), c)
	}
	return *r
}

func (h *hosts) close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	var errs []error
	for _, r := range []wazero.Runtime{h.withCache, h.without, h.slow} {
		if r != nil {
			errs = append(errs, r.Close(context.Background()))
		}
	}
	if h.cache != nil {
		errs = append(errs, h.cache.Close(context.Background()))
	}
	return errors.Join(errs...)
}

// private makes dir if needed, and says whether it is a folder that belongs to
// the user and that nobody else can write to: what lies in it is run as code.
func private(dir string) bool {
	if os.MkdirAll(dir, 0o700) != nil {
		return false
	}
	fi, err := os.Lstat(dir)
	if err != nil || !fi.IsDir() {
		return false
	}
	if runtime.GOOS == "windows" {
		return true // the folder inherits the access list of the user's own
	}
	return fi.Mode().Perm()&0o022 == 0 && ownedByUser(fi)
}
