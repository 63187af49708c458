// Command connector is a connector over tables that the examiner makes up: with
// every type that Athena reads, with partitions, with several splits each. It
// shows that package federation holds its side for any connector, not for
// Timestream's types alone. It is for interop/run and is not deployed.
//
// The file that tables_file names has the tables in the neutral form of
// vectors/README.md, so that they owe nothing to our own Arrow code:
//
//	{"splits": 3, "splitsPerReply": 2, "tables": [{
//	    "schema": "s", "table": "t", "metadata": {}, "partitionColumns": ["day"],
//	    "fields": [{"name": "day", "nullable": true, "type": {"@type": "Date", "unit": "DAY"}, "metadata": {}, "children": []}],
//	    "rows": [[{"days": 19000}], [null]]}]}
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"athena-timestream/federation"
	"athena-timestream/federation/federationtest"
	"athena-timestream/federation/lambdahandler"
	"athena-timestream/federation/spill/s3spill"
)

func main() {
	h, err := newHandler(context.Background(), os.Getenv)
	if err != nil {
		log.Fatal(err)
	}
	lambdahandler.Start(h)
}

func newHandler(ctx context.Context, getenv func(string) string) (*federation.Handler, error) {
	settings, err := federation.ConfigFromEnv(getenv)
	if err != nil {
		return nil, err
	}
	connector, err := open(getenv("tables_file"))
	if err != nil {
		return nil, err
	}
	aws, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	client := s3.NewFromConfig(aws)
	return federation.NewHandler(connector, federation.Options{
		SourceType: "interop", Config: settings,
		Store: s3spill.New(client, settings.SpillPutHeaders), Buckets: s3spill.NewVerifier(client),
		Logger: lambdahandler.NewLogger(os.Stdout, settings.LogLevel, getenv),
	})
}

func open(name string) (*federationtest.Memory, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open the file that tables_file names: %w", err)
	}
	defer f.Close()
	m, err := readTables(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return m, nil
}
