package fixer

import (
	"slices"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/scanner"
)

// settle decides, for each definition of a key, whether it moves to the token
// or stays because others read it too, and makes the edits. Parts that are not
// applied count as others: what they read must stay as it is.
func (b *builder) settle(active []*part) {
	reads := map[*syntax.Binding][]syntax.Span{}
	for _, p := range active {
		if p.supply == nil {
			continue
		}
		for _, b := range p.supply.bindings() {
			reads[b] = append(reads[b], p.reads(b)...)
		}
	}
	for b, r := range reads {
		slices.SortFunc(r, func(x, y syntax.Span) int { return x.Start - y.Start })
		reads[b] = slices.Compact(r)
	}
	for _, p := range b.parts {
		p.fix = &Fix{Findings: append([]*scanner.Finding{p.finding}, p.rw.also...), Title: p.title, Safety: Safe, Reason: p.unsafe, Steps: slices.Clone(p.steps)}
		if p.unsafe != "" {
			p.fix.Safety = Unsafe
		}
		if p.held != "" {
			p.fix.lower(Unsafe, p.held)
		}
		p.from = nil
		if p.supply != nil {
			sp := *p.supply
			shared := sp.binding != nil && (!p.source.movable(sp.binding, reads[sp.binding]) || b.needed(sp.binding, active))
			if shared || sp.binding != nil && !slices.Contains(active, p) {
				sp.expr, sp.edits, sp.binding, sp.at = sp.direct, nil, nil, nil
				_, sp.module = p.source.readEnv(sp.env)
			}
			for _, m := range sp.moves {
				if m.mixed && m.binding != nil && (!p.source.movesWhole(m.binding, reads[m.binding]) || b.needed(m.binding, active)) {
					p.stuck = "\"" + m.binding.Plain() + "\", which may hold the key, is used for something else too"
				}
				edit := m.direct
				if m.binding == nil || m.mixed || p.source.movable(m.binding, reads[m.binding]) && !b.needed(m.binding, active) && slices.Contains(active, p) {
					edit = m.edit
				}
				sp.edits = append(sp.edits, edit)
				if edit.New == m.expr {
					sp.module = m.module
				}
			}
			if x := sp.unused; x != nil && len(x.Reads) == len(reads[x]) && !b.needed(x, active) && !p.source.namedElsewhere(x) {
				sp.edits = append(sp.edits, remove(p.source.path, p.source.cutDefinition(x)...)...)
			}
			if b.sourced(p, &sp, active); len(p.springs) > 0 && p.stuck == "" {
				p.stuck = p.source.shared(&sp)
			}
			p.from = &sp
		}
		p.write()
	}
}

// movable says whether a definition can give the token: whoever reads it moves
// too, or only asks whether there is one.
func (s *source) movable(b *syntax.Binding, moved []syntax.Span) bool {
	for _, r := range s.logged(b) {
		moved = append(slices.Clone(moved), r)
	}
	return len(b.Defs) == 1 && s.onlyTested(b, moved) && !s.toShell(b)
}

// movesWhole says whether an expression in what a definition is given can give
// the token: nobody reads the definition for something else.
func (s *source) movesWhole(b *syntax.Binding, moved []syntax.Span) bool {
	return given(b) <= 1 && s.onlyTested(b, slices.Concat(moved, s.logged(b), s.otherMembers(b, moved))) && !s.toShell(b)
}

// otherMembers are the reads of an object that read another member than those
// that move.
func (s *source) otherMembers(b *syntax.Binding, moved []syntax.Span) []syntax.Span {
	var names []string
	for _, r := range moved {
		name := memberBehind.FindString(string(s.text[r.End:min(len(s.text), r.End+100)]))
		if name == "" {
			return nil
		}
		names = append(names, name)
	}
	var out []syntax.Span
	for _, r := range b.Reads {
		if name := memberBehind.FindString(string(s.text[r.End:min(len(s.text), r.End+100)])); name != "" && !slices.Contains(names, name) {
			out = append(out, r)
		}
	}
	return out
}

// memberBehind is the member of an object that is read.
var memberBehind = pattern.New(`^\.\w+`)

// namedElsewhere says whether the file names a constant of a class where nothing
// says whose it is: through another class that has it too.
func (s *source) namedElsewhere(b *syntax.Binding) bool {
	if b.Name == b.Plain() && b.Kind != syntax.Constant {
		return false
	}
	for _, at := range s.file.Names(b.Plain()) {
		read := slices.ContainsFunc(b.Reads, func(r syntax.Span) bool { return r.Contains(at) })
		if !read && !slices.ContainsFunc(b.Defs, func(d syntax.Define) bool { return d.Name.Contains(at) }) {
			return true
		}
	}
	return false
}

// reads lists the reads of a binding in what the part takes out or replaces.
func (p *part) reads(b *syntax.Binding) []syntax.Span {
	var out []syntax.Span
	for _, r := range b.Reads {
		in := func(v syntax.Span) bool { return v.Contains(r) }
		if in(p.rw.value) || slices.ContainsFunc(p.supply.makers, in) || slices.ContainsFunc(p.rw.values, in) || slices.ContainsFunc(p.supply.moves, func(m move) bool { return m.at.Contains(r) }) {
			out = append(out, r)
		}
	}
	return out
}
