package message_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"

	"athena-timestream/internal/golden"
)

// arrowContent spells out Arrow bytes in base64: their framing, schema and rows.
func arrowContent(schema, records string) (any, error) {
	s, err := base64.StdEncoding.DecodeString(schema)
	if err != nil {
		return nil, err
	}
	r, err := base64.StdEncoding.DecodeString(records)
	if err != nil {
		return nil, err
	}
	decoded, batch, err := golden.ReadArrow(s, r)
	if err != nil {
		return nil, err
	}
	content := map[string]any{
		"schema": golden.Schema(decoded), "legacySchema": golden.Legacy(s),
		"rows": golden.Rows(batch), "legacyRecords": len(r) > 0 && golden.Legacy(r), "empty": len(r) == 0,
	}
	b, err := json.Marshal(content)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var v any
	err = dec.Decode(&v)
	return v, err
}
