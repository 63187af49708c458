package timestream

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/timestream/internal/unload"
)

// ReadMode is the way that rows come.
type ReadMode string

// The ways. In pages is the default.
const (
	ReadPages  ReadMode = "pages"  // the Query API, page after page
	ReadUnload ReadMode = "unload" // Parquet files that UNLOAD writes into the spill bucket, wherever that can be
	ReadAuto   ReadMode = "auto"   // files if much is to be expected
)

func parseReadMode(text string) (ReadMode, error) {
	switch m := ReadMode(strings.ToLower(strings.TrimSpace(text))); m {
	case ReadPages, ReadUnload, ReadAuto:
		return m, nil
	}
	return ReadPages, fmt.Errorf("%q is none of pages, unload and auto", text)
}

// tableReadMode is the parameter of a Glue table that says how it is read, whatever the setting says.
const tableReadMode = "timestream-read-mode"

// Unloads is what reading by UNLOAD takes.
type Unloads struct {
	// Mode is how tables are read of which Glue says nothing.
	Mode ReadMode
	// Objects is S3.
	Objects unload.API
	// Spill names bucket and prefix, and how what is stored there is encrypted.
	Spill federation.Config
}

// modeOf is how a table is read.
func (u *Unloads) modeOf(schema *arrow.Schema) (ReadMode, error) {
	metadata := schema.Metadata()
	if text, ok := metadata.GetValue(tableReadMode); ok {
		m, err := parseReadMode(text)
		if err != nil {
			return m, fmt.Errorf("table parameter %s: %w", tableReadMode, err)
		}
		return m, nil
	}
	return cmp.Or(u.Mode, ReadPages), nil
}

// kmsKey is the key with which S3 has to encrypt files for them to be as safe as spilled objects are meant to be; empty for
// S3's own. Blocks are sealed before they are stored, which the service cannot do with its files. So a KMS key that makes the
// blocks' keys encrypts the files too, and so does one that the headers of blocks name. What UNLOAD has no option for is
// an error.
func (u *Unloads) kmsKey() (string, error) {
	headers := map[string]string{}
	for name, value := range u.Spill.SpillPutHeaders {
		headers[strings.ToLower(name)] = value
	}
	const sse = "x-amz-server-side-encryption"
	own := u.Spill.KMSKeyID
	if u.Spill.DisableSpillEncryption {
		own = ""
	}
	if _, customer := headers[sse+"-customer-algorithm"]; customer {
		return "", fmt.Errorf("spill_put_request_headers: UNLOAD cannot encrypt with a customer's key")
	}
	switch kind := headers[sse]; kind {
	case "", "AES256":
		return own, nil
	case "aws:kms":
		key := cmp.Or(headers[sse+"-aws-kms-key-id"], own)
		if key == "" {
			return "", fmt.Errorf("spill_put_request_headers: UNLOAD needs %s-aws-kms-key-id beside %s: aws:kms", sse, sse)
		}
		return key, nil
	default:
		return "", fmt.Errorf("spill_put_request_headers: UNLOAD cannot encrypt with %s: %s", sse, kind)
	}
}
