package translate

import "time"

// timeNatives take timestamps as nanoseconds since 1970.
func timeNatives() []Native {
	mysql, joda := newMemo(compileMySQL), newMemo(compileJoda)
	return []Native{
		{"ts_mysql_format", []string{"BIGINT", "VARCHAR"}, "VARCHAR", formatter(mysql)},
		{"ts_joda_format", []string{"BIGINT", "VARCHAR"}, "VARCHAR", formatter(joda)},
		{"ts_mysql_parse", []string{"VARCHAR", "VARCHAR"}, "BIGINT", timeParser(mysql)},
		{"ts_joda_parse", []string{"VARCHAR", "VARCHAR"}, "BIGINT", timeParser(joda)},
		{"ts_parse_duration", []string{"VARCHAR"}, "BIGINT", func(args []any) (any, error) {
			ns, ok := durationNs(args[0].(string))
			if !ok {
				return nil, refuse("duration is not a valid data duration string: %s", args[0])
			}
			return ns, nil
		}},
		{"ts_iso_date", []string{"VARCHAR"}, "DATE", isoDate},
		{"ts_iso_timestamp", []string{"VARCHAR"}, "BIGINT", isoTimestamp},
		{"ts_month_sequence", []string{"BIGINT", "BIGINT", "BIGINT"}, "BIGINT[]", monthSequence},
	}
}

func formatter(patterns *memo[timePattern]) func([]any) (any, error) {
	return func(args []any) (any, error) {
		p, err := patterns.get(args[1].(string))
		if err != nil {
			return nil, refuse("%v", err)
		}
		return p.format(time.Unix(0, args[0].(int64)).UTC()), nil
	}
}

func timeParser(patterns *memo[timePattern]) func([]any) (any, error) {
	return func(args []any) (any, error) {
		p, err := patterns.get(args[1].(string))
		if err != nil {
			return nil, refuse("%v", err)
		}
		ns, err := p.parse(args[0].(string))
		if err != nil {
			return nil, refuse("%v", err)
		}
		return ns, nil
	}
}

// maxSequence is how long a sequence may be.
const maxSequence = 10000

// monthSequence steps by months from start to stop; a day that a month has not becomes its last.
func monthSequence(args []any) (any, error) {
	start, stop, step := args[0].(int64), args[1].(int64), args[2].(int64)
	if step == 0 || start != stop && (step > 0) != (stop > start) {
		return nil, refuse("sequence stop value should be greater than or equal to start value if step is greater than zero " +
			"otherwise stop should be less than or equal to start")
	}
	var out []any
	for i := int64(0); ; i++ {
		at, ok := addMonths(time.Unix(0, start).UTC(), step*i)
		if !ok || step > 0 && at > stop || step < 0 && at < stop {
			return out, nil
		}
		if i >= maxSequence {
			return nil, refuse("result of sequence function must not have more than %d entries", maxSequence)
		}
		out = append(out, at)
	}
}

func addMonths(t time.Time, n int64) (int64, bool) {
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	moved := first.AddDate(0, 0, min(t.Day(), last)-1)
	return addSeconds(moved.Unix(), int64(moved.Nanosecond()))
}
