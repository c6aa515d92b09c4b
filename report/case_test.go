package report_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// app is a small integration, with placeholders where it holds secrets. A file
// whose name starts with "ignored/" is silenced by the ignore file.
var app = map[string]string{
	"app.py": `import os
import requests

HUBSPOT_API_KEY = os.environ["HUBSPOT_API_KEY"]


def contacts(after):
	params = {"limit": 100, "after": after, "hapikey": HUBSPOT_API_KEY}
	return requests.get("https://api.hubapi.com/crm/v3/objects/contacts", params=params)


def deals():
    return requests.get("https://api.hubapi.com/crm/v3/objects/deals?limit=100&hapikey=" + HUBSPOT_API_KEY)
`,
	"config/keys.js": `// 日本語のコメント 🚀: which key is which
const hubspot = { token: '{{app-token}}' };
module.exports = { hubspot, /* 鍵🔑 */ hapikey: '{{uuid}}', base: 'https://api.hubapi.com' };
`,
	"docs/guide.md": `Call https://api.hubapi.com/contacts/v1/lists/all/contacts/all?hapikey=demo first.
`,
	"php/client.php": `<?php
$hubspot = SevenShores\Hubspot\Factory::create('{{uuid 3}}');
`,
	"src/webhooks.js": `const axios = require('axios');
async function subscriptions(appId) {
  return axios.get(` + "`https://api.hubapi.com/webhooks/v3/${appId}/subscriptions?hapikey=${process.env.DEV_KEY}`" + `);
}
`,
	"ignored/old.env": "HUBSPOT_ACCESS_TOKEN={{app-token 5}}\n",
	"inline.rb":       "TOKEN = '{{app-token 6}}' # unhapi:ignore[hubspot-access-token] rotated, was {{app-token 6}}\n",
	"unused.rb":       "puts 'hubspot' # unhapi:ignore[hubspot-legacy-call] nothing here\n",
}

// set loads the built-in packs.
func set(t testing.TB) *rules.Set {
	t.Helper()
	s, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// scanTree scans files in a folder of their own and returns the secrets that
// their placeholders became.
func scanTree(t testing.TB, files map[string]string) (*scanner.Result, []string) {
	t.Helper()
	s := set(t)
	dir := t.TempDir()
	var secrets []string
	for name, text := range files {
		text, made := rules.Expand(s.Packs, text)
		secrets = append(secrets, made...)
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	d, err := scanner.NewDetector(s)
	if err != nil {
		t.Fatal(err)
	}
	res, err := scanner.Tree(context.Background(), []string{dir}, scanner.Options{
		Detector: d, NoIgnore: true, Ignore: scanner.ParseIgnoreFile(".unhapiignore", []byte("ignored/\n# stale\nabsent/*.py\n")),
	})
	if err != nil {
		t.Fatal(err)
	}
	return res, secrets
}

