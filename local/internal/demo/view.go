package demo

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"
)

// view is a view as a user would define it in Glue: the Timestream SQL in the view's original text, a key, and a column
// that holds a time series.
type view struct {
	name, description string
	sql               string
	key               string // a column of texts
	series            string // the column of time series
	comment           string // on it
}

var views = []view{
	{
		name: "cpu_series", description: "One time series of cpu_user a host, over the last hour",
		sql: `SELECT hostname, CREATE_TIME_SERIES(time, cpu_user) AS cpu FROM "demo"."devops" WHERE time > ago(1h) GROUP BY hostname`,
		key: "hostname", series: "cpu", comment: "cpu_user over time",
	},
	{
		name: "climate_minutes", description: "The temperature of each room over the last hour, interpolated from every five minutes to every minute",
		sql: `SELECT room, INTERPOLATE_LINEAR(CREATE_TIME_SERIES(time, measure_value::double), SEQUENCE(min(time), max(time), 1m)) AS celsius
FROM "demo"."climate" WHERE measure_name = 'temperature' AND time > ago(1h) GROUP BY room`,
		key: "room", series: "celsius", comment: "temperature over time",
	},
}

func (v view) table() *types.TableInput {
	return &types.TableInput{
		Name:             &v.name,
		Description:      &v.description,
		TableType:        aws.String("EXTERNAL_TABLE"),
		Parameters:       map[string]string{"timestream-metadata-flag": "timestream-metadata-flag"},
		ViewOriginalText: &v.sql,
		StorageDescriptor: &types.StorageDescriptor{Columns: []types.Column{
			{Name: &v.key, Type: aws.String("string")},
			{Name: &v.series, Type: aws.String(`array<struct<time:timestamp,measure_value\:\:double:double>>`), Comment: &v.comment},
		}},
	}
}

func (c Clients) createViews(ctx context.Context) error {
	var exists *types.AlreadyExistsException
	_, err := c.Glue.CreateDatabase(ctx, &glue.CreateDatabaseInput{DatabaseInput: &types.DatabaseInput{Name: aws.String(Database)}})
	if err != nil && !errors.As(err, &exists) {
		return fmt.Errorf("making the demo's Glue database: %w", err)
	}
	for _, v := range views {
		_, err = c.Glue.CreateTable(ctx, &glue.CreateTableInput{DatabaseName: aws.String(Database), TableInput: v.table()})
		if err != nil && !errors.As(err, &exists) {
			return fmt.Errorf("making the demo's view %s: %w", v.name, err)
		}
	}
	return nil
}
