package scanner

import (
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

// secretPlace is one occurrence of a secret in an object.
type secretPlace struct {
	id         objects.ID
	typ        objects.Type
	start, end int
}

// secrets makes one finding a secret from the objects that hold credentials.
func (s *historyScan) secrets(ctx context.Context, hits []hit) []*Finding {
	var groups []*secretGroup
	var blobs [][]objects.ID
	for _, g := range groupSecrets(hits) {
		ids := g.objects()
		if !s.inRange(ids) {
			continue
		}
		groups, blobs = append(groups, g), append(blobs, g.blobs(ids))
	}
	older := s.older(ctx, blobs)
	said := s.messageRefs(ctx, groups)
	var out []*Finding
	s.attribute(ctx, blobs, func(i int, h objects.History) {
		g := groups[i]
		if g.needsPath && !slices.ContainsFunc(h.Paths, s.o.Detector.packs[g.pack].pathNames) {
			return
		}
		if s.prefix != "" && !s.within(h.Paths) {
			return
		}
		h.Refs = s.joinRefs(h.Refs, said[g])
		f := s.finding(ctx, g, h)
		f.Suppressed = s.silenced(ctx, g, h, f)
		f.Older = older[i]
		out = append(out, f)
	})
	return out
}

// groupSecrets joins the credentials of all objects by their value. The objects
// are in the order of their ids.
func groupSecrets(hits []hit) []*secretGroup {
	type key struct {
		pack  int
		value string
	}
	byValue := map[key]*secretGroup{}
	var order []*secretGroup
	for _, h := range hits {
		for _, v := range h.values {
			k := key{v.pack, canonical(v.value, v.format)}
			g := byValue[k]
			if g == nil {
				g = &secretGroup{rule: v.rule, format: v.format, value: v.value, pack: v.pack, needsPath: true}
				byValue[k] = g
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
	before, now := rank(g.rule.Kind), rank(v.rule.Kind)
	if now < before || now == before && v.rule.ID < g.rule.ID {
		g.rule, g.format = v.rule, v.format
	}
}

func rank(k rules.Kind) int {
	if k == rules.DeveloperKey {
		return -1
	}
	return slices.Index(rules.Kinds(), k)
}

// objects lists the objects that hold the secret, each once.
func (g *secretGroup) objects() []objects.ID {
	var out []objects.ID
	for _, p := range g.places {
		if n := len(out); n == 0 || out[n-1] != p.id {
			out = append(out, p.id)
		}
	}
	return out
}

// blobs leaves commits and tags out of the objects of the group.
func (g *secretGroup) blobs(ids []objects.ID) []objects.ID {
	other := map[objects.ID]bool{}
	for _, p := range g.places {
		if p.typ != objects.Blob {
			other[p.id] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id objects.ID) bool { return other[id] })
}

// messageRefs finds the refs that lead to the messages which hold secrets.
func (s *historyScan) messageRefs(ctx context.Context, groups []*secretGroup) map[*secretGroup][]string {
	var with []*secretGroup
	var ids [][]objects.ID
	for _, g := range groups {
		var messages []objects.ID
		for _, p := range g.places {
			if p.typ != objects.Blob {
				messages = append(messages, p.id)
			}
		}
		if len(messages) > 0 {
			with, ids = append(with, g), append(ids, messages)
		}
	}
	if len(with) == 0 {
		return nil
	}
	names, problems, err := s.store.Containing(ctx, ids, s.refs, s.shallow())
	s.problems(problems)
	if err != nil && ctx.Err() == nil {
		s.skip(Skipped{Path: "history", Reason: "refs of messages: " + err.Error(), Failed: true})
	}
	out := map[*secretGroup][]string{}
	for i := range names {
		out[with[i]] = names[i]
	}
	return out
}

// joinRefs puts two lists of refs together, in the order of all.
func (s *historyScan) joinRefs(a, b []string) []string {
	if len(b) == 0 {
		return a
	}
	var out []string
	for _, r := range s.refs {
		if slices.Contains(a, r.Name) || slices.Contains(b, r.Name) {
			out = append(out, r.Name)
		}
	}
	return out
}

// place is where a secret, call or client is shown: where it stands at HEAD,
// below the selected path if there is such a place, else in the newest commit
// that brought it in. The id is zero if no commit has it.
func (s *historyScan) place(h objects.History) (id objects.ID, path string) {
	for _, p := range h.Head {
		if s.within([]string{p.Path}) {
			return p.Blob, p.Path
		}
	}
	if len(h.Head) > 0 {
		return h.Head[0].Blob, h.Head[0].Path
	}
	return h.Last.Blob, h.Last.Path
}

// finding makes the finding of a secret.
func (s *historyScan) finding(ctx context.Context, g *secretGroup, h objects.History) *Finding {
	id, path := s.place(h)
	at := g.places[0]
	if i := slices.IndexFunc(g.places, func(p secretPlace) bool { return p.id == id }); i >= 0 {
		at = g.places[i]
	}
	f := &Finding{
		Rule: g.rule, Kind: g.rule.Kind, Severity: g.rule.Severity, Message: g.rule.Message, Path: path,
		Span: Span{at.start, at.end}, Secret: s.o.Key.secret(g.value, g.format), History: s.life(len(g.places), h),
	}
	f.History.Object = Object{Type: at.typ.String(), ID: at.id.String()}
	f.ID = g.id(f, h)
	if file := s.text(ctx, at.id, path); file != nil && at.end <= len(file.Text) {
		s.o.Detector.mask(file, []found{{verdict: rules.Verdict{Rule: g.rule, Kind: g.rule.Kind}, span: f.Span, value: g.value}})
		f.Start, f.End = file.Position(at.start), file.Position(at.end)
		f.Frame = file.frame(f.Span)
	}
	return f
}

// id is the identity of a secret: its keyed id, where it may have one. Else it
// is where the secret first stood, which later commits do not change.
func (g *secretGroup) id(f *Finding, h objects.History) string {
	if f.Secret.ID != "" {
		return IDKey{}.hash("secret", f.Rule.ID, f.Secret.ID)
	}
	at := g.places[0]
	if i := slices.IndexFunc(g.places, func(p secretPlace) bool { return p.id == h.First.Blob }); i >= 0 {
		at = g.places[i]
	}
	return IDKey{}.hash("place", f.Rule.ID, at.id.String(), strconv.Itoa(at.start))
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
func (s *historyScan) life(occurrences int, h objects.History) *History {
	return &History{
		InHead: len(h.Head) > 0, Occurrences: occurrences, Refs: append([]string{}, h.Refs...),
		First: introduction(h.First), Last: introduction(h.Last), Removed: introduction(h.Removed),
		Paths: append([]string{}, h.Paths[:min(len(h.Paths), maxHistoryPaths)]...),
	}
}

func introduction(c objects.Change) *Introduction {
	if c.Commit.IsZero() {
		return nil
	}
	return &Introduction{Commit: c.Commit.String(), Time: c.Time, Path: strings.Clone(c.Path)}
}
