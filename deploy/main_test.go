package deploy_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain runs the tests in the repository's root, from which they name files, and fails them if a goroutine outlives them.
func TestMain(m *testing.M) {
	if err := os.Chdir(".."); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}
