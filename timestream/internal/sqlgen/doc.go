// Package sqlgen is the one place where text becomes Timestream SQL.
//
// [Select] writes the statement for one read: the columns, the table or view, a condition for every constrained column
// and, where it is sound, a LIMIT. The promise is one-sided: the statement never returns fewer rows than the constraints
// ask for. What SQL cannot say exactly is said more widely or left out, and the [Result] tells where and why; Athena
// filters again.
//
//	SELECT "host", "cpu"
//	FROM "db"."Metrics"
//	WHERE "time" >= TIMESTAMP '2024-01-01 00:00:00.000000000'
//	  AND ("host" IS NULL OR "host" IN ('a', 'b'))
//	LIMIT 10
//
// Where SQL and Athena's sets differ:
//
//   - Athena sees timestamps cut to milliseconds, so a millisecond stands for a million nanoseconds: time = x becomes
//     time >= x AND time < x + 1 ms. That is exact for what Athena sees.
//   - Timestamps reach from 1677 to 2262. A bound beyond is no bound; a range wholly beyond is most likely a value of the
//     wrong unit (Athena has sent such) and is left out rather than answered with nothing.
//   - Sets order text by UTF-16 code units, the service by bytes of UTF-8. The two differ only above U+D7FF, where a
//     bound is cut back to the part before.
//   - Sets order doubles as Java does: -0.0 below 0.0, NaN on top. SQL has one zero; the rest is said without naming
//     NaN or an infinity, for which SQL has no literal.
//
// Names and constants are different types, [Identifier] and [Literal], and each knows how it is quoted. [Parse] is the
// way for SQL written by others: a passthrough query, the text of a view.
package sqlgen
