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
	{"ts_bit_count(x, n)", "CAST(CASE WHEN n >= 64 THEN bit_count(x) ELSE bit_count(x & ((CAST(1 AS BIGINT) << n) - 1)) END AS BIGINT)"},
	{"ts_to_base(x, b)", "CASE WHEN x < 0 THEN '-' ELSE '' END || lower(to_base(abs(x), CAST(b AS INTEGER)))"},
	{"ts_digit(e, b)", "CASE WHEN strpos('0123456789abcdefghijklmnopqrstuvwxyz', e) BETWEEN 1 AND b " +
		"THEN strpos('0123456789abcdefghijklmnopqrstuvwxyz', e) - 1 " +
		"ELSE CAST('ts!Not a valid base-' || b || ' number!' AS BIGINT) END"},
	{"ts_from_base(s, b)", "CASE WHEN starts_with(s, '-') THEN -1 ELSE 1 END * " +
		"list_reduce(list_transform(string_split(ltrim(lower(s), '-'), ''), lambda e: ts_digit(e, b)), lambda p, e: p * b + e)"},

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
	{"ts_from_seconds(x)", "make_timestamp_ns(CAST(round(x * 1e6) AS BIGINT) * 1000)"},
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

	{"ts_spaces()", "'" + spaces + "'"},
	{"ts_pad_length(n)", "CAST(CASE WHEN n BETWEEN 0 AND 1048576 THEN n WHEN n IS NOT NULL THEN " +
		"CAST('ts!Target length must be in the range [0..1048576]!' AS BIGINT) END AS INTEGER)"}, // a page holds no more
	{"ts_levenshtein(s, t)", "CASE WHEN strlen(s) = length(s) AND strlen(t) = length(t) THEN levenshtein(s, t) WHEN s IS NOT NULL AND t IS NOT NULL " +
		"THEN CAST('ts!levenshtein_distance of text beyond ASCII is not supported here!' AS BIGINT) END"}, // DuckDB counts bytes
	{"ts_hamming(s, t)", "CASE WHEN length(s) <> length(t) " +
		"THEN CAST('ts!The input strings to hamming_distance function must have the same length!' AS BIGINT) " +
		"ELSE len(list_filter(range(1, length(s) + 1), lambda e: substr(s, e, 1) <> substr(t, e, 1))) END"},
	{"ts_offset(n, m)", "CASE WHEN n < m THEN CAST('ts!Offset must be at least ' || m || '!' AS BIGINT) ELSE n END"},
	{"ts_codepoint(s)", "CASE WHEN length(s) = 1 THEN unicode(s) " +
		"WHEN s IS NOT NULL THEN CAST('ts!codepoint takes one character, not ''' || s || '''!' AS INTEGER) END"},
	{"ts_split(s, d, n)", "CASE WHEN n < 1 THEN [CAST(CAST('ts!Limit must be positive!' AS BIGINT) AS VARCHAR)] WHEN len(string_split(s, d)) <= n THEN string_split(s, d) " +
		"ELSE list_append(list_slice(string_split(s, d), 1, n - 1), array_to_string(list_slice(string_split(s, d), n, len(string_split(s, d))), d)) END"},
	{"ts_split_part(s, d, n)", "list_extract(string_split(s, d), CASE WHEN n < 1 THEN CAST('ts!Index must be greater than zero!' AS BIGINT) ELSE n END)"},
	{"ts_strrpos(s, d)", "CASE WHEN contains(s, d) THEN length(s) - strpos(reverse(s), reverse(d)) - length(d) + 2 " +
		"WHEN s IS NOT NULL AND d IS NOT NULL THEN 0 END"},
	{"ts_substr(s, n)", "CASE WHEN s IS NULL OR n IS NULL THEN NULL WHEN n = 0 OR n < -length(s) THEN '' ELSE substr(s, n) END"},
	{"ts_substr_length(s, n, k)", "CASE WHEN s IS NULL OR n IS NULL OR k IS NULL THEN NULL " +
		"WHEN n = 0 OR n < -length(s) OR k <= 0 THEN '' ELSE substr(s, n, k) END"},

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
	{"ts_slice(s, n, k)", "CASE WHEN n = 0 THEN list_slice(s, CAST('ts!SQL array indices start at 1!' AS BIGINT), 1) " +
		"WHEN k < 0 THEN list_slice(s, CAST('ts!length must be greater than or equal to 0!' AS BIGINT), 1) WHEN n > 0 THEN list_slice(s, n, n + k - 1) " +
		"WHEN n < -CAST(len(s) AS BIGINT) THEN list_slice(s, 1, 0) ELSE list_slice(s, len(s) + n + 1, len(s) + n + k) END"},
	{"ts_any_match(s)", "CASE WHEN list_contains(s, true) THEN true WHEN ts_has_null(s) THEN NULL WHEN s IS NOT NULL THEN false END"},
	{"ts_all_match(s)", "CASE WHEN list_contains(s, false) THEN false WHEN ts_has_null(s) THEN NULL WHEN s IS NOT NULL THEN true END"},
	{"ts_none_match(s)", "NOT ts_any_match(s)"},

	{"ts_not_null_time(t, x)", "CASE WHEN t IS NOT NULL AND x IS NOT NULL THEN t " +
		"ELSE CAST('ts!create_time_series: time and value must not be null!' AS TIMESTAMP_NS) END"},
	{"ts_around(s, t)", "struct_pack(p := list_filter(s, lambda e: e.time <= t)[-1], q := list_filter(s, lambda e: e.time >= t)[1])"},
	{"ts_on_line(w, t)", "CASE WHEN w.p.time = w.q.time THEN w.p.value ELSE w.p.value + (w.q.value - w.p.value) * " +
		"(CAST(epoch_ns(t) - epoch_ns(w.p.time) AS DOUBLE) / CAST(epoch_ns(w.q.time) - epoch_ns(w.p.time) AS DOUBLE)) END"},
	{"ts_interpolate_linear(s, a)", `CASE WHEN s IS NOT NULL THEN list_transform(a, lambda t: struct_pack("time" := t, "value" := ` +
		`list_transform([ts_around(s, t)], lambda w: ts_on_line(w, t))[1])) END`},
	{"ts_interpolate_locf(s, a)", `CASE WHEN s IS NOT NULL THEN list_transform(a, lambda t: struct_pack("time" := t, "value" := ` +
		`list_filter(s, lambda e: e.time <= t)[-1].value)) END`},
	{"ts_interpolate_fill(s, a, x)", `CASE WHEN s IS NOT NULL THEN list_transform(a, lambda t: struct_pack("time" := t, "value" := ` +
		`coalesce(list_filter(s, lambda e: e.time = t)[1].value, x))) END`},
	{"ts_span(s, k)", "CAST(epoch_ns(s[k].time) - epoch_ns(s[k - 1].time) AS DOUBLE)"},
	{"ts_derivative(s, n)", `list_transform(range(2, CAST(len(s) AS BIGINT) + 1), lambda k: struct_pack("time" := s[k].time, ` +
		`"value" := (s[k].value - s[k - 1].value) * n / ts_span(s, k)))`},
	{"ts_non_negative_derivative(s, n)", "list_filter(ts_derivative(s, n), lambda e: e.value >= 0)"},
	{"ts_integral(s, n)", "CASE WHEN s IS NOT NULL THEN coalesce(list_sum(list_transform(range(2, CAST(len(s) AS BIGINT) + 1), " +
		"lambda k: (s[k].value + s[k - 1].value) / 2 * ts_span(s, k) / n)), CAST(0 AS DOUBLE)) END"},
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
