package translate

import (
	"math"
	"slices"
	"sort"
)

// seriesNatives take a time series as two lists: its times, ascending, in nanoseconds, and its values. A point without a value
// counts as missing.
var seriesNatives = []Native{
	{"ts_linear", []string{"BIGINT[]", "DOUBLE[]", "BIGINT[]"}, "DOUBLE[]", func(args []any) (any, error) {
		return interpolate(newPoints(args[0], args[1]), args[2], linear), nil
	}},
	{"ts_spline", []string{"BIGINT[]", "DOUBLE[]", "BIGINT[]"}, "DOUBLE[]", func(args []any) (any, error) {
		return interpolate(newPoints(args[0], args[1]), args[2], naturalSpline), nil
	}},
	{"ts_latest", []string{"BIGINT[]", "BIGINT[]"}, "BIGINT[]", func(args []any) (any, error) { return indexes(args[0], args[1], false), nil }},
	{"ts_exact", []string{"BIGINT[]", "BIGINT[]"}, "BIGINT[]", func(args []any) (any, error) { return indexes(args[0], args[1], true), nil }},
	{"ts_slopes", []string{"BIGINT[]", "DOUBLE[]", "BIGINT"}, "DOUBLE[]", func(args []any) (any, error) {
		return slopes(args[0].([]any), args[1].([]any), float64(args[2].(int64))), nil
	}},
	{"ts_area", []string{"BIGINT[]", "DOUBLE[]", "BIGINT"}, "DOUBLE", func(args []any) (any, error) {
		return area(newPoints(args[0], args[1]), float64(args[2].(int64))), nil
	}},
	{"ts_pearson", correlationParams, "DOUBLE", func(args []any) (any, error) {
		x, y, err := pairs("correlate_pearson", args)
		return pearson(x, y), err
	}},
	{"ts_spearman", correlationParams, "DOUBLE", func(args []any) (any, error) {
		x, y, err := pairs("correlate_spearman", args)
		return pearson(ranks(x), ranks(y)), err
	}},
	{"ts_weighted", []string{"DOUBLE[]", "DOUBLE[]"}, "BIGINT[]", func(args []any) (any, error) {
		return weightedIndexes(args[0].([]any), args[1].([]any))
	}},
}

var correlationParams = []string{"BIGINT[]", "DOUBLE[]", "BIGINT[]", "DOUBLE[]"}

// points are the points of a series that have a value, one for each time: of several the last.
type points struct {
	at []int64
	v  []float64
}

func newPoints(times, values any) points {
	var p points
	list := values.([]any)
	for i, t := range times.([]any) {
		at, hasTime := t.(int64)
		v, hasValue := list[i].(float64)
		switch n := len(p.at); {
		case !hasTime || !hasValue:
		case n > 0 && p.at[n-1] == at:
			p.v[n-1] = v
		default:
			p.at, p.v = append(p.at, at), append(p.v, v)
		}
	}
	return p
}

// span is the distance of two points in nanoseconds, which may be more than an int64 holds.
func (p points) span(i, k int) float64 { return float64(p.at[k]) - float64(p.at[i]) }

// curve gives the value between the points i and i+1, at a distance of d nanoseconds from the first of them.
type curve func(i int, d float64) float64

// interpolate answers for each time: the value of the point there, else what the curve says. Outside of the series there is none.
func interpolate(p points, times any, fit func(points) curve) []any {
	at := fit(p)
	list := times.([]any)
	out := make([]any, len(list))
	for k, t := range list {
		ns, ok := t.(int64)
		i, found := slices.BinarySearch(p.at, ns)
		switch {
		case !ok || !found && (i == 0 || i == len(p.at)):
		case found:
			out[k] = p.v[i]
		default:
			out[k] = at(i-1, float64(ns-p.at[i-1]))
		}
	}
	return out
}

func linear(p points) curve {
	return func(i int, d float64) float64 { return p.v[i] + (p.v[i+1]-p.v[i])*(d/p.span(i, i+1)) }
}

// naturalSpline is the cubic spline whose second derivative is zero at both ends; through two points it is their line. The second
// derivatives m of the inner points solve the tridiagonal system h[i-1]·m[i-1] + 2(h[i-1]+h[i])·m[i] + h[i]·m[i+1] = 6(slope[i] -
// slope[i-1]), by elimination down and substitution up.
func naturalSpline(p points) curve {
	n := len(p.at)
	h, slope := make([]float64, n), make([]float64, n)
	for i := range n - 1 {
		h[i] = p.span(i, i+1)
		slope[i] = (p.v[i+1] - p.v[i]) / h[i]
	}
	m, upper, right := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := 1; i < n-1; i++ {
		pivot := 2*(h[i-1]+h[i]) - h[i-1]*upper[i-1]
		upper[i] = h[i] / pivot
		right[i] = (6*(slope[i]-slope[i-1]) - h[i-1]*right[i-1]) / pivot
	}
	for i := n - 2; i > 0; i-- {
		m[i] = right[i] - upper[i]*m[i+1]
	}
	return func(i int, d float64) float64 {
		b := d / h[i]
		a := 1 - b
		return a*p.v[i] + b*p.v[i+1] + ((a*a*a-a)*m[i]+(b*b*b-b)*m[i+1])*h[i]*h[i]/6
	}
}

// indexes finds, for each time, the place from 1 of the latest point that is not after it; exact wants the time itself. Where there
// is none it gives the place after the last, at which DuckDB's lists answer null.
func indexes(series, times any, exact bool) []any {
	at := series.([]any)
	list := times.([]any)
	out := make([]any, len(list))
	for k, t := range list {
		out[k] = int64(len(at) + 1)
		ns, ok := t.(int64)
		if !ok {
			continue
		}
		i := sort.Search(len(at), func(i int) bool { return at[i].(int64) > ns })
		if i > 0 && (!exact || at[i-1] == ns) {
			out[k] = int64(i)
		}
	}
	return out
}

// slopes are the changes from point to point, per unit of time; none where a value is missing or no time has passed.
func slopes(at, v []any, unit float64) []any {
	var out []any
	for i := 1; i < len(at); i++ {
		x, ok1 := v[i-1].(float64)
		y, ok2 := v[i].(float64)
		span := float64(at[i].(int64)) - float64(at[i-1].(int64))
		if !ok1 || !ok2 || span == 0 {
			out = append(out, nil)
			continue
		}
		out = append(out, (y-x)*(unit/span))
	}
	return out
}

func area(p points, unit float64) float64 {
	sum := 0.0
	for i := 1; i < len(p.at); i++ {
		sum += (p.v[i] + p.v[i-1]) / 2 * (p.span(i-1, i) / unit)
	}
	return sum
}

// pairs are the values of two series that have the same times; a pair without one of its values is left out.
func pairs(name string, args []any) (x, y []float64, err error) {
	times, others := args[0].([]any), args[2].([]any)
	if !slices.Equal(times, others) {
		return nil, nil, refuse("%s: the time series must have the same timestamps", name)
	}
	for i := range times {
		a, ok1 := args[1].([]any)[i].(float64)
		b, ok2 := args[3].([]any)[i].(float64)
		if ok1 && ok2 {
			x, y = append(x, a), append(y, b)
		}
	}
	return x, y, nil
}

// pearson is NaN for fewer than two pairs and where one side does not vary.
func pearson(x, y []float64) float64 {
	n := float64(len(x))
	mx, my := mean(x), mean(y)
	var sxx, syy, sxy float64
	for i := range x {
		dx, dy := x[i]-mx, y[i]-my
		sxx, syy, sxy = sxx+dx*dx, syy+dy*dy, sxy+dx*dy
	}
	if n < 2 || sxx == 0 || syy == 0 {
		return math.NaN()
	}
	return max(-1, min(1, sxy/math.Sqrt(sxx*syy)))
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// ranks count from 1; equal values share the mean of their ranks.
func ranks(x []float64) []float64 {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(i, k int) bool { return x[order[i]] < x[order[k]] })
	out := make([]float64, len(x))
	for i := 0; i < len(order); {
		end := i + 1
		for end < len(order) && x[order[end]] == x[order[i]] {
			end++
		}
		for _, k := range order[i:end] {
			out[k] = float64(i+end+1) / 2
		}
		i = end
	}
	return out
}

// weightedIndexes finds, for each percentage, the place from 1 of the first of the sorted values at which the weights before and
// with it reach that share of all; the place after the last if no value has a weight.
func weightedIndexes(weights, percentages []any) (any, error) {
	total := 0.0
	for _, w := range weights {
		f, _ := w.(float64)
		if f < 0 {
			return nil, refuse("percentile weight must be > 0")
		}
		total += f
	}
	out := make([]any, len(percentages))
	for k, p := range percentages {
		share, ok := p.(float64)
		if !ok || share < 0 || share > 1 || math.IsNaN(share) {
			return nil, refuse("Percentile must be between 0 and 1")
		}
		out[k] = int64(len(weights) + 1)
		sum := 0.0
		for i, w := range weights {
			f, _ := w.(float64)
			if sum += f; f > 0 && sum >= share*total {
				out[k] = int64(i + 1)
				break
			}
		}
	}
	return out, nil
}
