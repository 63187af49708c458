package page

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery/types"

	"athena-timestream/federation/block"
	"athena-timestream/timestream/internal/tstype"
)

// Once the columns have grown, a page of scalars costs no allocation: not per row, and not per page either.
func TestNoAllocations(t *testing.T) {
	kinds := []tstype.Kind{tstype.Varchar, tstype.Double, tstype.Boolean, tstype.Bigint, tstype.Integer, tstype.Timestamp, tstype.Date, tstype.Time}
	values := []string{
		`a \"quoted\" h\u00f4st`, "0.13194831754663383", "true", "9223372036854775807", "-42",
		"2022-06-17 10:15:20.123456789", "2020-08-08", "01:00:00.000000000",
	}
	var fields []arrow.Field
	var infos []types.ColumnInfo
	var cells, nulls []string
	for i, k := range kinds {
		name := "c" + strconv.Itoa(i)
		fields = append(fields, tstype.Type{Kind: k}.Arrow(name))
		infos = append(infos, types.ColumnInfo{Name: &name, Type: &types.Type{ScalarType: types.ScalarType(k.String())}})
		cells = append(cells, `{"ScalarValue":"`+values[i]+`"}`)
		nulls = append(nulls, `{"NullValue":true}`)
	}
	row := func(c []string) string { return `{"Data":[` + strings.Join(c, ",") + `]}` }
	info := `[{"Name":"c0","Type":{"ScalarType":"VARCHAR"}}]` // as if read before; see raw below
	doc := `{"QueryId":"Q","NextToken":"t","ColumnInfo":` + info + `,"Rows":[` +
		strings.Repeat(row(cells)+","+row(nulls)+",", 100) + row(cells) +
		`],"QueryStatus":{"ProgressPercentage":27.12738525012893,"CumulativeBytesScanned":12345678,"CumulativeBytesMetered":10000000}}`

	b, err := block.NewBuilder(arrow.NewSchema(fields, nil))
	if err != nil {
		t.Fatal(err)
	}
	var bindings []Binding
	for i, k := range kinds {
		bindings = append(bindings, Binding{Name: fields[i].Name, Column: b.Column(i), Type: tstype.Type{Kind: k}})
	}
	d := NewDecoder(bindings)
	if err := d.bind(infos); err != nil {
		t.Fatal(err)
	}
	d.raw = []byte(info)
	body := append([]byte(doc), zeros[:]...)
	token := "t"
	a := Answer{out: &timestreamquery.QueryOutput{}, next: &token}
	rows := 0
	endRow := func() error { rows++; return nil }
	read := func() {
		b.Reset()
		a.body, a.size = body, len(doc)
		p, err := d.Append(context.Background(), &a, endRow)
		if err != nil || p.Rows != 201 || p.BySDK || aws.ToString(p.NextToken) != "t" {
			t.Fatalf("page %+v, error %v", p, err)
		}
		body = d.buffers.take()
		body = body[:cap(body)][:len(doc)+slack]
	}
	if n := testing.AllocsPerRun(20, read); n != 0 {
		t.Errorf("%v allocations a page of %d rows", n, rows)
	}
}
