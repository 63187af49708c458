package translate

// aggregateFunctions: $d is DISTINCT, $o the order inside, $f what follows the call (FILTER, OVER).
func aggregateFunctions() []function {
	return []function{
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
		{signature: "geometric_mean(double) double", sql: "geomean($1)$f", nan: true},
		{signature: "approx_distinct(T) bigint", sql: "count(DISTINCT $1)$f"},
		{signature: "approx_distinct(T, double) bigint", sql: "count(DISTINCT $1)$f"},
		{signature: "approx_percentile(bigint, double) bigint", sql: "quantile_disc($1, $2)$f"},
		{signature: "approx_percentile(double, double) double", sql: "quantile_disc($1, $2)$f"},
		{signature: "approx_percentile(bigint, array(double)) array(bigint)", sql: "quantile_disc($1, $2)$f"},
		{signature: "approx_percentile(double, array(double)) array(double)", sql: "quantile_disc($1, $2)$f"},
		{signature: "corr(double, double) double", sql: "CASE WHEN isfinite(corr($1, $2)$f) THEN corr($1, $2)$f END"},
		{signature: "covar_pop(double, double) double", sql: "covar_pop($1, $2)$f", nan: true},
		{signature: "covar_samp(double, double) double", sql: "covar_samp($1, $2)$f", nan: true},
		{signature: "regr_intercept(double, double) double", sql: "CASE WHEN isfinite(regr_intercept($1, $2)$f) THEN regr_intercept($1, $2)$f END"},
		{signature: "regr_slope(double, double) double", sql: "CASE WHEN isfinite(regr_slope($1, $2)$f) THEN regr_slope($1, $2)$f END"},
		// DuckDB corrects the skewness for the sample, the services do not.
		{signature: "skewness(double) double", sql: "(skewness($1)$f * (count($1)$f - 2) / sqrt(greatest(count($1)$f * (count($1)$f - 1), 1)))", nan: true},
		{signature: "stddev(double) double", sql: "stddev_samp($d$1)$f"},
		{signature: "stddev_pop(double) double", sql: "stddev_pop($d$1)$f"},
		{signature: "stddev_samp(double) double", sql: "stddev_samp($d$1)$f"},
		{signature: "variance(double) double", sql: "var_samp($d$1)$f"},
		{signature: "var_pop(double) double", sql: "var_pop($d$1)$f"},
		{signature: "var_samp(double) double", sql: "var_samp($d$1)$f"},
	}
}

// trinoAggregates exist in Athena only.
func trinoAggregates() []function {
	return []function{
		{signature: "any_value(T) T", sql: "any_value($1)$f"},
		{signature: "regr_count(double, double) bigint", sql: "CAST(regr_count($1, $2)$f AS BIGINT)"},
		{signature: "regr_r2(double, double) double", sql: "regr_r2($1, $2)$f", nan: true},
	}
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
