package timestream

import (
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
)

func TestReadModes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]ReadMode{"": ReadPages, "pages": ReadPages, "Unload": ReadUnload, " auto ": ReadAuto} {
		c, err := ConfigFromEnv(func(name string) string { return map[string]string{"read_mode": text}[name] })
		if c.ReadMode != want || err != nil {
			t.Errorf("%q: %q, %v", text, c.ReadMode, err)
		}
	}
	_, err := ConfigFromEnv(func(name string) string {
		return map[string]string{"read_mode": "fast", "MAX_BLOCK_SIZE_BYTES": "x"}[name]
	})
	if err == nil || !strings.Contains(err.Error(), `read_mode: "fast" is none of pages, unload and auto`) || !strings.Contains(err.Error(), "MAX_BLOCK_SIZE_BYTES") {
		t.Errorf("got %v", err)
	}
	u := &Unloads{Mode: ReadAuto}
	for text, want := range map[string]ReadMode{"none": ReadAuto, "pages": ReadPages, "unload": ReadUnload, "x": ReadPages} {
		values := map[string]string{tableReadMode: text}
		if text == "none" {
			values = nil
		}
		m := arrow.MetadataFrom(values)
		if got, err := u.modeOf(arrow.NewSchema(nil, &m)); got != want || (err != nil) != (text == "x") {
			t.Errorf("%s: %s, %v", text, got, err)
		}
	}
}

// TestFilesAreEncryptedLikeBlocks: or are not written.
func TestFilesAreEncryptedLikeBlocks(t *testing.T) {
	t.Parallel()
	const sse, id = "X-Amz-Server-Side-Encryption", "x-amz-server-side-encryption-aws-kms-key-id"
	for _, c := range []struct {
		key     string
		clear   bool
		headers map[string]string
		want    string
		fault   string
	}{
		{},
		{key: "k", want: "k"},
		{key: "k", clear: true},
		{headers: map[string]string{sse: "AES256"}},
		{headers: map[string]string{sse: "aws:kms", id: "h"}, key: "k", want: "h"},
		{headers: map[string]string{sse: "aws:kms"}, key: "k", want: "k"},
		{headers: map[string]string{sse: "aws:kms"}, fault: "needs x-amz-server-side-encryption-aws-kms-key-id"},
		{headers: map[string]string{sse: "aws:kms:dsse"}, fault: "cannot encrypt with x-amz-server-side-encryption: aws:kms:dsse"},
		{headers: map[string]string{"x-amz-server-side-encryption-customer-algorithm": "AES256"}, fault: "a customer's key"},
	} {
		u := &Unloads{Spill: federation.Config{KMSKeyID: c.key, DisableSpillEncryption: c.clear, SpillPutHeaders: c.headers}}
		got, err := u.kmsKey()
		if got != c.want || (err == nil) != (c.fault == "") || err != nil && !strings.Contains(err.Error(), c.fault) {
			t.Errorf("%+v: %q, %v", c, got, err)
		}
	}
}
