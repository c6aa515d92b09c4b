package proof

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aymanbagabas/go-udiff"
)

var (
	inventions = flag.Int("inventions", 12, "how many programs TestInventedPrograms invents in each language")
	firstSeed  = flag.Uint64("seed", 1, "the seed of the first one")
	onlyIn     = flag.String("dialect", "", "invent programs in this language alone")
)

// TestInventedPrograms runs programs that nobody wrote before and after the fix.
// A fix may leave any of their calls alone; what it moves must be sent as
// before, with the token that belongs to the key, and to nobody else.
func TestInventedPrograms(t *testing.T) {
	p := newPlanner(t)
	for lang, d := range dialects {
		if *onlyIn != "" && *onlyIn != lang {
			continue
		}
		t.Run(lang, func(t *testing.T) {
			r := runners[lang].find(t, "")
			for n := range uint64(*inventions) {
				t.Run(fmt.Sprint(*firstSeed+n), func(t *testing.T) {
					t.Parallel()
					p.proveInvented(t, r, d.speak(invent(*firstSeed+n, d.plain)), d.module(0)+d.ending)
				})
			}
		})
	}
}

func (p *planner) proveInvented(t *testing.T, r *runner, files map[string]string, main string) {
	w := newWorld(t)
	dir := t.TempDir()
	for name, text := range files {
		write(t, dir, name, text)
	}
	outBefore := r.run(t, w, dir, main, givenKey, nil)
	before := w.take()
	left := p.fix(t, dir)
	var diff strings.Builder
	var read []string
	for name, text := range files {
		fixed, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		read = append(read, variables.FindAllString(string(fixed), -1)...)
		if string(fixed) == text {
			fmt.Fprintf(&diff, "--- %s, as it was\n%s", name, text)
		} else {
			diff.WriteString(udiff.Unified(name, name+", fixed", text, string(fixed)))
		}
	}
	fresh := map[string]string{}
	for _, name := range read {
		if name != "TENANT_SECRET" && !slices.ContainsFunc(legacyEnv(), func(e string) bool { return strings.HasPrefix(e, name+"=") }) {
			fresh[name] = "fresh-" + name
		}
	}
	outAfter := r.run(t, w, dir, main, "fresh-given", fresh)
	after := w.take()
	problems := judge(before, after)
	if problems == "" && outBefore != outAfter {
		problems = "it prints\n" + outAfter + "and printed\n" + outBefore
	}
	if problems != "" {
		t.Errorf("%s\n%s\nleft: %s", problems, diff.String(), left)
	}
}

// variables are the names that programs read from the environment.
var variables = regexp.MustCompile(`\b[A-Z][A-Z0-9]*_[A-Z0-9_]*\b`)

// givenKey is what the program gets as its argument before the fix.
const givenKey = "given-by-hand"

// judge says what is wrong with the requests after a fix of a program that sends
// one after the other.
func judge(before, after []request) string {
	if len(before) != len(after) {
		return fmt.Sprintf("%d requests became %d:\n%s\nbefore:\n%s", len(before), len(after), list(after), list(before))
	}
	tokens := map[string]string{} // by key
	for i, b := range before {
		a := after[i]
		secret := b.secret()
		if a.String() == b.String() {
			if secret == givenKey {
				return "the old argument is sent:\n" + a.String()
			}
			continue
		}
		if secret == "" || b.Host != "api.hubapi.com" {
			return "changed:\n" + a.String() + "\nbefore:\n" + b.String()
		}
		if secret == givenKey && strings.ReplaceAll(b.String(), givenKey, "fresh-given") == a.String() {
			continue // the rest has to be moved by hand
		}
		token := ""
		for _, h := range a.Headers {
			if v, ok := strings.CutPrefix(h, "Authorization: Bearer "); ok {
				token = v
			}
		}
		if !strings.HasPrefix(token, "fresh-") {
			return "the token is " + token + ":\n" + a.String() + "\nbefore:\n" + b.String()
		}
		want := b
		want.Query = slices.DeleteFunc(slices.Clone(b.Query), func(p string) bool { return parameters.MatchString(p) })
		want.Headers = append(slices.Clone(b.Headers), "Authorization: Bearer "+token)
		slices.Sort(want.Headers)
		if want.String() != a.String() {
			return "it sends:\n" + a.String() + "\nand should send:\n" + want.String()
		}
		for k, v := range tokens {
			if k != secret && v == token {
				return "two keys became one token: " + v + "\n" + a.String()
			}
		}
		tokens[secret] = token
	}
	return ""
}

// secret is the key that a request sends.
func (r request) secret() string {
	for _, p := range r.Query {
		if v, ok := strings.CutPrefix(p, "hapikey="); ok {
			return v
		}
	}
	return ""
}
