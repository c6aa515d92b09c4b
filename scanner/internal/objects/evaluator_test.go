package objects

import (
	"bytes"
	"context"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"sync"
	"testing"
)

// Overlapping literals, one a part of another, some ending as others begin.
var literals = []string{"hapikey", "hapi", "keyhub", "hubapi.com", "pat-na1-", "na"}

// strict is the strictest evaluator: whether a hit stands depends on every byte of its margin, its verdict on every byte
// of its context, both on where the object begins and ends. It records what it is told.
type strict struct {
	margin, context int
	head            int // blobs are opaque or not by so many bytes
	mode            func(classes uint64) Mode
	local           uint64

	mu      sync.Mutex
	results map[ID][]string
	texts   map[ID]string // of objects judged as a whole
}

func newStrict(margin, context, variant int) *strict {
	e := &strict{margin: margin, context: context, results: map[ID][]string{}, texts: map[ID]string{}}
	switch variant {
	case 0:
		e.mode, e.local = func(uint64) Mode { return Local }, ^uint64(0)
	case 1:
		e.mode = func(uint64) Mode { return Whole }
	default: // changes from object to object
		e.local = 0b10111
		e.mode = func(c uint64) Mode {
			switch {
			case c&0b1000 != 0:
				return Whole
			case c&0b100010 != 0:
				return Ignore
			}
			return Local
		}
	}
	return e
}

func (e *strict) Longest() int           { return 10 }
func (e *strict) Margin() int            { return e.margin }
func (e *strict) Context() int           { return e.context }
func (e *strict) Head() int              { return e.head }
func (e *strict) Mode(c uint64) Mode     { return e.mode(c) }
func (e *strict) LocalClasses() uint64   { return e.local }
func (e *strict) stands(sum uint32) bool { return sum>>9&3 != 0 }

// sum hashes a text and so many bytes around, and where the object begins and ends among them.
func sum(text []byte, start, end, around int) uint32 {
	h := fnv.New32a()
	from, to := start-around, end+around
	fmt.Fprint(h, from < 0, to > len(text))
	h.Write(text[max(0, from):min(len(text), to)])
	return h.Sum32()
}

// Opaque is true of one beginning in three.
func (e *strict) Opaque(head []byte) bool {
	return e.head > 0 && sum(head, 0, len(head), 0)>>9%3 == 0
}

func (e *strict) Find(dst []Hit, text []byte) []Hit {
	for class, l := range literals {
		for o := 0; ; o++ {
			i := bytes.Index(text[o:], []byte(l))
			if i < 0 {
				break
			}
			o += i
			h := Hit{Start: o, End: o + len(l), Class: uint8(class), Pattern: uint16(len(l))}
			if e.margin == 0 || e.stands(sum(text, h.Start, h.End, e.margin)) {
				dst = append(dst, h)
			}
		}
	}
	return dst
}

func (e *strict) JudgeLocal(_ ID, _ Type, text []byte, h Hit) uint32 {
	if h.Start > e.context || len(text)-h.End > e.context {
		panic("more than the context")
	}
	return sum(text, h.Start, h.End, e.context) & 3
}

func (e *strict) JudgeWhole(id ID, typ Type, text []byte, hits []Hit) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, ok := e.texts[id]; ok {
		panic("judged twice: " + id.String())
	}
	e.texts[id] = string(text)
	e.results[id] = append(e.results[id], fmt.Sprint(typ, hits))
}

func (e *strict) Found(id ID, typ Type, h Hit, verdict uint32) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.results[id] = append(e.results[id], fmt.Sprint(typ, h, verdict))
}

// expect fills e with what a plain look at all objects gives.
func (e *strict) expect(all map[ID]object) {
	for id, o := range all {
		kind := parseType([]byte(o.kind))
		if kind == Tree {
			continue
		}
		var m []hit
		classes := uint64(0)
		for _, h := range e.Find(nil, o.data) {
			m = append(m, hit{start: int32(h.Start), end: int32(h.End), class: h.Class, pattern: h.Pattern})
			classes |= 1 << h.Class
		}
		slices.SortFunc(m, compareHits)
		if len(m) == 0 || kind == Blob && e.Opaque(o.data[:min(e.head, len(o.data))]) {
			continue
		}
		switch e.Mode(classes) {
		case Whole:
			var hits []Hit
			for _, h := range m {
				hits = append(hits, h.public())
			}
			e.JudgeWhole(id, kind, o.data, hits)
		case Local:
			for _, h := range m {
				if e.local>>h.class&1 == 0 {
					continue
				}
				if v := sum(o.data, int(h.start), int(h.end), e.context) & 3; v != 0 {
					e.Found(id, kind, h.public(), v)
				}
			}
		}
	}
}

func (e *strict) compare(t *testing.T, name string, want *strict) {
	t.Helper()
	for _, r := range e.results {
		slices.Sort(r)
	}
	for _, r := range want.results {
		slices.Sort(r)
	}
	for _, id := range slices.SortedFunc(maps.Keys(want.results), ID.Compare) {
		if got := e.results[id]; !slices.Equal(got, want.results[id]) {
			t.Fatalf("%s: object %s:\n got %v\nwant %v", name, id, got, want.results[id])
		}
	}
	if len(e.results) != len(want.results) {
		t.Fatalf("%s: %d objects with results, want %d", name, len(e.results), len(want.results))
	}
	if !maps.Equal(e.texts, want.texts) {
		t.Fatalf("%s: other texts", name)
	}
}

// setting is one way of scanning.
type setting struct{ margin, context, variant, workers, head int }

var settings = []setting{
	{0, 9, 0, 1, 0}, {2, 9, 0, 4, 50}, {3, 1, 2, 1, 7}, {2, 40, 2, 4, 0}, {0, 0, 1, 4, 200}, {2, 9, 1, 1, 1 << 20},
}

// check holds the delta scan against the plain scan, and both against what git says the objects are.
func check(t *testing.T, r *repo, change ...func(*Options)) (st Stats) {
	t.Helper()
	return checkObjects(t, r, r.all(), change...)
}

func checkObjects(t *testing.T, r *repo, all map[ID]object, change ...func(*Options)) (st Stats) {
	t.Helper()
	total := 0
	for _, o := range all {
		if o.kind != "tree" {
			total++
		}
	}
	opaque := 0
	for _, set := range settings {
		s := r.open(append(change, func(o *Options) { o.Workers = set.workers })...)
		want := newStrict(set.margin, set.context, set.variant)
		want.head = set.head
		want.expect(all)
		for _, way := range []struct {
			name string
			scan func(context.Context, ScanOptions) (Stats, error)
		}{{"whole", s.ScanWhole}, {"delta", s.Scan}} {
			got := newStrict(set.margin, set.context, set.variant)
			got.head = set.head
			var err error
			st, err = way.scan(background(), ScanOptions{Evaluator: got})
			if err != nil || len(st.Problems) > 0 {
				t.Fatalf("%s: %v %v", way.name, err, st.Problems)
			}
			if n := st.Blobs + st.Commits + st.Tags; n != total {
				t.Fatalf("%s: %d objects, git has %d: %+v", way.name, n, total, st)
			}
			got.compare(t, fmt.Sprint(way.name, set), want)
		}
		opaque += st.Opaque
		s.Close()
	}
	st.Opaque = opaque
	return st
}
