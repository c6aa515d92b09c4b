package objects

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// graph is a commit-graph: what attribution needs of most commits, without reading these. It has one or more layers; the
// commits of a layer are numbered after those of the layers below.
type graph struct {
	layers []*graphLayer
	n      int
}

type graphLayer struct {
	file  *file
	hs    int
	first int // number of its first commit
	n     int
	fan   []byte
	ids   []byte
	data  []byte // for each commit its tree, two parents, generation and time
	edges []byte // further parents
}

const (
	noParent      = 0x70000000
	moreParents   = 1 << 31
	maxGraphChain = 64
)

// graphCommit is a commit as the graph has it.
type graphCommit struct {
	tree    []byte
	time    int64
	parents []int // numbers in the graph
}

// openGraph opens the commit-graph of an object directory; nil if there is none. A layer that is not as it should be
// makes the whole of no use.
func openGraph(dir string, hash Hash, noMap bool) (*graph, error) {
	g := &graph{}
	info := filepath.Join(dir, "info")
	err := g.open(filepath.Join(info, "commit-graph"), hash, noMap)
	if errors.Is(err, fs.ErrNotExist) {
		err = g.openChain(filepath.Join(info, "commit-graphs"), hash, noMap)
	}
	if err != nil {
		g.close()
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		return nil, err
	}
	return g, nil
}

func (g *graph) close() {
	for _, l := range g.layers {
		l.file.close()
	}
}

func (g *graph) openChain(dir string, hash Hash, noMap bool) error {
	chain, err := os.ReadFile(filepath.Join(dir, "commit-graph-chain"))
	if err != nil {
		return err
	}
	names := strings.Fields(string(chain))
	if len(names) > maxGraphChain {
		return corrupt("commit-graph: %d layers", len(names))
	}
	for _, name := range names {
		if _, err := ParseID(name); err != nil {
			return corrupt("commit-graph: chain")
		}
		if err := g.open(filepath.Join(dir, "graph-"+name+".graph"), hash, noMap); err != nil {
			return err
		}
	}
	return nil
}

func (g *graph) open(path string, hash Hash, noMap bool) error {
	f, err := openFile(path, noMap)
	if err != nil {
		return err
	}
	l, err := (*graphLayer)(nil), f.load()
	if err == nil {
		l, err = parseGraph(f.mem, hash, g.n, len(g.layers))
	}
	if err != nil {
		f.close()
		return err
	}
	l.file = f
	g.layers = append(g.layers, l)
	g.n += l.n
	return nil
}

// parseGraph reads a layer above so many commits in so many layers. It checks the checksum and all numbers of parents.
func parseGraph(mem []byte, hash Hash, first, below int) (*graphLayer, error) {
	const head = 8
	hs := hash.Size()
	if len(mem) < head+hs || string(mem[:4]) != "CGPH" || mem[4] != 1 || mem[5] != byte(hash)+1 || int(mem[7]) != below {
		return nil, corrupt("commit-graph")
	}
	h := hash.new()
	h.Write(mem[:len(mem)-hs])
	if !bytes.Equal(h.Sum(nil), mem[len(mem)-hs:]) {
		return nil, corrupt("commit-graph: wrong checksum")
	}
	chunks, ok := chunkFile(mem, head, int(mem[6]), hs)
	if !ok || len(chunks["OIDF"]) != fanSize {
		return nil, corrupt("commit-graph: table of chunks")
	}
	l := &graphLayer{hs: hs, first: first, fan: chunks["OIDF"], ids: chunks["OIDL"], data: chunks["CDAT"], edges: chunks["EDGE"]}
	if l.n, ok = checkFan(l.fan); !ok || len(l.ids) != l.n*hs || len(l.data) != l.n*(hs+16) {
		return nil, corrupt("commit-graph: sizes of chunks")
	}
	var c graphCommit
	for i := range l.n {
		if i > 0 && bytes.Compare(l.id(i-1), l.id(i)) >= 0 || !l.commit(i, &c) {
			return nil, corrupt("commit-graph: commit %d", first+i)
		}
	}
	return l, nil
}

func (l *graphLayer) id(i int) []byte { return l.ids[i*l.hs:][:l.hs] }

// commit reads commit i of the layer into c. It fails if a parent is none of the commits so far.
func (l *graphLayer) commit(i int, c *graphCommit) bool {
	d := l.data[i*(l.hs+16):][:l.hs+16]
	c.tree, c.parents = d[:l.hs], c.parents[:0]
	c.time = int64(binary.BigEndian.Uint64(d[l.hs+8:]) & (1<<34 - 1))
	add := func(n uint32) bool {
		c.parents = append(c.parents, int(n))
		return int64(n) < int64(l.first+l.n)
	}
	first, second := be32(d, l.hs), be32(d, l.hs+4)
	if first == noParent {
		return second == noParent
	}
	if !add(first) {
		return false
	}
	if second == noParent {
		return true
	}
	if second&moreParents == 0 {
		return add(second)
	}
	for k := int(second &^ moreParents); k < len(l.edges)/4; k++ {
		e := be32(l.edges, 4*k)
		if !add(e &^ moreParents) {
			return false
		}
		if e&moreParents != 0 {
			return true
		}
	}
	return false
}

// find returns the number of a commit, or -1.
func (g *graph) find(id []byte) int {
	for _, l := range g.layers {
		if i := findID(l.fan, l.ids, l.hs, l.hs, id); i >= 0 {
			return l.first + i
		}
	}
	return -1
}

// id is the id of a commit.
func (g *graph) id(n int) ID {
	for _, l := range g.layers {
		if n < l.first+l.n {
			return makeID(l.id(n - l.first))
		}
	}
	return ID{}
}
