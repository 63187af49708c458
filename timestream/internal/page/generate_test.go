package page_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// generator writes pages of every type and nesting in every form that JSON leaves open. Equal seeds write equal pages.
type generator struct {
	*rand.Rand
	loose bool // white space, member order, null members
	// escapes are put where none are needed, names and numbers too, and broken UTF-8 into texts.
	escapes bool
	faulty
}

// faulty is the chance in percent of things that a page should not have.
type faulty struct{ values int }

func newGenerator(seed uint64) *generator {
	return &generator{Rand: rand.New(rand.NewPCG(seed, 42))}
}

func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

var scalarTypes = []string{
	"VARCHAR", "DOUBLE", "BOOLEAN", "BIGINT", "INTEGER", "TIMESTAMP", "DATE", "TIME",
	"INTERVAL_DAY_TO_SECOND", "INTERVAL_YEAR_TO_MONTH", "UNKNOWN",
}

// shape is a type of the wire, to generate values of.
type shape struct {
	scalar string
	array  *shape
	series *shape
	row    []shape
}

func (g *generator) shape(depth int) shape {
	if depth > 0 {
		switch g.IntN(5) {
		case 0:
			e := g.shape(depth - 1)
			return shape{array: &e}
		case 1:
			e := g.shape(depth - 1)
			return shape{series: &e}
		case 2:
			s := shape{row: make([]shape, 1+g.IntN(3))}
			for i := range s.row {
				s.row[i] = g.shape(depth - 1)
			}
			return s
		}
	}
	return shape{scalar: scalarTypes[g.IntN(len(scalarTypes))]}
}

// page is a page of up to rows rows.
func (g *generator) page(columns, rows, depth int) string {
	g.escapes = g.loose && g.chance(30)
	shapes := make([]shape, columns)
	infos := make([]string, columns)
	for i := range shapes {
		shapes[i] = g.shape(depth)
		infos[i] = g.object("Name", g.text("c"+strconv.Itoa(i)), "Type", g.typ(shapes[i]))
	}
	all := make([]string, rows)
	for r := range all {
		data := make([]string, columns)
		for i, s := range shapes {
			data[i] = g.datum(s)
		}
		all[r] = g.object("Data", g.list(data))
	}
	token := "null"
	if g.chance(70) {
		token = g.text("token" + strconv.Itoa(g.IntN(1000)))
	}
	members := []string{
		"QueryId", `"AEBQ` + strconv.Itoa(g.IntN(1000)) + `"`,
		"NextToken", token,
		"ColumnInfo", g.list(infos),
		"Rows", g.list(all),
		"QueryStatus", g.object(
			"ProgressPercentage", g.pick("100.0", "27.12738525012893", "0", "1e1", "null"),
			"CumulativeBytesScanned", strconv.Itoa(g.IntN(1e9)),
			"CumulativeBytesMetered", g.pick("10000000", "-0", "null")),
	}
	if g.loose && g.chance(30) {
		members = append(members, "QueryInsightsResponse", g.object("OutputRows", "7"))
	}
	if g.loose && g.chance(30) {
		members = append(members, g.pick("New", "rows", "Ünknown"), g.pick(`{"a":[1,-2.5e3,{"b":"\u00e9\\"}],"c":[],"d":{}}`, "true", `"x"`))
	}
	return g.object(members...)
}

func (g *generator) typ(s shape) string {
	unused := func(members ...string) string {
		if g.loose && g.chance(30) {
			members = append(members, "Other", "null")
		}
		return g.object(members...)
	}
	switch {
	case s.array != nil:
		return unused("ArrayColumnInfo", g.object("Type", g.typ(*s.array)))
	case s.series != nil:
		return unused("TimeSeriesMeasureValueColumnInfo", g.object("Type", g.typ(*s.series)))
	case s.row != nil:
		fields := make([]string, len(s.row))
		for i, f := range s.row {
			if g.chance(50) {
				fields[i] = g.object("Name", g.text("f"+strconv.Itoa(i)), "Type", g.typ(f))
			} else {
				fields[i] = g.object("Type", g.typ(f))
			}
		}
		return unused("RowColumnInfo", g.list(fields))
	default:
		return unused("ScalarType", g.text(s.scalar))
	}
}

var datumKeys = []string{"ScalarValue", "NullValue", "ArrayValue", "RowValue", "TimeSeriesValue"}

func (g *generator) datum(s shape) string {
	key, value := "", ""
	switch {
	case g.chance(12), s.scalar == "UNKNOWN" && g.chance(80):
		key, value = "NullValue", "true"
	case s.array != nil:
		elems := make([]string, g.IntN(4))
		for i := range elems {
			elems[i] = g.datum(*s.array)
		}
		key, value = "ArrayValue", g.list(elems)
	case s.series != nil:
		points := make([]string, g.IntN(4))
		for i := range points {
			points[i] = g.object("Time", g.text(g.scalar("TIMESTAMP")), "Value", g.datum(*s.series))
		}
		key, value = "TimeSeriesValue", g.list(points)
	case s.row != nil:
		data := make([]string, len(s.row))
		for i, f := range s.row {
			data[i] = g.datum(f)
		}
		key, value = "RowValue", g.object("Data", g.list(data))
	default:
		key, value = "ScalarValue", g.text(g.scalar(s.scalar))
	}
	members := []string{key, value}
	if g.loose && g.chance(20) {
		for _, k := range datumKeys {
			if k != key && g.chance(60) {
				members = append(members, k, "null")
			}
		}
	}
	if g.chance(g.values) {
		members = append(members, g.pick("ScalarValue", "ArrayValue", "RowValue"), g.pick("null", "[]", `"1"`, "{}", "7"))
	}
	return g.object(members...)
}

func (g *generator) pick(s ...string) string { return s[g.IntN(len(s))] }

func (g *generator) scalar(kind string) string {
	if g.chance(g.values) {
		return g.pick("", "x", "1.5.2", "2022-02-30", "2022-06-17 24:00:00", "9223372036854775808", "1e999", "True", "nan", "+", "1e", ".", "5.")
	}
	switch kind {
	case "DOUBLE":
		return g.double()
	case "BOOLEAN":
		return g.pick("true", "false")
	case "BIGINT":
		return strconv.FormatInt(int64(g.Uint64())>>g.IntN(64), 10)
	case "INTEGER":
		return strconv.FormatInt(int64(int32(g.Uint32()))>>g.IntN(32), 10)
	case "TIMESTAMP":
		return g.timestamp()
	case "DATE":
		return g.instant().Format("2006-01-02")
	case "TIME":
		return g.instant().Format("15:04:05.000000000")
	case "INTERVAL_DAY_TO_SECOND":
		return fmt.Sprintf("%d %s", g.IntN(100)-50, g.instant().Format("15:04:05.000000000"))
	case "INTERVAL_YEAR_TO_MONTH":
		return fmt.Sprintf("%d-%d", g.IntN(100)-50, g.IntN(12))
	default:
		return g.words()
	}
}

func (g *generator) double() string {
	switch g.IntN(8) {
	case 0:
		return g.pick("NaN", "Infinity", "-Infinity", "0.0", "-0.0", "4.9E-324", "1.7976931348623157E308", "123456789012345678901234567890.5", "9007199254740993.0")
	case 1:
		return strconv.FormatFloat(math.Float64frombits(g.Uint64()&^(1<<62)), 'E', -1, 64) // about 1 and below
	case 2:
		return strconv.Itoa(g.IntN(1000)) + ".0"
	case 3:
		return strconv.FormatFloat(g.NormFloat64(), 'f', g.IntN(25), 64)
	default:
		return strconv.FormatFloat(float64(g.IntN(1e6))/1000, 'f', -1, 64)
	}
}

func (g *generator) instant() time.Time {
	if g.chance(50) {
		return time.Unix(1655460920+int64(g.IntN(300)), int64(g.IntN(1e9))).UTC()
	}
	return time.Unix(g.Int64N(18_000_000_000)-9_000_000_000, int64(g.IntN(1e9))).UTC()
}

func (g *generator) timestamp() string {
	const whole = len("2006-01-02 15:04:05")
	text := g.instant().Format("2006-01-02 15:04:05.000000000")
	switch {
	case g.chance(70):
		return text
	case g.chance(10):
		return text[:whole]
	default:
		return text[:whole+2+g.IntN(9)]
	}
}

func (g *generator) words() string {
	var sb strings.Builder
	for range g.IntN(12) {
		sb.WriteString(g.pick("host", "a", "-", " ", "eu-west-1", "é", "漢字", "😀", "\"", "\\", "/", "\n", "\t", "\x01", "\x7f", "\u2028", "<&>"))
	}
	return sb.String()
}

// text writes a JSON string, with escapes where they must be and perhaps where they may be.
func (g *generator) text(s string) string {
	var sb strings.Builder
	sb.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			sb.WriteByte('\\')
			sb.WriteRune(r)
		case r == '\n':
			sb.WriteString(`\n`)
		case r == '/' && g.chance(50):
			sb.WriteString(`\/`)
		case r < 0x20 || g.escapes && g.chance(1):
			g.escape(&sb, r)
		default:
			sb.WriteRune(r)
		}
	}
	if g.escapes && g.chance(1) {
		sb.WriteString(g.pick("\xff", `\ud800`, "\xed\xa0\x80", `\ude00x`, "\xe6\xbc"))
	}
	sb.WriteByte('"')
	return sb.String()
}

func (g *generator) escape(sb *strings.Builder, r rune) {
	form := g.pick(`\u%04x`, `\u%04X`)
	if r >= 0x10000 {
		r -= 0x10000
		fmt.Fprintf(sb, form+form, 0xd800+r>>10, 0xdc00+r&0x3ff)
		return
	}
	fmt.Fprintf(sb, form, min(r, utf8.MaxRune))
}

func (g *generator) space() string {
	if !g.loose || g.chance(60) {
		return ""
	}
	return g.pick(" ", "\n", "\t", "\r\n  ", "    ")
}

func (g *generator) list(values []string) string {
	var sb strings.Builder
	sb.WriteString("[" + g.space())
	for i, v := range values {
		if i > 0 {
			sb.WriteString("," + g.space())
		}
		sb.WriteString(v + g.space())
	}
	return sb.String() + "]"
}

// object takes keys and values in turn.
func (g *generator) object(members ...string) string {
	order := make([]int, len(members)/2)
	for i := range order {
		order[i] = i
	}
	if g.loose {
		g.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	}
	var sb strings.Builder
	sb.WriteString("{" + g.space())
	for n, i := range order {
		if n > 0 {
			sb.WriteString("," + g.space())
		}
		sb.WriteString(`"` + members[2*i] + `"` + g.space() + ":" + g.space() + members[2*i+1] + g.space())
	}
	return sb.String() + "}"
}
