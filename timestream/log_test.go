package timestream_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"athena-timestream/internal/faults"
)

// TestReadLog: a read logs one line at INFO, which says what was read and where the time went.
func TestReadLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		s := newStrict(40, 40, 40)
		front := faults.New(s, faults.Script{
			"Query":     {1: faults.Slow(3 * time.Second), 2: faults.Slow(4*time.Second, faults.EmptyPage)},
			"PutObject": {faults.Always: faults.Slow(5 * time.Second)},
		})
		if _, err := s.readAll(t, s.engine(t, inProcess(front), true, slog.New(slog.NewJSONHandler(&out, nil))), "split", 0); err != nil {
			t.Fatal(err)
		}
		line := map[string]any{}
		if err := json.Unmarshal(out.Bytes(), &line); err != nil {
			t.Fatalf("%v: %s", err, &out)
		}
		delete(line, "time")
		page, err := os.ReadFile("../deploy/README.md")
		if err != nil {
			t.Fatal(err)
		}
		for key := range line {
			if key != "msg" && key != "level" && !strings.Contains(string(page), "`"+key+"`") {
				t.Errorf("deploy/README.md does not say what %s is", key)
			}
		}
		for _, size := range []string{"request_bytes", "response_bytes", "page_bytes", "bytes"} {
			if n, ok := line[size].(float64); !ok || n < 100 {
				t.Errorf("%s is %v", size, line[size])
			}
			delete(line, size)
		}
		// Two blocks go at once, and the third after them; each takes 5 s.
		want := map[string]any{
			"msg": "request", "level": "INFO", "operation": "ReadRecordsRequest", "serde_version": 6.0, "query_id": "q", "catalog": "ts",
			"schema": "d", "table": "t", "rows": 120.0, "blocks": 3.0, "spilled": true,
			"timestream_query_id": "QUERY1", "timestream_queries": 1.0, "pages": 4.0, "bytes_scanned": 0.0, "bytes_metered": float64(strictMetered),
			"timestream_ms": 7000.0, "decode_ms": 0.0, "encode_ms": 0.0, "upload_ms": 15_000.0, "upload_wait_ms": 10_000.0, "duration_ms": 17_000.0,
		}
		if !maps.Equal(line, want) {
			for _, key := range slices.Sorted(maps.Keys(want)) {
				if line[key] != want[key] {
					t.Errorf("%s is %v, want %v", key, line[key], want[key])
				}
			}
			t.Errorf("%d keys, want %d: %s", len(line), len(want), &out)
		}
	})
}

// TestLogOfTwoRuns: a query that is run again is charged twice, and a read that fails says how far it came.
func TestLogOfTwoRuns(t *testing.T) {
	for _, c := range []struct {
		query map[int]faults.Fault
		want  map[string]any
	}{
		{map[int]faults.Fault{3: faults.DeadToken}, map[string]any{
			"level": "INFO", "rows": 12.0, "timestream_query_id": "QUERY2", "timestream_queries": 2.0, "pages": 5.0, "bytes_metered": 2.0 * strictMetered,
		}},
		{map[int]faults.Fault{3: faults.DeadToken, 5: faults.DeadToken}, map[string]any{
			"level": "ERROR", "rows": 4.0, "timestream_query_id": "QUERY2", "timestream_queries": 2.0, "pages": 3.0, "bytes_metered": 2.0 * strictMetered,
			"code": "InternalServiceException",
		}},
	} {
		synctest.Test(t, func(t *testing.T) {
			var out bytes.Buffer
			s := newStrict(4, 4, 4)
			logger := slog.New(slog.NewJSONHandler(&out, nil))
			_, err := s.readAll(t, s.engine(t, inProcess(faults.New(s, faults.Script{"Query": c.query})), false, logger), "split", 0)
			lines := bytes.SplitAfter(bytes.TrimSpace(out.Bytes()), []byte("\n"))
			if len(lines) != 2 || !bytes.Contains(lines[0], []byte(`"level":"WARN"`)) || !bytes.Contains(lines[0], []byte("QUERY1")) {
				t.Fatalf("%v; %s", err, &out)
			}
			line := map[string]any{}
			if err := json.Unmarshal(lines[1], &line); err != nil {
				t.Fatal(err)
			}
			for key, want := range c.want {
				if line[key] != want {
					t.Errorf("%s is %v, want %v: %s", key, line[key], want, lines[1])
				}
			}
		})
	}
}
