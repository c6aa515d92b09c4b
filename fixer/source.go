package fixer

import (
	"context"

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

	// known are the files of the repository that were looked at.
	known map[string]*scanner.File

	// abroad says whether other files use a definition; nil where that is not known.
	abroad func(*syntax.Binding) bool
	// fronts are those of the definitions that others reach through other files.
	fronts map[*syntax.Binding][]front

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
	if sign := file.Client(); sign != "" {
		s.client = "the code runs in the browser (" + sign + "): move the call to a server"
	}
	return s, ""
}

func (s *source) contains(span syntax.Span, f *scanner.Finding) bool {
	return span.Start <= f.Span.Start && f.Span.Start < span.End
}
