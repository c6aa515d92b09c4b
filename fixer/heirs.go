package fixer

import (
	"context"
	"slices"

	"github.com/unhapi/unhapi/internal/syntax"
)

// heirs looks at the classes that are made from the one whose member gives a key:
// where one defines the member anew, its objects would send something else as the
// token.
func (b *builder) heirs(ctx context.Context) error {
	for _, p := range slices.Clone(b.parts) {
		member := p.keyMember()
		if member == nil {
			continue
		}
		s := p.source
		files, err := b.holdingOf(ctx, s.file.ClassAt(member.Defs[0].Name.Start))
		if err != nil {
			return err
		}
		where := s.keyOfHeir(p, s, member)
		for _, f := range files {
			if f.Path == s.path || where != "" || syntax.Family(f.Path, f.Text) != syntax.Family(s.path, s.text) || !f.Holds(member.Plain()) {
				continue
			}
			if o := b.other(ctx, s, f); o != nil {
				where = o.keyOfHeir(p, s, member)
			}
		}
		if where != "" {
			b.leave(p, "\""+member.Plain()+"\", which gives the key, is defined anew in "+where)
		}
	}
	return ctx.Err()
}

// keyOfHeir is where a class of the file that is made from that of a member gives
// it an old environment variable or a key in the text, which the part does not
// move; "" for nowhere.
func (s *source) keyOfHeir(p *part, to *source, member *syntax.Binding) string {
	at := s.overriding(to, member)
	if at == 0 {
		return ""
	}
	st := s.file.Statement(syntax.Span{Start: at, End: at + 1})
	for _, b := range s.file.Bindings() {
		for _, d := range b.Defs {
			if d.Statement.Start == at && b.Plain() == member.Plain() {
				st = d.Statement
			}
		}
	}
	moves := func(at syntax.Span) bool {
		return s == p.source && slices.ContainsFunc(p.supply.moves, func(m move) bool { return m.renames(at) })
	}
	for _, read := range s.file.EnvReads() {
		if st.Contains(read) && s.legacyEnv(s.file.ValueAt(read).Name) && !moves(read) {
			return s.path + ":" + itoa(s.lineOf(at))
		}
	}
	for _, text := range s.file.Strings() {
		if v := s.file.ValueAt(text); st.Contains(text) && v.Kind == syntax.Literal && s.pack.Format(v.Text) != nil && !moves(text) {
			return s.path + ":" + itoa(s.lineOf(at))
		}
	}
	return ""
}

// keyMember is the member of a class that gives the key of a part, nil for none.
func (p *part) keyMember() *syntax.Binding {
	s := p.source
	if p.supply == nil || p.rw.value.Empty() || s.region != nil || s.file.Template() || s.pack.Target.SameSecret {
		return nil
	}
	at := s.decoded(p.rw.value)
	m := ownMember.FindStringSubmatch(s.file.Text(at))
	if m == nil || m[1] == "" {
		return nil
	}
	for _, b := range s.file.Bindings() {
		if b.Name == "this."+m[2] && len(b.Defs) > 0 && b.Scope.Contains(at) && s.file.ClassAt(b.Defs[0].Name.Start) != "" {
			return b
		}
	}
	return nil
}
