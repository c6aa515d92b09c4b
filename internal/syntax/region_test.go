package syntax

import (
	"context"
	"slices"
	"strings"
	"testing"
)

// regionCases are files with what the other language reads in them, and what
// the file is after an X before each "curl" and a Y instead of each "url?".
var regionCases = []struct{ name, src, want, edited string }{
	{
		"a.yml", "run: curl url?a\n",
		"curl url?a", "run: Xcurl Ya\n",
	},
	{
		"a.yml", "a:\n  run: |\n    curl url?a \\\n\n      -o b\n    curl url?\n",
		"curl url?a \\\n\n  -o b\ncurl url?\n", "a:\n  run: |\n    Xcurl Ya \\\n\n      -o b\n    Xcurl Y\n",
	},
	{
		"a.yml", "run: >-\n  curl\n  url?a\n\n  b\n",
		"curl url?a\n\nb\n", "run: >-\n  Xcurl\n  Ya\n\n  b\n",
	},
	{
		"a.yml", "script: ['curl ''url?'' a', \"curl \\\"url?\\\"\"]\n",
		"curl 'url?' a|curl \"url?\"", "script: ['Xcurl ''Y'' a', \"Xcurl \\\"Y\\\"\"]\n",
	},
	{
		"a.yml", "run: curl ${{ secrets.K }} url? ${{ a || b }}\n",
		"curl ${__secrets__K} url? ${__expression__a}", "run: Xcurl ${{ secrets.K }} Y ${{ a || b }}\n",
	},
	{
		"Makefile", "A = b\na:\n\t@curl $(A) url? $$x $(B)\n",
		"curl b url? $x ${__make__B}\n", "A = b\na:\n\t@Xcurl $(A) Y $$x $(B)\n",
	},
	{
		"a.mk", "a:\n\tcurl $(shell b) \\\n\tcurl url?\n\t-curl url?\n",
		"curl url?\n", "a:\n\tcurl $(shell b) \\\n\tcurl url?\n\t-Xcurl Y\n",
	},
	{
		"Dockerfile", "FROM a\nRUN true && \\\n  # no\n  curl url?\nCMD curl\n",
		"true && \\\n  curl url?\n", "FROM a\nRUN true && \\\n  # no\n  Xcurl Y\nCMD curl\n",
	},
	{
		"package.json", "{\"scripts\": {\"a\": \"curl \\\"url?\\\"\"}, \"b\": {\"c\": \"curl\"}}",
		"curl \"url?\"", "{\"scripts\": {\"a\": \"Xcurl \\\"Y\\\"\"}, \"b\": {\"c\": \"curl\"}}",
	},
	{
		"a.ipynb", `{"cells": [{"cell_type": "code", "source": ["!x\n", "curl\n"]}, {"cell_type": "code", "source": ["url?\u0041"]}]}`,
		"#x\ncurl\n\nurl?A\n", `{"cells": [{"cell_type": "code", "source": ["!x\n", "Xcurl\n"]}, {"cell_type": "code", "source": ["Y\u0041"]}]}`,
	},
}

func TestRegions(t *testing.T) {
	p := shared
	for _, c := range regionCases {
		regions := p.Regions(context.Background(), c.name, []byte(c.src))
		var texts []string
		var edits []Edit
		for _, r := range regions {
			texts = append(texts, string(r.Text))
			edits = append(edits, editRegion(t, r)...)
		}
		if got := strings.Join(texts, "|"); got != c.want {
			t.Errorf("%s: %q\nis read as %q\nwant %q", c.name, c.src, got, c.want)
			continue
		}
		if got := applyEdits(c.src, edits); got != c.edited {
			t.Errorf("%s: after edits\n%s\nwant\n%s", c.name, got, c.edited)
		}
	}
}

// editRegion puts the X and the Y into a region, and checks that every byte of
// it is found again from where it stands in the file.
func editRegion(t *testing.T, r *Region) []Edit {
	t.Helper()
	for i := range r.Text {
		if r.end[i] == r.start[i] { // between two cells
			continue
		}
		if at, ok := r.Local(Span{r.start[i], r.end[i]}); !ok || at.Start > i || at.End <= i {
			t.Errorf("byte %d of %q stands at %d, where %v is found", i, r.Text, r.start[i], at)
		}
	}
	var in []Edit
	for at := 0; ; at++ {
		i := strings.Index(string(r.Text[at:]), "curl")
		if i < 0 {
			break
		}
		at += i
		if u := strings.Index(string(r.Text[at:]), "url?"); u == 1 {
			continue
		}
		in = append(in, Edit{Span{at, at}, "X"})
	}
	for at := 0; ; at++ {
		i := strings.Index(string(r.Text[at:]), "url?")
		if i < 0 {
			break
		}
		at += i
		in = append(in, Edit{Span{at, at + 4}, "Y"})
	}
	out, ok := r.Host(in)
	if !ok {
		t.Errorf("the edits of %q reach into something", r.Text)
	}
	return out
}

func applyEdits(src string, edits []Edit) string {
	slices.SortStableFunc(edits, func(a, b Edit) int { return a.Span.Start - b.Span.Start })
	for _, e := range slices.Backward(edits) {
		src = src[:e.Span.Start] + e.New + src[e.Span.End:]
	}
	return src
}

// TestRegionsBroken: a file that ends anywhere has regions that lie in it.
func TestRegionsBroken(t *testing.T) {
	for _, c := range regionCases {
		for n := range c.src {
			for _, r := range shared.Regions(context.Background(), c.name, []byte(c.src[:n])) {
				if s := r.Span(Span{0, len(r.Text)}); s.Start < 0 || s.End > n || len(r.start) != len(r.Text) || len(r.end) != len(r.Text) {
					t.Errorf("%s: %q has a region at %v", c.name, c.src[:n], s)
				}
			}
		}
	}
}

// TestRegionWrites: what a file cannot hold as it is, it writes in its own way.
func TestRegionWrites(t *testing.T) {
	p := shared
	for _, c := range []struct{ name, src, text, want string }{
		{"a.yml", "run: curl 'a'\n", " -H \"a: b\"", "run: 'curl -H \"a: b\" ''a'''\n"},
		{"a.yml", "run: \"curl\"\n", " -H \"a: b\"", "run: \"curl -H \\\"a: b\\\"\"\n"},
		{"a.yml", "{run: curl}\n", " a,b", "{run: 'curl a,b'}\n"},
		{"a.yml", "run: |\n  curl\n", "\nx", "run: |\n  curl\n  x\n"},
		{"a.yml", "run: curl\n", " ${__secrets__A}", "run: curl ${{ secrets.A }}\n"},
		{"Makefile", "a:\n\tcurl\n", " $a ${__make__B}", "a:\n\tcurl $$a $(B)\n"},
		{"package.json", `{"scripts": {"a": "curl"}}`, ` "a"`, `{"scripts": {"a": "curl \"a\""}}`},
		{"a.ipynb", `{"cells": [{"cell_type": "code", "source": ["curl"]}]}`, "\n\"\\n", "{\"cells\": [{\"cell_type\": \"code\", \"source\": [\"curl\\n\",\n    \"\\\"\\\\n\"]}]}"},
	} {
		r := p.Regions(context.Background(), c.name, []byte(c.src))
		if len(r) != 1 {
			t.Errorf("%s: %d regions in %q", c.name, len(r), c.src)
			continue
		}
		edits, _ := r[0].Host([]Edit{{Span{4, 4}, c.text}})
		if got := applyEdits(c.src, edits); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}
