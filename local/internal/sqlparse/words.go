package sqlparse

import "strings"

// reserved are the words that cannot be bare identifiers: the list of Timestream's guide, which is Presto's.
var reserved = map[string]bool{
	"ALTER": true, "AND": true, "AS": true, "BETWEEN": true, "BY": true, "CASE": true, "CAST": true, "CONSTRAINT": true,
	"CREATE": true, "CROSS": true, "CUBE": true, "CURRENT_DATE": true, "CURRENT_TIME": true, "CURRENT_TIMESTAMP": true,
	"CURRENT_USER": true, "DEALLOCATE": true, "DELETE": true, "DESCRIBE": true, "DISTINCT": true, "DROP": true,
	"ELSE": true, "END": true, "ESCAPE": true, "EXCEPT": true, "EXECUTE": true, "EXISTS": true, "EXTRACT": true,
	"FALSE": true, "FOR": true, "FROM": true, "FULL": true, "GROUP": true, "GROUPING": true, "HAVING": true, "IN": true,
	"INNER": true, "INSERT": true, "INTERSECT": true, "INTO": true, "IS": true, "JOIN": true, "LEFT": true,
	"LIKE": true, "LOCALTIME": true, "LOCALTIMESTAMP": true, "NATURAL": true, "NORMALIZE": true, "NOT": true,
	"NULL": true, "ON": true, "OR": true, "ORDER": true, "OUTER": true, "PREPARE": true, "RECURSIVE": true,
	"RIGHT": true, "ROLLUP": true, "SELECT": true, "TABLE": true, "THEN": true, "TRUE": true, "UESCAPE": true,
	"UNION": true, "UNNEST": true, "USING": true, "VALUES": true, "WHEN": true, "WHERE": true, "WITH": true,
}

// shortUnits are the units of 15m-like literals; m is minutes.
var shortUnits = map[string]string{
	"ns": "nanosecond", "nanosecond": "nanosecond", "us": "microsecond", "microsecond": "microsecond",
	"ms": "millisecond", "millisecond": "millisecond", "s": "second", "second": "second",
	"m": "minute", "minute": "minute", "h": "hour", "hour": "hour", "d": "day", "day": "day",
	"month": "month", "y": "year", "year": "year",
}

// longUnits are the units of INTERVAL '2' DAY.
var longUnits = map[string]string{
	"SECOND": "second", "MINUTE": "minute", "HOUR": "hour", "DAY": "day", "WEEK": "week", "MONTH": "month", "YEAR": "year",
}

func isReserved(name string) bool { return reserved[strings.ToUpper(name)] }
