package timestreamtest_test

import (
	"context"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite/types"

	"athena-timestream/local/timestreamtest"
)

// A TestMain that shares one server looks like this; a test of its own calls Start(t) and needs no Stop.
func Example() {
	server, err := timestreamtest.New()
	if err != nil {
		log.Fatal(err)
	}

	ctx := context.Background()
	write := timestreamwrite.NewFromConfig(server.Config())
	database, table := aws.String("plant"), aws.String("pumps")
	if _, err := write.CreateDatabase(ctx, &timestreamwrite.CreateDatabaseInput{DatabaseName: database}); err != nil {
		log.Fatal(err)
	}
	if _, err := write.CreateTable(ctx, &timestreamwrite.CreateTableInput{DatabaseName: database, TableName: table}); err != nil {
		log.Fatal(err)
	}
	_, err = write.WriteRecords(ctx, &timestreamwrite.WriteRecordsInput{
		DatabaseName: database, TableName: table,
		Records: []types.Record{{
			Dimensions:  []types.Dimension{{Name: aws.String("pump"), Value: aws.String("p1")}},
			Time:        aws.String("1700000000000"),
			MeasureName: aws.String("pressure"), MeasureValue: aws.String("3.25"), MeasureValueType: types.MeasureValueTypeDouble,
		}},
	})
	if err != nil {
		log.Fatal(err)
	}

	query := timestreamquery.NewFromConfig(server.Config())
	answer, err := query.Query(ctx, &timestreamquery.QueryInput{
		QueryString: aws.String(`SELECT pump, measure_value::double, time FROM plant.pumps`),
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, cell := range answer.Rows[0].Data {
		fmt.Println(*cell.ScalarValue)
	}
	if err := server.Stop(); err != nil {
		log.Fatal(err)
	}
	// Output:
	// p1
	// 3.25
	// 2023-11-14 22:13:20.000000000
}
