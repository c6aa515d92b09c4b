package proof

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/internal/testtools"
)

// installed is a path below the install folder.
func installed(t *testing.T, name string) string {
	t.Helper()
	dir, err := exec.Command("bash", "install", "--dir").Output()
	if err != nil {
		t.Skipf("the install folder is not known: %v", err)
	}
	found := filepath.Join(strings.TrimSpace(string(dir)), name)
	if _, err := os.Stat(found); err == nil {
		return found
	}
	if testtools.All() {
		t.Fatalf("%s: missing; run internal/proof/install", name)
	}
	t.Skipf("%s: missing; internal/proof/install installs it", name)
	return ""
}

// perFile splits lines "file<TAB>text" of one run for all files.
func perFile(text string) map[string][]string {
	out := map[string][]string{}
	for line := range strings.Lines(text) {
		if file, said, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			out[file] = append(out[file], said)
		}
	}
	return out
}

// typescript has the compiler read JavaScript too. It knows no library, so it
// complains of every type; the globals of the platforms are declared.
func typescript(t *testing.T, paths []string) map[string][]string {
	t.Helper()
	testtools.Need(t, "node")
	const program = `
const ts = require(process.argv[2]);
const globals = 'declare const process: any, Deno: any, PropertiesService: any, require: any, console: any;';
for (const file of process.argv.slice(3)) {
  const options = { allowJs: true, checkJs: true, noEmit: true, noLib: true, noResolve: true, types: [], jsx: ts.JsxEmit.Preserve,
    noUnusedLocals: true, target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, target) => name === 'globals.d.ts' ? ts.createSourceFile(name, globals, target) : read(name, target);
  for (const d of ts.getPreEmitDiagnostics(ts.createProgram([file, 'globals.d.ts'], options, host))) {
    console.log(file + '\t' + ts.flattenDiagnosticMessageText(d.messageText, ' ').replace(/\s+/g, ' '));
  }
}`
	script := filepath.Join(t.TempDir(), "check.js")
	if err := os.WriteFile(script, []byte(program), 0o644); err != nil {
		t.Fatal(err)
	}
	return perFile(run(t, script, "node", append([]string{script, installed(t, "node/node_modules/typescript")}, paths...)...))
}

// pyflakes compiles the files, and looks for names that are not defined or not
// used.
func pyflakes(t *testing.T, paths []string) map[string][]string {
	t.Helper()
	const program = `
import sys
from pyflakes import checker
import ast
for name in sys.argv[1:]:
    source = open(name, encoding="utf-8", newline="").read()
    try:
        compile(source, name, "exec")
    except SyntaxError as e:
        print(name, "syntax error: " + str(e.msg), sep="\t")
        continue
    for m in checker.Checker(ast.parse(source), name).messages:
        print(name, m.message % m.message_args, sep="\t")
`
	return perFile(run(t, paths[0], installed(t, "python/bin/python"), append([]string{"-W", "ignore", "-c", program}, paths...)...))
}

// shell has bash and shellcheck read the scripts. What the file around a script
// puts into it is assigned nowhere (SC2154).
func shell(t *testing.T, paths []string) map[string][]string {
	t.Helper()
	testtools.Need(t, "shellcheck")
	testtools.Need(t, "bash")
	out := each("shellcheck", "-s", "bash", "-f", "gcc", "-e", "SC2154")(t, paths)
	for p, lines := range each("bash", "-n")(t, paths) {
		out[p] = append(out[p], lines...)
	}
	return out
}

// kotlin runs the compiler, which is a library.
func kotlin(t *testing.T, paths []string) map[string][]string {
	t.Helper()
	testtools.Need(t, "java")
	lib := installed(t, "kotlin/lib")
	std, err := filepath.Glob(filepath.Join(lib, "kotlin-stdlib-[0-9]*.jar"))
	if err != nil || len(std) != 1 {
		t.Fatalf("the library of Kotlin: %v %v", std, err)
	}
	return each("java", "-cp", filepath.Join(lib, "*"), "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler",
		"-no-stdlib", "-no-reflect", "-cp", std[0]+":"+javaPath, "-d", "{dir}")(t, paths)
}
