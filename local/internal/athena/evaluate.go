package athena

import (
	"context"
	"math/big"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"athena-timestream/local/internal/duck"
	"athena-timestream/local/internal/sqlparse"
	"athena-timestream/local/internal/translate"
)

// evaluator gives the values of constant expressions: plain literals at once,
// others by running them.
type evaluator struct {
	ctx context.Context // of the one Query call that the evaluator lives in
	db  *duck.DB
	now time.Time
}

// values evaluates expressions, in order.
func (v *evaluator) values(exprs ...sqlparse.Expr) ([]constant, error) {
	out := make([]constant, len(exprs))
	var rest []*sqlparse.SelectItem
	var places []int
	for i, e := range exprs {
		if k, ok := literal(e); ok {
			out[i] = k
			continue
		}
		rest = append(rest, &sqlparse.SelectItem{At: sqlparse.At{Place: e.Pos()}, Expr: e})
		places = append(places, i)
	}
	if rest == nil {
		return out, nil
	}
	values, err := v.run(rest)
	if err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return nil, leaveOut("no value, %s", first)
	}
	for i, place := range places {
		out[place] = values[i]
	}
	return out, nil
}

// literal reads the literals that are most frequent in long lists, and those that only a comparison allows.
func literal(e sqlparse.Expr) (constant, bool) {
	switch e := e.(type) {
	case *sqlparse.StringLit:
		return constant{kind: textConstant, text: e.Value}, true
	case *sqlparse.BoolLit:
		return constant{kind: boolConstant, boolean: e.Value}, true
	case *sqlparse.NullLit:
		return constant{kind: nullConstant}, true
	case *sqlparse.NumberLit:
		n, ok := new(big.Int).SetString(e.Text, 10)
		if e.Kind == sqlparse.Integer && ok && n.IsInt64() {
			return integerConstant(n.Int64()), true
		}
	case *sqlparse.TypedLit:
		if t, far := translate.FarTimestamp(e); far {
			ns := new(big.Rat).SetFrac64(t.Unix(), 1)
			return constant{kind: timeConstant, number: ns.Mul(ns, big.NewRat(1_000_000_000, 1))}, true
		}
	}
	return constant{}, false
}

func integerConstant(n int64) constant {
	return constant{kind: numberConstant, number: new(big.Rat).SetInt64(n), float: float64(n)}
}

func (v *evaluator) run(items []*sqlparse.SelectItem) ([]constant, error) {
	types, row, err := v.row(items)
	if err != nil {
		return nil, err
	}
	out := make([]constant, len(items))
	for i := range items {
		out[i] = constantOf(types[i].Type, row[i])
		if types[i].Type.Kind != translate.Decimal || out[i].kind == nullConstant {
			continue
		}
		asDouble := &sqlparse.Cast{X: items[i].Expr, Type: &sqlparse.TypeName{Name: "double"}}
		_, double, err := v.row([]*sqlparse.SelectItem{{Expr: asDouble}})
		if err != nil {
			return nil, err
		}
		out[i].float, _ = double[0].(float64)
	}
	return out, nil
}

// row runs a SELECT without FROM.
func (v *evaluator) row(items []*sqlparse.SelectItem) ([]translate.Column, []any, error) {
	q := &sqlparse.Query{Body: &sqlparse.Select{Items: items}}
	t, err := translate.Query(q, translate.Options{Dialect: translate.Athena, Catalog: &tables{}, Now: v.now})
	if err != nil {
		return nil, nil, err
	}
	rows, err := v.db.Query(v.ctx, t.SQL)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = rows.Close() }()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return nil, nil, err
		}
		return nil, nil, leaveOut("it has no value")
	}
	return t.Columns, append([]any(nil), rows.Values()...), nil
}

// constantOf is a value that DuckDB gave, as it compares.
func constantOf(t translate.Type, v any) constant {
	switch v := v.(type) {
	case nil:
		return constant{kind: nullConstant}
	case bool:
		return constant{kind: boolConstant, boolean: v}
	case float64:
		return constant{kind: doubleConstant, float: v}
	case float32:
		return constant{kind: realConstant, float: float64(v)}
	case string:
		return constant{kind: textConstant, text: v}
	case []byte:
		return constant{kind: bytesConstant, bytes: v}
	case decimal128.Num:
		return constant{kind: numberConstant, number: new(big.Rat).SetFrac(v.BigInt(), powerOfTen(int32(t.Scale)))}
	case int64:
		switch t.Kind {
		case translate.Timestamp, translate.TimestampTZ:
			return constant{kind: timeConstant, number: new(big.Rat).SetInt64(v)}
		case translate.Date:
			day := big.NewRat(86_400_000_000_000, 1)
			return constant{kind: timeConstant, number: day.Mul(day, new(big.Rat).SetInt64(v))}
		case translate.Bigint, translate.Integer, translate.Smallint, translate.Tinyint:
			return integerConstant(v)
		}
	}
	return constant{kind: otherConstant}
}

// unsteady are the functions whose value changes within a statement.
var unsteady = map[string]bool{"random": true, "rand": true, "uuid": true, "shuffle": true}

// steady reports whether a call gives the same value for the same
// arguments all through a statement.
func steady(c *sqlparse.Call) bool {
	name := c.Name[len(c.Name)-1].Name
	return !unsteady[strings.ToLower(name)]
}
