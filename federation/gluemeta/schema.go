package gluemeta

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"
)

// Metadata keys and table parameters that the Java SDK gives a meaning.
const (
	KeySourceTable    = "sourceTable"
	KeyViewTemplate   = "_view_template"
	keyColumnMapping  = "columnMapping"
	keyDatetimes      = "datetimeFormatMapping"
	keyDatetimesNamed = "datetimeFormatMappingNormalized"
	keyNewTypes       = "glueTableContainsPreviouslyUnsupportedType"
)

var tableARN = regexp.MustCompile(`^arn:(?:aws|aws-cn|aws-us-gov):[^:]+:[^:]+:[^:]+:table/(.+)$`)

// Schema is a Glue table's columns under their source names, and the names of
// those that are partition keys. Errors name the column.
func Schema(t *types.Table) (*arrow.Schema, []string, error) {
	mapping, err := parsePairs(t.Parameters, keyColumnMapping)
	if err != nil {
		return nil, nil, err
	}
	fields, comments, err := columns(t, mapping)
	if err != nil {
		return nil, nil, err
	}
	metadata, err := metadataOf(t, mapping, comments)
	if err != nil {
		return nil, nil, err
	}
	var partitionColumns []string
	for _, c := range t.PartitionKeys {
		partitionColumns = append(partitionColumns, rename(mapping, aws.ToString(c.Name)))
	}
	return arrow.NewSchema(fields, metadata), partitionColumns, nil
}

// columns are the storage columns and then the partition keys.
func columns(t *types.Table, mapping map[string]string) ([]arrow.Field, map[string]string, error) {
	var fields []arrow.Field
	comments := map[string]string{}
	for _, c := range glueColumns(t) {
		name := rename(mapping, aws.ToString(c.Name))
		f, err := ParseType(name, aws.ToString(c.Type))
		if err != nil {
			return nil, nil, fmt.Errorf("column %q: %w", aws.ToString(c.Name), err)
		}
		fields = append(fields, f)
		if comment := aws.ToString(c.Comment); strings.TrimSpace(comment) != "" {
			comments[name] = comment
		}
	}
	return fields, comments, nil
}

func glueColumns(t *types.Table) []types.Column {
	if t.StorageDescriptor == nil {
		return t.PartitionKeys
	}
	return slices.Concat(t.StorageDescriptor.Columns, t.PartitionKeys)
}

func metadataOf(t *types.Table, mapping, comments map[string]string) (*arrow.Metadata, error) {
	formats, err := parsePairs(t.Parameters, keyDatetimes)
	if err != nil {
		return nil, err
	}
	all := comments
	if t.StorageDescriptor != nil {
		if m := tableARN.FindStringSubmatch(aws.ToString(t.StorageDescriptor.Location)); m != nil {
			all[KeySourceTable] = m[1]
		}
	}
	if len(formats) > 0 {
		var named []string
		for _, column := range slices.Sorted(maps.Keys(formats)) {
			named = append(named, rename(mapping, column)+"="+formats[column])
		}
		all[keyDatetimesNamed] = strings.Join(named, ",")
	}
	if view := aws.ToString(t.ViewOriginalText); view != "" {
		all[KeyViewTemplate] = view
	}
	all[keyNewTypes] = strconv.FormatBool(slices.ContainsFunc(glueColumns(t), hasNewType))
	maps.Copy(all, t.Parameters)
	m := arrow.MetadataFrom(all)
	return &m, nil
}

// hasNewType is true for a column whose type older SDKs did not know. Its type
// has been parsed before.
func hasNewType(c types.Column) bool {
	text := strings.ToLower(aws.ToString(c.Type))
	f, err := ParseType("", text)
	return strings.Contains(text, "set<") || err == nil && holdsDecimalOrMap(f.Type)
}

func holdsDecimalOrMap(t arrow.DataType) bool {
	switch t := t.(type) {
	case *arrow.Decimal128Type, *arrow.MapType:
		return true
	case *arrow.ListType:
		return holdsDecimalOrMap(t.Elem())
	case *arrow.StructType:
		return slices.ContainsFunc(t.Fields(), func(f arrow.Field) bool { return holdsDecimalOrMap(f.Type) })
	}
	return false
}

func rename(mapping map[string]string, name string) string {
	if to, ok := mapping[name]; ok {
		return to
	}
	return name
}

// parsePairs reads the parameter's "a=b,c=d"; nil if there is none.
func parsePairs(parameters map[string]string, key string) (map[string]string, error) {
	text := parameters[key]
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	pairs := map[string]string{}
	for part := range strings.SplitSeq(text, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if !ok {
			return nil, fmt.Errorf("parameter %s: %q has no '=': write name=value,name=value", key, part)
		}
		pairs[strings.TrimSpace(name)] = strings.TrimSpace(value)
	}
	return pairs, nil
}
