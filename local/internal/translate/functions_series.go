package translate

import "slices"

// timestreamFunctions exist in Timestream only.
func timestreamFunctions() []function { return slices.Concat(timestreamTimeFunctions, seriesFunctions) }

// seriesFunctions take a time series apart and put another together. Outside of a series there is no value but interpolate_fill's.
var seriesFunctions = []function{
	{signature: "interpolate_linear(timeseries(double), array(timestamp)) timeseries(double)", sql: "ts_interpolate_linear($1, $2)"},
	{signature: "interpolate_linear(timeseries(double), timestamp) double", sql: "ts_interpolate_linear($1, [$2])[1].value"},
	{signature: "interpolate_locf(timeseries(T), array(timestamp)) timeseries(T)", sql: "ts_interpolate_locf($1, $2)"},
	{signature: "interpolate_locf(timeseries(T), timestamp) T", sql: "ts_interpolate_locf($1, [$2])[1].value"},
	{signature: "interpolate_fill(timeseries(T), array(timestamp), T) timeseries(T)", sql: "ts_interpolate_fill($1, $2, $3)"},
	{signature: "interpolate_fill(timeseries(T), timestamp, T) T", sql: "ts_interpolate_fill($1, [$2], $3)[1].value"},
	{signature: "derivative_linear(timeseries(double), interval) timeseries(double)", sql: "ts_derivative($1, $2)"},
	{signature: "non_negative_derivative_linear(timeseries(double), interval) timeseries(double)", sql: "ts_non_negative_derivative($1, $2)"},
	{signature: "interpolate_spline_cubic(timeseries(double), array(timestamp)) timeseries(double)", sql: "ts_interpolate_spline($1, $2)"},
	{signature: "interpolate_spline_cubic(timeseries(double), timestamp) double", sql: "ts_interpolate_spline($1, [$2])[1].value"},
	{signature: "correlate_pearson(timeseries(double), timeseries(double)) double", sql: "ts_correlate_pearson($1, $2)", nan: true},
	{signature: "correlate_spearman(timeseries(double), timeseries(double)) double", sql: "ts_correlate_spearman($1, $2)", nan: true},
	{signature: "integral_trapezoidal(timeseries(double)) double", sql: "ts_integral($1, 1000000000)"},
	{signature: "integral_trapezoidal(timeseries(double), interval) double", sql: "ts_integral($1, $2)"},
}
