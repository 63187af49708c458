package timestream

import (
	"encoding/json"
	"fmt"
	"time"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
	"athena-timestream/federation/redact"
	"athena-timestream/timestream/internal/sqlgen"
)

// Properties of a split. They are all that a read learns of it; one that is missing sets no bound.
const (
	splitDatabase   = "database"    // the table's real name; views have none
	splitTable      = "table"       //
	splitTimeColumn = "time_column" // the timestamp that is bounded
	splitFrom       = "time_from"   // the first of its milliseconds, as timeForm has it
	splitTo         = "time_to"     // the first after them
	splitNullTime   = "time_null"   // splitTrue: rows without a time belong to it too
	splitColumn     = "column"      // the column of which it holds some values
	splitValues     = "values"      // these values, a JSON array of texts
	splitNullValue  = "value_null"  // splitTrue: rows without a value belong to it too
)

const (
	timeForm  = "2006-01-02T15:04:05.000Z"
	splitTrue = "true"
)

// splitProperties are the properties of one slice of a table.
func splitProperties(t *tableLayout, s sqlgen.Slice) (map[string]string, error) {
	p := map[string]string{}
	if t.view == "" {
		p[splitDatabase], p[splitTable] = t.Database, t.Table
	}
	for name, at := range map[string]*int64{splitFrom: s.Span.From, splitTo: s.Span.To} {
		if at != nil {
			p[name] = time.UnixMilli(*at).UTC().Format(timeForm)
			p[splitTimeColumn] = s.Span.Column
		}
	}
	if s.Span.Null {
		p[splitNullTime] = splitTrue
	}
	if s.Some.Column != "" {
		values, err := json.Marshal(s.Some.Values)
		if err != nil {
			return nil, fmt.Errorf("split of %s.%s by %s: %w", t.Database, t.Table, s.Some.Column, err)
		}
		p[splitColumn], p[splitValues] = s.Some.Column, string(values)
	}
	if s.Some.Null {
		p[splitNullValue] = splitTrue
	}
	return p, nil
}

// sliceOf reads the slice out of a split's properties. What cannot be read, or is there only in part, is InvalidInput: to
// read more than the slice would give rows twice.
func sliceOf(properties map[string]string) (s sqlgen.Slice, err error) {
	s.Span.Column, s.Some.Column = properties[splitTimeColumn], properties[splitColumn]
	if s.Span.From, err = splitTime(properties, splitFrom); err != nil {
		return s, err
	}
	if s.Span.To, err = splitTime(properties, splitTo); err != nil {
		return s, err
	}
	if s.Span.Null, err = splitFlag(properties, splitNullTime); err != nil {
		return s, err
	}
	if s.Some.Null, err = splitFlag(properties, splitNullValue); err != nil {
		return s, err
	}
	if text, ok := properties[splitValues]; ok {
		if again, err := valuesText(text, &s.Some.Values); err != nil || again != text {
			return s, badProperty(splitValues, text)
		}
	}
	bounded := s.Span.From != nil || s.Span.To != nil
	if bounded != (s.Span.Column != "") || s.Span.Null && !bounded {
		return s, badProperty(splitTimeColumn, s.Span.Column)
	}
	if picks := len(s.Some.Values) > 0 || s.Some.Null; picks != (s.Some.Column != "") {
		return s, badProperty(splitColumn, s.Some.Column)
	}
	return s, nil
}

// valuesText reads a list of texts and writes it again, which shows whatever else was in it.
func valuesText(text string, to *[]string) (string, error) {
	if err := json.Unmarshal([]byte(text), to); err != nil {
		return "", err
	}
	again, err := json.Marshal(*to)
	return string(again), err
}

func splitTime(properties map[string]string, name string) (*int64, error) {
	text, ok := properties[name]
	if !ok {
		return nil, nil
	}
	at, err := time.Parse(timeForm, text)
	if err != nil || at.Format(timeForm) != text {
		return nil, badProperty(name, text)
	}
	ms := at.UnixMilli()
	return &ms, nil
}

func splitFlag(properties map[string]string, name string) (bool, error) {
	text, ok := properties[name]
	if ok && text != splitTrue {
		return false, badProperty(name, text)
	}
	return ok, nil
}

func badProperty(name, text string) error {
	return federation.Errorf(federation.InvalidInput, "the split's property %s is %q, which is not one of this connector's splits: run the query again", name, redact.Data(text))
}

// tableOf is the real name of a split's table, the requested name if the split has none.
func tableOf(r *message.ReadRecordsRequest) message.TableName {
	t := r.TableName
	if database, ok := r.Split.Properties[splitDatabase]; ok {
		t.Schema = database
	}
	if table, ok := r.Split.Properties[splitTable]; ok {
		t.Table = table
	}
	return t
}
