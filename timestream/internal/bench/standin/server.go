// Package standin answers in the place of AWS for measurements: Timestream's pages of made-up tables (sample), as much
// of S3 as spilled blocks need, what a connector asks of Glue and Athena beside a read, all on one address; and Lambda's
// Runtime API for a compiled function. Signatures are not looked at; the digests of what is stored are.
package standin

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"athena-timestream/timestream/internal/bench/sample"
)

// Database is the one that there is. It has every table that sample can name, and lists none.
const Database = "bench"

// Server is the stand-in of AWS. The zero Server is ready.
type Server struct {
	pages   pages
	objects objects
}

// ServeHTTP tells the services apart by the header that JSON protocols have and S3 has not.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	service, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if service == "" {
		s.objects.ServeHTTP(w, r)
		return
	}
	var in request
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		refuse(w, "ValidationException", err)
		return
	}
	w.Header().Set("X-Amzn-RequestId", "request-1")
	switch service + "." + operation {
	case "Timestream_20181101.Query":
		s.query(w, in)
	case "AmazonAthena.GetQueryExecution":
		answer(w, `{"QueryExecution":{"Status":{"State":"RUNNING"}}}`)
	case "AWSGlue.GetTable":
		refuse(w, "EntityNotFoundException", errors.New("no table is in Glue"))
	default:
		refuse(w, "UnknownOperationException", fmt.Errorf("no answer to %s of %s", operation, service))
	}
}

// request has the members of all requests that are read here.
type request struct{ QueryString, NextToken string }

func (s *Server) query(w http.ResponseWriter, in request) {
	q, err := parse(in.QueryString)
	if err == nil && q.list != "" {
		answer(w, q.list)
		return
	}
	if err == nil {
		err = s.pages.write(w, q, in.NextToken)
	}
	if err != nil {
		refuse(w, "ValidationException", err)
	}
}

func answer(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	fmt.Fprint(w, body)
}

func refuse(w http.ResponseWriter, code string, err error) {
	w.WriteHeader(http.StatusBadRequest)
	answer(w, fmt.Sprintf(`{"__type":%q,"Message":%q}`, code, err.Error()))
}

// describe is DESCRIBE's answer.
func describe(t sample.Table) string {
	var rows []string
	for i := range t.Columns {
		c := t.Column(i)
		kind := "DIMENSION"
		switch {
		case i == 0:
			kind = "TIMESTAMP"
		case i == 3:
			kind = "MEASURE_NAME"
		case i > 3:
			kind = "MULTI"
		}
		rows = append(rows, row(c.Name, c.Kind.String(), kind))
	}
	return list([]string{"Column", "Type", "Timestream attribute type"}, rows...)
}

func list(columns []string, rows ...string) string {
	infos := make([]string, len(columns))
	for i, c := range columns {
		infos[i] = `{"Name":"` + c + `","Type":{"ScalarType":"VARCHAR"}}`
	}
	return `{"QueryId":"AEBQLIST","ColumnInfo":[` + strings.Join(infos, ",") + `],"Rows":[` + strings.Join(rows, ",") + `]}`
}

func row(texts ...string) string {
	data := make([]string, len(texts))
	for i, t := range texts {
		data[i] = `{"ScalarValue":"` + t + `"}`
	}
	return `{"Data":[` + strings.Join(data, ",") + `]}`
}
