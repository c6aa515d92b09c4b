package scanner

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner/internal/literal"
	"github.com/unhapi/unhapi/scanner/internal/objects"
	"github.com/unhapi/unhapi/scanner/internal/shapes"
	"github.com/unhapi/unhapi/scanner/internal/text"
)

// The classes of hits in a history: what a blob must hold to be worth a look.
// Each pack has one for its words and one for the literals of its formats.
const (
	classPointer = 59 // the beginning of a git LFS pointer
	classUUID    = 60 // a UUID tail
	classRun     = 61 // a long run of URL-safe base64 characters
	classBase64  = 62 // a long run of base64 that begins with text
	classWide    = 63 // a literal in UTF-16 or UTF-32
	maxPacks     = 28
)

func wordClass(pack int) uint8    { return uint8(2 * min(pack, maxPacks)) }
func literalClass(pack int) uint8 { return uint8(2*min(pack, maxPacks) + 1) }

// gate decides which objects of a history are looked at as a whole: those that
// hold a literal of a format, or a word of a provider together with something
// that has the shape of its keys. What it finds depends on a few bytes around
// each hit, so that an object stored as a delta need not be built to be judged
// unworthy.
type gate struct {
	d      *Detector
	plain  probe            // without spellings in base64: for these there is a class
	calls  bool             // words alone are enough
	sends  *literal.Matcher // what every call or client holds; nil: unknown
	masks  []packMask
	runs   []string
	names  []uint8   // class of each of the matcher's literals
	seen   sync.Pool // of *seen
	shaped sync.Pool // of *shapes.Found

	mu       sync.Mutex
	hits     []hit
	pointers int // of git LFS
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
	g.plain, _ = d.bare.probe() // which made a part of the detector's own
	if calls {
		g.sends = d.sends()
	}
	for i, e := range g.plain.entries {
		if e.alone || d.packs[e.pack].isLiteral(d.bare.literals[i]) {
			g.names = append(g.names, literalClass(e.pack))
		} else {
			g.names = append(g.names, wordClass(e.pack))
		}
	}
	return g
}

// isLiteral reports whether a word is a literal of a format, too.
func (x *packIndex) isLiteral(word string) bool {
	return slices.ContainsFunc(x.formats, func(f *rules.Format) bool {
		return slices.ContainsFunc(f.Literals, func(l string) bool { return strings.EqualFold(l, word) })
	})
}

// sends finds the names of the parameters and the anchors of the clients of all
// packs, of which every call and client holds one. It is nil if a name is too
// short to be looked for.
func (d *Detector) sends() *literal.Matcher {
	var all []string
	for _, x := range d.packs {
		for _, r := range x.parameters {
			all = append(all, r.Parameter.Names...)
		}
		for _, r := range x.clients {
			for i := range r.Clients {
				all = append(all, r.Clients[i].Anchor)
			}
		}
	}
	m, err := literal.New(all)
	if err != nil {
		return nil
	}
	return m
}

// Find implements objects.Evaluator.
func (g *gate) Find(dst []objects.Hit, text []byte) []objects.Hit {
	if bytes.HasPrefix(text, []byte(lfsPointer)) {
		dst = append(dst, objects.Hit{End: len(lfsPointer), Class: classPointer})
	}
	var room [32]literal.Hit // most texts have fewer
	for _, h := range g.plain.Append(room[:0], text) {
		dst = append(dst, objects.Hit{Start: h.Start, End: h.End, Class: g.names[h.Literal], Pattern: uint16(h.Literal)})
	}
	if bytes.IndexByte(text, 0) >= 0 {
		for _, h := range g.d.wide.Append(room[:0], text) {
			dst = append(dst, objects.Hit{Start: h.Start, End: h.End, Class: classWide, Pattern: uint16(h.Literal)})
		}
	}
	return g.shapes(dst, text)
}

// shapes finds UUID tails, values of the shape "run" and base64.
func (g *gate) shapes(dst []objects.Hit, text []byte) []objects.Hit {
	found, _ := g.shaped.Get().(*shapes.Found)
	if found == nil {
		found = &shapes.Found{}
	}
	defer g.shaped.Put(found)
	found.Runs, found.Tails = found.Runs[:0], found.Tails[:0]
	found.Add(text, codedHead)
	for _, at := range found.Tails {
		dst = append(dst, objects.Hit{Start: at, End: at + shapes.Tail, Class: classUUID})
	}
	for _, r := range found.Runs {
		dst = g.shapesIn(dst, text[r.Start:r.End], r.Start)
	}
	return dst
}

// shapesIn finds the shapes in one run of digits of base64, of codedHead or
// more, which starts at at.
func (g *gate) shapesIn(dst []objects.Hit, run []byte, at int) []objects.Hit {
	if decodesToText(run[:codedWhole]) {
		dst = append(dst, objects.Hit{Start: at, End: at + codedHead, Class: classBase64})
	}
	for i, n := nextRun(run, g.runs, 0); i >= 0; i, n = nextRun(run, g.runs, i+n) {
		dst = append(dst, objects.Hit{Start: at + i, End: at + i + minRun, Class: classRun})
	}
	return dst
}

// Longest implements objects.Evaluator.
func (g *gate) Longest() int {
	return max(g.plain.Longest(), g.d.wide.Longest(), minRun, codedHead, len(lfsPointer))
}

// Margin implements objects.Evaluator: where a run starts depends on the byte
// before it.
func (g *gate) Margin() int { return 1 }

// Head implements objects.Evaluator.
func (g *gate) Head() int { return text.SniffLength }

// Opaque implements objects.Evaluator: binary data holds nothing that is judged.
func (g *gate) Opaque(head []byte) bool {
	enc, _ := text.Sniff(head)
	return enc == text.Binary && !bytes.HasPrefix(head, []byte(lfsPointer))
}

// Context implements objects.Evaluator.
func (g *gate) Context() int { return 0 }

// LocalClasses implements objects.Evaluator.
func (g *gate) LocalClasses() uint64 { return 0 }

// Mode implements objects.Evaluator.
func (g *gate) Mode(classes uint64) objects.Mode {
	if classes&(1<<classWide|1<<classBase64|1<<classPointer) != 0 {
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
	if typ == objects.Blob && isLFSPointer(raw) {
		g.mu.Lock()
		g.pointers++
		g.mu.Unlock()
		return
	}
	plain, _, ok := text.Decode(raw)
	if !ok {
		return
	}
	before, _ := g.seen.Get().(*seen)
	if before == nil {
		before = &seen{}
	}
	defer g.seen.Put(before)
	h := hit{id: id, typ: typ, values: g.values(plain, before), calls: g.calls && typ == objects.Blob && (g.sends == nil || g.sends.Contains(plain))}
	for _, c := range g.d.notebookCells(plain) {
		for _, v := range g.values(c.Text, before) {
			at := c.Span(syntax.Span{Start: v.start, End: v.end})
			v.start, v.end = at.Start, at.End
			if !slices.ContainsFunc(h.values, func(o historic) bool { return o.start == v.start && o.rule == v.rule }) {
				h.values = append(h.values, v)
			}
		}
	}
	if len(h.values) == 0 && !h.calls {
		return
	}
	g.mu.Lock()
	g.hits = append(g.hits, h)
	g.mu.Unlock()
}

// values gives the credentials of all packs in a text.
func (g *gate) values(text []byte, before *seen) []historic {
	wakes := g.d.wake(text)
	if wakes == nil {
		return nil
	}
	var out []historic
	for i, x := range g.d.packs {
		for _, c := range x.values(text, &wakes[i], before) {
			if c.content == rules.SecretLiteral {
				out = append(out, historic{pack: i, candidate: c})
			}
		}
	}
	return out
}

// found gives the objects with credentials, or calls, in the order of their
// ids.
func (g *gate) found() []hit {
	slices.SortFunc(g.hits, func(a, b hit) int { return a.id.Compare(b.id) })
	return g.hits
}
