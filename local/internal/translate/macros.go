package translate

// macro is one helper in DuckDB's SQL. Parameters and lambda variables are short lower-case words, which never collide with the
// names in generated SQL (r1.c0, l1).
type macro struct{ head, body string }

// spaces are what Trino's trim takes away: white space without the spaces that do not break.
const spaces = " \t\n\v\f\r\x1c\x1d\x1e\x1f\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u2028\u2029\u205f\u3000"

// macroList is in the order of dependence: a macro may use those before it.
//
// A failure inside an expression is the cast of a text 'ts!message!' that cannot succeed: unlike error() it is not volatile, so
// that it does not hinder the optimizer and TRY catches it. Message finds the text again.
var macroList = []macro{
	{"ts_floor_mod(a, b)", "((a % b) + b) % b"},
	{"ts_floor_div(a, b)", "(a - ts_floor_mod(a, b)) // b"},
	{"ts_div(a, b)", "CASE WHEN b = 0 THEN CAST('ts!Division by zero!' AS BIGINT) ELSE a // b END"},
	{"ts_mod(a, b)", "CASE WHEN b = 0 THEN CAST('ts!Division by zero!' AS BIGINT) WHEN b = -1 THEN a - a ELSE a % b END"},
	{"ts_nan()", "CAST('nan' AS DOUBLE)"},
	{"ts_ln(x)", "CASE WHEN x > 0 THEN ln(x) WHEN x = 0 THEN CAST('-inf' AS DOUBLE) WHEN x < 0 THEN ts_nan() END"},
	{"ts_cbrt(x)", "CASE WHEN pow(round(cbrt(x)), 3) = x THEN round(cbrt(x)) ELSE cbrt(x) END"},
	{"ts_bits(n)", "CASE WHEN n BETWEEN 2 AND 64 THEN n WHEN n IS NOT NULL THEN " +
		"CAST('ts!Bits specified in bit_count must be between 2 and 64, got ' || n || '!' AS BIGINT) END"},
	{"ts_bit_count(x, n)", "CAST(CASE WHEN ts_bits(n) = 64 THEN bit_count(x) " +
		"WHEN x >= -(CAST(1 AS BIGINT) << (n - 1)) AND x < (CAST(1 AS BIGINT) << (n - 1)) THEN bit_count(x & ((CAST(1 AS BIGINT) << n) - 1)) " +
		"WHEN x IS NOT NULL THEN CAST('ts!Number must be representable with the bits specified. ' || x || ' can not be represented with ' || n || ' bits!' AS TINYINT) END AS BIGINT)"},
	{"ts_random_bound(n)", "CASE WHEN n > 0 THEN n WHEN n <= 0 THEN CAST('ts!bound must be positive!' AS BIGINT) END"},
	{"ts_micros(t)", "make_timestamp(ts_floor_div(epoch_ns(t), 1000))"},
	{"ts_date(t)", "CAST(ts_micros(t) AS DATE)"},
	{"ts_positive(n)", "CASE WHEN n > 0 THEN n WHEN n <= 0 THEN CAST('ts!interval must be greater than zero!' AS BIGINT) END"},
	{"ts_bin(t, n)", "make_timestamp_ns(epoch_ns(t) - ts_floor_mod(epoch_ns(t), ts_positive(n)))"},
	{"ts_add_months(t, n)", "make_timestamp_ns(epoch_ns(ts_micros(t) + to_months(n)) + ts_floor_mod(epoch_ns(t), 1000))"},
	{"ts_date_add(d, n)", "CAST(d + CASE WHEN n % 86400000000000 = 0 THEN CAST(n // 86400000000000 AS INTEGER) " +
		"ELSE CAST('ts!Cannot add hour, minutes or seconds to a date!' AS INTEGER) END AS DATE)"},
	// Whole microseconds decide about complete months unless the nanoseconds below them point the other way.
	{"ts_months_between(t, u)", "date_sub('month', ts_micros(t), ts_micros(u) + to_microseconds(" +
		"CASE WHEN epoch_ns(u) > epoch_ns(t) AND ts_floor_mod(epoch_ns(u), 1000) < ts_floor_mod(epoch_ns(t), 1000) THEN -1 " +
		"WHEN epoch_ns(u) < epoch_ns(t) AND ts_floor_mod(epoch_ns(u), 1000) > ts_floor_mod(epoch_ns(t), 1000) THEN 1 ELSE 0 END))"},
	{"ts_since_1970(n)", "make_timestamp_ns(CAST(CAST(n AS UBIGINT) AS BIGINT))"}, // Message knows what fails
	{"ts_day_since_1970(d)", "DATE '1970-01-01' + CAST(CAST(CAST(d - DATE '1970-01-01' AS BIGINT) AS UBIGINT) AS INTEGER)"},
	{"ts_from_millis(n)", "make_timestamp_ns(n * 1000000)"},

	{"ts_integer_text(s, n)", "CASE WHEN regexp_full_match(s, '[+-]?[0-9]+') THEN s ELSE 'ts!Cannot cast ''' || s || ''' to ' || n || '!' END"},
	// DuckDB reads more: inf, 1_000, epoch, infinity, 2022/06/01, 2022-06-01 (BC).
	{"ts_double_from(s, n)", "CASE WHEN regexp_full_match(s, '\\s*[+-]?(NaN|Infinity|([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?)\\s*') THEN s " +
		"ELSE 'ts!Cannot cast ''' || s || ''' to ' || n || '!' END"},
	{"ts_date_from(s)", "CASE WHEN regexp_full_match(s, '\\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\\s*') THEN s " +
		"ELSE 'ts!Value cannot be cast to date: ' || s || '!' END"},
	{"ts_timestamp_from(s)", "CASE WHEN regexp_full_match(s, '\\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T]+[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\\.[0-9]{1,9})?)?" +
		"( ?([A-Za-z/_]+|[+-][0-9:]{2,6}))?)?\\s*') THEN s ELSE 'ts!Value cannot be cast to timestamp: ' || s || '!' END"},
	{"ts_boolean_text(s)", "CASE WHEN lower(s) IN ('t', 'true', '1') THEN 'true' WHEN lower(s) IN ('f', 'false', '0') THEN 'false' " +
		"ELSE 'ts!Cannot cast ''' || s || ''' to BOOLEAN!' END"},
	{"ts_timestamp_text(t)", "strftime(t, '%Y-%m-%d %H:%M:%S.%n')"},
	{"ts_time_text(n)", "strftime(make_timestamp_ns(n), '%H:%M:%S.%n')"},
	{"ts_interval_text(n)", "CASE WHEN n < 0 THEN '-' ELSE '' END || (abs(n) // 86400000000000) || ' ' || ts_time_text(abs(n) % 86400000000000)"},
	{"ts_months_text(n)", "CASE WHEN n < 0 THEN '-' ELSE '' END || (abs(n) // 12) || '-' || (abs(n) % 12)"},
	// The digits of a double without point, exponent and zeros at either end, and the exponent of the first of them.
	{"ts_digits(s)", "rtrim(ltrim(replace(split_part(s, 'e', 1), '.', ''), '0'), '0')"},
	{"ts_exponent(s)", "CASE WHEN contains(s, 'e') THEN CAST(split_part(s, 'e', 2) AS INTEGER) " +
		"WHEN starts_with(s, '0.') THEN -CAST(length(s) - length(ltrim(substr(s, 3), '0')) - 1 AS INTEGER) " +
		"ELSE CAST(strpos(s, '.') - 2 AS INTEGER) END"},
	{"ts_scientific(s)", "substr(ts_digits(s), 1, 1) || '.' || CASE WHEN length(ts_digits(s)) = 1 THEN '0' ELSE substr(ts_digits(s), 2) END " +
		"|| 'E' || ts_exponent(s)"},
	// Java's Double.toString: plain from 0.001 to below ten million, else scientific.
	{"ts_double_text(x)", "CASE WHEN isnan(x) THEN 'NaN' WHEN isinf(x) THEN CASE WHEN x > 0 THEN 'Infinity' ELSE '-Infinity' END " +
		"WHEN x = 0 OR abs(x) >= 0.001 AND abs(x) < 10000000 THEN CAST(x AS VARCHAR) " +
		"ELSE CASE WHEN x < 0 THEN '-' ELSE '' END || ts_scientific(CAST(abs(x) AS VARCHAR)) END"},

	{"ts_upper(s)", "CASE WHEN contains(s, 'ß') THEN array_to_string(list_transform(string_split(s, 'ß'), lambda e: upper(e)), 'ß') ELSE upper(s) END"}, // DuckDB: ẞ
	{"ts_replace(s, d, r)", "CASE WHEN d <> '' THEN replace(s, d, r) WHEN s = '' THEN d || r " +
		"WHEN d = '' THEN r || array_to_string(list_transform(string_split(s, ''), lambda e: e || r), '') END"}, // between all characters
	{"ts_spaces()", "'" + spaces + "'"},
	{"ts_pad_length(n)", "CAST(CASE WHEN n BETWEEN 0 AND 1048576 THEN n WHEN n IS NOT NULL THEN " +
		"CAST('ts!Target length must be in the range [0..1048576]!' AS BIGINT) END AS INTEGER)"}, // a page holds no more
	{"ts_hamming(s, t)", "CASE WHEN length(s) <> length(t) " +
		"THEN CAST('ts!The input strings to hamming_distance function must have the same length!' AS BIGINT) " +
		"ELSE len(list_filter(range(1, length(s) + 1), lambda e: substr(s, e, 1) <> substr(t, e, 1))) END"},
	{"ts_offset(n, m)", "CASE WHEN n < m THEN CAST('ts!Offset must be at least ' || m || '!' AS BIGINT) ELSE n END"},
	{"ts_codepoint(s)", "CASE WHEN length(s) = 1 THEN unicode(s) " +
		"WHEN s IS NOT NULL THEN CAST('ts!codepoint takes one character, not ''' || s || '''!' AS INTEGER) END"},
	{"ts_substr(s, n)", "CASE WHEN s IS NULL OR n IS NULL THEN NULL WHEN n = 0 OR n < -length(s) THEN '' ELSE substr(s, least(n, 4294967295)) END"},
	{"ts_substr_length(s, n, k)", "CASE WHEN s IS NULL OR n IS NULL OR k IS NULL THEN NULL " +
		"WHEN n = 0 OR n < -length(s) OR k <= 0 THEN '' ELSE substr(s, least(n, 4294967295), least(k, 4294967295)) END"},

	{"ts_has_null(s)", "len(list_filter(s, lambda e: e IS NULL)) > 0"},
	{"ts_list_concat(s, t)", "CASE WHEN s IS NOT NULL AND t IS NOT NULL THEN list_concat(s, t) END"},
	{"ts_list_distinct(s)", "list_filter(s, lambda e, i: list_position(s, e) = i)"},
	{"ts_list_intersect(s, t)", "CASE WHEN t IS NOT NULL THEN list_filter(ts_list_distinct(s), lambda p: list_position(t, p) IS NOT NULL) END"},
	{"ts_list_except(s, t)", "CASE WHEN t IS NOT NULL THEN list_filter(ts_list_distinct(s), lambda p: list_position(t, p) IS NULL) END"},
	{"ts_list_position(s, x)", "CASE WHEN s IS NOT NULL AND x IS NOT NULL THEN CAST(coalesce(list_position(s, x), 0) AS BIGINT) END"},
	{"ts_list_remove(s, x)", "CASE WHEN x IS NOT NULL THEN list_filter(s, lambda e: e IS DISTINCT FROM x) END"},
	{"ts_contains(s, x)", "CASE WHEN x IS NULL THEN NULL WHEN list_contains(s, x) THEN true WHEN ts_has_null(s) THEN NULL WHEN s IS NOT NULL THEN false END"},
	{"ts_lists_overlap(s, t)", "CASE WHEN s IS NULL OR t IS NULL THEN NULL " +
		"WHEN len(list_filter(s, lambda e: e IS NOT NULL AND list_contains(t, e))) > 0 THEN true " +
		"WHEN ts_has_null(s) OR ts_has_null(t) THEN NULL ELSE false END"},
	{"ts_element_at(s, n)", "list_extract(s, CASE WHEN n = 0 THEN CAST('ts!SQL array indices start at 1!' AS BIGINT) ELSE n END)"},
	{"ts_subscript(s, n)", "list_extract(s, CASE WHEN n = 0 THEN CAST('ts!SQL array indices start at 1!' AS BIGINT) " +
		"WHEN n < 0 THEN CAST('ts!Array subscript is negative: ' || n || '!' AS BIGINT) WHEN n > len(s) THEN " +
		"CAST('ts!Array subscript must be less than or equal to array length: ' || n || ' > ' || len(s) || '!' AS BIGINT) ELSE n END)"},
	{"ts_repeat(x, n)", "list_transform(range(CASE WHEN n BETWEEN 0 AND 10000 THEN n WHEN n IS NOT NULL THEN " +
		"CAST('ts!count argument of repeat function must be between 0 and 10000!' AS BIGINT) END), lambda e: x)"},
	{"ts_sequence(a, b, n)", "generate_series(a, b, CASE WHEN n = 0 OR (n > 0) <> (b >= a) AND a <> b THEN " +
		"CAST('ts!sequence stop value should be greater than or equal to start value if step is greater than zero otherwise stop should be less than or equal to start!' AS BIGINT) WHEN (CAST(b AS HUGEINT) - a) // n >= 10000 THEN " +
		"CAST('ts!result of sequence function must not have more than 10000 entries!' AS BIGINT) ELSE n END)"},
	{"ts_time_sequence(t, u, n)", "list_transform(ts_sequence(epoch_ns(t), epoch_ns(u), n), lambda e: make_timestamp_ns(e))"},
	{"ts_date_sequence(t, u, n)", "list_transform(ts_sequence(epoch_ns(CAST(t AS TIMESTAMP_NS)), epoch_ns(CAST(u AS TIMESTAMP_NS)), n), " +
		"lambda e: ts_date(make_timestamp_ns(e)))"},
	{"ts_month_steps(t, u, n)", "list_transform(ts_month_sequence(epoch_ns(t), epoch_ns(u), n), lambda e: make_timestamp_ns(e))"},
	{"ts_date_month_steps(t, u, n)", "list_transform(ts_month_steps(CAST(t AS TIMESTAMP_NS), CAST(u AS TIMESTAMP_NS), n), lambda e: ts_date(e))"},
	{"ts_slice(s, n, k)", "CASE WHEN n = 0 THEN list_slice(s, CAST('ts!SQL array indices start at 1!' AS BIGINT), 1) " +
		"WHEN k < 0 THEN list_slice(s, CAST('ts!length must be greater than or equal to 0!' AS BIGINT), 1) WHEN n > 0 THEN list_slice(s, n, n + k - 1) " +
		"WHEN n < -CAST(len(s) AS BIGINT) THEN list_slice(s, 1, 0) ELSE list_slice(s, len(s) + n + 1, len(s) + n + k) END"},
	{"ts_share(p)", "CASE WHEN p BETWEEN 0 AND 1 THEN p ELSE CAST('ts!Percentile must be between 0 and 1!' AS DOUBLE) END"},
	{"ts_shares(s)", "list_transform(s, lambda p: ts_share(p))"},
	{"ts_any_match(s)", "CASE WHEN list_contains(s, true) THEN true WHEN ts_has_null(s) THEN NULL WHEN s IS NOT NULL THEN false END"},
	{"ts_all_match(s)", "CASE WHEN list_contains(s, false) THEN false WHEN ts_has_null(s) THEN NULL WHEN s IS NOT NULL THEN true END"},
	{"ts_none_match(s)", "NOT ts_any_match(s)"},

	{"ts_not_null_time(t, x)", "CASE WHEN t IS NOT NULL AND x IS NOT NULL THEN t " +
		"ELSE CAST('ts!create_time_series: time and value must not be null!' AS TIMESTAMP_NS) END"},
	{"ts_known(s)", "list_filter(s, lambda e: e.value IS NOT NULL)"},
	{"ts_times(s)", "list_transform(s, lambda e: epoch_ns(e.time))"},
	{"ts_values(s)", "list_transform(s, lambda e: e.value)"},
	{"ts_nanos(a)", "list_transform(a, lambda e: epoch_ns(e))"},
	{"ts_series(a, v)", `CASE WHEN v IS NOT NULL THEN list_transform(list_zip(a, v), lambda e: struct_pack("time" := e[1], "value" := e[2])) END`},
	{"ts_interpolate_linear(s, a)", "ts_series(a, ts_linear(ts_times(s), ts_values(s), ts_nanos(a)))"},
	{"ts_interpolate_spline(s, a)", "ts_series(a, ts_spline(ts_times(s), ts_values(s), ts_nanos(a)))"},
	{"ts_picked(s, i)", "list_select(ts_values(s), i)"},
	{"ts_interpolate_locf(s, a)", "ts_series(a, ts_picked(ts_known(s), ts_latest(ts_times(ts_known(s)), ts_nanos(a))))"},
	{"ts_interpolate_fill(s, a, x)", "ts_series(a, list_transform(ts_picked(ts_known(s), ts_exact(ts_times(ts_known(s)), ts_nanos(a))), " +
		"lambda e: coalesce(e, x)))"},
	{"ts_after_first(s)", "list_transform(list_slice(s, 2, len(s)), lambda e: e.time)"},
	{"ts_derivative(s, n)", "ts_series(ts_after_first(ts_known(s)), " +
		"ts_slopes(ts_times(ts_known(s)), ts_values(ts_known(s)), ts_positive(n)))"},
	{"ts_non_negative_derivative(s, n)", "list_filter(ts_derivative(s, n), lambda e: e.value >= 0)"},
	{"ts_integral(s, n)", "ts_area(ts_times(s), ts_values(s), ts_positive(n))"},
	{"ts_correlate_pearson(s, t)", "ts_pearson(ts_times(s), ts_values(s), ts_times(t), ts_values(t))"},
	{"ts_correlate_spearman(s, t)", "ts_spearman(ts_times(s), ts_values(s), ts_times(t), ts_values(t))"},
}

// Macros are the statements that create what translated SQL calls. Run them in order on every database, once after opening;
// they replace earlier versions of themselves.
func Macros() []string {
	out := make([]string, len(macroList))
	for i, m := range macroList {
		out[i] = "CREATE OR REPLACE MACRO " + m.head + " AS " + m.body
	}
	return out
}
