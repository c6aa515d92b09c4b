package syntax

import (
	"bytes"
	"context"
	"path"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
)

// scripts are the keys of YAML files under which commands of a shell stand.
var scripts = []string{"run", "script", "before_script", "after_script", "command", "commands", "bash", "sh", "cmd", "cmds", "install", "before_install"}

// shells are the values of a "shell" beside a script that mean one.
var shells = pattern.New(`^["']?(/\S*/)?(env )?(ba|da|z)?sh\b`)

// yamlScripts finds the scripts of a configuration of CI, or of anything else
// that names commands by one of the usual keys.
func (p *Parser) yamlScripts(ctx context.Context, name string, src []byte) []*Region {
	if !mayCall(src) {
		return nil
	}
	t, err := p.engine.Parse(ctx, "yaml", src)
	if err != nil {
		return nil
	}
	var out []*Region
	for _, pair := range t.Root().Find("block_mapping_pair", "flow_pair") {
		if !oneOf(strings.Trim(pair.Field("key").Text(), `"'`), scripts...) || !inShell(pair) {
			continue
		}
		for _, n := range commands(pair.Field("value")) {
			// "$$" is a "$" that the program which reads the file leaves alone.
			if r := scalar(src, n); r != nil && !bytes.Contains(r.Text, []byte("$$")) {
				r.Language = "bash"
				workflow(r, name)
				r.template()
				out = append(out, r)
			}
		}
	}
	slices.SortFunc(out, func(a, b *Region) int { return a.Offset(0) - b.Offset(0) })
	return worth(out)
}

// workflow says how a step of a workflow gets a secret: nothing hands it on by
// itself.
func workflow(r *Region, name string) {
	if !strings.Contains("/"+path.Dir(name)+"/", "/.github/workflows/") {
		return
	}
	r.ReadEnv = func(name string) string { return "${" + handed + "secrets" + handed + name + "}" }
}

// inShell says whether the mapping around a pair does not give its script to
// another program.
func inShell(pair node) bool {
	for n := pair.Parent(); n.OK(); n = n.Parent() {
		for _, k := range n.Kids() {
			switch v := k.Field("value").Text(); strings.Trim(k.Field("key").Text(), `"'`) {
			case "shell":
				return shells.MatchString(v)
			case "runs-on":
				return !strings.Contains(v, "windows")
			}
		}
	}
	return true
}

// commands are the scalars that a value is, or is a list of.
func commands(v node) []node {
	switch {
	case v.Is("block_sequence", "flow_sequence", "block_sequence_item"):
		var out []node
		for _, k := range v.Kids() {
			out = append(out, commands(k)...)
		}
		return out
	case v.Is("block_node", "flow_node", "block_sequence_item"):
		if k := v.Kid(-1); len(v.Kids()) == 1 {
			return commands(k)
		}
	case v.Is("plain_scalar", "block_scalar", "single_quote_scalar", "double_quote_scalar"):
		return []node{v}
	}
	return nil
}

// scalar is the region of a scalar, nil where its text cannot be told.
func scalar(src []byte, n node) *Region {
	r := &Region{}
	switch {
	case n.Is("block_scalar"):
		return blockScalar(src, n)
	case n.Is("plain_scalar"):
		r.folded(src, n.Start(), n.End(), func(at int) int { r.add(src[at], at, at+1); return at + 1 })
		r.quote = func(text string) []Edit { return quoteScalar(src, n, text) }
	case n.Is("single_quote_scalar"):
		r.folded(src, n.Start()+1, n.End()-1, func(at int) int {
			if src[at] == '\'' {
				r.add('\'', at, at+2)
				return at + 2
			}
			r.add(src[at], at, at+1)
			return at + 1
		})
		r.write = func(text string) string { return strings.ReplaceAll(text, "'", "''") }
	default:
		for at := n.Start() + 1; at < n.End()-1; {
			switch {
			case src[at] != '\\' && src[at] != '\n':
				r.add(src[at], at, at+1)
				at++
			case src[at] == '\\' && bytes.IndexByte([]byte(`"\/`), src[at+1]) >= 0:
				r.add(src[at+1], at, at+2)
				at += 2
			case src[at] == '\\' && src[at+1] == 'n':
				r.add('\n', at, at+2)
				at += 2
			default:
				return nil
			}
		}
		r.write = writeDouble
	}
	return r
}

// writeDouble is a text between double quotes, in YAML and in JSON.
func writeDouble(text string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(text)
}

// folded appends the text of a scalar in which the ends of lines are spaces;
// one appends what stands at an offset, and gives the next.
func (r *Region) folded(src []byte, from, to int, one func(at int) int) {
	for at := from; at < to; {
		if src[at] != '\n' && src[at] != '\r' {
			at = one(at)
			continue
		}
		end := at
		for end < to && bytes.IndexByte([]byte(" \t\r\n"), src[end]) >= 0 {
			end++
		}
		b := byte(' ')
		if bytes.Count(src[at:end], []byte("\n")) > 1 {
			b = '\n'
		}
		r.add(b, at, end)
		at = end
	}
}

// quoteScalar puts a plain scalar between quotes where a text would end it.
func quoteScalar(src []byte, n node, text string) []Edit {
	flow := n.Up("flow_mapping", "flow_sequence").OK()
	if !strings.Contains(text, ": ") && !strings.Contains(text, " #") && !(flow && strings.ContainsAny(text, ",[]{}")) {
		return nil
	}
	out := []Edit{{Span{n.Start(), n.Start()}, "'"}}
	for at := n.Start(); at < n.End(); at++ {
		if src[at] == '\'' {
			out = append(out, Edit{Span{at, at}, "'"})
		}
	}
	return append(out, Edit{Span{n.End(), n.End()}, "'"})
}

// blockScalar is the region of a scalar behind "|" or ">".
func blockScalar(src []byte, n node) *Region {
	head := bytes.IndexByte(src[n.Start():n.End()], '\n')
	if head < 0 {
		return nil
	}
	fold := src[n.Start()] == '>'
	if bytes.ContainsAny(src[n.Start():n.Start()+head], "123456789") {
		return nil // says its indentation itself
	}
	r := &Region{}
	body := n.Start() + head + 1
	indent := ""
	lines(src[body:n.End()], func(start, end, next int) {
		line := src[body+start : body+end]
		text := bytes.TrimLeft(line, " ")
		if indent == "" && len(text) > 0 {
			indent = string(line[:len(line)-len(text)])
		}
		lead := min(len(indent), len(line)-len(text))
		r.copy(src, body+start+lead, body+end)
		if next > end {
			r.add('\n', body+end, body+next)
		}
	})
	if fold {
		r.fold(indent)
	}
	r.write = func(text string) string {
		if fold {
			text = strings.ReplaceAll(text, "\n", "\n\n")
		}
		return strings.ReplaceAll(text, "\n", "\n"+indent)
	}
	return r
}

// fold makes spaces of the ends of lines, but where a line is empty or indented.
func (r *Region) fold(indent string) {
	for i, b := range r.Text {
		if b != '\n' || i == 0 || i+1 == len(r.Text) {
			continue
		}
		if before, after := r.Text[i-1], r.Text[i+1]; before != '\n' && after != '\n' && after != ' ' {
			r.Text[i], r.end[i] = ' ', r.end[i]+len(indent)
		}
	}
}

// packageScripts finds the scripts of a package.json.
func (p *Parser) packageScripts(ctx context.Context, src []byte) []*Region {
	if !mayCall(src) {
		return nil
	}
	t, err := p.engine.Parse(ctx, "json", src)
	if err != nil {
		return nil
	}
	var out []*Region
	for _, pair := range t.Root().Find("pair") {
		if !inScripts(pair) || !pair.Field("value").Is("string") {
			continue
		}
		if r := scalar(src, pair.Field("value")); r != nil {
			r.Language = "bash"
			out = append(out, r)
		}
	}
	return worth(out)
}

// inScripts says whether a pair is one of { "scripts": { … } } at the top.
func inScripts(pair node) bool {
	up := pair.Parent().Parent()
	return up.Is("pair") && up.Field("key").Text() == `"scripts"` && !up.Parent().Up("pair").OK()
}
