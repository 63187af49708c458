package translate

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

var textNatives = []Native{
	{"ts_levenshtein", []string{"VARCHAR", "VARCHAR"}, "BIGINT", func(args []any) (any, error) {
		return levenshtein([]rune(args[0].(string)), []rune(args[1].(string)))
	}},
	{"ts_reverse", []string{"VARCHAR"}, "VARCHAR", func(args []any) (any, error) {
		r := []rune(args[0].(string))
		slices.Reverse(r)
		return string(r), nil
	}},
	{"ts_normalize", []string{"VARCHAR", "VARCHAR"}, "VARCHAR", func(args []any) (any, error) {
		return normalForms[args[1].(string)].String(args[0].(string)), nil
	}},
	{"ts_split", []string{"VARCHAR", "VARCHAR", "BIGINT"}, "VARCHAR[]", func(args []any) (any, error) {
		parts, err := split(args[0].(string), args[1].(string), args[2].(int64))
		out := make([]any, len(parts))
		for i, p := range parts {
			out[i] = p
		}
		return out, err
	}},
	{"ts_split_part", []string{"VARCHAR", "VARCHAR", "BIGINT"}, "VARCHAR", func(args []any) (any, error) {
		n := args[2].(int64)
		if n < 1 {
			return nil, refuse("Index must be greater than zero")
		}
		parts, err := split(args[0].(string), args[1].(string), math.MaxInt64)
		if err != nil || n > int64(len(parts)) {
			return nil, err
		}
		return parts[n-1], nil
	}},
	{"ts_join", []string{"VARCHAR[]", "VARCHAR"}, "VARCHAR", func(args []any) (any, error) {
		var parts []string
		for _, p := range args[0].([]any) {
			if text, ok := p.(string); ok {
				parts = append(parts, text)
			}
		}
		return strings.Join(parts, args[1].(string)), nil
	}},
	{"ts_to_base", []string{"BIGINT", "BIGINT"}, "VARCHAR", func(args []any) (any, error) {
		radix, err := radix(args[1].(int64))
		if err != nil {
			return nil, err
		}
		return strconv.FormatInt(args[0].(int64), radix), nil
	}},
	{"ts_from_base", []string{"VARCHAR", "BIGINT"}, "BIGINT", func(args []any) (any, error) {
		radix, err := radix(args[1].(int64))
		if err != nil {
			return nil, err
		}
		n, err := strconv.ParseInt(args[0].(string), radix, 64)
		if err != nil {
			return nil, refuse("Not a valid base-%d number: %s", radix, args[0])
		}
		return n, nil
	}},
	{"ts_interleave", []string{"VARCHAR[]", "VARCHAR[]"}, "VARCHAR", func(args []any) (any, error) {
		return interleave(args[0].([]any), args[1].([]any)), nil
	}},
	{"ts_nth_position", []string{"VARCHAR", "VARCHAR", "BIGINT"}, "BIGINT", position(nthFromStart)},
	{"ts_nth_position_from_end", []string{"VARCHAR", "VARCHAR", "BIGINT"}, "BIGINT", position(nthFromEnd)},
}

// normalForms are the second argument of normalize.
var normalForms = map[string]norm.Form{"NFC": norm.NFC, "NFD": norm.NFD, "NFKC": norm.NFKC, "NFKD": norm.NFKD}

// maxEditCells bounds the work of one levenshtein_distance, as the service does.
const maxEditCells = 1_000_000

func levenshtein(s, t []rune) (any, error) {
	if len(s)*len(t) > maxEditCells {
		return nil, refuse("The combined inputs for Levenshtein distance are too large")
	}
	row := make([]int64, len(t)+1)
	for k := range row {
		row[k] = int64(k)
	}
	for i, a := range s {
		diagonal := row[0]
		row[0] = int64(i + 1)
		for k, b := range t {
			cost := diagonal
			if a != b {
				cost++
			}
			diagonal = row[k+1]
			row[k+1] = min(cost, row[k]+1, row[k+1]+1)
		}
	}
	return row[len(t)], nil
}

// split gives at most limit parts; the last holds the rest.
func split(s, delimiter string, limit int64) ([]string, error) {
	switch {
	case limit < 1:
		return nil, refuse("Limit must be positive")
	case delimiter == "":
		return nil, refuse("The delimiter may not be the empty string")
	}
	return strings.SplitN(s, delimiter, int(min(limit, math.MaxInt32))), nil
}

func radix(n int64) (int, error) {
	if n < 2 || n > 36 {
		return 0, refuse("Radix must be between 2 and 36")
	}
	return int(n), nil
}

// interleave joins texts with separators that each stand once, between two of them.
func interleave(texts, separators []any) string {
	var out strings.Builder
	for i, t := range texts {
		text, _ := t.(string)
		out.WriteString(text)
		if i < len(separators) {
			separator, _ := separators[i].(string)
			out.WriteString(separator)
		}
	}
	return out.String()
}

// position turns the byte offset of an occurrence into the place of a character from 1, or 0 for none.
func position(find func(s, part string, n int64) int) func([]any) (any, error) {
	return func(args []any) (any, error) {
		s, n := args[0].(string), args[2].(int64)
		if n < 1 {
			return nil, refuse("'instance' must be a positive number.")
		}
		i := find(s, args[1].(string), n)
		if i < 0 {
			return int64(0), nil
		}
		return int64(utf8.RuneCountInString(s[:i])) + 1, nil
	}
}

// nthFromStart finds the nth occurrence; occurrences may overlap.
func nthFromStart(s, part string, n int64) int {
	at := strings.Index(s, part)
	for ; n > 1 && at >= 0 && part != ""; n-- {
		next := strings.Index(s[at+1:], part)
		if next < 0 {
			return -1
		}
		at += next + 1
	}
	return at
}

func nthFromEnd(s, part string, n int64) int {
	at := strings.LastIndex(s, part)
	for ; n > 1 && at >= 0 && part != ""; n-- {
		at = strings.LastIndex(s[:at+len(part)-1], part)
	}
	return at
}
