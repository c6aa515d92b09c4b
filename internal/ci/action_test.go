package ci

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/unhapi/unhapi/internal/testtools"
)

// oldCall is code that the base of a pull request holds already.
const oldCall = `import requests

requests.get("https://api.hubapi.com/owners/v2/owners", params={"hapikey": key})
`

// job is a job of a workflow that runs the script of the Action.
type job struct {
	*shell
	inputs map[string]string
}

func newJob(t *testing.T) *job {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("bash is missing: actions run their scripts with it")
	}
	j := &job{repository(t), map[string]string{
		"INPUT_PATH": ".", "INPUT_BASELINE": "", "INPUT_NEW_ONLY": "true", "INPUT_EXIT_CODE": "1",
		"INPUT_SUMMARY": "true", "BASE_SHA": "",
	}}
	j.write("app.py", oldCall)
	return j
}

// result is what a job leaves behind.
type result struct {
	code    int
	log     string
	outputs map[string]string
	summary string
}

// start runs the script with files in the place of those of the runner.
func (j *job) start() result {
	j.t.Helper()
	temp := j.t.TempDir()
	files := map[string]string{"GITHUB_OUTPUT": "output", "GITHUB_STEP_SUMMARY": "summary"}
	was := j.env
	defer func() { j.env = was }()
	j.env = append(slices.Clone(was), "RUNNER_TEMP="+temp, "RUNNER_OS=Linux", "GITHUB_ACTION_PATH="+root())
	for name, file := range files {
		j.env = append(j.env, name+"="+filepath.Join(temp, file))
		if err := os.WriteFile(filepath.Join(temp, file), nil, 0o600); err != nil {
			j.t.Fatal(err)
		}
	}
	for name, value := range j.inputs {
		j.env = append(j.env, name+"="+value)
	}
	r := result{outputs: map[string]string{}}
	r.log, r.code = j.run("bash", filepath.Join(root(), ".github/action/run.sh"))
	for line := range strings.Lines(j.read(filepath.Join(temp, "output"))) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		r.outputs[name] = value
	}
	r.summary = j.read(filepath.Join(temp, "summary"))
	return r
}

// check compares the exit code and the outputs of a job.
func (r result) check(t *testing.T, code int, findings string) {
	t.Helper()
	if r.code != code || r.outputs["findings"] != findings {
		t.Errorf("exit code %d with %q findings, want %d with %q\n%s", r.code, r.outputs["findings"], code, findings, r.log)
	}
}

// results counts what stands in the SARIF file.
func (r result) results(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile(r.outputs["sarif-file"])
	if err != nil {
		t.Fatal(err)
	}
	var log struct {
		Runs []struct{ Results []json.RawMessage }
	}
	if err := json.Unmarshal(text, &log); err != nil || len(log.Runs) != 1 {
		t.Fatalf("%d runs, %v", len(log.Runs), err)
	}
	return len(log.Runs[0].Results)
}

func TestActionScansTheWholeTree(t *testing.T) {
	t.Parallel()
	j := newJob(t)
	j.write("k.env", "HUBSPOT_API_KEY={{uuid}}\n")
	j.commit("first")
	r := j.start()
	r.check(t, 1, "2")
	if r.outputs["exit-code"] != "1" || r.outputs["complete"] != "true" || r.results(t) != 2 {
		t.Errorf("outputs %v, %d results in the SARIF file", r.outputs, r.results(t))
	}
	if !strings.Contains(r.summary, "2 failing findings") || !strings.Contains(r.summary, "looked at") {
		t.Errorf("summary: %s", r.summary)
	}
	secret := expand(t, "{{uuid}}")
	for _, text := range []string{r.log, r.summary, j.read(r.outputs["sarif-file"])} {
		if strings.Contains(text, secret) {
			t.Error("the secret is in what the job wrote")
		}
	}

	j.inputs["INPUT_EXIT_CODE"] = "0"
	j.inputs["INPUT_SUMMARY"] = "false"
	r = j.start()
	r.check(t, 0, "2")
	if r.summary != "" {
		t.Errorf("summary: %s", r.summary)
	}
	j.inputs["INPUT_EXIT_CODE"] = "17"
	j.start().check(t, 17, "2")
}

func TestActionFailsForWhatAPullRequestBringsIn(t *testing.T) {
	t.Parallel()
	j := newJob(t)
	base := j.commit("base")
	j.inputs["BASE_SHA"] = base
	j.write("app.py", "# edited\n"+strings.Replace(oldCall, "owners/v2", "contacts/v1", 1))
	j.commit("an edit of an old call")
	r := j.start()
	r.check(t, 0, "0")
	if r.results(t) != 1 {
		t.Errorf("%d results in the SARIF file, want the old one: without it its alert would be closed", r.results(t))
	}

	j.write("new.env", "HUBSPOT_API_KEY={{uuid}}\n")
	j.commit("a new key")
	r = j.start()
	r.check(t, 1, "1")
	if r.results(t) != 2 {
		t.Errorf("%d results in the SARIF file, want all", r.results(t))
	}

	j.inputs["INPUT_NEW_ONLY"] = "false"
	j.start().check(t, 1, "2")

	j.inputs["INPUT_NEW_ONLY"] = "true"
	j.inputs["BASE_SHA"] = strings.Repeat("1", 40)
	r = j.start()
	if r.code != 2 || !strings.Contains(r.log, "fetch-depth: 0") {
		t.Errorf("without the base: exit code %d\n%s", r.code, r.log)
	}
}

func TestActionTakesABaseline(t *testing.T) {
	t.Parallel()
	j := newJob(t)
	j.commit("first")
	j.must(build(t), "baseline", "write", "-o", "known.json", ".")
	j.inputs["INPUT_BASELINE"] = "known.json"
	j.start().check(t, 0, "0")
}

func TestActionMistakes(t *testing.T) {
	t.Parallel()
	for input, value := range map[string]string{
		"INPUT_EXIT_CODE": "1; touch pwned", "INPUT_NEW_ONLY": "perhaps", "INPUT_SUMMARY": "",
		"INPUT_PATH": "$(touch pwned)", "INPUT_BASELINE": "--exit-zero",
	} {
		j := newJob(t)
		j.commit("first")
		j.inputs[input] = value
		if r := j.start(); r.code != 2 || r.outputs["complete"] == "true" {
			t.Errorf("%s=%s: exit code %d, outputs %v\n%s", input, value, r.code, r.outputs, r.log)
		}
		if _, err := os.Stat(filepath.Join(j.dir, "pwned")); err == nil {
			t.Errorf("%s=%s was run", input, value)
		}
	}
}

// pinned is how an action of somebody else is named: by commit, with the
// version beside it.
var pinned = regexp.MustCompile(`uses: (\./|[\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$`)

func TestActionAndWorkflowsAreSafe(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root(), ".github/workflows/*.yml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, filepath.Join(root(), "action.yml")) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for n, line := range strings.Split(string(text), "\n") {
			if strings.Contains(line, "uses:") && !strings.Contains(line, "#") != strings.Contains(line, "uses: ./") ||
				strings.Contains(line, "uses:") && !pinned.MatchString(line) && !strings.HasPrefix(strings.TrimSpace(line), "#") {
				t.Errorf("%s:%d: an action is named by its commit, with the version in a comment: %s", file, n+1, line)
			}
		}
		var all yaml.Node
		if err := yaml.Unmarshal(text, &all); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		runs(&all, func(script *yaml.Node) {
			if strings.Contains(script.Value, "${{") {
				t.Errorf("%s:%d: an expression in a script can be made to run: hand it over by env", file, script.Line)
			}
		})
	}
}

// runs visits every value of a key "run".
func runs(n *yaml.Node, visit func(*yaml.Node)) {
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 && n.Content[i-1].Value == "run" {
			visit(c)
		}
		runs(c, visit)
	}
}

func TestActionlint(t *testing.T) {
	program := testtools.Need(t, "actionlint")
	testtools.Need(t, "shellcheck") // actionlint hands scripts to it
	cmd := exec.Command(program, "-no-color")
	cmd.Dir = clone(t).dir // it looks for the workflows of a repository
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestShellcheck(t *testing.T) {
	program := testtools.Need(t, "shellcheck")
	cmd := exec.Command(program, ".ci/run", "scripts/test", "scripts/tools", ".github/action/run.sh")
	cmd.Dir = root()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
