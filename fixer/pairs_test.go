package fixer

import (
	"context"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/internal/syntax/engine"
	"github.com/unhapi/unhapi/rules"
)

// TestAltered compares the requests of two texts where a call comes, goes or
// changes, with no fix that says why.
func TestAltered(t *testing.T) {
	const (
		owners = "const a = () => axios.get('https://api.hubapi.com/crm/v3/owners?hapikey=' + key);\n"
		moved  = "const a = () => axios.get('https://api.hubapi.com/crm/v3/owners', { headers: { Authorization: `Bearer ${key}` } });\n"
		deals  = "const b = () => axios.post('https://api.hubapi.com/crm/v3/objects/deals?limit=1', body);\n"
		other  = "const c = () => axios.get('https://api.example.com/crm/v3/owners');\n"
	)
	parser := syntax.NewParser(engine.Options{})
	t.Cleanup(func() { _ = parser.Close() })
	pack := &rules.Pack{}
	pack.Target.Header, pack.Target.Value = "Authorization", "Bearer {secret}"
	b := &builder{sources: map[string]parsed{"a.js\x00": {source: &source{pack: pack, names: []string{"hapikey"}}}}}
	for _, c := range []struct{ name, before, after, want string }{
		{"the same", owners + deals, owners + deals, ""},
		{"one goes", owners + deals + other, owners + other, "the request in line 3: it would not be sent any more"},
		{"one comes", owners + deals, owners + deals + other, "a request would be sent that was not sent before"},
		{"one goes, another changes", owners + deals + other, owners + strings.Replace(other, "owners", "deals", 1), "would"},
		{"one comes, another changes", deals + owners, strings.Replace(deals, "limit=1", "limit=2", 1) + owners + other, "its URL would change"},
		{"the token goes to another host", owners + other + deals, moved + strings.Replace(other, "')", "', { headers: { Authorization: key } })", 1), "would"},
	} {
		t.Run(c.name, func(t *testing.T) {
			read := func(text string) *syntax.File {
				f, err := parser.Parse(context.Background(), "javascript", []byte("const axios = require('axios');\n"+text))
				if err != nil {
					t.Fatal(err)
				}
				return f
			}
			if got := b.altered("a.js", read(c.before), read(c.after)); got != c.want && (c.want == "" || !strings.Contains(got, c.want)) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
