// Command csv is the smallest whole connector: Athena queries CSV files that lie
// beside the function's binary. Folders are schemas, files are tables:
//
//	data/shop/orders.csv   →   "lambda:csv".shop.orders
//
// The first line names the columns, each with its type if that is not varchar (id:bigint, price:double); an empty field
// is null. The environment sets csv_dir (default "data"), spill_bucket, and what else federation.ConfigFromEnv reads.
package main

import (
	"cmp"
	"context"
	"log"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"athena-timestream/federation"
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
	aws, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	client := s3.NewFromConfig(aws)
	return federation.NewHandler(connector{os.DirFS(cmp.Or(getenv("csv_dir"), "data"))}, federation.Options{
		SourceType: "csv", Config: settings,
		Store: s3spill.New(client, settings.SpillPutHeaders), Buckets: s3spill.NewVerifier(client),
		Logger: lambdahandler.NewLogger(os.Stdout, settings.LogLevel, getenv),
	})
}
