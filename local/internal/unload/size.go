package unload

import (
	"regexp"
	"strconv"
	"strings"
)

// The bounds of max_file_size (export-unload-concepts).
const (
	megabyte    = 1 << 20
	minFileSize = 16 * megabyte
	maxFileSize = 78 << 10 * megabyte
)

var sizePattern = regexp.MustCompile(`(?i)^([0-9]{1,9}(?:\.[0-9]+)?)(MB|GB)$`)

// parseSize reads '24.7MB' or '12GB' as bytes.
func parseSize(text string) (int64, *Error) {
	parts := sizePattern.FindStringSubmatch(text)
	if parts == nil {
		return 0, errorf("'%s' is not a size such as '24.7MB' or '12GB'", text)
	}
	n, err := strconv.ParseFloat(parts[1], 64)
	if err != nil {
		return 0, errorf("'%s' is not a size such as '24.7MB' or '12GB'", text)
	}
	n *= megabyte
	if strings.EqualFold(parts[2], "GB") {
		n *= 1 << 10
	}
	if n < minFileSize || n > maxFileSize {
		return 0, errorf("'%s' is not between 16MB and 78GB", text)
	}
	return int64(n), nil
}
