package samples_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite/types"
)

// loadTables makes the databases and tables of testdata/data and writes their records.
func loadTables(t testing.TB, w *timestreamwrite.Client) {
	t.Helper()
	paths, err := filepath.Glob("testdata/data/*.csv")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no tables in testdata/data: %v", err)
	}
	for _, path := range paths {
		database, table, _ := strings.Cut(strings.TrimSuffix(filepath.Base(path), ".csv"), ".")
		_, err := w.CreateDatabase(t.Context(), &timestreamwrite.CreateDatabaseInput{DatabaseName: &database})
		var exists *types.ConflictException
		if err != nil && !errors.As(err, &exists) {
			t.Fatal(err)
		}
		if _, err := w.CreateTable(t.Context(), &timestreamwrite.CreateTableInput{DatabaseName: &database, TableName: &table}); err != nil {
			t.Fatal(err)
		}
		records, err := readRecords(path)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for batch := range slices.Chunk(records, 100) {
			in := &timestreamwrite.WriteRecordsInput{DatabaseName: &database, TableName: &table, Records: batch}
			if _, err := w.WriteRecords(t.Context(), in); err != nil {
				var rejected *types.RejectedRecordsException
				if errors.As(err, &rejected) {
					t.Fatalf("%s: record %d: %s", path, rejected.RejectedRecords[0].RecordIndex, aws.ToString(rejected.RejectedRecords[0].Reason))
				}
				t.Fatalf("%s: %v", path, err)
			}
		}
	}
}

// readRecords reads a table; the package comment tells what its columns mean.
func readRecords(path string) ([]types.Record, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	lines, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(lines) == 0 {
		return nil, errors.New("no header")
	}
	records := make([]types.Record, len(lines)-1)
	for i, cells := range lines[1:] {
		if records[i], err = readRecord(lines[0], cells); err != nil {
			return nil, fmt.Errorf("record %d: %w", i+1, err)
		}
	}
	return records, nil
}

func readRecord(header, cells []string) (types.Record, error) {
	r := types.Record{TimeUnit: types.TimeUnitNanoseconds}
	for i, cell := range cells {
		name, kind, isMeasure := strings.Cut(header[i], ":")
		value, err := &cell, error(nil)
		switch {
		case cell == "":
		case name == "measure_name":
			r.MeasureName = value
		case name == "time":
			r.Time, err = nanoseconds(cell)
		case name == "measure_value":
			r.MeasureValue, r.MeasureValueType = value, types.MeasureValueType(strings.ToUpper(kind[1:]))
		case isMeasure:
			if kind == "timestamp" {
				value, err = nanoseconds(cell)
			}
			r.MeasureValueType = types.MeasureValueTypeMulti
			r.MeasureValues = append(r.MeasureValues, types.MeasureValue{Name: &name, Value: value, Type: types.MeasureValueType(strings.ToUpper(kind))})
		default:
			r.Dimensions = append(r.Dimensions, types.Dimension{Name: &name, Value: value})
		}
		if err != nil {
			return r, err
		}
	}
	return r, nil
}

// nanoseconds reads "2024-05-01 12:00:00", with a fraction or without one, as nanoseconds since 1970.
func nanoseconds(s string) (*string, error) {
	at, err := time.Parse(time.DateTime, s)
	return aws.String(strconv.FormatInt(at.UnixNano(), 10)), err
}
