package scanner

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
	"github.com/unhapi/unhapi/scanner/internal/gitrepo"
	"github.com/unhapi/unhapi/scanner/internal/objects"
)

var (
	reposFlag   = flag.String("repos", "", "list of local clones to hold the scan of the history to, besides the generated ones")
	commitsFlag = flag.Int("commits", 200, "how many commits of each of them are checked out")
)

// credentialValues are the values that a scan reports, kinds aside.
func credentialValues(res *Result) map[string]string {
	out := map[string]string{}
	for _, f := range res.Findings {
		if f.Secret != nil {
			out[*f.Secret.value] = where(f)
		}
	}
	return out
}

// checkAgainstCheckouts scans clean checkouts of a repository's commits: what
// they report, the scan of the history reports too.
func checkAgainstCheckouts(t *testing.T, o Options, dir string, limit int) {
	t.Helper()
	res, err := HistoryOf(context.Background(), dir, o, HistoryOptions{})
	must(t, err)
	inHistory := credentialValues(res)
	clone := gittest.Open(t, gittest.TempDir(t))
	clone.Run("clone", "-q", "--shared", "--no-checkout", dir, "c")
	c := gittest.Open(t, clone.Path("c"))
	commits := c.Lines("rev-list", "--all", "--topo-order")
	step := max(1, len(commits)/limit)
	found := map[string]bool{}
	for i := 0; i < len(commits); i += step {
		if _, err := c.Try("checkout", "-q", "-f", commits[i]); err != nil {
			t.Logf("%s: commit %s cannot be checked out", filepath.Base(dir), commits[i][:10])
			continue
		}
		for value, at := range credentialValues(scanTree(t, o, c.Dir)) {
			found[value] = true
			if inHistory[value] == "" {
				t.Errorf("%s: the history lacks what commit %s has at %s", filepath.Base(dir), commits[i][:10], at)
				inHistory[value] = "told"
			}
		}
	}
	t.Logf("%s: %d secrets in %d checkouts, %d in the history", filepath.Base(dir), len(found), (len(commits)+step-1)/step, len(inHistory))
}

// checkAgainstWhole compares what the gate lets through of deltas with what it
// lets through of whole objects.
func checkAgainstWhole(t *testing.T, o Options, dir string) {
	t.Helper()
	repo, err := gitrepo.Discover(dir, o.env())
	must(t, err)
	defer repo.Close()
	for _, calls := range []bool{false, true} {
		var got [2][]string
		for i := range got {
			store, err := objects.Open(objects.Options{ObjectDirs: repo.ObjectDirs, Hash: objects.Hash(repo.Hash)})
			must(t, err)
			g := newGate(o.Detector, calls)
			scan := store.Scan
			if i == 1 {
				scan = store.ScanWhole
			}
			_, err = scan(context.Background(), objects.ScanOptions{Evaluator: g})
			must(t, err)
			must(t, store.Close())
			for _, h := range g.found() {
				for _, v := range h.values {
					got[i] = append(got[i], fmt.Sprint(h.id, v.start, v.end, v.rule.ID, v.needsPath, v.value))
				}
				if h.calls {
					got[i] = append(got[i], h.id.String())
				}
			}
		}
		if !slices.Equal(got[0], got[1]) {
			t.Errorf("%s: deltas give %d hits, whole objects %d", dir, len(got[0]), len(got[1]))
		}
	}
}

func TestHistoryHasWhatCheckoutsHave(t *testing.T) {
	o := testOptions(t)
	seeds := uint64(4)
	if raceEnabled {
		seeds = 1
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := generatedRepo(t, o, seed)
			checkAgainstCheckouts(t, o, r.Dir, 1000)
			checkAgainstWhole(t, o, r.Dir)
			r.Run("repack", "-q", "-a", "-d", "-f", "--depth=40", "--window=40")
			checkAgainstCheckouts(t, o, r.Dir, 5)
			checkAgainstWhole(t, o, r.Dir)
		})
	}
}

// TestHistoryOfClones does the same with real repositories:
// go test ./scanner -run Clones -repos /a:/b
func TestHistoryOfClones(t *testing.T) {
	o := testOptions(t)
	for _, dir := range filepath.SplitList(*reposFlag) {
		checkAgainstCheckouts(t, o, dir, *commitsFlag)
		checkAgainstWhole(t, o, dir)
	}
}

// habitats are the ways in which credentials stand in files: a path and a text
// in which "K" is a key and "T" a token.
var habitats = []struct{ path, text string }{
	{"app/client.py", "import requests\nHUBSPOT_API_KEY = 'K'\nrequests.get('https://api.hubapi.com/crm/v3/objects/contacts', params={'hapikey': HUBSPOT_API_KEY})\n"},
	{"app/url.js", "fetch(`https://api.hubapi.com/contacts/v1/lists/all/contacts/all?hapikey=K&count=1`)\n"},
	{"app/late.js", "const key = 'K'\n" + strings.Repeat("// filler\n", 60) + "request({qs: {hapikey: key}})\n"},
	{".env", "PORT=80\nHUBSPOT_PRIVATE_TOKEN=T\n"},
	{"config/hubspot.json", "{\"key\": \"K\"}\n"},          // only the path names the provider
	{"config/other.yaml", "crm:\n  api_key: K\n"},          // nothing does
	{"hubspot/settings.ini", "[main]\nkey = K\n"},          // the folder does
	{"k8s/secret.yaml", "# hubspot\ndata:\n  key: B(K)\n"}, // base64 beside a word
	{"k8s/env.yaml", "data:\n  env: B(HUBSPOT_API_KEY=K)\n"},
	{"k8s/url.yaml", "# hubspot\ndata:\n  u: B(https://u:p@x/?hapikey=K)\n"},
	{"k8s/token.yaml", "data:\n  token: B(T)\n"},
	{"win/setup.ps1", "U16($env:HUBSPOT_API_KEY = 'K'\r\n)"},
	{"notes/try.ipynb", "N(import requests\nrequests.get('https://api.hubapi.com/crm/v3/x?hapikey=K'))"},
	{"notes/wrapped.ipynb", "N(import hubspot\nsettings = {'hubspot': {\n    'api_key':\n        'K'}})"},
	{"notes/quoted.ipynb", "N(hubspot = dict(\n    api_key=\"K\"))"},
	{"hubspot/far.ini", "; hubspot\n" + strings.Repeat("; filler\n", 60) + "[main]\nkey = K\n"},
	{"notes/token.ipynb", "N(token = \"T\"  # hubspot)"},
	{"dev/app.rb", "url = \"https://api.hubapi.com/webhooks/v1/#{app_id}/settings?hapikey=K\"\n"},
	{"mail.rb", "address: 'smtp.hubapi.com',\nuser_name: 'u',\npassword: 'Xk29fjQpW7'\n"},
	{"hook.js", "fetch('https://api.hubapi.com{{trigger-url}}', {method: 'POST'})\n"},
	{"tr/deepl.py", "import deepl\nt = deepl.Translator('{{deepl-key}}')\n"},
	{"oauth.json", "{\"hubspot\": {\"refresh_token\": \"{{hublet-uuid}}\", \"access_token\": \"{{oauth-token}}\", \"client_secret\": \"K\"}}\n"},
	{"cli.yml", "# hubspot\nportals:\n  - personalAccessKey: >-\n      {{cli-key}}\n"},
	{"latin.txt", "caf\xe9 hubspot_api_key=K\n"},
	{"crlf.cfg", "[hubspot]\r\napikey=K\r\n"},
	{"percent.txt", "https%3A%2F%2Fapi.hubapi.com%2Fx%3Fhapikey%3DK%26a\n"},
}

// inhabit writes one habitat with the n-th credentials.
func inhabit(t testing.TB, o Options, text string, n int) string {
	for _, f := range []string{"trigger-url", "deepl-key", "hublet-uuid", "oauth-token", "cli-key"} {
		text = strings.ReplaceAll(text, "{{"+f+"}}", fmt.Sprintf("{{%s %d}}", f, n))
	}
	text = strings.ReplaceAll(text, "HUBSPOT_PRIVATE_TOKEN=T", fmt.Sprintf("HUBSPOT_PRIVATE_TOKEN={{app-token %d}}", n))
	text = strings.ReplaceAll(text, "B(T)", fmt.Sprintf("B({{app-token %d}})", n))
	text = strings.ReplaceAll(text, `"T"`, fmt.Sprintf(`"{{app-token %d}}"`, n))
	for _, before := range []string{"'K", "=K", "\"K", " K", "(K", "3DK"} {
		text = strings.ReplaceAll(text, before, fmt.Sprintf("%s{{uuid %d}}", before[:len(before)-1], n))
	}
	text = expand(t, o, text)
	if inner, ok := between(text, "B("); ok {
		text = strings.Replace(text, "B("+inner+")", base64.StdEncoding.EncodeToString([]byte(inner)), 1)
	}
	if inner, ok := strings.CutPrefix(text, "U16("); ok {
		text = utf16Text(strings.TrimSuffix(inner, ")"), true, false)
	}
	if inner, ok := strings.CutPrefix(text, "N("); ok {
		text = notebook(t, strings.TrimSuffix(inner, ")"))
	}
	return text
}

func between(text, open string) (string, bool) {
	_, rest, ok := strings.Cut(text, open)
	inner, _, end := strings.Cut(rest, ")")
	return inner, ok && end
}

// notebook is a Jupyter notebook with one cell of prose and one of code.
func notebook(t testing.TB, code string) string {
	b, err := json.MarshalIndent(map[string]any{
		"cells": []any{
			map[string]any{"cell_type": "markdown", "source": []string{"# Title\n"}},
			map[string]any{"cell_type": "code", "outputs": []any{}, "source": strings.SplitAfter(code, "\n")},
		},
		"metadata": map[string]any{"language_info": map[string]any{"file_extension": ".py"}}, "nbformat": 4,
	}, "", " ")
	must(t, err)
	return string(b) + "\n"
}

// generatedRepo makes a repository with credentials of many kinds that come, change
// and go, in files that grow, move and are merged.
func generatedRepo(t testing.TB, o Options, seed uint64) *gittest.Repo {
	rnd := rand.New(rand.NewPCG(seed, 8))
	r := gittest.New(t)
	files := map[string]string{}
	for i, h := range habitats {
		files[h.path] = inhabit(t, o, h.text, 100+i)
	}
	r.WriteFiles(files)
	r.CommitAll("start")
	for step := range 24 {
		if step%8 == 5 {
			r.Branch(fmt.Sprintf("b%d", step))
		}
		for range 1 + rnd.IntN(3) {
			paths := slices.Sorted(maps.Keys(files))
			i := rnd.IntN(len(habitats))
			h := habitats[i]
			path := paths[rnd.IntN(len(paths))]
			switch rnd.IntN(6) {
			case 0: // another value
				files[h.path] = inhabit(t, o, h.text, 1000*step+i)
			case 1: // gone
				delete(files, path)
				must(t, os.RemoveAll(r.Path(path)))
			case 2: // elsewhere, under a name that says nothing
				to := fmt.Sprintf("moved/%d-%d%s", step, i, filepath.Ext(path))
				files[to] = files[path]
			case 3: // longer
				if !strings.HasSuffix(path, ".ipynb") && !strings.HasSuffix(path, ".ps1") {
					files[path] = strings.Repeat(fmt.Sprintf("# line %d\n", rnd.IntN(9)), rnd.IntN(40)) + files[path]
				}
			case 4: // the word comes or goes, far from the value
				files[path] = strings.ReplaceAll(files[path], "# hubspot\n", "")
				if rnd.IntN(2) == 0 && !strings.HasSuffix(path, ".ipynb") && !strings.HasSuffix(path, ".ps1") {
					files[path] += "# hubspot\n"
				}
			case 5: // another value beside
				files["more/"+h.path] = inhabit(t, o, h.text, 50000+1000*step+i)
			}
		}
		r.WriteFiles(files)
		r.CommitAll(fmt.Sprintf("step %d", step))
	}
	return r
}
