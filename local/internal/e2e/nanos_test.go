package e2e_test

import "testing"

// TestNanosecondColumns: nothing of a time is lost in its column of nanoseconds, and conditions on it are exact.
func TestNanosecondColumns(t *testing.T) {
	t.Parallel()
	s := serve(t, openDB(t), setting{nanos: true}, nil)
	s.points(t)
	with, without := s.engines()
	for _, c := range []struct {
		sql  string
		want []string
	}{
		{"SELECT time, time_nanos FROM db.points WHERE host = 'a'", []string{
			"1970-01-01T00:01:00 | 60000000001", "1970-01-01T00:03:00 | 180000000001", "1970-01-01T00:04:00 | 240000999999",
		}},
		{"SELECT cpu FROM db.points WHERE time_nanos = 60000000001", []string{"1.5"}},
		{"SELECT cpu FROM db.points WHERE time_nanos BETWEEN 60000000001 AND 180000000000", []string{"1.5", "7"}},
		{"SELECT cpu FROM db.points WHERE time_nanos NOT IN (60000000000, 60000000001, 120000000000, 9223372036854775807)", []string{"-0", "3.5"}},
		{"SELECT cpu FROM db.points WHERE time_nanos % 10 = 9 OR time_nanos < 60000000001", []string{"-0", "1e+300"}},
		{"SELECT time_nanos FROM db.points ORDER BY time_nanos DESC LIMIT 1", []string{"240000999999"}},
		{"SELECT count(*) FROM db.points WHERE time_nanos < -5", []string{"0"}},
		{"SELECT max(time_nanos - to_unixtime(time) * 1000000000) FROM db.points", []string{"999999"}},
	} {
		same(t, c.sql, answer(t, without, c.sql), c.want)
		same(t, c.sql, answer(t, with, c.sql), c.want)
	}
}

// TestNanosecondColumnsGiveWay: a column of that name is the table's own.
func TestNanosecondColumnsGiveWay(t *testing.T) {
	t.Parallel()
	s := serve(t, openDB(t), setting{nanos: true}, nil)
	s.put(t, "db", "t", "Time_Nanos")
	same(t, "its own value", answer(t, s.engine(), "SELECT time_nanos FROM db.t"), []string{`"db/t/Time_Nanos"`})
}
