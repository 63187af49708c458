package e2e_test

import (
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"

	"athena-timestream/federation"
	"athena-timestream/federation/federationtest"
	"athena-timestream/local/internal/tsserver"
	"athena-timestream/timestream"
)

// TestSuite puts the connector through the SDK's examination on the embedded service: as a connector, and as the handler
// with the AWS clients that it is deployed with.
func TestSuite(t *testing.T) {
	splits := timestream.SplitConfig{Most: 3, Least: time.Hour, LookBack: 60 * 365 * 24 * time.Hour}
	s := serve(t, openDB(t), setting{server: tsserver.Options{PageBytes: 20_000}, splits: splits}, nil)
	r := rand.New(rand.NewPCG(*seed, 0))
	s.write(t, randomTable(r, "db", "multi", 60, false), randomTable(r, "Two", "Single-Measure", 30, true))
	options := federationtest.Options{
		Config:      federation.Config{Passthrough: true},
		Passthrough: map[string]string{"QUERY": `SELECT "Host", time, n, array[n] AS l FROM "db"."multi" ORDER BY time LIMIT 30`},
	}
	t.Run("connector", func(t *testing.T) {
		query := timestreamquery.NewFromConfig(s.local(), func(o *timestreamquery.Options) {
			o.EndpointDiscovery.EnableEndpointDiscovery = aws.EndpointDiscoveryDisabled
		})
		federationtest.Run(t, timestream.New(query, s.writer(), nil, slog.New(slog.DiscardHandler)), options)
	})
	t.Run("handler", func(t *testing.T) { federationtest.RunInvoker(t, s.handler, s.store, options) })
}
