package translate

import (
	"slices"
	"strings"
)

// aggregateFunctions: $d is DISTINCT, $o the order inside, $f what follows the call (FILTER, OVER).
func aggregateFunctions() []function {
	return slices.Concat(percentileForms("bigint", ", double"), statisticForms(), []function{
		{signature: "count() bigint", sql: "count(*)$f"},
		{signature: "count(T) bigint", sql: "count($d$1)$f"},
		{signature: "count_if(boolean) bigint", sql: "CAST(count_if($1)$f AS BIGINT)"},
		{signature: "sum(bigint) bigint", sql: "CAST(sum($d$1)$f AS BIGINT)"},
		{signature: "sum(double) double", sql: "sum($d$1)$f"},
		{signature: "sum(interval) interval", sql: "CAST(sum($d$1)$f AS BIGINT)"},
		{signature: "avg(double) double", sql: "avg($d$1)$f"},
		{signature: "avg(interval) interval", sql: "CAST(round(avg($d$1)$f) AS BIGINT)"},
		{signature: "min(T) T", sql: "min($d$1)$f"},
		{signature: "max(T) T", sql: "max($d$1)$f"},
		{signature: "min(T, bigint) array(T)", sql: "min($1, $2)$f"},
		{signature: "max(T, bigint) array(T)", sql: "max($1, $2)$f"},
		{signature: "min_by(T, U) T", sql: "arg_min_null($1, $2)$f", nan: true},
		{signature: "max_by(T, U) T", sql: "arg_max_null($1, $2)$f", nan: true},
		{signature: "min_by(T, U, bigint) array(T)", sql: "arg_min($1, $2, $3)$f"},
		{signature: "max_by(T, U, bigint) array(T)", sql: "arg_max($1, $2, $3)$f"},
		{signature: "arbitrary(T) T", sql: "any_value($1)$f"},
		{signature: "array_agg(T) array(T)", sql: "list($d$1$o)$f"},
		{signature: "bool_and(boolean) boolean", sql: "bool_and($1)$f"},
		{signature: "bool_or(boolean) boolean", sql: "bool_or($1)$f"},
		{signature: "every(boolean) boolean", sql: "bool_and($1)$f"},
		{signature: "bitwise_and_agg(bigint) bigint", sql: "bit_and($1)$f"},
		{signature: "bitwise_or_agg(bigint) bigint", sql: "bit_or($1)$f"},
		{signature: "geometric_mean(double) double", sql: "exp(avg(ts_ln($1))$f)", nan: true},
		{signature: "approx_distinct(T) bigint", sql: "count(DISTINCT $1)$f"},
		{signature: "approx_distinct(T, double) bigint", sql: "count(DISTINCT $1)$f"},
	})
}

// statisticForms guard what DuckDB refuses, a NaN or an infinity among the values: the services answer NaN.
func statisticForms() []function {
	one := func(name, sql string) function {
		finite := strings.ReplaceAll(sql, "$x", "CASE WHEN isfinite($1) THEN $1 END")
		return function{signature: name + "(double) double", sql: "CASE WHEN bool_or(NOT isfinite($1))$f THEN ts_nan() ELSE " + finite + " END", nan: true}
	}
	two := func(name, sql string) function {
		finite := strings.ReplaceAll(sql, "$x, $y", "CASE WHEN isfinite($1 + $2) THEN $1 END, $2")
		return function{signature: name + "(double, double) double", sql: "CASE WHEN bool_or(NOT isfinite($1 + $2))$f THEN ts_nan() ELSE " + finite + " END", nan: true}
	}
	return []function{
		one("stddev", "stddev_samp($d$x)$f"),
		one("stddev_samp", "stddev_samp($d$x)$f"),
		one("stddev_pop", "stddev_pop($d$x)$f"),
		one("variance", "var_samp($d$x)$f"),
		one("var_samp", "var_samp($d$x)$f"),
		one("var_pop", "var_pop($d$x)$f"),
		// DuckDB corrects the skewness for the sample, the services do not.
		one("skewness", "(skewness($x)$f * (count($1)$f - 2) / sqrt(greatest(count($1)$f * (count($1)$f - 1), 1)))"),
		two("covar_pop", "covar_pop($x, $y)$f"),
		two("covar_samp", "covar_samp($x, $y)$f"),
		two("corr", "CASE WHEN isfinite(corr($x, $y)$f) THEN corr($x, $y)$f END"),
		two("regr_slope", "CASE WHEN isfinite(regr_slope($x, $y)$f) THEN regr_slope($x, $y)$f END"),
		two("regr_intercept", "CASE WHEN isfinite(regr_intercept($x, $y)$f) THEN regr_intercept($x, $y)$f END"),
	}
}

// percentileForms are the forms of approx_percentile. Weights are of one type; Timestream, like old Presto, also takes an accuracy at
// the end, which changes nothing about an exact answer.
func percentileForms(weight string, accuracies ...string) []function {
	var out []function
	for _, t := range []string{"bigint", "double"} {
		order := " ORDER BY CAST($1 AS " + t + "))$f"
		sorted, weights := "list($1"+order, "list(CASE WHEN $1 IS NOT NULL THEN CAST($2 AS DOUBLE) END"+order
		for _, accuracy := range append([]string{""}, accuracies...) {
			out = append(out,
				function{signature: "approx_percentile(" + t + ", double" + accuracy + ") " + t, sql: "quantile_disc($1, ts_share($2))$f"},
				function{signature: "approx_percentile(" + t + ", array(double)" + accuracy + ") array(" + t + ")", sql: "quantile_disc($1, ts_shares($2))$f"},
				function{
					signature: "approx_percentile(" + t + ", " + weight + ", double" + accuracy + ") " + t,
					sql:       "list_extract(" + sorted + ", ts_weighted(" + weights + ", [$3])[1])",
				},
				function{
					signature: "approx_percentile(" + t + ", " + weight + ", array(double)" + accuracy + ") array(" + t + ")",
					sql:       "list_select(" + sorted + ", ts_weighted(" + weights + ", $3))",
				})
		}
	}
	return out
}

// trinoAggregates exist in Athena only, or take other types there.
func trinoAggregates() []function {
	return append(percentileForms("double"), []function{
		{signature: "any_value(T) T", sql: "any_value($1)$f"},
		{signature: "regr_count(double, double) bigint", sql: "CAST(regr_count($1, $2)$f AS BIGINT)"},
		{signature: "regr_r2(double, double) double", sql: "regr_r2($1, $2)$f", nan: true},
	}...)
}

// windowFunctions: $n is IGNORE NULLS, $f the OVER clause.
func windowFunctions() []function {
	return []function{
		{signature: "row_number() bigint", sql: "row_number()$f"},
		{signature: "rank() bigint", sql: "rank()$f"},
		{signature: "dense_rank() bigint", sql: "dense_rank()$f"},
		{signature: "percent_rank() double", sql: "percent_rank()$f"},
		{signature: "cume_dist() double", sql: "cume_dist()$f"},
		{signature: "ntile(bigint) bigint", sql: "ntile($1)$f"},
		{signature: "first_value(T) T", sql: "first_value($1$n)$f"},
		{signature: "last_value(T) T", sql: "last_value($1$n)$f"},
		{signature: "nth_value(T, bigint) T", sql: "nth_value($1, ts_offset($2, 1)$n)$f"},
		{signature: "lag(T) T", sql: "lag($1$n)$f"},
		{signature: "lag(T, bigint) T", sql: "lag($1, ts_offset($2, 0)$n)$f"},
		{signature: "lag(T, bigint, T) T", sql: "lag($1, ts_offset($2, 0), $3$n)$f"},
		{signature: "lead(T) T", sql: "lead($1$n)$f"},
		{signature: "lead(T, bigint) T", sql: "lead($1, ts_offset($2, 0)$n)$f"},
		{signature: "lead(T, bigint, T) T", sql: "lead($1, ts_offset($2, 0), $3$n)$f"},
	}
}
