package fixer

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// Options say how to plan.
type Options struct {
	Parser   *syntax.Parser
	Detector *scanner.Detector
	// Least is the least safety of the fixes that are applied.
	Least Safety
	// Wants, if set, chooses the findings that may be fixed.
	Wants func(*scanner.Finding) bool
	// Holding gives the text files of the repository that hold one of the
	// words: where environment names are set and read.
	Holding func(ctx context.Context, words []string) ([]*scanner.File, error)
}

// New plans the fixes of what a scan found. Every finding that fails a run
// gets a fix or a reason.
func New(ctx context.Context, res *scanner.Result, o Options) (*Plan, error) {
	b := &builder{o: o, files: map[string]*scanner.File{}, sources: map[string]parsed{}, regions: map[string][]*syntax.Region{}, labels: map[string]string{}, readers: map[*syntax.Binding][]sighting{}, held: map[string][]*scanner.File{}}
	for _, group := range byFile(res.Findings) {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		b.file(ctx, group)
	}
	if err := b.delegate(ctx); err != nil {
		return nil, err
	}
	if err := b.versions(ctx); err != nil {
		return nil, err
	}
	if err := b.away(ctx); err != nil {
		return nil, err
	}
	if err := b.abroad(ctx); err != nil {
		return nil, err
	}
	b.name()
	if err := b.need(ctx); err != nil {
		return nil, err
	}
	if err := b.hold(ctx); err != nil {
		return nil, err
	}
	return b.check(ctx)
}

// byFile groups the findings that can be fixed by their file, in order.
func byFile(all []*scanner.Finding) [][]*scanner.Finding {
	var out [][]*scanner.Finding
	for _, f := range all {
		if f.File == nil || f.Suppressed != nil || !f.Severity.Fails() {
			continue
		}
		if n := len(out); n > 0 && out[n-1][0].File == f.File {
			out[n-1] = append(out[n-1], f)
			continue
		}
		out = append(out, []*scanner.Finding{f})
	}
	return out
}

// part is the fix of one call or client, before it is known which others are
// applied with it.
type part struct {
	source  *source
	finding *scanner.Finding
	title   string
	unsafe  string // why it is not safe
	rw      *rewrite
	supply  *supply       // proposed; nil where no value is needed
	client  *rules.Client // of an SDK construct

	// errands are the requests of other files that send what is built here.
	errands []errand
	// delegated is what another file sends: the part is not complete before that
	// file is read.
	delegated *delegated
	// held says why the part is not applied after all, and stuck why it cannot
	// be.
	held, stuck string

	notes, steps []string
	// far are the edits of another file, which keeps the key.
	far func(env string) []Edit

	fix  *Fix
	from *supply // settled
	// springs are the places of other files that the key comes from.
	springs []spring
}

type builder struct {
	o     Options
	parts []*part
	fixes []*Fix // manual ones
	keys  []*scanner.Finding
	// delegated are findings that other files send.
	delegated []*delegated
	files     map[string]*scanner.File // every file that may change

	held    map[string][]*scanner.File // by a word that they hold
	holding []*scanner.File            // the files that hold the old environment names
	sources map[string]parsed
	regions map[string][]*syntax.Region    // by the path of their file
	labels  map[string]string              // what the keys are called
	readers map[*syntax.Binding][]sighting // of definitions, in other files
}

// holdingOf gives the files of the repository that hold one of the words, in
// order. Each word is looked for once.
func (b *builder) holdingOf(ctx context.Context, words ...string) ([]*scanner.File, error) {
	if b.o.Holding == nil {
		return nil, nil
	}
	var missing []string
	for _, w := range compact(words) {
		if _, ok := b.held[w]; !ok && w != "" {
			missing = append(missing, w)
		}
	}
	if len(missing) > 0 {
		files, err := b.o.Holding(ctx, missing)
		if err != nil {
			return nil, err
		}
		for _, w := range missing {
			b.held[w] = slices.DeleteFunc(slices.Clone(files), func(f *scanner.File) bool { return !f.Holds(w) })
		}
	}
	var out []*scanner.File
	for _, w := range compact(words) {
		out = union(out, b.held[w])
	}
	return out, nil
}

// file plans the findings of one file.
func (b *builder) file(ctx context.Context, group []*scanner.Finding) {
	b.files[group[0].Path] = group[0].File
	taken := map[*scanner.Finding]bool{} // by the fix of another finding
	for _, f := range group {
		if taken[f] {
			continue
		}
		if b.o.Wants != nil && !b.o.Wants(f) {
			b.fixes = append(b.fixes, manual(f, "left out by choice"))
			continue
		}
		switch f.Kind {
		case rules.LegacyKey, rules.AccessToken:
			b.keys = append(b.keys, f)
			continue
		case rules.LegacyCall, rules.LegacyClient:
		default:
			b.fixes = append(b.fixes, manual(f, reasonOf(f)))
			continue
		}
		p, why := b.plan(ctx, f, group)
		if why != "" {
			b.fixes = append(b.fixes, manual(f, guided(f, why)))
			continue
		}
		if p.delegated != nil {
			p.delegated.finding = f
			b.delegated = append(b.delegated, p.delegated)
			continue
		}
		for _, other := range p.rw.also {
			taken[other] = true
		}
		b.parts = append(b.parts, p)
	}
}

// guided adds what the pack advises to a reason.
func guided(f *scanner.Finding, why string) string {
	if f.Construct != nil && f.Construct.Guide != "" && !strings.HasSuffix(why, staysOwn) {
		return why + ": " + f.Construct.Guide
	}
	return why
}

func reasonOf(f *scanner.Finding) string {
	switch f.Kind {
	case rules.DeveloperKey:
		return "a developer key stays: move it to " + f.Rule.Pack.Target.KeepEnv + " and delete the one that is in the text"
	}
	return "a secret is rotated, not rewritten: " + f.Rule.Help
}

// part works out the fix of one placement of the key.
func (s *source) part(f *scanner.Finding) (*part, string) {
	calls := s.callsOf(f)
	var rw *rewrite
	var why string
	if rw = s.dual(f, calls); rw != nil {
		return s.dualPart(rw), ""
	}
	if rw, why = s.chosen(f, calls); rw != nil || why != "" {
		// one of several values
	} else if len(calls) > 0 {
		rw, why = s.rewrite(f, calls)
	} else if rw, why = s.helped(f); rw == nil {
		if rw = s.lent(f); rw != nil {
			why = ""
		} else if h := s.hands(f); why == "" && s.region == nil && h != nil {
			return &part{source: s, finding: f, delegated: h}, ""
		} else {
			why = cmp.Or(why, s.orphan(f))
		}
	}
	if why != "" {
		return nil, why
	}
	p := &part{source: s, finding: f, rw: rw, unsafe: rw.unsafe, title: "Send the token in the " + s.pack.Target.Header + " header"}
	if !rw.headers() && !rw.lent {
		p.title = "Remove the parameter"
		return p, ""
	}
	p.supply, why = s.supplyOf(p)
	return p, why
}

// supplyOf decides where the token of a part comes from.
func (s *source) supplyOf(p *part) (*supply, string) {
	if p.rw.lent {
		return s.lentSupply(p.rw)
	}
	return s.supply(p.rw)
}

// orphan says why a placement belongs to no call that is understood.
func (s *source) orphan(f *scanner.Finding) string {
	at := syntax.Span(f.Span)
	if s.region != nil && s.file.InComment(at.Start) {
		return "it stands in a magic or a command of the shell, which is no code of the notebook: put the header there by hand"
	}
	if s.file.Template() {
		return "it is none of the requests that are read here: an example that was recorded, a relative URL, or a value that they take"
	}
	if st := s.file.Statement(at); s.file.Broken(st) || s.file.Broken(at) {
		return "the source breaks the grammar around the call"
	}
	for _, c := range s.file.Calls() {
		if s.contains(c.Span, f) {
			return "the call is not one whose parts are all in view"
		}
	}
	return "the request that this belongs to is sent elsewhere: change both places by hand"
}

// active lists the parts that are applied.
func (b *builder) active() []*part {
	var out []*part
	for _, p := range b.parts {
		if p.held == "" && (p.unsafe == "" || b.o.Least <= Unsafe) {
			out = append(out, p)
		}
	}
	return out
}

// write makes the edits of a part.
func (p *part) write() {
	s, sp := p.source, p.from
	edits := append([]Edit(nil), p.rw.edits...)
	if sp == nil {
		p.settleAt(s.unmark(edits))
		return
	}
	if !p.rw.headers() && !p.rw.lent {
		if sp.expr != s.file.Text(p.rw.value) {
			edits = append(edits, Edit{Path: s.path, Start: p.rw.value.Start, End: p.rw.value.End, New: sp.expr})
		}
	}
	for _, q := range p.rw.requests {
		switch {
		case q.recast:
			edits = s.recast(edits, q.call, sp.of(q.call))
		case q.header:
			for _, slot := range append([]syntax.Slot{q.slot}, q.more...) {
				edits = s.place(edits, slot, s.header(slot, sp.of(q.call)))
			}
		}
	}
	edits = append(edits, sp.edits...)
	if sp.module != "" {
		edits = append(edits, s.imports(sp.module)...)
	}
	if !p.settleAt(s.unmark(edits)) {
		return
	}
	if p.far != nil {
		p.fix.Edits = append(p.fix.Edits, p.far(sp.env)...)
	}
	if len(p.errands) > 0 {
		kept, _ := s.envOf(p.rw)
		p.fix.Edits = append(p.fix.Edits, p.carry(cmp.Or(sp.env, kept))...)
	}
	p.fix.Notes = append(append(p.fix.Notes, p.notes...), s.notes(p)...)
	if sp.step != "" {
		p.fix.Steps = append(p.fix.Steps, sp.step)
	}
}

// assemble makes the plan of the parts as they stand.
func (b *builder) assemble(ctx context.Context) *Plan {
	for {
		active := b.active()
		b.settle(active)
		b.environment(ctx, active)
		held := false
		for _, p := range slices.Clone(b.parts) {
			if p.stuck != "" {
				b.leave(p, p.stuck)
				held = true
			}
		}
		for _, p := range active {
			if p.fix.Safety < b.o.Least {
				p.held, held = p.fix.Reason, true
			}
		}
		if !held {
			break
		}
	}
	p := &Plan{Fixes: b.notTaken()}
	for _, x := range b.parts {
		p.Fixes = append(p.Fixes, x.fix)
	}
	p.Fixes = append(p.Fixes, b.leftKeys()...)
	slices.SortStableFunc(p.Fixes, func(x, y *Fix) int {
		a, c := x.Findings[0], y.Findings[0]
		return cmp.Or(strings.Compare(a.Path, c.Path), cmp.Compare(a.Span.Start, c.Span.Start))
	})
	for _, f := range p.Fixes {
		if f.Safety != Manual {
			f.ID = fixID(f)
		}
	}
	return p
}

func fixID(f *Fix) string {
	var ids []string
	for _, x := range f.Findings {
		ids = append(ids, x.ID)
	}
	return scanner.HashID("fix", strings.Join(ids, ","))
}
