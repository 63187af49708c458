package demo

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"
)

// seriesView is the view demo.cpu_series as a user would define it in Glue: the Timestream SQL in the view's original
// text, and a column that holds a time series.
var seriesView = &types.TableInput{
	Name:             aws.String("cpu_series"),
	Description:      aws.String("One time series of cpu_user a host, over the last hour"),
	TableType:        aws.String("EXTERNAL_TABLE"),
	Parameters:       map[string]string{"timestream-metadata-flag": "timestream-metadata-flag"},
	ViewOriginalText: aws.String(`SELECT hostname, CREATE_TIME_SERIES(time, cpu_user) AS cpu FROM "demo"."devops" WHERE time > ago(1h) GROUP BY hostname`),
	StorageDescriptor: &types.StorageDescriptor{Columns: []types.Column{
		{Name: aws.String("hostname"), Type: aws.String("string")},
		{Name: aws.String("cpu"), Type: aws.String(`array<struct<time:timestamp,measure_value\:\:double:double>>`), Comment: aws.String("cpu_user over time")},
	}},
}

func (c Clients) createView(ctx context.Context) error {
	var exists *types.AlreadyExistsException
	_, err := c.Glue.CreateDatabase(ctx, &glue.CreateDatabaseInput{DatabaseInput: &types.DatabaseInput{Name: aws.String(Database)}})
	if err != nil && !errors.As(err, &exists) {
		return fmt.Errorf("making the demo's Glue database: %w", err)
	}
	_, err = c.Glue.CreateTable(ctx, &glue.CreateTableInput{DatabaseName: aws.String(Database), TableInput: seriesView})
	if err != nil && !errors.As(err, &exists) {
		return fmt.Errorf("making the demo's view cpu_series: %w", err)
	}
	return nil
}
