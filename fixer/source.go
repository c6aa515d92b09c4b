package fixer

import (
	"context"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// source is one file with findings, parsed.
type source struct {
	path  string
	text  []byte
	file  *syntax.File
	pack  *rules.Pack
	names []string // of the parameters of the pack

	// findings are those of the file, for what one fix takes along.
	findings []*scanner.Finding
	envs     map[string]string // names of the new variables, by key, where there are several

	// region is the piece of the file that the source is, nil for all of it, and
	// locals are findings in its offsets.
	region *syntax.Region
	locals map[*scanner.Finding]*scanner.Finding
	host   *scanner.File
	// taken are names that other regions of the file read for requests that keep
	// the key.
	taken map[string]bool

	client string // why the file runs where no token may be, "" if it does not
}

// parse reads a file, or a region of it; why says why it cannot be worked on.
func parse(ctx context.Context, p *syntax.Parser, path string, f *scanner.File, pack *rules.Pack, in *syntax.Region) (s *source, why string) {
	lang, text := syntax.Language(path, f.Text), f.Text
	byHand := syntax.ByHand(path, f.Text, pack.Target.Header, pack.Target.Value, pack.Target.Env)
	if in != nil {
		lang, text = in.Language, in.Text
	}
	if lang == "" {
		return nil, byHand
	}
	if f.Encoding != "" {
		return nil, "the file is not plain UTF-8"
	}
	file, err := p.Parse(ctx, lang, text)
	if err != nil {
		return nil, "the file cannot be parsed: " + err.Error()
	}
	if !file.Known() || file.Template() && len(file.Calls()) == 0 {
		return nil, byHand
	}
	s = &source{path: path, text: text, file: file, pack: pack, host: f, region: in, locals: map[*scanner.Finding]*scanner.Finding{}}
	for i := range pack.Rules {
		if r := &pack.Rules[i]; r.Parameter != nil {
			s.names = append(s.names, r.Parameter.Names...)
		}
	}
	s.client = s.browser()
	return s, ""
}

// browser says whether the code runs in a browser or an app, where a token
// would be in everybody's hands.
func (s *source) browser() string {
	if !slices.Contains([]string{"javascript", "typescript", "tsx"}, s.file.Language) {
		return ""
	}
	for _, inv := range s.file.Invocations() {
		for _, global := range []string{"document.", "window.", "localStorage.", "sessionStorage.", "jQuery.", "$.ajax", "$.get", "$.post", "ReactDOM.", "React.", "react.", "vue.", "hbspt."} {
			if strings.HasPrefix(inv.Path, global) || inv.Path == strings.TrimSuffix(global, ".") {
				return "the code runs in the browser (" + strings.TrimSuffix(global, ".") + "): move the call to a server"
			}
		}
	}
	for _, n := range s.file.Tree().Root().Find("identifier") {
		switch n.Text() {
		case "document", "window", "localStorage", "sessionStorage", "XMLHttpRequest":
			if s.file.Binding(syntax.Span{Start: n.Start(), End: n.End()}) == nil {
				return "the code runs in the browser (" + n.Text() + "): move the call to a server"
			}
		}
	}
	for _, b := range s.file.Bindings() {
		switch b.Module {
		case "react", "react-dom", "vue", "jquery", "@angular/core", "svelte", "react-native", "preact":
			return "the code runs in the browser (" + b.Module + "): move the call to a server"
		}
	}
	return ""
}

func (s *source) contains(span syntax.Span, f *scanner.Finding) bool {
	return span.Start <= f.Span.Start && f.Span.Start < span.End
}
