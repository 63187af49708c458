package translate

import "slices"

// known tells a function that the service has and this package has not: it is refused by name, not called unknown.
func (b *binder) known(name string) bool {
	return b.d.SeriesFunctions && slices.Contains(knownTimestream, name) || b.d.TrinoFunctions && slices.Contains(knownTrino, name)
}

var knownTimestream = []string{"checksum", "histogram", "map_agg"}

var knownTrino = []string{
	"approx_most_frequent", "approx_set", "at_timezone", "beta_cdf", "bitwise_left_shift", "bitwise_right_shift", "checksum",
	"combinations", "concat_ws", "cosine_similarity", "crc32", "entropy", "format", "histogram", "hmac_sha256",
	"human_readable_seconds", "json_array_get", "json_extract", "json_extract_scalar", "json_format", "json_parse", "json_query",
	"json_size", "json_value", "kurtosis", "listagg", "map", "map_agg", "map_concat", "map_entries", "map_filter",
	"map_from_entries", "map_union", "merge", "multimap_agg", "ngrams", "normal_cdf", "numeric_histogram",
	"reduce_agg", "regexp_count", "regexp_position", "sha1", "sha512", "soundex",
	"split_to_map", "st_distance", "st_point", "timezone_hour", "timezone_minute", "to_date",
	"transform_keys", "transform_values", "translate", "trim_array", "url_decode", "url_encode", "url_extract_host", "uuid",
	"width_bucket", "with_timezone", "word_stem",
}
