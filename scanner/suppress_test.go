package scanner

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
)

// scanText scans one text under a path.
func scanText(t testing.TB, o Options, path, text string) *Result {
	t.Helper()
	return Stdin(context.Background(), path, []byte(expand(t, o, text)), o)
}

// silenced are the lines of the findings that something silenced, with what.
func silenced(res *Result) []string {
	out := []string{}
	for _, f := range res.Findings {
		if f.Suppressed != nil {
			out = append(out, fmt.Sprintf("%d %s: %s", f.Start.Line, f.Suppressed.By, f.Suppressed.Reason))
		}
	}
	return out
}

func TestInlineComments(t *testing.T) {
	o := testOptions(t)
	id := secretOf(t, scanText(t, o, "a.py", "T = '{{app-token 1}}'\n"), expand(t, o, "{{app-token 1}}")).Secret.ID
	const one, two = "T = '{{app-token 1}}'", "T = '{{app-token 2}}'"
	const ignore = "unhapi:ignore[hubspot-access-token]"
	for _, c := range []struct {
		name, path, text string
		want             []string
		unused           int
	}{
		{"its own line", "a.py", one + "  # " + ignore + " rotated\n" + one + "\n", []string{"1 inline: rotated"}, 0},
		{"alone, the next line", "a.py", "# " + ignore + " rotated\n" + one + "\n" + one + "\n", []string{"2 inline: rotated"}, 0},
		{"alone and indented", "a.js", "  // " + ignore + "\n  const " + one + "\n", []string{"2 inline: "}, 0},
		{"a block comment, alone", "a.js", "/* " + ignore + " old */\nconst " + one + "\n", []string{"2 inline: old"}, 0},
		{"a block comment before code", "a.js", "/* " + ignore + " old */ const " + one + "\nconst " + one + "\n", []string{"1 inline: old"}, 0},
		{"JSX, alone", "a.jsx", "{/* " + ignore + " old */}\n" + one + "\n", []string{"2 inline: old"}, 0},
		{"HTML, alone", "a.html", "<!-- " + ignore + " old -->\n<p>" + one + "\n", []string{"2 inline: old"}, 0},
		{"Handlebars, alone", "a.hbs", "{{!-- " + ignore + " old --}}\n<p>" + one + "\n", []string{"2 inline: old"}, 0},
		{"SQL, alone", "a.sql", "-- " + ignore + " old\n-- " + one + "\n", []string{"2 inline: old"}, 0},
		{"CRLF", "a.py", "# " + ignore + " old\r\n" + one + "\r\n", []string{"2 inline: old"}, 0},
		{"two lines below", "a.py", "# " + ignore + "\n\n" + one + "\n", []string{}, 1},
		{"another rule", "a.py", one + "  # unhapi:ignore[hubspot-legacy-key]\n", []string{}, 1},
		{"several rules", "a.py", one + "  # unhapi:ignore[hubspot-legacy-key, hubspot-access-token] both\n", []string{"1 inline: both"}, 0},
		{"no rule", "a.py", one + "  # unhapi:ignore[]\n", []string{}, 1},
		{"this secret", "a.py", one + "  # unhapi:ignore[hubspot-access-token@" + id + "] known\n", []string{"1 inline: known"}, 0},
		{"a new value in its place", "a.py", two + "  # unhapi:ignore[hubspot-access-token@" + id + "] known\n", []string{}, 1},
		{"this secret, not its neighbour", "a.py", one + "; " + two + "  # unhapi:ignore[hubspot-access-token@" + id + "]\n", []string{"1 inline: "}, 0},
		{"a secret that has no id", "mail.rb", "address: 'smtp.hubapi.com',\npassword: 'Xk29fjQpW7' # unhapi:ignore[hubspot-smtp-password@" + id + "]\n", []string{}, 1},
		{"a secret that has no id, by rule", "mail.rb", "address: 'smtp.hubapi.com',\npassword: 'Xk29fjQpW7' # unhapi:ignore[hubspot-smtp-password] test account\n", []string{"2 inline: test account"}, 0},
		{"a call", "a.py", oldCall[:len(oldCall)-1] + " # unhapi:ignore[hubspot-legacy-call] soon\n", []string{"2 inline: soon"}, 0},
		{"nothing there", "a.py", "x = 1  # " + ignore + "\n", []string{}, 1},
		{"a foreign tag, not asked for", "a.py", one + "  # gitleaks:allow\n", []string{}, 0},
		{"in a notebook", "a.ipynb", notebook(t, "# "+ignore+" old\n"+one+"\n"), []string{"14 inline: old"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			res := scanText(t, o, c.path, c.text)
			equal(t, "silenced", silenced(res), c.want)
			if len(res.Unused) != c.unused || len(res.Findings) == 0 && c.name != "nothing there" {
				t.Errorf("findings %q, unused %q", places(res.Findings), res.Unused)
			}
			o := o
			o.Isolated = true
			if res := scanText(t, o, c.path, c.text); len(silenced(res)) > 0 || len(res.Unused) > 0 {
				t.Errorf("isolated, but silenced %q, unused %q", silenced(res), res.Unused)
			}
		})
	}
}

func TestForeignTags(t *testing.T) {
	o := testOptions(t)
	o.ForeignTags = true
	const one = "T = '{{app-token 1}}'"
	for text, want := range map[string]string{
		one + "  # gitleaks:allow\n":                                                      "1 inline: gitleaks:allow",
		one + "  # trufflehog:ignore\n":                                                   "1 inline: trufflehog:ignore",
		one + "  # pragma: allowlist secret\n":                                            "1 inline: pragma: allowlist secret",
		"# pragma: allowlist nextline secret\n" + one + "\n":                              "2 inline: pragma: allowlist nextline secret",
		one + "  # ggignore\n":                                                            "1 inline: ggignore",
		one + "\n# gitleaks:allow\n":                                                      "",
		"# hubspot\n" + oldCall[:len(oldCall)-1] + "  # gitleaks:allow\n":                 "", // not a secret
		one + "  # unhapi:ignore[hubspot-access-token] first\n":                           "1 inline: first",
		one + "  # gitleaks:allow unhapi:ignore[hubspot-access-token] own words go first": "1 inline: own words go first",
	} {
		if got := strings.Join(silenced(scanText(t, o, "a.py", text)), ", "); got != want {
			t.Errorf("%q: silenced %q, want %q", text, got, want)
		}
	}
}

func TestIgnoreFile(t *testing.T) {
	o := testOptions(t)
	r := gittest.New(t)
	text := expand(t, o, "T = '{{app-token 1}}'\nHUBSPOT_API_KEY = '{{uuid 2}}'\n")
	r.Commit("one", "a.py", text, "vendor/a.py", text, "vendor/keep/a.py", text, "space name.py", text)
	id := secretOf(t, scanTree(t, o, r.Path("a.py")), expand(t, o, "{{uuid 2}}")).ID
	const token, key = " hubspot-access-token", " hubspot-legacy-key"
	all := []string{}
	for _, p := range []string{"a.py", "space name.py", "vendor/a.py", "vendor/keep/a.py"} {
		all = append(all, p+":1"+token, p+":2"+key)
	}
	without := func(gone ...string) []string {
		return slices.DeleteFunc(slices.Clone(all), func(s string) bool {
			return slices.ContainsFunc(gone, func(g string) bool { return strings.HasPrefix(s, g) })
		})
	}
	for _, c := range []struct {
		name, file string
		want       []string
		unused     string // the numbers of the lines
	}{
		{"empty", "\n# a comment\n\n", all, ""},
		{"an id", id + "\n", without("a.py:2"), ""},
		{"an id with its rule", id + " rule=hubspot-legacy-key\n", without("a.py:2"), ""},
		{"an id with another rule", id + " rule=hubspot-access-token\n", all, "1"},
		{"a folder", "vendor/\n", without("vendor/"), ""},
		{"a folder, a rule", "vendor/ rule=hubspot-legacy-key\n", without("vendor/a.py:2", "vendor/keep/a.py:2"), ""},
		{"anchored", "/a.py\n", without("a.py"), ""},
		{"a name anywhere", "a.py\n", without("a.py", "vendor/"), ""},
		{"a pattern", "**/keep/*.py\n", without("vendor/keep"), ""},
		{"a name with a space", "space name.py\r\n", without("space"), ""},
		{"negated", "vendor/\n!vendor/keep/\n", without("vendor/a.py"), ""},
		{"negated for a rule", "vendor/\n!vendor/ rule=hubspot-legacy-key\n", without("vendor/a.py:1", "vendor/keep/a.py:1"), ""},
		{"negated in vain", "!docs/\n", all, "1"},
		{"one that silences nothing", "# nothing\ndocs/\nvendor/\n", without("vendor/"), "2"},
		{"one that a later one makes idle", "vendor/a.py\nvendor/\n", without("vendor/"), "1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := o
			o.Ignore = ParseIgnoreFile(".unhapiignore", []byte(c.file))
			res := scanTree(t, o, r.Dir)
			equal(t, "failing", failing(res), append([]string{}, c.want...))
			var unused []string
			for _, u := range res.Unused {
				unused = append(unused, strings.Split(u, ":")[1])
			}
			if got := strings.Join(unused, " "); got != c.unused {
				t.Errorf("unused %q, want lines %q", res.Unused, c.unused)
			}
			if part := scanTree(t, o, r.Path("a.py")); len(part.Unused) > 0 {
				t.Errorf("a scan of one file tells %q", part.Unused)
			}
			o.Isolated = true
			equal(t, "isolated", failing(scanTree(t, o, r.Dir)), all)
		})
	}
}

// TestIgnoreFileOfHistory: the id of a secret, and the path where it is shown.
func TestIgnoreFileOfHistory(t *testing.T) {
	o := testOptions(t)
	r := livesIn(t, o)
	id := secretOf(t, scanHistory(t, r, o, HistoryOptions{}), expand(t, o, "{{app-token 2}}")).ID
	o.Ignore = ParseIgnoreFile(".unhapiignore", []byte(id+"\nsrc/b.py\ndocs/\n"))
	res := scanHistory(t, r, o, HistoryOptions{})
	if len(failing(res)) != 2 || len(res.Unused) != 1 || !strings.Contains(res.Unused[0], ":3: docs/") {
		t.Errorf("failing %q, unused %q", failing(res), res.Unused)
	}
	if part := scanHistory(t, r, o, HistoryOptions{Since: "HEAD~1"}); len(part.Unused) > 0 {
		t.Errorf("a scan of a range tells %q", part.Unused)
	}
}

// TestInlineInHistory: comments silence what stands beside them in the files of
// HEAD; what is gone, in the text that it is shown in.
func TestInlineInHistory(t *testing.T) {
	o := testOptions(t)
	token := expand(t, o, "{{app-token 1}}")
	plain, tagged := "T = '"+token+"'\n", "T = '"+token+"' # unhapi:ignore[hubspot-access-token] known\n"
	for _, c := range []struct {
		name   string
		make   func(r *gittest.Repo)
		silent bool
	}{
		{"beside it", func(r *gittest.Repo) { r.Commit("one", "a.py", tagged) }, true},
		{"added later", func(r *gittest.Repo) { r.Commit("one", "a.py", plain); r.Commit("two", "a.py", tagged) }, true},
		{"taken out later", func(r *gittest.Repo) { r.Commit("one", "a.py", tagged); r.Commit("two", "a.py", plain) }, false},
		{"in one of two places", func(r *gittest.Repo) { r.Commit("one", "a.py", tagged, "b.py", "x = 1\n"+plain) }, false},
		{"in one of two places of a file", func(r *gittest.Repo) { r.Commit("one", "a.py", tagged+plain) }, false},
		{"another rule", func(r *gittest.Repo) {
			r.Commit("one", "a.py", strings.ReplaceAll(tagged, "access-token", "legacy-key"))
		}, false},
		{"gone with it", func(r *gittest.Repo) { r.Commit("one", "a.py", tagged); r.Commit("two", "a.py", "x = 1\n") }, true},
		{"gone without it", func(r *gittest.Repo) { r.Commit("one", "a.py", plain); r.Commit("two", "a.py", "x = 1\n") }, false},
		{"in a message, too", func(r *gittest.Repo) { r.Commit("one\n\n"+token, "a.py", tagged) }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := gittest.New(t)
			c.make(r)
			f := secretOf(t, scanHistory(t, r, o, HistoryOptions{}), token)
			if silent := f.Suppressed != nil && f.Suppressed.By == ByInline && f.Suppressed.Reason == "known"; silent != c.silent || !silent && f.Suppressed != nil {
				t.Errorf("silenced %+v, want %v", f.Suppressed, c.silent)
			}
			isolated := o
			isolated.Isolated = true
			if f := secretOf(t, scanHistory(t, r, isolated, HistoryOptions{}), token); f.Suppressed != nil {
				t.Errorf("isolated, but silenced by %+v", f.Suppressed)
			}
		})
	}
	r := gittest.New(t)
	r.Commit("one", "a.py", strings.TrimSuffix(oldCall, "\n")+" # unhapi:ignore[hubspot-legacy-call] known\n"+oldCall)
	var silent []bool
	for _, f := range scanHistory(t, r, o, HistoryOptions{Calls: true}).Findings {
		silent = append(silent, f.Suppressed != nil)
	}
	equal(t, "calls", silent, []bool{true, false})
}

// baselined writes the baseline of a scan and reads it again.
func baselined(t *testing.T, o Options, res *Result) Options {
	t.Helper()
	var b bytes.Buffer
	must(t, NewBaseline(res.Findings, o.Key).Write(&b))
	read, err := ReadBaseline("base.json", b.Bytes(), o.Key)
	must(t, err)
	for _, f := range res.Findings {
		if f.Secret != nil && strings.Contains(b.String(), *f.Secret.value) {
			t.Errorf("the baseline holds a secret:\n%s", b.String())
		}
	}
	o.Baseline = read
	return o
}

func TestBaseline(t *testing.T) {
	o := testOptions(t)
	const one, two = "T = '{{app-token 1}}'\n", "T = '{{app-token 2}}'\n"
	const mail = "address: 'smtp.hubapi.com',\nuser_name: 'u',\npassword: 'Xk29fjQpW7'\n"
	for _, c := range []struct {
		name, before, after string
		want                []string // failing in the end
		stale               int
	}{
		{"the same", one + oldCall, one + oldCall, nil, 0},
		{"moved in its file", one + oldCall, "# comment\n" + oldCall + "\n\n" + one, nil, 0},
		{"a new value in its place", one, two, []string{"a.py:1 hubspot-access-token"}, 1},
		{"a second occurrence", one, one + one, []string{"a.py:2 hubspot-access-token"}, 0},
		{"one occurrence less", one + one, one, nil, 1},
		{"a second secret", one, one + two, []string{"a.py:2 hubspot-access-token"}, 0},
		{"gone", one + oldCall, "x = 1\n", nil, 2},
		{"a call, laid out anew", oldCall, strings.ReplaceAll(oldCall, "{'hapikey': key}", "{\n    'hapikey': key,\n}"), nil, 0},
		{"a second call", oldCall, oldCall + anotherOne, []string{"a.py:3 hubspot-legacy-call"}, 0},
		{"a secret without an id", mail, "# moved\n" + mail, nil, 0},
		{"two secrets without an id", mail, mail + mail, []string{"a.py:6 hubspot-smtp-password"}, 0},
		{"things that fail no run", "# hapikey=demo\n", "# hapikey=demo\n", nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := gittest.New(t)
			r.Commit("one", "a.py", expand(t, o, c.before))
			o := baselined(t, o, scanTree(t, o, r.Dir))
			r.Commit("two", "a.py", expand(t, o, c.after))
			res := scanTree(t, o, r.Dir)
			equal(t, "failing", failing(res), append([]string{}, c.want...))
			if len(res.Unused) != c.stale {
				t.Errorf("stale %q, want %d", res.Unused, c.stale)
			}
			r.Run("mv", "a.py", "b.py")
			if moved := scanTree(t, o, r.Dir); len(failing(moved)) == 0 && len(moved.Findings) > 0 && moved.Findings[0].Severity.Fails() {
				t.Error("entries of one path silence findings of another")
			}
			if part := scanStaged(t, r, o); len(part.Unused) > 0 {
				t.Errorf("a scan of the index tells %q", part.Unused)
			}
		})
	}
}

// TestBaselineOfHistory: a known secret stays known wherever it moves, and
// a new one is told.
func TestBaselineOfHistory(t *testing.T) {
	plain := testOptions(t)
	r := livesIn(t, plain)
	o := baselined(t, plain, scanHistory(t, r, plain, HistoryOptions{}))
	r.Run("mv", "src/a.py", "src/z.py")
	r.Commit("moved", "src/c.py", "clean\n")
	res := scanHistory(t, r, o, HistoryOptions{})
	if len(failing(res)) > 0 || len(res.Unused) > 0 {
		t.Errorf("failing %q, unused %q", failing(res), res.Unused)
	}
	r.Commit("new", "new.py", expand(t, o, "T = '{{app-token 9}}'\n"))
	equal(t, "failing", failing(scanHistory(t, r, o, HistoryOptions{})), []string{"new.py:1 hubspot-access-token"})
	if tree := scanTree(t, o, r.Dir); len(failing(tree)) != 2 || len(tree.Unused) > 0 {
		t.Errorf("of the tree it silences all but %q; unused %q", failing(tree), tree.Unused)
	}
	o = baselined(t, plain, scanTree(t, plain, r.Dir))
	if res := scanHistory(t, r, o, HistoryOptions{}); len(failing(res)) != 3 || len(res.Unused) > 0 {
		t.Errorf("what is known in the tree is known in the history, but failing are %q; unused %q", failing(res), res.Unused)
	}
}

func TestBaselineKeys(t *testing.T) {
	o := testOptions(t)
	r := livesIn(t, o)
	own := o
	own.Key = NewIDKey([]byte("a key of our own"))
	var public, private bytes.Buffer
	must(t, NewBaseline(scanTree(t, o, r.Dir).Findings, o.Key).Write(&public))
	must(t, NewBaseline(scanTree(t, own, r.Dir).Findings, own.Key).Write(&private))
	for name, c := range map[string]struct {
		content []byte
		key     IDKey
		want    string // of the error
	}{
		"public":                 {public.Bytes(), o.Key, ""},
		"private":                {private.Bytes(), own.Key, ""},
		"public, but a key":      {public.Bytes(), own.Key, "another id key"},
		"private, but no key":    {private.Bytes(), o.Key, "another id key"},
		"private, another key":   {private.Bytes(), NewIDKey([]byte("other")), "another id key"},
		"no JSON":                {[]byte("x"), o.Key, "not a baseline"},
		"another schema":         {[]byte(`{"schema":"x/9","entries":[]}`), o.Key, "schema"},
		"an unknown field":       {[]byte(`{"schema":"unhapi-baseline/1","entries":[],"more":1}`), o.Key, "not a baseline"},
		"an entry without a sum": {[]byte(`{"schema":"unhapi-baseline/1","entries":[{"rule":"a","kind":"legacy-key","path":"b"}]}`), o.Key, "entry 1"},
	} {
		_, err := ReadBaseline("base.json", c.content, c.key)
		var usage *UsageError
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.want != "" && (!errors.As(err, &usage) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "write")):
			t.Errorf("%s: error is %v, want one about %q that says what to do", name, err, c.want)
		}
	}
}

// TestBaselineUnidentified: the owner is told of secrets that one entry cannot
// tell apart; with a key of one's own there are none.
func TestBaselineUnidentified(t *testing.T) {
	o := testOptions(t)
	mail := "address: 'smtp.hubapi.com',\nuser_name: 'u',\npassword: 'Xk29fjQpW7'\n"
	if n := NewBaseline(scanText(t, o, "a.rb", mail).Findings, o.Key).Unidentified(); n != 1 {
		t.Errorf("%d secrets without an id, want 1", n)
	}
	o.Key = NewIDKey([]byte("a key of our own"))
	if n := NewBaseline(scanText(t, o, "a.rb", mail).Findings, o.Key).Unidentified(); n != 0 {
		t.Errorf("%d secrets without an id, want 0", n)
	}
}
