package proof

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/unhapi/unhapi/internal/testtools"
)

// runner starts the programs of a language.
type runner struct {
	program string
	// library is a folder below the install folder that must be there.
	library string
	// commands are run in order; the last one is the program.
	commands func(dir, name, given string) [][]string

	home string // the install folder
}

// runners by language. A program gets the key, or the token, as its argument.
var runners = map[string]*runner{
	"node":   {program: "node", library: "node/node_modules", commands: simple("node")},
	"python": {program: "python3", library: "python/bin", commands: simple("python")},
	"php":    {program: "php", commands: simple("php")},
	"ruby":   {program: "ruby", commands: simple("ruby")},
	"bash":   {program: "bash", commands: simple("bash")},
	"go": {program: "go", commands: func(dir, name, given string) [][]string {
		return [][]string{{"go", "run", name, given}}
	}},
	"resty": {program: "go", library: "go/go.sum", commands: func(dir, name, given string) [][]string {
		return [][]string{{"sh", "-c", `cp "$PROOF"/go/go.* .`}, {"go", "run", name, given}}
	}},
	"dockerfile": {program: "bash", commands: layers},
	"java": {program: "javac", commands: func(dir, name, given string) [][]string {
		class := strings.TrimSuffix(name, ".java")
		return [][]string{{"javac", "-cp", ".:" + javaPath, name}, {"java", "-cp", ".:" + javaPath, class, given}}
	}},
	"make": {program: "make", commands: func(_, name, given string) [][]string {
		return [][]string{{"make", "-s", "-f", name, "TOKEN=" + given}}
	}},
	"ci":       {program: "bash", commands: workflow},
	"postman":  {program: "node", library: "node/node_modules/newman", commands: collection},
	"notebook": {program: "python3", library: "python/bin", commands: cells},
	"csharp": {program: "mcs", commands: func(dir, name, given string) [][]string {
		return [][]string{{"mcs", "-r:System.Net.Http", "-out:a.exe", name}, {"mono", "a.exe", given}}
	}},
}

// workflow are the scripts of the steps of a workflow, in one shell, with the
// secrets and the environment that the workflow names.
func workflow(dir, name, given string) [][]string {
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return [][]string{{"cat", name}}
	}
	var file struct {
		Env  map[string]string
		Jobs map[string]struct {
			Env   map[string]string
			Steps []struct{ Run string }
		}
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		return [][]string{{"echo", err.Error()}, {"false"}}
	}
	var script strings.Builder
	for _, job := range file.Jobs {
		for _, env := range []map[string]string{file.Env, job.Env} {
			for k, v := range env {
				script.WriteString("export " + k + "=\"" + v + "\"\n")
			}
		}
		for _, step := range job.Steps {
			script.WriteString(step.Run + "\n")
		}
	}
	return [][]string{{"bash", "-ec", secret.ReplaceAllString(script.String(), "$${$1}"), name, given}}
}

var secret = regexp.MustCompile(`\$\{\{\s*secrets\.(\w+)\s*\}\}`)

// collection sends the requests of a collection, with the variables of an
// environment. The number that the runner gives each request is left out.
func collection(_, name, given string) [][]string {
	const program = `
const [name, given] = process.argv.slice(1);
const collection = JSON.parse(require('fs').readFileSync(name, 'utf8'));
collection.protocolProfileBehavior = { disabledSystemHeaders: { 'postman-token': true } };
const variables = { hapikey: process.env.HUBSPOT_API_KEY, hubspot_access_token: process.env.HUBSPOT_ACCESS_TOKEN || '', crm: given };
require('newman').run({ collection, envVar: Object.entries(variables).map(([key, value]) => ({ key, value })) }, (err, summary) => {
  if (err) throw err;
  for (const e of summary.run.executions) console.log(e.item.name, e.response.code);
});`
	return [][]string{{"node", "-e", program, name, given}}
}

// cells runs the code cells of a notebook as one program.
func cells(_, name, given string) [][]string {
	const program = `
import json, sys
name = sys.argv.pop(1)
cells = [c for c in json.load(open(name))["cells"] if c["cell_type"] == "code"]
lines = "\n".join("".join(c["source"]) for c in cells).split("\n")
exec(compile("\n".join(l for l in lines if not l.startswith(("%", "!"))), name, "exec"), {"__name__": "__main__"})
`
	return [][]string{{"python", "-c", program, name, given}}
}

// layers are the commands of a Dockerfile, in one shell, with the arguments and
// the environment that it names; what the build is given stands in the
// environment.
func layers(dir, name, given string) [][]string {
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return [][]string{{"cat", name}}
	}
	var script strings.Builder
	for _, line := range strings.Split(strings.ReplaceAll(string(text), "\\\n", ""), "\n") {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch word {
		case "RUN":
			script.WriteString(rest + "\n")
		case "ENV":
			script.WriteString("export " + rest + "\n")
		case "ARG":
			if name, value, ok := strings.Cut(rest, "="); ok {
				script.WriteString("export " + name + "=\"${" + name + ":-" + value + "}\"\n")
			}
		}
	}
	return [][]string{{"bash", "-ec", script.String(), name, given}}
}

// javaPath is where Debian puts the libraries.
const javaPath = "/usr/share/java/okhttp.jar:/usr/share/java/okio.jar:/usr/share/java/spring3-web.jar:/usr/share/java/spring3-core.jar:/usr/share/java/spring3-beans.jar:/usr/share/java/commons-logging.jar"

func simple(program string) func(dir, name, given string) [][]string {
	return func(_, name, given string) [][]string { return [][]string{{program, name, given}} }
}

// find makes sure that the programs can run: the interpreter, the installed
// libraries, and what a line "needs: program argument…" of the comment tries.
func (r *runner) find(t *testing.T, comment string) *runner {
	t.Helper()
	testtools.Need(t, r.program)
	out, err := exec.Command("bash", "install", "--dir").Output()
	if err != nil {
		t.Skipf("the install folder is not known: %v", err)
	}
	found := *r
	found.home = strings.TrimSpace(string(out))
	missing := ""
	if r.library != "" {
		if _, err := os.Stat(filepath.Join(found.home, r.library)); err != nil {
			missing = "libraries"
		}
	}
	for _, line := range strings.Split(comment, "\n") {
		if try, ok := strings.CutPrefix(line, "needs: "); ok && exec.Command("bash", "-c", try).Run() != nil {
			missing = try
		}
	}
	if missing != "" && testtools.All() {
		t.Fatalf("%s: missing; run internal/proof/install", missing)
	} else if missing != "" {
		t.Skipf("%s: missing; internal/proof/install installs it", missing)
	}
	return &found
}

// path prefers an interpreter of the install folder.
func (r *runner) path(program string) string {
	if own := filepath.Join(r.home, "python", "bin", program); program == "python" {
		return own
	}
	return program
}

// env is the environment of the programs: enough to find interpreters and
// libraries, and no proxy.
func (r *runner) env() []string {
	env := []string{
		"PATH=" + os.Getenv("PATH"), "PROOF=" + r.home,
		"NODE_PATH=" + filepath.Join(r.home, "node", "node_modules"), "NODE_NO_WARNINGS=1", "PYTHONDONTWRITEBYTECODE=1",
	}
	for _, name := range []string{"HOME", "TMPDIR", "GOCACHE", "GOPATH", "GOMODCACHE", "LANG"} {
		if v := os.Getenv(name); v != "" {
			env = append(env, name+"="+v)
		}
	}
	return env
}
