package timestreamtest_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"athena-timestream/local/timestreamtest"
)

// TestEnvLeadsAProgramHere runs a program that knows nothing of this server, the Go client of the examples: create, write, read,
// cancel, UNLOAD, delete.
func TestEnvLeadsAProgramHere(t *testing.T) {
	t.Parallel()
	s := timestreamtest.Start(t)
	program := exec.Command("go", "run", "./examples/clients/go")
	program.Dir = "../.."
	program.Env = append(os.Environ(), s.Env()...)
	out, err := program.CombinedOutput()
	if err != nil || strings.Count(string(out), "ok ") < 15 {
		t.Errorf("the program ended with %v:\n%s", err, out)
	}
}
