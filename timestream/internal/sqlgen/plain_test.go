package sqlgen_test

import (
	"testing"

	"athena-timestream/timestream/internal/sqlgen"
)

func TestPlainView(t *testing.T) {
	for view, want := range map[string]bool{
		`SELECT * FROM d.t`:                          true,
		`SELECT time FROM t`:                         true,
		`select "time", host from "my-db"."t.1";`:    true,
		`SELECT host, t.time FROM d.t -- LIMIT 1`:    true,
		`SELECT *, cpu * 2 AS twice FROM d.t`:        true,
		`SELECT time, measure_value::double FROM t`:  true,
		`SELECT time, (a + 1.5e3) % 2 AS b FROM d.t`: true,
		`SELECT time, CASE WHEN ok THEN 1 ELSE -1 END AS sign, CAST(n AS double) AS n FROM d.t`:                                true,
		`SELECT time FROM d.t WHERE host IN ('a', 'b') AND NOT (n BETWEEN 1 AND 2 OR s LIKE '%x' ESCAPE '\')`:                  true,
		`SELECT time FROM d.t WHERE time >= TIMESTAMP '2024-01-01 00:00:00' - 15m AND ok IS NOT NULL AND s = 'GROUP BY max(' `: true,

		``:                                        false,
		`SELECT`:                                  false,
		`SELECT 1`:                                false,
		`SELECT time`:                             false,
		`SELECT host FROM d.t`:                    false, // no time
		`SELECT t.* FROM d.t`:                     false,
		`SELECT Time FROM d.t`:                    false, // another column
		`SELECT "Time" FROM d.t`:                  false,
		`SELECT time AS at FROM d.t`:              false,
		`SELECT seen AS time FROM d.t`:            false,
		`SELECT bin(time, 1h) AS time FROM d.t`:   false,
		`SELECT time, max(cpu) AS cpu FROM d.t`:   false,
		`SELECT time, "max"(cpu) AS cpu FROM d.t`: false,
		`SELECT time, rank() OVER (ORDER BY n) FROM d.t`:                                       false,
		`SELECT DISTINCT time FROM d.t`:                                                        false,
		`SELECT ALL time FROM d.t`:                                                             false,
		`SELECT time FROM d.t x`:                                                               false,
		`SELECT time FROM d.t AS x`:                                                            false,
		`SELECT time FROM d.t, d.u`:                                                            false,
		`SELECT time FROM d.t JOIN d.u ON true`:                                                false,
		`SELECT time FROM (SELECT time FROM d.t LIMIT 1)`:                                      false,
		`SELECT time FROM d.t TABLESAMPLE BERNOULLI (10)`:                                      false,
		`SELECT time FROM d.t LIMIT 10`:                                                        false,
		`SELECT time FROM d.t ORDER BY time`:                                                   false,
		`SELECT time FROM d.t GROUP BY time`:                                                   false,
		`SELECT time FROM d.t UNION SELECT time FROM d.u`:                                      false,
		`SELECT time FROM d.t CROSS JOIN UNNEST(a) AS u(v)`:                                    false,
		`SELECT time FROM unnest(a)`:                                                           false,
		`WITH x AS (SELECT * FROM d.t) SELECT * FROM x`:                                        false,
		`(SELECT time FROM d.t)`:                                                               false,
		`SELECT time FROM d.t WHERE time > ago(1h)`:                                            false,
		`SELECT time FROM d.t WHERE time > now() - 1h`:                                         false,
		`SELECT time FROM d.t WHERE time > current_timestamp - 1h`:                             false,
		`SELECT time FROM d.t WHERE random() < 0.5`:                                            false,
		`SELECT time FROM d.t WHERE n = 1 LIMIT 5`:                                             false,
		`SELECT time FROM d.t WHERE ok IS NULL LIMIT 5`:                                        false,
		`SELECT time FROM d.t WHERE (n = 1) OFFSET 5`:                                          false,
		`SELECT time FROM d.t WHERE s LIKE 'a' FETCH FIRST 5 ROWS ONLY`:                        false,
		`SELECT time FROM d.t WHERE CASE WHEN ok THEN true END LIMIT 5`:                        false,
		`SELECT time FROM d.t WHERE n = (SELECT max(n) FROM d.t)`:                              false,
		`SELECT time FROM d.t WHERE EXISTS (SELECT 1 FROM d.u)`:                                false,
		`SELECT time, (SELECT max(n) FROM d.u) AS m FROM d.t`:                                  false,
		`SELECT time, ARRAY[n] AS a FROM d.t`:                                                  false, // perhaps, one day
		`SELECT time FROM d.t WHERE a = ?`:                                                     false,
		`SELECT time FROM d.t; SELECT time FROM d.t`:                                           false,
		`SELECT time FROM d.t WHERE s = 'no end`:                                               false,
		`/* Presto View: eyJvcmlnaW5hbFNxbCI6IlNFTEVDVCAqIEZST00gZC50In0= */`:                  false,
		`SELECT time FROM d.t WHERE a IS DISTINCT FROM b`:                                      false,
		`SELECT time FROM d.t WHERE n = 1 -- ` + "\n" + `ORDER BY time`:                        false,
		`SELECT time FROM d.t WHERE time > TIMESTAMP '2024-01-01 00:00:00' AT TIME ZONE 'UTC'`: false,
	} {
		if got := sqlgen.PlainView(view); got != want {
			t.Errorf("%t for %s", got, view)
		}
	}
}
