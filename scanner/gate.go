package scanner

import (
	"bytes"
	"context"
	"slices"
	"sync"

	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner/internal/objects"
)

// The classes of hits in a history: what a blob must hold to be worth a look.
// Each pack has one for its words and one for the literals of its formats.
const (
	classUUID  = 60 // a UUID tail
	classRun   = 61 // a long run of URL-safe base64 characters
	classCoded = 62 // a literal in base64, UTF-16 or UTF-32
	maxPacks   = 29
)

func wordClass(pack int) uint8    { return uint8(2 * min(pack, maxPacks)) }
func literalClass(pack int) uint8 { return uint8(2*min(pack, maxPacks) + 1) }

// gate decides which objects of a history are looked at as a whole: those that
// hold a literal of a format, or a word of a provider together with something
// that has the shape of its keys. What it finds depends on a few bytes around
// each hit, so that an object stored as a delta need not be built to be judged
// unworthy.
type gate struct {
	d     *Detector
	calls bool // words alone are enough
	masks []packMask
	runs  []string
	names []uint8 // class of each of the matcher's literals

	mu   sync.Mutex
	hits []hit
}

type packMask struct {
	words, literals uint64
	shapes          uint64 // any of these together with a word
}

// hit is an object that holds credentials, or may hold calls.
type hit struct {
	id     objects.ID
	typ    objects.Type
	values []historic
	calls  bool
}

// historic is a credential in an object.
type historic struct {
	pack int
	candidate
}

func newGate(d *Detector, calls bool) *gate {
	g := &gate{d: d, calls: calls}
	for i, x := range d.packs {
		m := packMask{words: 1 << wordClass(i), literals: 1 << literalClass(i)}
		for _, f := range x.formats {
			switch f.Shape {
			case "uuid":
				m.shapes |= 1 << classUUID
			case "run":
				m.shapes |= 1 << classRun
			}
		}
		g.masks = append(g.masks, m)
		g.runs = append(g.runs, x.runs...)
	}
	for _, e := range d.plain.entries {
		switch {
		case e.coded:
			g.names = append(g.names, classCoded)
		case e.alone:
			g.names = append(g.names, literalClass(e.pack))
		default:
			g.names = append(g.names, wordClass(e.pack))
		}
	}
	return g
}

// Find implements objects.Evaluator.
func (g *gate) Find(dst []objects.Hit, text []byte) []objects.Hit {
	for _, h := range g.d.plain.Append(nil, text) {
		dst = append(dst, objects.Hit{Start: h.Start, End: h.End, Class: g.names[h.Literal], Pattern: uint16(h.Literal)})
	}
	if bytes.IndexByte(text, 0) >= 0 {
		for _, h := range g.d.wide.Append(nil, text) {
			dst = append(dst, objects.Hit{Start: h.Start, End: h.End, Class: classCoded, Pattern: uint16(h.Literal)})
		}
	}
	for _, at := range findUUIDs(nil, text) {
		dst = append(dst, objects.Hit{Start: at, End: at + uuidTail, Class: classUUID})
	}
	for _, r := range findRuns(text, g.runs) {
		dst = append(dst, objects.Hit{Start: r[0], End: r[0] + minRun, Class: classRun})
	}
	return dst
}

// Longest implements objects.Evaluator.
func (g *gate) Longest() int { return max(g.d.plain.Longest(), g.d.wide.Longest(), minRun) }

// Margin implements objects.Evaluator: where a run starts depends on the byte
// before it.
func (g *gate) Margin() int { return 1 }

// Context implements objects.Evaluator.
func (g *gate) Context() int { return 0 }

// LocalClasses implements objects.Evaluator.
func (g *gate) LocalClasses() uint64 { return 0 }

// Mode implements objects.Evaluator.
func (g *gate) Mode(classes uint64) objects.Mode {
	if classes&(1<<classCoded) != 0 {
		return objects.Whole
	}
	for _, m := range g.masks {
		if classes&m.literals != 0 || classes&m.words != 0 && (g.calls || classes&m.shapes != 0) {
			return objects.Whole
		}
	}
	return objects.Ignore
}

// JudgeLocal implements objects.Evaluator.
func (g *gate) JudgeLocal(objects.ID, objects.Type, []byte, objects.Hit) uint32 { return 0 }

// Found implements objects.Evaluator.
func (g *gate) Found(objects.ID, objects.Type, objects.Hit, uint32) {}

// JudgeWhole implements objects.Evaluator.
func (g *gate) JudgeWhole(id objects.ID, typ objects.Type, raw []byte, _ []objects.Hit) {
	h := hit{id: id, typ: typ}
	f, ok := decodeFile("", raw)
	if !ok {
		return
	}
	wakes := g.d.wake(f.Text)
	for i, x := range g.d.packs {
		if wakes == nil {
			break
		}
		for _, c := range x.values(f.Text, &wakes[i]) {
			if c.content == rules.SecretLiteral {
				h.values = append(h.values, historic{pack: i, candidate: c})
			}
		}
		h.calls = h.calls || g.calls && typ == objects.Blob && len(wakes[i].words) > 0
	}
	if len(h.values) == 0 && !h.calls {
		return
	}
	g.mu.Lock()
	g.hits = append(g.hits, h)
	g.mu.Unlock()
}

// scan looks at the objects of a store and returns those with credentials, in
// the order of their ids.
func (g *gate) scan(ctx context.Context, store *objects.Store, only func(objects.ID) bool, progress func(Progress)) ([]hit, objects.Stats, error) {
	o := objects.ScanOptions{Evaluator: g, Only: only}
	if progress != nil {
		o.Progress = func(done, total int64) { progress(Progress{Done: done, Total: total, Unit: "bytes"}) }
	}
	stats, err := store.Scan(ctx, o)
	slices.SortFunc(g.hits, func(a, b hit) int { return a.id.Compare(b.id) })
	return g.hits, stats, err
}
