package unload

import (
	"strings"

	"athena-timestream/local/internal/sqlparse"
)

// format is a kind of result file.
type format string

const (
	csvFormat     format = "CSV"
	parquetFormat format = "PARQUET"
)

// options are the properties of a statement with the service's defaults filled in.
type options struct {
	format        format
	gzip          bool
	encryption    string
	kmsKey        string
	delimiter     byte
	escape        byte
	header        bool
	maxFileSize   int64
	partitionedBy []string
}

// quote is CSV's quote character; the service lets nobody choose it.
const quote = '"'

// property sets one option from its text.
type property func(o *options, value string) *Error

// properties are those with a text as value, by name.
var properties = map[string]property{
	"format":         choice(func(o *options, v string) { o.format = format(v) }, string(csvFormat), string(parquetFormat)),
	"compression":    choice(func(o *options, v string) { o.gzip = v == "GZIP" }, "GZIP", "NONE"),
	"encryption":     choice(func(o *options, v string) { o.encryption = v }, "SSE_S3", "SSE_KMS"),
	"include_header": choice(func(o *options, v string) { o.header = v == "TRUE" }, "TRUE", "FALSE"),
	"kms_key": func(o *options, v string) *Error {
		if o.kmsKey = v; v == "" {
			return errorf("kms_key is empty")
		}
		return nil
	},
	"field_delimiter": character(func(o *options, c byte) { o.delimiter = c }),
	"escaped_by":      character(func(o *options, c byte) { o.escape = c }),
	"max_file_size": func(o *options, v string) (err *Error) {
		o.maxFileSize, err = parseSize(v)
		return err
	},
}

// csvOnly are the properties that mean nothing for Parquet.
var csvOnly = []string{"field_delimiter", "escaped_by", "include_header"}

// choice is a property with a few values, in any case: AWS's own scripts write format='csv'.
func choice(set func(*options, string), values ...string) property {
	return func(o *options, v string) *Error {
		for _, one := range values {
			if strings.EqualFold(v, one) {
				set(o, one)
				return nil
			}
		}
		return errorf("'%s' is none of '%s'", v, strings.Join(values, "', '"))
	}
}

// escapes are the control characters that the guide names by two characters.
var escapes = map[string]byte{`\t`: '\t', `\n`: '\n', `\r`: '\r'}

// character is a property of one ASCII character.
func character(set func(*options, byte)) property {
	return func(o *options, v string) *Error {
		c, ok := escapes[v]
		if !ok && len(v) == 1 && v[0] < 0x80 && v[0] > 0 {
			c, ok = v[0], true
		}
		if !ok {
			return errorf("'%s' is not a single ASCII character", v)
		}
		set(o, c)
		return nil
	}
}

// readOptions checks the WITH clause.
func readOptions(s *sqlparse.Unload) (*options, error) {
	o := &options{format: csvFormat, gzip: true, encryption: "SSE_S3", delimiter: ',', escape: '\\', maxFileSize: maxFileSize}
	places := map[string]sqlparse.Pos{}
	for _, given := range s.Options {
		if _, twice := places[given.Name]; twice {
			return nil, refuse(given.Pos(), "UNLOAD property '%s' is given twice", given.Name)
		}
		places[given.Name] = given.Pos()
		if err := o.read(given); err != nil {
			return nil, err
		}
	}
	if o.format == parquetFormat {
		for _, name := range csvOnly {
			if at, given := places[name]; given {
				return nil, refuse(at, "UNLOAD property '%s' is for format = 'CSV' only", name)
			}
		}
	}
	if at, given := places["kms_key"]; given && o.encryption != "SSE_KMS" {
		return nil, refuse(at, "UNLOAD property 'kms_key' needs encryption = 'SSE_KMS'")
	}
	if at := places["encryption"]; o.encryption == "SSE_KMS" && o.kmsKey == "" {
		return nil, refuse(at, "encryption = 'SSE_KMS' needs the UNLOAD property 'kms_key'")
	}
	if o.delimiter == quote || o.delimiter == o.escape {
		return nil, refuse(s.Pos(), "field_delimiter must differ from the quote character and from escaped_by")
	}
	return o, nil
}

func (o *options) read(given *sqlparse.UnloadOption) error {
	if given.Name == "partitioned_by" {
		return o.readPartitions(given)
	}
	set, known := properties[given.Name]
	if !known {
		return refuse(given.Pos(), "UNLOAD property '%s' does not exist", given.Name)
	}
	text, ok := given.Value.(*sqlparse.StringLit)
	if !ok {
		return refuse(given.Pos(), "UNLOAD property '%s' must be a text", given.Name)
	}
	if err := set(o, text.Value); err != nil {
		return refuse(text.Pos(), "Invalid value of UNLOAD property '%s': %s", given.Name, err)
	}
	return nil
}

func (o *options) readPartitions(given *sqlparse.UnloadOption) error {
	list, ok := given.Value.(*sqlparse.Array)
	if !ok || len(list.Items) == 0 {
		return refuse(given.Pos(), "UNLOAD property 'partitioned_by' must be an array of column names")
	}
	for _, e := range list.Items {
		name, ok := e.(*sqlparse.StringLit)
		if !ok {
			return refuse(e.Pos(), "UNLOAD property 'partitioned_by' must be an array of column names")
		}
		o.partitionedBy = append(o.partitionedBy, name.Value)
	}
	return nil
}
