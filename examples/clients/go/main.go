// Command go does the ordinary things of Amazon Timestream for LiveAnalytics with the AWS SDK for Go, once each.
//
// It talks to the service that the SDK's ordinary settings name. With AWS_ENDPOINT_URL pointing at "athena-local serve" that
// is the embedded Timestream. It makes a database of its own and removes it at the end; each line that it prints is a thing
// that worked, and it exits with 1 at the first that did not.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"
)

const (
	database = "example_go"
	table    = "readings"
	bucket   = "example-go" // at AWS, a bucket of yours
)

// example is a run: its clients, and the time of the first reading, which is a whole minute about an hour ago.
type example struct {
	write *timestreamwrite.Client
	query *timestreamquery.Client
	s3    *s3.Client
	start time.Time
}

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "FAILED:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	c, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	e := example{
		write: timestreamwrite.NewFromConfig(c), query: timestreamquery.NewFromConfig(c), s3: s3.NewFromConfig(c),
		start: time.Now().UTC().Truncate(time.Minute).Add(-time.Hour),
	}
	if err := e.remove(ctx); err != nil { // what an earlier run may have left
		return err
	}
	steps := []func(context.Context) error{
		e.create, e.writeSingle, e.writeMulti, e.writeAgain, e.describe,
		e.readPages, e.readValues, e.aggregate, e.series, e.refused, e.cancel, e.unload,
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if err := e.remove(ctx); err != nil {
		return err
	}
	var gone error
	if _, gone = e.write.DescribeDatabase(ctx, &timestreamwrite.DescribeDatabaseInput{DatabaseName: aws.String(database)}); gone == nil {
		return errors.New("the database is still there after its deletion")
	}
	return check("delete table and database", isNotFound(gone), gone)
}

// check reports a thing that worked, or returns an error that says what was seen instead.
func check(statement string, holds bool, seen any) error {
	if !holds {
		return fmt.Errorf("%s; seen: %v", statement, seen)
	}
	fmt.Println("ok", statement)
	return nil
}
