package csvload

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite/types"
)

// The retention of tables made here: the longest there is on disk, so that data of any age stays.
const (
	memoryHours  = 24
	magneticDays = 73000
)

// ensureTable makes the database and the table where they are missing. A table that is there is left as it is.
func ensureTable(ctx context.Context, client *timestreamwrite.Client, database, table string) (created bool, err error) {
	var conflict *types.ConflictException
	_, err = client.CreateDatabase(ctx, &timestreamwrite.CreateDatabaseInput{DatabaseName: aws.String(database)})
	if err != nil && !errors.As(err, &conflict) {
		return false, fmt.Errorf("making database %s: %w", database, err)
	}
	_, err = client.CreateTable(ctx, &timestreamwrite.CreateTableInput{
		DatabaseName: aws.String(database), TableName: aws.String(table),
		RetentionProperties: &types.RetentionProperties{
			MemoryStoreRetentionPeriodInHours:  aws.Int64(memoryHours),
			MagneticStoreRetentionPeriodInDays: aws.Int64(magneticDays),
		},
		MagneticStoreWriteProperties: &types.MagneticStoreWriteProperties{EnableMagneticStoreWrites: aws.Bool(true)},
	})
	if errors.As(err, &conflict) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("making table %s.%s: %w", database, table, err)
	}
	return true, nil
}
