package substrait

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"athena-timestream/federation/redact"
)

func literal(l *pb.Expression_Literal) (Literal, error) {
	moment := func(value int64, precision int, zoned bool) (Literal, error) {
		m, err := momentOf(value, precision)
		return Literal{Type: Type{Kind: Timestamp, Precision: precision, Zoned: zoned}, Value: m}, err
	}
	integer := func(bits int, n int64) (Literal, error) {
		return Literal{Type: Type{Kind: Int, Bits: bits}, Value: n}, nil
	}
	text := func(s string) (Literal, error) { return Literal{Type: Type{Kind: Text}, Value: s}, nil }
	switch v := l.GetLiteralType().(type) {
	case *pb.Expression_Literal_Boolean:
		return Literal{Type: Type{Kind: Bool}, Value: v.Boolean}, nil
	case *pb.Expression_Literal_I8:
		return integer(8, int64(v.I8))
	case *pb.Expression_Literal_I16:
		return integer(16, int64(v.I16))
	case *pb.Expression_Literal_I32:
		return integer(32, int64(v.I32))
	case *pb.Expression_Literal_I64:
		return integer(64, v.I64)
	case *pb.Expression_Literal_Fp32:
		return Literal{Type: Type{Kind: Float, Bits: 32}, Value: float64(v.Fp32)}, nil
	case *pb.Expression_Literal_Fp64:
		return Literal{Type: Type{Kind: Float, Bits: 64}, Value: v.Fp64}, nil
	case *pb.Expression_Literal_String_:
		return text(v.String_)
	case *pb.Expression_Literal_FixedChar:
		return text(v.FixedChar)
	case *pb.Expression_Literal_VarChar_:
		return text(v.VarChar.GetValue())
	case *pb.Expression_Literal_Decimal_:
		return decimal(v.Decimal)
	case *pb.Expression_Literal_Date:
		return Literal{Type: Type{Kind: Date}, Value: int64(v.Date)}, nil
	case *pb.Expression_Literal_Timestamp:
		return moment(v.Timestamp, micros, false) //nolint:staticcheck // deprecated, and what Isthmus writes
	case *pb.Expression_Literal_TimestampTz:
		return moment(v.TimestampTz, micros, true) //nolint:staticcheck // as above
	case *pb.Expression_Literal_PrecisionTimestamp_:
		return moment(v.PrecisionTimestamp.GetValue(), int(v.PrecisionTimestamp.GetPrecision()), false)
	case *pb.Expression_Literal_PrecisionTimestampTz:
		return moment(v.PrecisionTimestampTz.GetValue(), int(v.PrecisionTimestampTz.GetPrecision()), true)
	case *pb.Expression_Literal_IntervalYearToMonth_:
		years, months := int64(v.IntervalYearToMonth.GetYears()), int64(v.IntervalYearToMonth.GetMonths())
		return Literal{Type: Type{Kind: interval}, Value: duration{months: 12*years + months}}, nil
	case *pb.Expression_Literal_IntervalDayToSecond_:
		return dayToSecond(v.IntervalDayToSecond)
	case *pb.Expression_Literal_Null:
		t := typeOf(v.Null)
		if t.Kind == Other {
			t.Kind = untyped
		}
		return Literal{Type: t}, nil
	default:
		return Literal{}, fmt.Errorf("%s literals are not supported", kindOf(v))
	}
}

// decimal reads 16 bytes in two's complement, the lowest first.
func decimal(d *pb.Expression_Literal_Decimal) (Literal, error) {
	if len(d.GetValue()) != 16 || d.GetScale() < 0 || d.GetScale() > 38 {
		return Literal{}, errors.New("a decimal literal is malformed")
	}
	high := slices.Clone(d.GetValue())
	slices.Reverse(high)
	n := new(big.Int).SetBytes(high)
	if high[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), 128))
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(d.GetScale())), nil)
	t := Type{Kind: Decimal, Precision: int(d.GetPrecision()), Scale: int(d.GetScale())}
	return Literal{Type: t, Value: new(big.Rat).SetFrac(n, unit)}, nil
}

func dayToSecond(i *pb.Expression_Literal_IntervalDayToSecond) (Literal, error) {
	value, precision := i.GetSubseconds(), int(i.GetPrecision())
	if m, ok := i.GetPrecisionMode().(*pb.Expression_Literal_IntervalDayToSecond_Microseconds); ok {
		value, precision = int64(m.Microseconds), micros //nolint:staticcheck // deprecated, but on the wire
	}
	part, err := momentOf(value, precision)
	seconds := int64(i.GetDays())*secondsPerDay + int64(i.GetSeconds()) + part.Seconds
	return Literal{Type: Type{Kind: interval}, Value: duration{seconds: seconds, picos: part.Picos}}, err
}

// cast evaluates the cast of a constant; what would lose something is an error.
func cast(l Literal, to Type) (Literal, error) {
	if l.Value == nil {
		return Literal{Type: to}, nil
	}
	value, err := convert(l, to)
	if err != nil {
		return Literal{}, redact.Errorf("cast the constant %v from %s to %s: %w", redact.Data(l.Value), l.Type, to, err)
	}
	return Literal{Type: to, Value: value}, nil
}

var errCast = errors.New("not supported")

func convert(l Literal, to Type) (any, error) {
	switch v := l.Value.(type) {
	case bool:
		if to.Kind == Bool {
			return v, nil
		}
	case int64:
		switch {
		case l.Type.Kind == Date && to.Kind == Date:
			return v, nil
		case l.Type.Kind == Date && to.Kind == Timestamp:
			return Moment{Seconds: v * secondsPerDay}, nil
		case l.Type.Kind == Int:
			return number(new(big.Rat).SetInt64(v), to)
		}
	case *big.Rat:
		return number(v, to)
	case float64:
		if to.Kind == Float && (to.Bits == 64 || float64(float32(v)) == v || v != v) {
			return v, nil
		}
	case string:
		return fromText(v, to)
	case Moment:
		if to.Kind == Timestamp && v.fits(to.Precision) {
			return v, nil
		}
	}
	return nil, errCast
}

func number(r *big.Rat, to Type) (any, error) {
	switch {
	case to.Kind == Float && to.Bits == 64:
		f, _ := r.Float64() // the nearest one
		return f, nil
	case to.Kind == Int && r.IsInt() && r.Num().IsInt64() && fitsInt(r.Num().Int64(), to.Bits):
		return r.Num().Int64(), nil
	case to.Kind == Decimal:
		unscaled := new(big.Rat).Mul(r, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(to.Scale)), nil)))
		if unscaled.IsInt() && len(new(big.Int).Abs(unscaled.Num()).String()) <= to.Precision {
			return r, nil
		}
	}
	return nil, errCast
}

func fitsInt(n int64, bits int) bool { return n>>(bits-1) == 0 || n>>(bits-1) == -1 }

func fromText(s string, to Type) (any, error) {
	switch to.Kind {
	case Text:
		return castText(s, to)
	case Int:
		n, err := strconv.ParseInt(strings.TrimSpace(s), 10, to.Bits)
		return n, err
	case Float:
		f, err := strconv.ParseFloat(strings.TrimSpace(s), to.Bits)
		if err == nil && !math.IsInf(f, 0) && f == f {
			return f, nil
		}
	case Date:
		t, err := time.Parse(time.DateOnly, s)
		return t.Unix() / secondsPerDay, err
	case Timestamp:
		return parseMoment(s, to.Precision)
	}
	return nil, errCast
}

// parseMoment reads "2024-02-29 12:34:56", with a fraction or without; a zone is not understood.
func parseMoment(s string, precision int) (Moment, error) {
	if strings.Contains(s, ",") { // which Go takes for the point of a fraction
		return Moment{}, errCast
	}
	clock, fraction, _ := strings.Cut(s, ".")
	t, err := time.Parse(time.DateTime, clock)
	if err != nil {
		if t, err = time.Parse(time.DateOnly, s); err != nil {
			return Moment{}, err
		}
	}
	m := Moment{Seconds: t.Unix()}
	if fraction != "" {
		if len(fraction) > maxPrecision {
			return Moment{}, errCast
		}
		picos, err := strconv.ParseUint(fraction+strings.Repeat("0", maxPrecision-len(fraction)), 10, 64)
		if err != nil {
			return Moment{}, err
		}
		m.Picos = int64(picos)
	}
	if !m.fits(precision) {
		return Moment{}, errCast
	}
	return m, nil
}
