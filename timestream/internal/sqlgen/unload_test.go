package sqlgen_test

import (
	"testing"

	"athena-timestream/timestream/internal/sqlgen"
)

func TestUnload(t *testing.T) {
	t.Parallel()
	u := sqlgen.Unload{Select: "SELECT 1", Bucket: "b", Prefix: "it's/here"}
	want := "UNLOAD (\nSELECT 1\n)\nTO 's3://b/it''s/here'\nWITH (format = 'PARQUET', compression = 'GZIP', max_file_size = '16MB')"
	if got := u.SQL(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	u.KMSKey = "arn:aws:kms:eu-west-1:123456789012:key/k"
	want = want[:len(want)-1] + ", encryption = 'SSE_KMS', kms_key = 'arn:aws:kms:eu-west-1:123456789012:key/k')"
	if got := u.SQL(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
