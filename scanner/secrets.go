package scanner

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner/internal/objects"
)

// secretGroup is one secret with all the objects that hold it.
type secretGroup struct {
	rule      *rules.Rule
	format    *rules.Format
	value     string
	pack      int
	needsPath bool
	places    []secretPlace
}

type secretPlace struct {
	id         objects.ID
	typ        objects.Type
	start, end int
}

// secrets makes one finding a secret from the objects that hold credentials.
func (s *historyScan) secrets(ctx context.Context, hits []hit) []*Finding {
	groups := s.group(hits)
	blobs := make([][]objects.ID, len(groups))
	for i, g := range groups {
		for _, p := range g.places {
			if p.typ == objects.Blob {
				blobs[i] = append(blobs[i], p.id)
			}
		}
		blobs[i] = slices.CompactFunc(blobs[i], func(a, b objects.ID) bool { return a == b })
	}
	histories := s.attribute(ctx, blobs)
	var out []*Finding
	for i, g := range groups {
		h := objects.History{}
		if i < len(histories) {
			h = histories[i]
		}
		if g.needsPath && !slices.ContainsFunc(h.Paths, s.o.Detector.packs[g.pack].pathNames) {
			continue
		}
		if len(h.Paths) > 0 && !s.within(h.Paths) || len(h.Paths) == 0 && s.prefix != "" {
			continue
		}
		if f := s.finding(ctx, g, h); f != nil {
			out = append(out, f)
		}
	}
	return out
}

// group joins the credentials of all objects by their value. A value that has
// no id is not joined: each place of it is a secret of its own.
func (s *historyScan) group(hits []hit) []*secretGroup {
	byKey := map[string]*secretGroup{}
	var order []*secretGroup
	for _, h := range hits {
		for _, v := range h.values {
			key := strconv.Itoa(v.pack) + "\x00" + canonical(v.value, v.format)
			if s.o.Key.secret(v.value, v.format).ID == "" {
				key = h.id.String() + "\x00" + strconv.Itoa(v.start)
			}
			g := byKey[key]
			if g == nil {
				g = &secretGroup{rule: v.rule, format: v.format, value: v.value, pack: v.pack, needsPath: true}
				byKey[key] = g
				order = append(order, g)
			}
			g.join(v)
			g.places = append(g.places, secretPlace{h.id, h.typ, v.start, v.end})
		}
	}
	return order
}

// join decides between the kinds that one secret was seen as: a developer key
// is one wherever else it stands, else the more urgent kind counts.
func (g *secretGroup) join(v historic) {
	g.needsPath = g.needsPath && v.needsPath
	if rank(v.rule.Kind) < rank(g.rule.Kind) {
		g.rule, g.format = v.rule, v.format
	}
}

func rank(k rules.Kind) int {
	if k == rules.DeveloperKey {
		return -1
	}
	return slices.Index(rules.Kinds(), k)
}

// finding makes the finding of a secret. Its place is where it stands at HEAD,
// else in the newest commit that brought it in, else the object itself.
func (s *historyScan) finding(ctx context.Context, g *secretGroup, h objects.History) *Finding {
	id, path := g.places[0].id, ""
	switch {
	case len(h.Head) > 0:
		id, path = h.Head[0].Blob, h.Head[0].Path
	case !h.Last.Commit.IsZero():
		id, path = h.Last.Blob, h.Last.Path
	}
	at := g.places[slices.IndexFunc(g.places, func(p secretPlace) bool { return p.id == id })]
	f := &Finding{Rule: g.rule, Kind: g.rule.Kind, Severity: g.rule.Severity, Message: g.rule.Message, Path: path,
		Span: Span{at.start, at.end}, Secret: s.o.Key.secret(g.value, g.format), History: s.life(g.places, h)}
	f.History.Object = Object{Type: at.typ.String(), ID: at.id.String()}
	if f.Secret.ID != "" {
		f.ID = IDKey{}.hash("secret", f.Rule.ID, f.Secret.ID)
	} else {
		f.ID = IDKey{}.hash("place", f.Rule.ID, at.id.String(), strconv.Itoa(at.start))
	}
	if file := s.text(ctx, at.id, path); file != nil && at.end <= len(file.Text) {
		s.o.Detector.mask(file, []found{{verdict: rules.Verdict{Rule: g.rule, Kind: g.rule.Kind}, span: f.Span, value: g.value}})
		f.Start, f.End = file.Position(at.start), file.Position(at.end)
		f.Frame = file.frame(f.Span)
	}
	return f
}

// text reads an object again, as a file.
func (s *historyScan) text(ctx context.Context, id objects.ID, path string) *File {
	_, raw, err := s.store.Get(ctx, id)
	if err != nil {
		s.skip(Skipped{Path: id.String(), Reason: err.Error(), Failed: true})
		return nil
	}
	f, ok := decodeFile(path, raw)
	if !ok {
		return nil
	}
	return f
}

// maxHistoryPaths is how many of its paths a finding lists.
const maxHistoryPaths = 10

// life puts a history into the words of a finding.
func (s *historyScan) life(places []secretPlace, h objects.History) *History {
	out := &History{InHead: len(h.Head) > 0, Occurrences: len(places), Refs: h.Refs,
		First: introduction(h.First), Last: introduction(h.Last), Removed: introduction(h.Removed)}
	out.Paths = h.Paths[:min(len(h.Paths), maxHistoryPaths)]
	return out
}

func introduction(c objects.Change) *Introduction {
	if c.Commit.IsZero() {
		return nil
	}
	return &Introduction{Commit: c.Commit.String(), Time: c.Time, Path: c.Path}
}

// callGroup is one call or client with the blobs that hold it.
type callGroup struct {
	finding *Finding
	blobs   []objects.ID
	seen    int
}

// calls makes findings of the calls and clients in old versions of files. A
// call is the same as long as its path, rule and text are.
func (s *historyScan) calls(ctx context.Context, hits []hit) []*Finding {
	var blobs []objects.ID
	var single [][]objects.ID
	for _, h := range hits {
		if h.calls {
			blobs = append(blobs, h.id)
			single = append(single, []objects.ID{h.id})
		}
	}
	groups := map[string]*callGroup{}
	for i, h := range s.attribute(ctx, single) {
		for _, path := range h.Paths {
			if s.within([]string{path}) {
				s.callsOf(ctx, blobs[i], path, groups)
			}
		}
	}
	order := make([]*callGroup, 0, len(groups))
	for _, g := range groups {
		order = append(order, g)
	}
	slices.SortFunc(order, func(a, b *callGroup) int {
		return cmp.Or(strings.Compare(a.finding.Path, b.finding.Path), strings.Compare(a.finding.ID, b.finding.ID))
	})
	var sets [][]objects.ID
	for _, g := range order {
		sets = append(sets, g.blobs)
	}
	var out []*Finding
	for i, h := range s.attribute(ctx, sets) {
		f := order[i].finding
		object := f.History.Object
		f.History = s.life(make([]secretPlace, order[i].seen), h)
		f.History.Object = object
		out = append(out, f)
	}
	return out
}

// callsOf looks at one version of a file for calls and clients.
func (s *historyScan) callsOf(ctx context.Context, id objects.ID, path string, groups map[string]*callGroup) {
	file := s.text(ctx, id, path)
	if file == nil {
		return
	}
	seen := s.o.Detector.scan(file)
	if seen == nil {
		return
	}
	b := &findings{o: s.o, ordinals: map[string]int{}}
	for _, f := range b.of(seen) {
		if f.Secret != nil || !f.Severity.Fails() && f.Kind != rules.DeveloperCall {
			continue
		}
		g := groups[f.ID]
		if g == nil {
			f.File = nil
			f.History = &History{Object: Object{Type: objects.Blob.String(), ID: id.String()}}
			g = &callGroup{finding: f}
			groups[f.ID] = g
		}
		g.blobs = append(g.blobs, id)
		g.seen++
	}
}
