package sqlgen

import (
	"strconv"
	"strings"
	"time"
)

// Identifier is a name exactly as the service knows it, unquoted, letter case kept. Names are case-sensitive.
type Identifier string

// String is the name between double quotes, a quote inside doubled. Every name is quoted: it may hold dots, dashes,
// "::" or be a reserved word.
func (i Identifier) String() string {
	return `"` + strings.ReplaceAll(string(i), `"`, `""`) + `"`
}

// operand is what stands for a column's value in a condition, as SQL text.
type operand string

// String is the SQL text.
func (o operand) String() string { return string(o) }

// Literal is a constant as SQL text. The only ways to one are the functions below.
type Literal struct{ sql string }

// String is the SQL text.
func (l Literal) String() string { return l.sql }

// Text is a varchar constant. Timestream knows no escapes but the doubled quote.
func Text(s string) Literal {
	return Literal{"'" + strings.ReplaceAll(s, "'", "''") + "'"}
}

// Boolean is true or false.
func Boolean(b bool) Literal { return Literal{strconv.FormatBool(b)} }

// Bigint is an integer constant. The least int64 has none: its digits alone, without the sign, are out of range.
func Bigint(n int64) Literal { return Literal{strconv.FormatInt(n, 10)} }

// Double is the shortest constant that reads back as f, always with an exponent, which makes it a double and nothing
// else: "9.05E1". f must be finite. Both zeros are "0E0".
func Double(f float64) Literal {
	if f == 0 {
		return Literal{"0E0"}
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'E', -1, 64), "E")
	n, _ := strconv.Atoi(exponent) // drops "+" and leading zeros; FormatFloat's own text cannot fail
	return Literal{mantissa + "E" + strconv.Itoa(n)}
}

// Date is the day a number of days after 1970-01-01. The caller keeps it within the years 0 to 9999.
func Date(days int64) Literal {
	return Literal{"DATE '" + time.Unix(days*secondsPerDay, 0).UTC().Format(time.DateOnly) + "'"}
}

// Timestamp is a point of time in nanoseconds since 1970-01-01 UTC, always with nine digits of fraction: shorter
// forms have been refused by the service (awslabs/aws-athena-query-federation issue 1887).
func Timestamp(nanos int64) Literal {
	return Literal{"TIMESTAMP '" + time.Unix(0, nanos).UTC().Format("2006-01-02 15:04:05.000000000") + "'"}
}

const secondsPerDay = 24 * 60 * 60
