package ci

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/internal/testtools"
)

// complaint is a line of the validator that is more than a note.
var complaint = regexp.MustCompile(`(?m)^.*: (error|warning) \w+:.*$`)

// TestSarifValidator reads the report of the demo with the validator of the
// format, by the rules of code scanning.
func TestSarifValidator(t *testing.T) {
	program := testtools.Need(t, "sarif-multitool")
	dir := t.TempDir()
	demo := exec.Command(build(t), "demo", filepath.Join(dir, "demo"))
	if out, err := demo.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for name, args := range map[string][]string{"tree": nil, "history": {"--history"}} {
		file := filepath.Join(dir, name+".sarif")
		scan := exec.Command(build(t), append([]string{"scan", "--exit-zero", "-f", "sarif=" + file, filepath.Join(dir, "demo")}, args...)...)
		if out, err := scan.CombinedOutput(); err != nil {
			t.Errorf("%v: %v\n%s", args, err, out)
			continue
		}
		// It exits 0 whatever it finds: what it prints counts.
		cmd := exec.Command(program, "validate", file, "--rule-kind", "Sarif;Gh", "--level", "Error;Warning")
		cmd.Env = append(os.Environ(), "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1")
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "Analysis completed") {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
		for _, line := range complaint.FindAllString(string(out), -1) {
			t.Errorf("%s: %s", name, line)
		}
	}
}

// TestManualPage reads the manual page with the validator of that format.
func TestManualPage(t *testing.T) {
	program := testtools.Need(t, "mandoc")
	page, err := exec.Command(build(t), "man").Output()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "unhapi.1")
	if err := os.WriteFile(file, page, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(program, "-Tlint", "-Wstyle", file).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
