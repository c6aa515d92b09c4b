package fixer

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/scanner"
)

// stray says why a value whose origin is not in view cannot be sent as a token:
// the file holds a key, or reads an environment variable with an old name, that
// belongs to no other request, and so may be where the value comes from.
func (s *source) stray(k *supply) string {
	if !k.open || len(k.moves) > 0 || s.file.Template() {
		return ""
	}
	for _, read := range s.file.EnvReads() {
		w := s.file.ValueAt(read)
		if w.Kind == syntax.Env && s.legacyEnv(w.Name) && !s.accounted(k, read) && !s.file.Tested(read) {
			return fmt.Sprintf("the key may come from the environment variable %s (line %d), which holds no token", w.Name, s.lineOf(read.Start))
		}
	}
	for _, text := range s.file.Strings() {
		w := s.file.ValueAt(text)
		if w.Kind == syntax.Literal && s.pack.Format(w.Text) != nil && s.readOf(text).Empty() && !s.accounted(k, text) {
			return fmt.Sprintf("one of the keys that it may be stands in the text (line %d)", s.lineOf(text.Start))
		}
	}
	return ""
}

// accounted says whether a place that gives a key moves, or is where another
// request of the file takes its key from.
func (s *source) accounted(k *supply, at syntax.Span) bool {
	for _, m := range k.moves {
		if m.renames(at) {
			return true
		}
	}
	line := s.lineOf(at.Start)
	for _, f := range s.findings {
		if f.Kind.IsSecret() {
			continue
		}
		if f.Start.Line == line {
			return true
		}
		if f.Call != nil && f.Call.Credential != nil && f.Call.Credential.Path == s.path && f.Call.Credential.Line == line {
			return true
		}
	}
	return false
}

// lastName is the last name of an expression: the member that it reads, or the
// method that it calls.
func (s *source) lastName(at syntax.Span) string {
	return endName.FindString(strings.TrimRight(s.file.Text(at), "()[]\"'"))
}

var endName = pattern.New(`[A-Za-z_]\w*$`)

// strays looks for what the values of other files may give a key: a file that
// speaks of the class that sends it, or of the member that it is read from, and
// reads an environment variable with an old name for no other request.
func (b *builder) strays(ctx context.Context) error {
	speak := map[*part][]string{}
	var words []string
	for _, p := range b.parts {
		if p.supply != nil && !p.source.pack.Target.SameSecret && p.source.region == nil {
			speak[p] = p.namesOfOrigin()
			words = append(words, speak[p]...)
		}
	}
	if len(words) == 0 {
		return nil
	}
	files, err := b.holdingOf(ctx, words...)
	if err != nil {
		return err
	}
	for _, p := range slices.Clone(b.parts) {
		for _, f := range files {
			if f.Path == p.source.path || syntax.Family(f.Path, f.Text) != syntax.Family(p.source.path, p.source.text) || !p.source.mayKeep(f) ||
				!slices.ContainsFunc(speak[p], func(w string) bool { return holds(f.Text, w) }) {
				continue
			}
			if why := b.strayIn(ctx, p, f); why != "" {
				b.leave(p, why)
				break
			}
		}
	}
	return ctx.Err()
}

// namesOfOrigin are the names by which other files may give a part its key: of
// the class that keeps it, and of members that nothing in the file gives a value.
func (p *part) namesOfOrigin() []string {
	k := p.supply
	if k.newEnv || len(k.moves) > 0 || len(p.springs) > 0 || len(k.params) == 0 && len(k.loose) == 0 {
		return nil // it is known
	}
	out := slices.DeleteFunc(slices.Clone(k.loose), func(w string) bool { return w == "" })
	for _, t := range k.params {
		out = append(out, p.source.file.ClassAt(t.param.Defs[0].Name.Start))
	}
	if !p.rw.value.Empty() {
		out = append(out, p.source.file.ClassAt(p.rw.value.Start))
	}
	return slices.DeleteFunc(compact(out), func(w string) bool { return w == "" })
}

// mayKeep says whether a file holds a key or the old name of an environment
// variable.
func (s *source) mayKeep(f *scanner.File) bool {
	for _, w := range upperName.FindAll(f.Text, -1) {
		if s.legacyEnv(string(w)) {
			return true
		}
	}
	for _, format := range s.pack.Formats {
		if len(format.FindAll(f.Text)) > 0 {
			return true
		}
	}
	return false
}

var upperName = pattern.New(`\b[A-Z][A-Z0-9]*(_[A-Z0-9]+)*\b`)

// strayIn looks at one file that may give a part its key. One variable moves,
// and the fix says so; of several, or of a key in the text, it cannot be told.
func (b *builder) strayIn(ctx context.Context, p *part, f *scanner.File) string {
	o := b.other(ctx, p.source, f)
	if o == nil {
		return ""
	}
	for _, read := range o.file.EnvReads() {
		v := o.file.ValueAt(read)
		if v.Kind != syntax.Env || !o.legacyEnv(v.Name) || o.file.Tested(read) || b.known(o, read) {
			continue
		}
		if k := p.supply; k.oldEnv != "" && k.oldEnv != v.Name {
			return "the key comes from " + k.oldEnv + " or from " + v.Name
		}
		if why := p.wells(o, move{at: read}, v, false); why != "" {
			return why
		}
		if p.unsafe == "" {
			p.unsafe = fmt.Sprintf("make sure that the key is the %s that %s:%d reads, and that nothing else needs it", v.Name, o.path, o.lineOf(read.Start))
		}
	}
	if testFile.MatchString(o.path) {
		return ""
	}
	for _, text := range o.file.Strings() {
		v := o.file.ValueAt(text)
		if v.Kind == syntax.Literal && o.pack.Format(v.Text) != nil && o.readOf(text).Empty() && !b.known(o, text) {
			at := fmt.Sprintf("%s:%d", o.path, o.lineOf(text.Start))
			if p.unsafe == "" && !p.set() {
				p.unsafe = "make sure that the token takes the place of the key in " + at
			}
			p.steps = append(p.steps, "put the new token where "+at+" holds a key, if that is what is sent")
		}
	}
	return ""
}

// set says whether the key of a part is a setting, which people give the token.
func (p *part) set() bool {
	return p.source.file.ValueAt(p.source.decoded(p.rw.value)).Kind == syntax.Config
}

// known says whether a place of a file that gives a key moves with a part, or is
// where a finding takes its key from that the fixes leave or have followed.
func (b *builder) known(o *source, at syntax.Span) bool {
	line := o.lineOf(at.Start)
	takes := func(f *scanner.Finding) bool {
		return !f.Kind.IsSecret() && (f.Path == o.path && f.Start.Line == line ||
			f.Call != nil && f.Call.Credential != nil && f.Call.Credential.Path == o.path && f.Call.Credential.Line == line)
	}
	for _, p := range b.parts {
		if takes(p.finding) && (p.supply == nil || p.supply.newEnv) || p.source == o && p.supply != nil && slices.ContainsFunc(p.supply.moves, func(m move) bool { return m.renames(at) }) {
			return true
		}
	}
	return slices.ContainsFunc(b.fixes, func(f *Fix) bool { return slices.ContainsFunc(f.Findings, takes) })
}
