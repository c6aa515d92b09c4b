package scanner

import (
	"bytes"
	"path"

	"github.com/unhapi/unhapi/rules"
)

// clients adds SDK clients and configuration entries in key mode.
func (s *scanned) clients(a *analysis) {
	for _, r := range a.x.clients {
		if r.Kind.IsSecret() {
			continue
		}
		for i := range r.Clients {
			cl := &r.Clients[i]
			if !cl.Wants(a.typedPath()) {
				continue
			}
			for _, c := range cl.Find(s.file.Text) {
				s.client(a, r, cl, c)
			}
		}
	}
}

// typedPath is the path of the file, with the usual extension of its language
// where it has none.
func (a *analysis) typedPath() string {
	if ext, ok := usualExt[a.lang.Name]; ok && path.Ext(a.file.Path) == "" {
		return a.file.Path + ext
	}
	return a.file.Path
}

var usualExt = map[string]string{"javascript": ".js", "python": ".py", "ruby": ".rb", "php": ".php", "perl": ".pl", "shell": ".sh"}

func (s *scanned) client(a *analysis, r *rules.Rule, cl *rules.Client, c rules.Construct) {
	p := placement{start: c.At[0], end: c.At[1]}
	if c.Value[0] < 0 && len(cl.Rename) > 0 && shortForm(s.file.Text, c.At) {
		c.Value = c.At
	}
	if c.Value[0] >= 0 {
		// The pattern says where the value starts; brackets say where it ends.
		p.value = a.expressionAt(c.Value[0])
		if p.value.end > c.Value[1] && c.At[1] >= c.Value[1] {
			p.end = max(p.end, a.sameLine(p.start, p.value.end))
		}
	}
	if definition.Match(lineBefore(s.file.Text, p.start)) {
		return
	}
	f := rules.Facts{Place: rules.PlaceClient, Rule: r, Region: a.region(p.start), Evidence: rules.InFlow}
	v := a.resolve(p.value, 2)
	f.KeepName = a.x.KeepName(rules.WordName(p.value.name)) || a.x.KeepName(rules.WordName(v.name)) ||
		a.x.KeepName(rules.WordName(string(s.file.Text[c.At[0]:c.At[1]])))
	f.KeepMethod = a.onlyKeeps(p.start)
	verdict := rules.Classify(f)
	if verdict.Rule == nil {
		return
	}
	req := request{start: a.statementStart(p.start), end: a.statementEnd(p.start), client: cl.Name}
	call := a.call(p, req)
	s.found = append(s.found, found{
		pack: a.x, verdict: verdict, region: f.Region, span: Span{p.start, p.end}, call: call,
		expr: Span{p.value.start, p.value.end}, client: cl, facts: f,
	})
	if verdict.Severity.Fails() {
		s.origin(a, p.value, call)
	}
}

// onlyKeeps reports whether the client that is made at an offset is used for
// nothing but methods that need the key that stays.
func (a *analysis) onlyKeeps(at int) bool {
	text := a.file.Text
	m := assigned.FindSubmatch(text[a.statementStart(at):at])
	if m == nil {
		return false
	}
	name := []byte(lastName(string(m[1])))
	keeps := 0
	for i := a.statementEnd(at); ; {
		j := bytes.Index(text[i:], name)
		if j < 0 {
			return keeps > 0
		}
		i += j + len(name)
		if !wholeName(text, i-len(name), i) || a.lex.InComment(i-1) || i >= len(text) || text[i] != '.' && text[i] != '-' && text[i] != ':' {
			continue
		}
		if !a.x.KeepMethod(string(text[i:min(len(text), i+160)])) {
			return false
		}
		keeps++
	}
}

// shortForm reports whether a construct is a name in an object literal that
// stands for its own value: { apiKey }.
func shortForm(text []byte, at [2]int) bool {
	rest := bytes.TrimLeft(text[at[1]:min(len(text), at[1]+80)], " \t\r\n")
	return len(rest) > 0 && (rest[0] == ',' || rest[0] == '}') && !bytes.ContainsAny(text[at[0]:at[1]], ":=(")
}
