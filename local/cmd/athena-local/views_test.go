package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"athena-timestream/local/internal/athena"
	"athena-timestream/local/internal/stack"
)

// TestViewsPage pastes what docs/views.md shows: the definition for the AWS CLI goes to Glue as it is and makes a view that
// Athena reads, and the one for CloudFormation is the same.
func TestViewsPage(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(docsFolder, "views.md"))
	if err != nil {
		t.Fatal(err)
	}
	shown := blocks(string(text), "json")
	if len(shown) != 2 {
		t.Fatalf("the page shows %d definitions, want two", len(shown))
	}
	var table any
	var template struct {
		Resources map[string]struct {
			Properties struct {
				DatabaseName string
				TableInput   any
			}
		}
	}
	for i, into := range []any{&table, &template} {
		if err := json.Unmarshal([]byte(shown[i]), into); err != nil {
			t.Fatal(err)
		}
	}
	if got := template.Resources["CpuByHost"].Properties; got.DatabaseName != "demo" || !reflect.DeepEqual(got.TableInput, table) {
		t.Errorf("the template's table is %v", got)
	}
	s, err := stack.Open(context.Background(), stack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // nothing is kept
	req, err := http.NewRequest(http.MethodPost, s.URL, strings.NewReader(`{"DatabaseName":"demo","TableInput":`+shown[0]+`}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Amz-Target", "AWSGlue.CreateTable")
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if resp.Body.Close(); resp.StatusCode != http.StatusOK {
		t.Fatalf("Glue answers %s", resp.Status)
	}
	e := &athena.Engine{Invoker: s.Invoker, Store: s.Store}
	r, err := e.Query(context.Background(), "SELECT hostname, cardinality(cpu) AS points, cpu[1].\"measure_value::double\" >= 0 AS is_number FROM demo.cpu_by_host")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // it is read to its end
	rows := 0
	for row, err := range r.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		if rows++; row[1].(int64) < 50 || row[2] != true {
			t.Errorf("a host has %v", row)
		}
	}
	if rows != 4 {
		t.Errorf("%d hosts, want four", rows)
	}
}
