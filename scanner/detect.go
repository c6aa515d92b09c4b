package scanner

import (
	"bytes"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/lexer"
	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/rules"
)

// found is one classified place, before it becomes a Finding.
type found struct {
	pack    *packIndex
	verdict rules.Verdict
	region  rules.Region
	span    Span
	value   string // of a secret
	format  *rules.Format
	call    *Call
	expr    Span
	client  *rules.Client
	facts   rules.Facts // of a call or client, for a second look
}

// envDefinition is a line of a configuration file that gives an environment
// name a value. It becomes a reference if a reported call reads that name.
type envDefinition struct {
	pack *packIndex
	name string
	span Span
}

// scanned is all that one file gives.
type scanned struct {
	file  *File
	found []found
	envs  []envDefinition
	names []handedName
}

// scope says what of a text is wanted.
type scope uint8

const (
	everything scope = iota
	counting         // calls and clients that count, which only code has
)

// scanFile looks at one text. It returns nil for a text that no pack wakes on,
// and for one that has nothing of what is wanted.
func (d *Detector) scanFile(f *File, want scope) *scanned {
	wakes := d.wake(f.Text)
	if wakes == nil {
		return nil
	}
	s := &scanned{file: f}
	lang := lexer.For(f.Path, f.Text)
	region := fileRegion(f.Path, lang, f.Text)
	if want == counting && region != rules.Code {
		return nil
	}
	var lex *lexer.Text
	for i, x := range d.packs {
		w := &wakes[i]
		if len(w.words) == 0 && !w.literal && !w.coded {
			continue
		}
		s.values(x, w, region)
		if len(w.words) == 0 {
			continue
		}
		if lex == nil {
			lex = lexer.Lex(lang, f.Text)
		}
		a := &analysis{x: x, a: w, file: f, lex: lex, lang: lang, whole: region, test: testPath.MatchString(f.Path)}
		s.parameters(a)
		s.clients(a)
		s.environment(a)
	}
	s.settle()
	return s
}

// values adds the credentials of a pack.
func (s *scanned) values(x *packIndex, w *awake, region rules.Region) {
	for _, c := range x.values(s.file.Text, w, nil) {
		if c.needsPath && !x.pathNames(s.file.Path) {
			continue
		}
		s.found = append(s.found, found{pack: x, verdict: c.verdict, region: region, span: Span{c.start, c.end}, value: c.value, format: c.format})
	}
}

// parameters adds the requests that carry a parameter of the pack.
func (s *scanned) parameters(a *analysis) {
	text := s.file.Text
	for _, r := range a.x.parameters {
		for _, name := range r.Parameter.Names {
			for at := a.a.text.lower().index(name, 0); at >= 0; at = a.a.text.lower().index(name, at+1) {
				end := at + len(name)
				if !wholeName(text, at, end) || slices.Contains(r.Parameter.Not, string(text[at:end])) {
					continue
				}
				s.parameter(a, r, a.placementAt(at, end))
			}
		}
	}
}

// accessor is the name of a function that gives something.
var accessor = pattern.New(`^get[A-Z][A-Za-z]+$`)

func (s *scanned) parameter(a *analysis, r *rules.Rule, p placement) {
	if p.form == formNone {
		s.mention(a, r, p)
		s.hidden(a, r, p.start)
		return
	}
	if p.form == formRead || p.form == formDict && p.value.from == "literal" && accessor.MatchString(p.value.literal) {
		return // a table of functions that give the key is not sent
	}
	var req request
	switch {
	case p.form == formScheme:
		req.start, req.end = p.start, p.end
	case a.whole != rules.Code:
		// Whatever it is, it is a mention: only the party matters.
		req.start, req.end = p.start, p.end
		req.place = urlAround(s.file.Text, p.start)
	default:
		req = a.requestAt(p.start)
	}
	if p.form == formQuery && a.whole == rules.Code {
		if u := a.urlOf(p.start); u.host != "" || len(u.path) > len(req.path) || strings.Count(u.path, "/") > 1 {
			if u.host == "" {
				u.host = req.host
			}
			req.place = u
		}
	}
	f := a.facts(r, p, req)
	if p.blank && f.Evidence != rules.InFlow {
		return // a field that is declared, for all that can be seen
	}
	if a.expectation(p, req) {
		f.Region = rules.Stub
	}
	s.demo(a, r, p, f)
	v := rules.Classify(f)
	if f.Place == rules.PlaceReference {
		v = a.reference(f)
		if a.lang.Data {
			v = rules.Verdict{} // an entry counts where a reported call reads it
		}
	}
	if v.Rule == nil {
		return
	}
	call := a.call(p, req)
	s.found = append(s.found, found{
		pack: a.x, verdict: v, region: f.Region, span: Span{p.start, p.end}, call: call,
		expr: Span{p.value.start, p.value.end}, facts: f,
	})
	if v.Severity.Fails() {
		s.origin(a, p.value, call)
	}
}

// refers is the verdict of a place that reads the key of a reported call.
func (x *packIndex) refers() rules.Verdict {
	return rules.Classify(rules.Facts{Place: rules.PlaceReference, Rule: x.reference, Evidence: rules.InFlow})
}

// reference gives the verdict of a place that names the key without sending
// it. Where a literal is the value, the literal is the finding.
func (a *analysis) reference(f rules.Facts) rules.Verdict {
	if a.x.reference == nil || f.Evidence == rules.Foreign {
		return rules.Verdict{}
	}
	f.Rule = a.x.reference
	if f.Evidence == rules.NoEvidence {
		f.Evidence = rules.InFile
	}
	return rules.Classify(f)
}

// mention notes the name of a parameter in prose and comments.
func (s *scanned) mention(a *analysis, r *rules.Rule, p placement) {
	if !r.Parameter.Distinctive {
		return
	}
	if region := a.region(p.start); region == rules.Comment || region == rules.Docs {
		s.found = append(s.found, found{
			pack: a.x, region: region, span: Span{p.start, p.end},
			verdict: rules.Classify(rules.Facts{Place: rules.PlaceParameter, Rule: r, Region: region, Evidence: rules.InFile}),
		})
	}
}

// demo notes placeholders and published keys where a key belongs.
func (s *scanned) demo(a *analysis, r *rules.Rule, p placement, f rules.Facts) {
	if p.value.from != "literal" || p.value.literal == "" || f.Evidence == rules.Foreign {
		return
	}
	content := rules.Expression
	switch value := strings.Trim(p.value.literal, `"' `); {
	case a.x.IsDemo(value):
		content = rules.DemoLiteral
	case a.x.Format(value) == nil && placeholderText.MatchString(value):
		content = rules.PlaceholderLiteral
	}
	if content != rules.Expression {
		s.standsFor(a, r, Span{p.value.start, p.value.end}, f.Region, content)
	}
}

// standsFor adds a literal that is no secret where one belongs.
func (s *scanned) standsFor(a *analysis, r *rules.Rule, at Span, region rules.Region, content rules.Content) {
	s.found = append(s.found, found{
		pack: a.x, region: region, span: at,
		verdict: rules.Classify(rules.Facts{Place: rules.PlaceValue, Rule: r, Region: region, Content: content}),
	})
}

var placeholderText = pattern.New(`(?i)^(<[^>]*>|\[[^\]]*\]|\{[^}]*\}|x{3,}[x-]*|\*{3,}|\.{3}|…|your[\w .-]*|my[\w-]*key|[\w-]*(api)?_?key[\w-]*|change_?me|todo|xxx\S*|test|dummy|fake|foo|bar|abc\w*|123\w*|secret|token|placeholder|example|sample|insert\w*|enter\w*|none|null|nil|undefined|demo\w*)$`)

// call describes the request or client of a placement.
func (a *analysis) call(p placement, req request) *Call {
	c := &Call{Client: req.client, Method: req.method, Endpoint: a.x.safePath(req.path)}
	c.Line = a.file.Position(req.start).Line
	c.EndLine = a.file.Position(max(req.end-1, req.start)).Line
	v := a.resolve(p.value, 3)
	if !p.value.ok() {
		return c
	}
	c.Credential = &Credential{From: v.from, Name: v.name, Path: a.file.Path, Line: a.file.Position(v.start).Line}
	if v.from == "variable" {
		c.Credential.Name = p.value.name
	}
	if len(c.Credential.Name) > maxName || a.x.Format(c.Credential.Name) != nil {
		c.Credential.Name = ""
	}
	return c
}

// safePath is an endpoint without anything that has the form of a credential.
func (x *packIndex) safePath(path string) string {
	for _, f := range x.formats {
		for _, m := range slices.Backward(f.FindAll([]byte(path))) {
			path = path[:m[0]] + "{…}" + path[m[1]:]
		}
	}
	if len(path) > 200 {
		path = path[:200]
	}
	return path
}

// origin adds a reference to where a reported call takes its key from, if
// that is another place of the text.
func (s *scanned) origin(a *analysis, v expression, call *Call) {
	if a.x.reference == nil || v.from != "variable" {
		return
	}
	o := a.resolve(v, 3)
	if o.from != "env" && o.from != "config" || o.start == v.start {
		return
	}
	s.found = append(s.found, found{
		pack: a.x, region: rules.Code, span: Span{o.start, o.end}, call: &Call{
			Line: a.file.Position(o.start).Line, EndLine: a.file.Position(max(o.end-1, o.start)).Line,
			Credential: &Credential{From: o.from, Name: o.name, Path: a.file.Path, Line: a.file.Position(o.start).Line},
		},
		verdict: a.x.refers(),
	})
}

// envNames are the ways in which configuration sets or passes on a name:
// NAME=…, NAME: …, { NAME = …, - name: NAME.
var envNames = []*pattern.Regexp{
	pattern.New(`(?m)^[ \t]*(?:-[ \t]+|export[ \t]+|set[ \t]+|ENV[ \t]+|ARG[ \t]+)*["']?([A-Z][A-Z0-9_]{3,})["']?[ \t]*[:=]`),
	pattern.New(`[{,][ \t]*["']?([A-Z][A-Z0-9_]{3,})["']?[ \t]*[:=]`),
	pattern.New(`\bname["']?[ \t]*[:=][ \t]*["']?([A-Z][A-Z0-9_]{3,})\b`),
}

// maxEnvNames bounds how many names of one file are looked at.
const maxEnvNames = 500

// environment collects the environment names that a configuration file sets,
// and those that code reads.
func (s *scanned) environment(a *analysis) {
	if a.whole != rules.Code {
		return
	}
	if !a.lang.Data && a.lang.Name != "dockerfile" && a.lang.Name != "shell" {
		s.environmentReads(a)
		return
	}
	for n, re := range envNames {
		for _, m := range re.FindAllSubmatchIndex(s.file.Text, maxEnvNames) {
			name := string(s.file.Text[m[2]:m[3]])
			if a.x.LegacyEnv(name) && !a.lex.InComment(m[2]) {
				s.envs = append(s.envs, envDefinition{pack: a.x, name: name, span: Span{m[2], m[3]}})
				if n == 0 {
					s.standIn(a, m[1])
				}
			}
		}
	}
}

// standIn notes a value that stands in for a key, in a line that names one.
func (s *scanned) standIn(a *analysis, at int) {
	text := s.file.Text
	line := text[at:min(len(text), at+lineLength(text[at:]))]
	value := bytes.Trim(line, " \t\r\"'")
	if len(value) == 0 || a.x.Format(string(value)) != nil || !placeholderText.Match(value) {
		return
	}
	for _, r := range a.x.credentials {
		if r.Kind == rules.LegacyKey {
			start := at + bytes.Index(line, value)
			s.standsFor(a, r, Span{start, start + len(value)}, rules.Code, rules.PlaceholderLiteral)
			return
		}
	}
}

func lineLength(text []byte) int {
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		return i
	}
	return len(text)
}
