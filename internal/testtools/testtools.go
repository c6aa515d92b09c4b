// Package testtools says which programs a test may rely on.
//
// Go and git are there for every test. Whatever else a test runs it asks for
// by name with [Need]: `go test ./...` skips the test where the program is
// missing, and scripts/test, which installs the programs first, fails it.
package testtools

import (
	"os"
	"os/exec"
	"testing"
)

// Variable is the environment variable that makes a missing program a failure:
// UNHAPI_TEST_TOOLS=all.
const Variable = "UNHAPI_TEST_TOOLS"

// Need gives the path of a program. Where there is none, the test is skipped,
// or fails if every tool must be there.
func Need(t testing.TB, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err == nil {
		return path
	}
	if All() {
		t.Fatalf("%s is missing, and %s=all: run scripts/tools", program, Variable)
	}
	t.Skipf("%s is missing: scripts/test installs it and runs this test", program)
	return ""
}

// All reports whether every tool must be there.
func All() bool { return os.Getenv(Variable) == "all" }
