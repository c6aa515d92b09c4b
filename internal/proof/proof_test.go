package proof

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/unhapi/unhapi/fixer"
	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/internal/syntax/engine"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// The two secrets: what a program gets before the fix, and after it. Their parts
// stand apart, since no text here has the shape of a secret.
var (
	key   = strings.Join([]string{"5c3b1a77", "8d1e", "4f0a", "9b5d", "2f8e6a1c4d90"}, "-")
	token = strings.Join([]string{"pat", "na1", "1f6a2b3c", "4d5e", "4f60", "8a71", "b2c3d4e5f607"}, "-")
)

// TestPrograms runs testdata/<language>/*.txtar: each file of an archive whose
// name has a known ending is one program, the rest lie beside it. The comment
// says how each must end: a line "name: leave" means that nothing may change.
func TestPrograms(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "*", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no programs: %v", err)
	}
	p := newPlanner(t)
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		in := txtar.Parse(raw)
		lang := filepath.Base(filepath.Dir(name))
		family := strings.TrimSuffix(filepath.Base(name), ".txtar")
		t.Run(lang+"/"+family, func(t *testing.T) {
			r := runners[lang].find(t, string(in.Comment))
			for _, f := range in.Files {
				if filepath.Dir(f.Name) != "." {
					continue
				}
				t.Run(f.Name, func(t *testing.T) {
					t.Parallel()
					leave := strings.Contains(string(in.Comment), "\n"+f.Name+": leave")
					p.prove(t, r, f, beside(in.Files), leave)
				})
			}
		})
	}
}

// beside are the files in folders, which every program of the archive sees.
func beside(files []txtar.File) []txtar.File {
	return slices.DeleteFunc(slices.Clone(files), func(f txtar.File) bool { return filepath.Dir(f.Name) == "." })
}

type planner struct {
	det    *scanner.Detector
	parser *syntax.Parser
	packs  []*rules.Pack
}

func newPlanner(t *testing.T) *planner {
	t.Helper()
	set, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	det, err := scanner.NewDetector(set)
	if err != nil {
		t.Fatal(err)
	}
	parser := syntax.NewParser(engine.Options{CacheDir: filepath.Join(os.TempDir(), "unhapi-test-cache")})
	t.Cleanup(func() { _ = parser.Close() })
	return &planner{det, parser, set.Packs}
}

// fix writes the fixes of a folder, and says what was left.
func (p *planner) fix(t *testing.T, dir string) string {
	t.Helper()
	ctx := context.Background()
	o := scanner.Options{Detector: p.det, Parser: p.parser}
	res, err := scanner.Tree(ctx, []string{dir}, o)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := fixer.New(ctx, res, fixer.Options{
		Parser: p.parser, Detector: p.det, Least: fixer.Unsafe,
		Holding: func(ctx context.Context, words []string) ([]*scanner.File, error) {
			return scanner.Holding(ctx, dir, words, o)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	var left strings.Builder
	for _, f := range plan.Fixes {
		if f.Safety == fixer.Manual && (f.Findings[0].Kind == rules.LegacyCall || f.Findings[0].Kind == rules.LegacyClient) {
			left.WriteString(f.Findings[0].Path + ": " + f.Reason + "\n")
		}
	}
	for _, c := range plan.Changes {
		if err := c.Write(dir); err != nil {
			t.Fatal(err)
		}
	}
	return left.String()
}

// prove runs a program before and after the fix.
func (p *planner) prove(t *testing.T, r *runner, f txtar.File, others []txtar.File, leave bool) {
	w := newWorld(t)
	dir := t.TempDir()
	text := strings.ReplaceAll(string(f.Data), "{{key}}", key)
	write(t, dir, f.Name, text)
	for _, o := range others {
		write(t, dir, o.Name, strings.ReplaceAll(string(o.Data), "{{key}}", key))
	}
	outBefore := r.run(t, w, dir, f.Name, key, nil)
	before := w.take()
	left := p.fix(t, dir)
	fixed, err := os.ReadFile(filepath.Join(dir, f.Name))
	if err != nil {
		t.Fatal(err)
	}
	switch changed := string(fixed) != text; {
	case leave && changed:
		t.Fatalf("it must be left alone, and became\n%s", fixed)
	case leave && left == "":
		t.Fatal("it is left alone without a reason")
	case leave:
		return
	case !changed || left != "":
		t.Fatalf("not fixed: %s\n%s", left, fixed)
	}
	outAfter := r.run(t, w, dir, f.Name, token, map[string]string{"HUBSPOT_ACCESS_TOKEN": token, "DEEPL_AUTH_KEY": token})
	after := w.take()
	if problems := compare(before, after); problems != "" {
		t.Errorf("%s\nafter the fix:\n%s", problems, fixed)
	}
	if outBefore != outAfter {
		t.Errorf("it printed\n%s\nbefore, and after the fix\n%s\n%s", outBefore, outAfter, fixed)
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// run copies the folder, with the hosts replaced, and runs the program there.
// given is what the program gets as its argument and in the variables that no
// fix renames; fresh are the new variables.
func (r *runner) run(t *testing.T, w *world, dir, name, given string, fresh map[string]string) string {
	t.Helper()
	copied := t.TempDir()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		write(t, copied, rel, w.local(string(text)))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	var out string
	for _, args := range r.commands(copied, name, given) {
		cmd := exec.CommandContext(ctx, r.path(args[0]), args[1:]...)
		cmd.Dir = copied
		cmd.Env = append(append(r.env(), legacyEnv()...), "TENANT_SECRET="+given)
		for name, value := range fresh {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Run(); err != nil {
			text, _ := os.ReadFile(filepath.Join(dir, name))
			t.Fatalf("%v\n%s\n%s\n%s", err, stdout.String(), stderr.String(), text)
		}
		out = stdout.String()
	}
	return out
}

// legacyEnv is where programs find the key before the fix.
func legacyEnv() []string {
	return []string{"HUBSPOT_API_KEY=" + key, "HAPIKEY=" + key, "DEEPL_KEY=" + key}
}
