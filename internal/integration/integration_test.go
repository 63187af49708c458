package integration_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/config"
	"go.uber.org/goleak"

	"athena-timestream/internal/integration"
)

var file = flag.String("config", "", "settings as in etc/test-config.json; without it no account is asked")

// TestMain fails the tests if a goroutine outlives them, other than those of idle connections, which the SDK's clients keep.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop"))
}

// TestIntegration examines the connector on the account that AWS's usual variables and files lead to: make integration.
func TestIntegration(t *testing.T) {
	if *file == "" {
		t.Skip("no account is asked: make integration CONFIG=etc/test-config.json does")
	}
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cfg.Credentials.Retrieve(t.Context()); err != nil {
		t.Skipf("no AWS credentials, so no account is asked: %v", err)
	}
	c, err := integration.ReadConfig(*file)
	if err != nil {
		t.Fatal(err)
	}
	integration.Run(t, cfg, c)
}

// TestReadConfig reads the file that is in the repository, and files with faults.
func TestReadConfig(t *testing.T) {
	faulty := filepath.Join(t.TempDir(), "test-config.json")
	for text, want := range map[string]string{
		"":   "EOF",
		"{}": "set ",
		`{"environment_vars": {"spill_bucket": "b"}, "user_settings": {"timestream_db_name": "d"}}`:                                                         "set user_settings.timestream_table_name",
		`{"athena_work_group": "w", "environment_vars": {"spill_bucket": "b"}, "user_settings": {"timestream_db_name": "d", "timestream_table_name": "t"}}`: "",
	} {
		if err := os.WriteFile(faulty, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := integration.ReadConfig(faulty)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := integration.ReadConfig("../../etc/test-config.json"); err == nil || !strings.Contains(err.Error(), "set environment_vars.spill_bucket") {
		t.Errorf("the repository's file: %v", err)
	}
}
