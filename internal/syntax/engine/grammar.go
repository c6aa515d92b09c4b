package engine

import (
	"compress/gzip"
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/tetratelabs/wazero"
)

//go:embed blobs/*.wasm.gz
var blobs embed.FS

const (
	blobDir    = "blobs/"
	blobSuffix = ".wasm.gz"
)

// Languages lists the grammars that Parse knows, sorted.
func Languages() []string {
	files, _ := blobs.ReadDir("blobs") // the folder is part of the program
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = strings.TrimSuffix(f.Name(), blobSuffix)
	}
	return names
}

func known(language string) bool {
	_, err := fs.Stat(blobs, blobDir+language+blobSuffix)
	return err == nil
}

func readBlob(language string) ([]byte, error) {
	f, err := blobs.Open(blobDir + language + blobSuffix)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// grammar is a language with the forms in which it was loaded.
type grammar struct {
	language string
	running  atomic.Int32 // parses under way

	mu                    sync.Mutex
	compiled, interpreted *module
	spent                 int // bytes that were interpreted
}

// module is a grammar in executable form, with the names of its nodes and fields.
type module struct {
	host   wazero.Runtime
	code   wazero.CompiledModule
	kinds  []string
	fields []string
}

// module is the form in which a source of n bytes is parsed; see Options.Interpret.
func (g *grammar) module(h *hosts, n, interpret int) (*module, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.compiled != nil {
		return g.compiled, nil
	}
	var err error
	if interpret > 0 && g.spent+n <= interpret && !h.cached() {
		if g.interpreted == nil {
			g.interpreted, err = g.load(h.interpreter())
		}
		g.spent += n
		return g.interpreted, err
	}
	if h.cached() {
		if g.compiled, err = g.load(h.compiler(true)); err == nil {
			return g.compiled, nil
		}
		h.discard() // full disk, damaged entry
	}
	g.compiled, err = g.load(h.compiler(false))
	return g.compiled, err
}

// load makes the executable form in one of the runtimes.
func (g *grammar) load(host wazero.Runtime) (*module, error) {
	wasm, err := readBlob(g.language)
	if err != nil {
		return nil, err
	}
	m := &module{host: host}
	if m.code, err = host.CompileModule(context.Background(), wasm); err != nil {
		return nil, fmt.Errorf("%s grammar: %w", g.language, err)
	}
	in, err := m.instance()
	if err != nil {
		return nil, err
	}
	defer in.close()
	var err1, err2 error
	m.kinds, err1 = in.names("symbols", "symbol", 0)
	m.fields, err2 = in.names("fields", "field", 1) // field 0 means none
	return m, errors.Join(err1, err2)
}
