package sample

import (
	"strconv"
	"strings"
	"time"

	"athena-timestream/timestream/internal/tstype"
)

// AppendRow appends row i as JSON: {"Data":[…]}.
func (t Table) AppendRow(b []byte, i int) []byte {
	b = append(b, `{"Data":[`...)
	for c := range t.Columns {
		if c > 0 {
			b = append(b, ',')
		}
		b = t.appendDatum(b, i, c)
	}
	return append(b, `]}`...)
}

const (
	scalarOpen  = `{"ScalarValue":"`
	scalarClose = `"}`
)

func (t Table) appendDatum(b []byte, row, column int) []byte {
	r := random(row, column)
	kind := t.Column(column).Kind
	if (kind == tstype.Double || kind == tstype.Bigint) && null(r) {
		return append(b, `{"NullValue":true}`...)
	}
	b = append(b, scalarOpen...)
	switch kind {
	case tstype.Timestamp:
		b = time.Unix(0, nanos(row)).UTC().AppendFormat(b, "2006-01-02 15:04:05.000000000")
	case tstype.Double:
		b = strconv.AppendFloat(b, double(r), 'f', -1, 64)
	case tstype.Bigint:
		b = strconv.AppendInt(b, bigint(r), 10)
	default:
		b = t.appendText(b, row, column)
	}
	return append(b, scalarClose...)
}

// appendText appends the value of one of the columns of text.
func (t Table) appendText(b []byte, row, column int) []byte {
	switch column {
	case 1:
		digits := strconv.AppendUint(nil, 10_000+host(row), 10)
		return append(append(b, hostPrefix...), digits[1:]...)
	case 2:
		return append(b, region...)
	default:
		return append(b, measureName...)
	}
}

// Head is what stands before the rows of a page.
const Head = `{"Rows":[`

// Tail is what stands behind them. An empty token means that there is no further page.
func (t Table) Tail(token string) string {
	var sb strings.Builder
	sb.WriteString(`],"ColumnInfo":[`)
	for c := range t.Columns {
		if c > 0 {
			sb.WriteByte(',')
		}
		col := t.Column(c)
		sb.WriteString(`{"Name":"` + col.Name + `","Type":{"ScalarType":"` + strings.ToUpper(col.Kind.String()) + `"}}`)
	}
	sb.WriteString(`],`)
	if token != "" {
		sb.WriteString(`"NextToken":"` + token + `",`)
	}
	sb.WriteString(`"QueryId":"AEBQEAMPLE7SAMPLE","QueryStatus":` +
		`{"ProgressPercentage":50.0,"CumulativeBytesScanned":1000,"CumulativeBytesMetered":10000000}}`)
	return sb.String()
}

// Page is one whole page of the rows from first up to end.
func (t Table) Page(first, end int, token string) []byte {
	b := append(make([]byte, 0, (end-first)*40*t.Columns+4096), Head...)
	for i := first; i < end; i++ {
		if i > first {
			b = append(b, ',')
		}
		b = t.AppendRow(b, i)
	}
	return append(b, t.Tail(token)...)
}
