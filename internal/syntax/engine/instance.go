package engine

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// instance is one run of a module, with memory of its own.
type instance struct {
	m   *module
	mod api.Module
}

func (m *module) instance() (*instance, error) {
	c := wazero.NewModuleConfig().WithName("").WithStartFunctions("_initialize")
	mod, err := m.host.InstantiateModule(context.Background(), m.code, c)
	if err != nil {
		return nil, fmt.Errorf("start a grammar: %w", err)
	}
	return &instance{m, mod}, nil
}

func (in *instance) close() { in.mod.Close(context.Background()) }

// call runs an exported function that returns one number.
func (in *instance) call(name string, args ...uint64) (uint32, error) {
	r, err := in.mod.ExportedFunction(name).Call(context.Background(), args...)
	if err != nil {
		return 0, fmt.Errorf("%w: %s", ErrFault, firstLine(err))
	}
	return uint32(r[0]), nil
}

// firstLine leaves out wazero's stack trace.
func firstLine(err error) string {
	s, _, _ := bytes.Cut([]byte(err.Error()), []byte("\n"))
	return string(s)
}

func (in *instance) names(count, name string, first uint32) ([]string, error) {
	n, err := in.call(count)
	if err != nil {
		return nil, err
	}
	out := make([]string, first, n+first)
	for i := first; i < n+first; i++ {
		p, err := in.call(name, uint64(i))
		if err != nil {
			return nil, err
		}
		out = append(out, in.cstring(p))
	}
	return out, nil
}

func (in *instance) cstring(p uint32) string {
	mem := in.mod.Memory()
	rest, ok := mem.Read(p, mem.Size()-p)
	if !ok || p == 0 {
		return ""
	}
	return string(rest[:max(bytes.IndexByte(rest, 0), 0)])
}

// state is what the module says about its parse, as in shim.c.
type state struct{ nodes, count, stopped, steps, work uint32 }

func (in *instance) state(at uint32) (s state) {
	if b, ok := in.mod.Memory().Read(at, 20); ok {
		u := binary.LittleEndian.Uint32
		s = state{u(b), u(b[4:]), u(b[8:]), u(b[12:]), u(b[16:])}
	}
	return s
}

func (in *instance) parse(src []byte) (*Tree, error) {
	return in.parseWithin(src, stepLimit(len(src)), workLimit(len(src)))
}

func (in *instance) parseWithin(src []byte, steps, work uint64) (*Tree, error) {
	n := uint64(len(src))
	at, err := in.call("state")
	if err != nil {
		return nil, err
	}
	text, err := in.call("alloc", n+1)
	if err != nil {
		return nil, err
	}
	if text == 0 || !in.mod.Memory().Write(text, src) {
		return nil, fmt.Errorf("%w: memory", ErrLimit)
	}
	ok, err := in.call("parse", uint64(text), n, steps, work)
	s := in.state(at)
	switch {
	case s.stopped != 0:
		return nil, fmt.Errorf("%w: after %d steps and %d units of work", ErrLimit, s.steps, s.work)
	case err != nil && in.mod.Memory().Size() > (maxPages-64)<<16:
		return nil, fmt.Errorf("%w: memory", ErrLimit) // the core aborts when it gets none
	case err != nil:
		return nil, err
	case ok == 0:
		return nil, ErrLimit
	}
	raw, read := in.mod.Memory().Read(s.nodes, s.count*recordSize)
	if !read || s.count == 0 {
		return nil, ErrFault
	}
	return newTree(src, in.m, raw), nil
}
