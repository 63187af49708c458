package e2e_test

import (
	"testing"

	"athena-timestream/internal/integration"
	"athena-timestream/local/timestreamtest"
)

// TestIntegration runs what `make integration` asks a real account, against the embedded Timestream.
func TestIntegration(t *testing.T) {
	c := integration.Config{Environment: map[string]string{"spill_bucket": bucket, "disable_glue": "true", "min_split_hours": "0.25"}}
	c.User.Database, c.User.Table = "Integration", "Devops"
	integration.Run(t, timestreamtest.Start(t).Config(), c)
}
